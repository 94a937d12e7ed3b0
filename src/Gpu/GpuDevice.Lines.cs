using System.Runtime.CompilerServices;
using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu;

/// <summary>Reductions, places of extremes and softmax: work on lines, whatever the strides.</summary>
public sealed partial class GpuDevice
{
    /// <inheritdoc/>
    public override void Sum<T>(Operand x, Operand y) => Reduce<Total, T>(default, x, y);

    /// <inheritdoc/>
    public override void Reduce<TReduction, T>(TReduction reduction, Operand x, Operand y)
    {
        bool isSingle = IsSingle<T>(TReduction.Name);
        if (y.Layout.Shape.Size == 0)
        {
            return;
        }

        if (x.Layout.Shape.Size == 0)
        {
            double empty = TReduction.Empty ?? throw new InvalidOperationException($"{TReduction.Name}: {x.Layout.Shape} has no elements.");
            if (isSingle)
            {
                Fill((float)empty, y);
            }
            else
            {
                Fill(empty, y);
            }
        }
        else if (isSingle)
        {
            RunReduction<TReduction, GpuF32>(reduction, x, y);
        }
        else
        {
            RunReduction<TReduction, GpuF64>(reduction, x, y);
        }
    }

    /// <inheritdoc/>
    public override void ArgExtreme<T>(bool isLargest, Operand x, Operand y)
    {
        bool isSingle = IsSingle<T>(isLargest ? "argmax" : "argmin");
        if (y.Layout.Shape.Size == 0)
        {
            return;
        }

        switch (isLargest, isSingle)
        {
            case (true, true): RunPlaces<MaximumOf, GpuF32>(x, y); break;
            case (true, false): RunPlaces<MaximumOf, GpuF64>(x, y); break;
            case (false, true): RunPlaces<MinimumOf, GpuF32>(x, y); break;
            default: RunPlaces<MinimumOf, GpuF64>(x, y); break;
        }
    }

    /// <inheritdoc/>
    public override void Softmax<T>(bool isLogarithm, Operand x, Operand y)
    {
        bool isSingle = IsSingle<T>(isLogarithm ? "log-softmax" : "softmax");
        if (y.Layout.Shape.Size == 0)
        {
            return;
        }

        int size = Unsafe.SizeOf<T>();
        Layout lines = Layout.Contiguous(Kept(y.Layout.Shape));
        using Borrowed maxima = new(this, lines.Shape.Size * size), sums = new(this, lines.Shape.Size * size);
        Operand max = new(maxima.Storage!, in lines), sum = new(sums.Storage!, in lines);
        if (isLogarithm)
        {
            RunSoftmax<LogarithmOfSoftmax, T>(isSingle, x, y, max, sum);
        }
        else
        {
            RunSoftmax<PlainSoftmax, T>(isSingle, x, y, max, sum);
        }
    }

    /// <inheritdoc/>
    public override void CumulativeSum<T>(Operand x, Operand y)
    {
        bool isSingle = IsSingle<T>("cumulative sum");
        if (y.Layout.Shape.Size == 0)
        {
            return;
        }

        if (isSingle)
        {
            RunCumulativeSum<GpuF32>(x, y);
        }
        else
        {
            RunCumulativeSum<GpuF64>(x, y);
        }
    }

    private void RunCumulativeSum<V>(Operand x, Operand y)
        where V : unmanaged, ILanes<V>
    {
        Lines lines = new("cumulative sum", x, y, y.Layout.Shape.Rank - 1);
        Count("cumulative sum", (nint)lines.Count * lines.Length);
        using Borrowed ends = new(this, (nint)lines.Count * GpuAccelerator.ChainsOf(lines.Length) * Unsafe.SizeOf<V>());
        accelerator.CumulativeSum(View<V>(x.Storage), View<V>(y.Storage), View<V>(ends.Storage!), lines.Kept, lines.Along, lines.Length, lines.Count);
    }

