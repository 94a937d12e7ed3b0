namespace Onsager.Tensors;

/// <summary>A with its columns exchanged = Q R.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="Q">[..., m, k] with orthonormal columns, k = min(m, n).</param>
/// <param name="R">[..., k, n], upper triangular; its diagonal falls in magnitude.</param>
/// <param name="Permutation">[..., n]: column j of Q R is column Permutation[j] of A.</param>
/// <param name="Rank">[...]: how many elements of R's diagonal count.</param>
public readonly record struct PivotedQrFactors<T>(Tensor<T> Q, Tensor<T> R, Tensor<int> Permutation, Tensor<int> Rank) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases the four tensors.</summary>
    public void Dispose()
    {
        Q.Dispose();
        R.Dispose();
        Permutation.Dispose();
        Rank.Dispose();
    }
}

/// <summary>A = Q R with Q as its reflectors, in the form of LAPACK's geqrf.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="Compact">[..., m, n]: R from the diagonal on; reflector j in column j below it, behind a 1 that is not stored.</param>
/// <param name="Tau">[..., min(m, n)]: the reflectors' factors.</param>
public readonly record struct QrReflectors<T>(Tensor<T> Compact, Tensor<T> Tau) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases both tensors.</summary>
    public void Dispose()
    {
        Compact.Dispose();
        Tau.Dispose();
    }
}

/// <summary>The QR factorisation with column pivoting.</summary>
public static class PivotedQr
{
    private const string Name = "pivoted qr";

    /// <summary>Q, R, the order of the columns, and the rank: elements of R's diagonal above rcond times the first, which is max(m, n) epsilon where rcond is left out.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="ArgumentOutOfRangeException">rcond is negative or NaN.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    /// <remarks>The derivative takes the order as constant and is that of <see cref="Qr"/>.</remarks>
    public static PivotedQrFactors<T> Factor<T>(Tensor<T> a, double? rcond = null)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        (int m, int n) = SpectralMatrices.Check<T>(Name, x);
        double least = Svd.Cutoff<T>(Name, m, n, rcond);
        int k = int.Min(m, n);
        Shape batch = SquareMatrices.Batch(x.Layout.Shape);
        using Scope scope = Scope.Begin();
        Tensor<T> whole = new(JointResult<T>.New(batch.Size * k * (m + n)));
        Tensor<int> permutation = Tensor.Empty<int>(Svd.Line(batch, n));
        using LaidMatrices<T> matrices = new(Name, x, batch);
        Device.Cpu.EachMatrix(new PivotedQrWork<T>(matrices.Matrices, whole.Node, permutation.Node, batch.Size), batch.Size, 4.0 * m * n * k);
        Tape.Record(new QrRule<T>(batch, m, n), x, permutation.Node, null, whole.Node);
        JointResult<T> results = new(whole);
        Tensor<T> q = results.Next(SquareMatrices.Join(batch, m, k)), r = results.Next(SquareMatrices.Join(batch, k, n));
        return new(scope.Keep(q), scope.Keep(r), scope.Keep(permutation), scope.Keep(Rank(Autodiff.StopGradient(r), least)));
    }

    /// <summary>The factorisation A = Q R, without pivoting, with Q as its reflectors.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor; or A is being differentiated.</exception>
    public static QrReflectors<T> Reflectors<T>(Tensor<T> a)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        (int m, int n) = SpectralMatrices.Check<T>("qr reflectors", x);
        Tape.RefuseTracked(x, "qr reflectors");
        Shape batch = SquareMatrices.Batch(x.Layout.Shape);
        using Scope scope = Scope.Begin();
        Tensor<T> compact = Tensor.Empty<T>(x.Layout.Shape), tau = Tensor.Empty<T>(Svd.Line(batch, int.Min(m, n)));
        using LaidMatrices<T> matrices = new("qr reflectors", x, batch);
        Device.Cpu.EachMatrix(new ReflectorWork<T>(matrices.Matrices, compact.Node, tau.Node), batch.Size, 2.0 * m * n * int.Min(m, n));
        return new(scope.Keep(compact), scope.Keep(tau));
    }

    /// <summary>Q C, or Q^T C, for C [..., m, columns] with the leading axes of the reflectors, without making Q.</summary>
    /// <exception cref="ArgumentException">The shapes or devices do not fit.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor; or an operand is being differentiated.</exception>
    public static Tensor<T> Apply<T>(QrReflectors<T> reflectors, Tensor<T> c, bool transpose = false)
        where T : unmanaged
    {
        TensorNode v = reflectors.Compact.Node, tau = reflectors.Tau.Node, right = c.Node;
        (int m, int n) = SpectralMatrices.Check<T>("apply reflectors", v);
        Shape batch = SquareMatrices.Batch(v.Layout.Shape), shape = right.Layout.Shape;
        int count = int.Min(m, n);
        if (shape.Rank < 2 || shape[-2] != m || SquareMatrices.Batch(shape) != batch || tau.Layout.Shape != Svd.Line(batch, count))
        {
            throw new ArgumentException($"apply reflectors: reflectors {v.Layout.Shape} need {Svd.Line(batch, count)} factors and a matrix {batch} x [{m}, columns]; got {tau.Layout.Shape} and {shape}.", nameof(c));
        }

        Elementwise.CheckDevices("apply reflectors", v, right);
        Elementwise.CheckDevices("apply reflectors", v, tau);
        Tape.RefuseTracked(v, "apply reflectors");
        Tape.RefuseTracked(tau, "apply reflectors");
        Tape.RefuseTracked(right, "apply reflectors");
        using Scope scope = Scope.Begin();
        Tensor<T> result = c.Clone(), factors = reflectors.Tau.Contiguous();
        using LaidMatrices<T> vectors = new("apply reflectors", v, batch);
        int columns = (int)shape[-1];
        Device.Cpu.EachMatrix(new ApplyWork<T>(transpose, vectors.Matrices, factors.Node, result.Node, columns), batch.Size, 4.0 * m * count * columns);
        return scope.Keep(result);
    }

    private static Tensor<int> Rank<T>(Tensor<T> r, double least)
        where T : unmanaged
    {
        using Tensor<T> diagonal = r.Diagonal(0, -2, -1), sizes = diagonal.Abs();
        if (sizes.Shape[-1] == 0)
        {
            return Tensor.Zeros<int>(SquareMatrices.Batch(r.Shape));
        }

        using Tensor<T> first = sizes.Slice(-1, 0, 1), bound = first * Tensor.Constant<T>(least);
        using Tensor<bool> counts = sizes.GreaterThan(bound);
        return counts.CountNonzero([-1]);
    }
}

