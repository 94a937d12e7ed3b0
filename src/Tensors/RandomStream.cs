using System.Runtime.CompilerServices;
using System.Text;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// A stream of random numbers (Philox4x32-10), known by seed and number: drawing moves its position, and the same draws give the same
/// numbers on every device and for every thread count. Streams with different numbers are independent. A draw whose arguments are refused, or
/// that the device has no kernel for, writes nothing and does not move the position.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="number">The stream's number under this seed.</param>
public sealed partial class RandomStream(ulong seed, ulong number = 0)
{
    /// <summary>Bit 62 of a child's index: the children that have names.</summary>
    private const ulong Named = 1UL << 62;

    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The stream's number.</summary>
    public ulong Number { get; } = number;

    /// <summary>
    /// The 32-bit word that the next draw begins with. A float32 element takes one word; a float64 element, an integer, a category and a Poisson
    /// number take two, and their draws begin at the next multiple of four. Draws end at even places, where pairs of normals begin, so
    /// draws of any types after one another never share a word.
    /// </summary>
    public ulong Position { get; set; }

    /// <summary>
    /// The child stream of an index: the same whenever it is asked for, whatever was drawn before. Its seed and number are the block of the
    /// generator that this stream's key gives for the counter (2^63 + index, number), which no draw of this stream reaches; children with
    /// different indices differ (see <see cref="Philox.Child"/>).
    /// </summary>
    /// <param name="index">Which child, below 2^62.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is 2^62 or more.</exception>
    public RandomStream Fork(ulong index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Named);
        return Child(index);
    }

    /// <summary>
    /// The child stream of a name: seven bytes of its UTF-8 at a time choose a child, and the next seven a child of that. Names and indices never
    /// choose the same child.
    /// </summary>
    /// <param name="name">Any text; two names are the same child only if they are equal.</param>
    public RandomStream Fork(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(name);
        RandomStream child = this;
        bool more;
        do
        {
            // Bits 0 to 55 hold the bytes, 56 to 58 say how many, 59 that more follow.
            int count = int.Min(7, rest.Length);
            more = rest.Length > count;
            ulong index = Named | ((ulong)count << 56) | (more ? 1UL << 59 : 0);
            for (int i = 0; i < count; i++)
            {
                index |= (ulong)rest[i] << (8 * i);
            }

            child = child.Child(index);
            rest = rest[count..];
        }
        while (more);

        return child;
    }

    /// <summary>The children 0 to count - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public RandomStream[] Split(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        RandomStream[] children = new RandomStream[count];
        for (int i = 0; i < count; i++)
        {
            children[i] = Fork((ulong)i);
        }

        return children;
    }

    private RandomStream Child(ulong index)
    {
        (ulong seed, ulong number) = Philox.Child(Seed, Number, index);
        return new(seed, number);
    }

    /// <summary>The recording in which the stream was made; 0 for none.</summary>
    internal long Recording { get; } = Recorder.Current?.Number ?? 0;

    /// <summary>Moves behind a draw of so many elements, which take this many words each, and says where it begins.</summary>
    internal ulong Take(int words, ulong elements)
    {
        ulong first = First(words);
        Move(first, elements, words);
        return first;
    }

    /// <summary>Where a draw begins, in elements that take this many words.</summary>
    private ulong First(int words) => words == 1 ? Position : (Position + 3) / 4 * 2;

    /// <summary>Moves behind a draw; pairs are not cut.</summary>
    private void Move(ulong first, ulong elements, int words) => Position = (first + elements + (elements % 2)) * (ulong)words;

    private void Draw<TDistribution, T>((T A, T B, T C) parameters, Tensor<T> destination)
        where TDistribution : struct, IDistribution
        where T : unmanaged
    {
        Elementwise.CheckDestination(TDistribution.Name, destination.Node);
        if (destination.IsContiguous)
        {
            Fill<TDistribution, T>(parameters, destination);
            return;
        }

        using Tensor<T> packed = Tensor.Empty<T>(destination.Shape, destination.Device);
        Fill<TDistribution, T>(parameters, packed);
        destination.Device.Copy<T>(packed.Operand, destination.Operand);
    }

    private void Fill<TDistribution, T>((T A, T B, T C) parameters, Tensor<T> contiguous)
        where TDistribution : struct, IDistribution
        where T : unmanaged
    {
        int words = Unsafe.SizeOf<T>() / sizeof(uint);
        ulong first = First(words);
        contiguous.Device.Random<TDistribution, T>(parameters, Seed, Number, first, contiguous.Operand);
        Move(first, (ulong)contiguous.Size, words);
        Recorder.Current?.Drew(this, words, contiguous.Size);
    }

    /// <summary>The same for a rule that draws on the host; its elements take this many words.</summary>
    private void Draw<TDraw, T>(TDraw draw, Tensor<T> destination, int words)
        where TDraw : struct, IDraw<T>
        where T : unmanaged
    {
        Elementwise.CheckDestination(TDraw.Name, destination.Node);
        if (destination.IsContiguous)
        {
            Fill(draw, destination, words);
            return;
        }

        using Tensor<T> packed = Tensor.Empty<T>(destination.Shape, destination.Device);
        Fill(draw, packed, words);
        destination.Device.Copy<T>(packed.Operand, destination.Operand);
    }

    private void Fill<TDraw, T>(TDraw draw, Tensor<T> contiguous, int words)
        where TDraw : struct, IDraw<T>
        where T : unmanaged
    {
        ulong first = First(words);
        contiguous.Device.Draw<TDraw, T>(draw, Seed, Number, first, contiguous.Operand);
        Move(first, (ulong)contiguous.Size, words);
        Recorder.Current?.Drew(this, words, contiguous.Size);
    }

    private Tensor<T> New<TDistribution, T>((T A, T B, T C) parameters, Shape shape, Device? device)
        where TDistribution : struct, IDistribution
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(TDistribution.Name);
        Tensor<T> tensor = Tensor.Empty<T>(shape, device);
        try
        {
            Draw<TDistribution, T>(parameters, tensor);
        }
        catch
        {
            tensor.Dispose();
            throw;
        }

        return tensor;
    }

    private Tensor<T> New<TDraw, T>(TDraw draw, Shape shape, int words, Device? device)
        where TDraw : struct, IDraw<T>
        where T : unmanaged
    {
        Tensor<T> tensor = Tensor.Empty<T>(shape, device);
        try
        {
            Draw(draw, tensor, words);
        }
        catch
        {
            tensor.Dispose();
            throw;
        }

        return tensor;
    }
}
