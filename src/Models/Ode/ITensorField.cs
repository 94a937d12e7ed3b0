using Onsager.Tensors;

namespace Onsager.Models.Ode;

/// <summary>
/// The right side of dy/dt = f(t, y; p) over tensors: a state of any shape, usually [batch, n], and flat parameters p, such as
/// <see cref="ParameterBuffer{T}.Values"/>. It is made of ordinary operations, so that it can be differentiated. Make it a struct.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface ITensorField<T>
    where T : unmanaged
{
    /// <summary>f(t, y; p), in y's shape; the caller disposes it.</summary>
    Tensor<T> Eval(T time, Tensor<T> y, Tensor<T> parameters);
}

/// <summary>A layer as a field that does not depend on time.</summary>
/// <param name="layer">Takes [batch, n] to [batch, n].</param>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct LayerField<T>(ILayer<T> layer) : ITensorField<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public Tensor<T> Eval(T time, Tensor<T> y, Tensor<T> parameters) => layer.Apply(parameters, y);
}

/// <summary>A function as a field.</summary>
/// <param name="f">f(t, y, p), in y's shape.</param>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct FunctionField<T>(Func<T, Tensor<T>, Tensor<T>, Tensor<T>> f) : ITensorField<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public Tensor<T> Eval(T time, Tensor<T> y, Tensor<T> parameters) => f(time, y, parameters);
}

/// <summary>
/// z'' = f(t, (z, v); p) with v = z' as a field of the pair: the state [..., 2d] holds z before v along the last axis, f takes it to the
/// acceleration [..., d], and the result is (v, acceleration).
/// </summary>
/// <param name="acceleration">f.</param>
/// <typeparam name="TField">The type of f.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct SecondOrderField<TField, T>(TField acceleration) : ITensorField<T>
    where TField : struct, ITensorField<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The last axis is odd, or f's result has not half of it.</exception>
    public Tensor<T> Eval(T time, Tensor<T> y, Tensor<T> parameters)
    {
        int axis = y.Rank - 1;
        if (axis < 0 || y.Shape[axis] % 2 != 0)
        {
            throw new ArgumentException($"ode: a second-order state [..., 2d] is needed; got {y.Shape}.", nameof(y));
        }

        nint half = y.Shape[axis] / 2;
        using Tensor<T> velocity = y.Slice(axis, half, 2 * half), change = acceleration.Eval(time, y, parameters);
        if (change.Shape != velocity.Shape)
        {
            throw new ArgumentException($"ode: the acceleration has shape {change.Shape}; the state {y.Shape} needs {velocity.Shape}.", nameof(y));
        }

        return Tensor.Concatenate(axis, velocity, change);
    }
}
