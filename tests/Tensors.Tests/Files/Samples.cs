using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>A tensor of every type that files know, extremes among its elements, and what is done with each.</summary>
internal static class Samples
{
    /// <summary>Calls back with each type's elements.</summary>
    public static void Each(IEach each)
    {
        each.Run<bool>([true, false, true, true, false, true]);
        each.Run<byte>([0, 255, 1, 2, 128, 3]);
        each.Run<sbyte>([0, -128, 127, -1, 5, 6]);
        each.Run<ushort>([0, 65535, 1, 2, 3, 256]);
        each.Run<short>([0, short.MinValue, short.MaxValue, -1, 4, 256]);
        each.Run<uint>([0, uint.MaxValue, 1, 2, 3, 1 << 24]);
        each.Run<int>([0, int.MinValue, int.MaxValue, -1, 4, 1 << 24]);
        each.Run<ulong>([0, ulong.MaxValue, 1, 2, 3, 1UL << 56]);
        each.Run<long>([0, long.MinValue, long.MaxValue, -1, 4, 1L << 56]);
        each.Run<Half>([Half.Epsilon, Half.NegativeInfinity, Half.NaN, (Half)1.5f, Half.MaxValue, Half.NegativeZero]);
        each.Run<BFloat16>([(BFloat16)1.5f, new BFloat16(0xFF80), new BFloat16(0x7FC1), new BFloat16(1), new BFloat16(0x8000), (BFloat16)(-2f)]);
        each.Run<float>([float.Epsilon, float.NegativeInfinity, BitConverter.UInt32BitsToSingle(0x7FC00123), 0.1f, float.MaxValue, -0f]);
        each.Run<double>([double.Epsilon, double.NegativeInfinity, BitConverter.UInt64BitsToDouble(0x7FF8000000000123), 0.1, double.MaxValue, -0.0]);
    }

    /// <summary>What is done with each type.</summary>
    internal interface IEach
    {
        void Run<T>(T[] elements)
            where T : unmanaged;
    }
}
