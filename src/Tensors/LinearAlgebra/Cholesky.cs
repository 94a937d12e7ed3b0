using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// The Cholesky factorisation A = L L^T of a symmetric positive definite matrix, in double precision: left-looking in panels of 64 columns
/// (Golub and Van Loan, Matrix Computations, 4th edition, section 4.2). The panel's width is a constant, so bits do not depend on the machine.
/// </summary>
public static class Cholesky
{
    /// <summary>Columns of a panel.</summary>
    private const int Panel = 64;

    /// <summary>L [n, n], lower triangular with zeros above, from the lower triangle of A [n, n]; A is not changed.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">A is not positive definite to working precision, or has NaN.</exception>
    public static Tensor<double> Factor(Tensor<double> a)
    {
        int n = Triangular.CheckSquare("cholesky", a);
        Tape.RefuseTracked(a.Node, "cholesky");
        Tensor<double> factor = Tensor.Empty<double>(a.Shape);
        try
        {
            a.CopyInto(factor);
            Factor(factor.AsSpan(), n);
            return factor;
        }
        catch
        {
            factor.Dispose();
            throw;
        }
    }

    /// <summary>X [n, r] or x [n] with A X = B, given A's factor L and B.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor<double> Solve(Tensor<double> factor, Tensor<double> b)
    {
        using Tensor<double> y = Triangular.Solve(factor, b);
        return Triangular.Solve(factor, y, transpose: true);
    }

    /// <summary>The logarithm of A's determinant, given its factor L: twice the sum of the logarithms of L's diagonal.</summary>
    /// <exception cref="ArgumentException">L is not a square matrix.</exception>
    public static double LogDeterminant(Tensor<double> factor)
    {
        int n = Triangular.CheckSquare("log determinant", factor);
        double[] diagonal = new double[n];
        for (int i = 0; i < n; i++)
        {
            diagonal[i] = factor[i, i];
        }

        Map.Unary<Log, double>(diagonal, diagonal);
        return 2 * Reduce.Sum<double>(diagonal);
    }

    private static void Factor(Span<double> a, int n)
    {
        for (int j = 0; j < n; j += Panel)
        {
            int width = int.Min(Panel, n - j);
            if (j > 0)
            {
                Update(a, n, j, width);
            }

            for (int i = j; i < n; i++)
            {
                FactorRow(a, n, i, j, width);
            }

            for (int i = j; i < int.Min(j + width, n); i++)
            {
                a.Slice((i * n) + i + 1, n - i - 1).Clear();
            }
        }
    }

    /// <summary>A[j.., panel] -= L[j.., ..j] L[panel, ..j]^T.</summary>
    private static void Update(Span<double> a, int n, int j, int width)
    {
        // The product needs memory of its own: the panel is copied out, updated and copied back.
        using Tensor<double> panel = Tensor.Empty<double>([n - j, width]), left = Tensor.Empty<double>([n - j, j]);
        for (int i = j; i < n; i++)
        {
            a.Slice((i * n) + j, width).CopyTo(panel.AsSpan()[((i - j) * width)..]);
            a.Slice(i * n, j).CopyTo(left.AsSpan()[((i - j) * j)..]);
        }

        Tensor<double> top = left.Slice(0, 0, width), transposed = top.Transpose();
        Device.Cpu.MatMul(-1.0, left.Operand, transposed.Operand, 1.0, panel.Operand);
        transposed.Dispose();
        top.Dispose();
        for (int i = j; i < n; i++)
        {
            panel.AsSpan().Slice((i - j) * width, width).CopyTo(a[((i * n) + j)..]);
        }
    }

    /// <summary>Row i of the panel that begins at column j, its columns up to the diagonal.</summary>
    private static void FactorRow(Span<double> a, int n, int i, int j, int width)
    {
        for (int k = j; k < int.Min(j + width, i + 1); k++)
        {
            double dot = Reduce.Dot<double>(a.Slice((i * n) + j, k - j), a.Slice((k * n) + j, k - j));
            double rest = a[(i * n) + k] - dot;
            if (k < i)
            {
                a[(i * n) + k] = rest / a[(k * n) + k];
            }
            else if (rest > 0 && double.IsFinite(rest))
            {
                a[(i * n) + i] = Math.Sqrt(rest);
            }
            else
            {
                throw new ArithmeticException($"cholesky: the matrix is not positive definite: pivot {i} is {rest}.");
            }
        }
    }
}
