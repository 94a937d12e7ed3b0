using System.Numerics;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>A V = V diag(values), with real values.</summary>
/// <typeparam name="T">The parts: float or double.</typeparam>
/// <param name="Values">[..., n] in ascending order.</param>
/// <param name="Vectors">[..., n, n], orthonormal, column j for value j.</param>
public readonly record struct HermitianEigenvectors<T>(Tensor<T> Values, ComplexTensor<T> Vectors) : IDisposable
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
/// Eigenvalues and eigenvectors of Hermitian matrices [..., n, n], batched over leading axes: Householder reflections make a real tridiagonal matrix (LAPACK's zhetd2), whose decomposition is
/// that of <see cref="SymmetricEigen"/>. In float64, whatever the parts are; residuals ||A V - V diag|| / (n ||A|| epsilon) and ||I - V^H V|| / (n epsilon) stay below 30, which tests check.
/// <para>A vector's phase is whatever comes out, the same on every machine. One triangle of A is read, and the diagonal's imaginary parts are not. A matrix that holds a NaN or an infinity gives NaN
/// everywhere. There are no derivatives.</para>
/// </summary>
public static class HermitianEigen
{
    private const string Name = "eigh";

    /// <summary>Values and vectors of A, of which the lower triangle (or the upper one) is read.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end, which has not been seen.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, A is not on the processor, or it is being differentiated.</exception>
    public static HermitianEigenvectors<T> Factor<T>(ComplexTensor<T> a, bool upper = false)
        where T : unmanaged
    {
        int n = ComplexMatrices.CheckSquare(Name, a);
        using Scope scope = Scope.Begin();
        ComplexBatch matrices = ComplexMatrices.Load(a), vectors = ComplexMatrices.New(matrices.Batch, n, n);
        Tensor<double> values = Tensor.Empty<double>(Svd.Line(matrices.Batch, n));
        nint batch = matrices.Batch.Size;
        Device.Cpu.EachMatrix(new HermitianEigenWork(matrices, upper, values.Node, vectors, hasVectors: true), batch, 24.0 * n * n * n);
        (Tensor<T> w, Tensor<T> v) = (values.Cast<T>(), vectors.Planes.Cast<T>());
        return new(scope.Keep(w), new(scope.Keep(v)));
    }

    /// <summary>Values [..., n] alone.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end, which has not been seen.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, A is not on the processor, or it is being differentiated.</exception>
    public static Tensor<T> Values<T>(ComplexTensor<T> a, bool upper = false)
        where T : unmanaged
    {
        int n = ComplexMatrices.CheckSquare(Name, a);
        using Scope scope = Scope.Begin();
        ComplexBatch matrices = ComplexMatrices.Load(a);
        Tensor<double> values = Tensor.Empty<double>(Svd.Line(matrices.Batch, n));
        Device.Cpu.EachMatrix(new HermitianEigenWork(matrices, upper, values.Node, default, hasVectors: false), matrices.Batch.Size, 6.0 * n * n * n);
        return scope.Keep(values.Cast<T>());
    }
}

