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

/// <summary>A V = V diag(values), complex.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="Values">[..., n], in the order in which they come out; complex ones in pairs, the positive imaginary part first.</param>
/// <param name="Vectors">[..., n, n], column j for value j: its length is 1, and its largest component positive and real.</param>
public readonly record struct GeneralEigenvectors<T>(ComplexTensor<T> Values, ComplexTensor<T> Vectors) : IDisposable
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
/// Eigenvalues and right eigenvectors of square matrices [..., n, n] of any kind, batched over leading axes, in double precision whatever the elements;
/// <see cref="Simd.GeneralEigenvalues"/> says how they come about. Each value is an eigenvalue of a matrix that differs from A by less than 30 n ||A|| epsilon, and residuals
/// ||A V - V diag|| / (n ||A|| epsilon) stay below 30, which tests check for every kind of matrix in LAPACK's testers. A matrix that holds a NaN or an infinity gives NaN everywhere.
/// <para>Derivatives, of any order, need all vectors: they solve systems with V, and are as large as it is badly conditioned. Where V has no inverse (a Jordan block has a single vector), there is
/// no derivative, and what rounding makes of one means nothing; a V that is singular to the last bit gives <see cref="ArithmeticException"/>. Derivatives of vectors divide by gaps
/// between values; where these are equal to rounding (64 n epsilon of the largest), that part is 0, which is right for everything that does not depend on the choice of vectors and treats equal
/// values alike; but vectors of values that rounding alone tells apart can be nearly dependent, and digits are lost accordingly. A vector's phase is held: the derivative is right for everything that does not depend on it, as magnitudes and products with the conjugate vector.</para>
/// </summary>
public static class GeneralEigen
{
    private const string Name = "eig";

    /// <summary>Values [..., n] and vectors [..., n, n]; the values have the bits of <see cref="Values"/>.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static GeneralEigenvectors<T> Factor<T>(Tensor<T> a)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        SquareMatrices.Check<T>(Name, x);
        int n = SpectralMatrices.Check<T>(Name, x).Rows;
        if (typeof(T) != typeof(double))
        {
            using Scope scope = Scope.Begin();
            (ComplexTensor<double> exactValues, ComplexTensor<double> exactVectors) = Factor(a.Cast<double>());
            return new(new(scope.Keep(exactValues.Planes.Cast<T>())), new(scope.Keep(exactVectors.Planes.Cast<T>())));
        }

        Shape batch = SquareMatrices.Batch(x.Layout.Shape);
        TensorNode whole = JointResult<double>.New(2 * batch.Size * n * (n + 1));
        try
        {
            using LaidMatrices<double> matrices = new(Name, x, batch);
            Device.Cpu.EachMatrix(new GeneralEigenvectorWork(matrices.Matrices, whole, batch.Size), batch.Size, 25.0 * n * n * n);
        }
        catch
        {
            whole.ReleaseHandle();
            throw;
        }

        Tape.Record(new GeneralEigenRule<T>(batch, n), x, null, null, whole);
        using Tensor<T> joint = new(whole);
        JointResult<T> results = new(joint);
        return new(new(results.Next(Planes(Svd.Line(batch, n)))), new(results.Next(Planes(x.Layout.Shape))));
    }

    /// <summary>Real and imaginary parts [..., n], in the order in which they come out; complex ones in pairs, the positive imaginary part first. In a function that is being differentiated vectors are made too, which the derivative needs.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static ComplexValues<T> Values<T>(Tensor<T> a)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        SquareMatrices.Check<T>(Name, x);
        SpectralMatrices.Check<T>(Name, x);
        using Scope results = Scope.Begin();
        if (Tape.Records(x, x, x))
        {
            ComplexTensor<T> values = Factor(a).Values;
            return new(results.Keep(values.Real()), results.Keep(values.Imaginary()));
        }

        if (typeof(T) != typeof(double))
        {
            (Tensor<double> real, Tensor<double> imaginary) = Values(a.Cast<double>());
            return new(results.Keep(real.Cast<T>()), results.Keep(imaginary.Cast<T>()));
        }

        Shape batch = SquareMatrices.Batch(x.Layout.Shape), line = x.Layout.Shape.Without(x.Layout.Shape.Rank - 1, keep: false);
        Tensor<T> wr = Tensor.Empty<T>(line), wi = Tensor.Empty<T>(line);
        using LaidMatrices<double> matrices = new(Name, x, batch);
        double n = x.Layout.Shape[-1];
        Device.Cpu.EachMatrix(new GeneralEigenWork(matrices.Matrices, wr.Node, wi.Node, batch.Size), batch.Size, 10 * n * n * n);
        return new(results.Keep(wr), results.Keep(wi));
    }

    /// <summary>The shape of real and imaginary parts.</summary>
    internal static Shape Planes(Shape shape) => Shape.Create([2, .. shape.AsSpan()]);
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
                throw Unfinished(i, batch, n);
            }
        }
    }

    public static ArithmeticException Unfinished(nint i, nint batch, int n) => new($"eig: {SquareMatrices.Name(i, batch, n)} has eigenvalues that the iteration did not find.");
}

/// <summary>Matrices one after the other; all real parts of values stand before all imaginary ones, and these before the parts of vectors.</summary>
internal readonly struct GeneralEigenvectorWork(MatrixBatch<double> matrices, TensorNode results, nint batch) : IMatrixWork
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows, size = n * n;
        using WorkMemory<double> work = new(checked((nint)Simd.GeneralEigenvalues.VectorWork(n)));
        for (nint i = first; i < end; i++)
        {
            nint vectors = (2 * batch * n) + (i * size);
            Span<double> wr = CpuDevice.Memory<double>(results.Storage!, i * n, n), wi = CpuDevice.Memory<double>(results.Storage!, (batch + i) * n, n);
            Span<double> re = CpuDevice.Memory<double>(results.Storage!, vectors, size), im = CpuDevice.Memory<double>(results.Storage!, vectors + (batch * size), size);
            if (!Simd.GeneralEigenvalues.RunVectors(n, matrices[i], matrices.Leading, wr, wi, re, im, work.Elements))
            {
                throw GeneralEigenWork.Unfinished(i, batch, n);
            }
        }
    }
}
