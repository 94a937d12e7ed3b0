namespace Onsager.Tensors;

/// <summary>Windows of images written out one after the other, where they cannot be met as they lie: the rows that a convolution multiplies, and the elements that pooling compares.</summary>
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

    /// <summary>The memory in which evenly spaced elements lie, and where in it the first one is.</summary>
    private static Span<T> Along<T>(Storage storage, nint first, nint step, int count, out nint at)
        where T : unmanaged
    {
        nint reach = (count - 1) * step, lowest = first + nint.Min(0, reach);
        at = first - lowest;
        return Memory<T>(storage, lowest, nint.Abs(reach) + 1);
    }
}
