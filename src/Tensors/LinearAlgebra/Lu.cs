using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>The factors of P A = L U of matrices [..., n, n].</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="Factors">L below the diagonal, whose own diagonal of ones is not stored, and U from the diagonal on: [..., n, n].</param>
/// <param name="Pivots">[..., n]: row i was exchanged with row Pivots[i], for i from 0 up, as LAPACK has it, but counted from 0.</param>
public readonly record struct LuFactors<T>(Tensor<T> Factors, Tensor<int> Pivots) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases both tensors.</summary>
    public void Dispose()
    {
        Factors.Dispose();
        Pivots.Dispose();
    }
}

/// <summary>
/// The factorisation P A = L U with partial pivoting, batched over leading axes; <see cref="LuFactor"/> says how it is blocked and in which order. Residuals stay
/// below 30 units of n ||A|| epsilon (LAPACK's ratio), which tests check for every kind of matrix in LAPACK's testers.
/// <para>A singular matrix has factors, with a zero on U's diagonal; whatever divides by it throws <see cref="ArithmeticException"/> and names the pivot. NaN is never a
/// pivot while its column has another number that is not zero; it spreads through the factors and everything computed from them.</para>
/// </summary>
public static class Lu
{
    private const string Name = "lu";

    /// <summary>The factors of A [..., n, n]; A is not changed.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    /// <remarks>The derivative takes the pivots as constant. It solves with L and U, so it throws where U has a zero on its diagonal.</remarks>
    public static LuFactors<T> Factor<T>(Tensor<T> a)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        SquareMatrices.Check<T>(Name, x);
        Shape shape = x.Layout.Shape;
        TensorNode factors = Tensor.NewNode<T>(shape, x.Storage!.Device);
        TensorNode? pivots = null;
        try
        {
            pivots = Tensor.NewNode<int>(shape.Without(shape.Rank - 1, keep: false), x.Storage.Device);
            Run<T>(x, factors, pivots);
        }
        catch
        {
            pivots?.ReleaseHandle();
            factors.ReleaseHandle();
            throw;
        }

