using ILGPU;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011): element i of the stream is word i mod 4 of counter i / 4, so each thread makes
/// one counter's four words. The key is the seed; the counter's upper half is the stream's number.
/// </summary>
internal readonly struct PhiloxKernel : IKernel
{
    public static void Run(ArrayView<uint> words, ulong seed, ulong stream, ulong firstCounter, int count)
    {
        int i = Grid.GlobalIndex.X;
        if ((long)i * 4 >= count)
            return;
        Block block = Words(seed, stream, firstCounter + (ulong)i);
        int at = i * 4;
        words[at] = block.A;
        if (at + 1 < count)
            words[at + 1] = block.B;
        if (at + 2 < count)
            words[at + 2] = block.C;
        if (at + 3 < count)
            words[at + 3] = block.D;
    }

    /// <summary>The four words of one counter.</summary>
    public static Block Words(ulong seed, ulong stream, ulong counter)
    {
        var state = new Block { A = (uint)counter, B = (uint)(counter >> 32), C = (uint)stream, D = (uint)(stream >> 32) };
        uint key0 = (uint)seed;
        uint key1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53ul * state.A;
            ulong p1 = 0xCD9E8D57ul * state.C;
            state = new Block { A = (uint)(p1 >> 32) ^ state.B ^ key0, B = (uint)p1, C = (uint)(p0 >> 32) ^ state.D ^ key1, D = (uint)p0 };
            key0 += 0x9E3779B9u;
            key1 += 0xBB67AE85u;
        }

        return state;
    }

    /// <summary>Four words.</summary>
    internal struct Block
    {
        public uint A, B, C, D;
    }
}
