using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>
/// The gradient with respect to one piece of followed memory. Contributions to parts that nothing was written to yet are written
/// directly; later ones are made beside and added, in the order of the backward run. What nothing was written to is zero.
/// </summary>
internal sealed partial class GradientBuffer(Tape tape)
{
    // Of elements; or, where rows of one length make up the memory and all that was written are columns of each, of columns: parts of batched parameters are such.
    private readonly List<(nint First, nint End)> written = [];
    private nint row;
    private Storage? storage;
    private TensorNode? gradient;
    private nint first;
    private nint size;

    /// <summary>The differentiation that this gradient belongs to.</summary>
    public Tape Tape { get; } = tape;

    /// <summary>The thread of that differentiation.</summary>
    public int Thread => Tape.Thread;

    /// <summary>The next gradient with respect to the same memory, of another differentiation.</summary>
    public GradientBuffer? Next { get; set; }

    /// <summary>True when any contribution has arrived.</summary>
    public bool HasAny => written.Count > 0;

    /// <summary>Follows memory, unless another thread does.</summary>
    public bool TryOpen(Storage followed, in Layout layout, TensorNode? target)
    {
        if (!followed.TryFollow(this))
        {
            return false;
        }

        storage = followed;
        storage.AddUser();
        first = layout.Offset;
        size = layout.Shape.Size;
        gradient = target;
        target?.AddUser();
        return true;
    }

    public void Release()
    {
        Clear();
        storage!.Unfollow(this);
        storage.RemoveUser();
        storage = null;
        gradient?.RemoveUser();
        gradient = null;
    }

    /// <summary>Marks the followed memory.</summary>
    public void Mark(SavedMark mark) => storage!.Saved = mark;

    /// <summary>Forgets all contributions.</summary>
    public void Clear()
    {
        written.Clear();
        row = 0;
        sum?.RemoveUser();
        sum = null;
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
        if (written.Count == 0 && layout.Offset == first && layout.IsContiguous && layout.Extents.Size == size)
        {
            // All of it at once, and for the first time: what most gradients are.
            written.Add((first, first + size));
            return new Contribution<T>(target, default, isDirect: true);
        }

        (nint from, nint to, bool isDense) = Extent<T>(in layout);
        bool isFresh = true, isCovered = false;
        foreach ((nint start, nint end) in written)
        {
            isFresh &= to <= start || from >= end;
            isCovered |= from >= start && to <= end;
        }

        // Only a layout that fills its extent exactly may be written directly.
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
        (nint from, nint to, _) = Extent<T>(in layout);
        Clear<T>(from, to);
        return Target<T>(in layout);
    }

    /// <summary>Where a layout lies among what was written, in elements or in columns, and whether it fills that exactly. What does not fit columns makes them elements.</summary>
    private (nint From, nint To, bool IsDense) Extent<T>(in Layout layout)
        where T : unmanaged
    {
        (nint length, nint column, nint columns) = row != 0 || written.Count == 0 ? Columns(in layout) : default;
        if (length != 0 && (row == 0 || row == length))
        {
            row = length;
            return (column, column + columns, true);
        }

        if (row != 0)
        {
            if (layout.Offset == first && layout.IsContiguous && layout.Extents.Size == size)
            {
                return (0, row, true);
            }

            FillColumns<T>();
        }

        (nint from, nint to) = layout.Extent();
        return (from, to, layout.Extents.Size == to - from && layout.IsInjective());
    }

    /// <summary>The length of rows of which a layout has the same columns in each, the first one, and how many; zeros where it is none of the kind.</summary>
    private (nint Length, nint Column, nint Columns) Columns(in Layout layout)
    {
        Layout merged = layout.Merged();
        ref readonly Shape shape = ref merged.Extents;
        nint columns = shape.Rank == 2 && merged.Stride(1) == 1 ? shape[1] : shape.Rank == 1 ? 1 : 0;
        nint length = columns == 0 ? 0 : merged.Stride(0), column = layout.Offset - first;
        return length > columns && column + columns <= length && length * shape[0] == size ? (length, column, columns) : default;
    }

    /// <summary>Zeros in the columns that nothing was written to: from here on elements are counted.</summary>
    private void FillColumns<T>()
        where T : unmanaged
    {
        if (written.Count > 0)
        {
            if (sum is null)
            {
                Clear<T>(0, row);
            }
            else
            {
                FillGaps<T>();
            }

            written.Clear();
            written.Add((first, first + size));
        }

        row = 0;
    }

    /// <summary>Writes zeros to the elements of an extent that nothing was written to.</summary>
    private void Clear<T>(nint from, nint to)
        where T : unmanaged
    {
        nint at = from;
        while (TryGap(ref at, to, out nint stop))
        {
            Layout gap = Gap(at, stop);
            using (Tensor<T> zeros = Target<T>(in gap))
            {
                zeros.Fill(default);
            }

            Cover(at, stop);
            at = stop;
        }
    }

    /// <summary>The elements of an extent.</summary>
    private Layout Gap(nint from, nint to) =>
        row == 0 ? Layout.Contiguous([to - from], from) : Layout.Strided([size / row, to - from], [row, 1], first + from);

    /// <summary>Moves a place behind what was written; where that is still before the end, the gap that begins there reaches to stop.</summary>
    private bool TryGap(ref nint at, nint to, out nint stop)
    {
        nint before;
        do
        {
            before = at;
            foreach ((nint start, nint end) in written)
            {
                at = start <= at && at < end ? end : at;
            }
        }
        while (at != before);

        stop = to;
        foreach ((nint start, _) in written)
        {
            stop = start > at ? nint.Min(stop, start) : stop;
        }

        return at < to;
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
        // The buffer's own: whichever scope is open here must not release it.
        gradient ??= TensorNode.CreateOwned(storage!.Device.Allocate(size * Unsafe.SizeOf<T>()), Layout.Contiguous([size]));
        return new Tensor<T>(TensorNode.Create(gradient.Storage!, in layout, layout.Offset - first + gradient.Layout.Offset));
    }
}
