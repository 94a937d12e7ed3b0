namespace Onsager.Tensors.Tests;

/// <summary>Bad input to index-like operations: the exception's type and message to the letter, and nothing changed.</summary>
public sealed class IndexErrorTests
{
    private static Tensor<int> Two => Tensor.From([0, 1]);

    private static Tensor<bool> Flags => Tensor.From([true, false]);

    public static TheoryData<string, Action<Tensor<float>>> Arguments => new()
    {
        { "index: 3 parts for [2, 3] with rank 2.", x => _ = x[.., 0, 0..1] },
        { "index: 2 ellipses; one is allowed.", x => _ = x[AxisSlice.Ellipsis, AxisSlice.Ellipsis] },
        { "index: the result would have 9 axes; at most 8 are supported.", x => _ = x.Reshape(1, 1, 1, 1, 1, 1, 2, 3)[AxisSlice.NewAxis] },
        { "slice: ... is no part of one axis.", x => x.Slice(0, AxisSlice.Ellipsis) },
        { "slice: new axis is no part of one axis.", x => x.Slice(0, AxisSlice.NewAxis) },
        { "assignment: [2] cannot be expanded to [2, 3]: axis 1 has extent 2, not 3 or 1.", x => x[..] = Tensor.From([1f, 2]) },
        { "assignment: the destination partly overlaps an input; use the same view or separate memory.", x => x[.., ..2] = x[.., 1..] },
        { "assignment: the destination is an expanded view, whose elements share memory.", x => x[..1].Expand([2, 3])[..] = Tensor.Scalar(1f) },
        { "move axis: 1 sources and 2 destinations.", x => x.MoveAxis([0], [0, 1]) },
        { "move axis: axis -2 of [2, 3] is given twice.", x => x.MoveAxis([0, -2], [0, 1]) },
        { "move axis: axis 1 of [2, 3] is given twice.", x => x.MoveAxis([0, 1], [1, 1]) },
        { "flatten: axis 1 of [2, 3] is behind axis 0.", x => x.Flatten(1, 0) },
        { "reshape: [3] has 3 elements, [2, 2] has 4.", x => x.Unflatten(1, 2, 2) },
        { "unflatten: the result would have 9 axes; at most 8 are supported.", x => x.Unflatten(0, 2, 1, 1, 1, 1, 1, 1, 1) },
        { "flip: axis -1 of [2, 3] is given twice.", x => x.Flip(1, -1) },
        { "rot90: axis 0 of [2, 3] is given twice.", x => x.Rot90(1, -2, 0) },
        { "diagonal: axis 1 of [2, 3] is given twice.", x => x.Diagonal(0, -1, 1) },
        { "split: [1, 1] does not add up to axis 1 of [2, 3].", x => x.Split(1, 1, 1) },
        { "split: [4, -1] does not add up to axis 1 of [2, 3].", x => x.Split(1, 4, -1) },
        { "concatenate: there are no tensors.", _ => Tensor.Concatenate<float>(0) },
        { "concatenate: tensor 1 has shape [3, 2], tensor 0 [2, 3]; they must agree but for axis 0.", x => Tensor.Concatenate(0, x, x.Transpose()) },
        { "concatenate: the destination has shape [2, 3], the result [4, 3].", x => Tensor.ConcatenateInto(0, x, x, x) },
        { "concatenate: the destination overlaps an operand; it needs memory of its own.", x => Tensor.ConcatenateInto(0, x, x) },
        { "stack: there are no tensors.", _ => Tensor.Stack<float>(0) },
        { "stack: tensor 1 has shape [3, 2], tensor 0 [2, 3].", x => Tensor.Stack(0, x, x.Transpose()) },
        { "pad: 1 pairs of widths for [2, 3] with rank 2.", x => x.Pad([(1, 1)]) },
        { "pad: axis 1 has the negative width -1.", x => x.Pad([(1, 1), (0, -1)]) },
        { "pad: a margin of 2 needs 3 elements along axis 0 of [2, 3] in mode Reflect.", x => x.Pad(PadMode.Reflect, (2, 0), (0, 0)) },
        { "pad: a margin of 4 needs 4 elements along axis 1 of [2, 3] in mode Circular.", x => x.Pad(PadMode.Circular, (2, 0), (0, 4)) },
        { "pad: a margin of 1 needs 1 elements along axis 1 of [2, 0] in mode Edge.", x => x.Slice(1, 0, 0).Pad(PadMode.Edge, (1, 0), (0, 1)) },
        { "pad: the destination has shape [2, 3], the result [3, 3].", x => x.PadInto(PadMode.Constant, [(1, 0), (0, 0)], x) },
        { "tile: -1 repeats of axis 0; none or more are needed.", x => x.Tile(-1, 1) },
        { "tile: the result would have 9 axes; at most 8 are supported.", x => x.Tile(1, 1, 1, 1, 1, 1, 1, 1, 1) },
        { "tile: the destination overlaps an operand; it needs memory of its own.", x => x.TileInto(x, 1) },
        { "repeat interleave: repeats of shape [2] for axis 1 of [2, 3]; [3] is needed.", x => x.RepeatInterleave(Two, 1) },
        { "roll: 1 shifts for 2 axes.", x => x.Roll([1], [0, 1]) },
        { "roll: the destination overlaps an operand; it needs memory of its own.", x => x.RollInto(1, 0, x) },
        { "tril: [3] has rank 1; matrices are needed.", x => x[0, ..].Tril() },
        { "triu: [3] has rank 1; matrices are needed.", x => x[0, ..].TriuInto(x, 1) },
        { "eye: [3] has rank 1; matrices are needed.", x => Tensor.EyeInto(x[0, ..]) },
        { "diag embed: [] has rank 0; 1 to 7 axes are supported.", _ => Tensor.Scalar(1f).DiagEmbed() },
        { "arange: finite numbers and a step other than 0 are needed; got 0, 1 and 0.", _ => Tensor.Arange(0, 1, 0) },
        { "arange: finite numbers and a step other than 0 are needed; got 0, NaN and 1.", _ => Tensor.Arange(float.NaN) },
        { "arange: from 0 to 1E+300 by 1 there are more elements than memory can number.", _ => Tensor.Arange(1e300) },
        { "arange: the destination has shape [2, 3]; one axis is needed.", x => Tensor.ArangeInto(0f, 1, x) },
        { "linspace: the destination has shape [2, 3]; one axis is needed.", x => Tensor.LinspaceInto(0f, 1, x) },
        { "linspace: the destination is an expanded view, whose elements share memory.", _ => Tensor.LinspaceInto(0f, 1, Tensor.Scalar(1f).Expand([3])) },
        { "meshgrid: vector 1 has shape [2, 3]; one axis is needed.", x => Tensor.Meshgrid([x[0, ..], x]) },
        { "from: row 1 has 1 elements, row 0 2.", _ => Tensor.From([[1f, 2], [3f]]) },
        { "take: the result would have 9 axes; at most 8 are supported.", x => x.Take(0, Two.Reshape(1, 1, 1, 1, 1, 1, 1, 2)) },
        { "take: the destination has shape [2, 3], the result [2, 2].", x => x.TakeInto(1, Two, x.Clone()) },
        { "take: the destination overlaps an operand; it needs memory of its own.", x => x.TakeInto(0, Two, x) },
        { "index select: the indices have shape [2, 1]; one axis is needed.", x => x.IndexSelect(0, Two.Unsqueeze(1)) },
        { "take along axis: shapes of the same rank are needed; got [2, 3] and [2].", x => x.TakeAlongAxis(0, Two) },
        { "take along axis: shapes [2, 1] and [4, 1] do not broadcast: axis 0 has extents 2 and 4.", x => x.TakeAlongAxis(1, Tensor.Zeros<int>([4, 1])) },
        { "index add: the source has shape [3]; axis 0 of [2, 3] and indices [2] need [2, 3].", x => x.IndexAdd(0, Two, x[0, ..]) },
        { "index add: the destination overlaps an operand; it needs memory of its own.", x => x.IndexAddInto(0, Two, x, x) },
        { "scatter: shapes of the same rank are needed; got [2, 3], [2] and [2, 3].", x => x.Scatter(0, Two, x) },
        { "scatter: shapes [1, 3] and [1, 4] do not broadcast: axis 1 has extents 3 and 4.", x => x.Scatter(0, Tensor.Zeros<int>([1, 4]), x[..1, ..1]) },
        { "scatter: indices [1, 4] and source [1, 1] do not broadcast to [1, 1].", x => x[.., ..1].Scatter(0, Tensor.Zeros<int>([1, 4]), x[..1, ..1]) },
        { "scatter add: the destination has shape [3, 2], the result [2, 3].", x => x.ScatterAddInto(0, Tensor.Zeros<int>([1, 3]), x[..1].Clone(), x.Clone().Transpose()) },
        { "put: [3] cannot be expanded to [2]: axis 0 has extent 3, not 2 or 1.", x => x.Put(Two, x[0, ..]) },
        { "put: the destination partly overlaps an input; use the same view or separate memory.", x => x.Put(Two, x[0, ..2]) },
        { "masked select: a mask of shape [3] is not that of the leading axes of [2, 3].", x => x.MaskedSelect(Tensor.From([true, true, true])) },
        { "masked select: a mask of shape [2, 3, 1] is not that of the leading axes of [2, 3].", x => _ = x[Tensor.Zeros<bool>([2, 3, 1])] },
        { "masked select: the destination has shape [2, 3], the result [1, 3].", x => x.MaskedSelectInto(Flags, x.Clone()) },
        { "masked put: [2] cannot be expanded to [1, 3]: axis 1 has extent 2, not 3 or 1.", x => x[Flags] = Tensor.From([1f, 2]) },
        { "masked put: the destination partly overlaps an input; use the same view or separate memory.", x => x[Flags] = x[1, ..] },
        { "masked fill: [2] cannot be expanded to [2, 3]: axis 1 has extent 2, not 3 or 1.", x => x.MaskedFill(Flags, 1) },
        { "where: shapes [2] and [2, 3] do not broadcast: axis 1 has extents 2 and 3.", x => Tensor.Where(Flags, x, x) },
        { "where: the destination partly overlaps an input; use the same view or separate memory.", x => Tensor.WhereInto(Flags, x[0, ..2], x[0, ..2], x[0, 1..]) },
        { "select: 1 conditions and 0 choices; as many are needed, and at least one.", x => Tensor.Select([Flags], [], x) },
        { "select: 0 conditions and 0 choices; as many are needed, and at least one.", x => Tensor.Select([], [], x) },
        { "stack: there are no tensors.", _ => Tensor.Choose<float>(Two) },
        { "select: the destination overlaps an operand; it needs memory of its own.", x => Tensor.SelectInto([Flags], [x[0, ..2]], Tensor.Scalar(1f), x[0, 1..]) },
        { "select: the destination has shape [2, 3], the result [2].", x => Tensor.SelectInto([Flags], [x[0, ..2].Clone()], Tensor.Scalar(1f), x) },
        { "choose: the destination overlaps an operand; it needs memory of its own.", x => Tensor.ChooseInto(Two, x[0, ..2], x[0, ..2], x[1, ..2]) },
        { "choose: the destination has shape [2, 3], the result [2].", x => Tensor.ChooseInto(Two, x, Tensor.Scalar(1f), Tensor.Scalar(2f)) },
        { "diag embed: with the offset -9223372036854775808 there are more elements than memory can number.", x => x.DiagEmbed(nint.MinValue) },
        { "pad: with a margin of 9223372036854775807 there are more elements than memory can number.", x => x.Pad([(nint.MaxValue, nint.MaxValue), (0, 0)]) },
        { "tile: 4611686018427387904 repeats of 3 are more elements than memory can number.", x => x.Tile((nint)1 << 62) },
        { "repeat interleave: 9223372036854775807 repeats of 2 are more elements than memory can number.", x => x.RepeatInterleave(nint.MaxValue, 0) },
        { "repeat interleave: the destination has shape [2, 3], the result [1, 3].", x => x.RepeatInterleaveInto(Two, 0, x.Clone()) },
        { "roll: 1 shifts for 2 axes.", x => x.RollInto([1], [0, 1], x.Clone()) },
        { "roll: the destination overlaps an operand; it needs memory of its own.", x => x.RollInto([1], [0], x) },
        { "sort: the destination overlaps an operand; it needs memory of its own.", x => x.SortInto(0, x) },
        { "sort: the destination has shape [2], the result [2, 3].", x => x.ArgSortInto(0, Two.Clone()) },
        { "top-k: the destination has shape [2, 3], the result [2, 2].", x => x.TopKInto(2, 1, x.Clone(), Two.Clone()) },
        { "search sorted: a vector is needed; this is [2, 3].", x => x.SearchSorted(x) },
        { "search sorted: the destination has shape [2], the result [2, 3].", x => x[0, ..].SearchSortedInto(x, Two.Clone()) },
        { "any: the destination has shape [2], the result [3].", x => x.AnyInto([0], Flags.Clone()) },
        { "all: axis 0 of [2, 3] is given twice.", x => x.All([0, 0]) },
        { "equal: shapes [2, 3] and [2] do not broadcast: axis 1 has extents 3 and 2.", x => x.EqualTo(Tensor.From([1f, 2])) },
        { "less: the destination has shape [2], the result [2, 3].", x => x.LessThanInto(x, Flags.Clone()) },
        { "and: shapes [2] and [3] do not broadcast: axis 0 has extents 2 and 3.", _ => Flags.And(Tensor.From([true, true, true])) },
        { "or: the destination has shape [1], the result [2].", _ => Flags.OrInto(Flags, Tensor.From([true])) },
        { "is close: tolerances of 0 or more are needed; got -1 and NaN.", x => x.IsClose(x, -1, double.NaN) },
        { "cast: the destination has shape [2], the result [2, 3].", x => x.CastInto(Two.Clone()) },
    };

