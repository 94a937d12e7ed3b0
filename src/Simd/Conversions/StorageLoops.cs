using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>y[i] = x[i] rounded to a 16-bit format: tiles of patterns in the lanes' width, then their lower halves packed together.</summary>
internal readonly unsafe struct NarrowLoop<TFormat, T>(T* x, ushort* y, nint count) : ILaneLoop<T>
    where TFormat : struct, IStorageFormat
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly ushort* y = y;
    private readonly nint count = count;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* tile = stackalloc T[StorageTile.Length];
        for (nint start = 0; start < count; start += StorageTile.Length)
        {
            nint length = nint.Min(StorageTile.Length, count - start), full = length - (V.Width - 1), i = 0;
            T* x = this.x + start;
            for (; i < full; i += V.Width)
            {
                V.Store(tile + i, StorageFormats.Narrow<TFormat, V>(V.Load(x + i)));
            }

            if (i < length)
            {
                int rest = (int)(length - i);
                V.StorePartial(tile + i, rest, StorageFormats.Narrow<TFormat, V>(V.LoadPartial(x + i, rest)));
            }

            StorageTile.Pack(tile, y + start, length);
        }
    }
}

/// <summary>y[i] = x[i] of a 16-bit format, exactly: tiles of patterns spread to the lanes' width, then the formula.</summary>
internal readonly unsafe struct WidenLoop<TFormat, T>(ushort* x, T* y, nint count) : ILaneLoop<T>
    where TFormat : struct, IStorageFormat
    where T : unmanaged
{
    private readonly ushort* x = x;
    private readonly T* y = y;
    private readonly nint count = count;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* tile = stackalloc T[StorageTile.Length];
        for (nint start = 0; start < count; start += StorageTile.Length)
        {
            nint length = nint.Min(StorageTile.Length, count - start), full = length - (V.Width - 1), i = 0;
            StorageTile.Spread(x + start, tile, length);
            T* y = this.y + start;
            for (; i < full; i += V.Width)
            {
                V.Store(y + i, StorageFormats.Widen<TFormat, V>(V.Load(tile + i)));
            }

            if (i < length)
            {
                int rest = (int)(length - i);
                V.StorePartial(y + i, rest, StorageFormats.Widen<TFormat, V>(V.LoadPartial(tile + i, rest)));
            }
        }
    }
}

/// <summary>Moves the 16-bit patterns between a tile of wide elements, which stays in the first-level cache, and packed memory.</summary>
internal static unsafe class StorageTile
{
    /// <summary>Elements of a tile: 8 KB of doubles.</summary>
    public const int Length = 1024;

    /// <summary>The lower 16 bits of each element.</summary>
    [MethodImpl(Loop)]
    public static void Pack<T>(T* tile, ushort* packed, nint count)
        where T : unmanaged
    {
        nint i = 0;
        if (sizeof(T) == sizeof(uint))
        {
            uint* wide = (uint*)tile;
            if (Vector512.IsHardwareAccelerated)
            {
                for (; i <= count - 32; i += 32)
                {
                    Vector512.Store(Vector512.Narrow(Vector512.Load(wide + i), Vector512.Load(wide + i + 16)), packed + i);
                }
            }

            for (; i <= count - 8; i += 8)
            {
                Vector128.Store(Vector128.Narrow(Vector128.Load(wide + i), Vector128.Load(wide + i + 4)), packed + i);
            }

            for (; i < count; i++)
            {
                packed[i] = (ushort)wide[i];
            }
        }
        else
        {
            ulong* wide = (ulong*)tile;
            for (; i <= count - 8; i += 8)
            {
                Vector128<uint> low = Vector128.Narrow(Vector128.Load(wide + i), Vector128.Load(wide + i + 2));
                Vector128<uint> high = Vector128.Narrow(Vector128.Load(wide + i + 4), Vector128.Load(wide + i + 6));
                Vector128.Store(Vector128.Narrow(low, high), packed + i);
            }

            for (; i < count; i++)
            {
                packed[i] = (ushort)wide[i];
            }
        }
    }

    /// <summary>Each pattern as an element with zeros above.</summary>
    [MethodImpl(Loop)]
    public static void Spread<T>(ushort* packed, T* tile, nint count)
        where T : unmanaged
    {
        nint i = 0;
        if (sizeof(T) == sizeof(uint))
        {
            uint* wide = (uint*)tile;
            if (Vector512.IsHardwareAccelerated)
            {
                for (; i <= count - 32; i += 32)
                {
                    (Vector512<uint> low, Vector512<uint> high) = Vector512.Widen(Vector512.Load(packed + i));
                    Vector512.Store(low, wide + i);
                    Vector512.Store(high, wide + i + 16);
                }
            }

            for (; i <= count - 8; i += 8)
            {
                (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load(packed + i));
                Vector128.Store(low, wide + i);
                Vector128.Store(high, wide + i + 4);
            }

            for (; i < count; i++)
            {
                wide[i] = packed[i];
            }
        }
        else
        {
            ulong* wide = (ulong*)tile;
            for (; i <= count - 8; i += 8)
            {
                (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load(packed + i));
                Vector128.Store(Vector128.WidenLower(low), wide + i);
                Vector128.Store(Vector128.WidenUpper(low), wide + i + 2);
                Vector128.Store(Vector128.WidenLower(high), wide + i + 4);
                Vector128.Store(Vector128.WidenUpper(high), wide + i + 6);
            }

            for (; i < count; i++)
            {
                wide[i] = packed[i];
            }
        }
    }
}
