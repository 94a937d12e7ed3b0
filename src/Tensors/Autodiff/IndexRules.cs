namespace Onsager.Tensors;

/// <summary>What the rules of index-like operations share: each is the transposed operation, a tensor operation itself.</summary>
internal static class IndexRules
{
    /// <summary>One rule for each axis, so that recording allocates nothing.</summary>
    public static TRule[] ForAxes<TRule>(Func<int, TRule> make)
    {
        TRule[] rules = new TRule[Shape.MaxRank];
        for (int axis = 0; axis < rules.Length; axis++)
        {
            rules[axis] = make(axis);
        }

        return rules;
    }
}

/// <summary>dx = the same triangle of dy.</summary>
internal sealed class TriangleRule<T>(bool isLower, nint offset) : Rule
    where T : unmanaged
{
    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = isLower ? dy.Tril(offset) : dy.Triu(offset);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>dx = the diagonal of dy.</summary>
internal sealed class DiagEmbedRule<T>(nint offset) : Rule
    where T : unmanaged
{
    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = dy.Diagonal(offset, -2, -1);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>dx, dy, dz = the parts of the result's gradient along the axis.</summary>
internal sealed class ConcatenateRule<T>(int axis) : Rule
    where T : unmanaged
{
    private static readonly ConcatenateRule<T>[] Rules = IndexRules.ForAxes(static axis => new ConcatenateRule<T>(axis));

    public static Rule For(int axis) => typeof(T) == typeof(float) || typeof(T) == typeof(double) ? Rules[axis] : ConcatenateRule<float>.Rules[axis];

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dw = tape.Gradient<T>(entry.Result);
        nint start = 0;
        Contribute(entry.X);
        Contribute(entry.Y);
        Contribute(entry.Z);

        void Contribute(TensorNode? part)
        {
            if (part is null)
            {
                return;
            }

            nint stop = start + part.Layout.Shape[axis];
            if (tape.Follows(part))
            {
                using Tensor<T> gradient = dw.Slice(axis, start, stop);
                tape.Contribute(part, gradient);
            }

            start = stop;
        }
    }
}

/// <summary>dx = the inner part of dy.</summary>
internal sealed class PadRule<T>(nint[] before) : Rule
    where T : unmanaged
{
    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = dy.View(Padding.Inner(dy.Layout, before, entry.X.Layout.Shape));
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>dx = dy added up at the indices.</summary>
internal sealed class TakeRule<T>(int axis) : Rule
    where T : unmanaged
{
    private static readonly TakeRule<T>[] Rules = IndexRules.ForAxes(static axis => new TakeRule<T>(axis));

    public static Rule For(int axis) => typeof(T) == typeof(float) || typeof(T) == typeof(double) ? Rules[axis] : TakeRule<float>.Rules[axis];

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        dx.Target.Fill(default);
        Scattering.IndexAdd<T>(axis, dx.Target.Node, entry.Y!, dy.Node, dx.Target.Node);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), zeros = Tensor.Zeros<T>(entry.X.Layout.Shape, dy.Device);
        using Tensor<int> indices = Gradients.View<int>(entry.Y!);
        using Tensor<T> dx = zeros.IndexAdd(axis, indices, dy);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>dx = dy, and the source's gradient is dy at the indices.</summary>
internal sealed class IndexAddRule<T>(int axis) : Rule
    where T : unmanaged
{
    private static readonly IndexAddRule<T>[] Rules = IndexRules.ForAxes(static axis => new IndexAddRule<T>(axis));

    public static IndexAddRule<T> For(int axis) => Rules[axis];

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.X))
        {
            tape.Contribute(entry.X, dy);
        }

        if (tape.Follows(entry.Z!))
        {
            using Tensor<int> indices = Gradients.View<int>(entry.Y!);
            using Tensor<T> source = dy.Take(axis, indices);
            tape.Contribute(entry.Z!, source);
        }
    }
}

