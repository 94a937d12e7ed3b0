namespace Onsager.Tensors;

/// <summary>
/// Releases at its end every tensor that was made on this thread inside it, newest first; what must outlive it is kept by name.
/// <code>
/// using Scope scope = Scope.Begin();
/// Tensor&lt;float&gt; y = scope.Keep(x.MatMul(w).Tanh());   // the product is released, y lives on
/// </code>
/// </summary>
public readonly ref struct Scope
{
    [ThreadStatic]
    private static Stack? stack;

    private readonly int depth;

    private Scope(int depth) => this.depth = depth;

    /// <summary>Opens a scope on this thread.</summary>
    public static Scope Begin()
    {
        stack ??= new Stack();
        return new Scope(stack.Open());
    }

    /// <summary>Lets a tensor outlive this scope: it passes to the scope around it, or to whoever disposes it.</summary>
    public Tensor<T> Keep<T>(Tensor<T> tensor)
        where T : unmanaged
    {
        tensor.Node.KeptAbove = int.Min(tensor.Node.KeptAbove, depth);
        return tensor;
    }

    /// <summary>Ends the scope; a default scope has nothing to end.</summary>
    /// <exception cref="InvalidOperationException">A scope opened later on this thread is still open, or this one has ended already.</exception>
    public void Dispose()
    {
        if (depth > 0)
        {
            stack!.Close(depth);
        }
    }

    internal static void Enter(TensorNode node)
    {
        if (stack is { Depth: > 0 } open)
        {
            open.Add(node);
        }
    }

    private sealed class Stack
    {
        private (TensorNode Node, int Generation)[] items = new (TensorNode, int)[64];
        private int[] starts = new int[8];
        private int count;

        public int Depth { get; private set; }

        public int Open()
        {
            if (Depth == starts.Length)
            {
                Array.Resize(ref starts, 2 * Depth);
            }

            starts[Depth++] = count;
            return Depth;
        }

        public void Add(TensorNode node)
        {
            if (count == items.Length)
            {
                MakeRoom();
            }

            items[count++] = (node, node.Generation);
        }

        /// <summary>What was disposed by hand is forgotten, so that a loop inside a scope does not need more with each turn; more room only where much lives.</summary>
        private void MakeRoom()
        {
            int kept = 0, scope = 0;
            for (int i = 0; i < count; i++)
            {
                while (scope < Depth && starts[scope] == i)
                {
                    starts[scope++] = kept;
                }

                (TensorNode node, int generation) = items[i];
                if (node.Generation == generation)
                {
                    items[kept++] = (node, generation);
                }
            }

            while (scope < Depth)
            {
                starts[scope++] = kept;
            }

            items.AsSpan(kept).Clear();
            count = kept;
            if (kept > items.Length / 2)
            {
                Array.Resize(ref items, 2 * items.Length);
            }
        }

        public void Close(int depth)
        {
            if (depth > Depth)
            {
                throw new InvalidOperationException($"scope: scope {depth} has ended already.");
            }

            if (depth != Depth)
            {
                throw new InvalidOperationException($"scope: scope {depth} ends while scope {Depth}, opened later, is open.");
            }

            Depth--;
            int start = starts[Depth], end = count;
            for (int i = end - 1; i >= start; i--)
            {
                (TensorNode node, int generation) = items[i];
                if (node.Generation == generation && node.KeptAbove > depth)
                {
                    node.ReleaseHandle();
                }
            }

            // What was kept moves to the scope around, in order; with none around it is its keeper's to dispose.
            count = start;
            for (int i = start; i < end; i++)
            {
                (TensorNode node, int generation) = items[i];
                items[i] = default;
                if (node.Generation != generation)
                {
                    continue;
                }

                if (Watch.IsOn)
                {
                    Watch.Outlived(node);
                }

                if (Depth > 0)
                {
                    if (node.KeptAbove == depth)
                    {
                        node.KeptAbove = int.MaxValue;
                    }

                    items[count++] = (node, generation);
                }
            }
        }
    }
}
