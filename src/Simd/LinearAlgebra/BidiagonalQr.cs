using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Singular values of an upper bidiagonal matrix by implicit QR steps, with a shift where one counts and without one where it does not (Demmel and
/// Kahan, SIAM J. Sci. Stat. Comput. 11, 1990; LAPACK's bdsqr), in double precision whatever the element type, since the work is in the rotations.
/// </summary>
internal static unsafe class BidiagonalQr<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostSteps = 30;

    /// <summary>Squares below this have lost bits, and arguments are multiplied up.</summary>
    private const double Small = 1.1830521861667747e-271;

    private const double Up = 3.2733906078961419e150;

    /// <summary>
    /// Leaves the singular values, with signs and in no order, in d [n], and uses up e [n], the elements above the diagonal and one more. Rows of left and right
    /// vectors are rotated along. False where a value did not come out, which has not been seen.
    /// </summary>
    [MethodImpl(Loop)]
    public static bool Run(double* d, double* e, int n, ref RotationSweeps<V, T> left, ref RotationSweeps<V, T> right)
    {
        if (n == 0)
        {
            return true;
        }

        double epsilon = V.IsDouble ? 1.1102230246251565e-16 : 5.9604644775390625e-8, norm = 0;
        e[n - 1] = 0;
        for (int i = 0; i < n; i++)
        {
            norm = Math.Max(norm, Math.Max(Math.Abs(d[i]), Math.Abs(e[i])));
        }

        // A step leaves a few roundings of the norm in every element, so that between values that coincide nothing smaller than that comes out, however many steps there are. LAPACK
        // waits for 100 roundings of an estimate of the smallest value.
        double negligible = norm * 8 * epsilon;
        long steps = (long)MostSteps * n;
        int m = n - 1;
        while (m > 0)
        {
            int l = m;
            while (l > 0 && Math.Abs(e[l - 1]) > negligible)
            {
                l--;
            }

            if (l > 0)
            {
                e[l - 1] = 0;
            }

            if (l == m)
            {
                m--;
                continue;
            }

            if (steps-- == 0)
            {
                return false;
            }

            double shift = Smallest(d[m - 1], e[m - 1], d[m]), first = Math.Abs(d[l]), ratio = shift / first;
            T* ofLeft = left.Begin(l, m - l, isUpwards: false), ofRight = right.Begin(l, m - l, isUpwards: false);
            if (!(ratio * ratio >= epsilon) || !double.IsFinite(ratio))
            {
                PlainStep(d, e, l, m, ofLeft, ofRight);
            }
            else
            {
                ShiftedStep(d, e, l, m, shift, ofLeft, ofRight);
            }
        }

        left.Finish();
        right.Finish();
        return true;
    }

    /// <summary>The smaller singular value of [f g; 0 h] (LAPACK's las2).</summary>
    private static double Smallest(double f, double g, double h)
    {
        double a = Math.Abs(f), b = Math.Abs(g), c = Math.Abs(h), least = Math.Min(a, c), most = Math.Max(a, c);
        if (least == 0)
        {
            return 0;
        }

        if (b < most)
        {
            double sum = 1 + (least / most), difference = (most - least) / most, u = b / most * (b / most);
            return least * (2 / (Math.Sqrt((sum * sum) + u) + Math.Sqrt((difference * difference) + u)));
        }

        double v = most / b;
        if (v == 0)
        {
            return least * most / b;
        }

        double x = (1 + (least / most)) * v, y = (most - least) / most * v;
        return 2 * (least * (1 / (Math.Sqrt(1 + (x * x)) + Math.Sqrt(1 + (y * y)))) * v);
    }

    /// <summary>A step on rows l to m from the top, with a shift; pairs take cosines and sines.</summary>
    [MethodImpl(Loop)]
    private static void ShiftedStep(double* d, double* e, int l, int m, double shift, T* left, T* right)
    {
        double own = d[l], f = (Math.Abs(own) - shift) * ((own >= 0 ? 1 : -1) + (shift / own)), g = e[l], above = e[l];
        for (int i = l; i < m; i++)
        {
            double square = Math.FusedMultiplyAdd(f, f, g * g), scale = 1;
            if (square < Small)
            {
                // No call stands here, which would cost every register.
                (f, g, scale) = (f * Up, g * Up, 1 / Up);
                square = (f * f) + (g * g);
                scale = square == 0 ? 0 : scale;
                f = square == 0 ? 1 : f;
                square = square == 0 ? 1 : square;
            }

            // The root and the division stand side by side.
            double r = Math.Sqrt(square), inverse = r * (1 / square), c = f * inverse, s = g * inverse, next = d[i + 1];
            if (i > l)
            {
                e[i - 1] = r * scale;
            }

            right[0] = T.CreateTruncating(c);
            right[1] = T.CreateTruncating(s);
            f = Math.FusedMultiplyAdd(c, own, s * above);
            above = Math.FusedMultiplyAdd(c, above, -(s * own));
            g = s * next;
            next *= c;
            square = Math.FusedMultiplyAdd(f, f, g * g);
            scale = 1;
            if (square < Small)
            {
                (f, g, scale) = (f * Up, g * Up, 1 / Up);
                square = (f * f) + (g * g);
                scale = square == 0 ? 0 : scale;
                f = square == 0 ? 1 : f;
                square = square == 0 ? 1 : square;
            }

            r = Math.Sqrt(square);
            inverse = r * (1 / square);
            c = f * inverse;
            s = g * inverse;
            d[i] = r * scale;
            left[0] = T.CreateTruncating(c);
            left[1] = T.CreateTruncating(s);
            f = Math.FusedMultiplyAdd(c, above, s * next);
            own = Math.FusedMultiplyAdd(c, next, -(s * above));

            // Behind the last row there is nothing: e[m] is zero.
            double behind = e[i + 1];
            g = s * behind;
            above = c * behind;
            left += 2;
            right += 2;
        }

        d[m] = own;
        e[m - 1] = f;
    }

    /// <summary>The same without a shift, in a form that keeps small values accurate.</summary>
    [MethodImpl(Loop)]
    private static void PlainStep(double* d, double* e, int l, int m, T* left, T* right)
    {
        double c = 1, oldC = 1, oldS = 0;
        for (int i = l; i < m; i++)
        {
            Rotation.Of(d[i] * c, e[i], out c, out double s, out double r);
            if (i > l)
            {
                e[i - 1] = oldS * r;
            }

            Rotation.Of(oldC * r, d[i + 1] * s, out oldC, out oldS, out d[i]);
            right[0] = T.CreateTruncating(c);
            right[1] = T.CreateTruncating(s);
            left[0] = T.CreateTruncating(oldC);
            left[1] = T.CreateTruncating(oldS);
            left += 2;
            right += 2;
        }

        double last = d[m] * c;
        d[m] = last * oldC;
        e[m - 1] = last * oldS;
    }
}

/// <summary>Plane rotations in double precision.</summary>
internal static class Rotation
{
    /// <summary>c f + s g = r and c g - s f = 0, with r the length of (f, g).</summary>
    public static void Of(double f, double g, out double c, out double s, out double r)
    {
        double most = Math.Max(Math.Abs(f), Math.Abs(g));
        if (most == 0)
        {
            (c, s, r) = (1, 0, 0);
            return;
        }

        double scale = most is > 1e-140 and < 1e140 ? 1 : most, x = f / scale, y = g / scale, length = Math.Sqrt(Math.FusedMultiplyAdd(x, x, y * y));
        (c, s, r) = (x / length, y / length, length * scale);
    }
}
