namespace Onsager.Tensors;

/// <summary>
/// Reverse-mode differentiation as functions of functions. The function gets the tensor to differentiate with respect to, computes with
/// ordinary operations, and returns a scalar; everything that it computes is recorded, whatever the control flow.
/// <code>
/// Tensor&lt;double&gt; gradient = Autodiff.Grad(x, x => (x.Tanh() * x).Sum());
/// </code>
/// Give state as an argument and make the lambda static, and a step allocates nothing.
/// </summary>
public static class Autodiff
{
    /// <summary>The gradient of f at x, in x's shape.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative, or differentiates inside.</exception>
    public static Tensor<T> Grad<T>(Tensor<T> x, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        return ValueAndGrad(x, f, static (x, f) => f(x)).Gradient;
    }

    /// <summary>The value and the gradient of f at x.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative, or differentiates inside.</exception>
    public static (T Value, Tensor<T> Gradient) ValueAndGrad<T>(Tensor<T> x, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        return ValueAndGrad(x, f, static (x, f) => f(x));
    }

    /// <summary>The value and the gradient of f at x; the state is passed on to f.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative, or differentiates inside.</exception>
    public static (T Value, Tensor<T> Gradient) ValueAndGrad<T, TState>(Tensor<T> x, TState state, Func<Tensor<T>, TState, Tensor<T>> f)
        where T : unmanaged
    {
        Tensor<T> gradient = Tensor.Empty<T>(x.Shape, x.Device);
        try
        {
            return (ValueAndGradInto(x, gradient, state, f), gradient);
        }
        catch
        {
            gradient.Dispose();
            throw;
        }
    }

    /// <summary>The value of f at x; its gradient goes into an existing contiguous tensor of x's shape.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar, or the gradient's shape is not x's, or it overlaps x.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative, or differentiates inside.</exception>
    public static T ValueAndGradInto<T, TState>(Tensor<T> x, Tensor<T> gradient, TState state, Func<Tensor<T>, TState, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        if (gradient.Shape != x.Shape || gradient.Device != x.Device || !gradient.IsContiguous)
        {
            throw new ArgumentException($"gradient: a contiguous destination of shape {x.Shape} on {x.Device} is needed; got {gradient.Shape} on {gradient.Device}.", nameof(gradient));
        }

        Products.CheckSeparate("gradient", gradient.Node, x.Node);
        if (!x.IsContiguous)
        {
            using Tensor<T> packed = x.Clone();
            return ValueAndGradInto(packed, gradient, state, f);
        }

        Tape tape = Tape.Begin();
        using Scope scope = Scope.Begin();
        try
        {
            tape.Follow(x.Node, gradient.Node);
            Tensor<T> loss = f(x, state);
            if (loss.Size != 1)
            {
                throw new ArgumentException($"gradient: the function returned shape {loss.Shape}; a scalar is needed.", nameof(f));
            }

            T value = loss.Item();
            tape.Backward<T>(loss.Node);
            tape.Gradient<T>(x.Node).Dispose();
            return value;
        }
        finally
        {
            tape.End();
        }
    }

    /// <summary>The vector-Jacobian product: the gradient of the inner product of dy and f at x.</summary>
    /// <exception cref="ArgumentException">dy has not the shape of f's result.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative, or differentiates inside.</exception>
    public static Tensor<T> Vjp<T>(Tensor<T> x, Tensor<T> dy, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        return ValueAndGrad(x, (dy, f), static (x, state) =>
        {
            Tensor<T> y = state.f(x);
            return y.Shape == state.dy.Shape
                ? (y * state.dy).Sum()
                : throw new ArgumentException($"vjp: dy has shape {state.dy.Shape}, the function's result {y.Shape}.", nameof(dy));
        }).Gradient;
    }
}
