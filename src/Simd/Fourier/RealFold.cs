using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The pass between the transform Z of h complex numbers, whose parts are the even and the odd ones of 2 h real numbers, and the results X [h + 1] of those that have no
/// partner (J. W. Cooley, P. A. W. Lewis, P. D. Welch, J. Sound Vib. 12, 1970): with S = Z[k] + conj Z[h - k], D = Z[k] - conj Z[h - k], w = exp(-i pi k / h) and
/// T = -i w D, twice X[k] is S + T and twice X[h - k] the conjugate of S - T; with -conj w for w the same formula leads back. Every pair is read before it is written, so that
/// a pass may run in place.
/// </summary>
internal unsafe struct RealFold<T>
    where T : unmanaged
{
    /// <summary>Half of the real numbers' count.</summary>
    public nint Half;

    /// <summary>The roots w: those of a block, and every block's first.</summary>
    public Planes<T> Near;
    public Planes<T> Far;

    /// <summary>Columns side by side; one column's numbers may themselves lie side by side.</summary>
    public nint Lanes;

    /// <summary>Z, or on the way back X, whose rows lie XRow apart.</summary>
    public Planes<T> X;
    public nint XRow;

    /// <summary>X, or on the way back Z, whose rows lie YRow apart.</summary>
    public Planes<T> Y;
    public nint YRow;

    /// <summary>What the imaginary parts of X are multiplied by: 1 or -1.</summary>
    public T Sign;

    /// <summary>What the numbers 0 and h, which have no partner, are multiplied by.</summary>
    public T Ends;

    /// <summary>Runs the pass in this direction.</summary>
    public void Run<TWay>()
        where TWay : struct, IFoldWay
    {
        bool isLine = Lanes == 1 && XRow == 1 && YRow == 1;
        nint pairs = (Half + 1) / 2;
        for (nint done = 1; isLine && done < pairs;)
        {
            nint left = nint.Min(pairs, (done / RealTurns<T>.Block * RealTurns<T>.Block) + RealTurns<T>.Block) - done;
            if (Operands.Is<T, float>())
            {
                RealFold<float> own = Unsafe.As<RealFold<T>, RealFold<float>>(ref this);
                Simd.Lanes.Run32(new LineFoldLoop<TWay, float>(&own, &done, left), left);
            }
            else
            {
                RealFold<double> own = Unsafe.As<RealFold<T>, RealFold<double>>(ref this);
                Simd.Lanes.Run64(new LineFoldLoop<TWay, double>(&own, &done, left), left);
            }
        }

        if (Operands.Is<T, float>())
        {
            RealFold<float> own = Unsafe.As<RealFold<T>, RealFold<float>>(ref this);
            Simd.Lanes.Run32(new ColumnFoldLoop<TWay, float>(&own, isLine), Lanes);
        }
        else
        {
            RealFold<double> own = Unsafe.As<RealFold<T>, RealFold<double>>(ref this);
            Simd.Lanes.Run64(new ColumnFoldLoop<TWay, double>(&own, isLine), Lanes);
        }
    }

    /// <summary>Both results of a b at k and c d at h - k.</summary>
    [MethodImpl(Inline)]
    public static void Pair<TWay, V>(V a, V b, V c, V d, V cos, V sin, V sign, out V r, out V i, out V farR, out V farI)
        where TWay : struct, IFoldWay
        where V : unmanaged, IMemoryLanes<V, T>
    {
        (b, d, cos) = TWay.IsBack ? (b * sign, d * sign, -cos) : (b, d, cos);
        V sr = a + c, si = b - d, dr = a - c, di = b + d;
        V tr = V.Fma(cos, di, sin * dr), ti = V.Fma(sin, di, -(cos * dr));
        (r, i, farR, farI) = (sr + tr, si + ti, sr - tr, ti - si);
        (i, farI) = TWay.IsBack ? (i, farI) : (i * sign, farI * sign);
    }
}

/// <summary>Which way a pass goes.</summary>
internal interface IFoldWay
{
    /// <summary>Whether X leads to Z.</summary>
    static abstract bool IsBack { get; }
}

/// <summary>From Z to X.</summary>
internal readonly struct Forth : IFoldWay
{
    public static bool IsBack => false;
}

/// <summary>From X to Z.</summary>
internal readonly struct Back : IFoldWay
{
    public static bool IsBack => true;
}

