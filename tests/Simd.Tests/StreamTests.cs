using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>
/// Outputs so long that they are written around the caches: flush with guard pages, at several shifts against a cache line, the same bits
/// as in short pieces; and in place.
/// </summary>
public class StreamTests
{
    private const int Count = (4 << 20) + 8200;

    [GuardedFact]
    public void Long_outputs_are_those_of_short_pieces_and_touch_only_their_spans()
    {
        float[] x = Numbers.Spread<float>(1, Count), y = Numbers.Spread<float>(2, Count);
        using GuardedMemory output = new((Count + 4096) * sizeof(float));
        Every<float>(output, x.Length, (start, count, z) => Map.Unary<Sqrt, float>(x.AsSpan(start, count), z));
        Every<float>(output, x.Length, (start, count, z) => Map.Binary<Add, float>(x.AsSpan(start, count), y.AsSpan(start, count), z));
        Every<float>(output, x.Length, (start, count, z) => Map.Binary<Subtract, float>(x.AsSpan(start, count), 0.3f, z));
        Every<float>(output, x.Length, (start, count, z) => Map.Binary<Subtract, float>(0.3f, x.AsSpan(start, count), z));
        Every<float>(output, x.Length, (start, count, z) => Map.Ternary<FusedMultiplyAdd, float>(x.AsSpan(start, count), y.AsSpan(start, count), x.AsSpan(start, count), z));
        double[] wide = Numbers.Spread<double>(3, Count / 2);
        Every<double>(output, wide.Length, (start, count, z) => Map.Unary<Square, double>(wide.AsSpan(start, count), z));
        Half[] half = new Half[Count];
        Map.Convert<float, Half>(x, half);
        Every<Half>(output, half.Length, (start, count, z) => Map.Convert<float, Half>(x.AsSpan(start, count), z));
        Every<float>(output, half.Length, (start, count, z) => Map.Convert<Half, float>(half.AsSpan(start, count), z));
    }

    [Fact]
    public void Long_outputs_may_be_their_inputs()
    {
        float[] x = Numbers.Uniform<float>(1, Count), expected = new float[Count];
        Map.Binary<Multiply, float>(x, x, expected);
        Map.Binary<Multiply, float>(x, x, x);
        Bits.AssertSame<float>(expected, x, "mul in place");
    }

    private delegate void Work<T>(int start, int count, Span<T> output);

    private static void Every<T>(GuardedMemory memory, int count, Work<T> work)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        T[] expected = new T[count];
        for (int start = 0; start < count; start += 1000)
        {
            int length = int.Min(1000, count - start);
            work(start, length, expected.AsSpan(start, length));
        }

        foreach (int shift in (int[])[0, 1, 5])
        {
            foreach (bool atEnd in (bool[])[false, true])
            {
                memory.All.Fill(0xA5);
                Span<T> z = atEnd ? memory.AtEnd<T>(count, shift) : memory.AtStart<T>(count, shift);
                work(0, count, z);
                Bits.AssertSame<T>(expected, z, "a long output", count, shift);
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(z).Fill(0xA5);
                Assert.Equal(-1, memory.All.IndexOfAnyExcept((byte)0xA5));
            }
        }
    }
}
