using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

// The loops of MapLoops.cs for whole registers that are written around the caches: y begins at a cache line, count fills whole ones. They
// are methods of their own since a loop with two copies of a long operator would exhaust the compiler's inlining budget.

/// <summary>y[i] = f(x[i]).</summary>
internal readonly unsafe struct UnaryStream<TOp, T>(T* x, T* y, nint count) : ILaneLoop<T>
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
        nint count = this.count;
        if (TOp.NearBound<V>() > 0)
        {
            NearBlocks<TOp, T>.Stream<V>(x, y, count);
            return;
        }

        for (nint i = 0; i < count; i += V.Width)
        {
            V.StoreStreaming(y + i, TOp.Apply(V.Load(x + i)));
        }
    }
}

/// <summary>z[i] = f(x[i], y[i]).</summary>
internal readonly unsafe struct BinaryStream<TOp, T>(T* x, T* y, T* z, nint count) : ILaneLoop<T>
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
        nint count = this.count;
        for (nint i = 0; i < count; i += V.Width)
        {
            V.StoreStreaming(z + i, TOp.Apply(V.Load(x + i), V.Load(y + i)));
        }
    }
}

/// <summary>z[i] = f(x[i], y) with one y for all.</summary>
internal readonly unsafe struct BinaryScalarStream<TOp, T>(T* x, T y, T* z, nint count) : ILaneLoop<T>
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
        nint count = this.count;
        for (nint i = 0; i < count; i += V.Width)
        {
            V.StoreStreaming(z + i, TOp.Apply(V.Load(x + i), y));
        }
    }
}

/// <summary>z[i] = f(x, y[i]) with one x for all.</summary>
internal readonly unsafe struct ScalarBinaryStream<TOp, T>(T x, T* y, T* z, nint count) : ILaneLoop<T>
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
        nint count = this.count;
        for (nint i = 0; i < count; i += V.Width)
        {
            V.StoreStreaming(z + i, TOp.Apply(x, V.Load(y + i)));
        }
    }
}

/// <summary>w[i] = f(x[i], y[i], z[i]).</summary>
internal readonly unsafe struct TernaryStream<TOp, T>(T* x, T* y, T* z, T* w, nint count) : ILaneLoop<T>
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
        nint count = this.count;
        for (nint i = 0; i < count; i += V.Width)
        {
            V.StoreStreaming(w + i, TOp.Apply(V.Load(x + i), V.Load(y + i), V.Load(z + i)));
        }
    }
}
