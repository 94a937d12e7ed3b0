using System.Numerics;
using System.Runtime.InteropServices;

namespace Onsager.Simd.Tests;

/// <summary>Conversions between element types: to the bit against a search for the nearest number, the framework, and every register width.</summary>
public class ConversionTests
{
    /// <summary>Every finite number of either format, what lies half way to the next, and the float64 neighbours of both: ties and near-ties, which two roundings get wrong.</summary>
    [Fact]
    public void Every_boundary_between_two_16_bit_numbers_is_rounded_once_and_to_even()
    {
        Boundaries<Half>(0x7C00, 65536);
        Boundaries<BFloat16>(0x7F80, 3.4028236692093846e38);

        static void Boundaries<T>(int infinity, double beyond)
            where T : unmanaged
        {
            double[] values = [.. WideOf<T>([.. Enumerable.Range(0, infinity).Select(bits => (ushort)bits)]), beyond];
            double[] middles = [.. values[..^1].Select((value, i) => (value + values[i + 1]) / 2)];
            double[] x = [.. values[..^1].Concat(middles).SelectMany(x => new[] { x, Math.BitIncrement(x), Math.BitDecrement(x) }).SelectMany(x => new[] { x, -x })];
            ushort[] narrow = PatternsOf<T, double>(x);
            for (int i = 0; i < x.Length; i++)
            {
                int expected = Nearest(Math.Abs(x[i]), values) | (double.IsNegative(x[i]) ? 0x8000 : 0);
                Assert.True(expected == narrow[i], $"{x[i]:R} became {narrow[i]:x4} as {typeof(T).Name}, expected {expected:x4}");
            }

            float[] single = [.. x.Select(x => (float)x)];
            narrow = PatternsOf<T, float>(single);
            for (int i = 0; i < x.Length; i++)
            {
                int expected = Nearest(Math.Abs(single[i]), values) | (float.IsNegative(single[i]) ? 0x8000 : 0);
                Assert.True(expected == narrow[i], $"{single[i]:R} became {narrow[i]:x4} as {typeof(T).Name}, expected {expected:x4}");
            }
        }

        static int Nearest(double x, double[] values)
        {
            int above = Array.BinarySearch(values, x);
            if (above >= 0)
            {
                return above;
            }

            above = ~above;
            if (above == values.Length)
            {
                return values.Length - 1;
            }

            double middle = (values[above - 1] + values[above]) / 2;
            return x < middle || (x == middle && above % 2 == 1) ? above - 1 : above;
        }
    }

