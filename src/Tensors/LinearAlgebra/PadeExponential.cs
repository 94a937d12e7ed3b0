using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// One exponential in working memory: A divided by 2^s, the approximant (V - U)^-1 (V + U), where U has its odd powers and V its even ones, and s squarings. The coefficients and
/// the bounds on the 1-norm are those of Higham 2005, tables 2.3 and 10.2 of his "Functions of Matrices", 2008; the bounds for single precision from there, too.
/// </summary>
internal readonly ref struct PadeExponential<T>
    where T : unmanaged
{
    private const int Squares = 9;

    private static readonly double[] Coefficients3 = [120, 60, 12, 1];
    private static readonly double[] Coefficients5 = [30240, 15120, 3360, 420, 30, 1];
    private static readonly double[] Coefficients7 = [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1];
    private static readonly double[] Coefficients9 = [17643225600, 8821612800, 2075673600, 302702400, 30270240, 2162160, 110880, 3960, 90, 1];

    private static readonly double[] Coefficients13 =
    [
        64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
    ];

    private static readonly (double Bound, double[] Coefficients)[] Degrees = typeof(T) == typeof(float)
        ? [(4.258730016922831e-1, Coefficients3), (1.880152677804762, Coefficients5), (3.925724783138660, Coefficients7)]
        :
        [
            (1.495585217958292e-2, Coefficients3), (2.539398330063230e-1, Coefficients5), (9.504178996162932e-1, Coefficients7),
            (2.097847961257068, Coefficients9), (5.371920351148152, Coefficients13),
        ];

    private readonly int n;
    private readonly Span<T> memory;
    private readonly Span<int> pivots;

    public PadeExponential(int n, Span<T> memory, Span<int> pivots)
    {
        this.n = n;
        this.memory = memory;
        this.pivots = pivots;
    }

    private Span<T> A => Square(0);

    private Span<T> U => Square(1);

    private Span<T> V => Square(2);

    private Span<T> Beside => Square(3);

    /// <summary>Elements of working memory.</summary>
    public static nint Elements(int n) => (Squares * (nint)n * n) + LuFactor.WorkLength<T>(n);

    /// <summary>y = exp(a), y contiguous.</summary>
    public void Run(ReadOnlySpan<T> a, int leading, Span<T> y)
    {
        if (n == 0)
        {
            return;
        }

        for (int i = 0; i < n; i++)
        {
            a.Slice(i * leading, n).CopyTo(A.Slice(i * n, n));
        }

        double norm = Norm(A);
        if (!double.IsFinite(norm))
        {
            y.Fill(Tensor.Constant<T>(double.NaN));
            return;
        }

        int degree = 0, squarings = 0;
        while (degree < Degrees.Length - 1 && norm > Degrees[degree].Bound)
        {
            degree++;
        }

        while (Math.ScaleB(norm, -squarings) > Degrees[degree].Bound)
        {
            squarings++;
        }

        for (int done = 0; done < squarings; done += 100)
        {
            Map.Binary<Multiply, T>(A, Tensor.Constant<T>(Math.ScaleB(1, -int.Min(100, squarings - done))), A);
        }

        Approximate(Degrees[degree].Coefficients, y);
        for (int i = 0; i < squarings; i++)
        {
            y.CopyTo(Beside);
            Multiply(Beside, Beside, y);
        }
    }

    /// <summary>The approximant with these coefficients, from the constant's up.</summary>
    private void Approximate(ReadOnlySpan<double> b, Span<T> y)
    {
        if (b.Length == Coefficients13.Length)
        {
            Powers(3);
            Combine([b[9], b[11], b[13]], 0, Beside);
            Multiply(Power(3), Beside, U);
            Combine([b[3], b[5], b[7]], b[1], Beside);
            Map.Binary<Add, T>(U, Beside, Beside);
            Multiply(A, Beside, U);
            Combine([b[8], b[10], b[12]], 0, Beside);
            Multiply(Power(3), Beside, V);
            Combine([b[2], b[4], b[6]], b[0], Beside);
            Map.Binary<Add, T>(V, Beside, V);
        }
        else
        {
            int powers = (b.Length - 2) / 2;
            Span<double> odd = stackalloc double[powers], even = stackalloc double[powers];
            for (int k = 0; k < powers; k++)
            {
                (even[k], odd[k]) = (b[(2 * k) + 2], b[(2 * k) + 3]);
            }

            Powers(powers);
            Combine(odd, b[1], Beside);
            Multiply(A, Beside, U);
            Combine(even, b[0], V);
        }

        Map.Binary<Add, T>(V, U, y);
        Map.Binary<Subtract, T>(V, U, V);
        LuFactor.Factor<T>(n, V, n, V, n, pivots, memory[(Squares * n * n)..]);
        LuSolveWork<T>.Solve(V, n, pivots, y, n, n);
    }

    /// <summary>A^2, A^4, ..., as many of them.</summary>
    private void Powers(int count)
    {
        Multiply(A, A, Power(1));
        for (int k = 2; k <= count; k++)
        {
            Multiply(Power(1), Power(k - 1), Power(k));
        }
    }

    /// <summary>y = constant I + the sum of factor k times A^(2 k + 2).</summary>
    private void Combine(ReadOnlySpan<double> factors, double constant, Span<T> y)
    {
        Span<T> term = Square(Squares - 1);
        Map.Binary<Multiply, T>(Power(factors.Length), Tensor.Constant<T>(factors[^1]), y);
        for (int k = factors.Length - 1; k >= 1; k--)
        {
            Map.Binary<Multiply, T>(Power(k), Tensor.Constant<T>(factors[k - 1]), term);
            Map.Binary<Add, T>(y, term, y);
        }

        if (constant != 0)
        {
            for (int i = 0; i < n; i++)
            {
                Span<T> own = y.Slice(i * (n + 1), 1);
                Map.Binary<Add, T>(own, Tensor.Constant<T>(constant), own);
            }
        }
    }

    private void Multiply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) =>
        Gemm.Multiply(false, false, n, n, n, Tensor.Constant<T>(1), x, n, y, n, default, z, n);

    /// <summary>The largest sum of absolute values of a column, in double precision; NaN and infinity show.</summary>
    private double Norm(ReadOnlySpan<T> a)
    {
        double largest = 0;
        for (int j = 0; j < n; j++)
        {
            double sum = 0;
            for (int i = 0; i < n; i++)
            {
                sum += Math.Abs(Scalars.ToDouble(a[(i * n) + j]));
            }

            largest = double.IsFinite(sum) ? Math.Max(largest, sum) : double.NaN;
            if (double.IsNaN(largest))
            {
                break;
            }
        }

        return largest;
    }

    /// <summary>A^(2 k), for k from 1 to 4.</summary>
    private Span<T> Power(int k) => Square(3 + k);

    private Span<T> Square(int k) => memory.Slice(k * n * n, n * n);
}
