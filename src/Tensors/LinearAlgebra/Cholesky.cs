using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// The Cholesky factorisation A = L L^T of symmetric positive definite matrices, batched over leading axes; <see cref="CholeskyFactor"/> says how it is blocked and
/// in which order. Residuals stay below 30 units of n ||A|| epsilon (LAPACK's ratio), which tests check for every kind of matrix in LAPACK's testers.
/// <para>Only the lower triangle of A is read, but A counts as symmetric: the gradient by A is the symmetric one, as PyTorch's is, so that an element
/// beside the diagonal has half of what both together have.</para>
/// </summary>
public static partial class Cholesky
{
    private const string Name = "cholesky";

    /// <summary>L [..., n, n], lower triangular with zeros above, from the lower triangle of A [..., n, n]; A is not changed.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">A is not positive definite to working precision, or has NaN.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or on a device without such kernels.</exception>
    /// <remarks>The derivative is that of I. Murray, "Differentiation of the Cholesky decomposition", 2016, in terms of triangular solves, and so has derivatives in its turn.</remarks>
    public static Tensor<T> Factor<T>(Tensor<T> a)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        SquareMatrices.CheckSquare<T>(Name, x);
        TensorNode l = Tensor.NewNode<T>(in x.Layout.Extents, x.Storage!.Device);
        try
        {
            Run<T>(x, l);
        }
        catch
        {
            l.ReleaseHandle();
            throw;
        }