/// <summary>dx = dy added up at the indices along the axis.</summary>
internal sealed class TakeAlongAxisRule<T>(int axis) : Rule
    where T : unmanaged
{
    private static readonly TakeAlongAxisRule<T>[] Rules = IndexRules.ForAxes(static axis => new TakeAlongAxisRule<T>(axis));

    public static Rule For(int axis) => typeof(T) == typeof(float) || typeof(T) == typeof(double) ? Rules[axis] : TakeAlongAxisRule<float>.Rules[axis];

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        dx.Target.Fill(default);
        dy.Device.Scatter<T>(new IndexedAxis("scatter add", axis), isSum: true, dx.Target.Operand, entry.Y!.Operand(), dy.Operand, dx.Target.Operand);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), zeros = Tensor.Zeros<T>(entry.X.Layout.Shape, dy.Device);
        using Tensor<int> indices = Gradients.View<int>(entry.Y!);
        using Tensor<T> dx = zeros.ScatterAdd(axis, indices, dy);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>
/// Where elements were added: dx = dy. Where they were replaced: dx = dy with zeros there. The source's gradient is dy at the indices; of
/// several sources for one place only the last, which stayed, has one.
/// </summary>
internal sealed class ScatterRule<T>(int axis, bool isSum) : Rule
    where T : unmanaged
{
    private static readonly ScatterRule<T>[] Sums = IndexRules.ForAxes(static axis => new ScatterRule<T>(axis, true));
    private static readonly ScatterRule<T>[] Replacements = IndexRules.ForAxes(static axis => new ScatterRule<T>(axis, false));

    public static Rule For(int axis, bool isSum) => typeof(T) == typeof(float) || typeof(T) == typeof(double) ? Own(axis, isSum) : ScatterRule<float>.Own(axis, isSum);

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Tensor<int> indices = Gradients.View<int>(entry.Y!);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> dx = isSum ? dy.Share() : WithoutReplaced(dy, indices);
            tape.Contribute(entry.X, dx);
        }

        if (tape.Follows(entry.Z!))
        {
            using Tensor<T> taken = dy.TakeAlongAxis(axis, indices), source = isSum ? taken.Share() : WithoutLosers(taken, indices, dy.Shape);
            tape.Contribute(entry.Z!, source);
        }
    }

    private Tensor<T> WithoutReplaced(Tensor<T> dy, Tensor<int> indices)
    {
        using Tensor<T> zeros = Tensor.Zeros<T>(indices.Shape, dy.Device);
        return dy.Scatter(axis, indices, zeros);
    }

    /// <summary>Each source leaves its number in its place; those whose number stayed have a gradient.</summary>
    private Tensor<T> WithoutLosers(Tensor<T> taken, Tensor<int> indices, Shape shape)
    {
        using Tensor<int> numbers = Tensor.Arange((int)indices.Size, taken.Device), own = numbers.Reshape(indices.Shape.AsSpan()), none = Tensor.Zeros<int>(shape, taken.Device);
        using Tensor<int> stayed = none.Scatter(axis, indices, own), there = stayed.TakeAlongAxis(axis, indices);
        using Tensor<bool> won = there.EqualTo(own);
        using Tensor<T> zero = Tensor.Zeros<T>([], taken.Device);
        return Tensor.Where(won, taken, zero);
    }

    private static ScatterRule<T> Own(int axis, bool isSum) => isSum ? Sums[axis] : Replacements[axis];
}

/// <summary>The gradient goes to the input that was chosen.</summary>
internal sealed class WhereRule<T> : Rule
    where T : unmanaged
{
    private static readonly WhereRule<T> Own = new();

    public static Rule Instance => typeof(T) == typeof(float) || typeof(T) == typeof(double) ? Own : WhereRule<float>.Own;

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dw = tape.Gradient<T>(entry.Result), zero = Tensor.Zeros<T>([], dw.Device);
        using Tensor<bool> condition = Gradients.View<bool>(entry.Z!);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> yes = Tensor.Where(condition, dw, zero);
            tape.Contribute(entry.X, yes);
        }

        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> no = Tensor.Where(condition, zero, dw);
            tape.Contribute(entry.Y!, no);
        }
    }
}