    private void RunReduction<TReduction, V>(TReduction reduction, Operand x, Operand y)
        where TReduction : struct, IReduction
        where V : unmanaged, ILanes<V>
    {
        Lines lines = new(TReduction.Name, x, y, y.Layout.Shape.Rank);
        LineShape shape = accelerator.Share<V>(lines.Count, lines.Length, lines.ByColumns);
        V count = V.Of(lines.Length), divisor = V.Of(reduction.Divisor(lines.Length));
        ArrayView<V> from = View<V>(x.Storage);
        if (shape.Blocks == 1)
        {
            accelerator.Reduce<TReduction, V>(from, View<V>(y.Storage), from, lines.Kept, lines.Along, shape, count, divisor);
            return;
        }

        int size = Unsafe.SizeOf<V>();
        Layout whole = Layout.Contiguous(y.Layout.Shape);
        using Borrowed firsts = new(this, TReduction.First != FirstPass.None && TReduction.AddsUp ? lines.Count * (nint)size : 0);
        using Borrowed results = new(this, y.Layout.IsContiguous ? 0 : lines.Count * (nint)size);
        if (firsts.Storage is not null)
        {
            FirstPasses<TReduction, V>(x, new Operand(firsts.Storage, in whole));
            shape.HasFirsts = 1;
        }

        ArrayView<V> given = firsts.Storage is null ? from : View<V>(firsts.Storage);
        ArrayView<V> target = results.Storage is null ? View<V>(y.Storage).SubView(y.Layout.Offset) : View<V>(results.Storage);
        shape.Finishes = 0;
        using Borrowed below = new(this, (nint)lines.Count * shape.Blocks * size);
        accelerator.Reduce<TReduction, V>(from, View<V>(below.Storage!), given, lines.Kept, lines.Along, shape, count, divisor);
        ReduceBlocks<TReduction, V>(View<V>(below.Storage!), target, given, shape, count, divisor);
        if (results.Storage is not null)
        {
            Copy<V>(new Operand(results.Storage, in whole), y);
        }
    }

    /// <summary>Reduces the results of blocks by the same rule until one for each line is left.</summary>
    private void ReduceBlocks<TReduction, V>(ArrayView<V> results, ArrayView<V> y, ArrayView<V> firsts, LineShape below, V count, V divisor)
        where TReduction : struct, IReduction
        where V : unmanaged, ILanes<V>
    {
        bool byColumns = below.ByColumns != 0;
        LineShape shape = accelerator.Share<V>(below.Lines, below.Blocks, byColumns);
        (shape.HasFirsts, shape.IsUpper, shape.Finishes) = (below.HasFirsts, 1, shape.Blocks == 1 ? 1 : 0);
        Axes kept = GpuAccelerator.Line(shape.Lines, byColumns ? 1 : shape.Count), along = GpuAccelerator.Line(shape.Count, byColumns ? shape.Lines : 1);
        kept.D0.W = 1;
        if (shape.Blocks == 1)
        {
            accelerator.Reduce<TReduction, V>(results, y, firsts, kept, along, shape, count, divisor);
            return;
        }

        using Borrowed next = new(this, (nint)shape.Lines * shape.Blocks * Unsafe.SizeOf<V>());
        accelerator.Reduce<TReduction, V>(results, View<V>(next.Storage!), firsts, kept, along, shape, count, divisor);
        ReduceBlocks<TReduction, V>(View<V>(next.Storage!), y, firsts, shape, count, divisor);
    }

    /// <summary>What a reduction of lines longer than a block has to know before it adds up is a reduction by itself.</summary>
    private void FirstPasses<TReduction, V>(Operand x, Operand y)
        where TReduction : struct, IReduction
        where V : unmanaged, ILanes<V>
    {
        switch (TReduction.First)
        {
            case FirstPass.Sum: RunReduction<Total, V>(default, x, y); break;
            case FirstPass.Maximum: RunReduction<Largest, V>(default, x, y); break;
            case FirstPass.Minimum: RunReduction<Smallest, V>(default, x, y); break;
            default: RunReduction<MaximumNorm, V>(default, x, y); break;
        }
    }

    private void RunPlaces<TExtreme, V>(Operand x, Operand y)
        where TExtreme : struct, IExtreme
        where V : unmanaged, ILanes<V>
    {
        Lines lines = new("argmax", x, y, y.Layout.Shape.Rank);
        LineShape shape = accelerator.Share<V>(lines.Count, lines.Length, lines.ByColumns);
        ArrayView<V> values = View<V>(x.Storage);
        ArrayView<int> places = View<int>(y.Storage);
        if (shape.Blocks == 1)
        {
            accelerator.Places<TExtreme, V>(values, places, values, places, lines.Kept, lines.Along, shape);
            return;
        }

        // Of three blocks or more places there are two levels at most: a line has no more than 2^31 elements.
        Layout whole = Layout.Contiguous(y.Layout.Shape);
        using Borrowed results = new(this, y.Layout.IsContiguous ? 0 : lines.Count * (nint)sizeof(int));
        ArrayView<int> target = results.Storage is null ? places.SubView(y.Layout.Offset) : View<int>(results.Storage);
        shape.Finishes = 0;
        using Borrowed best = new(this, (nint)lines.Count * shape.Blocks * Unsafe.SizeOf<V>()), at = new(this, (nint)lines.Count * shape.Blocks * sizeof(int));
        accelerator.Places<TExtreme, V>(values, places, View<V>(best.Storage!), View<int>(at.Storage!), lines.Kept, lines.Along, shape);
        PlacesOfBlocks<TExtreme, V>(View<V>(best.Storage!), View<int>(at.Storage!), target, shape);
        if (results.Storage is not null)
        {
            Copy<int>(new Operand(results.Storage, in whole), y);
        }
    }

