using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Elementwise work on a range of elements whose result is written wherever it is told.</summary>
internal unsafe interface IPiece<T>
    where T : unmanaged
{
    /// <summary>Elements start to start + count, written to y.</summary>
    void Run(nint start, nint count, T* y);

    /// <summary>The same around the caches, where y begins at a cache line and the elements fill whole ones.</summary>
    void Stream(nint start, nint count, T* y);
}

/// <summary>
/// Gives a driver's output the stores that its place and size deserve. A register that crosses a cache line costs two stores, so long
/// outputs begin with the few elements before a line's start. An output beyond the caches is written around them, since an ordinary
/// store first reads the line that it will overwrite. The bits are the same all three ways.
/// </summary>
internal static unsafe class Stream
{
    /// <summary>Outputs of so many bytes are streamed: what is read again soon fits the last cache far below that.</summary>
    private const nint Threshold = 4 << 20;

    private const int Line = 64, LongOutput = 2048;

    /// <summary>Runs the piece over all elements of y, which no input overlaps unless it is said to be in place.</summary>
    [MethodImpl(Inline)]
    public static void Run<TPiece, T>(TPiece piece, T* y, nint count, bool inPlace)
        where TPiece : struct, IPiece<T>
        where T : unmanaged
    {
        nint bytes = count * sizeof(T), offset = (nint)y & (Line - 1);
        if (bytes < LongOutput || (offset == 0 && bytes < Threshold))
        {
            piece.Run(0, count, y);
        }
        else
        {
            Long(piece, y, count, inPlace);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Long<TPiece, T>(TPiece piece, T* y, nint count, bool inPlace)
        where TPiece : struct, IPiece<T>
        where T : unmanaged
    {
        nint bytes = count * sizeof(T), offset = (nint)y & (Line - 1);

        // A start that is not even a multiple of the element never meets a line's start.
        nint head = offset % sizeof(T) != 0 ? 0 : (Line - offset) % Line / sizeof(T);
        if (head != 0)
        {
            piece.Run(0, head, y);
        }

        nint streamed = bytes < Threshold || inPlace || offset % sizeof(T) != 0 ? 0 : (count - head) / (Line / sizeof(T)) * (Line / sizeof(T));
        if (streamed != 0)
        {
            piece.Stream(head, streamed, y + head);
            if (Sse.IsSupported)
            {
                // Streamed stores are ordered with nothing else until they are fenced.
                Sse.StoreFence();
            }
        }

        piece.Run(head + streamed, count - head - streamed, y + head + streamed);
    }
}
