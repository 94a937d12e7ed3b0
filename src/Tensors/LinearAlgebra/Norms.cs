using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Norms of vectors and of matrices [..., rows, columns]; a batch of matrices gives a batch of norms. NaN gives NaN, nothing gives 0. They are made of operations that have derivatives,
/// whose conventions at kinks and ties are those of <see cref="Tensor{T}.Abs"/> and of the maximum.
/// </summary>
public static partial class Norms
{
    /// <summary>The largest sum of absolute values of a column, [...].</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    public static Tensor<T> One<T>(Tensor<T> a)
        where T : unmanaged => LargestSum("norm 1", a, -2);

    /// <summary>The largest sum of absolute values of a row, [...].</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    public static Tensor<T> Infinity<T>(Tensor<T> a)
        where T : unmanaged => LargestSum("norm infinity", a, -1);

    /// <summary>The root of the sum of squares, [...]; scaled by the largest element, so that it overflows and underflows only where the result does.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    public static Tensor<T> Frobenius<T>(Tensor<T> a)
        where T : unmanaged
    {
        Triangles.CheckMatrix("norm frobenius", a.Shape);
        return Scaled(a, [-2, -1], static (x, axes) => x.Norm(axes));
    }

    /// <summary>The largest absolute value of an element, [...].</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    public static Tensor<T> Max<T>(Tensor<T> a)
        where T : unmanaged
    {
        Triangles.CheckMatrix("norm max", a.Shape);
        return a.NormInfinity([-2, -1]);
    }

    /// <summary>(sum of |x|^p)^(1/p) along an axis: p = 1, 2, positive infinity (the largest absolute value), or any other number above 0; scaled as <see cref="Frobenius"/> is but for p = 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not above 0, or there is no such axis.</exception>
    public static Tensor<T> Vector<T>(Tensor<T> x, double p = 2, int axis = -1)
        where T : unmanaged
    {
        if (!(p > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "norm: p must be above 0.");
        }

        axis = x.Shape.Axis(axis, "norm");
        return p switch
        {
            1 => x.Norm1(axis),
            2 => Scaled(x, [axis], static (y, axes) => y.Norm(axes)),
            double.PositiveInfinity => x.NormInfinity(axis),
            _ => Scaled(x, [axis], (y, axes) => y.Abs().Pow(Tensor.Scalar(Tensor.Constant<T>(p), y.Device)).Sum(axes).Pow(Tensor.Scalar(Tensor.Constant<T>(1 / p), y.Device))),
        };
    }

    private static Tensor<T> LargestSum<T>(string operation, Tensor<T> a, int axis)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        Triangles.CheckMatrix(operation, a.Shape);
        using Scope scope = Scope.Begin();
        Tensor<T> sums = a.Abs().Sum(axis);
        return scope.Keep(sums.NormInfinity(-1));
    }

    private static Tensor<T> Scaled<T>(Tensor<T> x, int[] axes, Func<Tensor<T>, int[], Tensor<T>> norm)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("norm");
        using Scope scope = Scope.Begin();

        // A norm divided by a constant: where there is nothing to divide by, that is 1. The constant cancels, so it has no derivative.
        Tensor<T> largest = Autodiff.StopGradient(x).NormInfinity(axes, keepDimensions: true), one = Tensor.Ones<T>([], x.Device), zero = Tensor.Zeros<T>([], x.Device);
        Tensor<T> scale = zero.Less(largest).Where(largest.IsFinite().Where(largest, one), one);
        Tensor<T> small = norm(x / scale, axes);
        return scope.Keep(small * scale.Reshape(small.Shape.AsSpan()));
    }
}
