using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// One word each of several Philox blocks, in the low halves of 64-bit lanes. The high halves hold rubbish that no operation lets down:
/// products read low halves only, exclusive or keeps the halves apart.
/// </summary>
internal interface IBlocks<TSelf>
    where TSelf : unmanaged, IBlocks<TSelf>
{
    /// <summary>The number of blocks.</summary>
    static abstract int Count { get; }

    /// <summary>first, first + 1, ...</summary>
    static abstract TSelf Counters(ulong first);

    /// <summary>The same in every lane.</summary>
    static abstract TSelf Of(ulong value);

    /// <summary>The 64-bit products of the low halves.</summary>
    static abstract TSelf Product(TSelf x, TSelf y);

    /// <summary>High halves moved down, zeros above.</summary>
    static abstract TSelf High(TSelf x);

    /// <summary>x ^ y ^ z.</summary>
    static abstract TSelf Xor(TSelf x, TSelf y, TSelf z);
}

/// <summary>
/// From the four words of each block to pairs of lanes, and back to memory. float32: words 0 and 2 of a block are the even words of its two
/// pairs, words 1 and 3 the odd ones; put side by side in one 64-bit lane they stand in the pairs' order without a shuffle. float64: words
/// 0, 1 are the even word of the block's pair, words 2, 3 the odd one.
/// </summary>
internal unsafe interface IBlockLanes<TSelf, V, T> : IBlocks<TSelf>
    where TSelf : unmanaged, IBlockLanes<TSelf, V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged
{
    /// <summary>Even and odd words of the pairs, in order.</summary>
    static abstract void Pairs(TSelf x0, TSelf x1, TSelf x2, TSelf x3, out V even, out V odd);

    /// <summary>Stores even[0], odd[0], even[1], ...</summary>
    static abstract void Store(T* y, V even, V odd);
}

/// <summary>Eight blocks in 512 bits.</summary>
internal readonly unsafe struct Blocks8(Vector512<ulong> value) : IBlockLanes<Blocks8, F32x16, float>, IBlockLanes<Blocks8, F64x8, double>
{
    private readonly Vector512<ulong> value = value;

    public static int Count => 8;

    [MethodImpl(Inline)] public static Blocks8 Counters(ulong first) => new(Vector512.Create(first) + Vector512<ulong>.Indices);
    [MethodImpl(Inline)] public static Blocks8 Of(ulong value) => new(Vector512.Create(value));
    [MethodImpl(Inline)] public static Blocks8 High(Blocks8 x) => new(x.value >>> 32);
    [MethodImpl(Inline)] public static Blocks8 Xor(Blocks8 x, Blocks8 y, Blocks8 z) => new(x.value ^ y.value ^ z.value);

    [MethodImpl(Inline)]
    public static Blocks8 Product(Blocks8 x, Blocks8 y) => new(Avx512F.IsSupported
        ? Avx512F.Multiply(x.value.AsUInt32(), y.value.AsUInt32())
        : (x.value & Vector512.Create(0xFFFFFFFFUL)) * (y.value & Vector512.Create(0xFFFFFFFFUL)));

    [MethodImpl(Inline)]
    public static void Pairs(Blocks8 x0, Blocks8 x1, Blocks8 x2, Blocks8 x3, out F32x16 even, out F32x16 odd)
    {
        even = new(Join(x0, x2).AsSingle());
        odd = new(Join(x1, x3).AsSingle());
    }

    [MethodImpl(Inline)]
    public static void Pairs(Blocks8 x0, Blocks8 x1, Blocks8 x2, Blocks8 x3, out F64x8 even, out F64x8 odd)
    {
        even = new(Join(x0, x1).AsDouble());
        odd = new(Join(x2, x3).AsDouble());
    }

    [MethodImpl(Inline)]
    public static void Store(float* y, F32x16 even, F32x16 odd)
    {
        Vector512<int> first = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), eight = Vector512.Create(8);
        if (Avx512F.IsSupported)
        {
            Avx512F.PermuteVar16x32x2(even.Value, first, odd.Value).Store(y);
            Avx512F.PermuteVar16x32x2(even.Value, first + eight, odd.Value).Store(y + 16);
            return;
        }

        for (int i = 0; i < 16; i++)
        {
            y[2 * i] = even.Value[i];
            y[(2 * i) + 1] = odd.Value[i];
        }
    }

    [MethodImpl(Inline)]
    public static void Store(double* y, F64x8 even, F64x8 odd)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.PermuteVar8x64x2(even.Value, Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), odd.Value).Store(y);
            Avx512F.PermuteVar8x64x2(even.Value, Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15), odd.Value).Store(y + 8);
            return;
        }

        for (int i = 0; i < 8; i++)
        {
            y[2 * i] = even.Value[i];
            y[(2 * i) + 1] = odd.Value[i];
        }
    }

    [MethodImpl(Inline)]
    private static Vector512<ulong> Join(Blocks8 low, Blocks8 high) => (low.value & Vector512.Create(0xFFFFFFFFUL)) | (high.value << 32);
}

