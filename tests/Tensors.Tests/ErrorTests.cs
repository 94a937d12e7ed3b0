using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>Bad input: the exception's type and message to the letter, and nothing changed.</summary>
public sealed class ErrorTests
{
    public static TheoryData<string, Action<Tensor<float>>> Arguments => new()
    {
        { "reshape: [2, 3] has 6 elements, [4] has 4.", x => x.Reshape(4) },
        { "reshape: [2, 3] with 6 elements does not divide into [4, -1].", x => x.Reshape(4, -1) },
        { "reshape: [2, 3] with 6 elements does not divide into [-1, -1].", x => x.Reshape(-1, -1) },
        { "reshape: [2, 3] with 6 elements does not divide into [0, -1].", x => x.Reshape(0, -1) },
        { "shape: axis 0 has the negative extent -6.", x => x.Reshape(-6) },
        { "shape: 9 axes; at most 8 are supported.", x => x.Reshape(1, 1, 1, 1, 1, 1, 1, 2, 3) },
        { "reshape: the strides of this view of shape [3, 2] cannot express [6]; call Contiguous() first.", x => x.Transpose().Flatten() },
        { "shape: [4611686018427387904, 4] has more elements than memory can number.", _ => Shape.Create([(nint)1 << 62, 4]) },
        { "squeeze: axis 0 of [2, 3] has extent 2, not 1.", x => x.Squeeze(0) },
        { "permute: [0, 0] is not a permutation of the 2 axes of [2, 3].", x => x.Permute(0, 0) },
        { "permute: [0] is not a permutation of the 2 axes of [2, 3].", x => x.Permute(0) },
        { "permute: [0, 2] is not a permutation of the 2 axes of [2, 3].", x => x.Permute(0, 2) },
        { "expand: [2, 3] cannot be expanded to [3], which has fewer axes.", x => x.Expand([3]) },
        { "expand: [2, 3] cannot be expanded to [4, 5, 3]: axis 1 has extent 2, not 5 or 1.", x => x.Expand([4, 5, 3]) },
        { "element: 1 indices for [2, 3] with rank 2.", x => _ = x[0] },
        { "copy: [2, 3] has 6 elements, the destination 5.", x => x.CopyTo(new float[5]) },
        { "copy: [2, 3] has 6 elements, the source 7.", x => x.CopyFrom(new float[7]) },
        { "from: 2 elements for [3], which has 3.", _ => Tensor.From<float>([1, 2], [3]) },
        { "add: shapes [2, 3] and [2] do not broadcast: axis 1 has extents 3 and 2.", x => _ = x + Tensor.Zeros<float>([2]) },
        { "fma: shapes [2, 3] and [4, 3] do not broadcast: axis 0 has extents 2 and 4.", x => x.FusedMultiplyAdd(x, Tensor.Zeros<float>([4, 3])) },
        { "matmul: inner dimensions differ: a [2, 3] has k = 3, b [2, 3] has k = 2.", x => x.MatMul(x) },
        { "matmul: inner dimensions differ: a [2, 3] has k = 3, b [4, 1] has k = 4.", x => x.MatMul(Tensor.Zeros<float>([4])) },
        { "matmul: matrices are needed; a has shape [2, 3], b [].", x => x.MatMul(Tensor.Scalar(1f)) },
        { "matmul: shapes [2] and [4] do not broadcast: axis 0 has extents 2 and 4.", _ => Tensor.Zeros<float>([2, 1, 1]).MatMul(Tensor.Zeros<float>([4, 1, 1])) },
        { "linear: a batch [batch, in] and weights [in, out] are needed; got [3] and [3, 2].", x => x.Select(0, 0).Linear(x.Transpose()) },
        { "linear: inner dimensions differ: a [2, 3] has k = 3, b [2, 3] has k = 2.", x => x.Linear(x) },
        { "linear: the bias has shape [3]; [3, 2] needs [2].", x => x.Linear(x.Transpose(), x.Select(0, 0)) },
        { "argmax: [2, 3] has 2 rows of 3; the destination has 3 elements.", x => x.ArgMaxRows(new int[3]) },
        { "argmax: [2, 0] has 0 rows of 0; the destination has 0 elements.", x => x.Slice(1, 0, 0).ArgMaxRows([]) },
        { "softmax cross-entropy: scores [batch, classes] and labels [batch] are needed; got [2, 3] and [3].", x => x.SoftmaxCrossEntropy(Tensor.Zeros<int>([3])) },
        { "softmax cross-entropy: scores [batch, classes] and labels [batch] are needed; got [0, 3] and [0].", x => x.Slice(0, 0, 0).SoftmaxCrossEntropy(Tensor.Zeros<int>([0])) },
        { "sgd: contiguous tensors of shape [2, 3] on cpu are needed; got [3] on cpu.", x => x.Update(new SgdUpdate(1), x.Select(0, 0)) },
        { "adam: 2 moments are needed.", x => x.Update(new AdamUpdate(1, 0, 0, 1, 1), x.Clone()) },
        { "sgd: the destination overlaps an operand; it needs memory of its own.", x => x.Update(new SgdUpdate(1), x) },
        { "adam: the destination overlaps an operand; it needs memory of its own.", x => Update(x, x.Clone(), x.Clone(), x) },
    };

