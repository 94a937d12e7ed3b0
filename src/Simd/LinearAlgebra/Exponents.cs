using System.Numerics;

namespace Onsager.Simd;

/// <summary>Matrices near the ends of the number range are multiplied by a power of two before they are decomposed, as LAPACK's drivers do: that is exact.</summary>
internal static class Exponents
{
    /// <summary>1 where squares of elements are safe; otherwise the power of two that brings the largest element near 1. It is not finite where the largest element is not.</summary>
    public static T Factor<T>(T largest)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!T.IsFinite(largest))
        {
            return T.NaN;
        }

        bool isDouble = typeof(T) == typeof(double);
        int exponent = largest == T.Zero ? 0 : T.ILogB(largest), bound = isDouble ? 400 : 30, most = isDouble ? 1020 : 124;
        return int.Abs(exponent) <= bound ? T.One : T.ScaleB(T.One, -int.Clamp(exponent, -most, most));
    }
}
