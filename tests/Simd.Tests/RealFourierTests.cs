using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>Transforms of real numbers: those of complex ones without imaginary parts, there and back, and the same bits in whatever company a line is transformed.</summary>
public sealed class RealFourierTests
{
    /// <summary>Halves of every kind: 1, powers of two, other products, primes, pairs that fill no register, roots of several blocks, matrices.</summary>
    private static readonly int[] Lengths = [2, 4, 6, 8, 10, 12, 14, 16, 18, 24, 30, 32, 34, 62, 64, 74, 100, 128, 130, 200, 256, 1000, 1022, 1024, 2042, 4096, 4098, 8192, 10000, 65536, 80000];

    [Fact]
    public void Results_are_those_of_complex_transforms()
    {
        foreach (int n in Lengths)
        {
            Check<double>(n, Math.ScaleB(1, -53));
            Check<float>(n, Math.ScaleB(1, -24));
        }
    }

    [Fact]
    public void The_way_back_is_the_sum_over_both_partners()
    {
        foreach (int n in Lengths)
        {
            CheckBack<double>(n, Math.ScaleB(1, -53));
            CheckBack<float>(n, Math.ScaleB(1, -24));
        }
    }

    [Fact]
    public void A_line_has_the_same_bits_in_a_batch_and_among_columns()
    {
        foreach (int n in Lengths.Where(n => n < 70000))
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

        const int most = 700, lines = 3;
        using GuardedMemory x = new(8 * most * lines), re = new(8 * most * lines), im = new(8 * most * lines), work = new(8 * 20 * most);
        foreach (int n in Lengths.Where(n => n < most))
        {
            Run<double>(n, atEnd: true);
            Run<double>(n, atEnd: false);
            Run<float>(n, atEnd: true);
            Run<float>(n, atEnd: false);
        }

        void Run<T>(int n, bool atEnd)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int half = ((n / 2) + 1) * lines;
            Span<T> a = Of(x, n * lines), b = Of(re, half), c = Of(im, half);
            RealFourier.Rows<T>(n, a, b, c, false, false, T.One, Of(work, (int)RealFourier.WorkLength<T>(n, false)));
            RealFourier.RowsBack<T>(n, b, c, a, true, true, T.One, Of(work, (int)RealFourier.WorkLength<T>(n, false)));
            RealFourier.Columns<T>(n, lines, 0, lines, a, b, c, false, false, T.One, Of(work, (int)RealFourier.WorkLength<T>(n, true)));
            RealFourier.ColumnsBack<T>(n, lines, 0, lines, b, c, a, true, true, T.One, Of(work, (int)RealFourier.WorkLength<T>(n, true)));

            Span<T> Of(GuardedMemory memory, int count) => atEnd ? memory.AtEnd<T>(count) : memory.AtStart<T>(count);
        }
    }

    [Fact]
    public void NaN_stays_in_its_line()
    {
        foreach (int n in (int[])[8, 64, 74, 1024])
        {
            int half = (n / 2) + 1;
            double[] x = Numbers.Uniform<double>(1, 3 * n), re = new double[3 * half], im = new double[3 * half], work = new double[RealFourier.WorkLength<double>(n, false)], clean = new double[3 * half];
            RealFourier.Rows<double>(n, x, clean, im, false, false, 1, work);
            x[n + 3] = double.NaN;
            RealFourier.Rows<double>(n, x, re, im, false, false, 1, work);
            Assert.All(re[half..(2 * half)].Zip(im[half..(2 * half)]), number => Assert.True(double.IsNaN(number.First) || double.IsNaN(number.Second)));
            Assert.Equal(clean[..half], re[..half]);
            Assert.Equal(clean[(2 * half)..], re[(2 * half)..]);
        }
    }

    [Fact]
    public void A_transform_allocates_nothing()
    {
        foreach (int n in (int[])[64, 100, 1024, 2042, 80000])
        {
            double[] x = new double[n], re = new double[(n / 2) + 1], im = new double[(n / 2) + 1], work = new double[RealFourier.WorkLength<double>(n, false)];
            Run();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Run()
            {
                RealFourier.Rows<double>(n, x, re, im, false, false, 1, work);
                RealFourier.RowsBack<double>(n, re, im, x, true, true, 1.0 / n, work);
            }
        }
    }

    [Fact]
    public void Bad_input_is_refused_and_nothing_written()
    {
        double[] x = new double[16], re = new double[10], im = new double[10], work = new double[64];
        Refused<ArgumentOutOfRangeException>("real fourier: the length is 7; even ones from 2 to 268435456 are supported.", () => RealFourier.Rows<double>(7, x, re, im, false, false, 1, work));
        Refused<ArgumentOutOfRangeException>("real fourier: the length is 0; even ones from 2 to 268435456 are supported.", () => RealFourier.WorkLength<double>(0, true));
        Refused<ArgumentException>(
            "real fourier: 2 lines of 8 numbers have 10 results; got 16 numbers and 9 and 10 results.", () => RealFourier.Rows<double>(8, x, re.AsSpan(1), im, false, false, 1, work));
        Refused<ArgumentException>("real fourier: 2 lines of 8 numbers have 10 results; got 15 numbers and 10 and 10 results.", () => RealFourier.ColumnsBack<double>(8, 2, 0, 2, re, im, x.AsSpan(1), false, false, 1, work));
        Refused<ArgumentException>("real fourier: 8 elements of working memory are needed; got 7.", () => RealFourier.RowsBack<double>(8, re, im, x, false, false, 1, work.AsSpan(0, 7)));
        Refused<ArgumentException>(
            "real fourier: numbers, parts of results and the working memory are one another's; use separate memory.", () => RealFourier.RowsBack<double>(8, re, re, x, false, false, 1, work));
        Refused<NotSupportedException>("real fourier: the element type is Int32; float (Single) and double (Double) are supported.", () => RealFourier.Rows<int>(8, new int[8], new int[5], new int[5], false, false, 1, new int[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RealFourier.Columns<double>(8, 2, 1, 2, x, re, im, false, false, 1, work));
        Assert.All(re, element => Assert.Equal(0, element));

        static void Refused<TException>(string message, Action action)
            where TException : Exception => Assert.Equal(message, Assert.Throws<TException>(action).Message.Split(" (Parameter '", 2)[0].Split(Environment.NewLine, 2)[0]);
    }

    /// <summary>The complex transform in double precision is exact enough for float; for double itself the bound is that of both.</summary>
    private static void Check<T>(int n, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int half = (n / 2) + 1;
        T[] x = Numbers.Uniform<T>(n, n), re = new T[half], im = new T[half], work = new T[RealFourier.WorkLength<T>(n, false)];
        double[] wide = [.. x.Select(double.CreateTruncating)], a = new double[n], b = new double[n], zeros = new double[n], other = new double[Fourier.WorkLength<double>(n, false)];
        foreach ((bool isInverse, bool isDoubled) in ((bool, bool)[])[(false, false), (true, false), (false, true)])
        {
            RealFourier.Rows<T>(n, x, re, im, isInverse, isDoubled, T.CreateTruncating(0.25), work);
            Fourier.Rows<double>(n, wide, zeros, a, b, isInverse, 0.25, other);
            double error = 0, size = 0;
            for (int k = 0; k < half; k++)
            {
                double weight = isDoubled && k > 0 && k < n / 2 ? 2 : 1, r = (weight * a[k]) - double.CreateTruncating(re[k]), s = (weight * b[k]) - double.CreateTruncating(im[k]);
                error += (r * r) + (s * s);
                size += weight * weight * ((a[k] * a[k]) + (b[k] * b[k]));
            }

            AssertClose<T>(n, Math.Sqrt(error / size), epsilon);
            Assert.Equal((T.Zero, T.Zero), (im[0], im[^1]));
        }
    }

    private static void CheckBack<T>(int n, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int half = (n / 2) + 1;
        T[] re = Numbers.Uniform<T>(n, half), im = Numbers.Uniform<T>(n + 1, half), x = new T[n], work = new T[RealFourier.WorkLength<T>(n, false)];
        double[] a = new double[n], b = new double[n], wideRe = new double[n], wideIm = new double[n], other = new double[Fourier.WorkLength<double>(n, false)];
        foreach ((bool isInverse, bool isDoubled) in ((bool, bool)[])[(true, true), (false, true), (true, false)])
        {
            for (int k = 0; k < half; k++)
            {
                double weight = isDoubled && k > 0 && k < n / 2 ? 2 : 1;
                (wideRe[k], wideIm[k]) = (weight * double.CreateTruncating(re[k]), weight * double.CreateTruncating(im[k]));
            }

            // What has no partner counts by its real part alone, as every number does in the real part of the sum.
            (wideIm[0], wideIm[half - 1]) = (0, 0);
            Fourier.Rows<double>(n, wideRe, wideIm, a, b, isInverse, 0.25, other);
            RealFourier.RowsBack<T>(n, re, im, x, isInverse, isDoubled, T.CreateTruncating(0.25), work);
            AssertClose<T>(n, Math.Sqrt(a.Zip(x, (p, q) => Math.Pow(p - double.CreateTruncating(q), 2)).Sum() / a.Sum(p => p * p)), epsilon);
        }
    }

    /// <summary>The bound of a complex transform of half the length, and of the pass, in which three roundings follow each other.</summary>
    private static void AssertClose<T>(int n, double error, double epsilon)
    {
        double c = BitOperations.IsPow2(n) ? 0.8 : FourierPlans.IsSmooth(n / 2) ? 0.95 : 1.6, bound = (typeof(T) == typeof(double) ? 2 : 1) * c * Math.Sqrt(Math.Max(1, Math.Log2(n)));
        Assert.True(error <= bound * epsilon, $"{typeof(T).Name}, {n} numbers: relative error {error / epsilon:F2} eps, at most {bound:F2} expected");
    }

    private static void Company<T>(int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lines = n > 9000 ? 5 : n <= 32 ? 301 : 37, half = (n / 2) + 1;
        T scale = T.CreateTruncating(0.3);
        T[] x = Numbers.Uniform<T>(n, n * lines), work = new T[RealFourier.WorkLength<T>(n, false) + RealFourier.WorkLength<T>(n, true)];
        T[] re = new T[half * lines], im = new T[half * lines], back = new T[n * lines], a = new T[half * lines], b = new T[half * lines], c = new T[n * lines];
        for (int line = 0; line < lines; line++)
        {
            RealFourier.Rows<T>(n, x.AsSpan(line * n, n), re.AsSpan(line * half, half), im.AsSpan(line * half, half), true, false, scale, work);
            RealFourier.RowsBack<T>(n, re.AsSpan(line * half, half), im.AsSpan(line * half, half), back.AsSpan(line * n, n), false, true, scale, work);
        }

        RealFourier.Rows<T>(n, x, a, b, true, false, scale, work);
        Bits.AssertSame<T>(re, a, "in a batch", n);
        Bits.AssertSame<T>(im, b, "in a batch", n);
        RealFourier.RowsBack<T>(n, re, im, c, false, true, scale, work);
        Bits.AssertSame<T>(back, c, "back in a batch", n);

        RealFourier.Columns<T>(n, lines, 0, 3, Turned(x, lines, n), a, b, true, false, scale, work);
        RealFourier.Columns<T>(n, lines, 3, lines - 3, Turned(x, lines, n), a, b, true, false, scale, work);
        Bits.AssertSame<T>(re, Turned(a, half, lines), "among columns", n);
        Bits.AssertSame<T>(im, Turned(b, half, lines), "among columns", n);
        RealFourier.ColumnsBack<T>(n, lines, 0, 3, a, b, c, false, true, scale, work);
        RealFourier.ColumnsBack<T>(n, lines, 3, lines - 3, a, b, c, false, true, scale, work);
        Bits.AssertSame<T>(back, Turned(c, n, lines), "back among columns", n);
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
}
