using System.Numerics;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Complex Householder reflections H = I - tau v v^H, one a row: v[0] = 1, and H^H x is real and has a first element alone, as LAPACK's zlarfg makes them. Applied from the last to the first,
/// they are the unitary matrix H(0) H(1) ... of a reduction.
/// </summary>
/// <param name="memory">See <see cref="Elements"/>.</param>
/// <param name="count">The number of reflections.</param>
/// <param name="length">Elements of the longest v.</param>
internal readonly ref struct ComplexReflectors(Span<double> memory, int count, int length)
{
    private readonly ComplexRows vectors = new(memory, count, length);
    private readonly Span<double> tau = memory.Slice(2 * count * length, 2 * count);

    /// <summary>Elements of memory that reflections take.</summary>
    public static nint Elements(int count, int length) => 2 * count * ((nint)length + 1);

    /// <summary>Elements of work that one reflection of a matrix needs.</summary>
    public static nint Work(int rows, int columns) => (2 * (nint)columns) + (4 * (nint)rows);

    public Complex Tau(int k) => new(tau[2 * k], tau[(2 * k) + 1]);

    /// <summary>The parts of v, which begins where the reduction stands.</summary>
    public Span<double> Real(int k, int start) => vectors.Real(k)[start..];

    public Span<double> Imaginary(int k, int start) => vectors.Imaginary(k)[start..];

    /// <summary>Reflection k of column j from a row on; returns what the column has there now, the rest being 0.</summary>
    public double MakeOfColumn(int k, ComplexRows a, int firstRow, int j)
    {
        for (int i = firstRow; i < a.Rows; i++)
        {
            vectors[k, i] = a[i, j];
        }

        return Make(k, firstRow);
    }

    /// <summary>Reflection k of the conjugate of row i from a column on, to be applied from the right.</summary>
    public double MakeOfRow(int k, ComplexRows a, int i, int first)
    {
        for (int j = first; j < a.Columns; j++)
        {
            vectors[k, j] = Complex.Conjugate(a[i, j]);
        }

        return Make(k, first);
    }

    /// <summary>Rows from one on of a become H, or H^H, times what they were, in the columns from one on.</summary>
    public void Apply(int k, int firstRow, int first, ComplexRows a, bool isAdjoint, Span<double> work)
    {
        Complex t = isAdjoint ? Complex.Conjugate(Tau(k)) : Tau(k);
        int width = a.Columns - first;
        if (t == Complex.Zero || width == 0)
        {
            return;
        }

        Span<double> w = work[..(2 * width)];
        a.Project(firstRow, first, Real(k, firstRow), Imaginary(k, firstRow), w, work[(2 * width)..]);
        for (int i = firstRow; i < a.Rows; i++)
        {
            a.Add(i, first, -(t * vectors[k, i]), w, width);
        }
    }

    /// <summary>Rows from one on become what they were times H, in the columns from one on.</summary>
    public void ApplyRight(int k, int firstRow, int first, ComplexRows a)
    {
        Complex t = Tau(k);
        if (t == Complex.Zero)
        {
            return;
        }

        ReadOnlySpan<double> real = Real(k, first), imaginary = Imaginary(k, first);
        for (int i = firstRow; i < a.Rows; i++)
        {
            Span<double> x = a.Real(i)[first..], y = a.Imaginary(i)[first..];
            Complex sum = new(Reduce.Dot<double>(x, real) - Reduce.Dot<double>(y, imaginary), Reduce.Dot<double>(x, imaginary) + Reduce.Dot<double>(y, real));
            a.AddConjugate(i, first, -(t * sum), vectors.Parts(k, first), vectors.Columns);
        }
    }

    /// <summary>The parts of v and how far apart they are.</summary>
    public ReadOnlySpan<double> Parts(int k, int start, out int stride)
    {
        stride = vectors.Columns;
        return vectors.Parts(k, start);
    }

    private double Make(int k, int start)
    {
        Span<double> real = vectors.Real(k)[start..], imaginary = vectors.Imaginary(k)[start..];

        // Near 1, where squares neither overflow nor vanish.
        double largest = double.Max(Reduce.All<MaximumNorm, double>(default, real), Reduce.All<MaximumNorm, double>(default, imaginary));
        int exponent = ComplexMatrices.Exponent(largest);
        Map.Binary<Multiply, double>(real, Math.ScaleB(1, exponent), real);
        Map.Binary<Multiply, double>(imaginary, Math.ScaleB(1, exponent), imaginary);
        Complex alpha = new(real[0], imaginary[0]), found = Complex.Zero;
        double rest = Reduce.Dot<double>(real[1..], real[1..]) + Reduce.Dot<double>(imaginary[1..], imaginary[1..]), beta = alpha.Real;
        if (rest != 0 || alpha.Imaginary != 0)
        {
            double norm = Math.Sqrt((alpha.Real * alpha.Real) + (alpha.Imaginary * alpha.Imaginary) + rest);
            beta = alpha.Real < 0 ? norm : -norm;
            found = new((beta - alpha.Real) / beta, -alpha.Imaginary / beta);
            Complex scale = Complex.One / (alpha - beta);
            for (int i = 1; i < real.Length; i++)
            {
                Complex v = scale * new Complex(real[i], imaginary[i]);
                (real[i], imaginary[i]) = (v.Real, v.Imaginary);
            }
        }

        (real[0], imaginary[0]) = (1, 0);
        (tau[2 * k], tau[(2 * k) + 1]) = (found.Real, found.Imaginary);
        return Math.ScaleB(beta, -exponent);
    }
}
