namespace Onsager.Tensors;

/// <summary>A = Q R.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="Q">[..., m, k] with orthonormal columns.</param>
/// <param name="R">[..., k, n], upper triangular.</param>
public readonly record struct QrFactors<T>(Tensor<T> Q, Tensor<T> R) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases both tensors.</summary>
    public void Dispose()
    {
        Q.Dispose();
        R.Dispose();
    }
}

/// <summary>
/// The factorisation A = Q R of matrices [..., m, n] by Householder reflectors, batched over leading axes; <see cref="Simd.Householder"/> says how it is blocked and in
/// which order. Residuals ||A - Q R|| / (m ||A|| epsilon) and ||I - Q^T Q|| / (m epsilon) stay below 30, which tests check for every kind of matrix in LAPACK's testers.
/// <para>Signs are LAPACK's: R's diagonal has whatever sign comes out. A matrix that holds a NaN or an infinity gives NaN everywhere.</para>
/// </summary>
public static partial class Qr
{
    private const string Name = "qr";

    /// <summary>Q [..., m, k] and R [..., k, n], where k = min(m, n), or k = m with <paramref name="isComplete"/>.</summary>
    /// <param name="a">The matrices [..., m, n].</param>
    /// <param name="isComplete">Whether Q is square.</param>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor; or Q is to be completed and A is being differentiated: its last columns are not determined.</exception>
    /// <remarks>The derivative (Walter and Lehmann, 2018) needs A's first min(m, n) columns to be independent: where R has a zero on its diagonal it throws <see cref="DivideByZeroException"/>.</remarks>
    public static QrFactors<T> Factor<T>(Tensor<T> a, bool isComplete = false)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        (int m, int n) = SpectralMatrices.Check<T>(Name, x);
        int k = isComplete ? m : int.Min(m, n);
        if (k > n)
        {
            Tape.RefuseTracked(x, "qr (complete)");
        }

        Shape batch = SquareMatrices.Batch(x.Layout.Shape);
        TensorNode whole = JointResult<T>.New(batch.Size * k * (m + n));
        try
        {
            using LaidMatrices<T> matrices = new(Name, x, batch);
            Device.Cpu.EachMatrix(new QrWork<T>(matrices.Matrices, whole, batch.Size, k, k), batch.Size, 2.0 * m * n * int.Min(m, n));
        }
        catch
        {
            whole.ReleaseHandle();
            throw;
        }

        Tape.Record(new QrRule<T>(batch, m, n), x, null, null, whole);
        using Tensor<T> joint = new(whole);
        JointResult<T> results = new(joint);
        return new(results.Next(SquareMatrices.Join(batch, m, k)), results.Next(SquareMatrices.Join(batch, k, n)));
    }

    /// <summary>R [..., min(m, n), n] alone.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> R<T>(Tensor<T> a)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        (int m, int n) = SpectralMatrices.Check<T>(Name, x);
        if (Tape.Records(x, x, x))
        {
            QrFactors<T> factors = Factor(a);
            factors.Q.Dispose();
            return factors.R;
        }

        Shape batch = SquareMatrices.Batch(x.Layout.Shape);
        TensorNode r = Tensor.NewNode<T>(SquareMatrices.Join(batch, int.Min(m, n), n), x.Storage!.Device);
        try
        {
            using LaidMatrices<T> matrices = new(Name, x, batch);
            Device.Cpu.EachMatrix(new QrWork<T>(matrices.Matrices, r, batch.Size, 0, int.Min(m, n)), batch.Size, 2.0 * m * n * int.Min(m, n));
        }
        catch
        {
            r.ReleaseHandle();
            throw;
        }

        return new(r);
    }
}

