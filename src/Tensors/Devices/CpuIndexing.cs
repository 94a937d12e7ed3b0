using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Elements read and written by index on the processor. What is read may be shared among threads; what is written goes in the order of the indices.</summary>
public sealed partial class CpuDevice
{
    /// <inheritdoc/>
    public override void Gather<T>(IndexedAxis axis, Operand x, Operand indices, Operand y)
    {
        CheckIndices(axis, x.Layout.Shape, indices);
        Shape places = y.Layout.Shape;
        Layout from = axis.Spread(in x.Layout, places), at = indices.Layout.Expand(places, axis.Operation);
        Nest nest = new(new Operand(x.Storage, in from), new Operand(indices.Storage, in at), y);
        Visit(new GatherRun<T>(new Steps(in x.Layout, axis.Axis), x.Storage, indices.Storage, y.Storage), nest, isDear: false);
    }

    /// <inheritdoc/>
    public override void Scatter<T>(IndexedAxis axis, bool isSum, Operand x, Operand indices, Operand source, Operand y)
    {
        CheckIndices(axis, x.Layout.Shape, indices);
        if (x.Storage != y.Storage || !x.Layout.SameElements(in y.Layout))
        {
            Copy<T>(x, y);
        }

        Shape places = source.Layout.Shape;
        Layout to = axis.Spread(in y.Layout, places), at = indices.Layout.Expand(places, axis.Operation);
        Nest nest = new(source, new Operand(indices.Storage, in at), new Operand(y.Storage, in to));
        ScatterRun<T> run = new(new Steps(in y.Layout, axis.Axis), isSum, source.Storage, indices.Storage, y.Storage);
        for (nint r = 0; nest.Run > 0 && r < nest.Runs; r++)
        {
            run.Apply(in nest, r, 0, nest.Run);
        }
    }

    private static void CheckIndices(IndexedAxis axis, Shape shape, Operand indices)
    {
        nint extent = shape[axis.Axis];
        Layout distinct = indices.Layout.Distinct();
        Operand each = new(indices.Storage, in distinct);
        Nest nest = new(each, each);
        nint stride = nest.Stride(0);
        for (nint run = 0; nest.Run > 0 && run < nest.Runs; run++)
        {
            nint place = nest.Start(0, run);
            for (nint i = 0; i < nest.Run; i++, place += stride)
            {
                int index = Memory<int>(indices.Storage, place, 1)[0];
                if (!axis.Contains(index, extent))
                {
                    throw new ArgumentOutOfRangeException(nameof(indices), index, axis.Outside(index, shape));
                }
            }
        }
    }

    /// <summary>How far an index moves along an axis.</summary>
    private readonly struct Steps(ref readonly Layout layout, int axis)
    {
        private readonly nint extent = layout.Extents[axis];
        private readonly nint stride = layout.Stride(axis);

        public nint Of(int index) => (index < 0 ? index + extent : index) * stride;
    }

    private readonly struct GatherRun<T>(Steps steps, Storage x, Storage indices, Storage y) : IRun
        where T : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint sx = nest.Stride(0), si = nest.Stride(1), sy = nest.Stride(2);
            nint px = nest.Start(0, run) + (from * sx), pi = nest.Start(1, run) + (from * si), py = nest.Start(2, run) + (from * sy);
            if (si == 0 && sx == 1 && sy == 1)
            {
                Memory<T>(x, px + steps.Of(Memory<int>(indices, pi, 1)[0]), count).CopyTo(Memory<T>(y, py, count));
                return;
            }

            for (nint i = 0; i < count; i++, px += sx, pi += si, py += sy)
            {
                Memory<T>(y, py, 1)[0] = Memory<T>(x, px + steps.Of(Memory<int>(indices, pi, 1)[0]), 1)[0];
            }
        }
    }

    private readonly struct ScatterRun<T>(Steps steps, bool isSum, Storage source, Storage indices, Storage y) : IRun
        where T : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint ss = nest.Stride(0), si = nest.Stride(1), sy = nest.Stride(2);
            nint ps = nest.Start(0, run) + (from * ss), pi = nest.Start(1, run) + (from * si), py = nest.Start(2, run) + (from * sy);
            if (si == 0 && ss == 1 && sy == 1)
            {
                ReadOnlySpan<T> elements = Memory<T>(source, ps, count);
                Span<T> targets = Memory<T>(y, py + steps.Of(Memory<int>(indices, pi, 1)[0]), count);
                if (!isSum)
                {
                    elements.CopyTo(targets);
                    return;
                }

                if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
                {
                    Map.Binary<Add, T>(targets, elements, targets);
                    return;
                }
            }

            for (nint i = 0; i < count; i++, ps += ss, pi += si, py += sy)
            {
                ref T target = ref Memory<T>(y, py + steps.Of(Memory<int>(indices, pi, 1)[0]), 1)[0];
                T element = Memory<T>(source, ps, 1)[0];
                target = isSum ? Sum(target, element) : element;
            }
        }

        /// <summary>x + y, rounded once; integers wrap around.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Sum(T x, T y)
        {
            if (typeof(T) == typeof(float))
            {
                return Unsafe.BitCast<float, T>(Unsafe.BitCast<T, float>(x) + Unsafe.BitCast<T, float>(y));
            }

            if (typeof(T) == typeof(double))
            {
                return Unsafe.BitCast<double, T>(Unsafe.BitCast<T, double>(x) + Unsafe.BitCast<T, double>(y));
            }

            return typeof(T) == typeof(int)
                ? Unsafe.BitCast<int, T>(unchecked(Unsafe.BitCast<T, int>(x) + Unsafe.BitCast<T, int>(y)))
                : Unsafe.BitCast<long, T>(unchecked(Unsafe.BitCast<T, long>(x) + Unsafe.BitCast<T, long>(y)));
        }
    }
}
