using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The numbers of consecutive Philox blocks: four float32 or two float64 elements from each.
/// </summary>
internal readonly unsafe struct RandomLoop<TDistribution, T>(T a, T b, T c, ulong seed, ulong stream, ulong block, T* y, nint blocks) : ILaneLoop<T>
    where TDistribution : struct, IDistribution
    where T : unmanaged
{
    /// <summary>The number of blocks must be a multiple of this, whatever the registers.</summary>
    public const int Group = 16;

    /// <summary>Blocks whose words are made before the numbers: a multiple of what a pass makes, few enough for the first cache.</summary>
    private const int TileBlocks = 512;

    private const int TileBytes = TileBlocks * 4 * sizeof(uint);

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

    /// <summary>
    /// A tile of words, then the numbers made of them, and so on: each loop keeps all that it needs in registers, which one loop for both
    /// cannot, and a loop of the formula alone is short enough for the processor to work on several pairs of registers at once.
    /// </summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void Groups<W, V>()
        where W : unmanaged, IBlockLanes<W, V, T>
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // Aligned, so that no register crosses a cache line.
        byte* memory = stackalloc byte[TileBytes + (2 * Philox.Rounds * sizeof(W)) + 64];
        T* tile = (T*)(((nuint)memory + 63) & ~(nuint)63);
        W* keys = (W*)((byte*)tile + TileBytes);
        uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            keys[2 * round] = W.Of(key0);
            keys[(2 * round) + 1] = W.Of(key1);
            key0 += Philox.Weyl0;
            key1 += Philox.Weyl1;
        }

        int perBlock = 4 * sizeof(uint) / sizeof(T);
        for (nint done = 0; done < blocks; done += TileBlocks)
        {
            nint count = nint.Min(blocks - done, TileBlocks);
            if (W.Count == 8)
            {
                Words4<W, V>(keys, stream, block + (ulong)done, tile, count);
            }
            else
            {
                Words2<W, V>(keys, stream, block + (ulong)done, tile, count);
            }

            Numbers<W, V>(tile, y + (done * perBlock), count * perBlock);
        }
    }

    /// <summary>Pairs of words to pairs of numbers, in order.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void Numbers<W, V>(T* words, T* y, nint count)
        where W : unmanaged, IBlockLanes<W, V, T>
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V a = V.Broadcast(this.a), b = V.Broadcast(this.b), c = V.Broadcast(this.c);
        for (nint i = 0; i < count; i += 2 * V.Width)
        {
            TDistribution.Pair(V.Load(words + i), V.Load(words + i + V.Width), a, b, c, out V even, out V odd);
            W.Store(y + i, even, odd);
        }
    }

    /// <summary>
    /// Words of the blocks from counter on, registers of even and odd words in turn; writes whole passes of four registers of blocks. A
    /// round's product, shift and exclusive or wait for one another: four chains keep a processor busy that has registers for them.
    /// </summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Words4<W, V>(W* keys, ulong stream, ulong counter, T* words, nint count)
        where W : unmanaged, IBlockLanes<W, V, T>
        where V : unmanaged, IMemoryLanes<V, T>
    {
        W* last = keys + (2 * Philox.Rounds);
        W multiplier0 = W.Of(Philox.Multiplier0), multiplier1 = W.Of(Philox.Multiplier1);
        for (; count > 0; count -= 4 * W.Count)
        {
            Begin(counter, stream, out W x0, out W x1, out W x2, out W x3);
            Begin(counter + (ulong)W.Count, stream, out W z0, out W z1, out W z2, out W z3);
            Begin(counter + (2 * (ulong)W.Count), stream, out W u0, out W u1, out W u2, out W u3);
            Begin(counter + (3 * (ulong)W.Count), stream, out W v0, out W v1, out W v2, out W v3);
            for (W* key = keys; key < last; key += 2)
            {
                W key0 = key[0], key1 = key[1];
                Round(ref x0, ref x1, ref x2, ref x3, ref z0, ref z1, ref z2, ref z3, multiplier0, multiplier1, key0, key1);
                Round(ref u0, ref u1, ref u2, ref u3, ref v0, ref v1, ref v2, ref v3, multiplier0, multiplier1, key0, key1);
            }

            Write<W, V>(words, x0, x1, x2, x3);
            Write<W, V>(words + (2 * V.Width), z0, z1, z2, z3);
            Write<W, V>(words + (4 * V.Width), u0, u1, u2, u3);
            Write<W, V>(words + (6 * V.Width), v0, v1, v2, v3);
            words += 8 * V.Width;
            counter += 4 * (ulong)W.Count;
        }
    }

    /// <summary>The same with two chains, for processors with 16 registers.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Words2<W, V>(W* keys, ulong stream, ulong counter, T* words, nint count)
        where W : unmanaged, IBlockLanes<W, V, T>
        where V : unmanaged, IMemoryLanes<V, T>
    {
        W* last = keys + (2 * Philox.Rounds);
        W multiplier0 = W.Of(Philox.Multiplier0), multiplier1 = W.Of(Philox.Multiplier1);
        for (; count > 0; count -= 2 * W.Count)
        {
            Begin(counter, stream, out W x0, out W x1, out W x2, out W x3);
            Begin(counter + (ulong)W.Count, stream, out W z0, out W z1, out W z2, out W z3);
            for (W* key = keys; key < last; key += 4)
            {
                Round(ref x0, ref x1, ref x2, ref x3, ref z0, ref z1, ref z2, ref z3, multiplier0, multiplier1, key[0], key[1]);
                Round(ref x0, ref x1, ref x2, ref x3, ref z0, ref z1, ref z2, ref z3, multiplier0, multiplier1, key[2], key[3]);
            }

            Write<W, V>(words, x0, x1, x2, x3);
            Write<W, V>(words + (2 * V.Width), z0, z1, z2, z3);
            words += 4 * V.Width;
            counter += 2 * (ulong)W.Count;
        }
    }

    [MethodImpl(Inline)]
    private static void Begin<W>(ulong counter, ulong stream, out W x0, out W x1, out W x2, out W x3)
        where W : unmanaged, IBlocks<W>
    {
        x0 = W.Counters(counter);
        x1 = W.High(x0);
        x2 = W.Of(stream);
        x3 = W.Of(stream >> 32);
    }

    [MethodImpl(Inline)]
    private static void Write<W, V>(T* words, W x0, W x1, W x2, W x3)
        where W : unmanaged, IBlockLanes<W, V, T>
        where V : unmanaged, IMemoryLanes<V, T>
    {
        W.Pairs(x0, x1, x2, x3, out V even, out V odd);
        V.Store(words, even);
        V.Store(words + V.Width, odd);
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
