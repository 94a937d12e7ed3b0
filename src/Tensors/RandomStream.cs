namespace Onsager.Tensors;

/// <summary>
/// A stream of random numbers (Philox4x32-10), known by seed and number: drawing moves its position, and the same draws give the same
/// numbers on every device and for every thread count. Streams with different numbers are independent.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="number">The stream's number under this seed.</param>
public sealed class RandomStream(ulong seed, ulong number = 0)
{
    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The stream's number.</summary>
    public ulong Number { get; } = number;

    /// <summary>The element that the next draw begins with. Draws begin at even elements, where pairs of normals begin.</summary>
    public ulong Position { get; set; }

    /// <summary>Fills a tensor with uniform numbers in [0, 1).</summary>
    public void UniformInto<T>(Tensor<T> destination)
        where T : unmanaged => Draw(destination, normal: false);

    /// <summary>Fills a tensor with standard normal numbers.</summary>
    public void NormalInto<T>(Tensor<T> destination)
        where T : unmanaged => Draw(destination, normal: true);

    /// <summary>A tensor of uniform numbers in [0, 1).</summary>
    public Tensor<T> Uniform<T>(Shape shape, Device? device = null)
        where T : unmanaged
    {
        Tensor<T> tensor = Tensor.Empty<T>(shape, device);
        UniformInto(tensor);
        return tensor;
    }

    /// <summary>A tensor of standard normal numbers.</summary>
    public Tensor<T> Normal<T>(Shape shape, Device? device = null)
        where T : unmanaged
    {
        Tensor<T> tensor = Tensor.Empty<T>(shape, device);
        NormalInto(tensor);
        return tensor;
    }

    /// <summary>A random permutation of 0 .. count - 1 (Fisher and Yates, from 53-bit uniforms), on the host.</summary>
    public void Permutation(Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = i;
        }

        Span<double> tile = stackalloc double[256];
        for (int i = destination.Length - 1; i > 0;)
        {
            Span<double> uniforms = tile[..int.Min(tile.Length, i)];
            Simd.RandomFill.Uniform<double>(Seed, Number, Position, uniforms);
            Position += (ulong)uniforms.Length + ((ulong)uniforms.Length % 2);
            foreach (double u in uniforms)
            {
                int j = (int)(u * (i + 1));
                (destination[i], destination[j]) = (destination[j], destination[i]);
                i--;
            }
        }
    }

    private void Draw<T>(Tensor<T> destination, bool normal)
        where T : unmanaged
    {
        Tape.RefuseWrite(destination.Node, "random fill");
        if (!destination.IsContiguous)
        {
            using Tensor<T> packed = Tensor.Empty<T>(destination.Shape, destination.Device);
            Draw(packed, normal);
            destination.Device.Copy<T>(packed.Operand, destination.Operand);
            return;
        }

        if (normal)
        {
            destination.Device.Normal<T>(Seed, Number, Position, destination.Operand);
        }
        else
        {
            destination.Device.Uniform<T>(Seed, Number, Position, destination.Operand);
        }

        ulong size = (ulong)destination.Size;
        Position += size + (size % 2);
    }
}
