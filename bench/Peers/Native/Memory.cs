using System.Runtime.InteropServices;
using Onsager.Simd;

namespace Onsager.Peers;

/// <summary>Elements at an address that is a multiple of 64, as every library here would place them itself.</summary>
internal sealed unsafe class Memory<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private T* first;

    /// <summary>Zeros.</summary>
    public Memory(int count)
    {
        Count = count;
        first = (T*)NativeMemory.AlignedAlloc((nuint)int.Max(1, count) * (nuint)sizeof(T), Alignment);
        Span.Clear();
    }

    public int Count { get; }

    public T* First => first;

    public Span<T> Span => new(first, Count);

    /// <summary>Uniform in [low, high), from a stream of its own for every number.</summary>
    public static Memory<T> Random(int count, ulong stream, double low = -0.5, double high = 0.5)
    {
        Memory<T> memory = new(count);
        RandomFill.Uniform(1, stream, 0, memory.Span);
        T scale = Tensors.Tensor.Constant<T>(high - low), shift = Tensors.Tensor.Constant<T>(low);
        Map.Binary<Multiply, T>(memory.Span, scale, memory.Span);
        Map.Binary<Add, T>(memory.Span, shift, memory.Span);
        return memory;
    }

    /// <summary>The fastest copy: see <see cref="StreamingCopy"/>.</summary>
    public void StreamTo(Memory<T> other) => StreamingCopy.Run((byte*)first, (byte*)other.first, (nint)int.Min(Count, other.Count) * sizeof(T));

    public void Dispose()
    {
        NativeMemory.AlignedFree(first);
        first = null;
    }
}
