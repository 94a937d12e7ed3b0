using System.Numerics;

namespace Onsager.Simd;

/// <summary>
/// An elementary reflector H = I - tau v v^T with v[pivot] = 1 that brings a vector to beta e (LAPACK's larfg; Golub and Van Loan, Matrix
/// Computations, 4th edition, section 5.1). Its squares can overflow or vanish only where the length does: then the vector is scaled first.
/// </summary>
internal static unsafe class Reflector<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Squares of lengths between these have neither overflowed nor lost a part that counts: 2^-900 and 2^1000, or 2^-70 and 2^120.</summary>
    private static T Small => T.CreateChecked(V.IsDouble ? 1.1830521861667747e-271 : 8.470329472543003e-22);

    private static T Large => T.CreateChecked(V.IsDouble ? 1.0715086071862673e301 : 1.329227995784916e36);

    /// <summary>Beta, tau and what the rest of the vector is multiplied by, from the pivot and the sum of the rest's squares; false where that sum cannot be trusted.</summary>
    public static bool TryFind(T alpha, T sigma, out T beta, out T tau, out T scale)
    {
        T square = T.FusedMultiplyAdd(alpha, alpha, sigma);
        if (sigma == T.Zero && alpha * alpha >= Small)
        {
            (beta, tau, scale) = (alpha, T.Zero, T.Zero);
            return true;
        }

        if (!(square >= Small && square <= Large))
        {
            (beta, tau, scale) = (alpha, T.Zero, T.Zero);
            return false;
        }

        T length = T.Sqrt(square);
        beta = alpha > T.Zero ? -length : length;
        T difference = beta - alpha;
        (tau, scale) = (difference / beta, -(T.One / difference));
        return true;
    }

    /// <summary>The reflector of a row x of whole registers, in which it leaves v: zeros stand before the pivot.</summary>
    /// <returns>Beta.</returns>
    public static T Make(T* x, nint length, nint pivot, out T tau)
    {
        T alpha = x[pivot];
        x[pivot] = T.Zero;
        T sigma = VectorLoops<V, T>.Dot(x, x, length);
        if (!TryFind(alpha, sigma, out T beta, out tau, out T scale))
        {
            beta = MakeScaled(alpha, x, length, out tau);
        }
        else if (scale != T.Zero)
        {
            VectorLoops<V, T>.Scale(scale, x, x, length);
        }

        x[pivot] = T.One;
        return beta;
    }

    /// <summary>The same for a vector so short or long that it is divided by its largest element first; the pivot stands apart.</summary>
    public static T MakeScaled(T alpha, T* x, nint length, out T tau)
    {
        tau = T.Zero;
        T rest = VectorLoops<V, T>.Largest(x, length), most = T.Max(T.Abs(alpha), rest);
        if (rest == T.Zero)
        {
            return alpha;
        }

        for (nint i = 0; i < length; i++)
        {
            x[i] /= most;
        }

        T first = alpha / most, sigma = VectorLoops<V, T>.Dot(x, x, length), norm = T.Sqrt(T.FusedMultiplyAdd(first, first, sigma));
        T scaled = first > T.Zero ? -norm : norm, difference = scaled - first;
        tau = difference / scaled;
        VectorLoops<V, T>.Scale(-(T.One / difference), x, x, length);
        return scaled * most;
    }
}