    public static TheoryData<string, Action<Tensor<float>>> Ranges => new()
    {
        { "slice: 1..4 lies outside axis 1 of [2, 3].", x => _ = x[.., 1..4] },
        { "slice: ^4.. lies outside axis 1 of [2, 3].", x => x.Slice(1, ^4..) },
        { "slice: 3.. by -1 lies outside axis 1 of [2, 3].", x => _ = x[.., AxisSlice.Stepped(-1, 3)] },
        { "slice: ..4 by -1 lies outside axis 1 of [2, 3].", x => _ = x[.., AxisSlice.Stepped(-1, null, 4)] },
        { "slice: the step must not be 0.", _ => AxisSlice.Stepped(0) },
        { "index: index 2 is outside axis 0 of [2, 3].", x => _ = x[2, ..] },
        { "index: index ^3 is outside axis 0 of [2, 3].", x => _ = x[^3, ..] },
        { "index: index ^0 is outside axis 0 of [2, 3].", x => _ = x[^0] },
        { "move axis: axis 2 does not exist in [2, 3] with rank 2.", x => x.MoveAxis(0, 2) },
        { "flip: axis 2 does not exist in [2, 3] with rank 2.", x => x.Flip(2) },
        { "diagonal: axis -3 does not exist in [2, 3] with rank 2.", x => x.Diagonal(0, -3, 1) },
        { "split: axis 2 does not exist in [2, 3] with rank 2.", x => x.Split(2, 1) },
        { "chunk: 0 parts; at least one is needed.", x => x.Chunk(0, 0) },
        { "unstack: axis 2 does not exist in [2, 3] with rank 2.", x => x.Unstack(2) },
        { "concatenate: axis 2 does not exist in [2, 3] with rank 2.", x => Tensor.Concatenate(2, x) },
        { "concatenate: axis 0 does not exist in [] with rank 0.", _ => Tensor.Concatenate(0, Tensor.Scalar(1f)) },
        { "stack: there is no place 3 for a new axis in [2, 3].", x => Tensor.Stack(3, x) },
        { "stack: there is no place -4 for a new axis in [2, 3].", x => Tensor.StackInto(-4, x, x) },
        { "repeat interleave: -1 repeats; none or more are needed.", x => x.RepeatInterleave(-1, 0) },
        { "repeat interleave: -1 repeats; none or more are needed.", x => x.RepeatInterleave(Tensor.From([1, -1]), 0) },
        { "roll: axis 2 does not exist in [2, 3] with rank 2.", x => x.Roll(1, 2) },
        { "take: index 2 is outside axis 0 of [2, 3].", x => x.Take(0, Tensor.From([0, 2])) },
        { "take: index -4 is outside axis 1 of [2, 3].", x => x.TakeInto(1, Tensor.From([-4, 0, 0]), Tensor.Zeros<float>([2, 3])) },
        { "take: axis 2 does not exist in [2, 3] with rank 2.", x => x.Take(2, Two) },
        { "take along axis: index 3 is outside axis 1 of [2, 3].", x => x.TakeAlongAxis(1, Tensor.From([[3]])) },
        { "index add: index 2 is outside axis 0 of [2, 3].", x => x.IndexAddInto(0, Tensor.From([0, 2]), x.Clone(), x) },
        { "scatter: index -3 is outside axis 0 of [2, 3].", x => x.ScatterInto(0, Tensor.From([[-3]]), Tensor.Zeros<float>([1, 1]), x) },
        { "put: index 6 is outside the 6 elements of [2, 3].", x => x.Put(Tensor.From([0, 6]), Tensor.Scalar(0f)) },
        { "take along axis: index 2 is outside axis 0 of [2, 2].", _ => Tensor.Choose(Tensor.From([0, 2]), Tensor.From([1f, 2]), Tensor.From([1f, 2])) },
        { "sort: axis 2 does not exist in [2, 3] with rank 2.", x => x.Sort(2) },
        { "top-k: k = 4 is not among the 0 to 3 elements of axis 1 of [2, 3].", x => x.TopK(4) },
        { "top-k: k = -1 is not among the 0 to 3 elements of axis 1 of [2, 3].", x => x.TopK(-1) },
        { "count nonzero: axis 2 does not exist in [2, 3] with rank 2.", x => x.CountNonzero([2]) },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Wrong_arguments_are_named(string message, Action<Tensor<float>> use) => Check<ArgumentException>(message, use);

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Places_outside_are_named(string message, Action<Tensor<float>> use) => Check<ArgumentOutOfRangeException>(message, use);

    [Fact]
    public void Other_element_types_are_named()
    {
        using Scope scope = Scope.Begin();
        Tensor<Half> halves = Tensor.From([(Half)1, (Half)2]);
        Tensor<Guid> identities = Tensor.Zeros<Guid>([2]);
        Throws.Exactly<NotSupportedException>("arange: [3000000000] has 3000000000 elements; at most 2147483647 are supported.", () => Tensor.Arange(3_000_000_000L));
        Throws.Exactly<NotSupportedException>("linspace: [3000000000] has 3000000000 elements; at most 2147483647 are supported.", () => Tensor.Linspace(0.0, 1, new IntPtr(3_000_000_000L)));
        Throws.Exactly<NotSupportedException>("scatter add: the element type is Half; float, double, int and long are supported.", () => halves.ScatterAdd(0, Two, halves));
        Throws.Exactly<NotSupportedException>("index add: the element type is Half; float, double, int and long are supported.", () => halves.IndexAddInto(0, Two, halves, halves));
        Throws.Exactly<NotSupportedException>("sort: elements of type Guid have no order here; numbers and booleans have.", () => identities.Sort());
        Throws.Exactly<NotSupportedException>("unique: elements of type Guid have no order here; numbers and booleans have.", () => identities.Unique());
        Throws.Exactly<NotSupportedException>("equal: elements of type Guid have no order here; numbers and booleans have.", () => identities.EqualTo(identities));
        Throws.Exactly<NotSupportedException>("is close: the element type is Half; float (Single) and double (Double) are supported.", () => halves.IsClose(halves));
        Throws.Exactly<NotSupportedException>("linspace: the element type is Half; float (Single) and double (Double) are supported.", () => Tensor.Linspace((Half)0, (Half)1, 2));

        // What only moves elements takes any type.
        Assert.Equal([Guid.Empty, Guid.Empty, Guid.Empty], identities.Take(0, Tensor.From([0, 1, 0])).ToArray());
        Assert.Equal(4, Tensor.Concatenate(0, identities, identities).Size);
    }

    [Fact]
    public void Another_device_is_named()
    {
        using Scope scope = Scope.Begin();
        ElsewhereDevice device = new();
        Tensor<float> x = Tensor.Zeros<float>([2, 3], device), here = Tensor.Zeros<float>([2, 3]);
        Tensor<int> i = Tensor.Zeros<int>([2, 3], device);
        Tensor<bool> mask = Tensor.Zeros<bool>([2, 3], device);
        Unavailable("take", () => x.Take(0, i));
        Unavailable("take along axis", () => x.TakeAlongAxis(0, i));
        Unavailable("index add", () => x.IndexAdd(1, i[0, ..], x));
        Unavailable("scatter", () => x.Scatter(0, i, x));
        Unavailable("put", () => x.Put(i, Tensor.Zeros<float>([2, 3], device)));
        Unavailable("masked select", () => x.MaskedSelect(mask));
        Unavailable("where", () => Tensor.Where(mask, x, x));
        Unavailable("sort", () => x.Sort());
        Unavailable("top-k", () => x.TopK(1));
        Unavailable("unique", () => x.Unique());
        Unavailable("search sorted", () => x[0, ..].SearchSorted(x));
        Unavailable("nonzero", () => x.Nonzero());
        Unavailable("any", () => x.Any());
        Unavailable("all", () => x.All([0]));
        Unavailable("equal", () => x.EqualTo(x));
        Unavailable("and", () => mask.And(mask));
        Unavailable("not", () => mask.Not());
        Unavailable("is close", () => x.IsClose(x));
        Unavailable("linspace", () => Tensor.LinspaceInto(0f, 1, x[0, ..]));
        Throws.Exactly<ArgumentException>("take: the inputs are on different devices: cpu, elsewhere.", () => here.Take(0, i));
        Throws.Exactly<ArgumentException>("where: the inputs are on different devices: elsewhere, cpu, elsewhere.", () => Tensor.Where(mask, here, x));
        Throws.Exactly<ArgumentException>("concatenate: the inputs are on different devices: cpu, elsewhere.", () => Tensor.Concatenate(0, here, x));
        Throws.Exactly<ArgumentException>("einsum: the inputs are on different devices: cpu, elsewhere.", () => Tensor.Einsum("ij,ij", here, x));

        static void Unavailable(string operation, Action use) => Throws.Exactly<NotSupportedException>($"{operation}: not available on elsewhere.", use);
    }

    [Fact]
    public void What_is_gone_is_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> gone = Tensor.Zeros<float>([2, 3]), x = Tensor.Zeros<float>([2, 3]);
        Tensor<int> none = Tensor.Zeros<int>([2]);
        gone.Dispose();
        none.Dispose();
        Action[] uses =
        [
            () => _ = gone[.., 1..], () => x[..] = gone, () => gone.Slice(0, 1..), () => gone.Flip(0), () => gone.MoveAxis(0, 1), () => gone.Diagonal(), () => gone.Split(0, 2),
            () => Tensor.Concatenate(0, x, gone), () => Tensor.Stack(0, gone), () => gone.Pad([(0, 0), (0, 0)]), () => gone.Pad(PadMode.Edge, (1, 1), (0, 0)), () => gone.Tile(2),
            () => gone.Roll(1, 0), () => gone.Tril(), () => gone.DiagEmbed(), () => x.Take(0, none), () => gone.Take(0, Two), () => x.TakeInto(0, Two, gone), () => x.IndexAdd(0, Two, gone),
            () => gone.MaskedSelect(Flags), () => Tensor.Where(Flags, x, gone), () => gone.Sort(), () => gone.Unique(), () => gone.Any(), () => gone.EqualTo(x),
            () => x.LessThan(gone), () => gone.AllClose(x), () => Tensor.Einsum("ij", gone), () => Tensor.ZerosLike(gone), () => gone.CastInto(x), () => gone.Nonzero(),
        ];
        foreach (Action use in uses)
        {
            Assert.Throws<ObjectDisposedException>(use);
        }
    }

    private static void Check<TException>(string message, Action<Tensor<float>> use)
        where TException : Exception
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        Throws.Exactly<TException>(message, () => use(x));
        Assert.Equal([1f, 2, 3, 4, 5, 6], x.ToArray());
    }
}