    /// <summary>2^24 bit patterns, all upper halves with all kinds of lower ones, NaN by its bits; the whole 2^32 with ONSAGER_CASES above 10^6.</summary>
    [Fact]
    public void Float32_to_float16_is_the_frameworks_conversion()
    {
        float[] x = new float[1 << 16];
        Half[] y = new Half[x.Length];
        uint step = Onsager.Tests.CasesAttribute.Count > 1_000_000 ? 1u : 257;
        for (long first = 0; first < 1L << 32; first += x.Length * (long)step)
        {
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = BitConverter.UInt32BitsToSingle((uint)(first + (i * (long)step)));
            }

            Map.Convert<float, Half>(x, y);
            for (int i = 0; i < x.Length; i++)
            {
                ushort expected = BitConverter.HalfToUInt16Bits((Half)x[i]), got = BitConverter.HalfToUInt16Bits(y[i]);
                Assert.True(expected == got, $"{x[i]:R} ({BitConverter.SingleToUInt32Bits(x[i]):x8}) became {got:x4}, the framework says {expected:x4}");
            }
        }
    }

    [Fact]
    public void All_16_bit_patterns_widen_exactly()
    {
        ushort[] patterns = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        float[] half = new float[patterns.Length], brain = new float[patterns.Length];
        double[] halfWide = WideOf<Half>(patterns), brainWide = WideOf<BFloat16>(patterns);
        Map.Convert<Half, float>(MemoryMarshal.Cast<ushort, Half>(patterns), half);
        Map.Convert<BFloat16, float>(MemoryMarshal.Cast<ushort, BFloat16>(patterns), brain);
        for (int i = 0; i < patterns.Length; i++)
        {
            float ofHalf = (float)BitConverter.UInt16BitsToHalf(patterns[i]), ofBrain = BitConverter.UInt32BitsToSingle((uint)i << 16);
            Assert.True(Bits.Same(ofHalf, half[i]) && Bits.Same(ofHalf, halfWide[i]), $"{i:x4} is {half[i]:R} and {halfWide[i]:R}, expected {ofHalf:R}");
            Assert.True(Bits.Same(ofBrain, brain[i]) && Bits.Same(ofBrain, brainWide[i]), $"{i:x4} is {brain[i]:R} and {brainWide[i]:R}, expected {ofBrain:R}");
            Assert.True(!float.IsNaN(ofBrain) || (BitConverter.SingleToUInt32Bits(brain[i]) & 0x400000) != 0, $"{i:x4} became a signalling NaN");
        }
    }

    [Fact]
    public void Every_register_width_gives_the_same_patterns()
    {
        float[] x = [.. Enumerable.Range(0, 70_001).Select(i => BitConverter.UInt32BitsToSingle((uint)i * 61357))];
        double[] wide = [.. Enumerable.Range(0, 70_001).Select(i => BitConverter.UInt64BitsToDouble((ulong)i * 0x9E3779B97F4A7C15)), .. x.Select(x => (double)x)];
        Same<Float16Format>();
        Same<BFloat16Format>();

        void Same<TFormat>()
            where TFormat : struct, IStorageFormat
        {
            ushort[] single = Narrow<TFormat, F32x1, float>(x), twice = Narrow<TFormat, F64x1, double>(wide);
            Assert.Equal(single, Narrow<TFormat, F32x4, float>(x));
            Assert.Equal(single, Narrow<TFormat, F32x8, float>(x));
            Assert.Equal(single, Narrow<TFormat, F32x16, float>(x));
            Assert.Equal(twice, Narrow<TFormat, F64x2, double>(wide));
            Assert.Equal(twice, Narrow<TFormat, F64x4, double>(wide));
            Assert.Equal(twice, Narrow<TFormat, F64x8, double>(wide));
            Assert.Equal(Widen<TFormat, F32x1, float>(single), Widen<TFormat, F32x16, float>(single));
            Assert.Equal(Widen<TFormat, F32x1, float>(single), Widen<TFormat, F32x4, float>(single));
            Assert.Equal(Widen<TFormat, F64x1, double>(single), Widen<TFormat, F64x8, double>(single));
            Assert.Equal(Widen<TFormat, F64x1, double>(single), Widen<TFormat, F64x2, double>(single));
        }
    }

    [GuardedFact]
    public void Conversions_touch_only_their_spans()
    {
        Guarded<float, Half>();
        Guarded<float, BFloat16>();
        Guarded<float, double>();
        Guarded<float, float>();
        Guarded<float, int>();
        Guarded<float, long>();
        Guarded<float, bool>();
        Guarded<double, Half>();
        Guarded<double, BFloat16>();
        Guarded<double, float>();
        Guarded<double, int>();
        Guarded<double, long>();
        Guarded<double, bool>();
        Guarded<Half, float>();
        Guarded<Half, double>();
        Guarded<Half, Half>();
        Guarded<BFloat16, float>();
        Guarded<BFloat16, double>();
        Guarded<int, float>();
        Guarded<int, double>();
        Guarded<int, long>();
        Guarded<int, bool>();
        Guarded<long, float>();
        Guarded<long, double>();
        Guarded<long, int>();
        Guarded<long, bool>();
        Guarded<bool, float>();
        Guarded<bool, double>();
        Guarded<bool, int>();
        Guarded<bool, long>();
        Guarded<float, sbyte>();
        Guarded<float, byte>();
        Guarded<double, short>();
        Guarded<double, ushort>();
        Guarded<float, uint>();
        Guarded<double, ulong>();
        Guarded<sbyte, float>();
        Guarded<byte, double>();
        Guarded<short, float>();
        Guarded<ushort, double>();
        Guarded<uint, float>();
        Guarded<ulong, double>();
        Guarded<ulong, int>();
        Guarded<short, sbyte>();
        Guarded<sbyte, bool>();
        Guarded<bool, ushort>();

        static void Guarded<TFrom, TTo>()
            where TFrom : unmanaged
            where TTo : unmanaged
        {
            using GuardedMemory input = new(4096), output = new(4096);
            TFrom[] numbers = new TFrom[300];
            Map.Convert<float, TFrom>([.. Enumerable.Range(0, 300).Select(i => (float)((i % 7) - 3))], numbers);
            TTo[] expected = new TTo[300];
            for (int i = 0; i < 300; i++)
            {
                Map.Convert<TFrom, TTo>(numbers.AsSpan(i, 1), expected.AsSpan(i, 1));
            }

            for (int length = 0; length <= 300; length++)
            {
                for (int place = 0; place < 32; place++)
                {
                    (bool atEnd, int shift) = (place % 2 == 0, place / 2);
                    output.All.Fill(0xA5);
                    Span<TFrom> x = shift % 3 == 0 ? input.AtEnd<TFrom>(length, shift) : input.AtStart<TFrom>(length, shift);
                    Span<TTo> y = atEnd ? output.AtEnd<TTo>(length, shift) : output.AtStart<TTo>(length, shift);
                    numbers.AsSpan(0, length).CopyTo(x);
                    Map.Convert<TFrom, TTo>(x, y);
                    Assert.True(y.SequenceEqual(expected.AsSpan(0, length)), $"{typeof(TFrom).Name} to {typeof(TTo).Name}, length {length}");
                    MemoryMarshal.AsBytes(y).Fill(0xA5);
                    Assert.Equal(-1, output.All.IndexOfAnyExcept((byte)0xA5));
                }
            }
        }
    }

    [Fact]
    public void Numbers_become_integers_toward_zero_and_stop_at_the_range()
    {
        double[] x = [0, -0.0, 0.99, -0.99, 2.5, -2.5, 2147483646.7, 2147483648, -2147483648.5, -2147483649, 9.2e18, 9.3e18, -9.3e18, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 4.9e-324, 16777217, 33];
        x = [.. x, .. x, .. x];
        Check<double, int>(x, [.. x.Select(x => double.IsNaN(x) ? 0 : (int)Math.Clamp(Math.Truncate(x), int.MinValue, int.MaxValue))]);
        Check<double, long>(x, [.. x.Select(x => double.IsNaN(x) ? 0 : x >= 9223372036854775808.0 ? long.MaxValue : x <= -9223372036854775808.0 ? long.MinValue : (long)x)]);
        float[] single = [.. x.Select(x => (float)x)];
        Check<float, int>(single, [.. single.Select(x => float.IsNaN(x) ? 0 : (int)Math.Clamp(Math.Truncate((double)x), int.MinValue, int.MaxValue))]);
        Check<float, long>(single, [.. single.Select(x => float.IsNaN(x) ? 0 : x >= 9223372036854775808.0 ? long.MaxValue : x <= -9223372036854775808.0 ? long.MinValue : (long)x)]);
    }

    [Fact]
    public void Integers_become_the_nearest_number()
    {
        long[] x = [0, 1, -1, 16777217, 16777219, -16777217, (1L << 53) + 1, (1L << 53) + 3, long.MaxValue, long.MinValue, (1L << 62) + (1L << 38), (1L << 62) + (1L << 38) + 1, (1L << 24 << 30) + (1L << 30) + 1];
        x = [.. x, .. x];
        Check<long, double>(x, [.. x.Select(x => double.Parse(x.ToString()))]);
        Check<long, float>(x, [.. x.Select(x => float.Parse(x.ToString()))]);
        int[] small = [.. x.Select(x => unchecked((int)x))];
        Check<int, float>(small, [.. small.Select(x => float.Parse(x.ToString()))]);
        Check<int, double>(small, [.. small.Select(x => (double)x)]);
        Check<long, int>([1, -5, 1L << 40, -(1L << 40)], [1, -5, int.MaxValue, int.MinValue]);
        Check<int, long>([7, int.MinValue], [7, int.MinValue]);
    }

    [Fact]
    public void Every_integer_type_stops_at_its_range_and_wraps_where_it_is_asked_to()
    {
        Every<sbyte>();
        Every<short>();
        Every<int>();
        Every<long>();
        Every<byte>();
        Every<ushort>();
        Every<uint>();
        Every<ulong>();

        static void Every<T>()
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            double[] x = [0, -0.0, 0.99, -0.99, 2.5, -2.5, 126.9, 127, 128, -128.9, -129, 255.5, 256, 32768, -32769, 65536, 2147483648, 4294967296, 9.2e18, 9.3e18, 1.9e19, -1e30, 1e30, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
            x = [.. x, .. x];
            T[] expected = [.. x.Select(x => Stopped<T>(x))];
            Check<double, T>(x, expected);
            Check<float, T>([.. x.Select(x => (float)x)], [.. x.Select(x => Stopped<T>((float)x))]);
            Check<T, double>(expected, [.. expected.Select(x => double.Parse(x.ToString()!))]);
            Check<T, float>(expected, [.. expected.Select(x => float.Parse(x.ToString()!))]);
            Check<T, bool>(expected, [.. expected.Select(x => x != T.Zero)]);

            // What is between the bits of the shortest and the longest type, as numbers of every one.
            Random random = new(5);
            Int128[] wild = [.. Enumerable.Range(0, 200).Select(i => (Int128)random.NextInt64(long.MinValue, long.MaxValue) >> (i % 64)), 0, 1, -1, long.MinValue, ulong.MaxValue];
            T[] from = [.. wild.Select(T.CreateTruncating)];
            Wrapped<T, sbyte>(from);
            Wrapped<T, short>(from);
            Wrapped<T, int>(from);
            Wrapped<T, long>(from);
            Wrapped<T, byte>(from);
            Wrapped<T, ushort>(from);
            Wrapped<T, uint>(from);
            Wrapped<T, ulong>(from);
        }

        static T Stopped<T>(double x)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
            double.IsNaN(x) ? T.Zero : Math.Abs(x) < 1e20 ? T.CreateChecked(Int128.Clamp((Int128)Math.Truncate(x), Int128.CreateChecked(T.MinValue), Int128.CreateChecked(T.MaxValue))) : x < 0 ? T.MinValue : T.MaxValue;

        static void Wrapped<TFrom, TTo>(TFrom[] x)
            where TFrom : unmanaged, IBinaryInteger<TFrom>
            where TTo : unmanaged, IBinaryInteger<TTo>
        {
            for (int length = 0; length <= x.Length; length++)
            {
                TTo[] y = new TTo[length];
                Integers.Wrap<TFrom, TTo>(x.AsSpan(0, length), y);
                int bits = int.CreateChecked(TTo.PopCount(TTo.AllBitsSet));
                for (int i = 0; i < length; i++)
                {
                    // The lowest bits, and their sign where the type has one.
                    Int128 rest = Int128.CreateChecked(x[i]) & ((Int128.One << bits) - 1);
                    Int128 expected = TTo.IsNegative(TTo.AllBitsSet) && rest >> (bits - 1) != 0 ? rest - (Int128.One << bits) : rest;
                    Assert.True(expected == Int128.CreateChecked(y[i]), $"{x[i]} as {typeof(TTo).Name}: {y[i]}, length {length}");
                }
            }
        }
    }

    [Fact]
    public void Booleans_are_0_and_1_and_all_but_zeros_are_true()
    {
        Check<double, bool>([0, -0.0, double.Epsilon, double.NaN, -2, double.NegativeInfinity], [false, false, true, true, true, true]);
        Check<int, bool>([0, 1, -1, 256], [false, true, true, true]);
        Check<bool, float>([true, false, true], [1, 0, 1]);
        Check<bool, long>([true, false], [1, 0]);
    }

    [Fact]
    public void Other_pairs_overlaps_and_lengths_are_refused_and_arithmetic_on_storage_types_too()
    {
        Assert.Equal(
            "convert: Int32 to Half; float, double, bool and integers convert to one another, Half and BFloat16 from and to float and double.",
            Assert.Throws<NotSupportedException>(() => Map.Convert<int, Half>(new int[2], new Half[2])).Message);
        Assert.Throws<NotSupportedException>(() => Map.Convert<decimal, float>(new decimal[2], new float[2]));
        Assert.Equal(
            "convert: x has 2 elements, the output has 3. (Parameter 'x')",
            Assert.Throws<ArgumentException>(() => Map.Convert<float, Half>(new float[2], new Half[3])).Message);
        float[] memory = [1, 2, 3, 4];
        Assert.Throws<ArgumentException>(() => Map.Convert<float, Half>(memory, MemoryMarshal.Cast<float, Half>(memory.AsSpan())[..4]));
        Assert.Equal(
            "add: the element type is BFloat16; float (Single) and double (Double) are supported.",
            Assert.Throws<NotSupportedException>(() => Map.Binary<Add, BFloat16>(new BFloat16[2], new BFloat16[2], new BFloat16[2])).Message);
    }

    [Fact]
    public void A_bfloat16_converts_compares_and_prints_as_its_float32()
    {
        BFloat16 x = (BFloat16)3.14159f, nan = (BFloat16)float.NaN;
        Assert.Equal(0x4049, x.Bits);
        Assert.Equal(3.140625f, (float)x);
        Assert.Equal("3.140625", x.ToString());
        Assert.True(x == (BFloat16)3.1406, "the same number");
        Assert.False(nan == (BFloat16)double.NaN, "NaN is not equal to itself");
        Assert.True(nan.Equals(nan), "NaN is one key");
        Assert.Equal(float.PositiveInfinity, (float)(BFloat16)3.4e38f);
        Assert.Equal(new BFloat16(0x8000), (BFloat16)(-0.0));
    }

    private static void Check<TFrom, TTo>(TFrom[] x, TTo[] expected)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        TTo[] y = new TTo[x.Length];
        Map.Convert<TFrom, TTo>(x, y);
        Assert.Equal(expected, y);
    }

    private static double[] WideOf<T>(ushort[] patterns)
        where T : unmanaged
    {
        double[] y = new double[patterns.Length];
        Map.Convert<T, double>(MemoryMarshal.Cast<ushort, T>(patterns), y);
        return y;
    }

    private static ushort[] PatternsOf<T, TFrom>(TFrom[] x)
        where T : unmanaged
        where TFrom : unmanaged
    {
        ushort[] y = new ushort[x.Length];
        Map.Convert<TFrom, T>(x, MemoryMarshal.Cast<ushort, T>(y.AsSpan()));
        return y;
    }

    private static unsafe ushort[] Narrow<TFormat, V, T>(T[] x)
        where TFormat : struct, IStorageFormat
        where V : unmanaged, IMemoryLanes<V, T>
        where T : unmanaged
    {
        ushort[] y = new ushort[x.Length];
        fixed (T* px = x)
        {
            fixed (ushort* py = y)
            {
                new NarrowLoop<TFormat, T>(px, py, x.Length).Run<V>();
            }
        }

        return y;
    }

    private static unsafe long[] Widen<TFormat, V, T>(ushort[] x)
        where TFormat : struct, IStorageFormat
        where V : unmanaged, IMemoryLanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] y = new T[x.Length];
        fixed (ushort* px = x)
        {
            fixed (T* py = y)
            {
                new WidenLoop<TFormat, T>(px, py, x.Length).Run<V>();
            }
        }

        return [.. y.Select(y => T.IsNaN(y) ? long.MaxValue : BitConverter.DoubleToInt64Bits(double.CreateTruncating(y)))];
    }
}