/// <summary>Factorisations one after the other; all Q stand before all R.</summary>
internal readonly struct QrWork<T>(MatrixBatch<T> matrices, TensorNode results, nint batch, int qColumns, int rRows) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int m = matrices.Rows, n = matrices.Columns, sizeQ = m * qColumns, sizeR = rRows * n;
        using WorkMemory<T> work = new(checked((nint)Simd.Householder.QrWork<T>(m, n)));
        for (nint i = first; i < end; i++)
        {
            Span<T> q = CpuDevice.Memory<T>(results.Storage!, i * sizeQ, sizeQ), r = CpuDevice.Memory<T>(results.Storage!, (batch * sizeQ) + (i * sizeR), sizeR);
            Simd.Householder.Qr(m, n, matrices[i], matrices.Leading, qColumns, q, r, work.Elements);
        }
    }
}

/// <summary>
/// For the first columns X = Q U of A = [X Y], R = [U V]: dX = (dQ + Q S) U^-T, where S is the lower triangle of U dU^T - dQ^T Q made symmetric and dQ includes Y dV^T; dY = Q dV
/// (Walter and Lehmann, "Algorithmic differentiation of linear algebra functions", 2018). Where columns were exchanged, that is A with its columns in their order, the entry's second input.
/// </summary>
internal sealed class QrRule<T>(Shape batch, int m, int n) : Rule
    where T : unmanaged
{
    public override string Name => "qr";

    public override void Backward(Tape tape, in Entry entry)
    {
        int k = int.Min(m, n);
        if (k == 0)
        {
            return;
        }

        using Scope scope = Scope.Begin();
        JointResult<T> values = new(new Tensor<T>(entry.Result)), gradients = new(tape.Gradient<T>(entry.Result));
        Tensor<T> q = values.Next(SquareMatrices.Join(batch, m, k)), r = values.Next(SquareMatrices.Join(batch, k, n));
        Tensor<T> dq = gradients.Next(q.Shape), dr = gradients.Next(r.Shape).Triu();
        Tensor<T> u = r.Slice(-1, 0, k), du = dr.Slice(-1, 0, k);
        if (n > k)
        {
            dq += Columns(entry).Slice(-1, k, n).MatMul(dr.Slice(-1, k, n).Transpose());
        }

        Tensor<T> s = u.MatMul(du.Transpose()) - dq.Transpose().MatMul(q);
        Tensor<T> dx = Triangular.SolveRight(u, dq + q.MatMul(s.Tril() + s.Tril(-1).Transpose()), transpose: true, upper: true);
        Tensor<T> da = n > k ? Tensor.Concatenate(dx.Rank - 1, dx, q.MatMul(dr.Slice(-1, k, n))) : dx;
        tape.Contribute(entry.X, entry.Y is null ? da : da.TakeAlongAxis(-1, Everywhere(new Tensor<int>(entry.Y).ArgSort())));
    }

    /// <summary>A's columns in the order in which they were factored.</summary>
    private Tensor<T> Columns(in Entry entry)
    {
        Tensor<T> x = new Tensor<T>(entry.X).Share();
        return entry.Y is null ? x : x.TakeAlongAxis(-1, Everywhere(new Tensor<int>(entry.Y).Share()));
    }

    /// <summary>An order of columns for each row.</summary>
    private Tensor<int> Everywhere(Tensor<int> order) => order.Unsqueeze(-2).Expand(SquareMatrices.Join(batch, m, n));
}

/// <summary>Checks of decompositions of matrices of any shape.</summary>
internal static class SpectralMatrices
{
    /// <summary>Rows and columns of matrices [..., m, n] on the processor.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="NotSupportedException">They are elsewhere, or too large, or elements without arithmetic.</exception>
    public static (int Rows, int Columns) Check<T>(string operation, TensorNode a)
    {
        Tensor.CheckArithmetic<T>(operation);
        Shape shape = a.Layout.Shape;
        if (shape.Rank < 2)
        {
            throw new ArgumentException($"{operation}: {shape} has rank {shape.Rank}; matrices are needed.");
        }

        SquareMatrices.CheckPlace(operation, a);
        (nint m, nint n) = (shape[-2], shape[-1]);
        double most = double.Max(m, n) * double.Max(m, n);
        return most <= int.MaxValue / 8
            ? ((int)m, (int)n)
            : throw new NotSupportedException($"{operation}: matrices of {shape} are too large; the product of the larger extent with itself must be at most {int.MaxValue / 8}.");
    }
}
