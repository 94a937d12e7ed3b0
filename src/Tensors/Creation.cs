using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>Makes tensors.</summary>
public static partial class Tensor
{
    /// <summary>A tensor whose elements are undefined until they are written.</summary>
    public static Tensor<T> Empty<T>(Shape shape, Device? device = null)
        where T : unmanaged => new(NewNode<T>(shape, device ?? Device.Cpu));

    /// <summary>All elements zero.</summary>
    public static Tensor<T> Zeros<T>(Shape shape, Device? device = null)
        where T : unmanaged => Full(shape, default(T), device);

    /// <summary>All elements one.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static Tensor<T> Ones<T>(Shape shape, Device? device = null)
        where T : unmanaged => Full(shape, Constant<T>(1), device);

    /// <summary>All elements the same.</summary>
    public static Tensor<T> Full<T>(Shape shape, T value, Device? device = null)
        where T : unmanaged
    {
        Tensor<T> tensor = Empty<T>(shape, device);
        tensor.Device.Fill(value, tensor.Operand);
        return tensor;
    }

    /// <summary>A scalar: a tensor of shape [].</summary>
    public static Tensor<T> Scalar<T>(T value, Device? device = null)
        where T : unmanaged => From(new ReadOnlySpan<T>(ref value), [], device);

    /// <summary>A copy of the elements, in row-major order.</summary>
    /// <exception cref="ArgumentException">Their number is not the shape's size.</exception>
    public static Tensor<T> From<T>(ReadOnlySpan<T> elements, Shape shape, Device? device = null)
        where T : unmanaged
    {
        if (elements.Length != shape.Size)
        {
            throw new ArgumentException($"from: {elements.Length} elements for {shape}, which has {shape.Size}.", nameof(elements));
        }

        Tensor<T> tensor = Empty<T>(shape, device);
        tensor.Device.CopyFromHost(elements, tensor.Node.Storage!, 0);
        return tensor;
    }

    /// <summary>
    /// A tensor on the processor over existing memory, without a copy: both see what either writes. The memory is pinned until the tensor and every
    /// view of it are disposed; memory that is not managed must outlive them.
    /// </summary>
    /// <exception cref="ArgumentException">The memory's length is not the shape's size.</exception>
    /// <exception cref="NotSupportedException">A plan is being recorded.</exception>
    public static Tensor<T> FromBuffer<T>(Memory<T> memory, Shape shape)
        where T : unmanaged
    {
        if (memory.Length != shape.Size)
        {
            throw new ArgumentException($"from buffer: {memory.Length} elements for {shape}, which has {shape.Size}.", nameof(memory));
        }

        Recorder.Refuse("from buffer");
        return Borrowed.Tensor(memory, shape);
    }

    /// <summary>The same over an array's elements in row-major order.</summary>
    /// <exception cref="ArgumentException">The array's length is not the shape's size.</exception>
    /// <exception cref="NotSupportedException">A plan is being recorded.</exception>
    public static Tensor<T> FromBuffer<T>(T[] array, Shape shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(array);
        return FromBuffer(array.AsMemory(), shape);
    }

    /// <summary>The identity matrix [n, n].</summary>
    public static Tensor<T> Identity<T>(nint n, Device? device = null)
        where T : unmanaged
    {
        T one = Constant<T>(1);
        Tensor<T> tensor = Zeros<T>([n, n], device);
        Layout diagonal = Layout.Contiguous([n]).Slice(0, 0, n, n + 1);
        tensor.Device.Fill(one, new Operand(tensor.Node.Storage!, in diagonal));
        return tensor;
    }

    /// <summary>A node of new memory with a row-major layout.</summary>
    internal static TensorNode NewNode<T>(in Shape shape, Device device)
        where T : unmanaged
    {
        Storage storage = device.Allocate(shape.Size * Unsafe.SizeOf<T>());
        storage.FloatSize = FloatSize<T>();
        return TensorNode.CreateContiguous(storage, in shape);
    }

    /// <summary>Bytes of a floating-point element, 0 for others.</summary>
    internal static byte FloatSize<T>() => typeof(T) == typeof(float) ? (byte)sizeof(float) : typeof(T) == typeof(double) ? (byte)sizeof(double) : (byte)0;

    /// <summary>Refuses element types without arithmetic, before any memory is taken for a result.</summary>
    internal static void CheckArithmetic<T>(string operation)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"{operation}: the element type is {typeof(T).Name}; float (Single) and double (Double) are supported.");
        }
    }

    /// <summary>A constant in the element type, rounded to nearest even.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static T Constant<T>(double value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return Unsafe.BitCast<float, T>((float)value);
        }

        if (typeof(T) == typeof(double))
        {
            return Unsafe.BitCast<double, T>(value);
        }

        throw new NotSupportedException($"arithmetic: the element type is {typeof(T).Name}; float (Single) and double (Double) are supported.");
    }
}
