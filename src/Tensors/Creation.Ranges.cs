using System.Numerics;

namespace Onsager.Tensors;

/// <content>Sequences and grids.</content>
public static partial class Tensor
{
    /// <summary>0, 1, 2, ... before stop.</summary>
    /// <exception cref="ArgumentException">stop is not finite.</exception>
    public static Tensor<T> Arange<T>(T stop, Device? device = null)
        where T : unmanaged, INumber<T> => Arange(T.Zero, stop, T.One, device);

    /// <summary>
    /// start, start + step, ... before stop: element i is start + i step, for floating-point types in double and rounded once. As with
    /// NumPy, a step that is not exact may reach stop; use <see cref="Linspace"/> where the number counts.
    /// </summary>
    /// <exception cref="ArgumentException">step is 0, or a number is not finite.</exception>
    public static Tensor<T> Arange<T>(T start, T stop, T step, Device? device = null)
        where T : unmanaged, INumber<T>
    {
        if (step == T.Zero || !T.IsFinite(start) || !T.IsFinite(stop) || !T.IsFinite(step))
        {
            throw new ArgumentException($"arange: finite numbers and a step other than 0 are needed; got {start}, {stop} and {step}.", nameof(step));
        }

        Shape shape = [Sequences.Count(start, stop, step)];
        Packed<T>.Check("arange", Device.Cpu, shape);
        Tensor<T> host = Empty<T>(shape);
        Sequences.Fill(start, step, host.AsSpan());
        return OnDevice(host, device);
    }

    /// <summary>start, start + step, ... into an existing vector.</summary>
    /// <exception cref="ArgumentException">The destination is no vector, or an expanded view.</exception>
    /// <exception cref="NotSupportedException">The destination is not on the processor.</exception>
    public static void ArangeInto<T>(T start, T step, Tensor<T> destination)
        where T : unmanaged, INumber<T>
    {
        CheckVector("arange", destination.Node);
        using Unpacked<T> target = new("arange", destination.Node);
        Sequences.Fill(start, step, target.Elements);
        target.Finish();
    }

    /// <summary>count numbers at equal distances from start to stop, which is the last of them unless includeStop is false; in double, rounded once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">count is negative.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static Tensor<T> Linspace<T>(T start, T stop, nint count, bool includeStop = true, Device? device = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckArithmetic<T>("linspace");
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Packed<T>.Check("linspace", Device.Cpu, [count]);
        Tensor<T> host = Empty<T>([count]);
        Sequences.Spread(start, stop, includeStop, host.AsSpan());
        return OnDevice(host, device);
    }

    /// <summary>Numbers at equal distances from start to stop into an existing vector, as many as it has elements.</summary>
    /// <exception cref="ArgumentException">The destination is no vector, or an expanded view.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double, or the destination is not on the processor.</exception>
    public static void LinspaceInto<T>(T start, T stop, Tensor<T> destination, bool includeStop = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckArithmetic<T>("linspace");
        CheckVector("linspace", destination.Node);
        using Unpacked<T> target = new("linspace", destination.Node);
        Sequences.Spread(start, stop, includeStop, target.Elements);
        target.Finish();
    }

    /// <summary>
    /// The coordinates of a grid: tensor i has the elements of vector i along axis i and repeats them along the others. They are expanded
    /// views; with isXy the first two axes change places, as NumPy's default has it.
    /// </summary>
    /// <exception cref="ArgumentException">A tensor is no vector, or there are more than 8.</exception>
    public static Tensor<T>[] Meshgrid<T>(ReadOnlySpan<Tensor<T>> vectors, bool isXy = false)
        where T : unmanaged
    {
        if (vectors.Length > Shape.MaxRank)
        {
            throw new ArgumentException($"meshgrid: {vectors.Length} vectors; at most {Shape.MaxRank} are supported.", nameof(vectors));
        }

        Span<nint> extents = stackalloc nint[vectors.Length];
        for (int i = 0; i < vectors.Length; i++)
        {
            Shape shape = vectors[i].Shape;
            extents[i] = shape.Rank == 1 ? shape[0] : throw new ArgumentException($"meshgrid: vector {i} has shape {shape}; one axis is needed.", nameof(vectors));
        }

        Shape grid = Shape.Create(extents);
        Tensor<T>[] coordinates = new Tensor<T>[vectors.Length];
        for (int i = 0; i < vectors.Length; i++)
        {
            // A vector's one stride is kept by inserting axes around it, whatever the stride is.
            Layout layout = vectors[i].Layout;
            for (int axis = 0; axis < vectors.Length; axis++)
            {
                layout = axis == i ? layout : layout.Insert(axis < i ? 0 : layout.Shape.Rank);
            }

            layout = layout.Expand(grid, "meshgrid");
            using Tensor<T> coordinate = vectors[i].View(layout);
            coordinates[i] = isXy && vectors.Length > 1 ? coordinate.SwapAxes(0, 1) : coordinate.Share();
        }

        return coordinates;
    }

    private static void CheckVector(string operation, TensorNode destination)
    {
        if (destination.Layout.Shape.Rank != 1)
        {
            throw new ArgumentException($"{operation}: the destination has shape {destination.Layout.Shape}; one axis is needed.", nameof(destination));
        }

        Elementwise.CheckDestination(operation, destination);
    }

    /// <summary>What was made on the processor, on the wanted device.</summary>
    private static Tensor<T> OnDevice<T>(Tensor<T> host, Device? device)
        where T : unmanaged
    {
        if (device is null or CpuDevice)
        {
            return host;
        }

        using (host)
        {
            return host.To(device);
        }
    }
}

