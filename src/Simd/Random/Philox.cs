using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11,
/// 2011; constants from section 4.3). Word i of a stream is word i mod 4 of the block with counter i / 4, so any part of the stream can
/// be made anywhere, in any order, on any device.
/// </summary>
public static class Philox
{
    /// <summary>The multiplier of words 0 and 1.</summary>
    public const uint Multiplier0 = 0xD2511F53;

    /// <summary>The multiplier of words 2 and 3.</summary>
    public const uint Multiplier1 = 0xCD9E8D57;

    /// <summary>What the key's first word grows by in each round: the golden ratio.</summary>
    public const uint Weyl0 = 0x9E3779B9;

    /// <summary>What the key's second word grows by in each round: sqrt(3) - 1.</summary>
    public const uint Weyl1 = 0xBB67AE85;

    /// <summary>The number of rounds.</summary>
    public const int Rounds = 10;

    /// <summary>The counter's top bit, which no draw reaches: element i of float64 is in block i / 2. Blocks that have it make child streams.</summary>
    private const ulong ChildBlocks = 1UL << 63;

    /// <summary>One block: four counter words in, four random words out, in place.</summary>
    public static void Block(ref uint x0, ref uint x1, ref uint x2, ref uint x3, uint key0, uint key1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)x0 * Multiplier0, product1 = (ulong)x2 * Multiplier1;
            x0 = (uint)(product1 >> 32) ^ x1 ^ key0;
            x1 = (uint)product1;
            x2 = (uint)(product0 >> 32) ^ x3 ^ key1;
            x3 = (uint)product0;
            key0 += Weyl0;
            key1 += Weyl1;
        }
    }

    /// <summary>Fills words with words first, first + 1, ... of a stream: the key is the seed, the counter's high half the stream's number.</summary>
    /// <param name="seed">The key, low word first.</param>
    /// <param name="stream">The counter's words 2 and 3.</param>
    /// <param name="first">The stream's word that goes to words[0].</param>
    /// <param name="words">Receives the random words.</param>
    public static void Words(ulong seed, ulong stream, ulong first, Span<uint> words) =>
        RandomFill.Blocks<RawWords, float, uint>(default, default, default, seed, stream, first, words);

    /// <summary>
    /// The stream that (seed, stream) has for an index: its seed is words 0 and 1 of the block with counter 2^63 + index, its number words 2
    /// and 3. No draw of any element reaches that half of the counters, and a block is a bijection of its counter: children of one seed,
    /// whatever their parents' numbers, all differ, and none shares a word with its parent.
    /// </summary>
    /// <param name="seed">The parent's seed.</param>
    /// <param name="stream">The parent's number.</param>
    /// <param name="index">Which child, below 2^63.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is 2^63 or more.</exception>
    public static (ulong Seed, ulong Stream) Child(ulong seed, ulong stream, ulong index)
    {
        if (index >= ChildBlocks)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, "child stream: the index must be below 2^63.");
        }

        ulong counter = ChildBlocks + index;
        uint x0 = (uint)counter, x1 = (uint)(counter >> 32), x2 = (uint)stream, x3 = (uint)(stream >> 32);
        Block(ref x0, ref x1, ref x2, ref x3, (uint)seed, (uint)(seed >> 32));
        return (x0 | ((ulong)x1 << 32), x2 | ((ulong)x3 << 32));
    }

    /// <summary>The words as they are.</summary>
    private readonly struct RawWords : IDistribution
    {
        public static string Name => "words";

        [MethodImpl(Inline)]
        public static void Pair<V>(V evenWord, V oddWord, V a, V b, V c, out V even, out V odd)
            where V : unmanaged, ILanes<V>
        {
            even = evenWord;
            odd = oddWord;
        }
    }
}
