using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Rounding float or double to a 16-bit format.</summary>
internal readonly unsafe struct NarrowPiece<TFormat, T>(T* x) : IPiece<ushort>
    where TFormat : struct, IStorageFormat
    where T : unmanaged
{
    private readonly T* x = x;

    /// <inheritdoc/>
    public void Run(nint start, nint count, ushort* y) => Run(start, count, y, streamed: false);

    /// <inheritdoc/>
    public void Stream(nint start, nint count, ushort* y) => Run(start, count, y, streamed: true);

    private void Run(nint start, nint count, ushort* y, bool streamed)
    {
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new NarrowLoop<TFormat, float>((float*)(x + start), y, count, streamed));
        }
        else
        {
            Lanes.Run64(new NarrowLoop<TFormat, double>((double*)(x + start), y, count, streamed));
        }
    }
}

/// <summary>Widening a 16-bit format to float or double.</summary>
internal readonly unsafe struct WidenPiece<TFormat, T>(ushort* x) : IPiece<T>
    where TFormat : struct, IStorageFormat
    where T : unmanaged
{
    private readonly ushort* x = x;

    /// <inheritdoc/>
    public void Run(nint start, nint count, T* y) => Run(start, count, y, streamed: false);

    /// <inheritdoc/>
    public void Stream(nint start, nint count, T* y) => Run(start, count, y, streamed: true);

    private void Run(nint start, nint count, T* y, bool streamed)
    {
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new WidenLoop<TFormat, float>(x + start, (float*)y, count, streamed));
        }
        else
        {
            Lanes.Run64(new WidenLoop<TFormat, double>(x + start, (double*)y, count, streamed));
        }
    }
}

/// <summary>y[i] = x[i] rounded to a 16-bit format: tiles of patterns in the lanes' width, then their lower halves packed together.</summary>
internal readonly unsafe struct NarrowLoop<TFormat, T>(T* x, ushort* y, nint count, bool streamed = false) : ILaneLoop<T>
    where TFormat : struct, IStorageFormat
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly ushort* y = y;
    private readonly nint count = count;
    private readonly bool streamed = streamed;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* tile = stackalloc T[StorageTile.Length];
        for (nint start = 0; start < count; start += StorageTile.Length)
        {
            nint length = nint.Min(StorageTile.Length, count - start), full = length - (V.Width - 1), i = 0, done = 0;
            T* x = this.x + start;
            if (StorageTile.PacksRegisters<V>())
            {
                for (; streamed && i < full; i += V.Width)
                {
                    StorageTile.PackStreaming(StorageFormats.Narrow<TFormat, V>(V.Load(x + i)), y + start + i);
                }

                for (; i < full; i += V.Width)
                {
                    StorageTile.Pack(StorageFormats.Narrow<TFormat, V>(V.Load(x + i)), y + start + i);
                }

                done = i;
            }

            for (; i < full; i += V.Width)
            {
                V.Store(tile + i, StorageFormats.Narrow<TFormat, V>(V.Load(x + i)));
            }

            if (i < length)
            {
                int rest = (int)(length - i);
                V.StorePartial(tile + i, rest, StorageFormats.Narrow<TFormat, V>(V.LoadPartial(x + i, rest)));
            }

            if (done < length)
            {
                StorageTile.Pack(tile + done, y + start + done, length - done);
            }
        }
    }
}

/// <summary>y[i] = x[i] of a 16-bit format, exactly: tiles of patterns spread to the lanes' width, then the formula.</summary>
internal readonly unsafe struct WidenLoop<TFormat, T>(ushort* x, T* y, nint count, bool streamed = false) : ILaneLoop<T>
    where TFormat : struct, IStorageFormat
    where T : unmanaged
{
    private readonly ushort* x = x;
    private readonly T* y = y;
    private readonly nint count = count;
    private readonly bool streamed = streamed;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* tile = stackalloc T[StorageTile.Length];
        for (nint start = 0; start < count; start += StorageTile.Length)
        {
            nint length = nint.Min(StorageTile.Length, count - start), full = length - (V.Width - 1), i = 0;
            T* y = this.y + start;
            if (StorageTile.PacksRegisters<V>())
            {
                for (; streamed && i < full; i += V.Width)
                {
                    V.StoreStreaming(y + i, StorageFormats.Widen<TFormat, V>(StorageTile.Spread<V>(x + start + i)));
                }

                for (; i < full; i += V.Width)
                {
                    V.Store(y + i, StorageFormats.Widen<TFormat, V>(StorageTile.Spread<V>(x + start + i)));
                }
            }

            StorageTile.Spread(x + start + i, tile + i, length - i);
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

    /// <summary>True where one instruction moves the patterns between a register of these lanes and packed memory: AVX-512.</summary>
    [MethodImpl(Inline)]
    public static bool PacksRegisters<V>()
        where V : unmanaged => Avx512F.IsSupported && (Operands.Is<V, F32x16>() || Operands.Is<V, F64x8>());

    /// <summary>The lower 16 bits of each lane of a 512-bit register.</summary>
    [MethodImpl(Inline)]
    public static void Pack<V>(V lanes, ushort* packed)
        where V : unmanaged
    {
        if (Operands.Is<V, F32x16>())
        {
            Vector256.Store(Avx512F.ConvertToVector256UInt16(Unsafe.BitCast<V, Vector512<uint>>(lanes)), packed);
        }
        else
        {
            Vector128.Store(Avx512F.ConvertToVector128UInt16(Unsafe.BitCast<V, Vector512<ulong>>(lanes)), packed);
        }
    }

    /// <summary>The same around the caches, to an address that is a multiple of what is written.</summary>
    [MethodImpl(Inline)]
    public static void PackStreaming<V>(V lanes, ushort* packed)
        where V : unmanaged
    {
        if (Operands.Is<V, F32x16>())
        {
            Vector256.StoreAlignedNonTemporal(Avx512F.ConvertToVector256UInt16(Unsafe.BitCast<V, Vector512<uint>>(lanes)), packed);
        }
        else
        {
            Vector128.StoreAlignedNonTemporal(Avx512F.ConvertToVector128UInt16(Unsafe.BitCast<V, Vector512<ulong>>(lanes)), packed);
        }
    }

    /// <summary>Each pattern as a lane of a 512-bit register, with zeros above.</summary>
    [MethodImpl(Inline)]
    public static V Spread<V>(ushort* packed)
        where V : unmanaged => Operands.Is<V, F32x16>()
            ? Unsafe.BitCast<Vector512<uint>, V>(Avx512F.ConvertToVector512UInt32(Vector256.Load(packed)))
            : Unsafe.BitCast<Vector512<ulong>, V>(Avx512F.ConvertToVector512UInt64(Vector128.Load(packed)));

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