/// <summary>Of so many pairs of one line, which share a far root, as many as fill registers of one kind, from a number on that it moves on; lanes are neighbours of the line, and those of h - k are exchanged in registers.</summary>
internal readonly unsafe struct LineFoldLoop<TWay, T>(RealFold<T>* fold, nint* done, nint left) : ILaneLoop<T>
    where TWay : struct, IFoldWay
    where T : unmanaged
{
    private readonly RealFold<T>* fold = fold;
    private readonly nint* done = done;
    private readonly nint left = left;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint k = *done, end = k + (left / V.Width * V.Width), block = k / RealTurns<T>.Block, other = fold->Half - k - V.Width + 1;
        Planes<T> x = fold->X, y = fold->Y, near = fold->Near.From(-block * RealTurns<T>.Block);
        V sign = V.Broadcast(fold->Sign), ar = V.Broadcast(fold->Far.Re[block]), ai = V.Broadcast(fold->Far.Im[block]);
        for (; k < end; k += V.Width, other -= V.Width)
        {
            V br = V.Load(near.Re + k), bi = V.Load(near.Im + k), cos = V.Fma(ar, br, -(ai * bi)), sin = V.Fma(ar, bi, ai * br);
            V a = V.Load(x.Re + k), b = V.Load(x.Im + k), c = Reverse.Run<V, T>(V.Load(x.Re + other)), d = Reverse.Run<V, T>(V.Load(x.Im + other));
            RealFold<T>.Pair<TWay, V>(a, b, c, d, cos, sin, sign, out V r, out V i, out V farR, out V farI);
            V.Store(y.Re + k, r);
            V.Store(y.Im + k, i);
            V.Store(y.Re + other, Reverse.Run<V, T>(farR));
            V.Store(y.Im + other, Reverse.Run<V, T>(farI));
        }

        *done = k;
    }
}

/// <summary>Columns side by side, whose pairs share a root; of a single line only what has no partner.</summary>
internal readonly unsafe struct ColumnFoldLoop<TWay, T>(RealFold<T>* fold, bool isLine) : ILaneLoop<T>
    where TWay : struct, IFoldWay
    where T : unmanaged
{
    private readonly RealFold<T>* fold = fold;
    private readonly bool isLine = isLine;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint h = fold->Half, lanes = fold->Lanes, pairs = (h + 1) / 2, xRow = fold->XRow, yRow = fold->YRow;
        Planes<T> near = fold->Near, far = fold->Far;
        Ends<V>(0, h, lanes);
        for (nint k = 1; k < pairs && !isLine; k++)
        {
            nint block = k / RealTurns<T>.Block, place = k % RealTurns<T>.Block, other = h - k;
            V ar = V.Broadcast(far.Re[block]), ai = V.Broadcast(far.Im[block]), br = V.Broadcast(near.Re[place]), bi = V.Broadcast(near.Im[place]);
            V cos = V.Fma(ar, br, -(ai * bi)), sin = V.Fma(ar, bi, ai * br), sign = V.Broadcast(fold->Sign);
            Planes<T> x = fold->X.From(k * xRow), xFar = fold->X.From(other * xRow), y = fold->Y.From(k * yRow), yFar = fold->Y.From(other * yRow);
            nint q = 0;
            for (; q + V.Width <= lanes; q += V.Width)
            {
                V a = V.Load(x.Re + q), b = V.Load(x.Im + q), c = V.Load(xFar.Re + q), d = V.Load(xFar.Im + q);
                RealFold<T>.Pair<TWay, V>(a, b, c, d, cos, sin, sign, out V r, out V i, out V farR, out V farI);
                V.Store(y.Re + q, r);
                V.Store(y.Im + q, i);
                V.Store(yFar.Re + q, farR);
                V.Store(yFar.Im + q, farI);
            }

            if (q < lanes)
            {
                int rest = (int)(lanes - q);
                V a = V.LoadPartial(x.Re + q, rest), b = V.LoadPartial(x.Im + q, rest), c = V.LoadPartial(xFar.Re + q, rest), d = V.LoadPartial(xFar.Im + q, rest);
                RealFold<T>.Pair<TWay, V>(a, b, c, d, cos, sin, sign, out V r, out V i, out V farR, out V farI);
                V.StorePartial(y.Re + q, rest, r);
                V.StorePartial(y.Im + q, rest, i);
                V.StorePartial(yFar.Re + q, rest, farR);
                V.StorePartial(yFar.Im + q, rest, farI);
            }
        }

        if (h % 2 == 0)
        {
            Ends<V>(h / 2, h / 2, lanes);
        }
    }

    /// <summary>The real numbers 0 and h, both of which come from Z[0]; or h / 2, its own partner, where w is -i.</summary>
    private void Ends<V>(nint k, nint other, nint lanes)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V sign = V.Broadcast(fold->Sign), ends = V.Broadcast(fold->Ends);
        Planes<T> x = fold->X.From(k * fold->XRow), xFar = fold->X.From(other * fold->XRow), y = fold->Y.From(k * fold->YRow), yFar = fold->Y.From(other * fold->YRow);
        for (nint q = 0; q < lanes; q += V.Width)
        {
            int rest = (int)nint.Min(V.Width, lanes - q);
            V a = V.LoadPartial(x.Re + q, rest);
            if (k == other)
            {
                V b = V.LoadPartial(x.Im + q, rest) * sign;
                V.StorePartial(y.Re + q, rest, a + a);
                V.StorePartial(y.Im + q, rest, -(b + b));
                continue;
            }

            V c = TWay.IsBack ? V.LoadPartial(xFar.Re + q, rest) : V.LoadPartial(x.Im + q, rest);
            V.StorePartial(y.Re + q, rest, (a + c) * ends);
            if (TWay.IsBack)
            {
                V.StorePartial(y.Im + q, rest, (a - c) * ends);
                continue;
            }

            V.StorePartial(y.Im + q, rest, V.Of(0));
            V.StorePartial(yFar.Re + q, rest, (a - c) * ends);
            V.StorePartial(yFar.Im + q, rest, V.Of(0));
        }
    }
}
