using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Pooling plane by plane, its windows met where they lie.</summary>
public sealed partial class CpuDevice
{
    /// <remarks>Their steps, and those of the result, are to be in order.</remarks>
    internal override bool TryPool<T>(Operand windows, Operand y, bool isMax)
    {
        Layout to = y.Layout;
        bool isRows = (to.Shape[3] == 1 || to.Stride(3) == 1) && (to.Shape[2] == 1 || to.Stride(2) >= to.Shape[3]);
        nint plane = ((to.Shape[2] - 1) * Step(in to, 2)) + to.Shape[3];
        if (!isRows || (to.Shape[1] > 1 && to.Stride(1) < plane) || !ArePlanes(in windows.Layout) || !IsSmall(in to))
        {
            return false;
        }

        OverPlanes(new PoolWork<T>(new(windows, 2), new(y, 1), isMax), windows.Layout.Shape);
        return true;
    }

    /// <inheritdoc/>
    internal override bool TryMaxAdjoint<T>(Operand windows, Operand y, Operand dy, Operand target, Operand dx)
    {
        if (!ArePlanes(in windows.Layout) || !ArePlanes(in target.Layout) || !IsSmall(in dx.Layout))
        {
            return false;
        }

        OverPlanes(new AdjointWork<T>(new(windows, 2), new(y, 1), new(dy, 1), new(target, 2), new(dx, 1), isMax: true), windows.Layout.Shape);
        return true;
    }

    /// <inheritdoc/>
    internal override bool TryAverageAdjoint<T>(Operand dy, Operand target, Operand dx)
    {
        if (!ArePlanes(in target.Layout) || !IsSmall(in dx.Layout))
        {
            return false;
        }

        OverPlanes(new AdjointWork<T>(new(target, 2), new(dy, 1), new(dy, 1), new(target, 2), new(dx, 1), isMax: false), target.Layout.Shape);
        return true;
    }

    /// <inheritdoc/>
    internal override bool TryMaxGather<T>(Operand windows, Operand y, Operand others, Operand result)
    {
        if (!ArePlanes(in windows.Layout) || !ArePlanes(in others.Layout) || Step(in windows.Layout, 6) != Step(in others.Layout, 6))
        {
            return false;
        }

        OverPlanes(new GatherWork<T>(new(windows, 2), new(y, 1), new(others, 2), new(result, 1)), windows.Layout.Shape);
        return true;
    }

    /// <inheritdoc/>
    internal override bool TryPad<T>(Operand x, int top, int left, T value, Operand y)
    {
        Shape shape = x.Layout.Shape;
        if (!IsSmall(in x.Layout) || !IsSmall(in y.Layout) || (shape[3] > 1 && x.Layout.Stride(3) != 1) || (shape[2] > 1 && x.Layout.Stride(2) < 0)
            || (shape[1] > 1 && x.Layout.Stride(1) < 0) || shape.Size == 0)
        {
            return false;
        }

        OverPlanes(new PadWork<T>(new(x, 1), new(y, 1), shape, y.Layout.Shape, top, left, value), shape[0] * shape[1], y.Layout.Shape.Size / (shape[0] * shape[1]));
        return true;
    }

    private void OverPlanes<TWork>(TWork work, Shape windows)
        where TWork : struct, IPlaneWork
    {
        nint planes = windows[0] * windows[2];
        if (planes > 0)
        {
            OverPlanes(work, planes, windows.Size / planes);
        }
    }

    private void OverPlanes<TWork>(TWork work, nint planes, nint elements)
        where TWork : struct, IPlaneWork
    {
        (nint perPart, int parts) = Cuts.OfElementwise(planes * elements, isDear: false);
        nint planesPerPart = parts == 1 ? planes : nint.Max(1, perPart / nint.Max(1, elements));
        workers.Run(
            new PlaneParts<TWork>(work, planes, planesPerPart), checked((int)((planes + planesPerPart - 1) / planesPerPart)), planes * elements >= Cuts.WakesAtOnce);
    }

    /// <summary>Whether windows [n, 1, c, kh, kw, oh, ow] have no negative step, and no more elements than a span can number.</summary>
    private static bool ArePlanes(in Layout windows) => IsOrdered(in windows) && IsSmall(in windows);

    private static bool IsSmall(in Layout layout) => layout.Extent() is var (first, end) && end - first <= int.MaxValue;

    private static nint Step(in Layout layout, int axis) => layout.Shape[axis] == 1 ? 0 : layout.Stride(axis);

