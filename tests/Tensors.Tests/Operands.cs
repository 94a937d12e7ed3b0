using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>What operations are called with. A result in another type goes into Truths, Numbers, Wide or Long.</summary>
internal sealed class Operands<T> : IDisposable
    where T : unmanaged
{
    private readonly List<Tensor<T>> made = [];
    private readonly List<IDisposable> others = [];
    private readonly Tensor<T>[] several = new Tensor<T>[2];
    private readonly Tensor<bool>[] masks = new Tensor<bool>[2];

    public Operands()
    {
        X = Make([4, 4]);
        Y = Make([4, 4]);
        Z = Make([4, 4]);
        Bias = Make([4]);
        Destination = Make([4, 4]);
        Integers = Other<int>([4]);
        Integers.CopyFrom([1, 0, 2, 1]);
        Mask = Other<bool>([4, 4]);
        for (int i = 0; i < 16; i += 3)
        {
            Mask.AsSpan()[i] = true;
        }

        Truths = Other<bool>([4, 4]);
        Numbers = Other<int>([4]);
        Wide = Other<double>([4, 4]);
        Long = Other<long>([4, 4]);
    }

    public Tensor<T> X;
    public Tensor<T> Y;
    public Tensor<T> Z;
    public Tensor<T> Bias;
    public Tensor<T> Destination;
    public Tensor<int> Integers;
    public Tensor<bool> Mask;
    public Tensor<bool> Truths;
    public Tensor<int> Numbers;
    public Tensor<double> Wide;
    public Tensor<long> Long;
    public Shape Shape = [4, 4];
    public Device Device = Device.Cpu;
    public int Axis;
    public int[] Axes = [0, 1];
    public nint[] Extents = [4, 4];
    public nint[] Indices = [1, 2];
    public nint[] Shifts = [1, 2];
    public T[] Elements = new T[16];
    public T[,] Table = new T[2, 3];
    public T[,,] Block = new T[2, 3, 2];
    public T[,,,] Blocks = new T[2, 3, 2, 2];
    public T[][] Rows = [new T[3], new T[3]];
    public int[] Places = new int[4];
    public IUpdateSource<SgdUpdate> Source = new Constants();
    public Pair Kernel = 2;
    public Pair Size = 3;
    public (nint Before, nint After)[] Widths = [(1, 0), (0, 2)];
    public AxisSlice Part = 1..3;
    public AxisSlice[] Parts = [AxisSlice.All, 1];
    public string Equation = "ij,kj->ik";

    /// <summary>How many elements the mask chooses.</summary>
    public nint Chosen => 6;

    /// <summary>X and Y.</summary>
    public Tensor<T>[] Several
    {
        get
        {
            (several[0], several[1]) = (X, Y);
            return several;
        }
    }

    /// <summary>The mask, twice.</summary>
    public Tensor<bool>[] Masks
    {
        get
        {
            (masks[0], masks[1]) = (Mask, Mask);
            return masks;
        }
    }

    /// <summary>A tensor of the numbers 0.5, 1.5, ... in single, of different ones between -2 and 2 in double, of zeros where there are no halves.</summary>
    public Tensor<T> Make(Shape shape, Device? device = null)
    {
        Tensor<T> tensor = Tensor.Zeros<T>(shape);
        if (typeof(T) == typeof(float))
        {
            for (int i = 0; i < shape.Size; i++)
            {
                tensor.AsSpan()[i] = Tensor.Constant<T>(0.5 + i);
            }
        }
        else if (typeof(T) == typeof(double))
        {
            for (int i = 0; i < shape.Size; i++)
            {
                tensor.AsSpan()[i] = Tensor.Constant<T>((((37 * (i + (7 * made.Count))) % 101) - 50.3) / 25);
            }
        }

        Tensor<T> there = device is null ? tensor : tensor.To(device);
        if (device is not null)
        {
            tensor.Dispose();
        }

        return Own(there);
    }

    /// <summary>A tensor of zeros in a type of its own.</summary>
    public Tensor<TElement> Other<TElement>(Shape shape, Device? device = null)
        where TElement : unmanaged
    {
        Tensor<TElement> tensor = Tensor.Empty<TElement>(shape, device);
        if (device is null)
        {
            tensor.AsSpan().Clear();
        }

        others.Add(tensor);
        return tensor;
    }

    /// <summary>A tensor that is disposed with the operands.</summary>
    public Tensor<T> Own(Tensor<T> tensor)
    {
        made.Add(tensor);
        return tensor;
    }

    /// <summary>Another tensor in the place of a destination: of this shape, on this device, or all of one element.</summary>
    public void SetDestination(string place, Shape shape, Device? device = null, bool isExpanded = false)
    {
        switch (place)
        {
            case nameof(Truths):
                Truths = Another<bool>();
                break;
            case nameof(Numbers):
                Numbers = Another<int>();
                break;
            case nameof(Wide):
                Wide = Another<double>();
                break;
            case nameof(Long):
                Long = Another<long>();
                break;
            default:
                Destination = isExpanded ? Own(Make([1]).Expand(shape)) : Make(shape, device);
                break;
        }

        Tensor<TElement> Another<TElement>()
            where TElement : unmanaged
        {
            if (!isExpanded)
            {
                return Other<TElement>(shape, device);
            }

            Tensor<TElement> expanded = Other<TElement>([1]).Expand(shape);
            others.Add(expanded);
            return expanded;
        }
    }

    /// <summary>The shape of the tensor in the place of a destination.</summary>
    public Shape ShapeOf(string place) => place switch
    {
        nameof(Truths) => Truths.Shape,
        nameof(Numbers) => Numbers.Shape,
        nameof(Wide) => Wide.Shape,
        nameof(Long) => Long.Shape,
        _ => Destination.Shape,
    };

    /// <summary>The same elements in every tensor of T, each with a gap behind it.</summary>
    public void Spread()
    {
        foreach (string place in (string[])["X", "Y", "Z", "Bias", "Destination"])
        {
            ref Tensor<T> tensor = ref Operation<T>.Tensor(this, place);
            Shape shape = tensor.Shape;
            if (shape.Rank == 0)
            {
                continue;
            }

            nint last = shape[-1];
            nint[] extents = [.. shape.AsSpan()[..^1], (2 * last) + 1];
            Tensor<T> wide = Make(Shape.Create(extents)), spread = Own(wide.Slice(-1, 1, (2 * last) + 1, 2));
            tensor.CopyInto(spread);
            tensor = spread;
        }
    }

    /// <summary>All elements of all tensors on the processor.</summary>
    public T[][] Contents() => [.. made.Where(tensor => !tensor.IsDisposed && tensor.Device is CpuDevice).Select(tensor => tensor.ToArray())];

    public void Dispose()
    {
        made.ForEach(tensor => tensor.Dispose());
        others.ForEach(tensor => tensor.Dispose());
    }

    /// <summary>An optimizer whose constants never change.</summary>
    private sealed class Constants : IUpdateSource<SgdUpdate>
    {
        public SgdUpdate Next() => default;
    }
}
