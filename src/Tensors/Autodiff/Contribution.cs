using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>A place to write one contribution to a gradient; disposing it adds what was written where that is still to do.</summary>
internal readonly ref struct Contribution<T>
    where T : unmanaged
{
    private readonly Tensor<T> sum;
    private readonly bool isDirect;
    private readonly Tape? tape;
    private readonly TensorNode? node;

    public Contribution(Tensor<T> target, Tensor<T> sum, bool isDirect)
    {
        Target = target;
        this.sum = sum;
        this.isDirect = isDirect;
    }

    /// <summary>A contribution to a gradient that is recorded: the target takes one copy of a recorded tensor.</summary>
    public Contribution(Tensor<T> target, Tape tape, TensorNode node)
    {
        Target = target;
        this.tape = tape;
        this.node = node;
        target.Node.Storage!.IsContribution = true;
    }

    /// <summary>Where the contribution is to be written, completely.</summary>
    public Tensor<T> Target { get; }

    public void Dispose()
    {
        if (tape is not null)
        {
            Target.Node.Storage!.IsContribution = false;
            tape.AddRecorded(node!, Target);
        }
        else if (!isDirect)
        {
            AddTo(Target, sum);
            sum.Dispose();
        }

        Target.Dispose();
    }

    /// <summary>sum += part; where the sum is an expanded view (stride 0), the part is summed over those axes first.</summary>
    private static void AddTo(Tensor<T> part, Tensor<T> sum)
    {
        Layout layout = sum.Layout;
        for (int axis = 0; axis < layout.Shape.Rank; axis++)
        {
            if (layout.Shape[axis] > 1 && layout.Stride(axis) == 0)
            {
                using Tensor<T> reduced = part.Sum(axis, keepDimension: true);
                using Tensor<T> narrow = sum.Slice(axis, 0, 1);
                AddTo(reduced, narrow);
                return;
            }
        }

        sum.BinaryInto<Add>(part, sum);
    }
}
