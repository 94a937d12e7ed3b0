using System.Numerics;

namespace Onsager.Tensors;

/// <content>Complex matrices, in float64 whatever the parts are.</content>
public static partial class Cholesky
{
    /// <summary>L [..., n, n] with A = L L^H, lower triangular with zeros above and a real diagonal, from the lower triangle of the Hermitian A; the diagonal's imaginary parts are not read.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">A is not positive definite to working precision, or has NaN.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, A is not on the processor, or it is being differentiated.</exception>
    public static ComplexTensor<T> Factor<T>(ComplexTensor<T> a)
        where T : unmanaged
    {
        int n = ComplexMatrices.CheckSquare(Name, a);
        using Scope scope = Scope.Begin();
        ComplexBatch matrices = ComplexMatrices.Load(a), factors = ComplexMatrices.New(matrices.Batch, n, n);
        Device.Cpu.EachMatrix(new ComplexCholeskyWork(matrices, factors), matrices.Batch.Size, 4.0 / 3 * n * n * n);
        return new(scope.Keep(factors.Planes.Cast<T>()));
    }
}

/// <summary>Matrices one after the other. The rows of L^H are made, each of which is a multiple of a row of what is left of A.</summary>
internal readonly struct ComplexCholeskyWork(ComplexBatch matrices, ComplexBatch factors) : IMatrixWork
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows;
        using WorkMemory<double> memory = new(2 * (nint)n * n);
        ComplexRows a = new(memory.Elements, n, n);
        for (nint i = first; i < end; i++)
        {
            a.LoadAdjoint(matrices.Real(i), matrices.Imaginary(i), 1);
            for (int k = 0; k < n; k++)
            {
                double pivot = a[k, k].Real;
                if (!(pivot > 0) || double.IsInfinity(pivot))
                {
                    throw Cholesky.NotPositiveDefinite(i, matrices.Batch.Size, n, k, pivot);
                }

                double root = Math.Sqrt(pivot);
                for (int j = 0; j < n; j++)
                {
                    a[k, j] = j < k ? Complex.Zero : j == k ? root : new Complex(a.Real(k)[j] / root, a.Imaginary(k)[j] / root);
                }

                for (int row = k + 1; row < n; row++)
                {
                    a.Add(row, row, -Complex.Conjugate(a[k, row]), a.Parts(k, row), n);
                }
            }

            a.StoreAdjoint(factors.Real(i), factors.Imaginary(i));
        }
    }
}