    public static TheoryData<string, Action<Tensor<float>>> Destinations => new()
    {
        { "tanh: the destination has shape [3], the result [2, 3].", x => x.TanhInto(x.Select(0, 0)) },
        { "add: the destination has shape [2, 3], the result [4, 2, 3].", x => x.AddInto(Tensor.Zeros<float>([4, 1, 1]), x) },
        { "sum: the destination has shape [2, 3], the result [].", x => x.SumInto(x) },
        { "copy: the destination has shape [3, 2], the result [2, 3].", x => x.CopyInto(Tensor.Zeros<float>([3, 2])) },
        { "variance: the destination has shape [2], the result [3].", x => x.VarianceInto([0], Tensor.Zeros<float>([2])) },
        { "max: the destination has shape [1, 2], the result [1, 3].", x => x.MaxInto([0], Tensor.Zeros<float>([1, 2])) },
        { Overlap("norm"), x => x.NormInto([0], x.Select(0, 1)) },
        { Overlap("softmax"), x => x.Slice(1, 0, 2).SoftmaxInto(0, x.Slice(1, 1, 3)) },
        { "logsumexp: the destination overlaps an operand; it needs memory of its own.", x => x.LogSumExpInto([], x) },
        { "sum: axis -1 of [2, 3] is given twice.", x => x.Sum([1, -1]) },
        { "matmul: the destination has shape [2, 3], the result [2, 2].", x => x.MatMulInto(x.Transpose(), Tensor.Zeros<float>([2, 3])) },
        { "tanh: the destination is an expanded view, whose elements share memory.", x => x.TanhInto(Tensor.Zeros<float>([1, 3]).Expand([2, 3])) },
        { "matmul: the destination is an expanded view, whose elements share memory.", x => x.MatMulInto(x.Transpose(), Tensor.Zeros<float>([1, 2]).Expand([2, 2])) },
        { "element assignment: the destination is an expanded view, whose elements share memory.", x => x[..1].Expand([2, 3])[0, 1] = 9 },
        { "copy: the destination is an expanded view, whose elements share memory.", _ => Tensor.Zeros<float>([1, 3]).Expand([2, 3]).CopyFrom(new float[6]) },
        { "uniform: the destination is an expanded view, whose elements share memory.", _ => new RandomStream(1).UniformInto(Tensor.Zeros<float>([1, 3]).Expand([2, 3])) },
        { Overlap("tanh"), x => x.Slice(1, 0, 2).TanhInto(x.Slice(1, 1, 3)) },
        { Overlap("add"), x => x.Slice(0, 0, 1).AddInto(x, x) },
        { Overlap("add"), x => x.AddInto(x.Select(0, 1), x) },
        { Overlap("fma"), x => x.TernaryInto<FusedMultiplyAdd>(x, x.Slice(1, 1, 2), x) },
        { Overlap("copy"), x => x.Slice(1, 0, 2).Transpose().CopyInto(x.Slice(1, 1, 3)) },
        { "matmul: the destination overlaps an operand; it needs memory of its own.", x => x.Slice(1, 0, 2).MatMulInto(Tensor.Identity<float>(2), x.Slice(1, 1, 3)) },
    };

    public static TheoryData<string, Action<Tensor<float>>> Ranges => new()
    {
        { "slice: axis 2 does not exist in [2, 3] with rank 2.", x => x.Slice(2, 0, 1) },
        { "slice: 0..4 lies outside axis 1 of [2, 3].", x => x.Slice(1, 0, 4) },
        { "slice: -4..3 lies outside axis 1 of [2, 3].", x => x.Slice(1, -4, 3) },
        { "slice: the step must not be 0.", x => x.Slice(1, 0, 3, 0) },
        { "slice: 3..0 by -1 lies outside axis 1 of [2, 3].", x => x.Slice(1, 3, 0, -1) },
        { "select: axis -3 does not exist in [2, 3] with rank 2.", x => x.Select(-3, 0) },
        { "select: index 2 is outside axis 0 of [2, 3].", x => x.Select(0, 2) },
        { "select: index -3 is outside axis 0 of [2, 3].", x => x.Select(0, -3) },
        { "squeeze: axis 5 does not exist in [2, 3] with rank 2.", x => x.Squeeze(5) },
        { "unsqueeze: there is no place 4 for a new axis in [2, 3].", x => x.Unsqueeze(4) },
        { "unsqueeze: there is no place -4 for a new axis in [2, 3].", x => x.Unsqueeze(-4) },
        { "unsqueeze: there is no place 0 for a new axis in [1, 1, 1, 1, 1, 1, 2, 3].", x => x.Reshape(1, 1, 1, 1, 1, 1, 2, 3).Unsqueeze(0) },
        { "swap axes: axis 2 does not exist in [2, 3] with rank 2.", x => x.SwapAxes(0, 2) },
        { "softmax: axis 2 does not exist in [2, 3] with rank 2.", x => x.Softmax(2) },
        { "cumulative sum: axis -3 does not exist in [2, 3] with rank 2.", x => x.CumulativeSum(-3) },
        { "argmin: axis 2 does not exist in [2, 3] with rank 2.", x => x.ArgMin(2) },
        { "sum: axis 2 does not exist in [2, 3] with rank 2.", x => x.Sum(2) },
        { "mean: axis -3 does not exist in [2, 3] with rank 2.", x => x.Mean(-3) },
        { "shape: axis 2 does not exist in [2, 3] with rank 2.", x => _ = x.Shape[2] },
        { "element: index 3 is outside axis 1 of [2, 3].", x => _ = x[0, 3] },
        { "element: index -3 is outside axis 0 of [2, 3].", x => x[-3, 0] = 1 },
        { "softmax cross-entropy: label 3 is not one of 3 classes.", x => x.SoftmaxCrossEntropy(Tensor.From<int>([0, 3], [2])) },
        { "softmax cross-entropy: label -1 is not one of 3 classes.", x => x.SoftmaxCrossEntropy(Tensor.From<int>([-1, 0], [2])) },
    };

