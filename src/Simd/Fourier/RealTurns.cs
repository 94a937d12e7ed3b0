namespace Onsager.Simd;

/// <summary>
/// exp(-i pi k / h) for k up to h / 2, as a product of two roots: one of the first <see cref="Block"/> and one of every Block-th, which is 1 for the shorter lengths, so that tables
/// stay in the first cache. Within 1.1 ulp.
/// </summary>
internal sealed unsafe class RealTurns<T>
    where T : unmanaged
{
    /// <summary>Roots that share a far one.</summary>
    public const int Block = 1024;

    private readonly T[] memory;

    public RealTurns(int half)
    {
        int near = (int)long.Min(Block, ((long)half / 2) + 1), far = (half / 2 / Block) + 1, line = 64 / sizeof(T);
        memory = FourierPlan<T>.NewTable((2L * (near + far)) + line, out T* at);
        Near = Planes<T>.In(at, near);
        Far = Planes<T>.In(at + (2 * near), far);
        Roots roots = new(2L * half, isTable: false);
        for (int k = 0; k < near; k++)
        {
            Set(Near.From(k), roots[k]);
        }

        for (int k = 0; k < far; k++)
        {
            Set(Far.From(k), roots[(long)k * Block]);
        }
    }

    /// <summary>The first roots.</summary>
    public Planes<T> Near { get; }

    /// <summary>Every Block-th root.</summary>
    public Planes<T> Far { get; }

    /// <summary>Bytes of the tables.</summary>
    public long Bytes => (long)memory.Length * sizeof(T);

    private static void Set(Planes<T> place, (double Re, double Im) root) => (*place.Re, *place.Im) = (FourierPlan<T>.Of(root.Re), FourierPlan<T>.Of(root.Im));
}