    /// <summary>The best of the best of blocks, until one for each line is left.</summary>
    private void PlacesOfBlocks<TExtreme, V>(ArrayView<V> values, ArrayView<int> places, ArrayView<int> y, LineShape below)
        where TExtreme : struct, IExtreme
        where V : unmanaged, ILanes<V>
    {
        bool byColumns = below.ByColumns != 0;
        LineShape shape = accelerator.Share<V>(below.Lines, below.Blocks, byColumns);
        (shape.IsUpper, shape.Finishes) = (1, shape.Blocks == 1 ? 1 : 0);
        Axes kept = GpuAccelerator.Line(shape.Lines, byColumns ? 1 : shape.Count), along = GpuAccelerator.Line(shape.Count, byColumns ? shape.Lines : 1);
        kept.D0.W = 1;
        if (shape.Blocks == 1)
        {
            accelerator.Places<TExtreme, V>(values, places, values, y, kept, along, shape);
            return;
        }

        nint next = (nint)shape.Lines * shape.Blocks;
        using Borrowed best = new(this, next * Unsafe.SizeOf<V>()), at = new(this, next * sizeof(int));
        accelerator.Places<TExtreme, V>(values, places, View<V>(best.Storage!), View<int>(at.Storage!), kept, along, shape);
        PlacesOfBlocks<TExtreme, V>(View<V>(best.Storage!), View<int>(at.Storage!), y, shape);
    }

    /// <summary>Softmax along the last axis; what it found out of each line goes to maxima and sums, contiguous and of the shape without the axis.</summary>
    private void RunSoftmax<TForm, T>(bool isSingle, Operand x, Operand y, Operand maxima, Operand sums)
        where TForm : struct, ISoftmax
        where T : unmanaged
    {
        if (y.Layout.Shape[y.Layout.Shape.Rank - 1] > FixedOrder.Block)
        {
            LongSoftmax<TForm, T>(x, y, maxima, sums);
        }
        else if (isSingle)
        {
            ShortSoftmax<TForm, GpuF32>(x, y, maxima, sums);
        }
        else
        {
            ShortSoftmax<TForm, GpuF64>(x, y, maxima, sums);
        }
    }

    private void ShortSoftmax<TForm, V>(Operand x, Operand y, Operand maxima, Operand sums)
        where TForm : struct, ISoftmax
        where V : unmanaged, ILanes<V>
    {
        Lines lines = new("softmax", x, y, y.Layout.Shape.Rank - 1);
        LineShape shape = accelerator.Share<V>(lines.Count, lines.Length, lines.ByColumns);
        accelerator.Softmax<TForm, V>(
            View<V>(x.Storage), View<V>(y.Storage), Part<V>(maxima, 0, lines.Count), Part<V>(sums, 0, lines.Count), lines.Kept, lines.Along, shape);
    }

    /// <summary>Lines longer than a block, step by step, so that many groups share each.</summary>
    private void LongSoftmax<TForm, T>(Operand x, Operand y, Operand maxima, Operand sums)
        where TForm : struct, ISoftmax
        where T : unmanaged
    {
        Shape shape = y.Layout.Shape;
        Layout eachMax = Along(in maxima.Layout, shape), eachSum = Along(in sums.Layout, shape), whole = Layout.Contiguous(shape);
        Operand max = new(maxima.Storage, in eachMax), sum = new(sums.Storage, in eachSum);
        Reduce<Largest, T>(default, x, maxima);
        if (!TForm.IsLogarithm)
        {
            Binary<ExponentialOfDifference, T>(x, max, y);
            Sum<T>(y, sums);
            Binary<Divide, T>(y, sum, y);
            return;
        }

        using (Borrowed exponentials = new(this, shape.Size * Unsafe.SizeOf<T>()))
        {
            Operand each = new(exponentials.Storage!, in whole);
            Binary<ExponentialOfDifference, T>(x, max, each);
            Sum<T>(each, sums);
        }

        Unary<Log, T>(sums, sums);
        Binary<Subtract, T>(x, max, y);
        Binary<Subtract, T>(y, sum, y);
    }

    /// <summary>One number of each line for all of its elements.</summary>
    private static Layout Along(in Layout lines, Shape shape)
    {
        Layout column = Layout.Contiguous(Shape.Create([.. lines.Shape.AsSpan(), 1]), lines.Offset);
        return column.Expand(shape, "softmax");
    }

    private static Shape Kept(Shape shape) => Shape.Create(shape.AsSpan()[..(shape.Rank - 1)]);
}
