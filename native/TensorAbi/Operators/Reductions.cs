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
        new NumberOperator<ProductAction, IntegerReduced<IntegerProduct>>("prod", Axes),
        new NumberOperator<ArgMaxAction, IntegerPlace<FirstMaximum>>("argmax", Place),
        new NumberOperator<ArgMinAction, IntegerPlace<FirstMinimum>>("argmin", Place),
        new EqualityOperator<AllAction>("all", Axes),
        new EqualityOperator<AnyAction>("any", Axes),
        new EqualityOperator<CountAction>("count_nonzero", Axes),
        new RealOperator<SoftmaxAction>("softmax", Axis),
        new RealOperator<LogSoftmaxAction>("log_softmax", Axis),
        new NumberOperator<CumulativeSumAction, IntegerScan<RunningSum>>("cumulative_sum", Axis),
        new NumberOperator<CumulativeProductAction, IntegerScan<RunningProduct>>("cumulative_prod", Axis),
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
        where T : unmanaged => Of(call, call.Input<T>(0));

    /// <summary>The norm of an array, or of the sizes of complex numbers.</summary>
    public static void Of<T>(Call call, Tensor<T> x)
        where T : unmanaged
    {
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
        where T : unmanaged => call.Return(call.Seen<T>(0).All(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct AnyAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Seen<T>(0).Any(call.Axes(), call.Flag("keepdims")));
}

internal readonly struct CountAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Seen<T>(0).CountNonzero(call.Axes(), call.Flag("keepdims")));
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

/// <summary>
/// Products of neighbours along an axis, then the same of what comes out; an odd last element waits. The derivative is that of these products, so it is right beside zeros.
/// Factors that leave the range of numbers together are infinite or 0 before the others are seen: 1e200, 1e200, 1e-200, 1e-200 have the product NaN.
/// </summary>
internal readonly struct ProductAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Input<T>(0);
        bool keeps = call.Flag("keepdims"), isOwn = false;

        // From the last axis on, so that the numbers of those before it stay.
        foreach (int axis in Counted.FromTheEnd(call.Axes(), x.Rank, call.Name))
        {
            isOwn |= x.Shape[axis] != 1;
            x = Along(x, axis);
            x = keeps ? x : x.Squeeze(axis);
        }

        // Where nothing is multiplied, x is still the input's memory.
        call.Return(isOwn ? x : x.Clone());
    }

    private static Tensor<T> Along<T>(Tensor<T> x, int axis)
        where T : unmanaged
    {
        if (x.Shape[axis] == 0)
        {
            nint[] extents = [.. x.Shape];
            extents[axis] = 1;
            return Tensor.Full(Shape.Create(extents), Tensor.Constant<T>(1));
        }

        while (x.Shape[axis] > 1)
        {
            nint count = x.Shape[axis], half = count / 2;
            Tensor<T> product = x.Slice(axis, 0, 2 * half, 2) * x.Slice(axis, 1, 2 * half, 2);
            x = count == 2 * half ? product : Tensor.Concatenate(axis, product, x.Slice(axis, count - 1, count));
        }

        return x;
    }
}

/// <summary>
/// The products up to each element: each is multiplied by the one 1, 2, 4, ... before it (Hillis and Steele, 1986), which has a derivative that is right beside zeros.
/// </summary>
internal readonly struct CumulativeProductAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Input<T>(0);
        int axis = x.Shape.Axis(call.Small("axis"), call.Name);
        nint count = x.Shape[axis];
        for (nint step = 1; step < count; step *= 2)
        {
            x = Tensor.Concatenate(axis, x.Slice(axis, 0, step), x.Slice(axis, step, count) * x.Slice(axis, 0, count - step));
        }

        call.Return(count > 1 ? x : x.Clone());
    }
}
