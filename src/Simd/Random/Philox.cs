using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11,
/// 2011; constants from section 4.3). Word i of a stream is word i mod 4 of the block with counter i / 4, so any part of the stream can
/// be made anywhere, in any order, on any device.
/// </summary>
public static unsafe class Philox
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
    public static void Words(ulong seed, ulong stream, ulong first, Span<uint> words)
    {
        fixed (uint* p = words)
        {
            int done = 0;
            ulong counter = first / 4;
            int skip = (int)(first % 4);
            if (skip != 0)
            {
                done = int.Min(4 - skip, words.Length);
                OneBlock(seed, stream, counter++, skip, p, done);
            }

            int blocks = (words.Length - done) / 4 / 8;
            if (blocks > 0)
            {
                EightBlocksEach(seed, stream, counter, p + done, blocks);
                counter += (ulong)blocks * 8;
                done += blocks * 32;
            }

            for (; done < words.Length; done += 4)
            {
                OneBlock(seed, stream, counter++, 0, p + done, int.Min(4, words.Length - done));
            }
        }
    }

    private static void OneBlock(ulong seed, ulong stream, ulong counter, int skip, uint* words, int count)
    {
        uint* x = stackalloc uint[4] { (uint)counter, (uint)(counter >> 32), (uint)stream, (uint)(stream >> 32) };
        Block(ref x[0], ref x[1], ref x[2], ref x[3], (uint)seed, (uint)(seed >> 32));
        for (int i = 0; i < count; i++)
        {
            words[i] = x[skip + i];
        }
    }

    /// <summary>
    /// Eight blocks at a time: each 64-bit lane holds one word of one block in its low half. The high halves hold rubbish that no
    /// operation lets down: the product reads low halves only, exclusive or keeps halves apart.
    /// </summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void EightBlocksEach(ulong seed, ulong stream, ulong counter, uint* words, int groups)
    {
        Vector512<ulong> low = Vector512.Create(0xFFFFFFFFUL);
        for (int group = 0; group < groups; group++, counter += 8, words += 32)
        {
            Vector512<ulong> counters = Vector512.Create(counter) + Vector512<ulong>.Indices;
            Vector512<ulong> x0 = counters, x1 = counters >>> 32;
            Vector512<ulong> x2 = Vector512.Create(stream), x3 = Vector512.Create(stream >> 32);
            uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
            for (int round = 0; round < Rounds; round++)
            {
                Vector512<ulong> product0 = MultiplyLowHalves(x0, Multiplier0), product1 = MultiplyLowHalves(x2, Multiplier1);
                x0 = (product1 >>> 32) ^ x1 ^ Vector512.Create((ulong)key0);
                x1 = product1;
                x2 = (product0 >>> 32) ^ x3 ^ Vector512.Create((ulong)key1);
                x3 = product0;
                key0 += Weyl0;
                key1 += Weyl1;
            }

            // Words 0 and 1 of a block share a lane, words 2 and 3 another; the two kinds of lanes alternate in memory.
            Vector512<ulong> first = (x0 & low) | (x1 << 32), second = (x2 & low) | (x3 << 32);
            if (Avx512F.IsSupported)
            {
                Avx512F.PermuteVar8x64x2(first, Vector512.Create(0UL, 8, 1, 9, 2, 10, 3, 11), second).Store((ulong*)words);
                Avx512F.PermuteVar8x64x2(first, Vector512.Create(4UL, 12, 5, 13, 6, 14, 7, 15), second).Store((ulong*)words + 8);
            }
            else
            {
                for (int i = 0; i < 8; i++)
                {
                    ((ulong*)words)[2 * i] = first[i];
                    ((ulong*)words)[(2 * i) + 1] = second[i];
                }
            }
        }
    }

    [MethodImpl(Inline)]
    private static Vector512<ulong> MultiplyLowHalves(Vector512<ulong> x, uint multiplier)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Multiply(x.AsUInt32(), Vector512.Create(multiplier));
        }

        if (Avx2.IsSupported)
        {
            Vector256<uint> factor = Vector256.Create(multiplier);
            return Vector512.Create(Avx2.Multiply(x.GetLower().AsUInt32(), factor), Avx2.Multiply(x.GetUpper().AsUInt32(), factor));
        }

        return (x & Vector512.Create(0xFFFFFFFFUL)) * Vector512.Create((ulong)multiplier);
    }
}
