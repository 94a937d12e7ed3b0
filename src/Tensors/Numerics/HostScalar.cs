using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Functions of one double on the host with bits of our own: the operators at one lane.</summary>
internal static class HostScalar
{
    /// <summary>2^-52: the distance from 1 to the next number.</summary>
    public const double Epsilon = 2.220446049250313e-16;

    public static double Exp(double x) => Simd.Exp.Apply(new F64x1(x)).Value;

    public static double Log(double x) => Simd.Log.Apply(new F64x1(x)).Value;

    public static double LogGamma(double x) => Simd.LogGamma.Apply(new F64x1(x)).Value;

    public static double Cos(double x) => Simd.Cos.Apply(new F64x1(x)).Value;

    public static double Sin(double x) => Simd.Sin.Apply(new F64x1(x)).Value;

    /// <summary>sin(pi x) for |x| up to 1/2, within 1.6 ulp: pi x is taken as a sum of two numbers, the smaller one to first order.</summary>
    public static double SinPi(double x)
    {
        DoubleDouble angle = DoubleDouble.Product(Math.PI, x);
        return Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(1.2246467991473532e-16, x, angle.Low), Cos(angle.High), Sin(angle.High));
    }

    /// <summary>The root of the sum of squares, without overflow.</summary>
    public static double Hypot(double x, double y) => Simd.Hypot.Apply(new F64x1(x), new F64x1(y)).Value;

    /// <summary>The Euclidean norm, in the order of sums.</summary>
    public static double Norm(ReadOnlySpan<double> x) => Math.Sqrt(Reduce.Dot(x, x));
}