/// <summary>Matrices one after the other.</summary>
internal readonly struct HermitianEigenWork(ComplexBatch matrices, bool upper, TensorNode values, ComplexBatch vectors, bool hasVectors) : IMatrixWork
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows, count = int.Max(0, n - 1);
        if (n == 0)
        {
            return;
        }

        nint square = n * (nint)n, reflections = ComplexReflectors.Elements(count, n), single = ComplexReflectors.Work(n, n);
        using WorkMemory<double> memory = new(checked((4 * square) + reflections + single + (nint)SymmetricEigenvalues.Work<double>(n)));
        Span<double> rest = memory.Elements;
        ComplexRows a = new(ComplexMatrices.Take(ref rest, 2 * square), n, n);
        ComplexReflectors reflectors = new(ComplexMatrices.Take(ref rest, reflections), count, n);
        Span<double> tridiagonal = ComplexMatrices.Take(ref rest, square), real = ComplexMatrices.Take(ref rest, square), work = ComplexMatrices.Take(ref rest, single);
        for (nint i = first; i < end; i++)
        {
            ReadOnlySpan<double> re = matrices.Real(i), im = matrices.Imaginary(i);
            int exponent = Load(a, re, im);
            Tridiagonalize(a, reflectors, tridiagonal, work);
            Span<double> own = CpuDevice.Memory<double>(values.Storage!, values.Layout.Offset + (i * n), n);
            if (!SymmetricEigenvalues.Run(n, tridiagonal, n, lower: true, own, hasVectors ? real : [], rest))
            {
                throw new ArithmeticException($"eigh: {SquareMatrices.Name(i, matrices.Batch.Size, n)} has eigenvalues that the iteration did not find.");
            }

            foreach (ref double value in own)
            {
                value = Math.ScaleB(value, -exponent);
            }

            if (hasVectors && double.IsNaN(own[0]))
            {
                vectors.FillNaN(i);
            }
            else if (hasVectors)
            {
                a.Clear();
                for (int row = 0; row < n; row++)
                {
                    real.Slice(row * n, n).CopyTo(a.Real(row));
                }

                for (int k = count - 1; k >= 0; k--)
                {
                    reflectors.Apply(k, k + 1, 0, a, isAdjoint: false, work);
                }

                a.Store(vectors.Real(i), vectors.Imaginary(i));
            }
        }
    }

    /// <summary>All of a Hermitian matrix from one of its triangles, times a power of two of which the exponent is returned: that of what is read alone.</summary>
    private int Load(ComplexRows a, ReadOnlySpan<double> re, ReadOnlySpan<double> im)
    {
        int n = a.Rows;
        double largest = 0;
        for (int i = 0; i < n; i++)
        {
            int start = upper ? (i * n) + i : i * n, beside = upper ? start + 1 : start, length = upper ? n - i : i + 1;
            largest = double.Max(largest, Reduce.All<MaximumNorm, double>(default, re.Slice(start, length)));
            if (length > 1)
            {
                largest = double.Max(largest, Reduce.All<MaximumNorm, double>(default, im.Slice(beside, length - 1)));
            }
        }

        int exponent = ComplexMatrices.Exponent(largest);
        double factor = Math.ScaleB(1, exponent);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                int at = upper ? (j * n) + i : (i * n) + j;
                Complex x = new(re[at] * factor, i == j ? 0 : (upper ? -im[at] : im[at]) * factor);
                (a[i, j], a[j, i]) = (x, Complex.Conjugate(x));
            }
        }

        return exponent;
    }

    /// <summary>H A H^H for one reflection after the other, until A is tridiagonal; its lower triangle is written. Where A has something that is no number, all of it is NaN.</summary>
    private static void Tridiagonalize(ComplexRows a, ComplexReflectors reflectors, Span<double> tridiagonal, Span<double> work)
    {
        int n = a.Rows;
        tridiagonal.Clear();
        for (int k = 0; k < n; k++)
        {
            tridiagonal[(k * n) + k] = a[k, k].Real;
            if (k == n - 1)
            {
                break;
            }

            tridiagonal[((k + 1) * n) + k] = reflectors.MakeOfColumn(k, a, k + 1, k);
            Complex tau = reflectors.Tau(k);
            if (tau == Complex.Zero)
            {
                continue;
            }

            // w = p - (tau / 2)(p^H v) v with p = tau A v; then A - v w^H - w v^H. A v is the adjoint of v^H A.
            int width = n - k - 1;
            Span<double> w = work[..(2 * width)], x = w[..width], y = w[width..];
            ReadOnlySpan<double> re = reflectors.Real(k, k + 1), im = reflectors.Imaginary(k, k + 1);
            a.Project(k + 1, k + 1, re, im, w, work[(2 * width)..]);
            Complex product = Complex.Zero;
            for (int j = 0; j < width; j++)
            {
                Complex p = tau * new Complex(x[j], -y[j]);
                (x[j], y[j]) = (p.Real, p.Imaginary);
                product += Complex.Conjugate(p) * new Complex(re[j], im[j]);
            }

            Complex half = -0.5 * tau * product;
            for (int j = 0; j < width; j++)
            {
                Complex element = new Complex(x[j], y[j]) + (half * new Complex(re[j], im[j]));
                (x[j], y[j]) = (element.Real, element.Imaginary);
            }

            ReadOnlySpan<double> v = reflectors.Parts(k, k + 1, out int stride);
            for (int i = 0; i < width; i++)
            {
                a.AddConjugate(k + 1 + i, k + 1, -new Complex(re[i], im[i]), w, width);
                a.AddConjugate(k + 1 + i, k + 1, -new Complex(x[i], y[i]), v, stride);
            }
        }

        if (!double.IsFinite(Reduce.Sum<double>(tridiagonal)))
        {
            tridiagonal.Fill(double.NaN);
        }
    }
}
