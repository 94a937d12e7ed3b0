using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Factors and pivots of matrices, one after the other.</summary>
internal readonly struct LuWork<T>(MatrixBatch<T> matrices, MatrixBatch<T> factors, TensorNode pivots) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows;
        using WorkMemory<T> work = new(LuFactor.WorkLength<T>(n));
        for (nint i = first; i < end; i++)
        {
            Span<int> rows = CpuDevice.Memory<int>(pivots.Storage!, pivots.Layout.Offset + (i * n), n);
            LuFactor.Factor<T>(n, matrices[i], matrices.Leading, factors[i], factors.Leading, rows, work.Elements);
        }
    }
}

/// <summary>Solutions from factors, each in the place of its right side.</summary>
internal readonly struct LuSolveWork<T>(MatrixBatch<T> factors, MatrixBatch<int> pivots, MatrixBatch<T> right) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        for (nint i = first; i < end; i++)
        {
            Solve(factors[i], factors.Leading, pivots[i], right[i], right.Leading, right.Columns);
        }
    }

    /// <summary>X in the place of B.</summary>
    public static void Solve(ReadOnlySpan<T> factors, int leading, ReadOnlySpan<int> pivots, Span<T> b, int ldb, int columns)
    {
        int n = pivots.Length;
        LuFactor.SwapRows(backwards: false, pivots, columns, b, ldb);
        TriangularSolve.Left(lower: true, transpose: false, unit: true, n, columns, factors, leading, b, ldb);
        TriangularSolve.Left(lower: false, transpose: false, unit: false, n, columns, factors, leading, b, ldb);
    }
}

/// <summary>Solutions of systems whose factors nobody keeps, each in the place of its right side.</summary>
internal readonly struct SystemWork<T>(MatrixBatch<T> matrices, MatrixBatch<T> right, nint batch) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows;
        nint square = (nint)n * n;
        using WorkMemory<T> work = new(square + LuFactor.WorkLength<T>(n));
        using WorkMemory<int> pivots = new(n);
        Span<T> factors = work.Elements[..(int)square];
        for (nint i = first; i < end; i++)
        {
            int zero = LuFactor.Factor<T>(n, matrices[i], matrices.Leading, factors, int.Max(1, n), pivots.Elements, work.Elements[(int)square..]);
            if (zero >= 0 && right.Columns > 0)
            {
                throw RegularPivots.Singular("solve", zero, i, batch, n, factors[(zero * n) + zero]);
            }

            LuSolveWork<T>.Solve(factors, int.Max(1, n), pivots.Elements, right[i], right.Leading, right.Columns);
        }
    }
}

/// <summary>What refuses singular matrices.</summary>
internal static class RegularPivots
{
    /// <summary>No pivot is zero; NaN is none, since everything computed with it shows it.</summary>
    /// <exception cref="ArithmeticException">One is.</exception>
    public static void Check<T>(string operation, Tensor<T> factors)
        where T : unmanaged
    {
        if (TryFind(factors, out nint at, out T pivot))
        {
            nint n = factors.Shape[-1];
            throw Singular(operation, (int)(at % n), at / n, factors.Size / nint.Max(1, n * n), (int)n, pivot);
        }
    }

    /// <summary>Whether a pivot is zero.</summary>
    public static bool HasZero<T>(Tensor<T> factors)
        where T : unmanaged => TryFind(factors, out _, out _);

    private static bool TryFind<T>(Tensor<T> factors, out nint at, out T pivot)
        where T : unmanaged
    {
        using Tensor<T> diagonal = factors.Diagonal(0, -2, -1);
        Layout layout = diagonal.Layout;
        for (at = 0; at < layout.Shape.Size; at++)
        {
            pivot = CpuDevice.Memory<T>(diagonal.Node.Storage!, layout.Place(at), 1)[0];
            if (Scalars.IsZero(pivot))
            {
                return true;
            }
        }

        pivot = default;
        return false;
    }

    public static ArithmeticException Singular<T>(string operation, int pivot, nint matrix, nint batch, int n, T value)
        where T : unmanaged => new($"{operation}: {SquareMatrices.Name(matrix, batch, n)} is singular: pivot {pivot} is {value}.");
}

/// <summary>The exchange of rows by pivots, which are constant.</summary>
internal static class RowExchange
{
    /// <summary>x [..., n, columns] with its rows exchanged in the order of pivots [..., n], or backwards.</summary>
    public static Tensor<T> Run<T>(Tensor<T> x, Tensor<int> pivots, bool isBackwards)
        where T : unmanaged
    {
        Shape shape = x.Shape, batch = Shape.Broadcast(SquareMatrices.Batch(shape), pivots.Shape.Without(pivots.Rank - 1, keep: false), "lu");
        TensorNode moved = Tensor.NewNode<T>(SquareMatrices.Join(batch, shape[-2], shape[-1]), x.Device);
        try
        {
            Layout spread = x.Layout.Expand(moved.Layout.Shape, "lu");
            x.Device.Copy<T>(new Operand(x.Node.Storage!, in spread), moved.Operand());
            using Tensor<int> lines = pivots.Unsqueeze(-2);
            using LaidMatrices<int> rows = new("lu", lines.Node, batch);
            MatrixBatch<T> matrices = MatrixBatch<T>.Of(moved);
            for (nint i = 0; i < batch.Size; i++)
            {
                LuFactor.SwapRows(isBackwards, rows.Matrices[i], matrices.Columns, matrices[i], matrices.Leading);
            }
        }
        catch
        {
            moved.ReleaseHandle();
            throw;
        }

        Tape.Record(isBackwards ? RowExchangeRule<T>.Backwards : RowExchangeRule<T>.Forwards, x.Node, pivots.Node, null, moved);
        return new(moved);
    }

    /// <summary>Every pivot is a row.</summary>
    public static void CheckRows(string operation, ReadOnlySpan<int> pivots, int n)
    {
        foreach (int pivot in pivots)
        {
            if ((uint)pivot >= (uint)n)
            {
                throw new ArgumentOutOfRangeException(nameof(pivots), pivot, $"{operation}: pivot {pivot} is not one of {n} rows.");
            }
        }
    }
}

/// <summary>dx = dy with its rows exchanged the other way round.</summary>
internal sealed class RowExchangeRule<T>(bool isBackwards) : Rule
    where T : unmanaged
{
    public static readonly RowExchangeRule<T> Forwards = new(false), Backwards = new(true);

    public override string Name => "row exchange";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = RowExchange.Run(dy, new Tensor<int>(entry.Y!), !isBackwards);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>dA = P^T L^-T (the strict lower triangle of L^T dL + the upper triangle of dU U^T) U^-T.</summary>
internal sealed class LuRule<T> : Rule
    where T : unmanaged
{
    public static readonly LuRule<T> Instance = new();

    public override string Name => "lu";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> factors = new(entry.Result), d = tape.Gradient<T>(entry.Result);
        Tensor<T> lower = factors.Tril(-1) + Tensor.Identity<T>(factors.Shape[-1]), upper = factors.Triu();
        Tensor<T> inner = lower.Transpose().MatMul(d.Tril(-1)).Tril(-1) + d.Triu().MatMul(upper.Transpose()).Triu();
        Tensor<T> left = Triangular.Solve(factors, inner, transpose: true, unitDiagonal: true);
        Tensor<T> both = Triangular.Solve(factors, left.Transpose(), upper: true).Transpose();
        tape.Contribute(entry.X, RowExchange.Run(both, new Tensor<int>(entry.Y!), isBackwards: true));
    }
}
