namespace Onsager.Tensors;

/// <content>Gradients that are recorded by a tape around: a sum of tensors, which reading does not change.</content>
internal sealed partial class GradientBuffer
{
    // As many elements as are followed, in their order. Memory of its own takes parts in place, as long as nothing was written there;
    // what came from outside, or is a result, is never written to.
    private TensorNode? sum;
    private bool isOwn;

    /// <summary>Adds a tensor to the gradient with respect to a layout of the followed memory.</summary>
    public void AddToSum<T>(in Layout layout, Tensor<T> part)
        where T : unmanaged
    {
        for (int axis = 0; axis < layout.Shape.Rank; axis++)
        {
            if (layout.Shape[axis] > 1 && layout.Stride(axis) == 0)
            {
                Layout narrow = layout.Slice(axis, 0, 1, 1);
                using Tensor<T> reduced = part.Sum(axis, keepDimension: true);
                AddToSum(in narrow, reduced);
                return;
            }
        }

        if (layout.Shape.Size == 0)
        {
            return;
        }

        if (layout.Shape.Size == size && layout.IsContiguous)
        {
            using Tensor<T> packed = part.Contiguous();
            using Tensor<T> flat = packed.Reshape(size);
            AddAll(flat);
            return;
        }

        (nint from, nint to, bool isDense) = Extent<T>(in layout);
        if (sum is null || (isOwn && IsFresh(from, to)))
        {
            if (sum is null)
            {
                using Tensor<T> empty = Tensor.Empty<T>([size], storage!.Device);
                Take(empty.Node, isFresh: true);
            }

            // What nothing arrives at becomes zero when the sum is read; here only what the part leaves between its elements.
            if (!isDense)
            {
                FillSum<T>(from, to);
            }

            PlaceInto(sum!, in layout, part);
            Cover(from, to);
            return;
        }

        using Tensor<T> spread = Tensor.Zeros<T>([size], storage!.Device);
        PlaceInto(spread.Node, in layout, part);
        AddAll(spread);
    }

    /// <summary>The gradient with respect to a layout of the followed memory, zero where nothing arrived.</summary>
    public Tensor<T> ReadSum<T>(in Layout layout)
        where T : unmanaged
    {
        if (sum is null)
        {
            return Tensor.Zeros<T>(layout.Shape, storage!.Device);
        }

        FillGaps<T>();
        return new Tensor<T>(TensorNode.Create(sum.Storage!, in layout, Moved(sum, in layout)));
    }

    /// <summary>Zeros where nothing was written to memory of its own.</summary>
    private void FillGaps<T>()
        where T : unmanaged
    {
        nint at = row == 0 ? first : 0, end = row == 0 ? first + size : row;
        while (isOwn && TryGap(ref at, end, out nint stop))
        {
            FillSum<T>(at, stop);
            at = stop;
        }
    }

    private void FillSum<T>(nint from, nint to)
        where T : unmanaged
    {
        Layout gap = Gap(from, to);
        gap.Offset += sum!.Layout.Offset - first;
        sum.Storage!.Device.Fill<T>(default, new Operand(sum.Storage, in gap));
    }

    private void AddAll<T>(Tensor<T> flat)
        where T : unmanaged
    {
        if (sum is null)
        {
            Take(flat.Node, isFresh: false);
        }
        else
        {
            FillGaps<T>();
            using Tensor<T> total = new Tensor<T>(sum) + flat;
            Take(total.Node, isFresh: false);
        }

        row = 0;
        written.Clear();
        written.Add((first, first + size));
    }

    private void Take(TensorNode flat, bool isFresh)
    {
        flat.AddUser();
        sum?.RemoveUser();
        sum = flat;
        isOwn = isFresh;
    }

    private void PlaceInto<T>(TensorNode flat, in Layout layout, Tensor<T> part)
        where T : unmanaged
    {
        using Tensor<T> place = new(TensorNode.Create(flat.Storage!, in layout, Moved(flat, in layout)));
        Tape.Place(part, place, flat);
    }

    /// <summary>Where a layout of the followed memory begins in the sum.</summary>
    private nint Moved(TensorNode flat, in Layout layout) => layout.Offset - first + flat.Layout.Offset;

    private bool IsFresh(nint from, nint to)
    {
        foreach ((nint start, nint end) in written)
        {
            if (to > start && from < end)
            {
                return false;
            }
        }

        return true;
    }
}
