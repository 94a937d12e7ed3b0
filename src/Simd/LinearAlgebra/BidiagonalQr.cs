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
    /// vectors are rotated along, up to the signs that are left beside them. False where a value did not come out, which has not been seen.
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
        new Span<long>(left.Signs, n).Clear();
        new Span<long>(right.Signs, n).Clear();
        for (int i = 0; i < n; i++)
        {
            norm = Math.Max(norm, Math.Max(Math.Abs(d[i]), Math.Abs(e[i])));
        }

        // Products of four elements stand in a step: the matrix is brought near 1, which is exact.
        double factor = norm == 0 ? 1 : Math.ScaleB(1, -Math.ILogB(norm));
        Scale(d, e, n, factor);
        norm *= factor;

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
                PlainStep(d, e, l, m, new(ofLeft, left.Plane, left.Signs + l), new(ofRight, right.Plane, right.Signs + l));
            }
            else
            {
                ShiftedStep(d, e, l, m, shift, new(ofLeft, left.Plane, left.Signs + l), new(ofRight, right.Plane, right.Signs + l));
            }
        }

        Scale(d, e, n, 1 / factor);
        left.Finish();
        right.Finish();
        return true;
    }

    private static void Scale(double* d, double* e, int n, double factor)
    {
        for (int i = 0; i < n; i++)
        {
            d[i] *= factor;
            e[i] *= factor;
        }
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

    /// <summary>
    /// A step on rows l to m from the top, with a shift; places take cosines and sines. Both rotations of a row come from products that are not divided by the first one's
    /// length, so that their roots stand side by side.
    /// </summary>
    [MethodImpl(Loop)]
    private static void ShiftedStep(double* d, double* e, int l, int m, double shift, RotationPlace<V, T> left, RotationPlace<V, T> right)
    {
        double own = d[l], f = (Math.Abs(own) - shift) * ((own >= 0 ? 1 : -1) + (shift / own)), g = e[l], above = e[l];
        for (int i = l; i < m; i++)
        {
            double square = Math.FusedMultiplyAdd(f, f, g * g), scale = 1, next = d[i + 1];
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
            double r = Math.Sqrt(square), inverse = r * (1 / square);
            if (i > l)
            {
                e[i - 1] = r * scale;
            }

            right.Put(f * inverse, g * inverse);

            // What the right rotation leaves, times r: the column (x, y) that the left one turns, and the one behind it.
            double x = Math.FusedMultiplyAdd(f, own, g * above), y = g * next, top = Math.FusedMultiplyAdd(f, above, -(g * own)), below = f * next;
            square = Math.FusedMultiplyAdd(x, x, y * y);
            scale = 1;
            if (square < Small)
            {
                (x, y, scale) = (x * Up, y * Up, 1 / Up);
                square = (x * x) + (y * y);
                scale = square == 0 ? 0 : scale;
                x = square == 0 ? 1 : x;
                square = square == 0 ? 1 : square;
            }

            double length = Math.Sqrt(square), reciprocal = length * (1 / square);
            d[i] = length * inverse * scale;
            left.Put(x * reciprocal, y * reciprocal);

            // Behind the last row there is nothing: e[m] is zero.
            double behind = e[i + 1];
            f = Math.FusedMultiplyAdd(x, top, y * below) * inverse * reciprocal;
            own = Math.FusedMultiplyAdd(x, below, -(y * top)) * inverse * reciprocal;
            g = y * behind * reciprocal;
            above = x * behind * reciprocal;
        }

        right.End();
        left.End();
        d[m] = own;
        e[m - 1] = f;
    }

    /// <summary>The same without a shift, in a form that keeps small values accurate.</summary>
    [MethodImpl(Loop)]
    private static void PlainStep(double* d, double* e, int l, int m, RotationPlace<V, T> left, RotationPlace<V, T> right)
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
            right.Put(c, s);
            left.Put(oldC, oldS);
        }

        right.End();
        left.End();
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
