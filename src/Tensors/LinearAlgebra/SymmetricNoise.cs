using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// A symmetric matrix or tensor of order three [n, n(, n)] of standard normal numbers, 0 wherever two indices are equal: each number is one element of a stream, in row-major order of rising
/// indices, and stands for all permutations of its indices. The numbers are stored packed, n (n - 1) / 2 or n (n - 1) (n - 2) / 6 floats, or made again for every product and never stored.
/// </summary>
/// <remarks>Products have the same bits on every exact device and for every number of threads. Memory of another device than the processor is to be given back by <see cref="Dispose"/>.</remarks>
public sealed class SymmetricNoise : IDisposable
{
    private readonly SymmetricForm form;
    private float[]? packed;
    private Tensor<float>? remote;
    private bool isDisposed;

    private SymmetricNoise(int order, int size, RandomStream stream, bool isStored, Device? device)
    {
        if (order is not (2 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(order), order, "symmetric noise: orders 2 (matrices) and 3 (tensors) are known.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(size, order);
        ArgumentNullException.ThrowIfNull(stream);
        form = new(order, size, stream.Seed, stream.Number);
        Device = device ?? Device.Cpu;
        if (!isStored)
        {
            return;
        }

        if (Device == Device.Cpu)
        {
            packed = Fill(GC.AllocateUninitializedArray<float>(checked((int)form.Elements)));
            return;
        }

        // No scope releases them: they live as long as this does.
        Layout layout = Layout.Contiguous([checked((nint)form.Elements)]);
        Storage storage = Device.Allocate(checked((nint)form.Elements * sizeof(float)));
        storage.FloatSize = sizeof(float);
        Tensor<float> elements = new(TensorNode.CreateOwned(storage, in layout));
        try
        {
            Device.Random<NormalDistribution, float>(default, form.Seed, form.Stream, 0, elements.Operand);
        }
        catch
        {
            elements.Dispose();
            throw;
        }

        remote = elements;
    }

    /// <summary>2 for a matrix, 3 for a tensor.</summary>
    public int Order => form.Order;

    /// <summary>n.</summary>
    public int Size => form.Size;

    /// <summary>Independent numbers.</summary>
    public long Elements => form.Elements;

    /// <summary>Where products are made.</summary>
    public Device Device { get; }

    /// <summary>Numbers that are stored.</summary>
    /// <param name="order">2 or 3.</param>
    /// <param name="size">n.</param>
    /// <param name="stream">The stream of the numbers, from its beginning.</param>
    /// <param name="device">Where; the processor if none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is neither 2 nor 3, or n below it.</exception>
    /// <exception cref="OverflowException">There are more than 2^31 numbers on the processor: stream them.</exception>
    public static SymmetricNoise Stored(int order, int size, RandomStream stream, Device? device = null) => new(order, size, stream, isStored: true, device);

    /// <summary>The same numbers, made again for every product.</summary>
    /// <inheritdoc cref="Stored"/>
    public static SymmetricNoise Streamed(int order, int size, RandomStream stream, Device? device = null) => new(order, size, stream, isStored: false, device);

    /// <summary>y = the contraction with order - 1 copies of each column: y[i] = sum over j of xi(i, j) x[j], or over j &lt; k of xi(i, j, k) x[j] x[k].</summary>
    /// <param name="x">[n, columns], contiguous, on <see cref="Device"/>; columns is a multiple of 16.</param>
    /// <param name="y">The same, apart from x.</param>
    /// <exception cref="ArgumentException">Shapes, layouts or devices do not fit, or y overlaps x.</exception>
    /// <exception cref="InvalidOperationException">A gradient that is being recorded depends on y.</exception>
    /// <exception cref="NotSupportedException">x is being differentiated (contractions have no derivative), or a plan is being recorded.</exception>
    /// <exception cref="ObjectDisposedException">The numbers have been given back.</exception>
    public void ContractInto(Tensor<float> x, Tensor<float> y)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        Recorder.Refuse(SymmetricForm.Name);
        if (x.Rank != 2 || x.Shape[0] != Size || x.Shape[1] < 1 || x.Shape[1] % TriangleProduct.ColumnUnit != 0 || y.Shape != x.Shape || !x.IsContiguous || !y.IsContiguous)
        {
            throw new ArgumentException($"{SymmetricForm.Name}: contiguous x and y [{Size}, columns] are needed, with columns a multiple of {TriangleProduct.ColumnUnit}; got {x.Shape} and {y.Shape}.", nameof(x));
        }

        if (x.Device != Device || y.Device != Device)
        {
            throw new ArgumentException($"{SymmetricForm.Name}: the numbers are on {Device}, x on {x.Device} and y on {y.Device}.", nameof(x));
        }

        Indexing.CheckSeparate(SymmetricForm.Name, x.Shape, y.Node, x.Node);
        if (packed is not null)
        {
            using Tensor<float> view = Tensor.FromBuffer(packed, [packed.Length]);
            Device.Contract(form, view.Operand, x.Operand, y.Operand);
            return;
        }

        Device.Contract(form, remote is Tensor<float> stored ? stored.Operand : default, x.Operand, y.Operand);
    }

    /// <summary>All numbers in their order, on the processor: a copy.</summary>
    /// <exception cref="OverflowException">They do not fit an array.</exception>
    /// <exception cref="ObjectDisposedException">The numbers have been given back.</exception>
    public float[] ToArray()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return packed is not null ? [.. packed] : Fill(GC.AllocateUninitializedArray<float>(checked((int)form.Elements)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        remote?.Dispose();
        (remote, packed, isDisposed) = (null, null, true);
    }

    private float[] Fill(float[] elements)
    {
        const int Piece = 1 << 20;
        SymmetricForm numbers = form;
        Device.Cpu.InParts((int)((elements.Length + (long)Piece - 1) / Piece), part =>
            RandomFill.Normal(numbers.Seed, numbers.Stream, (ulong)part * Piece, elements.AsSpan(part * Piece, int.Min(Piece, elements.Length - (part * Piece)))));
        return elements;
    }
}
