using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>Fourier transforms against the defining sum in twice the precision, and the same bits in whatever company a line is transformed.</summary>
public class FourierTests
{
    /// <summary>Powers of two around every way of taking them apart, products of other primes, primes, and lengths that are matrices.</summary>
    private static readonly int[] Longer =
        [512, 1024, 2048, 4096, 8192, 16384, 1000, 2187, 3125, 1331, 961, 2310, 7 * 11 * 13, 997, 2 * 499, 32768, 65536, 98304, 3 * 3 * 5 * 7 * 11 * 13, 33333];

    [Fact]
    public void Every_length_up_to_300_is_the_defining_sum()
    {
        for (int n = 1; n <= 300; n++)
        {
            Check<double>(n, n, Math.ScaleB(1, -53));
            Check<float>(n, n, Math.ScaleB(1, -24));
        }
    }

    [Fact]
    public void Longer_ones_are_the_defining_sum_at_some_of_their_points()
    {
        foreach (int n in Longer)
        {
            Check<double>(n, 40, Math.ScaleB(1, -53));
            Check<float>(n, 40, Math.ScaleB(1, -24));
        }
    }

    [Fact]
    public void A_line_has_the_same_bits_in_a_batch_among_columns_and_in_its_own_place()
    {
        foreach (int n in (int[])[1, 2, 3, 4, 6, 7, 8, 16, 24, 31, 37, 60, 64, 100, 128, 243, 256, 1021, 1024, 3000, 32768, 40000])
        {
            Company<double>(n);
            Company<float>(n);
        }
    }

