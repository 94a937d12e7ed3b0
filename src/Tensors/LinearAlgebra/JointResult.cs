namespace Onsager.Tensors;

/// <summary>
/// The results of one decomposition, one behind the other in one piece of memory. The tape follows memory, so one entry stands for all of them, and
/// the gradients of all arrive together.
/// </summary>
internal ref struct JointResult<T>(Tensor<T> whole)
    where T : unmanaged
{
    private readonly Tensor<T> whole = whole;
    private nint start;

    /// <summary>The next result.</summary>
    public Tensor<T> Next(Shape shape)
    {
        Tensor<T> part = whole.Segment(start, shape);
        start += shape.Size;
        return part;
    }

    /// <summary>Memory for results of so many elements.</summary>
    public static TensorNode New(nint size) => Tensor.NewNode<T>([size], Device.Cpu);
}

/// <summary>Gaps between eigenvalues or singular values in derivatives of vectors.</summary>
internal static class SpectralGaps
{
    /// <summary>
    /// x / (b - a), [..., n, n], for all pairs a (rows) and b (columns) of values [..., n]; 0 where they differ by less than rounding may, 64 n epsilon of the
    /// largest: their vectors are then any that span the same space, and what does not depend on that choice has nothing to divide there.
    /// </summary>
    public static Tensor<T> Divide<T>(Tensor<T> x, Tensor<T> values, double sign)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> fixedValues = Autodiff.StopGradient(values), b = values.Unsqueeze(-2), a = values.Unsqueeze(-1);
        Tensor<T> most = fixedValues.Abs().Max(-1, keepDimension: true).Unsqueeze(-1) * Tensor.Constant<T>(64 * values.Shape[-1] * Epsilon<T>());
        Tensor<T> size = sign < 0 ? fixedValues.Unsqueeze(-2) - fixedValues.Unsqueeze(-1) : fixedValues.Unsqueeze(-2) + fixedValues.Unsqueeze(-1);
        Tensor<bool> isSmall = size.Abs().LessThanOrEqualTo(most);
        Tensor<T> gaps = (sign < 0 ? b - a : b + a).MaskedFill(isSmall, default);
        return scope.Keep(x.Binary<DivideOrZero>(gaps));
    }

    /// <summary>x [..., n] over values [..., n]; 0 where a value is below 64 n epsilon of the largest.</summary>
    public static Tensor<T> DivideByValues<T>(Tensor<T> x, Tensor<T> values)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> fixedValues = Autodiff.StopGradient(values);
        Tensor<T> most = fixedValues.Abs().Max(-1, keepDimension: true) * Tensor.Constant<T>(64 * values.Shape[-1] * Epsilon<T>());
        return scope.Keep(x.Binary<DivideOrZero>(values.MaskedFill(fixedValues.Abs().LessThanOrEqualTo(most), default)));
    }

    /// <summary>The distance from 1 to the next number.</summary>
    public static double Epsilon<T>() => typeof(T) == typeof(float) ? 1.1920928955078125e-7 : 2.220446049250313e-16;
}