        Tape.Record(LuRule<T>.Instance, x, pivots, null, factors);
        return new(new Tensor<T>(factors), new Tensor<int>(pivots));
    }

    /// <summary>The factors into existing contiguous tensors: factors [..., n, n], which may be A itself, and pivots [..., n].</summary>
    /// <exception cref="ArgumentException">A is not a square matrix, or a destination's shape or device differ, or it has gaps, or it overlaps A otherwise than exactly.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static void FactorInto<T>(Tensor<T> a, LuFactors<T> destination)
        where T : unmanaged
    {
        TensorNode x = a.Node, factors = destination.Factors.Node, pivots = destination.Pivots.Node;
        SquareMatrices.Check<T>(Name, x);
        Shape shape = x.Layout.Shape;
        Elementwise.CheckInto(Name, shape, factors, x);
        Elementwise.CheckInto(Name, shape.Without(shape.Rank - 1, keep: false), pivots, pivots);
        if (!factors.Layout.IsContiguous || !pivots.Layout.IsContiguous)
        {
            throw new ArgumentException($"{Name}: contiguous destinations are needed.", nameof(destination));
        }

        Run<T>(x, factors, pivots);
    }

    /// <summary>X [..., n, columns], or x [n], with A X = B, given A's factors; leading axes broadcast.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the devices differ.</exception>
    /// <exception cref="ArithmeticException">The matrix is singular: a pivot is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> Solve<T>(LuFactors<T> factors, Tensor<T> b)
        where T : unmanaged
    {
        TensorNode f = factors.Factors.Node;
        SquareMatrices.Check<T>("lu solve", f);
        CheckPivots("lu solve", f, factors.Pivots.Node);
        using Tensor<T> columns = SquareMatrices.Column("lu solve", factors.Factors, b);
        Shape shape = SquareMatrices.RightSide("lu solve", f, columns.Node);
        RegularPivots.Check("lu solve", factors.Factors);
        if (Tape.Records(f, columns.Node, columns.Node))
        {
            using Tensor<T> moved = RowExchange.Run(columns, factors.Pivots, isBackwards: false);
            using Tensor<T> y = Triangular.Solve(factors.Factors, moved, unitDiagonal: true);
            return Triangular.Shaped(Triangular.Solve(factors.Factors, y, upper: true), b.Rank == 1);
        }

        TensorNode x = Tensor.NewNode<T>(shape, f.Storage!.Device);
        try
        {
            Solve<T>(f, factors.Pivots.Node, columns.Node, x);
        }
        catch
        {
            x.ReleaseHandle();
            throw;
        }

        return Triangular.Shaped(new Tensor<T>(x), b.Rank == 1);
    }

    /// <summary>The solution into an existing contiguous tensor [..., n, columns], which may be B itself.</summary>
    /// <exception cref="ArgumentException">The shapes or devices do not fit, or the destination has gaps or overlaps B otherwise than exactly.</exception>
    /// <exception cref="ArithmeticException">The matrix is singular: a pivot is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static void SolveInto<T>(LuFactors<T> factors, Tensor<T> b, Tensor<T> destination)
        where T : unmanaged
    {
        TensorNode f = factors.Factors.Node, right = b.Node, x = destination.Node;
        SquareMatrices.Check<T>("lu solve", f);
        CheckPivots("lu solve", f, factors.Pivots.Node);
        Elementwise.CheckInto("lu solve", SquareMatrices.RightSide("lu solve", f, right), x, right, f);
        Products.CheckSeparate("lu solve", x, f);
        if (!x.Layout.IsContiguous)
        {
            throw new ArgumentException("lu solve: a contiguous destination is needed.", nameof(destination));
        }

        RegularPivots.Check("lu solve", factors.Factors);
        Solve<T>(f, factors.Pivots.Node, right, x);
    }

    /// <summary>A's inverse [..., n, n], given its factors.</summary>
    /// <exception cref="ArgumentException">The factors are not square matrices.</exception>
    /// <exception cref="ArithmeticException">The matrix is singular: a pivot is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> Inverse<T>(LuFactors<T> factors)
        where T : unmanaged
    {
        SquareMatrices.Check<T>("lu inverse", factors.Factors.Node);
        using Tensor<T> identity = Tensor.Identity<T>(factors.Factors.Shape[-1]);
        return Solve(factors, identity);
    }

    /// <summary>L [..., n, n], with ones on the diagonal and zeros above it.</summary>
    public static Tensor<T> Lower<T>(LuFactors<T> factors)
        where T : unmanaged
    {
        SquareMatrices.Check<T>(Name, factors.Factors.Node);
        using Tensor<T> below = factors.Factors.Tril(-1), identity = Tensor.Identity<T>(factors.Factors.Shape[-1]);
        return below + identity;
    }

    /// <summary>U [..., n, n], with zeros below the diagonal.</summary>
    public static Tensor<T> Upper<T>(LuFactors<T> factors)
        where T : unmanaged
    {
        SquareMatrices.Check<T>(Name, factors.Factors.Node);
        return factors.Factors.Triu();
    }

    /// <summary>The permutation [..., n] of the rows: row i of P A is row number i of this in A.</summary>
    public static Tensor<int> Permutation(Tensor<int> pivots)
    {
        using Packed<int> from = new("permutation", pivots.Node);
        int n = pivots.Rank == 0 ? throw new ArgumentException("permutation: pivots [..., n] are needed; got [].", nameof(pivots)) : (int)pivots.Shape[-1];
        RowExchange.CheckRows("permutation", from.Elements, n);
        Tensor<int> rows = Tensor.Empty<int>(pivots.Shape, pivots.Device);
        Span<int> all = rows.Memory();
        for (int start = 0; start < all.Length; start += n)
        {
            Span<int> own = all.Slice(start, n);
            ReadOnlySpan<int> swaps = from.Elements.Slice(start, n);
            for (int i = 0; i < n; i++)
            {
                own[i] = i;
            }

            for (int i = 0; i < n; i++)
            {
                (own[i], own[swaps[i]]) = (own[swaps[i]], own[i]);
            }
        }

        return rows;
    }

    /// <summary>A = P^T L U [..., n, n].</summary>
    /// <exception cref="ArgumentException">The factors are not square matrices, or the pivots do not belong to them.</exception>
    public static Tensor<T> Reconstruct<T>(LuFactors<T> factors)
        where T : unmanaged
    {
        using Tensor<T> lower = Lower(factors), upper = Upper(factors), product = lower.MatMul(upper);
        CheckPivots(Name, factors.Factors.Node, factors.Pivots.Node);
        return RowExchange.Run(product, factors.Pivots, isBackwards: true);
    }

    /// <summary>A's determinant [...], given its factors: the product of U's diagonal in order, its sign turned for each exchange; 0 for singular matrices.</summary>
    /// <exception cref="ArgumentException">The factors are not square matrices, or the pivots do not belong to them.</exception>
    /// <remarks>The derivative divides by the diagonal's elements, and so is infinite or NaN where one is zero.</remarks>
    public static Tensor<T> Determinant<T>(LuFactors<T> factors)
        where T : unmanaged
    {
        SquareMatrices.Check<T>("determinant", factors.Factors.Node);
        CheckPivots("determinant", factors.Factors.Node, factors.Pivots.Node);
        using Tensor<T> diagonal = factors.Factors.Diagonal(0, -2, -1);
        using Tensor<T> product = DiagonalProduct.Run(diagonal), sign = DiagonalProduct.Signs<T>(factors.Pivots);
        return product * sign;
    }

    /// <summary>The sign [...] of A's determinant, -1, 0 or 1, and the logarithm [...] of its size, given A's factors: 0 and -infinity for singular matrices.</summary>
    /// <exception cref="ArgumentException">The factors are not square matrices, or the pivots do not belong to them.</exception>
    public static (Tensor<T> Sign, Tensor<T> Logarithm) SignedLogDeterminant<T>(LuFactors<T> factors)
        where T : unmanaged
    {
        SquareMatrices.Check<T>("log determinant", factors.Factors.Node);
        CheckPivots("log determinant", factors.Factors.Node, factors.Pivots.Node);
        using Scope scope = Scope.Begin();
        Tensor<T> diagonal = factors.Factors.Diagonal(0, -2, -1), signs = Autodiff.StopGradient(diagonal).Sign();
        Tensor<T> sign = DiagonalProduct.Run(signs) * DiagonalProduct.Signs<T>(factors.Pivots);
        return (scope.Keep(sign), scope.Keep(diagonal.Abs().Log().Sum(-1)));
    }

    private static void CheckPivots(string operation, TensorNode factors, TensorNode pivots)
    {
        Shape shape = factors.Layout.Shape;
        if (pivots.Layout.Shape != shape.Without(shape.Rank - 1, keep: false))
        {
            throw new ArgumentException($"{operation}: the factors have shape {shape}; the pivots {pivots.Layout.Shape} must be {shape.Without(shape.Rank - 1, keep: false)}.");
        }

        Elementwise.CheckDevices(operation, factors, pivots);
    }

    private static void Run<T>(TensorNode a, TensorNode factors, TensorNode pivots)
        where T : unmanaged
    {
        Shape shape = a.Layout.Shape;
        nint count = SquareMatrices.Count(shape);
        using LaidMatrices<T> matrices = new(Name, a, SquareMatrices.Batch(shape));
        Device.Cpu.EachMatrix(new LuWork<T>(matrices.Matrices, MatrixBatch<T>.Of(factors), pivots), count, 2.0 / 3 * shape[-1] * shape[-1] * shape[-1]);
    }

    private static void Solve<T>(TensorNode factors, TensorNode pivots, TensorNode b, TensorNode x)
        where T : unmanaged
    {
        Shape shape = x.Layout.Shape, batch = SquareMatrices.Batch(shape);
        Layout right = b.Layout.Expand(shape, "lu solve");
        using LaidMatrices<T> matrices = new("lu solve", factors, batch);
        using Tensor<int> exchanges = new Tensor<int>(pivots).Unsqueeze(-2);
        using LaidMatrices<int> rows = new("lu solve", exchanges.Node, batch);
        for (nint i = 0; i < batch.Size; i++)
        {
            RowExchange.CheckRows("lu", rows.Matrices[i], (int)shape[-2]);
        }

        if (!(b.Storage == x.Storage && right.SameElements(in x.Layout)))
        {
            x.Storage!.Device.Copy<T>(new Operand(b.Storage!, in right), x.Operand());
        }

        Device.Cpu.EachMatrix(new LuSolveWork<T>(matrices.Matrices, rows.Matrices, MatrixBatch<T>.Of(x)), batch.Size, 2.0 * shape[-2] * shape[-2] * shape[-1]);
    }
}