/// <summary>Factorisations one after the other; all Q stand before all R.</summary>
internal readonly struct PivotedQrWork<T>(MatrixBatch<T> matrices, TensorNode results, TensorNode permutations, nint batch) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int m = matrices.Rows, n = matrices.Columns, k = int.Min(m, n), sizeQ = m * k, sizeR = k * n;
        using WorkMemory<T> work = new(checked((nint)Simd.Householder.PivotedQrWork<T>(m, n)));
        for (nint i = first; i < end; i++)
        {
            Span<T> q = CpuDevice.Memory<T>(results.Storage!, i * sizeQ, sizeQ), r = CpuDevice.Memory<T>(results.Storage!, (batch * sizeQ) + (i * sizeR), sizeR);
            Simd.Householder.PivotedQr(m, n, matrices[i], matrices.Leading, q, r, CpuDevice.Memory<int>(permutations.Storage!, i * n, n), work.Elements);
        }
    }
}

/// <summary>Reflectors of matrices, one after the other.</summary>
internal readonly struct ReflectorWork<T>(MatrixBatch<T> matrices, TensorNode compact, TensorNode tau) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int m = matrices.Rows, n = matrices.Columns, k = int.Min(m, n);
        using WorkMemory<T> work = new(checked((nint)Simd.Householder.QrWork<T>(m, n)));
        for (nint i = first; i < end; i++)
        {
            Span<T> target = CpuDevice.Memory<T>(compact.Storage!, i * m * n, m * n), factors = CpuDevice.Memory<T>(tau.Storage!, i * k, k);
            Simd.Householder.Reflectors(m, n, matrices[i], matrices.Leading, target, factors, work.Elements);
        }
    }
}

/// <summary>Products with Q in their place, one after the other.</summary>
internal readonly struct ApplyWork<T>(bool transpose, MatrixBatch<T> vectors, TensorNode tau, TensorNode result, int columns) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int m = vectors.Rows, k = int.Min(m, vectors.Columns), size = m * columns;
        using WorkMemory<T> work = new(checked((nint)Simd.Householder.ApplyWork<T>(m, k, columns)));
        for (nint i = first; i < end; i++)
        {
            ReadOnlySpan<T> factors = CpuDevice.Memory<T>(tau.Storage!, tau.Layout.Offset + (i * k), k);
            Simd.Householder.Apply(transpose, m, k, vectors[i], vectors.Leading, factors, CpuDevice.Memory<T>(result.Storage!, i * size, size), columns, work.Elements);
        }
    }
}
