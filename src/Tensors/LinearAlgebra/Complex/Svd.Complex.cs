using System.Numerics;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>A = U diag(S) V^H.</summary>
/// <typeparam name="T">The parts: float or double.</typeparam>
/// <param name="U">[..., m, k] with orthonormal columns.</param>
/// <param name="S">[..., min(m, n)] in descending order, none negative.</param>
/// <param name="Vh">[..., k, n] with orthonormal rows: V conjugated and transposed, as in NumPy and LAPACK.</param>
public readonly record struct ComplexSvdFactors<T>(ComplexTensor<T> U, Tensor<T> S, ComplexTensor<T> Vh) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases the three tensors.</summary>
    public void Dispose()
    {
        U.Dispose();
        S.Dispose();
        Vh.Dispose();
    }
}

/// <content>
/// Complex matrices: Householder reflections from both sides make a real bidiagonal matrix (G. Golub and W. Kahan, 1965; LAPACK's zgebd2), whose decomposition is that of real ones. In
/// float64 whatever the parts are, with the same bounds of the residuals; the phases of a pair of vectors are whatever comes out, the same on every machine.
/// </content>
public static partial class Svd
{
    /// <summary>U [..., m, k], S and V^H [..., k, n], where k is min(m, n), or m and n with <paramref name="isFull"/>; NaN everywhere where A has a NaN or an infinity.</summary>
    /// <param name="a">The matrices [..., m, n].</param>
    /// <param name="isFull">Whether U and V are square.</param>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end, which has not been seen.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, A is not on the processor, or it is being differentiated.</exception>
    public static ComplexSvdFactors<T> Factor<T>(ComplexTensor<T> a, bool isFull = false)
        where T : unmanaged
    {
        (int m, int n) = ComplexMatrices.Check(Name, a);
        int k = int.Min(m, n);
        using Scope scope = Scope.Begin();
        ComplexBatch matrices = ComplexMatrices.Load(a);
        ComplexBatch u = ComplexMatrices.New(matrices.Batch, m, isFull ? m : k), vh = ComplexMatrices.New(matrices.Batch, isFull ? n : k, n);
        Tensor<double> s = Tensor.Empty<double>(Line(matrices.Batch, k));
        Device.Cpu.EachMatrix(new ComplexSvdWork(matrices, u, s.Node, vh, hasVectors: true), matrices.Batch.Size, 40.0 * m * n * k);
        (Tensor<T> left, Tensor<T> values, Tensor<T> right) = (u.Planes.Cast<T>(), s.Cast<T>(), vh.Planes.Cast<T>());
        return new(new(scope.Keep(left)), scope.Keep(values), new(scope.Keep(right)));
    }

    /// <summary>S [..., min(m, n)] alone.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end, which has not been seen.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, A is not on the processor, or it is being differentiated.</exception>
    public static Tensor<T> Values<T>(ComplexTensor<T> a)
        where T : unmanaged
    {
        (int m, int n) = ComplexMatrices.Check(Name, a);
        using Scope scope = Scope.Begin();
        ComplexBatch matrices = ComplexMatrices.Load(a);
        Tensor<double> s = Tensor.Empty<double>(Line(matrices.Batch, int.Min(m, n)));
        Device.Cpu.EachMatrix(new ComplexSvdWork(matrices, default, s.Node, default, hasVectors: false), matrices.Batch.Size, 12.0 * m * n * int.Min(m, n));
        return scope.Keep(s.Cast<T>());
    }
}

