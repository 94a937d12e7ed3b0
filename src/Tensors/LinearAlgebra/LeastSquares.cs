namespace Onsager.Tensors;

/// <summary>What minimises ||A X - B||.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="X">[..., n, columns]; the shortest of all minima where there are several.</param>
/// <param name="Residuals">[..., columns]: the squares of the lengths of A X - B.</param>
/// <param name="Rank">[...], the rank of A as it was counted.</param>
public readonly record struct LeastSquaresSolution<T>(Tensor<T> X, Tensor<T> Residuals, Tensor<int> Rank) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases the three tensors.</summary>
    public void Dispose()
    {
        X.Dispose();
        Residuals.Dispose();
        Rank.Dispose();
    }
}

/// <summary>Linear least squares, batched over leading axes.</summary>
public static class LeastSquares
{
    private const string Name = "least squares";

    /// <summary>
    /// The X of least length that minimises ||A X - B|| for A [..., m, n] of any rank and B [..., m, columns]: singular values up to rcond times the largest count as 0, which is max(m, n) epsilon
    /// where it is left out. Leading axes broadcast.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the devices differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">rcond is negative or NaN.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    /// <remarks>Made of the pseudo-inverse, so that derivatives are right where the rank stays as it is.</remarks>
    public static LeastSquaresSolution<T> Solve<T>(Tensor<T> a, Tensor<T> b, double? rcond = null)
        where T : unmanaged
    {
        Check(a, b);
        using Scope scope = Scope.Begin();
        Tensor<T> inverse = LinearAlgebra.PseudoInverse(a, rcond), x = inverse.MatMul(b);
        return Keep(scope, a, b, x, LinearAlgebra.MatrixRank(a, rcond));
    }

    /// <summary>
    /// The same for A of full column rank, m at least n, by A = Q R: X = R^-1 Q^T B, in a fraction of the time. The rank that is told is n.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, there are fewer rows than columns, or the devices differ.</exception>
    /// <exception cref="DivideByZeroException">A's columns are dependent, so that R has a zero on its diagonal.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static LeastSquaresSolution<T> SolveFullRank<T>(Tensor<T> a, Tensor<T> b)
        where T : unmanaged
    {
        (int m, int n) = Check(a, b);
        if (m < n)
        {
            throw new ArgumentException($"{Name}: {a.Shape} has fewer rows than columns, so its columns are dependent; use Solve.", nameof(a));
        }

        using Scope scope = Scope.Begin();
        (Tensor<T> q, Tensor<T> r) = Qr.Factor(a);
        Tensor<T> x = Triangular.Solve(r, q.Transpose().MatMul(b), upper: true);
        return Keep(scope, a, b, x, Tensor.Full(SquareMatrices.Batch(a.Shape), n));
    }

    private static (int Rows, int Columns) Check<T>(Tensor<T> a, Tensor<T> b)
        where T : unmanaged
    {
        (int m, int n) = SpectralMatrices.Check<T>(Name, a.Node);
        if (b.Rank < 2 || b.Shape[-2] != m)
        {
            throw new ArgumentException($"{Name}: the matrix has shape {a.Shape}; the right side {b.Shape} must be [..., {m}, columns].", nameof(b));
        }

        Elementwise.CheckDevices(Name, a.Node, b.Node);
        Shape.Broadcast(SquareMatrices.Batch(a.Shape), SquareMatrices.Batch(b.Shape), Name);
        return (m, n);
    }

    private static LeastSquaresSolution<T> Keep<T>(Scope scope, Tensor<T> a, Tensor<T> b, Tensor<T> x, Tensor<int> rank)
        where T : unmanaged => new(scope.Keep(x), scope.Keep((a.MatMul(x) - b).Square().Sum(-2)), scope.Keep(rank));
}