    /// <summary>Planes of an operand, numbered over images [n, ...] and channels.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="axis">The axis of the channels; those behind it are a plane's.</param>
    private readonly struct Planes(Operand operand, int axis)
    {
        private readonly Layout layout = operand.Layout;
        private readonly Storage storage = operand.Storage;
        private readonly nint channels = operand.Layout.Shape[axis];

        public nint PlaneStep => layout.Stride(axis);

        public nint RowStep => layout.Shape[2] == 1 ? layout.Shape[3] : layout.Stride(2);

        /// <summary>Planes from this one on that are one step apart.</summary>
        public nint Together(nint plane) => layout.Shape[0] == 1 || layout.Stride(0) == channels * PlaneStep ? nint.MaxValue : channels - (plane % channels);

        /// <summary>Some planes of windows, as the loops take them.</summary>
        public ImageWindows Windows(nint count) => new(
            (int)count, (int)layout.Shape[3], (int)layout.Shape[4], (int)layout.Shape[5], (int)layout.Shape[6],
            count == 1 ? 0 : PlaneStep, Step(in layout, 3), Step(in layout, 4), Step(in layout, 5), Step(in layout, 6));

        /// <summary>So many elements from a plane on.</summary>
        public Span<T> From<T>(nint plane, nint elements)
            where T : unmanaged => Memory<T>(storage, layout.Offset + (plane / channels * layout.Stride(0)) + (plane % channels * PlaneStep), elements);

        /// <summary>All elements of some planes [n, c, h, w].</summary>
        public Span<T> Of<T>(nint plane, nint count)
            where T : unmanaged => From<T>(plane, ((count - 1) * PlaneStep) + ((layout.Shape[2] - 1) * RowStep) + layout.Shape[3]);
    }

    private interface IPlaneWork
    {
        /// <summary>Planes from this one on that can be done together.</summary>
        nint Together(nint plane);

        void Run(nint plane, nint count);
    }

    private readonly struct PlaneParts<TWork>(TWork work, nint planes, nint perPart) : IParts
        where TWork : struct, IPlaneWork
    {
        private readonly TWork work = work;

        public void Run(int part)
        {
            nint end = nint.Min((part + 1) * perPart, planes), count;
            for (nint plane = part * perPart; plane < end; plane += count)
            {
                count = nint.Min(end - plane, work.Together(plane));
                work.Run(plane, count);
            }
        }
    }

    private readonly struct PoolWork<T>(Planes x, Planes y, bool isMax) : IPlaneWork
        where T : unmanaged
    {
        private readonly Planes x = x;
        private readonly Planes y = y;

        public nint Together(nint plane) => nint.Min(x.Together(plane), y.Together(plane));

        public void Run(nint plane, nint count)
        {
            ImageWindows windows = x.Windows(count);
            if (isMax)
            {
                Windowed.Max(in windows, x.From<T>(plane, windows.Reach), y.Of<T>(plane, count), y.PlaneStep, y.RowStep);
            }
            else
            {
                Windowed.Average(in windows, x.From<T>(plane, windows.Reach), y.Of<T>(plane, count), y.PlaneStep, y.RowStep);
            }
        }
    }

    private readonly struct AdjointWork<T>(Planes x, Planes y, Planes dy, Planes target, Planes dx, bool isMax) : IPlaneWork
        where T : unmanaged
    {
        private readonly Planes x = x;
        private readonly Planes y = y;
        private readonly Planes dy = dy;
        private readonly Planes target = target;
        private readonly Planes dx = dx;

        public nint Together(nint plane) => x.Together(plane);

        public void Run(nint plane, nint count)
        {
            ImageWindows windows = x.Windows(count), to = target.Windows(count);
            if (isMax)
            {
                Windowed.MaxAdjoint(in windows, x.From<T>(plane, windows.Reach), y.Of<T>(plane, count), dy.Of<T>(plane, count), in to, dx.Of<T>(plane, count));
            }
            else
            {
                Windowed.AverageAdjoint(in to, dy.Of<T>(plane, count), dx.Of<T>(plane, count));
            }
        }
    }

    private readonly struct GatherWork<T>(Planes x, Planes y, Planes others, Planes result) : IPlaneWork
        where T : unmanaged
    {
        private readonly Planes x = x;
        private readonly Planes y = y;
        private readonly Planes others = others;
        private readonly Planes result = result;

        public nint Together(nint plane) => nint.Min(x.Together(plane), others.Together(plane));

        public void Run(nint plane, nint count)
        {
            ImageWindows windows = x.Windows(count), other = others.Windows(count);
            Windowed.MaxGather(
                in windows, x.From<T>(plane, windows.Reach), y.Of<T>(plane, count), in other, others.From<T>(plane, other.Reach), result.Of<T>(plane, count));
        }
    }

    private readonly struct PadWork<T>(Planes x, Planes y, Shape from, Shape to, int top, int left, T value) : IPlaneWork
        where T : unmanaged
    {
        private readonly Planes x = x;
        private readonly Planes y = y;
        private readonly int rows = (int)from[2];
        private readonly int columns = (int)from[3];
        private readonly int height = (int)to[2];
        private readonly int width = (int)to[3];

        public nint Together(nint plane) => x.Together(plane);

        public void Run(nint plane, nint count) => Windowed.Pad(
            x.Of<T>(plane, count), (int)count, rows, columns, count == 1 ? 0 : x.PlaneStep, x.RowStep, value, y.Of<T>(plane, count), height, width, top, left);
    }
}
