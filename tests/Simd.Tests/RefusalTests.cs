using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Bad input to every elementwise form: the exact exception and message, and nothing written.</summary>
public class RefusalTests
{
    private delegate void OnTwo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z);

    private delegate void OnOne<T>(ReadOnlySpan<T> x, Span<T> y);

    [Theory, MemberData(nameof(OpTable.Names), MemberType = typeof(OpTable))]
    public void Operators_refuse_other_lengths_partial_overlaps_and_other_types(string name)
    {
        OpTable.Row(name).Accept(new OnOperators<float>());
        OpTable.Row(name).Accept(new OnOperators<double>());
    }

    [Fact]
    public void Integer_operations_refuse_other_lengths_and_partial_overlaps()
    {
        Refuse<int>();
        Refuse<long>();

        static void Refuse<T>()
            where T : unmanaged, System.Numerics.IBinaryInteger<T>, System.Numerics.ISignedNumber<T>
        {
            Two<T>("add", Integers.Add);
            Two<T>("sub", Integers.Subtract);
            Two<T>("mul", Integers.Multiply);
            Two<T>("div", Integers.Divide);
            Two<T>("remainder", Integers.Remainder);
            Two<T>("min", Integers.Minimum);
            Two<T>("max", Integers.Maximum);
            Two<T>("and", Integers.And);
            Two<T>("or", Integers.Or);
            Two<T>("xor", Integers.Xor);
            One<T>("neg", Integers.Negate);
            One<T>("abs", Integers.Abs);
            One<T>("sign", Integers.Sign);
            One<T>("not", Integers.Not);
            One<T>("shift left", (x, y) => Integers.ShiftLeft(x, 1, y));
            One<T>("shift right", (x, y) => Integers.ShiftRight(x, 1, y));
            One<T>("shift right logical", (x, y) => Integers.ShiftRightLogical(x, 1, y));
            One<T>("cumsum", Integers.CumulativeSum);
        }
    }

    [Fact]
    public void Boolean_operations_refuse_other_lengths_and_partial_overlaps()
    {
        Two<bool>("and", Booleans.And);
        Two<bool>("or", Booleans.Or);
        Two<bool>("xor", Booleans.Xor);
        One<bool>("not", Booleans.Not);
        Two<double>("select", (x, y, z) => Booleans.Select(new bool[z.Length], x, y, z));
        Refused<ArgumentException>(
            "select: mask has 3 elements, the output has 4. (Parameter 'mask')", () => Booleans.Select<int>(new bool[3], new int[4], new int[4], new int[4]));
        bool[] flags = [true, false, true, true];
        Refused<ArgumentException>(
            "select: mask overlaps the output, which has another element type; use separate memory. (Parameter 'mask')",
            () => Booleans.Select<bool>(flags, new bool[4], new bool[4], flags));
        Refused<NotSupportedException>(
            "select: elements of 16 bytes (Decimal); 1, 2, 4 and 8 are supported.",
            () => Booleans.Select<decimal>(new bool[1], new decimal[1], new decimal[1], new decimal[1]));
        Assert.Equal([true, false, true, true], flags);
    }

    [Fact]
    public void Comparisons_and_conversions_refuse_other_lengths_and_shared_memory()
    {
        float[] memory = [1, 2, 3, 4];
        Refused<ArgumentException>("less: x has 3 elements, the output has 4. (Parameter 'x')", () => Compare.Run<IsLess, float>(new float[3], new float[4], new bool[4]));
        Refused<ArgumentException>("less: y has 3 elements, the output has 4. (Parameter 'y')", () => Compare.Run<IsLess, float>(new float[4], new float[3], new bool[4]));
        Refused<ArgumentException>("equal: x has 3 elements, the output has 4. (Parameter 'x')", () => Compare.Run<IsEqual, float>(new float[3], 1, new bool[4]));
        const string shared = "overlaps the output, which has another element type; use separate memory.";
        Refused<ArgumentException>($"less: x {shared} (Parameter 'x')", () => Compare.Run<IsLess, float>(memory, new float[4], Inside<bool>(memory)));
        Refused<ArgumentException>($"less: y {shared} (Parameter 'y')", () => Compare.Run<IsLess, float>(new float[4], memory, Inside<bool>(memory)));
        Refused<ArgumentException>($"less: x {shared} (Parameter 'x')", () => Compare.Run<IsLess, float>(memory, 1, Inside<bool>(memory)));
        Refused<ArgumentException>($"convert: x {shared} (Parameter 'x')", () => Map.Convert<float, Half>(memory, Inside<Half>(memory)));
        Refused<ArgumentException>($"convert: x {shared} (Parameter 'x')", () => Map.Convert<float, int>(memory, Inside<int>(memory)));
        Refused<ArgumentException>("convert: x has 4 elements, the output has 3. (Parameter 'x')", () => Map.Convert<float, double>(memory, new double[3]));
        Refused<NotSupportedException>(
            "convert: Single to Decimal; float, double, bool and integers convert to one another, Half and BFloat16 from and to float and double.",
            () => Map.Convert<float, decimal>(memory, new decimal[4]));
        short[] integers = [1, 2, 3, 4];
        Refused<ArgumentException>($"wrap: x {shared} (Parameter 'x')", () => Integers.Wrap<short, byte>(integers, System.Runtime.InteropServices.MemoryMarshal.AsBytes(integers.AsSpan())[..4]));
        Refused<ArgumentException>("wrap: x has 4 elements, the output has 3. (Parameter 'x')", () => Integers.Wrap<short, uint>(integers, new uint[3]));
        Assert.Equal([1, 2, 3, 4], memory);

        static Span<TTo> Inside<TTo>(float[] memory)
            where TTo : unmanaged => System.Runtime.InteropServices.MemoryMarshal.Cast<float, TTo>(memory.AsSpan())[..4];
    }

    [Fact]
    public void Shifts_refuse_counts_beyond_the_type()
    {
        int[] x = [1, 2], y = [7, 7];
        foreach (int count in (int[])[-1, 32, int.MaxValue])
        {
            Refused<ArgumentOutOfRangeException>(Message("shift left", count), () => Integers.ShiftLeft<int>(x, count, y));
            Refused<ArgumentOutOfRangeException>(Message("shift right", count), () => Integers.ShiftRight<int>(x, count, y));
            Refused<ArgumentOutOfRangeException>(Message("shift right logical", count), () => Integers.ShiftRightLogical<int>(x, count, y));
        }

        Assert.Equal([7, 7], y);

        static string Message(string name, int count) => $"{name}: the count must be from 0 to 31. (Parameter 'count')\nActual value was {count}.";
    }

    /// <summary>The exact type, not one derived from it, and the exact message.</summary>
    internal static void Refused<TException>(string message, Action work)
        where TException : Exception => Assert.Equal(message, Assert.Throws<TException>(work).Message.ReplaceLineEndings("\n"));

    private static void Two<T>(string name, OnTwo<T> work)
        where T : unmanaged
    {
        Refused<ArgumentException>($"{name}: x has 3 elements, the output has 4. (Parameter 'x')", () => work(new T[3], new T[4], new T[4]));
        Refused<ArgumentException>($"{name}: y has 5 elements, the output has 4. (Parameter 'y')", () => work(new T[4], new T[5], new T[4]));
        T[] memory = Patterns<T>();
        Refused<ArgumentException>(Partly(name, "x", 1), () => work(memory.AsSpan(0, 6), new T[6], memory.AsSpan(1, 6)));
        Refused<ArgumentException>(Partly(name, "x", -5), () => work(memory.AsSpan(5, 6), new T[6], memory.AsSpan(0, 6)));
        Refused<ArgumentException>(Partly(name, "y", 5), () => work(new T[6], memory.AsSpan(0, 6), memory.AsSpan(5, 6)));
        Refused<ArgumentException>(Partly(name, "y", -1), () => work(memory.AsSpan(0, 6), memory.AsSpan(1, 6), memory.AsSpan(0, 6)));
        Assert.Equal(Patterns<T>(), memory);
    }

    private static void One<T>(string name, OnOne<T> work)
        where T : unmanaged
    {
        Refused<ArgumentException>($"{name}: x has 3 elements, the output has 4. (Parameter 'x')", () => work(new T[3], new T[4]));
        T[] memory = Patterns<T>();
        Refused<ArgumentException>(Partly(name, "x", 1), () => work(memory.AsSpan(0, 6), memory.AsSpan(1, 6)));
        Refused<ArgumentException>(Partly(name, "x", -5), () => work(memory.AsSpan(5, 6), memory.AsSpan(0, 6)));
        Assert.Equal(Patterns<T>(), memory);
    }

    private static string Partly(string name, string parameter, int offset) =>
        $"{name}: {parameter} partly overlaps the output (shifted by {offset} elements); use the same memory or separate memory. (Parameter '{parameter}')";

    private static T[] Patterns<T>()
        where T : unmanaged
    {
        T[] memory = new T[12];
        Span<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(memory.AsSpan());
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i % 2);
        }

        return memory;
    }

    private sealed class OnOperators<T> : IOpVisitor
        where T : unmanaged
    {
        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            One<T>(TOp.Name, Map.Unary<TOp, T>);
            Refused<NotSupportedException>(NoLanes<TOp>(), () => Map.Unary<TOp, int>(new int[2], new int[2]));
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            Two<T>(TOp.Name, Map.Binary<TOp, T>);
            One<T>(TOp.Name, (x, z) => Map.Binary<TOp, T>(x, default(T), z));
            T[] memory = Patterns<T>();
            Refused<ArgumentException>($"{TOp.Name}: y has 3 elements, the output has 4. (Parameter 'y')", () => Map.Binary<TOp, T>(default(T), new T[3], new T[4]));
            Refused<ArgumentException>(Partly(TOp.Name, "y", 2), () => Map.Binary<TOp, T>(default(T), memory.AsSpan(0, 6), memory.AsSpan(2, 6)));
            Assert.Equal(Patterns<T>(), memory);
            Refused<NotSupportedException>(NoLanes<TOp>(), () => Map.Binary<TOp, int>(new int[2].AsSpan(), new int[2].AsSpan(), new int[2]));
            Refused<NotSupportedException>(NoLanes<TOp>(), () => Map.Binary<TOp, int>(new int[2], 1, new int[2]));
            Refused<NotSupportedException>(NoLanes<TOp>(), () => Map.Binary<TOp, int>(1, new int[2], new int[2]));
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp
        {
            Two<T>(TOp.Name, (x, y, w) => Map.Ternary<TOp, T>(x, y, new T[w.Length], w));
            T[] memory = Patterns<T>();
            Refused<ArgumentException>($"{TOp.Name}: z has 3 elements, the output has 4. (Parameter 'z')", () => Map.Ternary<TOp, T>(new T[4], new T[4], new T[3], new T[4]));
            Refused<ArgumentException>(Partly(TOp.Name, "z", 2), () => Map.Ternary<TOp, T>(new T[6], new T[6], memory.AsSpan(0, 6), memory.AsSpan(2, 6)));
            Assert.Equal(Patterns<T>(), memory);
            Refused<NotSupportedException>(NoLanes<TOp>(), () => Map.Ternary<TOp, int>(new int[2], new int[2], new int[2], new int[2]));
        }

        private static string NoLanes<TOp>()
            where TOp : struct, IOperator => $"{TOp.Name}: the element type is Int32; float (Single) and double (Double) are supported.";
    }
}
