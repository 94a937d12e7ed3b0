using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// One pass of a transform: Count times, and each time for so many lanes, radix numbers are read KStep apart, transformed and, multiplied by
/// twiddles or not, written JStep apart. Lanes lie side by side and are independent of each other, so the register's width does not touch bits.
/// </summary>
internal unsafe struct Stage<T>
    where T : unmanaged
{
    public int Radix;

    /// <summary>Groups of lanes, which have a twiddle of their own each, XStep apart in x and YStep in y.</summary>
    public nint Count;
    public nint Lanes;
    public Planes<T> X;
    public nint XStep;
    public nint KStep;
    public Planes<T> Y;
    public nint YStep;
    public nint JStep;

    /// <summary>For each group Radix - 1 pairs (re, im); or Radix - 1 pairs of planes with an element for each lane.</summary>
    public T* Twiddles;

    /// <summary>Elements of such a plane.</summary>
    public nint TwiddlePlane;

    /// <summary>Where there are no twiddles, what the results are multiplied by.</summary>
    public T Scale;

    /// <summary>The cosines 2 pi k / Radix, then the sines, for odd radices that have no code of their own.</summary>
    public T* Circle;

    /// <summary>Runs the pass with this kind of twiddles.</summary>
    public void Run<TTwiddle>()
        where TTwiddle : struct, ITwiddle
    {
        nint done = 0;
        while (done < Lanes)
        {
            if (Operands.Is<T, float>())
            {
                Stage<float> own = Unsafe.As<Stage<T>, Stage<float>>(ref this);
                Simd.Lanes.Run32(new StageLoop<TTwiddle, float>(&own, &done), Lanes - done);
            }
            else
            {
                Stage<double> own = Unsafe.As<Stage<T>, Stage<double>>(ref this);
                Simd.Lanes.Run64(new StageLoop<TTwiddle, double>(&own, &done), Lanes - done);
            }
        }
    }
}

/// <summary>What a pass multiplies its results by.</summary>
internal unsafe interface ITwiddle
{
    /// <summary>Whether results but the first are multiplied by a complex number.</summary>
    static abstract bool IsComplex { get; }

    /// <summary>Whether all results are multiplied by the scale.</summary>
    static abstract bool IsScaled { get; }

    /// <summary>The real part of the twiddle of a result, numbered from 0 for the second one.</summary>
    static abstract V Re<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>;

    /// <summary>The imaginary part.</summary>
    static abstract V Im<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>;
}

/// <summary>Results as they are.</summary>
internal readonly unsafe struct Plain : ITwiddle
{
    public static bool IsComplex => false;

    public static bool IsScaled => false;

    public static V Re<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Of(1);

    public static V Im<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Of(0);
}

/// <summary>Results times the scale.</summary>
internal readonly unsafe struct Scaled : ITwiddle
{
    public static bool IsComplex => false;

    public static bool IsScaled => true;

    public static V Re<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Of(1);

    public static V Im<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Of(0);
}

/// <summary>A twiddle for all lanes of a group.</summary>
internal readonly unsafe struct OfGroup : ITwiddle
{
    public static bool IsComplex => true;

    public static bool IsScaled => false;

    [MethodImpl(Inline)]
    public static V Re<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Broadcast(group[2 * number]);

    [MethodImpl(Inline)]
    public static V Im<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Broadcast(group[(2 * number) + 1]);
}

/// <summary>A twiddle for each lane of the only group.</summary>
internal readonly unsafe struct OfLane : ITwiddle
{
    public static bool IsComplex => true;

    public static bool IsScaled => false;

    [MethodImpl(Inline)]
    public static V Re<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Load(group + (2 * number * plane) + lane);

    [MethodImpl(Inline)]
    public static V Im<V, T>(T* group, nint plane, int number, nint lane)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Load(group + (((2 * number) + 1) * plane) + lane);
}

/// <summary>As many lanes as fill registers of one kind, from a number on that it moves on.</summary>
internal readonly unsafe struct StageLoop<TTwiddle, T>(Stage<T>* stage, nint* done) : ILaneLoop<T>
    where TTwiddle : struct, ITwiddle
    where T : unmanaged
{
    private readonly Stage<T>* stage = stage;
    private readonly nint* done = done;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint first = *done, end = first + ((stage->Lanes - first) / V.Width * V.Width);
        switch (stage->Radix)
        {
            case 2:
                Butterfly2.Run<TTwiddle, V, T>(stage, first, end);
                break;
            case 3:
                Butterfly3.Run<TTwiddle, V, T>(stage, first, end);
                break;
            case 4:
                Butterfly4.Run<TTwiddle, V, T>(stage, first, end);
                break;
            case 5:
                Butterfly5.Run<TTwiddle, V, T>(stage, first, end);
                break;
            case 8:
                Butterfly8.Run<TTwiddle, V, T>(stage, first, end);
                break;
            default:
                OddButterfly.Run<TTwiddle, V, T>(stage, first, end);
                break;
        }

        *done = end;
    }
}

/// <summary>How every butterfly leaves its results.</summary>
internal static unsafe class Results
{
    /// <summary>The first result, which has no twiddle.</summary>
    [MethodImpl(Inline)]
    public static void First<TTwiddle, V, T>(T* re, T* im, V r, V i, V scale)
        where TTwiddle : struct, ITwiddle
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V.Store(re, TTwiddle.IsScaled ? r * scale : r);
        V.Store(im, TTwiddle.IsScaled ? i * scale : i);
    }

    /// <summary>A further one: (r + i i) (w + i v) by two products and two fused ones.</summary>
    [MethodImpl(Inline)]
    public static void Next<TTwiddle, V, T>(T* re, T* im, V r, V i, V scale, T* group, nint plane, int number, nint lane)
        where TTwiddle : struct, ITwiddle
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (TTwiddle.IsComplex)
        {
            V w = TTwiddle.Re<V, T>(group, plane, number, lane), v = TTwiddle.Im<V, T>(group, plane, number, lane);
            V.Store(re, V.Fma(r, w, -(i * v)));
            V.Store(im, V.Fma(r, v, i * w));
        }
        else
        {
            First<TTwiddle, V, T>(re, im, r, i, scale);
        }
    }
}
