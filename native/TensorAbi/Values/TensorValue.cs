using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>A tensor of any element type that no scope releases.</summary>
internal sealed class TensorValue : Held
{
    private readonly TensorNode node;

    private TensorValue(TensorNode node, ElementType type)
    {
        this.node = node;
        Type = type;
    }

    public override string Kind => "tensor";

    public ElementType Type { get; }

    public Layout Layout => node.Layout;

    public Shape Shape => node.Layout.Shape;

    /// <summary>Another view of a tensor's memory, with a lifetime of its own.</summary>
    /// <exception cref="ArgumentException">See <see cref="CheckExtents"/>.</exception>
    public static TensorValue Of<T>(Tensor<T> tensor)
        where T : unmanaged => Of(tensor, ElementTypes.Of<T>());

    /// <summary>The same for elements that T has only moved.</summary>
    /// <exception cref="ArgumentException">See <see cref="CheckExtents"/>.</exception>
    public static TensorValue Of<T>(Tensor<T> tensor, ElementType type)
        where T : unmanaged
    {
        CheckExtents(tensor.Shape);
        return new(TensorNode.CreateOwned(tensor.Node.Storage!, tensor.Node.Layout), type);
    }

    /// <summary>Refuses a shape without elements whose other extents would keep a loop over them busy for ever.</summary>
    /// <exception cref="ArgumentException">Their product is above 2^31 - 1.</exception>
    public static void CheckExtents(Shape shape)
    {
        long product = 1;
        foreach (nint extent in shape)
        {
            product = extent > int.MaxValue / product ? int.MaxValue + 1L : product * long.Max(1, extent);
            if (product > int.MaxValue && shape.Size == 0)
            {
                throw new ArgumentException($"shape: {shape} has no elements; its other extents may have a product of {int.MaxValue}");
            }
        }
    }

    /// <summary>A tensor over memory of others; the lender is disposed with the last view of it, and where this fails.</summary>
    public static unsafe TensorValue Over<T>(byte* first, ElementType type, Shape shape, ReadOnlySpan<nint> strides, IDisposable lender)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        return Of(Borrowed.Tensor<T>(first, shape, strides, lender), type);
    }

    /// <summary>The tensor, while this has a user.</summary>
    /// <exception cref="NotSupportedException">Its elements are of another type.</exception>
    public Tensor<T> As<T>(string what)
        where T : unmanaged
    {
        Check(ElementTypes.Of<T>(), what);
        return new(node);
    }

    /// <summary>The tensor for what only moves its elements, as a type of their width: see <see cref="ElementTypes.ApplyByWidth"/>.</summary>
    public Tensor<T> AsMoved<T>()
        where T : unmanaged => new(node);

    /// <summary>The real parts of complex elements (0) or the imaginary ones (1), where they are: a view that a scope releases.</summary>
    public Tensor<T> Part<T>(int part)
        where T : unmanaged
    {
        Layout own = node.Layout;
        Span<nint> strides = stackalloc nint[own.Shape.Rank];
        for (int axis = 0; axis < strides.Length; axis++)
        {
            strides[axis] = 2 * own.Stride(axis);
        }

        return new(TensorNode.Create(node.Storage!, Layout.Strided(own.Shape, strides, (2 * own.Offset) + (own.Shape.Size == 0 ? 0 : part))));
    }

    /// <summary>All parts of complex elements that lie one after the other, as a vector of twice their number that a scope releases; null where they do not.</summary>
    public Tensor<T>? Parts<T>()
        where T : unmanaged => node.Layout.IsContiguous
            ? new Tensor<T>(TensorNode.Create(node.Storage!, Layout.Contiguous([2 * Shape.Size], 2 * node.Layout.Offset)))
            : null;

    /// <summary>Complex elements of a shape, whose parts are a new vector.</summary>
    public static TensorValue OfParts<T>(Tensor<T> parts, Shape shape)
        where T : unmanaged => new(TensorNode.CreateOwned(parts.Node.Storage!, Layout.Contiguous(shape)), ComplexTypes.Of<T>());

    /// <exception cref="NotSupportedException">The elements are of another type.</exception>
    public void Check(ElementType type, string what)
    {
        if (Type != type)
        {
            throw new NotSupportedException($"{what}: the elements are {Type.Name()}; {type.Name()} is needed");
        }
    }

    /// <summary>Where the first element is; null where there is none.</summary>
    public unsafe void* Address() => (void*)Type.ApplyByWidth<FirstElement, nint>(new(node));

    protected override void Release() => node.ReleaseHandle();

    private readonly struct FirstElement(TensorNode node) : IForType<nint>
    {
        public unsafe nint With<T>()
            where T : unmanaged => node.Layout.Shape.Size == 0
                ? 0
                : (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(CpuDevice.Memory<T>(node.Storage!, node.Layout.Offset, 1)));
    }
}

/// <summary>A stream of random numbers; draws lock it.</summary>
internal sealed class StreamValue(RandomStream stream) : Held
{
    public override string Kind => "stream";

    public RandomStream Stream => stream;

    protected override void Release()
    {
    }
}
