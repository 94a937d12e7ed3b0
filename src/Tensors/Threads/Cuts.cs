using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Where work is cut for several threads: by its size alone. <c>bench/Micro -- pool</c> measures where two threads begin to win over one; the
/// sizes here lie above that by a margin, since the data of real work is not always where the second thread finds it soon.
/// </summary>
internal static class Cuts
{
    /// <summary>Elements below which one thread is faster, with an operator that is an instruction or a few.</summary>
    public const int Cheap = 1 << 15;

    /// <summary>Elements of a part of such work at the least.</summary>
    public const int CheapPart = 1 << 13;

    /// <summary>The same with an operator that is a polynomial at least.</summary>
    public const int Dear = 1 << 13;

    /// <summary>Elements of a part of such work at the least.</summary>
    public const int DearPart = 1 << 11;

    /// <summary>Elements from which on results are so long that a driver that sees enough of them writes around the caches.</summary>
    public const int Long = 1 << 23;

    /// <summary>Elements that it has to see for that.</summary>
    public const int LongPart = 1 << 20;

    /// <summary>Elements below which one thread reduces faster.</summary>
    public const int Reduction = 1 << 16;

    /// <summary>Elements of a part of a reduction at the least: whole blocks of a sum.</summary>
    public const int ReductionPart = 1 << 14;

    /// <summary>Random numbers below which one thread is faster.</summary>
    public const int Random = 1 << 13;

    /// <summary>Random numbers of a part at the least.</summary>
    public const int RandomPart = 1 << 11;

    /// <summary>Floating-point operations below which one thread multiplies matrices faster.</summary>
    public const double Product = 5e5;

    /// <summary>Floating-point operations of a part of many small products at the least.</summary>
    public const double ProductPart = 2.5e5;

    /// <summary>Floating-point operations from which on products of a batch are shared one by one, each by all threads.</summary>
    public const double LargeProduct = 3e7;

    /// <summary>Floating-point operations from which on a product takes longer than waking the threads that it is shared with.</summary>
    public const double LongProduct = 1e7;

    /// <summary>Elements from which on any work takes longer than waking the threads that it is shared with.</summary>
    public const int WakesAtOnce = 1 << 18;

    /// <summary>Parts begin at multiples of so many elements: whole cache lines, and whole strides of every loop.</summary>
    private const int Unit = 64;

    /// <summary>Whether an operator is more than a few instructions: those that are not correctly rounded are.</summary>
    public static bool IsDear<TOp>()
        where TOp : IOperator => TOp.MaxUlpSingle > 0.5;

    /// <summary>Elements of a part, and the number of parts: an even one, all of nearly the same size, or one below the cut-off.</summary>
    public static (nint PerPart, int Parts) Of(nint size, int alone, int part)
    {
        if (size < alone)
        {
            return (size, 1);
        }

        nint parts = nint.Max(2, size / part / 2 * 2), perPart = (((size + parts - 1) / parts) + Unit - 1) / Unit * Unit;
        return (perPart, checked((int)((size + perPart - 1) / perPart)));
    }

    /// <summary>Rows and columns of a part of a product [m, n]: columns are shared where whole panels divide them evenly enough, rows otherwise.</summary>
    public static (nint Rows, nint Columns) OfProduct(nint m, nint n, int parts)
    {
        nint columns = (((n + parts - 1) / parts) + 31) / 32 * 32, rows = nint.Max(1, (m + parts - 1) / parts);
        bool even = columns * parts * 8 <= n * 9;
        return n >= 64 * parts && (even || rows < 12) ? (m, columns) : (rows, n);
    }

    /// <summary>The same for results that are written by elementwise work.</summary>
    public static (nint PerPart, int Parts) OfElementwise(nint size, bool isDear) =>
        size >= Long ? Of(size, Long, LongPart) : isDear ? Of(size, Dear, DearPart) : Of(size, Cheap, CheapPart);
}
