namespace Onsager.Tensors;

/// <summary>Complex numbers as two tensors.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="Real">The real parts.</param>
/// <param name="Imaginary">The imaginary parts, of the same shape.</param>
public readonly record struct ComplexValues<T>(Tensor<T> Real, Tensor<T> Imaginary) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases both tensors.</summary>
    public void Dispose()
    {
        Real.Dispose();
        Imaginary.Dispose();
    }
}

/// <summary>
/// Eigenvalues of square matrices [..., n, n] of any kind, batched over leading axes, in double precision whatever the elements; <see cref="Simd.GeneralEigenvalues"/> says how they come
/// about. Each is an eigenvalue of a matrix that differs from A by less than 30 n ||A|| epsilon, which tests check for every kind of matrix in LAPACK's testers. A matrix
/// that holds a NaN or an infinity gives NaN everywhere.
/// </summary>
public static class GeneralEigen
{
    private const string Name = "eig";

    /// <summary>Real and imaginary parts [..., n], in the order in which they come out; complex ones in pairs, the positive imaginary part first.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor; or A is being differentiated: eigenvalues of general matrices have no derivative yet.</exception>
    public static ComplexValues<T> Values<T>(Tensor<T> a)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        SquareMatrices.Check<T>(Name, x);
        SpectralMatrices.Check<T>(Name, x);
        Tape.RefuseTracked(x, Name);
        Shape batch = SquareMatrices.Batch(x.Layout.Shape), line = x.Layout.Shape.Without(x.Layout.Shape.Rank - 1, keep: false);
        if (typeof(T) != typeof(double))
        {
            using Scope scope = Scope.Begin();
            (Tensor<double> real, Tensor<double> imaginary) = Values(a.Cast<double>());
            return new(scope.Keep(real.Cast<T>()), scope.Keep(imaginary.Cast<T>()));
        }

        using Scope results = Scope.Begin();
        Tensor<T> wr = Tensor.Empty<T>(line), wi = Tensor.Empty<T>(line);
        using LaidMatrices<double> matrices = new(Name, x, batch);
        double n = x.Layout.Shape[-1];
        Device.Cpu.EachMatrix(new GeneralEigenWork(matrices.Matrices, wr.Node, wi.Node, batch.Size), batch.Size, 10 * n * n * n);
        return new(results.Keep(wr), results.Keep(wi));
    }
}

/// <summary>Matrices one after the other.</summary>
internal readonly struct GeneralEigenWork(MatrixBatch<double> matrices, TensorNode real, TensorNode imaginary, nint batch) : IMatrixWork
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows;
        using WorkMemory<double> work = new(checked((nint)Simd.GeneralEigenvalues.Work(n)));
        for (nint i = first; i < end; i++)
        {
            Span<double> wr = CpuDevice.Memory<double>(real.Storage!, i * n, n), wi = CpuDevice.Memory<double>(imaginary.Storage!, i * n, n);
            if (!Simd.GeneralEigenvalues.Run(n, matrices[i], matrices.Leading, wr, wi, work.Elements))
            {
                throw new ArithmeticException($"eig: {SquareMatrices.Name(i, batch, n)} has eigenvalues that the iteration did not find.");
            }
        }
    }
}