/// <summary>Matrices one after the other; a wide one by its adjoint, whose factors change places.</summary>
internal readonly struct ComplexSvdWork(ComplexBatch matrices, ComplexBatch u, TensorNode values, ComplexBatch vh, bool hasVectors) : IMatrixWork
{
    public void Run(nint first, nint end)
    {
        bool isWide = matrices.Rows < matrices.Columns;
        int m = int.Max(matrices.Rows, matrices.Columns), n = int.Min(matrices.Rows, matrices.Columns);
        if (n == 0)
        {
            Complete(first, end);
            return;
        }

        int columns = !hasVectors ? 0 : isWide ? vh.Rows : u.Columns;
        nint square = n * (nint)n, whole = 2 * (nint)m * int.Max(n, columns), single = ComplexReflectors.Work(m, int.Max(n, columns));
        nint fromLeft = ComplexReflectors.Elements(n, m), fromRight = ComplexReflectors.Elements(n, n);
        using WorkMemory<double> memory = new(checked(whole + (5 * square) + fromLeft + fromRight + single + (nint)SingularValues.Work<double>(n, n)));
        Span<double> rest = memory.Elements, large = ComplexMatrices.Take(ref rest, whole);
        ComplexRows a = new(large, m, n), right = new(ComplexMatrices.Take(ref rest, 2 * square), n, n);
        ComplexReflectors left = new(ComplexMatrices.Take(ref rest, fromLeft), n, m), across = new(ComplexMatrices.Take(ref rest, fromRight), n, n);
        Span<double> bidiagonal = ComplexMatrices.Take(ref rest, square), realU = ComplexMatrices.Take(ref rest, square), realV = ComplexMatrices.Take(ref rest, square);
        Span<double> work = ComplexMatrices.Take(ref rest, single);
        for (nint i = first; i < end; i++)
        {
            ReadOnlySpan<double> re = matrices.Real(i), im = matrices.Imaginary(i);
            int exponent = ComplexMatrices.Exponent(re, im);
            if (isWide)
            {
                a.LoadAdjoint(re, im, Math.ScaleB(1, exponent));
            }
            else
            {
                a.Load(re, im, Math.ScaleB(1, exponent));
            }

            Bidiagonalize(a, left, across, bidiagonal, work);
            Span<double> own = CpuDevice.Memory<double>(values.Storage!, values.Layout.Offset + (i * n), n);
            int kept = hasVectors ? n : 0;
            if (!SingularValues.Run(n, n, bidiagonal, n, own, kept, realU[..(kept * n)], kept, realV[..(kept * n)], rest))
            {
                throw new ArithmeticException($"svd: matrix {i} of {matrices.Batch.Size} has singular values that the iteration did not find.");
            }

            foreach (ref double value in own)
            {
                value = Math.ScaleB(value, -exponent);
            }

            if (!hasVectors)
            {
                continue;
            }

            // U = H(0) H(1) ... of U's real factor, completed by columns of the identity; V likewise, whose real factor is stored transposed.
            ComplexRows both = new(large, m, columns);
            both.Clear();
            right.Clear();
            for (int row = 0; row < m; row++)
            {
                if (row < n)
                {
                    realU.Slice(row * n, n).CopyTo(both.Real(row));
                    for (int j = 0; j < n; j++)
                    {
                        right.Real(row)[j] = realV[(j * n) + row];
                    }
                }
                else if (row < columns)
                {
                    both[row, row] = Complex.One;
                }
            }

            for (int k = n - 1; k >= 0; k--)
            {
                left.Apply(k, k, 0, both, isAdjoint: false, work);
                if (k < n - 1)
                {
                    across.Apply(k, k + 1, 0, right, isAdjoint: false, work);
                }
            }

            if (double.IsNaN(own[0]))
            {
                u.FillNaN(i);
                vh.FillNaN(i);
            }
            else if (isWide)
            {
                right.Store(u.Real(i), u.Imaginary(i));
                both.StoreAdjoint(vh.Real(i), vh.Imaginary(i));
            }
            else
            {
                both.Store(u.Real(i), u.Imaginary(i));
                right.StoreAdjoint(vh.Real(i), vh.Imaginary(i));
            }
        }
    }

    /// <summary>Reflections of columns and rows in turn, until A is bidiagonal. Where A has something that is no number, all of it is NaN.</summary>
    private static void Bidiagonalize(ComplexRows a, ComplexReflectors left, ComplexReflectors across, Span<double> bidiagonal, Span<double> work)
    {
        int n = a.Columns;
        bidiagonal.Clear();
        for (int k = 0; k < n; k++)
        {
            bidiagonal[(k * n) + k] = left.MakeOfColumn(k, a, k, k);
            left.Apply(k, k, k + 1, a, isAdjoint: true, work);
            if (k < n - 1)
            {
                bidiagonal[(k * n) + k + 1] = across.MakeOfRow(k, a, k, k + 1);
                across.ApplyRight(k, k + 1, k + 1, a);
            }
        }

        if (!double.IsFinite(Reduce.Sum<double>(bidiagonal)))
        {
            bidiagonal.Fill(double.NaN);
        }
    }

    /// <summary>Vectors of matrices without values: the identity.</summary>
    private void Complete(nint first, nint end)
    {
        for (nint i = first; i < end && hasVectors; i++)
        {
            foreach (ComplexBatch side in (ReadOnlySpan<ComplexBatch>)[u, vh])
            {
                side.Real(i).Clear();
                side.Imaginary(i).Clear();
                for (int j = 0; j < side.Rows && side.Rows == side.Columns; j++)
                {
                    side.Real(i)[(j * side.Rows) + j] = 1;
                }
            }
        }
    }
}