/// <summary>Arithmetic sequences, with one rounding of what is computed in double.</summary>
internal static class Sequences
{
    public static nint Count<T>(T start, T stop, T step)
        where T : INumber<T>
    {
        if (IsReal<T>())
        {
            double count = Math.Ceiling((double.CreateTruncating(stop) - double.CreateTruncating(start)) / double.CreateTruncating(step));
            return count <= 0 ? 0 : count < nint.MaxValue ? (nint)count : throw TooMany(start, stop, step);
        }

        Int128 way = Int128.CreateTruncating(stop) - Int128.CreateTruncating(start), pace = Int128.CreateTruncating(step);
        if (way == 0 || (way < 0) != (pace < 0))
        {
            return 0;
        }

        Int128 steps = (Int128.Abs(way) + Int128.Abs(pace) - 1) / Int128.Abs(pace);
        return steps < nint.MaxValue ? (nint)steps : throw TooMany(start, stop, step);
    }

    public static void Fill<T>(T start, T step, Span<T> elements)
        where T : INumber<T>
    {
        if (IsReal<T>())
        {
            double first = double.CreateTruncating(start), pace = double.CreateTruncating(step);
            for (int i = 0; i < elements.Length; i++)
            {
                elements[i] = T.CreateTruncating(first + (i * pace));
            }

            return;
        }

        // Wraps around where it must, as all integers here do.
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = unchecked(start + (T.CreateTruncating(i) * step));
        }
    }

    public static void Spread<T>(T start, T stop, bool includeStop, Span<T> elements)
        where T : INumber<T>
    {
        int gaps = includeStop ? elements.Length - 1 : elements.Length;
        double first = double.CreateTruncating(start), pace = (double.CreateTruncating(stop) - first) / int.Max(1, gaps);
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = includeStop && i == gaps && i > 0 ? stop : T.CreateTruncating(first + (i * pace));
        }
    }

    private static bool IsReal<T>()
        where T : INumber<T> => T.One / (T.One + T.One) != T.Zero;

    private static ArgumentException TooMany<T>(T start, T stop, T step) =>
        new($"arange: from {start} to {stop} by {step} there are more elements than memory can number.");
}