    [Fact]
    public void Transforms_touch_no_memory_outside()
    {
        if (GuardedMemory.Unavailable is not null)
        {
            return;
        }

        const int most = 700;
        using GuardedMemory a = new(8 * most * 3), b = new(8 * most * 3), c = new(8 * most * 3), d = new(8 * most * 3), w = new(8 * 20 * most);
        foreach (int n in (int[])[1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 24, 31, 32, 37, 40, 64, 100, 121, 128, 143, 200, 243, 256, 331, 512, 625, 675])
        {
            Run<double>(n);
            Run<float>(n);
        }

        void Run<T>(int n)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int size = 3 * n, work = (int)Fourier.WorkLength<T>(n, isColumns: true);
            Fourier.Rows(n, a.AtEnd<T>(size), b.AtEnd<T>(size), c.AtEnd<T>(size), d.AtEnd<T>(size), false, T.One, w.AtEnd<T>(work));
            Fourier.Rows(n, a.AtStart<T>(size), b.AtStart<T>(size), c.AtStart<T>(size), d.AtStart<T>(size), true, T.One, w.AtStart<T>(work));
            Fourier.Columns(n, 3, 0, 3, a.AtEnd<T>(size), b.AtEnd<T>(size), c.AtEnd<T>(size), d.AtEnd<T>(size), false, T.One, w.AtEnd<T>(work));
            Fourier.Columns(n, 3, 0, 3, a.AtStart<T>(size), b.AtStart<T>(size), c.AtStart<T>(size), d.AtStart<T>(size), true, T.One, w.AtStart<T>(work));
        }
    }

    [Fact]
    public void Roots_of_unity_are_correctly_rounded()
    {
        foreach (int n in (int[])[1, 2, 3, 5, 7, 8, 12, 1000, 1021, 1024, 6561, 1 << 20])
        {
            Roots roots = new(n, isTable: n < 10000);
            for (long k = 0; k < n; k += 1 + (n / 97))
            {
                (double re, double im) = roots[k];
                (decimal cos, decimal sin) = Circle(k, n);
                AssertRounded(cos, re, k, n);
                AssertRounded(-sin, im, k, n);
            }
        }

        static void AssertRounded(decimal exact, double rounded, long k, int n)
        {
            decimal ulp = (decimal)Math.Max(Math.BitIncrement(Math.Abs(rounded)) - Math.Abs(rounded), 1e-22);
            Assert.True(Math.Abs(exact - Exactly(rounded)) <= 0.501m * ulp, $"root {k} of {n} is {rounded:R}, not {exact}");
        }
    }

    [Fact]
    public void Plans_are_few_and_threads_share_them()
    {
        double[] x = Numbers.Uniform<double>(1, 2 * 700);
        Parallel.For(0, 4, thread =>
        {
            double[] y = new double[2 * 700];
            for (int n = 1; n < 700; n++)
            {
                double[] work = new double[Fourier.WorkLength<double>(n, isColumns: false)];
                Fourier.Rows<double>(n, x.AsSpan(0, n), x.AsSpan(n, n), y.AsSpan(0, n), y.AsSpan(n, n), false, 1, work);
                Assert.Equal(x.AsSpan(0, n).ToArray().Sum(), y[0], 1e-10);
            }
        });
        Assert.InRange(FourierPlans<double>.Held.Count, 1, 256);
    }

    [Fact]
    public void NaN_and_infinity_stay_in_their_line()
    {
        foreach (int n in (int[])[8, 12, 37, 64, 100])
        {
            double[] re = Numbers.Uniform<double>(1, 3 * n), im = Numbers.Uniform<double>(2, 3 * n), clean = new double[3 * n], a = new double[3 * n], b = new double[3 * n];
            double[] work = new double[Fourier.WorkLength<double>(n, isColumns: true)];
            Fourier.Rows<double>(n, re, im, clean, b, false, 1, work);
            re[n + 3] = double.NaN;
            im[n + 4] = double.PositiveInfinity;
            Fourier.Rows<double>(n, re, im, a, b, false, 1, work);
            Assert.All(a[n..(2 * n)].Zip(b[n..(2 * n)]), number => Assert.True(double.IsNaN(number.First) || double.IsNaN(number.Second)));
            Assert.Equal(clean[..n], a[..n]);
            Assert.Equal(clean[(2 * n)..], a[(2 * n)..]);
        }
    }

    [Fact]
    public void Bad_input_is_refused_and_nothing_written()
    {
        double[] x = new double[24], y = new double[24], none = [];
        Refused<ArgumentOutOfRangeException>("fourier: the length is 0; 1 to 268435456 are supported.", () => Fourier.Rows<double>(0, x, x, y, y, false, 1, none));
        Refused<ArgumentOutOfRangeException>("fourier: the length is 268435457; 1 to 268435456 are supported.", () => Fourier.WorkLength<float>((1 << 28) + 1, false));
        Refused<ArgumentException>("fourier: 24 numbers are no rows of 7.", () => Fourier.Rows<double>(7, x, x, y, y, false, 1, none));
        Refused<ArgumentException>("fourier: 24 numbers are not 8 rows of 2.", () => Fourier.Columns<double>(8, 2, 0, 1, x, x, y, y, false, 1, none));
        Refused<ArgumentException>("fourier: spans of equal length are needed; got 24, 23, 24 and 24.", () => Fourier.Rows<double>(8, x, x.AsSpan(1), y, y, false, 1, none));
        Refused<ArgumentException>("fourier: 512 elements of working memory are needed; got 0.", () => Fourier.Rows<double>(74, new double[74], new double[74], new double[74], new double[74], false, 1, none));
        Refused<ArgumentException>(
            "fourier: re partly overlaps the output (shifted by 4 elements); use the same memory or separate memory.",
            () => Fourier.Rows<double>(8, x.AsSpan(0, 8), y.AsSpan(0, 8), x.AsSpan(4, 8), y.AsSpan(8, 8), false, 1, none));
        Refused<ArgumentException>(
            "fourier: real and imaginary parts and the working memory are one another's; use separate memory.",
            () => Fourier.Rows<double>(8, x.AsSpan(0, 8), x.AsSpan(8, 8), y.AsSpan(0, 8), y.AsSpan(0, 8), false, 1, none));
        Refused<NotSupportedException>("fourier: the element type is Int32; float (Single) and double (Double) are supported.", () => Fourier.Rows<int>(8, new int[8], new int[8], new int[8], new int[8], false, 1, []));
        Assert.All(y, element => Assert.Equal(0, element));

        static void Refused<TException>(string message, Action action)
            where TException : Exception => Assert.Equal(message, Assert.Throws<TException>(action).Message.Split(" (Parameter '", 2)[0].Split(Environment.NewLine, 2)[0]);
    }

    [Fact]
    public void A_transform_allocates_nothing()
    {
        foreach (int n in (int[])[64, 100, 1024, 1021, 40000])
        {
            double[] x = new double[4 * n], work = new double[Fourier.WorkLength<double>(n, isColumns: true)];
            Run();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Run() => Fourier.Rows<double>(n, x.AsSpan(0, n), x.AsSpan(n, n), x.AsSpan(2 * n, n), x.AsSpan(3 * n, n), false, 1, work);
        }
    }

    /// <summary>Relative root mean square error of a line and of its inverse, at so many points: of the order of eps log n.</summary>
    private static void Check<T>(int n, int points, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] re = Numbers.Uniform<T>(n, n), im = Numbers.Uniform<T>(n + 1, n), a = new T[n], b = new T[n], work = new T[Fourier.WorkLength<T>(n, isColumns: false)];
        foreach (bool isInverse in (bool[])[false, true])
        {
            Fourier.Rows<T>(n, re, im, a, b, isInverse, T.One, work);
            Roots roots = new(n);
            double error = 0, size = 0;
            for (int point = 0; point < points; point++)
            {
                int k = (int)((long)point * n / points);
                (double r, double s) = Sum(re, im, roots, k, n, isInverse);
                double dr = double.CreateTruncating(a[k]) - r, ds = double.CreateTruncating(b[k]) - s;
                error += (dr * dr) + (ds * ds);
                size += (r * r) + (s * s);
            }

            double relative = Math.Sqrt(error / size), bound = Bound(n) * epsilon;
            Assert.True(relative <= bound, $"{typeof(T).Name}, {n} points{(isInverse ? ", inverse" : "")}: relative error {relative / epsilon:F2} eps, at most {Bound(n):F2} expected");
        }
    }

    /// <summary>In units of half an ulp of 1; lengths with large primes go through three transforms of more than twice their length.</summary>
    private static double Bound(int n) => (BitOperations.IsPow2(n) ? 0.8 : FourierPlans.IsSmooth(n) ? 0.95 : 1.6) * Math.Sqrt(Math.Max(1, Math.Log2(n)));

    /// <summary>The sum over j of x[j] exp(-+ 2 pi i j k / n), products and sums carried along with their errors.</summary>
    private static (double Re, double Im) Sum<T>(T[] re, T[] im, Roots roots, int k, int n, bool isInverse)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double r = 0, s = 0, lowR = 0, lowS = 0;
        for (int j = 0; j < n; j++)
        {
            (double cos, double sin) = roots[(long)j * k % n];
            sin = isInverse ? -sin : sin;
            double x = double.CreateTruncating(re[j]), y = double.CreateTruncating(im[j]);
            Add(x, cos, ref r, ref lowR);
            Add(-y, sin, ref r, ref lowR);
            Add(x, sin, ref s, ref lowS);
            Add(y, cos, ref s, ref lowS);
        }

        return (r + lowR, s + lowS);

        static void Add(double x, double y, ref double sum, ref double low)
        {
            double product = x * y, error = Math.FusedMultiplyAdd(x, y, -product), next = sum + product, part = next - sum;
            low += (sum - (next - part)) + (product - part) + error;
            sum = next;
        }
    }

    private static void Company<T>(int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lines = n > 10000 ? 5 : n <= 16 ? 301 : 37;
        T[] re = Numbers.Uniform<T>(n, n * lines), im = Numbers.Uniform<T>(n + 1, n * lines), work = new T[Fourier.WorkLength<T>(n, isColumns: true)];
        T[] a = new T[n * lines], b = new T[n * lines], c = new T[n * lines], d = new T[n * lines], scale = [T.CreateTruncating(0.3)];
        for (int line = 0; line < lines; line++)
        {
            int at = line * n;
            Fourier.Rows<T>(n, re.AsSpan(at, n), im.AsSpan(at, n), a.AsSpan(at, n), b.AsSpan(at, n), true, scale[0], work);
        }

        Fourier.Rows<T>(n, re, im, c, d, true, scale[0], work);
        AssertSame("in a batch", c, d);
        (c, d) = ([.. re], [.. im]);
        Fourier.Rows<T>(n, c, d, c, d, true, scale[0], work);
        AssertSame("in place", c, d);
        (c, d) = (Turned(re, lines, n), Turned(im, lines, n));
        T[] e = new T[n * lines], f = new T[n * lines];
        Fourier.Columns<T>(n, lines, 0, 3, c, d, e, f, true, scale[0], work);
        Fourier.Columns<T>(n, lines, 3, lines - 3, c, d, e, f, true, scale[0], work);
        AssertSame("among columns", Turned(e, n, lines), Turned(f, n, lines));
        Fourier.Columns<T>(n, lines, 0, lines, c, d, c, d, true, scale[0], work);
        AssertSame("among columns in place", Turned(c, n, lines), Turned(d, n, lines));

        void AssertSame(string company, T[] otherRe, T[] otherIm)
        {
            Bits.AssertSame<T>(a, otherRe, company, n);
            Bits.AssertSame<T>(b, otherIm, company, n);
        }
    }

    private static T[] Turned<T>(T[] x, int rows, int columns)
    {
        T[] y = new T[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            y[((i % columns) * rows) + (i / columns)] = x[i];
        }

        return y;
    }

    /// <summary>Cosine and sine of 2 pi k / n to 26 digits: the series near a multiple of an eighth of a turn.</summary>
    private static (decimal Cos, decimal Sin) Circle(long k, long n)
    {
        const decimal pi = 3.1415926535897932384626433833m;
        long quarter = ((8 * k) + n) / (2 * n);
        decimal angle = 2 * pi * ((4 * k) - (quarter * n)) / (4 * n), cos = 1, sin = angle, term = angle;
        for (int i = 2; i < 30; i++)
        {
            term *= angle / i;
            (cos, sin) = (i % 4) switch { 0 => (cos + term, sin), 1 => (cos, sin + term), 2 => (cos - term, sin), _ => (cos, sin - term) };
        }

        return (quarter % 4) switch { 0 => (cos, sin), 1 => (-sin, cos), 2 => (-cos, -sin), _ => (sin, -cos) };
    }

    /// <summary>A double of size up to 1 as a decimal: its two halves are exact to 28 places.</summary>
    private static decimal Exactly(double x)
    {
        double high = Math.Round(x * (1L << 26)) / (1L << 26);
        return ((decimal)(high * (1L << 26)) / (1L << 26)) + ((decimal)Math.ScaleB(x - high, 60) / (1L << 60));
    }
}
