using System.Numerics;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>A = Q R.</summary>
/// <typeparam name="T">The parts: float or double.</typeparam>
/// <param name="Q">[..., m, k] with orthonormal columns.</param>
/// <param name="R">[..., k, n], upper triangular with a real diagonal.</param>
public readonly record struct ComplexQrFactors<T>(ComplexTensor<T> Q, ComplexTensor<T> R) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases both tensors.</summary>
    public void Dispose()
    {
        Q.Dispose();
        R.Dispose();
    }
}

/// <content>Complex matrices: LAPACK's reflections, in float64 whatever the parts are.</content>
public static partial class Qr
{
    /// <summary>Q [..., m, k] and R [..., k, n], where k = min(m, n), or k = m with <paramref name="isComplete"/>; NaN everywhere where A has a NaN or an infinity.</summary>
    /// <param name="a">The matrices [..., m, n].</param>
    /// <param name="isComplete">Whether Q is square.</param>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, A is not on the processor, or it is being differentiated.</exception>
    public static ComplexQrFactors<T> Factor<T>(ComplexTensor<T> a, bool isComplete = false)
        where T : unmanaged
    {
        (int m, int n) = ComplexMatrices.Check(Name, a);
        int k = isComplete ? m : int.Min(m, n);
        using Scope scope = Scope.Begin();
        ComplexBatch matrices = ComplexMatrices.Load(a), q = ComplexMatrices.New(matrices.Batch, m, k), r = ComplexMatrices.New(matrices.Batch, k, n);
        Device.Cpu.EachMatrix(new ComplexQrWork(matrices, q, r), matrices.Batch.Size, 8.0 * m * n * int.Min(m, n));
        (Tensor<T> left, Tensor<T> right) = (q.Planes.Cast<T>(), r.Planes.Cast<T>());
        return new(new(scope.Keep(left)), new(scope.Keep(right)));
    }
}

/// <summary>Matrices one after the other.</summary>
internal readonly struct ComplexQrWork(ComplexBatch matrices, ComplexBatch q, ComplexBatch r) : IMatrixWork
{
    public void Run(nint first, nint end)
    {
        int m = matrices.Rows, n = matrices.Columns, count = int.Min(m, n), columns = q.Columns;
        nint reflections = ComplexReflectors.Elements(count, m), single = ComplexReflectors.Work(m, int.Max(n, columns));
        using WorkMemory<double> memory = new(checked((2 * (nint)m * (n + columns)) + reflections + single));
        Span<double> rest = memory.Elements;
        ComplexRows a = new(ComplexMatrices.Take(ref rest, 2 * (nint)m * n), m, n), unitary = new(ComplexMatrices.Take(ref rest, 2 * (nint)m * columns), m, columns);
        ComplexReflectors reflectors = new(ComplexMatrices.Take(ref rest, reflections), count, m);
        for (nint i = first; i < end; i++)
        {
            if (!ComplexMatrices.IsFinite(matrices.Real(i), matrices.Imaginary(i)))
            {
                q.FillNaN(i);
                r.FillNaN(i);
                continue;
            }

            int exponent = ComplexMatrices.Exponent(matrices.Real(i), matrices.Imaginary(i));
            a.Load(matrices.Real(i), matrices.Imaginary(i), Math.ScaleB(1, exponent));
            for (int k = 0; k < count; k++)
            {
                double beta = reflectors.MakeOfColumn(k, a, k, k);
                reflectors.Apply(k, k, k + 1, a, isAdjoint: true, rest);
                a[k, k] = beta;
            }

            for (int row = 0; row < r.Rows; row++)
            {
                for (int j = 0; j < n; j++)
                {
                    Complex element = j >= row ? a[row, j] : Complex.Zero;
                    r.Real(i)[(row * n) + j] = Math.ScaleB(element.Real, -exponent);
                    r.Imaginary(i)[(row * n) + j] = Math.ScaleB(element.Imaginary, -exponent);
                }
            }

            unitary.Clear();
            for (int j = 0; j < columns; j++)
            {
                unitary[j, j] = Complex.One;
            }

            for (int k = count - 1; k >= 0; k--)
            {
                reflectors.Apply(k, k, k, unitary, isAdjoint: false, rest);
            }

            unitary.Store(q.Real(i), q.Imaginary(i));
        }
    }
}
