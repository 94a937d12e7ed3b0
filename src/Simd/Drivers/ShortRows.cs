using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>A coefficient that is not zero, and where its row begins.</summary>
internal readonly struct RowTerm<T>(T coefficient, nint offset)
    where T : unmanaged
{
    public readonly T Coefficient = coefficient;
    public readonly nint Offset = offset;
}

/// <summary>
/// The loops of <see cref="StageMemory{T}"/> for at most four elements, which small systems of equations have: each element in a register of its own, all
/// rows in one loop. What fills the rows writes single elements; a wide register would have to wait until these have left for the cache.
/// </summary>
/// <remarks>Always four: where there are fewer, the last one is computed again and stored at the same place.</remarks>
internal static unsafe class ShortRows
{
    /// <summary>The most elements.</summary>
    public const int Most = 4;

    [MethodImpl(Loop), SkipLocalsInit]
    public static void Add<V, T>(T* x, T h, RowTerm<T>* terms, int count, T* k, T* y, int size)
        where V : unmanaged, IMemoryLanes<V, T>
        where T : unmanaged
    {
        nint last = size - 1, second = last > 1 ? 1 : last, third = last > 2 ? 2 : last;
        Sum(terms, count, k, second, third, last, out V sum0, out V sum1, out V sum2, out V sum3);
        V step = V.Broadcast(h), y0 = V.Fma(step, sum0, V.Load(x)), y1 = V.Fma(step, sum1, V.Load(x + second)), y2 = V.Fma(step, sum2, V.Load(x + third));
        V.Store(y + last, V.Fma(step, sum3, V.Load(x + last)));
        V.Store(y + third, y2);
        V.Store(y + second, y1);
        V.Store(y, y0);
    }

    /// <summary>Gives the sum of squares of what it writes, in the order of <see cref="FixedOrder"/>.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static T Share<V, T>(T h, RowTerm<T>* terms, int count, T* k, T absolute, T relative, T* x, T* y, T* e, int size)
        where V : unmanaged, IMemoryLanes<V, T>
        where T : unmanaged
    {
        nint last = size - 1, second = last > 1 ? 1 : last, third = last > 2 ? 2 : last;
        Sum(terms, count, k, second, third, last, out V sum0, out V sum1, out V sum2, out V sum3);
        V step = V.Broadcast(h), least = V.Broadcast(absolute), share = V.Broadcast(relative), zero = V.Of(0);
        V e0 = step * sum0 / Allowed<V, T>(share, x, y, least), e1 = step * sum1 / Allowed<V, T>(share, x + second, y + second, least);
        V e2 = step * sum2 / Allowed<V, T>(share, x + third, y + third, least), e3 = step * sum3 / Allowed<V, T>(share, x + last, y + last, least);
        V.Store(e + last, e3);
        V.Store(e + third, e2);
        V.Store(e + second, e1);
        V.Store(e, e0);

        // Lanes fold by halving: 0 meets 2, and 1 meets 3. Squares are +0 or more, so absent lanes change nothing.
        V even = V.Fma(e0, e0, zero) + (size > 2 ? V.Fma(e2, e2, zero) : zero), odd = (size > 1 ? V.Fma(e1, e1, zero) : zero) + (size > 3 ? V.Fma(e3, e3, zero) : zero);
        return V.First(even + odd);
    }

    [MethodImpl(Inline)]
    private static V Allowed<V, T>(V share, T* x, T* y, V least)
        where V : unmanaged, IMemoryLanes<V, T>
        where T : unmanaged => V.Fma(share, V.Max(V.Abs(V.Load(x)), V.Abs(V.Load(y))), least);

    [MethodImpl(Inline)]
    private static void Sum<V, T>(RowTerm<T>* terms, int count, T* k, nint second, nint third, nint last, out V sum0, out V sum1, out V sum2, out V sum3)
        where V : unmanaged, IMemoryLanes<V, T>
        where T : unmanaged
    {
        V s0 = V.Of(0), s1 = s0, s2 = s0, s3 = s0;
        if (count > 0)
        {
            V factor = V.Broadcast(terms->Coefficient);
            T* at = k + terms->Offset;
            (s0, s1, s2, s3) = (factor * V.Load(at), factor * V.Load(at + second), factor * V.Load(at + third), factor * V.Load(at + last));
            RowTerm<T>* end = terms + count;
            for (terms++; terms < end; terms++)
            {
                factor = V.Broadcast(terms->Coefficient);
                at = k + terms->Offset;
                s0 = V.Fma(factor, V.Load(at), s0);
                s1 = V.Fma(factor, V.Load(at + second), s1);
                s2 = V.Fma(factor, V.Load(at + third), s2);
                s3 = V.Fma(factor, V.Load(at + last), s3);
            }
        }

        (sum0, sum1, sum2, sum3) = (s0, s1, s2, s3);
    }
}
