using System.Numerics;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// A complex matrix in which the real parts of a row stand before its imaginary parts, and rows one after the other, so that what is added to a row is a combination of
/// contiguous rows. Its order of operations is that of <see cref="Combination"/> and <see cref="Reduce"/>: the same on every machine.
/// </summary>
/// <param name="elements">2 rows x columns elements.</param>
/// <param name="rows">The number of rows.</param>
/// <param name="columns">The number of columns.</param>
internal readonly ref struct ComplexRows(Span<double> elements, int rows, int columns)
{
    private readonly Span<double> elements = elements[..(2 * rows * columns)];

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public Complex this[int i, int j]
    {
        get => new(Real(i)[j], Imaginary(i)[j]);
        set => (Real(i)[j], Imaginary(i)[j]) = (value.Real, value.Imaginary);
    }

    public Span<double> Real(int i) => elements.Slice(2 * i * Columns, Columns);

    public Span<double> Imaginary(int i) => elements.Slice(((2 * i) + 1) * Columns, Columns);

    public void Clear() => elements.Clear();

    /// <summary>The planes, times a factor.</summary>
    public void Load(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary, double factor)
    {
        for (int i = 0; i < Rows; i++)
        {
            Map.Binary<Multiply, double>(real.Slice(i * Columns, Columns), factor, Real(i));
            Map.Binary<Multiply, double>(imaginary.Slice(i * Columns, Columns), factor, Imaginary(i));
        }
    }

    /// <summary>The conjugate transpose of planes [columns, rows], times a factor.</summary>
    public void LoadAdjoint(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary, double factor)
    {
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                this[i, j] = new(real[(j * Rows) + i] * factor, -imaginary[(j * Rows) + i] * factor);
            }
        }
    }

    /// <summary>Writes the planes.</summary>
    public void Store(Span<double> real, Span<double> imaginary)
    {
        for (int i = 0; i < Rows; i++)
        {
            Real(i).CopyTo(real[(i * Columns)..]);
            Imaginary(i).CopyTo(imaginary[(i * Columns)..]);
        }
    }

    /// <summary>Writes the planes [columns, rows] of the conjugate transpose.</summary>
    public void StoreAdjoint(Span<double> real, Span<double> imaginary)
    {
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                real[(j * Rows) + i] = Real(i)[j];
                imaginary[(j * Rows) + i] = -Imaginary(i)[j];
            }
        }
    }

    public void Swap(int i, int k)
    {
        for (int j = 0; j < Columns; j++)
        {
            (this[i, j], this[k, j]) = (this[k, j], this[i, j]);
        }
    }

    /// <summary>The parts of row i from a column on; imaginary parts stand <see cref="Columns"/> behind the real ones.</summary>
    public ReadOnlySpan<double> Parts(int i, int first) => elements.Slice((2 * i * Columns) + first, (2 * Columns) - first);

    /// <summary>Row i += factor x, columns from one on; x has its imaginary parts a stride behind its real ones.</summary>
    public void Add(int i, int first, Complex factor, ReadOnlySpan<double> x, int stride)
    {
        Span<double> real = Real(i)[first..], imaginary = Imaginary(i)[first..];
        Combination.Add(real, 1, [factor.Real, -factor.Imaginary], x, stride, real);
        Combination.Add(imaginary, 1, [factor.Imaginary, factor.Real], x, stride, imaginary);
    }

    /// <summary>Row i += factor conj(x).</summary>
    public void AddConjugate(int i, int first, Complex factor, ReadOnlySpan<double> x, int stride)
    {
        Span<double> real = Real(i)[first..], imaginary = Imaginary(i)[first..];
        Combination.Add(real, 1, [factor.Real, factor.Imaginary], x, stride, real);
        Combination.Add(imaginary, 1, [factor.Imaginary, -factor.Real], x, stride, imaginary);
    }

    /// <summary>v^H times the rows from one on, columns from one on: real parts, then imaginary ones.</summary>
    /// <param name="firstRow">The row of v's first element.</param>
    /// <param name="first">The first column.</param>
    /// <param name="real">The real parts of v.</param>
    /// <param name="imaginary">The imaginary parts of v.</param>
    /// <param name="result">Two times the columns.</param>
    /// <param name="work">Four times the elements of v.</param>
    public void Project(int firstRow, int first, ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary, Span<double> result, Span<double> work)
    {
        int count = real.Length, width = Columns - first;
        Span<double> ofReal = work[..(2 * count)], ofImaginary = work.Slice(2 * count, 2 * count);
        for (int i = 0; i < count; i++)
        {
            (ofReal[2 * i], ofReal[(2 * i) + 1]) = (real[i], imaginary[i]);
            (ofImaginary[2 * i], ofImaginary[(2 * i) + 1]) = (-imaginary[i], real[i]);
        }

        result[..(2 * width)].Clear();
        ReadOnlySpan<double> rows = elements.Slice((2 * firstRow * Columns) + first, (2 * count * Columns) - first);
        Combination.Add(result[..width], 1, ofReal, rows, Columns, result[..width]);
        Combination.Add(result.Slice(width, width), 1, ofImaginary, rows, Columns, result.Slice(width, width));
    }
}
