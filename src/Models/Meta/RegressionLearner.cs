using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>Fully connected nets that fit numbers: the loss is the mean squared error over examples and outputs.</summary>
/// <typeparam name="TActivation">Between layers, such as Relu.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed class RegressionLearner<TActivation, T> : MetaLearner<T>
    where TActivation : struct, IUnaryOp
    where T : unmanaged
{
    /// <summary>Nets of one shape.</summary>
    public RegressionLearner(FunctionalMlp<TActivation, T> net)
        : base((net ?? throw new ArgumentNullException(nameof(net))).Parameters) => Net = net;

    /// <summary>The nets.</summary>
    public FunctionalMlp<TActivation, T> Net { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public override Tensor<T> Losses(Tensor<T> parameters, Examples<T> examples)
    {
        using Tensor<T> outputs = Net.Apply(parameters, examples.X);
        if (outputs.Shape != examples.Y.Shape)
        {
            throw new ArgumentException($"regression learner: the outputs have shape {outputs.Shape}, the targets {examples.Y.Shape}.");
        }

        using Tensor<T> squares = outputs.Binary<SquaredDifference>(examples.Y);
        return squares.Mean([-2, -1]);
    }
}
