using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>
/// What is to be learned, for many learners at once: each has parameters of its own, and a mean loss on examples of its own. A learner of your own has one method; gradients to any order follow
/// by automatic differentiation.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class MetaLearner<T>
    where T : unmanaged
{
    /// <summary>A learner with this many parameters.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    protected MetaLearner(int parameters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters, 1);
        Parameters = parameters;
    }

    /// <summary>p, the parameters of one learner.</summary>
    public int Parameters { get; }

    /// <summary>The mean loss [...] of each learner on its own examples, a differentiable function of the parameters [..., p].</summary>
    public abstract Tensor<T> Losses(Tensor<T> parameters, Examples<T> examples);

    /// <summary>Each learner's gradient of its own loss [..., p]; it is recorded where the parameters are being differentiated.</summary>
    public virtual Tensor<T> Gradients(Tensor<T> parameters, Examples<T> examples) =>
        Autodiff.ValueAndGrad(parameters, (Learner: this, Examples: examples), static (p, state) =>
        {
            using Tensor<T> losses = state.Learner.Losses(p, state.Examples);
            return losses.Sum();
        }).Gradient;
}