    public static TheoryData<string, Action<Tensor<float>>> States => new()
    {
        { "transpose: [3] has rank 1; two axes are needed.", x => x.Select(0, 0).Transpose() },
        { "item: [2, 3] has 6 elements, not 1.", x => x.Item() },
        { "span: a contiguous tensor on the processor is needed; this one is strided on cpu.", x => x.Transpose().AsSpan() },
        { "max: axis 0 of [0, 3] has no elements.", x => x.Slice(0, 0, 0).Max(0) },
        { "min: axes 1, 2 of [2, 0, 3] have no elements.", x => x.Unsqueeze(1).Slice(1, 0, 0).Min([1, 2]) },
        { "argmax: axis 0 of [0, 3] has no elements.", x => x.Slice(0, 0, 0).ArgMax(0) },
        { "argmin: [0, 3] has no elements.", x => x.Slice(0, 0, 0).ArgMin() },
        { "max: [0, 3] has no elements.", x => x.Slice(0, 0, 0).Max() },
    };

    public static TheoryData<string, Action<Tensor<int>>> Types => new()
    {
        { "tanh: the element type is Int32; float (Single) and double (Double) are supported.", x => x.Tanh() },
        { "tanh: the element type is Int32; float (Single) and double (Double) are supported.", x => x.TanhInto(x) },
        { "add: the element type is Int32; float (Single) and double (Double) are supported.", x => _ = x + x },
        { "sum: the element type is Int32; float (Single) and double (Double) are supported.", x => x.Sum() },
        { "argmax: the element type is Int32; float (Single) and double (Double) are supported.", x => x.ArgMax() },
        { "softmax: the element type is Int32; float (Single) and double (Double) are supported.", x => x.Softmax(0) },
        { "matmul: the element type is Int32; float (Single) and double (Double) are supported.", x => x.MatMul(x) },
        { "uniform: the element type is Int32; float (Single) and double (Double) are supported.", new RandomStream(1).UniformInto },
        { "convert: Int32 to Decimal; float, double, bool and integers convert to one another, Half and BFloat16 from and to float and double.", x => x.Cast<decimal>() },
        { "arithmetic: the element type is Int32; float (Single) and double (Double) are supported.", _ => Tensor.Ones<int>([1]) },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    [MemberData(nameof(Destinations))]
    public void Wrong_arguments_are_named(string message, Action<Tensor<float>> use) => Check<ArgumentException>(message, use);

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Places_outside_are_named(string message, Action<Tensor<float>> use) => Check<ArgumentOutOfRangeException>(message, use);

    [Theory]
    [MemberData(nameof(States))]
    public void What_a_tensor_cannot_do_is_named(string message, Action<Tensor<float>> use) => Check<InvalidOperationException>(message, use);

    [Theory]
    [MemberData(nameof(Types))]
    public void Types_without_arithmetic_are_named(string message, Action<Tensor<int>> use)
    {
        using Scope scope = Scope.Begin();
        Tensor<int> x = Tensor.From<int>([1, 2, 3], [3]);
        Throws.Exactly<NotSupportedException>(message, () => use(x));
        Assert.Equal([1, 2, 3], x.ToArray());
    }

    private static string Overlap(string operation) => $"{operation}: the destination partly overlaps an input; use the same view or separate memory.";

    private static void Update(Tensor<float> x, Tensor<float> gradients, Tensor<float> first, Tensor<float> second) =>
        x.Update(new AdamUpdate(1, 0, 0, 1, 1), gradients, first, second);

    private static void Check<TException>(string message, Action<Tensor<float>> use)
        where TException : Exception
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        Throws.Exactly<TException>(message, () => use(x));
        Assert.Equal([1f, 2, 3, 4, 5, 6], x.ToArray());
    }
}
