using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>The raw words of a Philox stream from a multiple of four on: each thread makes one counter's four.</summary>
internal readonly struct PhiloxKernel : IKernel
{
    public static void Run(ArrayView<uint> words, ulong seed, ulong stream, ulong firstCounter, int count)
    {
        int i = Grid.GlobalIndex.X;
        long at = (long)i * 4;
        if (at >= count)
        {
            return;
        }

        PhiloxWords four = PhiloxWords.Of(seed, stream, firstCounter + (ulong)i);
        words[at] = four.A;
        if (at + 1 < count)
        {
            words[at + 1] = four.B;
        }

        if (at + 2 < count)
        {
            words[at + 2] = four.C;
        }

        if (at + 3 < count)
        {
            words[at + 3] = four.D;
        }
    }
}

/// <summary>The four words of one counter.</summary>
internal readonly struct PhiloxWords(uint a, uint b, uint c, uint d)
{
    public readonly uint A = a, B = b, C = c, D = d;

    public static PhiloxWords Of(ulong seed, ulong stream, ulong counter)
    {
        uint a = (uint)counter, b = (uint)(counter >> 32), c = (uint)stream, d = (uint)(stream >> 32);
        Philox.Block(ref a, ref b, ref c, ref d, (uint)seed, (uint)(seed >> 32));
        return new PhiloxWords(a, b, c, d);
    }
}
