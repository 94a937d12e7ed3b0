namespace Onsager.Tensors;

/// <summary>Systems with a lower triangular matrix, in double precision: substitution in panels of 64 rows, products between panels.</summary>
public static class Triangular
{
    private const int Panel = 64;

    /// <summary>X [n, r] or x [n] with L X = B, or L^T X = B; only the lower triangle of L [n, n] is read.</summary>
    /// <exception cref="ArgumentException">L is not square, or B has not n rows.</exception>
    /// <exception cref="DivideByZeroException">An element of L's diagonal is zero.</exception>
    public static Tensor<double> Solve(Tensor<double> lower, Tensor<double> b, bool transpose = false)
    {
        int n = CheckSquare("triangular solve", lower);
        if (b.Rank is not (1 or 2) || b.Shape[0] != n)
        {
            throw new ArgumentException($"triangular solve: the matrix has shape {lower.Shape}; the right side {b.Shape} must be [{n}] or [{n}, columns].", nameof(b));
        }

        Tape.RefuseTracked(lower.Node, "triangular solve");
        Tape.RefuseTracked(b.Node, "triangular solve");
        for (int i = 0; i < n; i++)
        {
            if (lower[i, i] == 0)
            {
                throw new DivideByZeroException($"triangular solve: element [{i}, {i}] of the diagonal is zero.");
            }
        }

        Tensor<double> x = b.Clone();
        using Tensor<double> matrix = lower.Contiguous(), columns = x.Rank == 1 ? x.Unsqueeze(1) : x.Share();
        int panels = (n + Panel - 1) / Panel;
        for (int step = 0; step < panels; step++)
        {
            int first = (transpose ? panels - 1 - step : step) * Panel, end = int.Min(first + Panel, n);
            Eliminate(matrix, columns, first, end, n, transpose);
            Substitute(matrix.AsSpan(), columns.AsSpan(), first, end, n, (int)columns.Shape[1], transpose);
        }

        return x;
    }

    internal static int CheckSquare(string operation, Tensor<double> a)
    {
        if (a.Rank != 2 || a.Shape[0] != a.Shape[1])
        {
            throw new ArgumentException($"{operation}: a square matrix is needed; got {a.Shape}.");
        }

        return a.Device is CpuDevice
            ? checked((int)a.Shape[0])
            : throw new NotSupportedException($"{operation}: the matrix must be on the processor; it is on {a.Device}.");
    }

    /// <summary>Takes what is solved already out of the panel's right side.</summary>
    private static void Eliminate(Tensor<double> lower, Tensor<double> x, int first, int end, int n, bool transpose)
    {
        (int from, int to) = transpose ? (end, n) : (0, first);
        if (from == to)
        {
            return;
        }

        using Tensor<double> rows = lower.Slice(0, transpose ? from : first, transpose ? to : end);
        using Tensor<double> block = rows.Slice(1, transpose ? first : from, transpose ? end : to);
        using Tensor<double> factor = transpose ? block.Transpose() : block.Share();
        using Tensor<double> solved = x.Slice(0, from, to), panel = x.Slice(0, first, end);
        Device.Cpu.MatMul(-1.0, factor.Operand, solved.Operand, 1.0, panel.Operand);
    }

    private static void Substitute(ReadOnlySpan<double> lower, Span<double> x, int first, int end, int n, int columns, bool transpose)
    {
        for (int step = 0; step < end - first; step++)
        {
            int i = transpose ? end - 1 - step : first + step;
            Span<double> row = x.Slice(i * columns, columns);
            for (int k = transpose ? i + 1 : first; k < (transpose ? end : i); k++)
            {
                double factor = transpose ? lower[(k * n) + i] : lower[(i * n) + k];
                ReadOnlySpan<double> solved = x.Slice(k * columns, columns);
                for (int c = 0; c < columns; c++)
                {
                    row[c] = Math.FusedMultiplyAdd(-factor, solved[c], row[c]);
                }
            }

            double pivot = lower[(i * n) + i];
            for (int c = 0; c < columns; c++)
            {
                row[c] /= pivot;
            }
        }
    }
}