        Tape.Record(CholeskyRule<T>.Instance, x, null, null, l);
        return new(l);
    }

    /// <summary>L into an existing tensor, which may be A itself; where a matrix is not positive definite, nothing is written.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix, or the destination's shape or device differ, or it overlaps A otherwise than exactly.</exception>
    /// <exception cref="ArithmeticException">A is not positive definite to working precision, or has NaN.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or on a device without such kernels.</exception>
    public static void FactorInto<T>(Tensor<T> a, Tensor<T> destination)
        where T : unmanaged
    {
        TensorNode x = a.Node, l = destination.Node;
        SquareMatrices.CheckSquare<T>(Name, x);
        Elementwise.CheckInto(Name, x.Layout.Shape, l, x);
        if (l.Layout.IsContiguous && (x.Storage!.Device is not CpuDevice || SquareMatrices.Count(l.Layout.Shape) == 1))
        {
            Run<T>(x, l);
            return;
        }

        using Tensor<T> factor = new(Tensor.NewNode<T>(in x.Layout.Extents, x.Storage!.Device));
        Run<T>(x, factor.Node);
        factor.Device.Copy<T>(factor.Operand, l.Operand());
    }

    /// <summary>X [..., n, columns], or x [n], with A X = B, given A's factor L and B, whose leading axes broadcast.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the devices differ.</exception>
    /// <exception cref="DivideByZeroException">An element of L's diagonal is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or on a device without such kernels.</exception>
    public static Tensor<T> Solve<T>(Tensor<T> factor, Tensor<T> b)
        where T : unmanaged
    {
        using Tensor<T> y = Triangular.Solve(factor, b);
        return Triangular.Solve(factor, y, transpose: true);
    }

    /// <summary>The solution into an existing tensor [..., n, columns], which may be B itself.</summary>
    /// <exception cref="ArgumentException">The shapes or devices do not fit, or the destination overlaps the factor, or B otherwise than exactly.</exception>
    /// <exception cref="DivideByZeroException">An element of L's diagonal is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or on a device without such kernels.</exception>
    public static void SolveInto<T>(Tensor<T> factor, Tensor<T> b, Tensor<T> destination)
        where T : unmanaged
    {
        Triangular.SolveInto(factor, b, destination);
        Triangular.SolveInto(factor, destination, destination, transpose: true);
    }

    /// <summary>A's inverse [..., n, n], symmetric to the bit, given its factor: L^-T L^-1.</summary>
    /// <exception cref="ArgumentException">L is not a square matrix.</exception>
    /// <exception cref="DivideByZeroException">An element of L's diagonal is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or on a device without such kernels.</exception>
    public static Tensor<T> Inverse<T>(Tensor<T> factor)
        where T : unmanaged
    {
        SquareMatrices.CheckSquare<T>("cholesky inverse", factor.Node);
        using Tensor<T> identity = Tensor.Identity<T>(factor.Shape[-1], factor.Device), inverse = Triangular.Solve(factor, identity), turned = inverse.Transpose();
        return turned.MatMul(inverse);
    }

    /// <summary>The logarithm of A's determinant [...], given its factor L: twice the sum of the logarithms of L's diagonal.</summary>
    /// <exception cref="ArgumentException">L is not a square matrix.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or on a device without such kernels.</exception>
    public static Tensor<T> LogDeterminant<T>(Tensor<T> factor)
        where T : unmanaged
    {
        SquareMatrices.CheckSquare<T>("log determinant", factor.Node);
        using Tensor<T> diagonal = factor.Diagonal(0, -2, -1), logarithms = diagonal.Log(), sum = logarithms.Sum(-1);
        return sum * Tensor.Constant<T>(2);
    }

    /// <summary>The factor of A + v v^T from A's factor L [..., n, n] and v [..., n], in n^2 operations.</summary>
    /// <exception cref="ArgumentException">L is not square, or v has not its rows and leading axes; or the devices differ.</exception>
    /// <exception cref="ArithmeticException">A column has neither an element of L nor of v that is not zero, or has NaN or infinity.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> Update<T>(Tensor<T> factor, Tensor<T> v)
        where T : unmanaged => RankOne(factor, v, isDowndate: false);

    /// <summary>The factor of A - v v^T from A's factor L [..., n, n] and v [..., n], in n^2 operations.</summary>
    /// <exception cref="ArgumentException">L is not square, or v has not its rows and leading axes; or the devices differ.</exception>
    /// <exception cref="ArithmeticException">A - v v^T is not positive definite to working precision, or has NaN or infinity.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> Downdate<T>(Tensor<T> factor, Tensor<T> v)
        where T : unmanaged => RankOne(factor, v, isDowndate: true);

    private static Tensor<T> RankOne<T>(Tensor<T> factor, Tensor<T> v, bool isDowndate)
        where T : unmanaged
    {
        string operation = isDowndate ? "cholesky downdate" : "cholesky update";
        TensorNode l = factor.Node, x = v.Node;
        int n = SquareMatrices.Check<T>(operation, l);
        Shape shape = l.Layout.Shape;
        Elementwise.CheckDevices(operation, l, x);
        if (x.Layout.Shape != shape.Without(shape.Rank - 1, keep: false))
        {
            throw new ArgumentException($"{operation}: the factor has shape {shape}; the vector {x.Layout.Shape} must be {shape.Without(shape.Rank - 1, keep: false)}.", nameof(v));
        }

        TensorNode result = Tensor.NewNode<T>(shape, l.Storage!.Device);
        try
        {
            l.Storage.Device.Copy<T>(l.Operand(), result.Operand());
            using Tensor<T> rows = v.Unsqueeze(-2);
            using LaidMatrices<T> vectors = new(operation, rows.Node, SquareMatrices.Batch(shape));
            nint count = SquareMatrices.Count(shape);
            Device.Cpu.EachMatrix(new RankOneWork<T>(isDowndate, vectors.Matrices, MatrixBatch<T>.Of(result), count), count, 4.0 * n * n);
        }
        catch
        {
            result.ReleaseHandle();
            throw;
        }

        Tape.Record(isDowndate ? CholeskyUpdateRule<T>.Down : CholeskyUpdateRule<T>.Up, l, x, null, result);
        return new(result);
    }

    /// <summary>What is thrown where a pivot of matrix i of a batch is not a positive number.</summary>
    internal static ArithmeticException NotPositiveDefinite<T>(nint i, nint batch, int n, int at, T pivot) =>
        new($"{Name}: {SquareMatrices.Name(i, batch, n)} is not positive definite: pivot {at} is {pivot}.");

    private static void Run<T>(TensorNode a, TensorNode l)
        where T : unmanaged
    {
        if (a.Storage!.Device is not CpuDevice)
        {
            a.Storage.Device.Cholesky<T>(a.Operand(), l.Operand());
            return;
        }

        Shape shape = a.Layout.Shape;
        nint count = SquareMatrices.Count(shape);
        using LaidMatrices<T> matrices = new(Name, a, SquareMatrices.Batch(shape));
        Device.Cpu.EachMatrix(new CholeskyWork<T>(matrices.Matrices, MatrixBatch<T>.Of(l), count), count, (double)shape[-1] * shape[-1] * shape[-1] / 3);
    }
}
