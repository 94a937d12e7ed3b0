namespace Onsager.Tensors;

/// <summary>
/// Differentiation as functions of functions. The function gets the tensor to differentiate with respect to, computes with ordinary
/// operations, and returns a tensor; everything that it computes is recorded, whatever the control flow. What is differentiated may
/// differentiate in its turn, to any order, forward or in reverse.
/// <code>
/// Tensor&lt;double&gt; gradient = Autodiff.Grad(x, x => (x.Tanh() * x).Sum());
/// Tensor&lt;double&gt; second = Autodiff.Grad(x, x => Autodiff.Grad(x, x => x.Exp().Sum()).Sum());
/// </code>
/// Give state as an argument and make the lambda static, and a step with first derivatives allocates nothing.
/// </summary>
/// <remarks>
/// The outermost function follows the memory of its tensor, so views of a flat buffer of parameters that were made before count too. Inside
/// a function that is being differentiated the tensor is a copy, and only what is computed from the argument counts: so derivatives by
/// different variables are never confused, even if these are equal.
/// </remarks>
public static partial class Autodiff
{
    /// <summary>The gradient of f at x, in x's shape.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static Tensor<T> Grad<T>(Tensor<T> x, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        return ValueAndGrad(x, f, static (x, f) => f(x)).Gradient;
    }

    /// <summary>The value and the gradient of f at x. The value is a number: it has no derivative where this is differentiated in its turn.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static (T Value, Tensor<T> Gradient) ValueAndGrad<T>(Tensor<T> x, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        return ValueAndGrad(x, f, static (x, f) => f(x));
    }

    /// <summary>The value and the gradient of f at x; the state is passed on to f.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static (T Value, Tensor<T> Gradient) ValueAndGrad<T, TState>(Tensor<T> x, TState state, Func<Tensor<T>, TState, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        if (Tape.IsActive)
        {
            return Inside(x, state, f, isOwn: false);
        }

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
    /// <exception cref="NotSupportedException">f uses an operation without a derivative, or the gradient is being differentiated in its turn: it cannot go into existing memory then.</exception>
    public static T ValueAndGradInto<T, TState>(Tensor<T> x, Tensor<T> gradient, TState state, Func<Tensor<T>, TState, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        if (gradient.Shape != x.Shape || gradient.Device != x.Device || !gradient.IsContiguous)
        {
            throw new ArgumentException($"gradient: a contiguous destination of shape {x.Shape} on {x.Device} is needed; got {gradient.Shape} on {gradient.Device}.", nameof(gradient));
        }

        Products.CheckSeparate("gradient", gradient.Node, x.Node);
        if (Tape.IsActive)
        {
            (T inside, Tensor<T> computed) = Inside(x, state, f, isOwn: false);
            using (computed)
            {
                computed.CopyInto(gradient);
            }

            return inside;
        }

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
            CheckScalar(loss, f);
            T value = loss.Value();
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
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
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

    /// <summary>
    /// The gradient inside a function that is being differentiated, recorded by what is around. Where x is an own tensor of the caller, which
    /// f gets and nothing else, it is followed itself; otherwise a copy is.
    /// </summary>
    private static (T Value, Tensor<T> Gradient) Inside<T, TState>(Tensor<T> x, TState state, Func<Tensor<T>, TState, Tensor<T>> f, bool isOwn)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> own = isOwn && x.IsContiguous ? x : x.Clone();
        Tape tape = Tape.Begin();
        try
        {
            tape.Follow(own.Node, null);
            Tensor<T> loss = f(own, state);
            CheckScalar(loss, f);
            T value = loss.Value();
            tape.Backward<T>(loss.Node);
            return (value, scope.Keep(tape.Gradient<T>(own.Node)));
        }
        finally
        {
            tape.End();
        }
    }

    private static void CheckScalar<T>(Tensor<T> loss, Delegate f)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("gradient");
        if (loss.Size != 1)
        {
            throw new ArgumentException($"gradient: the function returned shape {loss.Shape}; a scalar is needed.", nameof(f));
        }
    }
}
