using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Elementwise work on a range of elements whose result is written wherever it is told.</summary>
internal unsafe interface IPiece<T>
    where T : unmanaged
{
    /// <summary>Elements start to start + count, written to y.</summary>
    void Run(nint start, nint count, T* y);
}

/// <summary>
/// Gives a driver's output the stores that its place and size deserve. A register that crosses a cache line costs two stores, so long
/// outputs begin with the few elements before a line's start. An output beyond the caches is written around them, since an ordinary
/// store first reads the line that it will overwrite: the driver fills tiles in the first-level cache, which are then streamed. The bits
/// are the same all three ways.
/// </summary>
internal static unsafe class Stream
{
    /// <summary>Outputs of so many bytes are streamed: what is read again soon fits the last cache far below that.</summary>
    private const nint Threshold = 4 << 20;

    private const int Line = 64, Tile = 8192, LongOutput = 2048;

    /// <summary>Runs the piece over all elements of y, which no input overlaps unless it is said to be in place.</summary>
    public static void Run<TPiece, T>(TPiece piece, T* y, nint count, bool inPlace)
        where TPiece : struct, IPiece<T>
        where T : unmanaged
    {
        nint bytes = count * sizeof(T), offset = (nint)y & (Line - 1);
        if (bytes < LongOutput || (offset == 0 && bytes < Threshold))
        {
            piece.Run(0, count, y);
            return;
        }

        // A start that is not even a multiple of the element never meets a line's start.
        nint head = offset % sizeof(T) != 0 ? 0 : (Line - offset) % Line / sizeof(T);
        if (head != 0)
        {
            piece.Run(0, head, y);
        }

        if (bytes < Threshold || inPlace || offset % sizeof(T) != 0 || !Vector128.IsHardwareAccelerated)
        {
            piece.Run(head, count - head, y + head);
        }
        else
        {
            Tiles(piece, y, head, count);
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tiles<TPiece, T>(TPiece piece, T* y, nint start, nint count)
        where TPiece : struct, IPiece<T>
        where T : unmanaged
    {
        byte* memory = stackalloc byte[Tile + Line];
        T* tile = (T*)(((nint)memory + Line - 1) & -Line);
        nint step = Tile / sizeof(T);
        for (; start <= count - step; start += step)
        {
            piece.Run(start, step, tile);
            Copy((byte*)tile, (byte*)(y + start));
        }

        if (Sse.IsSupported)
        {
            // Streamed stores are ordered with nothing else until they are fenced.
            Sse.StoreFence();
        }

        if (start < count)
        {
            piece.Run(start, count - start, y + start);
        }
    }

    [MethodImpl(Loop)]
    private static void Copy(byte* tile, byte* y)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            for (int i = 0; i < Tile; i += 64)
            {
                Vector512.StoreAlignedNonTemporal(Vector512.LoadAligned(tile + i), y + i);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (int i = 0; i < Tile; i += 32)
            {
                Vector256.StoreAlignedNonTemporal(Vector256.LoadAligned(tile + i), y + i);
            }
        }
        else
        {
            for (int i = 0; i < Tile; i += 16)
            {
                Vector128.StoreAlignedNonTemporal(Vector128.LoadAligned(tile + i), y + i);
            }
        }
    }
}
