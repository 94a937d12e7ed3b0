using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>An affine layer y = x W + b with W stored as [in, out], so that neither the forward nor the weight's product needs a transposed copy.</summary>
public sealed class Linear : IWeighted<float>, IWeighted<double>
{
    /// <summary>Declares the layer's parameters as name.weight and name.bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1.</exception>
    public static Linear Declare<T>(ParameterBuffer<T> parameters, string name, int inputs, int outputs)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        return new Linear(parameters.Declare($"{name}.weight", [inputs, outputs]), parameters.Declare($"{name}.bias", [outputs]));
    }

    private Linear(Parameter weight, Parameter bias)
    {
        Weight = weight;
        Bias = bias;
    }

    /// <summary>The weights [in, out].</summary>
    public Parameter Weight { get; }

    /// <summary>The bias [out].</summary>
    public Parameter Bias { get; }

    /// <summary>y [batch, out] from x [batch, in] and the flat parameters.</summary>
    public Tensor<T> Apply<T>(Tensor<T> flat, Tensor<T> x)
        where T : unmanaged
    {
        using Tensor<T> weight = Weight.In(flat);
        return Apply(flat, x, weight);
    }

    /// <summary>
    /// Weights uniform in +-gain sqrt(3 / in), variance gain^2 / in: gain sqrt(2) keeps the scale through a ReLU (He et al., "Delving deep
    /// into rectifiers", 2015), gain 1 through a linear output. The bias becomes zero.
    /// </summary>
    public void Initialize<T>(ParameterBuffer<T> parameters, RandomStream random, double gain)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(random);
        using Scope scope = Scope.Begin();
        Tensor<T> weight = Weight.In(parameters.Values);
        double bound = gain * Math.Sqrt(3.0 / Weight.Shape[0]);
        Tensor<T> uniform = random.Uniform<T>(Weight.Shape, parameters.Values.Device);
        ((uniform - Tensor.Constant<T>(0.5)) * Tensor.Constant<T>(2 * bound)).CopyInto(weight);
        Bias.In(parameters.Values).Fill(default);
    }

    /// <summary>
    /// Weights and biases uniform in +-1 / sqrt(in), PyTorch's default: smaller than by He's rule, so that a net of such layers is less steep to begin with.
    /// </summary>
    public void InitializeSmall<T>(ParameterBuffer<T> parameters, RandomStream random)
        where T : unmanaged
    {
        Initialize(parameters, random, Math.Sqrt(1.0 / 3));
        double bound = 1 / Math.Sqrt(Weight.Shape[0]);
        using Tensor<T> bias = Bias.In(parameters.Values);
        random.UniformInto(bias, -bound, bound);
    }

    Tensor<float> IWeighted<float>.Apply(Tensor<float> flat, Tensor<float> x, Tensor<float> weight) => Apply(flat, x, weight);

    Tensor<double> IWeighted<double>.Apply(Tensor<double> flat, Tensor<double> x, Tensor<double> weight) => Apply(flat, x, weight);

    private Tensor<T> Apply<T>(Tensor<T> flat, Tensor<T> x, Tensor<T> weight)
        where T : unmanaged
    {
        using Tensor<T> bias = Bias.In(flat);
        return x.Linear(weight, bias);
    }

    Tensor<float> ILayer<float>.Apply(Tensor<float> flat, Tensor<float> x) => Apply(flat, x);

    Tensor<double> ILayer<double>.Apply(Tensor<double> flat, Tensor<double> x) => Apply(flat, x);

    void ILayer<float>.Initialize(ParameterBuffer<float> parameters, RandomStream random) => Initialize(parameters, random, Math.Sqrt(2));

    void ILayer<double>.Initialize(ParameterBuffer<double> parameters, RandomStream random) => Initialize(parameters, random, Math.Sqrt(2));
}
