using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Extragradient steps with any optimizer's rule, for games such as a GAN (Korpelevich, 1976; Gidel, Berard, Vignoud, Vincent and Lacoste-Julien, "A variational
/// inequality perspective on generative adversarial networks", 2019, algorithm 4 with Adam): all players look ahead with <see cref="Extrapolate"/>, gradients are
/// taken there, and <see cref="Step"/> goes with them from where the players stood. Two gradients for each step; the rule sees both.
/// </summary>
/// <remarks><see cref="Games.ExtraGradient"/> is the same method for variational inequalities.</remarks>
/// <typeparam name="T">float or double.</typeparam>
public sealed class ExtraGradient<T> : IOptimizer, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly ParameterBuffer<T> parameters;
    private readonly IOptimizer rule;
    private readonly Tensor<T> stood;
    private bool isAhead;

    /// <summary>Will update these parameters by a rule for the same buffer, which stays the caller's to dispose.</summary>
    public ExtraGradient(ParameterBuffer<T> parameters, IOptimizer rule)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(rule);
        this.parameters = parameters;
        this.rule = rule;
        stood = Tensor.Zeros<T>(parameters.Values.Shape, parameters.Values.Device);
    }

    /// <summary>The rule's learning rate.</summary>
    public double Rate
    {
        get => rule.Rate;
        set => rule.Rate = value;
    }

    /// <summary>Looks ahead: one step of the rule with the gradients that the buffer holds, of which <see cref="Step"/> will take back the move.</summary>
    /// <exception cref="InvalidOperationException">The parameters are ahead already.</exception>
    public void Extrapolate()
    {
        if (isAhead)
        {
            throw new InvalidOperationException("extragradient: the parameters are ahead already; Step comes next, with the gradients there.");
        }

        parameters.Values.CopyInto(stood);
        rule.Step();
        isAhead = true;
    }

    /// <summary>One step of the rule from where the parameters stood, with the gradients that the buffer holds now.</summary>
    /// <exception cref="InvalidOperationException">The parameters are not ahead.</exception>
    public void Step()
    {
        ObjectDisposedException.ThrowIf(stood.IsDisposed, this);
        if (!isAhead)
        {
            throw new InvalidOperationException("extragradient: Extrapolate comes first, then the gradients there, then Step.");
        }

        stood.CopyInto(parameters.Values);
        isAhead = false;
        rule.Step();
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Flag("is ahead", ref isAhead);
        state.Tensor("stood", stood);
        if (rule is ICheckpointed remembers)
        {
            state.Part("rule", remembers);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stood.Dispose();
}
