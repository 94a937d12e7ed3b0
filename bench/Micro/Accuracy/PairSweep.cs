using System.Runtime.InteropServices;
using Onsager.Simd;

namespace Onsager.Micro.Accuracy;

/// <summary>
/// <c>pairs</c>: the errors of the operators of two inputs that IEEE 754 does not fix. float64 over 10^6 pairs against MPFR at 200 bits;
/// then float32 over 2^27 pairs against that float64 formula. A quarter of the pairs are any bit patterns; the others lie where the result
/// is neither 0 nor infinite, for pow with bases as near to 1 as the type allows, else with quotients near 1.
/// Exit 0 if the published bounds hold, 1 if one is broken, 2 without MPFR.
/// </summary>
internal static class PairSweep
{
    private const int Block = 1 << 14, SingleBlocks = 1 << 13, DoubleBlocks = 62;

    /// <summary>Measures all three.</summary>
    public static int Run()
    {
        if (!Mpfr.IsAvailable)
        {
            Console.Error.WriteLine($"pairs: needs {Mpfr.Library}, which is not on this machine (Debian: libmpfr6).");
            return 2;
        }

        bool holds = Measure<Pow>(mpfr_pow, Powers) & Measure<Hypot>(mpfr_hypot, Alike) & Measure<Atan2>(mpfr_atan2, Alike);
        return holds ? 0 : 1;
    }

    private static bool Measure<TOp>(Mpfr.Function2 exact, Func<Random, bool, (double X, double Y)> points)
        where TOp : struct, IBinaryOp
    {
        bool holds = true;
        foreach (bool isDouble in (bool[])[true, false])
        {
            Worst worst = default;
            Lock gate = new();
            Parallel.For(0, isDouble ? DoubleBlocks : SingleBlocks, block =>
            {
                Worst part = isDouble ? InDouble<TOp>(block, exact, points) : InSingle<TOp>(block, points);
                lock (gate)
                {
                    worst.Add(part);
                }
            });
            double bound = isDouble ? TOp.MaxUlpDouble : TOp.MaxUlpSingle;
            bool within = worst.Ulp <= bound + 1e-6 && worst.Wrong == 0;
            holds &= within;
            string first = worst.Wrong == 0 ? string.Empty : $", first at ({worst.WrongX:R}, {worst.WrongY:R})";
            Console.WriteLine(
                $"{(within ? "ok    " : "BROKEN")} {TOp.Name,-6} {(isDouble ? "float64" : "float32")} {worst.Ulp:F4} ulp, bound {bound}, at ({worst.X:R}, {worst.Y:R}); "
                + $"{worst.Count} pairs; wrong NaN, infinities, zeros: {worst.Wrong}{first}");
        }

        return holds;
    }

    private static Worst InSingle<TOp>(int block, Func<Random, bool, (double X, double Y)> points)
        where TOp : struct, IBinaryOp
    {
        Random random = new(block);
        float[] x = new float[Block], y = new float[Block], z = new float[Block];
        double[] wideX = new double[Block], wideY = new double[Block], reference = new double[Block];
        for (int i = 0; i < Block; i++)
        {
            (double X, double Y) point = i % 4 == 0 ? default : points(random, false);
            x[i] = i % 4 == 0 ? BitConverter.Int32BitsToSingle((int)random.NextInt64(1L << 32)) : (float)point.X;
            y[i] = i % 4 == 0 ? BitConverter.Int32BitsToSingle((int)random.NextInt64(1L << 32)) : (float)point.Y;
            (wideX[i], wideY[i]) = (x[i], y[i]);
        }

        Map.Binary<TOp, float>(x.AsSpan(), y.AsSpan(), z);
        Map.Binary<TOp, double>(wideX.AsSpan(), wideY.AsSpan(), reference);
        Worst worst = default;
        for (int i = 0; i < Block; i++)
        {
            double exact = reference[i];
            if (double.IsNaN(exact) || Math.Abs(exact) is 0 or double.PositiveInfinity)
            {
                worst.AddRule(z[i], (float)exact, x[i], y[i]);
                continue;
            }

            int unit = int.Max(int.Min(Math.ILogB(exact), 127) - 23, -149);
            double got = float.IsInfinity(z[i]) ? Math.CopySign(Math.ScaleB(1, 128), z[i]) : z[i];
            double most = Math.ScaleB(1, 128) - Math.ScaleB(1, 103);
            bool settled = float.IsInfinity(z[i]) && Math.Abs(exact) >= most && Math.Sign(exact) == Math.Sign(got);
            worst.Add(settled ? 0 : Math.ScaleB(Math.Abs(got - exact), -unit), x[i], y[i]);
        }

        return worst;
    }

