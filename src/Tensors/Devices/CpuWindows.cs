using System.Numerics;
using System.Runtime.InteropServices;

namespace Onsager.Tensors;

/// <summary>Windows of images written out one after the other, and added back: the rows that a convolution multiplies, and the elements that pooling compares.</summary>
public sealed partial class CpuDevice
{
    /// <remarks>The last axis is what is copied at once.</remarks>
    internal override void CopyWindows<T>(Operand windows, Operand packed)
    {
        Shape shape = windows.Layout.Shape;
        if (shape.Size == 0)
        {
            return;
        }

        nint blocks = shape[0] * shape[1] * shape[2], block = shape.Size / blocks;
        (nint perPart, int parts) = Cuts.OfElementwise(shape.Size, isDear: false);
        nint blocksPerPart = parts == 1 ? blocks : nint.Max(1, perPart / block);
        workers.Run(
            new WindowParts<T>(windows.Storage, windows.Layout, packed.Storage, packed.Layout.Offset, blocks, block, blocksPerPart),
            checked((int)((blocks + blocksPerPart - 1) / blocksPerPart)), shape.Size >= Cuts.WakesAtOnce);
    }

    /// <inheritdoc/>
    internal override void AddWindows<T>(Operand packed, Operand windows)
    {
        Shape shape = windows.Layout.Shape;
        if (shape.Size == 0)
        {
            return;
        }

        // Windows of one plane overlap; planes do not.
        nint planes = shape[0] * shape[2], plane = shape.Size / planes;
        (nint perPart, int parts) = Cuts.OfElementwise(shape.Size, isDear: false);
        nint planesPerPart = parts == 1 ? planes : nint.Max(1, perPart / plane);
        workers.Run(
            new PlaneParts<T>(packed.Storage, packed.Layout.Offset, windows.Storage, windows.Layout, planes, planesPerPart),
            checked((int)((planes + planesPerPart - 1) / planesPerPart)), shape.Size >= Cuts.WakesAtOnce);
    }

    private readonly struct WindowParts<T>(Storage source, Layout windows, Storage target, nint start, nint blocks, nint block, nint perPart) : IParts
        where T : unmanaged
    {
        private readonly Layout windows = windows;

        public void Run(int part)
        {
            nint end = nint.Min((part + 1) * perPart, blocks);
            for (nint index = part * perPart; index < end; index++)
            {
                (nint outer, nint third) = nint.DivRem(index, windows.Shape[2]);
                (nint first, nint second) = nint.DivRem(outer, windows.Shape[1]);
                nint from = windows.Offset + (first * windows.Stride(0)) + (second * windows.Stride(1)) + (third * windows.Stride(2));
                Block(from, Memory<T>(target, start + (index * block), block));
            }
        }

        private void Block(nint from, Span<T> to)
        {
            int rows = (int)windows.Shape[3], columns = (int)windows.Shape[4], lines = (int)windows.Shape[5], run = (int)windows.Shape[6];
            nint rowStep = windows.Stride(3), columnStep = windows.Stride(4), lineStep = windows.Stride(5), step = windows.Stride(6);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    nint at = from + (row * rowStep) + (column * columnStep);
                    for (int line = 0; line < lines; line++, at += lineStep)
                    {
                        Line(at, step, to[..run]);
                        to = to[run..];
                    }
                }
            }
        }

        private void Line(nint from, nint step, Span<T> to)
        {
            ReadOnlySpan<T> elements = Along<T>(source, from, step, to.Length, out nint at);
            if (step == 1)
            {
                elements.CopyTo(to);
                return;
            }

            for (int i = 0; i < to.Length; i++, at += step)
            {
                to[i] = elements[(int)at];
            }
        }
    }

    private readonly struct PlaneParts<T>(Storage source, nint start, Storage image, Layout windows, nint planes, nint perPart) : IParts
        where T : unmanaged
    {
        private readonly Layout windows = windows;

        public void Run(int part)
        {
            nint end = nint.Min((part + 1) * perPart, planes), channels = windows.Shape[2];
            for (nint plane = part * perPart; plane < end; plane++)
            {
                (nint first, nint channel) = nint.DivRem(plane, channels);
                Plane(windows.Offset + (first * windows.Stride(0)) + (channel * windows.Stride(2)), plane);
            }
        }

        private void Plane(nint to, nint plane)
        {
            nint columns = windows.Shape[4], taps = windows.Shape[3] * columns, lines = windows.Shape[5], run = windows.Shape[6], step = windows.Stride(6);
            for (nint tap = 0; tap < taps; tap++)
            {
                nint at = to + (tap / columns * windows.Stride(3)) + (tap % columns * windows.Stride(4));
                ReadOnlySpan<T> from = Memory<T>(source, start + (((tap * planes) + plane) * lines * run), lines * run);
                for (nint line = 0; line < lines; line++, at += windows.Stride(5))
                {
                    Span<T> places = Along<T>(image, at, step, (int)run, out nint first);
                    ReadOnlySpan<T> parts = from.Slice((int)(line * run), (int)run);
                    if (typeof(T) == typeof(float))
                    {
                        Add(MemoryMarshal.Cast<T, float>(parts), MemoryMarshal.Cast<T, float>(places), first, step);
                    }
                    else
                    {
                        Add(MemoryMarshal.Cast<T, double>(parts), MemoryMarshal.Cast<T, double>(places), first, step);
                    }
                }
            }
        }

        private static void Add<TNumber>(ReadOnlySpan<TNumber> parts, Span<TNumber> places, nint at, nint step)
            where TNumber : unmanaged, INumber<TNumber>
        {
            for (int i = 0; i < parts.Length; i++, at += step)
            {
                places[(int)at] += parts[i];
            }
        }
    }

    /// <summary>The memory in which evenly spaced elements lie, and where in it the first one is.</summary>
    private static Span<T> Along<T>(Storage storage, nint first, nint step, int count, out nint at)
        where T : unmanaged
    {
        nint reach = (count - 1) * step, lowest = first + nint.Min(0, reach);
        at = first - lowest;
        return Memory<T>(storage, lowest, nint.Abs(reach) + 1);
    }
}
