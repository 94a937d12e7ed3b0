namespace Onsager.Tensors;

/// <summary>
/// What a tensor's handle points to: memory and layout. Nodes are used again and again; the generation tells a handle whether the node is
/// still its own. A node lives as long as its handle or the tape needs it.
/// </summary>
internal sealed class TensorNode
{
    /// <summary>As many nodes wait at most on a thread; the others are the garbage collector's, where one thread makes tensors and another one releases them.</summary>
    private const int MostFree = 1 << 16;

    [ThreadStatic]
    private static TensorNode? free;

    private TensorNode? nextFree;

    private int freeBehind;

    private int users;

    public Layout Layout;

    public Storage? Storage { get; private set; }

    /// <summary>Grows when the handle is released, so that stale handles are found out.</summary>
    public int Generation { get; private set; }

    /// <summary>The scope whose end this tensor survives; int.MaxValue for none.</summary>
    public int KeptAbove { get; set; }

    /// <summary>When it was made, in ticks of the stopwatch; only while something watches.</summary>
    public long Made { get; set; }

    /// <summary>What has filled it, and in which generation; only while something watches.</summary>
    public (string? Name, int Generation) Operation { get; set; }

    public static TensorNode Create(Storage storage, in Layout layout) => Create(storage, in layout, layout.Offset);

    /// <summary>A node with a layout from another place on.</summary>
    public static TensorNode Create(Storage storage, in Layout layout, nint offset)
    {
        TensorNode node = Rent(storage);
        node.Layout.Become(in layout, offset);
        Entered(node);
        return node;
    }

    /// <summary>A node whose elements lie one after the other.</summary>
    public static TensorNode CreateContiguous(Storage storage, in Shape shape, nint offset = 0)
    {
        TensorNode node = Rent(storage);
        node.Layout.BecomeContiguous(in shape, offset);
        Entered(node);
        return node;
    }

    /// <summary>A node that no scope releases: its only user is whoever made it.</summary>
    public static TensorNode CreateOwned(Storage storage, in Layout layout)
    {
        TensorNode node = Rent(storage);
        node.Layout.Become(in layout, layout.Offset);
        return node;
    }

    private static void Entered(TensorNode node)
    {
        Scope.Enter(node);
        if (Watch.IsOn)
        {
            Watch.Created(node);
        }
    }

    private static TensorNode Rent(Storage storage)
    {
        TensorNode? node = free;
        if (node is null)
        {
            node = new TensorNode();
        }
        else
        {
            free = node.nextFree;
            node.nextFree = null;
        }

        storage.AddUser();
        node.Storage = storage;
        node.users = 1;
        node.KeptAbove = int.MaxValue;
        return node;
    }

    public Operand Operand() => new(Storage!, in Layout);

    public void AddUser() => Interlocked.Increment(ref users);

    public void ReleaseHandle()
    {
        if (Watch.IsOn)
        {
            Watch.Released(this);
        }

        Generation++;
        RemoveUser();
    }

    public void RemoveUser()
    {
        // The only user has nobody to race with.
        if (Volatile.Read(ref users) == 1 || Interlocked.Decrement(ref users) == 0)
        {
            users = 0;

            // Also when only the tape held it: a scope that still lists the node must see that it is gone.
            Generation++;
            Storage!.RemoveUser();
            Storage = null;
            TensorNode? next = free;
            int behind = next is null ? 0 : next.freeBehind + 1;
            if (behind < MostFree)
            {
                (nextFree, freeBehind) = (next, behind);
                free = this;
            }
        }
    }
}
