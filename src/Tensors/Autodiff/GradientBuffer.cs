using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// The gradient with respect to one piece of followed memory. Contributions to parts that nothing was written to yet are written
/// directly; later ones are made beside and added, in the order of the backward run. What nothing was written to is zero.
/// </summary>
internal sealed class GradientBuffer
{
    private readonly List<(nint First, nint End)> written = [];
    private Storage? storage;
    private TensorNode? gradient;
    private nint first;
    private nint size;

    /// <summary>True when any contribution has arrived.</summary>
    public bool HasAny => written.Count > 0;

    public void Open(Storage followed, in Layout layout, TensorNode? target)
    {
        storage = followed;
        storage.AddUser();
        first = layout.Offset;
        size = layout.Shape.Size;
        gradient = target;
        target?.AddUser();
    }

    public void Release()
    {
        storage!.Tape = null;
        storage.RemoveUser();
        storage = null;
        gradient?.RemoveUser();
        gradient = null;
        written.Clear();
    }

    /// <summary>True when a layout of the same memory lies in the followed part.</summary>
    public bool Contains(in Layout layout)
    {
        (nint from, nint to) = layout.Extent();
        bool inside = from >= first && to <= first + size, outside = to <= first || from >= first + size;
        return inside || (outside
            ? false
            : throw new InvalidOperationException("gradient: a view covers elements that are differentiated and others that are not; differentiate all of them."));
    }

    public Contribution<T> Begin<T>(in Layout layout)
        where T : unmanaged
    {
        Tensor<T> target = Target<T>(in layout);
        (nint from, nint to) = layout.Extent();
        bool isFresh = true, isCovered = false;
        foreach ((nint start, nint end) in written)
        {
            isFresh &= to <= start || from >= end;
            isCovered |= from >= start && to <= end;
        }

        // Only a layout that fills its extent exactly may be written directly.
        bool isDense = layout.Shape.Size == to - from && layout.IsInjective();
        if (isFresh && isDense)
        {
            Cover(from, to);
            return new Contribution<T>(target, default, isDirect: true);
        }

        if (!isCovered)
        {
            Clear<T>(from, to);
        }

        return new Contribution<T>(Tensor.Empty<T>(layout.Shape, storage!.Device), target, isDirect: false);
    }

    public Tensor<T> Read<T>(in Layout layout)
        where T : unmanaged
    {
        (nint from, nint to) = layout.Extent();
        Clear<T>(from, to);
        return Target<T>(in layout);
    }

    /// <summary>Writes zeros to the elements of an extent that nothing was written to.</summary>
    private void Clear<T>(nint from, nint to)
        where T : unmanaged
    {
        nint at = from;
        while (at < to)
        {
            nint stop = to, skip = at;
            foreach ((nint start, nint end) in written)
            {
                if (start <= at && at < end)
                {
                    skip = nint.Max(skip, end);
                }
                else if (start > at)
                {
                    stop = nint.Min(stop, start);
                }
            }

            if (skip > at)
            {
                at = skip;
                continue;
            }

            Layout gap = Layout.Contiguous([stop - at], at);
            using (Tensor<T> zeros = Target<T>(in gap))
            {
                zeros.Fill(default);
            }

            Cover(at, stop);
            at = stop;
        }
    }

    private void Cover(nint from, nint to)
    {
        // Neighbours join, so that the list stays as short as the gaps are few.
        for (int i = written.Count - 1; i >= 0; i--)
        {
            if (written[i].First <= to && from <= written[i].End)
            {
                from = nint.Min(from, written[i].First);
                to = nint.Max(to, written[i].End);
                written.RemoveAt(i);
            }
        }

        written.Add((from, to));
    }

    /// <summary>The gradient's memory seen with a layout of the followed memory.</summary>
    private Tensor<T> Target<T>(in Layout layout)
        where T : unmanaged
    {
        gradient ??= Tensor.NewNode<T>([size], storage!.Device);
        Layout moved = layout;
        moved.Offset = layout.Offset - first + gradient.Layout.Offset;
        return new Tensor<T>(TensorNode.Create(gradient.Storage!, in moved));
    }
}

/// <summary>A place to write one contribution to a gradient; disposing it adds what was written where that is still to do.</summary>
internal readonly ref struct Contribution<T>
    where T : unmanaged
{
    private readonly Tensor<T> sum;
    private readonly bool isDirect;

    public Contribution(Tensor<T> target, Tensor<T> sum, bool isDirect)
    {
        Target = target;
        this.sum = sum;
        this.isDirect = isDirect;
    }

    /// <summary>Where the contribution is to be written, completely.</summary>
    public Tensor<T> Target { get; }

    public void Dispose()
    {
        if (!isDirect)
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
