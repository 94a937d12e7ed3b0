using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Models.Ode;

/// <summary>
/// A Neural ODE as a layer: its output is the state at time 1 of dy/dt = f(y; p) from the input at time 0 (Chen, Rubanova, Bettencourt and Duvenaud, "Neural
/// ordinary differential equations", 2018), or, of second order, of z'' = f(z, z'; p) (Norcliffe, Bodnar, Day, Simidjievski and Lio, "On second order
/// behaviour in augmented neural ODEs", 2020), where a state [batch, 2d] holds z before z'.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class NeuralOde<T> : ILayer<T>, ITrainable, ICheckpointed
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ILayer<T> function;
    private bool isTraining = true;

    /// <summary>A layer of so many equal steps of a method.</summary>
    /// <param name="field">f: [batch, n] to [batch, n], or of second order [batch, 2d] to [batch, d].</param>
    /// <param name="tableau">The method.</param>
    /// <param name="steps">Steps from 0 to 1.</param>
    /// <param name="gradient">How derivatives go through it.</param>
    /// <param name="isSecondOrder">True for z'' = f.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer steps than 1.</exception>
    public NeuralOde(ILayer<T> field, Tableau tableau, int steps, OdeGradient gradient = OdeGradient.Recorded, bool isSecondOrder = false)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(tableau);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        function = field;
        (Tableau, Steps, Gradient, IsSecondOrder) = (tableau, steps, gradient, isSecondOrder);
    }

    /// <summary>The method.</summary>
    public Tableau Tableau { get; }

    /// <summary>Steps from 0 to 1.</summary>
    public int Steps { get; }

    /// <summary>How derivatives go through it.</summary>
    public OdeGradient Gradient { get; }

    /// <summary>True for z'' = f.</summary>
    public bool IsSecondOrder { get; }

    /// <summary>Passed on to the field.</summary>
    public bool IsTraining
    {
        get => isTraining;
        set
        {
            isTraining = value;
            if (function is ITrainable trainable)
            {
                trainable.IsTraining = value;
            }
        }
    }

    /// <summary>The state at time 1 from that at time 0, in the same shape.</summary>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x) => IsSecondOrder
        ? TensorOde.Integrate(new SecondOrderField<LayerField<T>, T>(new(function)), Tableau, x, flat, T.Zero, T.One, Steps, Gradient)
        : TensorOde.Integrate(new LayerField<T>(function), Tableau, x, flat, T.Zero, T.One, Steps, Gradient);

    /// <summary>Fills the field's parameters.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random) => function.Initialize(parameters, random);

    /// <summary>What the field remembers.</summary>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (function is ICheckpointed remembers)
        {
            state.Part("field", remembers);
        }
    }
}
