using System.Runtime.InteropServices;

namespace Onsager.Micro.Accuracy;

/// <summary>A number of 200 bits with GNU MPFR's correctly rounded functions (Fousse, Hanrot, Lefèvre, Pélissier, Zimmermann, 2007).</summary>
internal sealed class Mpfr : IDisposable
{
    /// <summary>The library, as the system's loader knows it.</summary>
    public const string Library = "libmpfr.so.6";

    /// <summary>Enough that the compositions in <see cref="ExactFunctions"/> lose nothing a float64 could see.</summary>
    private const int Bits = 200;

    private const int Nearest = 0;

    private Raw raw;

    /// <summary>A number that is not one yet.</summary>
    public Mpfr() => mpfr_init2(ref raw, Bits);

    /// <summary>A function of one argument: the last argument is the rounding.</summary>
    public delegate int Function(ref Raw y, ref Raw x, int rounding);

    /// <summary>A function of two arguments.</summary>
    public delegate int Function2(ref Raw z, ref Raw x, ref Raw y, int rounding);

    /// <summary>True where the library is installed.</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>The value rounded to float64, overflowing to infinity and underflowing to zero with its sign.</summary>
    public double Value
    {
        get => mpfr_get_d(ref raw, Nearest);
        set => mpfr_set_d(ref raw, value, Nearest);
    }

    /// <summary>True for a number that is neither zero, infinite nor NaN.</summary>
    public bool IsRegular => mpfr_regular_p(ref raw) != 0;

    /// <summary>e with 2^e at most |this|; only for regular numbers.</summary>
    public long Exponent => mpfr_get_exp(ref raw) - 1;

    /// <summary>this = f(x), correctly rounded to 200 bits.</summary>
    public Mpfr Set(Function f, Mpfr x)
    {
        f(ref raw, ref x.raw, Nearest);
        return this;
    }

    /// <summary>this = f(x, y), correctly rounded to 200 bits.</summary>
    public Mpfr Set(Function2 f, Mpfr x, Mpfr y)
    {
        f(ref raw, ref x.raw, ref y.raw, Nearest);
        return this;
    }

    /// <summary>this = log |Gamma(x)|.</summary>
    public Mpfr SetLogGamma(Mpfr x)
    {
        mpfr_lgamma(ref raw, out _, ref x.raw, Nearest);
        return this;
    }

    /// <summary>this = x 2^n, exactly.</summary>
    public Mpfr SetScaled(Mpfr x, long n)
    {
        mpfr_mul_2si(ref raw, ref x.raw, (nint)n, Nearest);
        return this;
    }

    /// <summary>this = the decimal number.</summary>
    public Mpfr SetDecimal(string number)
    {
        mpfr_set_str(ref raw, number, 10, Nearest);
        return this;
    }

    /// <summary>this = pi.</summary>
    public Mpfr SetPi()
    {
        mpfr_const_pi(ref raw, Nearest);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => mpfr_clear(ref raw);

    [DllImport(Library)] public static extern int mpfr_set(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_neg(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_abs(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_sqrt(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_rec_sqrt(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_cbrt(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_sqr(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_exp(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_exp2(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_expm1(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_log(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_log2(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_log10(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_log1p(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_sin(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_cos(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_tan(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_asin(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_acos(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_atan(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_sinh(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_cosh(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_tanh(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_asinh(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_acosh(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_atanh(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_erf(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_erfc(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_digamma(ref Raw y, ref Raw x, int rounding);
    [DllImport(Library)] public static extern int mpfr_add(ref Raw z, ref Raw x, ref Raw y, int rounding);
    [DllImport(Library)] public static extern int mpfr_sub(ref Raw z, ref Raw x, ref Raw y, int rounding);
    [DllImport(Library)] public static extern int mpfr_mul(ref Raw z, ref Raw x, ref Raw y, int rounding);
    [DllImport(Library)] public static extern int mpfr_div(ref Raw z, ref Raw x, ref Raw y, int rounding);

    // The inexact flag that the functions return is not read.
    [DllImport(Library)] private static extern void mpfr_init2(ref Raw x, nint precision);
    [DllImport(Library)] private static extern void mpfr_clear(ref Raw x);
    [DllImport(Library)] private static extern void mpfr_set_d(ref Raw x, double value, int rounding);
    [DllImport(Library)] private static extern void mpfr_set_str(ref Raw x, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int radix, int rounding);
    [DllImport(Library)] private static extern double mpfr_get_d(ref Raw x, int rounding);
    [DllImport(Library)] private static extern nint mpfr_get_exp(ref Raw x);
    [DllImport(Library)] private static extern int mpfr_regular_p(ref Raw x);
    [DllImport(Library)] private static extern void mpfr_const_pi(ref Raw x, int rounding);
    [DllImport(Library)] private static extern void mpfr_mul_2si(ref Raw y, ref Raw x, nint n, int rounding);
    [DllImport(Library)] private static extern void mpfr_lgamma(ref Raw y, out int sign, ref Raw x, int rounding);

    /// <summary>mpfr_t: precision, sign, exponent, limbs (mpfr.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Raw
    {
        private readonly nint precision;
        private readonly int sign;
        private readonly nint exponent;
        private readonly nint limbs;
    }
}
