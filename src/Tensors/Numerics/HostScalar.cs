using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>What the host computes with doubles beside operators of one number (<see cref="Map.Unary{TOp}(double)"/>).</summary>
internal static class HostScalar
{
    /// <summary>2^-52: the distance from 1 to the next number.</summary>
    public const double Epsilon = 2.220446049250313e-16;

    /// <summary>sin(pi x) for |x| up to 1/2, within 1.6 ulp: pi x is taken as a sum of two numbers, the smaller one to first order.</summary>
    public static double SinPi(double x)
    {
        DoubleDouble angle = DoubleDouble.Product(Math.PI, x);
        return Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(1.2246467991473532e-16, x, angle.Low), Map.Unary<Cos>(angle.High), Map.Unary<Sin>(angle.High));
    }

    /// <summary>The Euclidean norm, in the order of sums.</summary>
    public static double Norm(ReadOnlySpan<double> x) => Math.Sqrt(Reduce.Dot(x, x));
}
