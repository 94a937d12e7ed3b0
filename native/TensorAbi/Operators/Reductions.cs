using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Sums, extrema and what else becomes fewer elements; and what goes along one axis.</summary>
internal static class ReductionOperators
{
    private const string Axes = "x; axes: integers = all, keepdims: flag = 0";
    private const string Corrected = "x; axes: integers = all, correction: number = 0, keepdims: flag = 0";
    private const string Axis = "x; axis: integer";
    private const string Place = "x; axis: integer = of the flattened tensor, keepdims: flag = 0";

    public static IEnumerable<Operator> All =>
    [
        new NumberOperator<SumAction, IntegerReduced<IntegerSum>>("sum", Axes),
        new RealOperator<MeanAction>("mean", Axes),
        new NumberOperator<MaxAction, IntegerReduced<IntegerMax>>("max", Axes),
        new NumberOperator<MinAction, IntegerReduced<IntegerMin>>("min", Axes),
        new RealOperator<LogSumExpAction>("logsumexp", Axes),
        new RealOperator<NormAction>("norm", "x; axes: integers = all, order: text = 2 or 1 or inf, keepdims: flag = 0"),
        new RealOperator<VarianceAction>("var", Corrected),
        new RealOperator<StandardDeviationAction>("std", Corrected),
        new RealOperator<ArgMaxAction>("argmax", Place),
        new RealOperator<ArgMinAction>("argmin", Place),
        new AnyOperator<AllAction>("all", Axes),
        new AnyOperator<AnyAction>("any", Axes),
        new AnyOperator<CountAction>("count_nonzero", Axes),
        new RealOperator<SoftmaxAction>("softmax", Axis),
        new RealOperator<LogSoftmaxAction>("log_softmax", Axis),
        new RealOperator<CumulativeSumAction>("cumulative_sum", Axis),
    ];
}

internal readonly struct SumAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Sum(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct MeanAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Mean(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct MaxAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Max(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct MinAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Min(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct LogSumExpAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).LogSumExp(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct NormAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Input<T>(0);
        int[] axes = call.Axes();
        bool keep = call.Flag("keepdims");
        call.Return(call.Text("order", "2") switch
        {
            "1" => x.Norm1(axes, keep),
            "2" => x.Norm(axes, keep),
            "inf" => x.NormInfinity(axes, keep),
            string order => throw new ArgumentException($"norm: order '{order}' is none of 1, 2 and inf"),
        });
    }
}

internal readonly struct VarianceAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Variance(call.Axes(), call.Number("correction"), call.Flag("keepdims")));
}

internal readonly struct StandardDeviationAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).StandardDeviation(call.Axes(), call.Number("correction"), call.Flag("keepdims")));
}

internal readonly struct ArgMaxAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Has("axis") ? call.Input<T>(0).ArgMax(call.Small("axis"), call.Flag("keepdims")) : call.Input<T>(0).ArgMax());
}

internal readonly struct ArgMinAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Has("axis") ? call.Input<T>(0).ArgMin(call.Small("axis"), call.Flag("keepdims")) : call.Input<T>(0).ArgMin());
}

internal readonly struct AllAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).All(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct AnyAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Any(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct CountAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).CountNonzero(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct SoftmaxAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Softmax(call.Small("axis")));
}

internal readonly struct LogSoftmaxAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).LogSoftmax(call.Small("axis")));
}

internal readonly struct CumulativeSumAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).CumulativeSum(call.Small("axis")));
}

/// <summary>What becomes of a line of integers; sums of int32 are int64.</summary>
internal interface IIntegerReduction
{
    static abstract string Name { get; }

    static abstract bool IsWide { get; }

    static abstract bool HasEmpty { get; }

    static abstract long Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>;
}

/// <summary>int32 and int64 reduced over some axes, line by line.</summary>
internal readonly struct IntegerReduced<TReduction> : IAction
    where TReduction : IIntegerReduction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        if (typeof(T) == typeof(long))
        {
            call.Return(Lines<long, long>(call));
        }
        else if (TReduction.IsWide)
        {
            call.Return(Lines<int, long>(call));
        }
        else
        {
            call.Return(Lines<int, int>(call));
        }
    }

    private static Tensor<TResult> Lines<T, TResult>(Call call)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
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
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
    {
        long sum = 0;
        foreach (T x in line)
        {
            sum = unchecked(sum + long.CreateTruncating(x));
        }

        return sum;
    }
}

internal readonly struct IntegerMax : IIntegerReduction
{
    public static string Name => "max";

    public static bool IsWide => false;

    public static bool HasEmpty => false;

    public static long Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => long.CreateTruncating(Integers.Max(line));
}

internal readonly struct IntegerMin : IIntegerReduction
{
    public static string Name => "min";

    public static bool IsWide => false;

    public static bool HasEmpty => false;

    public static long Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => long.CreateTruncating(Integers.Min(line));
}
