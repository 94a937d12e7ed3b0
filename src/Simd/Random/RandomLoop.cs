using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The numbers of consecutive Philox blocks: four float32 or two float64 elements from each. The rounds, the distribution's formula and the
/// interleaving happen in registers, and memory is only written.
/// </summary>
internal readonly unsafe struct RandomLoop<TDistribution, T>(T a, T b, T c, ulong seed, ulong stream, ulong block, T* y, nint blocks) : ILaneLoop<T>
    where TDistribution : struct, IDistribution
    where T : unmanaged
{
    /// <summary>The number of blocks must be a multiple of this, whatever the registers.</summary>
    public const int Group = 16;

    private readonly T a = a;
    private readonly T b = b;
    private readonly T c = c;
    private readonly ulong seed = seed;
    private readonly ulong stream = stream;
    private readonly ulong block = block;
    private readonly T* y = y;
    private readonly nint blocks = blocks;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (typeof(T) == typeof(float))
        {
            RandomLoop<TDistribution, float> loop = Unsafe.BitCast<RandomLoop<TDistribution, T>, RandomLoop<TDistribution, float>>(this);
            if (typeof(V) == typeof(F32x16))
            {
                loop.Groups<Blocks8, F32x16>();
            }
            else if (typeof(V) == typeof(F32x8))
            {
                loop.Groups<Blocks4, F32x8>();
            }
            else if (typeof(V) == typeof(F32x4))
            {
                loop.Groups<Blocks2, F32x4>();
            }
            else
            {
                OneByOne<V>();
            }
        }
        else
        {
            RandomLoop<TDistribution, double> loop = Unsafe.BitCast<RandomLoop<TDistribution, T>, RandomLoop<TDistribution, double>>(this);
            if (typeof(V) == typeof(F64x8))
            {
                loop.Groups<Blocks8, F64x8>();
            }
            else if (typeof(V) == typeof(F64x4))
            {
                loop.Groups<Blocks4, F64x4>();
            }
            else if (typeof(V) == typeof(F64x2))
            {
                loop.Groups<Blocks2, F64x2>();
            }
            else
            {
                OneByOne<V>();
            }
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Groups<W, V>()
        where W : unmanaged, IBlockLanes<W, V, T>
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // The rounds' keys, aligned so that no load crosses a cache line.
        byte* memory = stackalloc byte[(2 * Philox.Rounds * sizeof(W)) + 64];
        W* keys = (W*)(((nuint)memory + 63) & ~(nuint)63);
        W* last = keys + (2 * Philox.Rounds);
        uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            keys[2 * round] = W.Of(key0);
            keys[(2 * round) + 1] = W.Of(key1);
            key0 += Philox.Weyl0;
            key1 += Philox.Weyl1;
        }

        V a = V.Broadcast(this.a), b = V.Broadcast(this.b), c = V.Broadcast(this.c);
        W multiplier0 = W.Of(Philox.Multiplier0), multiplier1 = W.Of(Philox.Multiplier1);
        W number = W.Of(stream), numberHigh = W.Of(stream >> 32);
        T* y = this.y;
        ulong counter = block;

        // Two registers of blocks at a time: a round's product, shift and exclusive or wait for one another, and two chains fill the gaps.
        for (nint left = blocks; left > 0; left -= 2 * W.Count)
        {
            W x0 = W.Counters(counter), x1 = W.High(x0), x2 = number, x3 = numberHigh;
            W z0 = W.Counters(counter + (ulong)W.Count), z1 = W.High(z0), z2 = number, z3 = numberHigh;
            for (W* key = keys; key < last; key += 4)
            {
                Round(ref x0, ref x1, ref x2, ref x3, ref z0, ref z1, ref z2, ref z3, multiplier0, multiplier1, key[0], key[1]);
                Round(ref x0, ref x1, ref x2, ref x3, ref z0, ref z1, ref z2, ref z3, multiplier0, multiplier1, key[2], key[3]);
            }

            // One text for both registers: written twice, a long formula would exhaust the compiler's budget for inlining.
            for (int half = 0; half < 2; half++)
            {
                W.Pairs(x0, x1, x2, x3, out V evenWord, out V oddWord);
                TDistribution.Pair(evenWord, oddWord, a, b, c, out V even, out V odd);
                W.Store(y, even, odd);
                y += 2 * V.Width;
                (x0, x1, x2, x3) = (z0, z1, z2, z3);
            }

            counter += 2 * (ulong)W.Count;
        }
    }

    [MethodImpl(Inline)]
    private static void Round<W>(
        ref W x0, ref W x1, ref W x2, ref W x3, ref W z0, ref W z1, ref W z2, ref W z3, W multiplier0, W multiplier1, W key0, W key1)
        where W : unmanaged, IBlocks<W>
    {
        W productX0 = W.Product(x0, multiplier0), productX1 = W.Product(x2, multiplier1);
        W productZ0 = W.Product(z0, multiplier0), productZ1 = W.Product(z2, multiplier1);
        x0 = W.Xor(W.High(productX1), x1, key0);
        z0 = W.Xor(W.High(productZ1), z1, key0);
        x2 = W.Xor(W.High(productX0), x3, key1);
        z2 = W.Xor(W.High(productZ0), z3, key1);
        x1 = productX1;
        z1 = productZ1;
        x3 = productX0;
        z3 = productZ0;
    }

    /// <summary>Block by block on one lane.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void OneByOne<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V a = V.Broadcast(this.a), b = V.Broadcast(this.b), c = V.Broadcast(this.c);
        int pairs = V.IsDouble ? 1 : 2;
        T* y = this.y;
        uint* words = stackalloc uint[4];
        for (nint i = 0; i < blocks; i++)
        {
            ulong counter = block + (ulong)i;
            uint x0 = (uint)counter, x1 = (uint)(counter >> 32), x2 = (uint)stream, x3 = (uint)(stream >> 32);
            Philox.Block(ref x0, ref x1, ref x2, ref x3, (uint)seed, (uint)(seed >> 32));
            words[0] = x0;
            words[1] = x1;
            words[2] = x2;
            words[3] = x3;
            for (int pair = 0; pair < pairs; pair++, y += 2)
            {
                T* two = (T*)words + (2 * pair);
                TDistribution.Pair(V.Load(two), V.Load(two + 1), a, b, c, out V even, out V odd);
                V.Store(y, even);
                V.Store(y + 1, odd);
            }
        }
    }
}
