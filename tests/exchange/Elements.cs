using Onsager.Simd;

namespace Onsager.Exchange;

/// <summary>The elements [2, 3] of each type that are exchanged; exchange.py has the same by the same names.</summary>
internal static class Elements
{
    /// <summary>Calls back with each type's name and elements.</summary>
    public static void Each(IEach each)
    {
        each.Run<bool>("bool", [true, false, true, true, false, true]);
        each.Run<byte>("uint8", [0, 255, 1, 2, 128, 3]);
        each.Run<sbyte>("int8", [0, -128, 127, -1, 5, 6]);
        each.Run<ushort>("uint16", [0, 65535, 1, 2, 3, 256]);
        each.Run<short>("int16", [0, short.MinValue, short.MaxValue, -1, 4, 256]);
        each.Run<uint>("uint32", [0, uint.MaxValue, 1, 2, 3, 1 << 24]);
        each.Run<int>("int32", [0, int.MinValue, int.MaxValue, -1, 4, 1 << 24]);
        each.Run<ulong>("uint64", [0, ulong.MaxValue, 1, 2, 3, 1UL << 56]);
        each.Run<long>("int64", [0, long.MinValue, long.MaxValue, -1, 4, 1L << 56]);
        each.Run<Half>("float16", [Half.Epsilon, Half.NegativeInfinity, (Half)0.1f, (Half)1.5f, Half.MaxValue, Half.NegativeZero]);
        each.Run<BFloat16>("bfloat16", [new BFloat16(0x3FC0), new BFloat16(0xFF80), new BFloat16(0x7F7F), new BFloat16(1), new BFloat16(0x8000), new BFloat16(0xC000)]);
        each.Run<float>("float32", [float.Epsilon, float.NegativeInfinity, 0.1f, 1.5f, float.MaxValue, -0f]);
        each.Run<double>("float64", [double.Epsilon, double.NegativeInfinity, 0.1, 1.5, double.MaxValue, -0.0]);
    }

    /// <summary>What is done with each type.</summary>
    internal interface IEach
    {
        void Run<T>(string name, T[] elements)
            where T : unmanaged;
    }
}
