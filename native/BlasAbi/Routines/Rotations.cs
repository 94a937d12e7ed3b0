using System.Numerics;

namespace Onsager.Blas;

/// <summary>
/// Plane rotations: the plain one after E. Anderson, Algorithm 978, ACM TOMS 44, 2017, as the reference has it since 3.10, and the modified one
/// without square roots (C. Lawson, R. Hanson, D. Kincaid, F. Krogh, Algorithm 539, ACM TOMS 5, 1979).
/// </summary>
internal static unsafe class Rotations<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly T Least = typeof(T) == typeof(float) ? T.ScaleB(T.One, -126) : T.ScaleB(T.One, -1022);
    private static readonly T Most = typeof(T) == typeof(float) ? T.ScaleB(T.One, 127) : T.ScaleB(T.One, 1023);

    /// <summary>What the modified rotation's scale factors are kept within, by powers of 4096: between its square's reciprocal and its square.</summary>
    private static readonly T Step = T.CreateChecked(4096);

    /// <summary>The rotation (c, s) that takes (a, b) to (r, 0); a becomes r, b the number z from which c and s can be had again.</summary>
    public static void Rotg(T* a, T* b, T* c, T* s)
    {
        T first = T.Abs(*a), second = T.Abs(*b);
        if (second == T.Zero)
        {
            (*c, *s, *b) = (T.One, T.Zero, T.Zero);
            return;
        }

        if (first == T.Zero)
        {
            (*c, *s, *a, *b) = (T.Zero, T.One, *b, T.One);
            return;
        }

        T scale = T.MinNumber(Most, T.MaxNumber(Least, T.MaxNumber(first, second)));
        T x = *a / scale, y = *b / scale;
        T r = T.CopySign(T.One, first > second ? *a : *b) * (scale * T.Sqrt((x * x) + (y * y)));
        *c = *a / r;
        *s = *b / r;
        *b = first > second ? *s : *c != T.Zero ? T.One / *c : T.One;
        *a = r;
    }

    /// <summary>The modified rotation H that makes the second component of (sqrt(d1) x1, sqrt(d2) y1) zero; p = (flag, h11, h21, h12, h22).</summary>
    public static void Rotmg(T* d1, T* d2, T* x1, T y1, T* p)
    {
        if (*d1 < T.Zero)
        {
            Reset(d1, d2, x1, p);
            return;
        }

        T p2 = *d2 * y1;
        if (p2 == T.Zero)
        {
            p[0] = -(T.One + T.One);
            return;
        }

        T p1 = *d1 * *x1, q2 = p2 * y1, q1 = p1 * *x1;
        T h11 = T.One, h12 = T.One, h21 = -T.One, h22 = T.One, flag;
        if (T.Abs(q1) > T.Abs(q2))
        {
            (h21, h12, flag) = (-y1 / *x1, p2 / p1, T.Zero);
            T u = T.One - (h12 * h21);
            if (!(u > T.Zero))
            {
                Reset(d1, d2, x1, p);
                return;
            }

            *d1 /= u;
            *d2 /= u;
            *x1 *= u;
        }
        else if (q2 < T.Zero)
        {
            Reset(d1, d2, x1, p);
            return;
        }
        else
        {
            (h11, h22, flag) = (p1 / p2, *x1 / y1, T.One);
            T u = T.One + (h11 * h22);
            (*d1, *d2, *x1) = (*d2 / u, *d1 / u, y1 * u);
        }

        // From the first step on all four elements count: those that the flag implied are in place.
        while (Leaves(*d1, out bool isSmall))
        {
            flag = -T.One;
            T up = isSmall ? Step : T.One / Step;
            (*d1, *x1, h11, h12) = (*d1 * up * up, *x1 / up, h11 / up, h12 / up);
        }

        while (Leaves(*d2, out bool isSmall))
        {
            flag = -T.One;
            T up = isSmall ? Step : T.One / Step;
            (*d2, h21, h22) = (*d2 * up * up, h21 / up, h22 / up);
        }

        p[0] = flag;
        if (flag < T.Zero)
        {
            (p[1], p[2], p[3], p[4]) = (h11, h21, h12, h22);
        }
        else if (flag == T.Zero)
        {
            (p[2], p[3]) = (h21, h12);
        }
        else
        {
            (p[1], p[4]) = (h11, h22);
        }
    }

    /// <summary>(x, y) = H (x, y), whose elements stand in p as far as its flag says that they are not 1, -1 or 0.</summary>
    public static void Rotm(nint n, T* x, nint incx, T* y, nint incy, T* p)
    {
        T flag = p[0];
        if (flag == -(T.One + T.One))
        {
            return;
        }

        T h11 = flag == T.Zero ? T.One : p[1], h21 = flag > T.Zero ? -T.One : p[2];
        T h12 = flag > T.Zero ? T.One : p[3], h22 = flag == T.Zero ? T.One : p[4];
        x = Vectors.First(n, x, incx);
        y = Vectors.First(n, y, incy);
        for (nint i = 0; i < n; i++, x += incx, y += incy)
        {
            T own = *x, other = *y;
            *x = T.FusedMultiplyAdd(other, h12, own * h11);
            *y = T.FusedMultiplyAdd(other, h22, own * h21);
        }
    }

    private static bool Leaves(T d, out bool isSmall)
    {
        T size = T.Abs(d), bound = Step * Step;
        isSmall = size <= T.One / bound;
        return d != T.Zero && T.IsFinite(d) && (isSmall || size >= bound);
    }

    private static void Reset(T* d1, T* d2, T* x1, T* p)
    {
        (*d1, *d2, *x1) = (T.Zero, T.Zero, T.Zero);
        (p[0], p[1], p[2], p[3], p[4]) = (-T.One, T.Zero, T.Zero, T.Zero, T.Zero);
    }
}
