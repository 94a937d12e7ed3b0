using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>A rule that makes numbers of a stream, each a function of the stream and its place alone.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IDraw<T>
    where T : unmanaged
{
    /// <summary>The rule's lower-case name, for messages.</summary>
    static abstract string Name { get; }

    /// <summary>Consecutive elements that are made together: 1, or a point's coordinates.</summary>
    int Width { get; }

    /// <summary>Fills y with elements first, first + 1, ...</summary>
    void Fill(ulong seed, ulong stream, ulong first, Span<T> y);
}

/// <summary>Integers in [0, n).</summary>
internal readonly struct IntegersDraw(int n) : IDraw<int>
{
    public static string Name => "integers";

    /// <summary>How many integers there are.</summary>
    public int Number => n;

    public int Width => 1;

    public void Fill(ulong seed, ulong stream, ulong first, Span<int> y) => RandomFill.Integers(seed, stream, first, n, y);
}

/// <summary>64-bit integers in [0, n).</summary>
internal readonly struct WideIntegersDraw(long n) : IDraw<long>
{
    public static string Name => "integers";

    /// <summary>How many integers there are.</summary>
    public long Number => n;

    public int Width => 1;

    public void Fill(ulong seed, ulong stream, ulong first, Span<long> y) => RandomFill.Integers(seed, stream, first, n, y);
}

/// <summary>Integers by a table of their probabilities.</summary>
internal readonly struct CategoricalDraw(AliasTable table) : IDraw<int>
{
    public static string Name => "categorical";

    /// <summary>The probabilities.</summary>
    public AliasTable Table => table;

    public int Width => 1;

    public void Fill(ulong seed, ulong stream, ulong first, Span<int> y) => table.Fill(seed, stream, first, y);
}

/// <summary>Poisson's distribution, by its table.</summary>
internal readonly struct PoissonDraw(AliasTable table) : IDraw<int>
{
    public static string Name => "poisson";

    /// <summary>The probabilities.</summary>
    public AliasTable Table => table;

    public int Width => 1;

    public void Fill(ulong seed, ulong stream, ulong first, Span<int> y) => table.Fill(seed, stream, first, y);
}

/// <summary>Points on the unit sphere.</summary>
internal readonly struct SphereDraw<T>(int dimension) : IDraw<T>
    where T : unmanaged
{
    public static string Name => "sphere";

    public int Width => dimension;

    public void Fill(ulong seed, ulong stream, ulong first, Span<T> y) => RandomFill.Sphere(seed, stream, first, dimension, y);
}
