using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// L with x x^T added or subtracted: a column of L and x turned into each other, by a rotation where it is added, by a hyperbolic rotation in the mixed
/// form, which is stable, where it is subtracted (G. Golub, C. Van Loan, Matrix Computations, 4th edition, 6.5.4; J. Chambers, JASA 66, 1971).
/// </summary>
internal readonly unsafe struct RankOneLoop<T>(bool downdate, nint n, T* l, nint ldl, T* x, T* work, int* failed) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly bool downdate = downdate;
    private readonly nint n = n;
    private readonly T* l = l;
    private readonly nint ldl = ldl;
    private readonly T* x = x;
    private readonly T* work = work;
    private readonly int* failed = failed;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint ld = Turned.Leading<T>(n);
        Turned.Upper<V, T>(n, l, ldl, work, ld);
        for (nint k = 0; k < n; k++)
        {
            T* row = work + (k * ld);
            if (downdate ? !Subtract<V>(row + k, x + k, n - k) : !Add<V>(row + k, x + k, n - k))
            {
                *failed = (int)k;
                return;
            }
        }

        Turned.Lower<V, T>(n, work, ld, l, ldl);
    }

    /// <summary>(row, x) becomes (c row + s x, c x - s row), x's first element zero. The radius is of scaled squares, so it overflows only where the result does.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static bool Add<V>(T* row, T* x, nint count)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V diagonal = V.Broadcast(*row), first = V.Broadcast(*x), zero = V.Of(0), one = V.Of(1), size = V.Abs(first);
        V larger = V.Max(V.Abs(diagonal), size), smaller = V.Min(V.Abs(diagonal), size), ratio = smaller / larger;
        V radius = larger * V.Sqrt(V.Fma(ratio, ratio, one));
        if (!V.AllLess(zero, radius) || !V.AllLess(radius, V.Of(double.PositiveInfinity)))
        {
            return false;
        }

        V c = diagonal / radius, s = first / radius;
        for (nint i = 0; i < count; i += V.Width)
        {
            int present = (int)nint.Min(V.Width, count - i);
            V mine = V.LoadPartial(row + i, present), other = V.LoadPartial(x + i, present);
            V.StorePartial(row + i, present, V.Fma(s, other, c * mine));
            V.StorePartial(x + i, present, V.Fma(c, other, -(s * mine)));
        }

        *row = V.First(radius);
        return true;
    }

    /// <summary>row becomes (row - s x) / c, and x then c x - s row, with s = x / row and c^2 = 1 - s^2 by its two factors.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static bool Subtract<V>(T* row, T* x, nint count)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V diagonal = V.Broadcast(*row), zero = V.Of(0), one = V.Of(1);
        V s = V.Broadcast(*x) / diagonal, square = (one - s) * (one + s);
        if (!V.AllLess(zero, square) || !V.AllLess(V.Abs(diagonal), V.Of(double.PositiveInfinity)))
        {
            return false;
        }

        V c = V.Sqrt(square);
        for (nint i = 0; i < count; i += V.Width)
        {
            int present = (int)nint.Min(V.Width, count - i);
            V other = V.LoadPartial(x + i, present), mine = V.Fma(-s, other, V.LoadPartial(row + i, present)) / c;
            V.StorePartial(row + i, present, mine);
            V.StorePartial(x + i, present, V.Fma(c, other, -(s * mine)));
        }

        *row = V.First(diagonal * c);
        return true;
    }
}
