using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Factors of matrices, one after the other.</summary>
internal readonly struct CholeskyWork<T>(MatrixBatch<T> matrices, MatrixBatch<T> factors, nint batch) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows;
        using WorkMemory<T> work = new(CholeskyFactor.WorkLength<T>(n));
        for (nint i = first; i < end; i++)
        {
            int failed = CholeskyFactor.Factor<T>(n, matrices[i], matrices.Leading, factors[i], factors.Leading, work.Elements, out T pivot);
            if (failed >= 0)
            {
                throw Cholesky.NotPositiveDefinite(i, batch, n, failed, pivot);
            }
        }
    }
}

/// <summary>Rank-one changes of factors, each in its place.</summary>
internal readonly struct RankOneWork<T>(bool isDowndate, MatrixBatch<T> vectors, MatrixBatch<T> factors, nint batch) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int n = factors.Rows;
        using WorkMemory<T> work = new(CholeskyFactor.WorkLength<T>(n) + 16 + n);
        Span<T> x = work.Elements[..n];
        for (nint i = first; i < end; i++)
        {
            vectors[i].CopyTo(x);
            int failed = CholeskyFactor.Update(isDowndate, n, factors[i], factors.Leading, x, work.Elements[n..]);
            if (failed >= 0)
            {
                throw new ArithmeticException(
                    $"cholesky {(isDowndate ? "downdate" : "update")}: {SquareMatrices.Name(i, batch, n)} is not positive definite any more: column {failed} has no pivot above zero.");
            }
        }
    }
}

/// <summary>dA = L^-T S L^-1, where S is the lower triangle of L^T dL made symmetric, halved (I. Murray, 2016, equation 10, symmetrised).</summary>
internal sealed class CholeskyRule<T> : Rule
    where T : unmanaged
{
    public static readonly CholeskyRule<T> Instance = new();

    public override string Name => "cholesky";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> dl = tape.Gradient<T>(entry.Result);
        tape.Contribute(entry.X, Gradient(new Tensor<T>(entry.Result), dl));
    }

    /// <summary>The symmetric gradient by A.</summary>
    public static Tensor<T> Gradient(Tensor<T> l, Tensor<T> dl)
    {
        Tensor<T> product = l.Transpose().MatMul(dl.Tril()), half = product.Tril() + product.Tril(-1).Transpose();
        Tensor<T> left = Triangular.Solve(l, half * Tensor.Constant<T>(0.5), transpose: true);
        return Triangular.Solve(l, left.Transpose(), transpose: true);
    }
}

/// <summary>The factor of L L^T + v v^T is a function of that sum: dL = 2 dA L in the lower triangle, dv = 2 dA v; both with the other sign for v where v v^T is subtracted.</summary>
internal sealed class CholeskyUpdateRule<T>(double sign) : Rule
    where T : unmanaged
{
    public static readonly CholeskyUpdateRule<T> Up = new(1), Down = new(-1);

    public override string Name => sign > 0 ? "cholesky update" : "cholesky downdate";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> da = CholeskyRule<T>.Gradient(new Tensor<T>(entry.Result), tape.Gradient<T>(entry.Result));
        if (tape.Follows(entry.X))
        {
            tape.Contribute(entry.X, (da.MatMul(new Tensor<T>(entry.X).Tril()) * Tensor.Constant<T>(2)).Tril());
        }

        if (tape.Follows(entry.Y!))
        {
            tape.Contribute(entry.Y!, (da.MatMul(new Tensor<T>(entry.Y!).Unsqueeze(-1)) * Tensor.Constant<T>(2 * sign)).Squeeze(-1));
        }
    }
}
