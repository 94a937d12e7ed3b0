namespace Onsager.Tensors;

/// <summary>What is asked of square matrices [..., n, n] without keeping their factors, as NumPy and PyTorch name it.</summary>
public static partial class LinearAlgebra
{
    /// <summary>X [..., n, columns], or x [n], with A X = B, by <see cref="Lu"/>; leading axes broadcast.</summary>
    /// <exception cref="ArgumentException">A is not square, B has not n rows, the leading axes do not broadcast, or the devices differ.</exception>
    /// <exception cref="ArithmeticException">A is singular: the message names the pivot that is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    /// <remarks>NaN in A or B gives NaN. Derivatives of any order are solves with the factors.</remarks>
    public static Tensor<T> Solve<T>(Tensor<T> a, Tensor<T> b)
        where T : unmanaged
    {
        TensorNode matrix = a.Node;
        SquareMatrices.Check<T>("solve", matrix);
        using Tensor<T> columns = SquareMatrices.Column("solve", a, b);
        Shape shape = SquareMatrices.RightSide("solve", matrix, columns.Node);
        if (Tape.Records(matrix, columns.Node, columns.Node) || SquareMatrices.Count(shape) != SquareMatrices.Count(matrix.Layout.Shape))
        {
            // The factors are kept for the derivative, or for several right sides.
            using LuFactors<T> factors = Lu.Factor(a);
            RegularPivots.Check("solve", factors.Factors);
            return Lu.Solve(factors, b);
        }

        TensorNode x = Tensor.NewNode<T>(shape, matrix.Storage!.Device);
        try
        {
            Layout right = columns.Layout.Expand(shape, "solve");
            x.Storage!.Device.Copy<T>(new Operand(columns.Node.Storage!, in right), x.Operand());
            SolveInPlace<T>(matrix, x);
        }
        catch
        {
            x.ReleaseHandle();
            throw;
        }

        return Triangular.Shaped(new Tensor<T>(x), b.Rank == 1);
    }

    /// <summary>The solution into an existing tensor of the broadcast shape [..., n, columns]; where a matrix is singular, nothing is written.</summary>
    /// <exception cref="ArgumentException">The shapes or devices do not fit, or the destination overlaps A, or B otherwise than exactly.</exception>
    /// <exception cref="ArithmeticException">A is singular: the message names the pivot that is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static void SolveInto<T>(Tensor<T> a, Tensor<T> b, Tensor<T> destination)
        where T : unmanaged
    {
        SquareMatrices.Check<T>("solve", a.Node);
        Elementwise.CheckInto("solve", SquareMatrices.RightSide("solve", a.Node, b.Node), destination.Node, b.Node, a.Node);
        using Tensor<T> x = Solve(a, b);
        x.Device.Copy<T>(x.Operand, destination.Operand);
    }

    /// <summary>The inverse of A [..., n, n].</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">A is singular: the message names the pivot that is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> Inverse<T>(Tensor<T> a)
        where T : unmanaged
    {
        SquareMatrices.Check<T>("inverse", a.Node);
        using LuFactors<T> factors = Lu.Factor(a);
        RegularPivots.Check("inverse", factors.Factors);
        return Lu.Inverse(factors);
    }

    /// <summary>The determinant [...] of A [..., n, n]: 0 for singular matrices, 1 for empty ones; it overflows and underflows as products do.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    /// <remarks>The derivative is the matrix of cofactors: by the inverse, and where a matrix of the batch is singular by singular vectors. A second derivative needs the inverse: there it throws <see cref="ArithmeticException"/>.</remarks>
    public static Tensor<T> Determinant<T>(Tensor<T> a)
        where T : unmanaged
    {
        SquareMatrices.Check<T>("determinant", a.Node);
        using LuFactors<T> factors = Lu.Factor(a);
        return Tape.Records(a.Node, a.Node, a.Node) && RegularPivots.HasZero(factors.Factors) ? Cofactors.Determinant(a, factors) : Lu.Determinant(factors);
    }

    /// <summary>The sign [...] of A's determinant, -1, 0 or 1, and the logarithm [...] of its size: 0 and -infinity for singular matrices.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    /// <remarks>The sign is a constant to every derivative; the logarithm's needs the inverse: where A is singular, it throws <see cref="ArithmeticException"/>.</remarks>
    public static (Tensor<T> Sign, Tensor<T> Logarithm) SignedLogDeterminant<T>(Tensor<T> a)
        where T : unmanaged
    {
        SquareMatrices.Check<T>("log determinant", a.Node);
        using LuFactors<T> factors = Lu.Factor(a);
        return Lu.SignedLogDeterminant(factors);
    }

    private static void SolveInPlace<T>(TensorNode a, TensorNode x)
        where T : unmanaged
    {
        Shape shape = x.Layout.Shape, batch = SquareMatrices.Batch(shape);
        using LaidMatrices<T> matrices = new("solve", a, batch);
        double n = shape[-2];
        Device.Cpu.EachMatrix(new SystemWork<T>(matrices.Matrices, MatrixBatch<T>.Of(x), batch.Size), batch.Size, n * n * ((2 * n / 3) + (2 * shape[-1])));
    }
}
