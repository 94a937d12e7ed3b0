using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>y[i] = f(x[i]).</summary>
public readonly unsafe struct UnaryLoop<TOp, T>(T* x, T* y, nint count) : ILaneLoop<T>
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly nint count = count;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* x = this.x, y = this.y;
        if (TOp.NearBound<V>() > 0)
        {
            NearBlocks<TOp, T>.Run<V>(x, y, count);
            return;
        }

        nint full = count - (V.Width - 1), i = 0;
        for (; i < full; i += V.Width)
        {
            V.Store(y + i, TOp.Apply(V.Load(x + i)));
        }

        if (i < count)
        {
            Tail<V>(x + i, y + i, (int)(count - i));
        }
    }

    /// <summary>Less than a register. On its own, since a formula that stood twice in a loop's method could exhaust the inlining budget of both.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    internal static void Tail<V>(T* x, T* y, int count)
        where V : unmanaged, IMemoryLanes<V, T> => V.StorePartial(y, count, TOp.Apply(V.LoadPartial(x, count)));
}

/// <summary>z[i] = f(x[i], y[i]).</summary>
public readonly unsafe struct BinaryLoop<TOp, T>(T* x, T* y, T* z, nint count) : ILaneLoop<T>
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly T* z = z;
    private readonly nint count = count;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* x = this.x, y = this.y, z = this.z;
        nint full = count - (V.Width - 1), i = 0;
        for (; i < full; i += V.Width)
        {
            V.Store(z + i, TOp.Apply(V.Load(x + i), V.Load(y + i)));
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            if (TOp.IsLong)
            {
                Tail<V>(x + i, y + i, z + i, rest);
            }
            else
            {
                V.StorePartial(z + i, rest, TOp.Apply(V.LoadPartial(x + i, rest), V.LoadPartial(y + i, rest)));
            }
        }
    }

    /// <summary>The last partial register of a long formula.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Tail<V>(T* x, T* y, T* z, int rest)
        where V : unmanaged, IMemoryLanes<V, T> =>
        V.StorePartial(z, rest, TOp.Apply(V.LoadPartial(x, rest), V.LoadPartial(y, rest)));
}

/// <summary>z[i] = f(x[i], y) with one y for all.</summary>
public readonly unsafe struct BinaryScalarLoop<TOp, T>(T* x, T y, T* z, nint count) : ILaneLoop<T>
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T y = y;
    private readonly T* z = z;
    private readonly nint count = count;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* x = this.x, z = this.z;
        V y = V.Broadcast(this.y);
        nint full = count - (V.Width - 1), i = 0;
        for (; i < full; i += V.Width)
        {
            V.Store(z + i, TOp.Apply(V.Load(x + i), y));
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            if (TOp.IsLong)
            {
                Tail<V>(x + i, this.y, z + i, rest);
            }
            else
            {
                V.StorePartial(z + i, rest, TOp.Apply(V.LoadPartial(x + i, rest), y));
            }
        }
    }

    /// <summary>The last partial register of a long formula.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Tail<V>(T* x, T y, T* z, int rest)
        where V : unmanaged, IMemoryLanes<V, T> =>
        V.StorePartial(z, rest, TOp.Apply(V.LoadPartial(x, rest), V.Broadcast(y)));
}

/// <summary>z[i] = f(x, y[i]) with one x for all.</summary>
public readonly unsafe struct ScalarBinaryLoop<TOp, T>(T x, T* y, T* z, nint count) : ILaneLoop<T>
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    private readonly T x = x;
    private readonly T* y = y;
    private readonly T* z = z;
    private readonly nint count = count;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* y = this.y, z = this.z;
        V x = V.Broadcast(this.x);
        nint full = count - (V.Width - 1), i = 0;
        for (; i < full; i += V.Width)
        {
            V.Store(z + i, TOp.Apply(x, V.Load(y + i)));
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            if (TOp.IsLong)
            {
                Tail<V>(this.x, y + i, z + i, rest);
            }
            else
            {
                V.StorePartial(z + i, rest, TOp.Apply(x, V.LoadPartial(y + i, rest)));
            }
        }
    }

    /// <summary>The last partial register of a long formula.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Tail<V>(T x, T* y, T* z, int rest)
        where V : unmanaged, IMemoryLanes<V, T> =>
        V.StorePartial(z, rest, TOp.Apply(V.Broadcast(x), V.LoadPartial(y, rest)));
}

/// <summary>w[i] = f(x[i], y[i], z[i]).</summary>
public readonly unsafe struct TernaryLoop<TOp, T>(T* x, T* y, T* z, T* w, nint count) : ILaneLoop<T>
    where TOp : struct, ITernaryOp
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly T* z = z;
    private readonly T* w = w;
    private readonly nint count = count;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* x = this.x, y = this.y, z = this.z, w = this.w;
        nint full = count - (V.Width - 1), i = 0;
        for (; i < full; i += V.Width)
        {
            V.Store(w + i, TOp.Apply(V.Load(x + i), V.Load(y + i), V.Load(z + i)));
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            V.StorePartial(w + i, rest, TOp.Apply(V.LoadPartial(x + i, rest), V.LoadPartial(y + i, rest), V.LoadPartial(z + i, rest)));
        }
    }
}
