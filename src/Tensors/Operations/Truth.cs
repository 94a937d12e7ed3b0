using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Whether elements are true: booleans as they are, numbers where they are not 0 (NaN is not). On the processor only: another device
/// throws <see cref="NotSupportedException"/>.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>True if an element is; false for none.</summary>
    public bool Any()
    {
        Tape.NoteRead(Node);
        using Packed<T> x = new("any", Node);
        return Truth.Any(x.Elements);
    }

    /// <summary>True if every element is; true for none.</summary>
    public bool All()
    {
        Tape.NoteRead(Node);
        using Packed<T> x = new("all", Node);
        return Truth.Count(x.Elements) == x.Elements.Length;
    }

    /// <summary>How many elements are true.</summary>
    public int CountNonzero()
    {
        Tape.NoteRead(Node);
        using Packed<T> x = new("count nonzero", Node);
        return Truth.Count(x.Elements);
    }

    /// <summary>True where an element over some axes is; false where they have none.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<bool> Any(ReadOnlySpan<int> axes, bool keepDimensions = false) => Truth.Reduced<AnyOf, T, bool>(this, axes, keepDimensions);

    /// <summary>True where an element over some axes is, into an existing tensor of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void AnyInto(ReadOnlySpan<int> axes, Tensor<bool> destination) => Truth.ReducedInto<AnyOf, T, bool>(this, axes, destination);

    /// <summary>True where every element over some axes is; true where they have none.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<bool> All(ReadOnlySpan<int> axes, bool keepDimensions = false) => Truth.Reduced<AllOf, T, bool>(this, axes, keepDimensions);

    /// <summary>True where every element over some axes is, into an existing tensor of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void AllInto(ReadOnlySpan<int> axes, Tensor<bool> destination) => Truth.ReducedInto<AllOf, T, bool>(this, axes, destination);

    /// <summary>How many elements over some axes are true.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<int> CountNonzero(ReadOnlySpan<int> axes, bool keepDimensions = false) => Truth.Reduced<CountOf, T, int>(this, axes, keepDimensions);

    /// <summary>How many elements over some axes are true, into an existing tensor of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void CountNonzeroInto(ReadOnlySpan<int> axes, Tensor<int> destination) => Truth.ReducedInto<CountOf, T, int>(this, axes, destination);
}

/// <summary>What is made of a line of elements by their truth.</summary>
internal interface ITruth<TResult>
{
    static abstract string Name { get; }

    static abstract TResult Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged;
}

internal readonly struct AnyOf : ITruth<bool>
{
    public static string Name => "any";

    public static bool Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged => Truth.Any(line);
}

internal readonly struct AllOf : ITruth<bool>
{
    public static string Name => "all";

    public static bool Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged => Truth.Count(line) == line.Length;
}

internal readonly struct CountOf : ITruth<int>
{
    public static string Name => "count nonzero";

    public static int Of<T>(ReadOnlySpan<T> line)
        where T : unmanaged => Truth.Count(line);
}

/// <summary>What questions of truth share.</summary>
internal static class Truth
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsTrue<T>(T x)
        where T : unmanaged => typeof(T) == typeof(bool) ? Unsafe.BitCast<T, bool>(x) : !EqualityComparer<T>.Default.Equals(x, default);

    public static bool Any<T>(ReadOnlySpan<T> line)
        where T : unmanaged
    {
        foreach (T x in line)
        {
            if (IsTrue(x))
            {
                return true;
            }
        }

        return false;
    }

    public static int Count<T>(ReadOnlySpan<T> line)
        where T : unmanaged
    {
        if (typeof(T) == typeof(bool))
        {
            return Booleans.Count(System.Runtime.InteropServices.MemoryMarshal.Cast<T, bool>(line));
        }

        int count = 0;
        foreach (T x in line)
        {
            count += IsTrue(x) ? 1 : 0;
        }

        return count;
    }

    public static Tensor<TResult> Reduced<TTruth, T, TResult>(Tensor<T> of, ReadOnlySpan<int> axes, bool keepDimensions)
        where TTruth : struct, ITruth<TResult>
        where T : unmanaged
        where TResult : unmanaged
    {
        TensorNode x = of.Node;
        Layout lines = Reductions.AxesLast(in x.Layout, axes, TTruth.Name, out Shape kept, out Shape keptWithOnes);
        Packed<T>.Check(TTruth.Name, x.Storage!.Device, x.Layout.Shape);
        using Scope scope = Scope.Begin();
        TensorNode y = Tensor.NewNode<TResult>(kept, x.Storage.Device);
        Write<TTruth, T, TResult>(x, in lines, y);
        y.Layout = Layout.Contiguous(keepDimensions ? keptWithOnes : kept);
        return scope.Keep(new Tensor<TResult>(y));
    }

    public static void ReducedInto<TTruth, T, TResult>(Tensor<T> of, ReadOnlySpan<int> axes, Tensor<TResult> destination)
        where TTruth : struct, ITruth<TResult>
        where T : unmanaged
        where TResult : unmanaged
    {
        TensorNode x = of.Node;
        Layout lines = Reductions.AxesLast(in x.Layout, axes, TTruth.Name, out Shape kept, out Shape keptWithOnes);
        Layout results = Reductions.CheckDestination(TTruth.Name, kept, keptWithOnes, destination.Node, x);
        using Tensor<TResult> target = destination.View(results);
        Write<TTruth, T, TResult>(x, in lines, target.Node);
    }

    private static void Write<TTruth, T, TResult>(TensorNode x, in Layout lines, TensorNode y)
        where TTruth : struct, ITruth<TResult>
        where T : unmanaged
        where TResult : unmanaged
    {
        using Packed<T> from = new(TTruth.Name, x, in lines);
        using Unpacked<TResult> to = new(TTruth.Name, y);
        Span<TResult> results = to.Elements;
        int length = results.IsEmpty ? 0 : from.Elements.Length / results.Length;
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = TTruth.Of(from.Elements.Slice(i * length, length));
        }

        to.Finish();
    }
}
