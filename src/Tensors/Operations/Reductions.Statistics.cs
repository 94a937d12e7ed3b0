using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Variances and norms.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The variance of all elements, a scalar. In two passes: the mean, then the fixed-order sum of squared deviations. The sum is divided by the number of elements less the correction: 0 for the population (the default, as in NumPy), 1 for the sample. NaN for no elements and for as many as the correction.</summary>
    public Tensor<T> Variance(double correction = 0) => Reduced<Variance>(new(correction), Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The variance along one axis, which disappears, or stays with extent 1. In two passes: the mean, then the fixed-order sum of squared deviations. The sum is divided by the number of elements less the correction: 0 for the population (the default, as in NumPy), 1 for the sample. NaN for no elements and for as many as the correction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Variance(int axis, double correction = 0, bool keepDimension = false) => Reduced<Variance>(new(correction), [axis], keepDimension);

    /// <summary>The variance over several axes, taken in row-major order. In two passes: the mean, then the fixed-order sum of squared deviations. The sum is divided by the number of elements less the correction: 0 for the population (the default, as in NumPy), 1 for the sample. NaN for no elements and for as many as the correction.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Variance(ReadOnlySpan<int> axes, double correction = 0, bool keepDimensions = false) => Reduced<Variance>(new(correction), axes, keepDimensions);

    /// <summary>The variance over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void VarianceInto(ReadOnlySpan<int> axes, Tensor<T> destination, double correction = 0) => ReducedInto<Variance>(new(correction), axes, destination);

    /// <summary>The standard deviation, the square root of the variance, of all elements, a scalar. The correction is that of Variance. Where it is 0 its derivative is taken to be 0.</summary>
    public Tensor<T> StandardDeviation(double correction = 0) => Reduced<StandardDeviation>(new(correction), Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The standard deviation, the square root of the variance, along one axis, which disappears, or stays with extent 1. The correction is that of Variance. Where it is 0 its derivative is taken to be 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> StandardDeviation(int axis, double correction = 0, bool keepDimension = false) => Reduced<StandardDeviation>(new(correction), [axis], keepDimension);

    /// <summary>The standard deviation, the square root of the variance, over several axes, taken in row-major order. The correction is that of Variance. Where it is 0 its derivative is taken to be 0.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> StandardDeviation(ReadOnlySpan<int> axes, double correction = 0, bool keepDimensions = false) => Reduced<StandardDeviation>(new(correction), axes, keepDimensions);

    /// <summary>The standard deviation, the square root of the variance, over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void StandardDeviationInto(ReadOnlySpan<int> axes, Tensor<T> destination, double correction = 0) => ReducedInto<StandardDeviation>(new(correction), axes, destination);

    /// <summary>The Euclidean norm of all elements, a scalar. The square root of the fixed-order sum of fused squares, without scaling: it overflows where the squares do. 0 for no elements, where its derivative is taken to be 0.</summary>
    public Tensor<T> Norm() => Reduced<EuclideanNorm>(default, Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The Euclidean norm along one axis, which disappears, or stays with extent 1. The square root of the fixed-order sum of fused squares, without scaling: it overflows where the squares do. 0 for no elements, where its derivative is taken to be 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Norm(int axis, bool keepDimension = false) => Reduced<EuclideanNorm>(default, [axis], keepDimension);

    /// <summary>The Euclidean norm over several axes, taken in row-major order. The square root of the fixed-order sum of fused squares, without scaling: it overflows where the squares do. 0 for no elements, where its derivative is taken to be 0.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Norm(ReadOnlySpan<int> axes, bool keepDimensions = false) => Reduced<EuclideanNorm>(default, axes, keepDimensions);

    /// <summary>The Euclidean norm over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void NormInto(ReadOnlySpan<int> axes, Tensor<T> destination) => ReducedInto<EuclideanNorm>(default, axes, destination);

    /// <summary>The Euclidean norm of all elements into an existing scalar.</summary>
    /// <exception cref="ArgumentException">The destination is not of shape [], not on this device, or it overlaps this tensor.</exception>
    public void NormInto(Tensor<T> destination) => ReducedInto<EuclideanNorm>(default, Reductions.AllAxes(Rank), destination);

    /// <summary>The sum of magnitudes of all elements, a scalar. 0 for no elements.</summary>
    public Tensor<T> Norm1() => Reduced<ManhattanNorm>(default, Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The sum of magnitudes along one axis, which disappears, or stays with extent 1. 0 for no elements.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Norm1(int axis, bool keepDimension = false) => Reduced<ManhattanNorm>(default, [axis], keepDimension);

    /// <summary>The sum of magnitudes over several axes, taken in row-major order. 0 for no elements.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Norm1(ReadOnlySpan<int> axes, bool keepDimensions = false) => Reduced<ManhattanNorm>(default, axes, keepDimensions);

    /// <summary>The sum of magnitudes over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void Norm1Into(ReadOnlySpan<int> axes, Tensor<T> destination) => ReducedInto<ManhattanNorm>(default, axes, destination);

    /// <summary>The largest magnitude of all elements, a scalar. 0 for no elements; NaN wins. Elements that share it share its gradient equally.</summary>
    public Tensor<T> NormInfinity() => Reduced<MaximumNorm>(default, Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The largest magnitude along one axis, which disappears, or stays with extent 1. 0 for no elements; NaN wins. Elements that share it share its gradient equally.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> NormInfinity(int axis, bool keepDimension = false) => Reduced<MaximumNorm>(default, [axis], keepDimension);

    /// <summary>The largest magnitude over several axes, taken in row-major order. 0 for no elements; NaN wins. Elements that share it share its gradient equally.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> NormInfinity(ReadOnlySpan<int> axes, bool keepDimensions = false) => Reduced<MaximumNorm>(default, axes, keepDimensions);

    /// <summary>The largest magnitude over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void NormInfinityInto(ReadOnlySpan<int> axes, Tensor<T> destination) => ReducedInto<MaximumNorm>(default, axes, destination);
}
