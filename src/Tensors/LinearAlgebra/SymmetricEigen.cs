namespace Onsager.Tensors;

/// <summary>A V = V diag(values).</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="Values">[..., n] in ascending order.</param>
/// <param name="Vectors">[..., n, n], orthonormal, column j for value j.</param>
public readonly record struct SymmetricEigenvectors<T>(Tensor<T> Values, Tensor<T> Vectors) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases both tensors.</summary>
    public void Dispose()
    {
        Values.Dispose();
        Vectors.Dispose();
    }
}

/// <summary>
/// Eigenvalues and eigenvectors of symmetric matrices [..., n, n], batched over leading axes; <see cref="Simd.SymmetricEigenvalues"/> says how they come about and in which
/// order. Residuals ||A V - V diag|| / (n ||A|| epsilon) and ||I - V^T V|| / (n epsilon) stay below 30, which tests check for every kind of matrix in LAPACK's testers.
/// <para>A vector's sign, and among equal values the choice of vectors, are whatever comes out, the same on every machine. Only one triangle of A is read, but A
/// counts as symmetric: the gradient by A is the symmetric one, as PyTorch's is. A matrix that holds a NaN or an infinity in that triangle gives NaN everywhere.</para>
/// <para>Derivatives of vectors divide by gaps between values. Where values are equal to rounding (64 n epsilon of the largest), that part is 0, which is right for
/// everything that does not depend on the choice of vectors and whose dependence on the values is the same for equal ones: sums of functions of values, projections onto the space of
/// separated values. It is not right for matrix functions V f(values) V^T of degenerate matrices.</para>
/// </summary>
public static class SymmetricEigen
{
    private const string Name = "eigh";

    /// <summary>Values and vectors of A, of which the lower triangle (or the upper one) is read.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end, which has not been seen.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static SymmetricEigenvectors<T> Factor<T>(Tensor<T> a, bool upper = false)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        SquareMatrices.Check<T>(Name, x);
        int n = SpectralMatrices.Check<T>(Name, x).Rows;
        Shape batch = SquareMatrices.Batch(x.Layout.Shape);
        TensorNode whole = JointResult<T>.New(batch.Size * n * (n + 1));
        try
        {
            Run<T>(x, whole, n, upper, hasVectors: true);
        }
        catch
        {
            whole.ReleaseHandle();
            throw;
        }

        Tape.Record(new SymmetricEigenRule<T>(batch, n), x, null, null, whole);
        using Tensor<T> joint = new(whole);
        JointResult<T> results = new(joint);
        return new(results.Next(x.Layout.Shape.Without(x.Layout.Shape.Rank - 1, keep: false)), results.Next(x.Layout.Shape));
    }

    /// <summary>Values [..., n] alone, with the same bits; in a function that is being differentiated vectors are made too, which the derivative needs.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end, which has not been seen.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> Values<T>(Tensor<T> a, bool upper = false)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        SquareMatrices.Check<T>(Name, x);
        int n = SpectralMatrices.Check<T>(Name, x).Rows;
        if (Tape.Records(x, x, x))
        {
            SymmetricEigenvectors<T> both = Factor(a, upper);
            both.Vectors.Dispose();
            return both.Values;
        }

        TensorNode values = Tensor.NewNode<T>(x.Layout.Shape.Without(x.Layout.Shape.Rank - 1, keep: false), x.Storage!.Device);
        try
        {
            Run<T>(x, values, n, upper, hasVectors: false);
        }
        catch
        {
            values.ReleaseHandle();
            throw;
        }

        return new(values);
    }

    private static void Run<T>(TensorNode x, TensorNode results, int n, bool upper, bool hasVectors)
        where T : unmanaged
    {
        Shape batch = SquareMatrices.Batch(x.Layout.Shape);
        using LaidMatrices<T> matrices = new(Name, x, batch);
        Device.Cpu.EachMatrix(new SymmetricEigenWork<T>(matrices.Matrices, results, batch.Size, upper, hasVectors), batch.Size, (hasVectors ? 9.0 : 1.5) * n * n * n);
    }
}

/// <summary>Matrices one after the other; all values stand before all vectors.</summary>
internal readonly struct SymmetricEigenWork<T>(MatrixBatch<T> matrices, TensorNode results, nint batch, bool upper, bool hasVectors) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows;
        using WorkMemory<T> work = new(checked((nint)Simd.SymmetricEigenvalues.Work<T>(n)));
        for (nint i = first; i < end; i++)
        {
            Span<T> values = CpuDevice.Memory<T>(results.Storage!, i * n, n);
            Span<T> vectors = hasVectors ? CpuDevice.Memory<T>(results.Storage!, (batch * n) + (i * n * n), n * n) : [];
            if (!Simd.SymmetricEigenvalues.Run(n, matrices[i], matrices.Leading, !upper, values, vectors, work.Elements))
            {
                throw new ArithmeticException($"eigh: {SquareMatrices.Name(i, batch, n)} has eigenvalues that the iteration did not find.");
            }
        }
    }
}

/// <summary>dA = V (diag(dvalues) + (V^T dV) / gaps) V^T, made symmetric (M. Giles, "An extended collection of matrix derivative results", 2008, section 3.1).</summary>
internal sealed class SymmetricEigenRule<T>(Shape batch, int n) : Rule
    where T : unmanaged
{
    public override string Name => "eigh";

    public override void Backward(Tape tape, in Entry entry)
    {
        if (n == 0)
        {
            return;
        }

        using Scope scope = Scope.Begin();
        Shape square = SquareMatrices.Join(batch, n, n), line = square.Without(square.Rank - 1, keep: false);
        JointResult<T> results = new(new Tensor<T>(entry.Result)), gradients = new(tape.Gradient<T>(entry.Result));
        Tensor<T> values = results.Next(line), vectors = results.Next(square), turned = vectors.Transpose();
        Tensor<T> dvalues = gradients.Next(line), dvectors = gradients.Next(square);
        Tensor<T> inner = dvalues.DiagEmbed() + SpectralGaps.Divide(turned.MatMul(dvectors), values, -1);
        Tensor<T> da = vectors.MatMul(inner).MatMul(turned);
        tape.Contribute(entry.X, (da + da.Transpose()) * Tensor.Constant<T>(0.5));
    }
}