    private static Worst InDouble<TOp>(int block, Mpfr.Function2 function, Func<Random, bool, (double X, double Y)> points)
        where TOp : struct, IBinaryOp
    {
        Random random = new(~block);
        double[] x = new double[Block], y = new double[Block], z = new double[Block];
        for (int i = 0; i < Block; i++)
        {
            (x[i], y[i]) = i % 4 == 0
                ? (BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)), BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)))
                : points(random, true);
        }

        Map.Binary<TOp, double>(x.AsSpan(), y.AsSpan(), z);
        Worst worst = default;
        using Mpfr a = new(), b = new(), exact = new(), result = new();
        for (int i = 0; i < Block; i++)
        {
            a.Value = x[i];
            b.Value = y[i];
            exact.Set(function, a, b);
            if (!exact.IsRegular || !double.IsFinite(exact.Value) || !double.IsFinite(z[i]) || exact.Exponent < -1100)
            {
                worst.AddRule(z[i], exact.Value, x[i], y[i]);
                continue;
            }

            result.Value = z[i];
            long unit = long.Max(long.Min(exact.Exponent, 1023) - 52, -1074);
            worst.Add(Math.Abs(result.SetScaled(result.Set(Mpfr.mpfr_sub, result, exact), -unit).Value), x[i], y[i]);
        }

        return worst;
    }

    private static (double X, double Y) Powers(Random random, bool isDouble)
    {
        double goal = isDouble ? (random.NextDouble() * 2100) - 1076 : (random.NextDouble() * 280) - 151;
        double log = Math.Pow(2, (random.NextDouble() * (isDouble ? 60 : 30)) - (isDouble ? 50 : 23)) * (random.Next(2) == 0 ? 1 : -1);
        double x = Math.Abs(log) < 0.5 ? 1 + (log * 0.6931471805599453) : Math.Pow(2, log);
        x = isDouble ? x : (float)x;
        double y = goal / Math.Log2(x);
        return random.Next(8) == 0 ? (-x, Math.Round(y)) : (x, y);
    }

    private static (double X, double Y) Alike(Random random, bool isDouble)
    {
        double x = Math.ScaleB(1 + random.NextDouble(), isDouble ? random.Next(-1070, 1022) : random.Next(-149, 127));
        double y = x * Math.Pow(2, (random.Next(2) == 0 ? 1 : 20) * ((3 * random.NextDouble()) - 1.5));
        return (random.Next(2) == 0 ? x : -x, random.Next(2) == 0 ? y : -y);
    }

    [DllImport(Mpfr.Library)] private static extern int mpfr_pow(ref Mpfr.Raw z, ref Mpfr.Raw x, ref Mpfr.Raw y, int rounding);
    [DllImport(Mpfr.Library)] private static extern int mpfr_hypot(ref Mpfr.Raw z, ref Mpfr.Raw x, ref Mpfr.Raw y, int rounding);
    [DllImport(Mpfr.Library)] private static extern int mpfr_atan2(ref Mpfr.Raw z, ref Mpfr.Raw x, ref Mpfr.Raw y, int rounding);

    private struct Worst
    {
        public double Ulp, X, Y, WrongX, WrongY;
        public long Count, Wrong;

        public void Add(double ulp, double x, double y)
        {
            Count++;
            if (ulp > Ulp)
            {
                (Ulp, X, Y) = (ulp, x, y);
            }
        }

        /// <summary>A result that must be right to the bit, any NaN being any other.</summary>
        public void AddRule(double got, double expected, double x, double y)
        {
            Count++;
            if (double.IsNaN(expected) ? !double.IsNaN(got) : got != expected || double.IsNegative(got) != double.IsNegative(expected))
            {
                Wrong++;
                (WrongX, WrongY) = (x, y);
            }
        }

        public void Add(in Worst other)
        {
            long count = Count + other.Count;
            Add(other.Ulp, other.X, other.Y);
            Count = count;
            if (other.Wrong > 0)
            {
                (WrongX, WrongY) = (other.WrongX, other.WrongY);
                Wrong += other.Wrong;
            }
        }
    }
}
