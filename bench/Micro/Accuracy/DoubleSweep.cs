using System.Globalization;
using Onsager.Simd;

namespace Onsager.Micro.Accuracy;

/// <summary>The float64 formula against MPFR: 10^6 points over all exponents and the operator's interesting range, and CORE-MATH's hard cases.</summary>
internal sealed class DoubleSweep(int threads, DirectoryInfo? coreMath) : ErrorSweep
{
    private const int Points = 1_000_000, Chunk = 2000;

    /// <summary>200 bits against 53: nothing of the reference's error is left.</summary>
    private const double Slack = 1e-9;

    /// <inheritdoc/>
    public override AccuracyRow Run<TOp>(Action<double> progress)
    {
        if (!ExactFunctions.Knows(TOp.Name))
        {
            return new(TOp.Name, default, TOp.MaxUlpDouble, 0, InDouble: true, "none: add its exact form to ExactFunctions", ReferenceHolds: false);
        }

        double[] hard = HardCases(TOp.Name);
        double[] x = [.. Spread(ExactFunctions.Range(TOp.Name)), .. hard];
        double[][] chunks = [.. x.Chunk(Chunk)];
        Errors errors = default;
        int done = 0;
        Lock gate = new();
        Parallel.ForEach(chunks, new ParallelOptions { MaxDegreeOfParallelism = threads }, chunk =>
        {
            Errors part = default;
            Judge<TOp>(chunk, ref part);
            lock (gate)
            {
                errors.Add(in part);
            }

            progress((double)Interlocked.Increment(ref done) / chunks.Length);
        });
        string cases = hard.Length == 0 ? string.Empty : $", {hard.Length} hard cases";
        return new(TOp.Name, errors, TOp.MaxUlpDouble, TOp.MaxUlpDouble + Slack, InDouble: true, $"MPFR{cases}", ReferenceHolds: true);
    }

    /// <summary>Adds the float64 formula's errors at these points.</summary>
    internal static void Judge<TOp>(double[] x, ref Errors errors)
        where TOp : struct, IUnaryOp
    {
        double[] y = new double[x.Length];
        Map.Unary<TOp, double>(x, y);
        using ExactFunctions functions = new();
        using Mpfr argument = new(), exact = new(), result = new();
        Action<Mpfr, Mpfr> function = functions[TOp.Name];
        for (int i = 0; i < x.Length; i++)
        {
            argument.Value = x[i];
            function(exact, argument);
            if (!exact.IsRegular || exact.Exponent is < -1022 or > 1022 || !double.IsFinite(y[i]))
            {
                AddAtTheEnds(x[i], y[i], exact, result, ref errors);
                continue;
            }

            long exponent = exact.Exponent;
            result.Value = y[i];
            double ulp = Math.Abs(result.SetScaled(result.Set(Mpfr.mpfr_sub, result, exact), 52 - exponent).Value);
            double mixed = exponent >= 0 ? Math.ScaleB(ulp, (int)exponent) / Math.Abs(exact.Value) : Math.ScaleB(ulp, (int)exponent);
            errors.Add(x[i] >= TOp.RelativeFrom ? ulp : mixed, mixed, x[i]);
        }
    }

    /// <summary>NaN, infinities and zeros, and results among the subnormals or in the last binade.</summary>
    private static void AddAtTheEnds(double x, double y, Mpfr exact, Mpfr result, ref Errors errors)
    {
        double rounded = exact.Value;
        if (exact.IsRegular && double.IsFinite(y) && double.IsFinite(rounded) && (y != 0 || rounded != 0))
        {
            long unit = long.Max(long.Min(exact.Exponent, 1023) - 52, -1074);
            result.Value = y;
            double ulp = Math.Abs(result.SetScaled(result.Set(Mpfr.mpfr_sub, result, exact), -unit).Value);
            errors.Add(ulp, exact.Exponent > 0 ? ulp : 0, x);
            return;
        }

        errors.AddSpecial(x, y, rounded, precision: 53, most: 1023);
    }

    /// <summary>Half over all bit patterns, a quarter over the interesting range, a quarter over the binades 2^-32 to 2^8 with both signs.</summary>
    private static IEnumerable<double> Spread((double Low, double High) range)
    {
        for (int i = 0; i < Points / 2; i++)
        {
            yield return BitConverter.UInt64BitsToDouble((ulong)i * 0x9E3779B97F4A7C15);
        }

        for (int i = 0; i < Points / 4; i++)
        {
            yield return range.Low + ((range.High - range.Low) * (i + 0.61803398874989485) / (Points / 4));
            double mantissa = BitConverter.UInt64BitsToDouble((0x3FFUL << 52) | (((ulong)i * 0x9E3779B97F4A7C15) >> 12));
            yield return Math.ScaleB(mantissa, (i % 41) - 32) * (i % 3 == 0 ? -1 : 1);
        }

        foreach (double special in (double[])[0, double.Epsilon, 2.2250738585072014e-308, 1, double.MaxValue, double.PositiveInfinity, double.NaN])
        {
            yield return special;
            yield return -special;
        }
    }

    /// <summary>CORE-MATH's file: one hexadecimal number a line, some with a remark; # begins a comment.</summary>
    private double[] HardCases(string name)
    {
        string path = Path.Combine(coreMath?.FullName ?? string.Empty, "src", "binary64", name, name + ".wc");
        return coreMath is null || !File.Exists(path) ? [] : [.. File.ReadLines(path).Select(Hexadecimal).OfType<double>()];
    }

    private static double? Hexadecimal(string line)
    {
        string[] words = line.Split('#')[0].Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return null;
        }

        string word = words[0].TrimStart('-', '+');
        int power = word.IndexOf('p', StringComparison.Ordinal);
        if (!word.StartsWith("0x", StringComparison.Ordinal) || power < 0)
        {
            return null;
        }

        string[] digits = word[2..power].Split('.');
        string fraction = digits.Length > 1 ? digits[1] : string.Empty;
        if (fraction.Length > 13)
        {
            return null;
        }

        long mantissa = long.Parse(digits[0] + fraction, NumberStyles.AllowHexSpecifier);
        double value = Math.ScaleB(mantissa, int.Parse(word[(power + 1)..]) - (4 * fraction.Length));
        return words[0][0] == '-' ? -value : value;
    }
}
