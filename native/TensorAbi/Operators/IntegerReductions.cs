using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>What becomes of a line of integers: of their type, or where it is wide, as the 64 bits of int64 or uint64.</summary>
internal interface IIntegerReduction
{
    static abstract string Name { get; }

    static abstract bool IsWide { get; }

    static abstract bool HasEmpty { get; }

    static abstract long Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>Integers reduced over some axes, line by line.</summary>
internal readonly struct IntegerReduced<TReduction> : IIntegerAction
    where TReduction : IIntegerReduction
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (TReduction.IsWide)
        {
            call.Return(Lines<T, long>(call), Wide.Of(call.Element));
        }
        else
        {
            call.Return(Lines<T, T>(call));
        }
    }

    private static Tensor<TResult> Lines<T, TResult>(Call call)
        where T : unmanaged, IBinaryInteger<T>
        where TResult : unmanaged, IBinaryInteger<TResult>
    {
        Tensor<T> x = call.Input<T>(0);
        int[] axes = call.Axes();
        Layout lines = Reductions.AxesLast(x.Layout, axes, TReduction.Name, out Shape kept, out Shape keptWithOnes);
        if (!TReduction.HasEmpty)
        {
            Reductions.CheckNotEmpty(TReduction.Name, x.Shape, axes, kept);
        }

        Span<T> elements = x.View(lines).Contiguous().AsSpan();
        Tensor<TResult> y = Tensor.Empty<TResult>(call.Flag("keepdims") ? keptWithOnes : kept);
        Span<TResult> results = y.AsSpan();
        int length = results.Length == 0 ? 0 : elements.Length / results.Length;
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = TResult.CreateTruncating(TReduction.Of<T>(elements.Slice(i * length, length)));
        }

        return y;
    }
}

internal readonly struct IntegerSum : IIntegerReduction
{
    public static string Name => "sum";

    public static bool IsWide => true;

    public static bool HasEmpty => true;

    public static long Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged, IBinaryInteger<T>
    {
        long sum = 0;
        foreach (T x in line)
        {
            sum = unchecked(sum + long.CreateTruncating(x));
        }

        return sum;
    }
}

/// <summary>A product wraps around.</summary>
internal readonly struct IntegerProduct : IIntegerReduction
{
    public static string Name => "prod";

    public static bool IsWide => true;

    public static bool HasEmpty => true;

    public static long Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged, IBinaryInteger<T>
    {
        long product = 1;
        foreach (T x in line)
        {
            product = unchecked(product * long.CreateTruncating(x));
        }

        return product;
    }
}

internal readonly struct IntegerMax : IIntegerReduction
{
    public static string Name => "max";

    public static bool IsWide => false;

    public static bool HasEmpty => false;

    public static long Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged, IBinaryInteger<T> => long.CreateTruncating(Integers.Max(line));
}

internal readonly struct IntegerMin : IIntegerReduction
{
    public static string Name => "min";

    public static bool IsWide => false;

    public static bool HasEmpty => false;

    public static long Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged, IBinaryInteger<T> => long.CreateTruncating(Integers.Min(line));
}

/// <summary>What a scan of integers keeps from one element to the next.</summary>
internal interface IIntegerStep
{
    static abstract long First { get; }

    static abstract long Next(long before, long x);
}

internal readonly struct RunningSum : IIntegerStep
{
    public static long First => 0;

    public static long Next(long before, long x) => unchecked(before + x);
}

internal readonly struct RunningProduct : IIntegerStep
{
    public static long First => 1;

    public static long Next(long before, long x) => unchecked(before * x);
}

/// <summary>Integers along one axis, as int64 or uint64: what stands before each element and the element itself.</summary>
internal readonly struct IntegerScan<TStep> : IIntegerAction
    where TStep : IIntegerStep
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryInteger<T>
    {
        Tensor<T> x = call.Input<T>(0).Contiguous();
        Tensor<long> y = Tensor.Empty<long>(x.Shape);
        int axis = x.Shape.Axis(call.Small("axis"), call.Name);
        int length = (int)x.Shape[axis], stride = 1;
        for (int after = axis + 1; after < x.Rank; after++)
        {
            stride *= (int)x.Shape[after];
        }

        ReadOnlySpan<T> elements = x.AsSpan();
        Span<long> results = y.AsSpan();
        for (int first = 0; first < results.Length; first += length * stride)
        {
            for (int column = first; column < first + stride; column++)
            {
                long kept = TStep.First;
                for (int i = 0; i < length; i++)
                {
                    int at = column + (i * stride);
                    results[at] = kept = TStep.Next(kept, long.CreateTruncating(elements[at]));
                }
            }
        }

        call.Return(y, Wide.Of(call.Element));
    }
}

/// <summary>What sums and products of integers are, of which 64 bits are right whatever the sign.</summary>
internal static class Wide
{
    public static ElementType Of(ElementType type) => type.IsUnsigned() ? ElementType.UInt64 : ElementType.Int64;
}

/// <summary>Which of two integers is the more extreme one.</summary>
internal interface IIntegerOrder
{
    static abstract string Name { get; }

    static abstract bool IsBeyond<T>(T x, T y)
        where T : unmanaged, INumber<T>;
}

internal readonly struct FirstMaximum : IIntegerOrder
{
    public static string Name => "argmax";

    public static bool IsBeyond<T>(T x, T y)
        where T : unmanaged, INumber<T> => x > y;
}

internal readonly struct FirstMinimum : IIntegerOrder
{
    public static string Name => "argmin";

    public static bool IsBeyond<T>(T x, T y)
        where T : unmanaged, INumber<T> => x < y;
}

/// <summary>Where the first of the most extreme integers is, along an axis or in the flattened tensor.</summary>
internal readonly struct IntegerPlace<TOrder> : IIntegerAction
    where TOrder : IIntegerOrder
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryInteger<T>
    {
        Tensor<T> x = call.Input<T>(0);
        int[] axes = call.Has("axis") ? [x.Shape.Axis(call.Small("axis"), call.Name)] : call.Axes();
        Layout lines = Reductions.AxesLast(x.Layout, axes, TOrder.Name, out Shape kept, out Shape keptWithOnes);
        Reductions.CheckNotEmpty(TOrder.Name, x.Shape, axes, kept);
        Span<T> elements = x.View(lines).Contiguous().AsSpan();
        Tensor<int> y = Tensor.Empty<int>(call.Has("axis") && call.Flag("keepdims") ? keptWithOnes : kept);
        Span<int> places = y.AsSpan();
        int length = places.Length == 0 ? 0 : elements.Length / places.Length;
        for (int i = 0; i < places.Length; i++)
        {
            ReadOnlySpan<T> line = elements.Slice(i * length, length);
            int place = 0;
            for (int j = 1; j < length; j++)
            {
                place = TOrder.IsBeyond(line[j], line[place]) ? j : place;
            }

            places[i] = place;
        }

        call.Return(y);
    }
}
