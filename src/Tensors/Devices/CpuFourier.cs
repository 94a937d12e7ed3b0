using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Fourier transforms on the processor: threads share lines, each of which is transformed in an order of its own.</summary>
public sealed partial class CpuDevice
{
    /// <summary>Numbers of a part at the least: about 20 microseconds.</summary>
    private const nint FourierPart = 1 << 13;

    /// <inheritdoc/>
    internal override void Fourier<T>(FourierForm form, Operand x, Operand y)
    {
        Shape shape = y.Layout.Shape;
        if (shape.Size == 0)
        {
            return;
        }

        if (!x.Layout.IsContiguous || form.Axes == 0)
        {
            Copy<T>(x, y);
            x = y;
        }

        (Storage from, nint offset) = (x.Storage, x.Layout.Offset);
        for (int axis = shape.Rank - 1; axis > 0; axis--)
        {
            if (((form.Axes >> axis) & 1) == 0)
            {
                continue;
            }

            bool isLast = (form.Axes & ((1 << axis) - 1)) == 0;
            AlongAxis<T>(shape, axis, form.IsInverse, isLast ? form.Scale : 1, from, offset, y.Storage, y.Layout.Offset);
            (from, offset) = (y.Storage, y.Layout.Offset);
        }
    }

    private void AlongAxis<T>(Shape shape, int axis, bool isInverse, double scale, Storage from, nint offset, Storage to, nint toOffset)
        where T : unmanaged
    {
        int length = (int)shape[axis];
        nint size = shape.Size / 2, inner = 1;
        for (int i = axis + 1; i < shape.Rank; i++)
        {
            inner *= shape[i];
        }

        nint lines = size / length, parts = 1, needed = Simd.Fourier.WorkLength<T>(length, inner > 1);
        Storage? work = needed > 0 ? Allocate(needed * Unsafe.SizeOf<T>()) : null;
        if (work is null && size >= 2 * FourierPart)
        {
            parts = nint.Min(lines, size / FourierPart);
        }

        try
        {
            nint perPart = (lines + parts - 1) / parts;
            FourierParts<T> all = new(length, lines, (int)inner, perPart, isInverse, Tensor.Constant<T>(scale), from, offset, to, toOffset, size, work, needed);
            workers.Run(all, (int)((lines + perPart - 1) / perPart), size >= Cuts.WakesAtOnce);
        }
        finally
        {
            if (work is not null)
            {
                Recycle(work);
            }
        }
    }

    /// <summary>Lines, counted through all matrices [length, inner].</summary>
    private readonly struct FourierParts<T>(
        int length, nint lines, int inner, nint perPart, bool isInverse, T scale, Storage from, nint offset, Storage to, nint toOffset, nint size, Storage? work, nint needed) : IParts
        where T : unmanaged
    {
        public void Run(int part)
        {
            nint start = part * perPart, end = nint.Min(start + perPart, lines);
            Span<T> own = work is null ? [] : Memory<T>(work, 0, needed);
            if (inner == 1)
            {
                nint at = start * length, count = (end - start) * length;
                Simd.Fourier.Rows<T>(
                    length, Memory<T>(from, offset + at, count), Memory<T>(from, offset + size + at, count),
                    Memory<T>(to, toOffset + at, count), Memory<T>(to, toOffset + size + at, count), isInverse, scale, own);
                return;
            }

            while (start < end)
            {
                (nint matrix, nint first) = nint.DivRem(start, inner);
                nint count = nint.Min(inner - first, end - start), elements = (nint)length * inner, at = matrix * elements;
                Simd.Fourier.Columns<T>(
                    length, inner, (int)first, (int)count, Memory<T>(from, offset + at, elements), Memory<T>(from, offset + size + at, elements),
                    Memory<T>(to, toOffset + at, elements), Memory<T>(to, toOffset + size + at, elements), isInverse, scale, own);
                start += count;
            }
        }
    }
}