/// <summary>Four blocks in 256 bits.</summary>
internal readonly unsafe struct Blocks4(Vector256<ulong> value) : IBlockLanes<Blocks4, F32x8, float>, IBlockLanes<Blocks4, F64x4, double>
{
    private readonly Vector256<ulong> value = value;

    public static int Count => 4;

    [MethodImpl(Inline)] public static Blocks4 Counters(ulong first) => new(Vector256.Create(first) + Vector256<ulong>.Indices);
    [MethodImpl(Inline)] public static Blocks4 Of(ulong value) => new(Vector256.Create(value));
    [MethodImpl(Inline)] public static Blocks4 High(Blocks4 x) => new(x.value >>> 32);
    [MethodImpl(Inline)] public static Blocks4 Xor(Blocks4 x, Blocks4 y, Blocks4 z) => new(x.value ^ y.value ^ z.value);

    [MethodImpl(Inline)]
    public static Blocks4 Product(Blocks4 x, Blocks4 y) => new(Avx2.IsSupported
        ? Avx2.Multiply(x.value.AsUInt32(), y.value.AsUInt32())
        : (x.value & Vector256.Create(0xFFFFFFFFUL)) * (y.value & Vector256.Create(0xFFFFFFFFUL)));

    [MethodImpl(Inline)]
    public static void Pairs(Blocks4 x0, Blocks4 x1, Blocks4 x2, Blocks4 x3, out F32x8 even, out F32x8 odd)
    {
        even = new(Join(x0, x2).AsSingle());
        odd = new(Join(x1, x3).AsSingle());
    }

    [MethodImpl(Inline)]
    public static void Pairs(Blocks4 x0, Blocks4 x1, Blocks4 x2, Blocks4 x3, out F64x4 even, out F64x4 odd)
    {
        even = new(Join(x0, x1).AsDouble());
        odd = new(Join(x2, x3).AsDouble());
    }

    [MethodImpl(Inline)]
    public static void Store(float* y, F32x8 even, F32x8 odd)
    {
        if (Avx.IsSupported)
        {
            Vector256<float> low = Avx.UnpackLow(even.Value, odd.Value), high = Avx.UnpackHigh(even.Value, odd.Value);
            Avx.Permute2x128(low, high, 0x20).Store(y);
            Avx.Permute2x128(low, high, 0x31).Store(y + 8);
            return;
        }

        for (int i = 0; i < 8; i++)
        {
            y[2 * i] = even.Value[i];
            y[(2 * i) + 1] = odd.Value[i];
        }
    }

    [MethodImpl(Inline)]
    public static void Store(double* y, F64x4 even, F64x4 odd)
    {
        if (Avx.IsSupported)
        {
            Vector256<double> low = Avx.UnpackLow(even.Value, odd.Value), high = Avx.UnpackHigh(even.Value, odd.Value);
            Avx.Permute2x128(low, high, 0x20).Store(y);
            Avx.Permute2x128(low, high, 0x31).Store(y + 4);
            return;
        }

        for (int i = 0; i < 4; i++)
        {
            y[2 * i] = even.Value[i];
            y[(2 * i) + 1] = odd.Value[i];
        }
    }

    [MethodImpl(Inline)]
    private static Vector256<ulong> Join(Blocks4 low, Blocks4 high) => (low.value & Vector256.Create(0xFFFFFFFFUL)) | (high.value << 32);
}

/// <summary>Two blocks in 128 bits.</summary>
internal readonly unsafe struct Blocks2(Vector128<ulong> value) : IBlockLanes<Blocks2, F32x4, float>, IBlockLanes<Blocks2, F64x2, double>
{
    private readonly Vector128<ulong> value = value;

    public static int Count => 2;

    [MethodImpl(Inline)] public static Blocks2 Counters(ulong first) => new(Vector128.Create(first) + Vector128<ulong>.Indices);
    [MethodImpl(Inline)] public static Blocks2 Of(ulong value) => new(Vector128.Create(value));
    [MethodImpl(Inline)] public static Blocks2 High(Blocks2 x) => new(x.value >>> 32);
    [MethodImpl(Inline)] public static Blocks2 Xor(Blocks2 x, Blocks2 y, Blocks2 z) => new(x.value ^ y.value ^ z.value);

    [MethodImpl(Inline)]
    public static Blocks2 Product(Blocks2 x, Blocks2 y)
    {
        if (Sse2.IsSupported)
        {
            return new(Sse2.Multiply(x.value.AsUInt32(), y.value.AsUInt32()));
        }

        if (AdvSimd.IsSupported)
        {
            return new(AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(x.value), AdvSimd.ExtractNarrowingLower(y.value)));
        }

        return new((x.value & Vector128.Create(0xFFFFFFFFUL)) * (y.value & Vector128.Create(0xFFFFFFFFUL)));
    }

    [MethodImpl(Inline)]
    public static void Pairs(Blocks2 x0, Blocks2 x1, Blocks2 x2, Blocks2 x3, out F32x4 even, out F32x4 odd)
    {
        even = new(Join(x0, x2).AsSingle());
        odd = new(Join(x1, x3).AsSingle());
    }

    [MethodImpl(Inline)]
    public static void Pairs(Blocks2 x0, Blocks2 x1, Blocks2 x2, Blocks2 x3, out F64x2 even, out F64x2 odd)
    {
        even = new(Join(x0, x1).AsDouble());
        odd = new(Join(x2, x3).AsDouble());
    }

    [MethodImpl(Inline)]
    public static void Store(float* y, F32x4 even, F32x4 odd)
    {
        if (Sse.IsSupported)
        {
            Sse.UnpackLow(even.Value, odd.Value).Store(y);
            Sse.UnpackHigh(even.Value, odd.Value).Store(y + 4);
            return;
        }

        for (int i = 0; i < 4; i++)
        {
            y[2 * i] = even.Value[i];
            y[(2 * i) + 1] = odd.Value[i];
        }
    }

    [MethodImpl(Inline)]
    public static void Store(double* y, F64x2 even, F64x2 odd)
    {
        Vector128.Create(even.Value.GetLower(), odd.Value.GetLower()).Store(y);
        Vector128.Create(even.Value.GetUpper(), odd.Value.GetUpper()).Store(y + 2);
    }

    [MethodImpl(Inline)]
    private static Vector128<ulong> Join(Blocks2 low, Blocks2 high) => (low.value & Vector128.Create(0xFFFFFFFFUL)) | (high.value << 32);
}
