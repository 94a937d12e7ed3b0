using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Fourier transforms of real numbers on the processor: threads share lines, each of which is transformed in an order of its own.</summary>
public sealed partial class CpuDevice
{
    /// <summary>Elements of working memory of one line above which threads do not share lines, since each part needs as much.</summary>
    private const nint LongWork = 1 << 18;

    /// <inheritdoc/>
    internal override void RealFourier<T>(RealForm form, Operand x, Operand y)
    {
        Shape real = form.IsBack ? y.Layout.Shape : x.Layout.Shape;
        if (real.Size == 0)
        {
            return;
        }

        int length = (int)form.Points;
        nint inner = 1;
        for (int i = form.Axis + 1; i < real.Rank; i++)
        {
            inner *= real[i];
        }

        nint lines = real.Size / length, needed = Simd.RealFourier.WorkLength<T>(length, inner > 1);
        nint parts = needed > LongWork ? 1 : nint.Max(1, nint.Min(lines, real.Size / (2 * FourierPart)));
        nint perPart = (lines + parts - 1) / parts;
        parts = (lines + perPart - 1) / perPart;
        Storage? work = needed > 0 ? Allocate(parts * needed * Unsafe.SizeOf<T>()) : null;
        try
        {
            Operand numbers = form.IsBack ? y : x, planes = form.IsBack ? x : y;
            RealFourierParts<T> all = new(
                form, lines, (int)inner, perPart, Tensor.Constant<T>(form.Scale), numbers.Storage, numbers.Layout.Offset, planes.Storage, planes.Layout.Offset, work, needed);
            workers.Run(all, (int)parts, real.Size >= Cuts.WakesAtOnce);
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
    private readonly struct RealFourierParts<T>(
        RealForm form, nint lines, int inner, nint perPart, T scale, Storage real, nint realAt, Storage planes, nint planesAt, Storage? work, nint needed) : IParts
        where T : unmanaged
    {
        public void Run(int part)
        {
            nint start = part * perPart, end = nint.Min(start + perPart, lines);
            Span<T> own = work is null ? [] : Memory<T>(work, part * needed, needed);
            if (inner == 1)
            {
                Lines(start, end - start, 0, 0, own);
                return;
            }

            while (start < end)
            {
                (nint matrix, nint first) = nint.DivRem(start, inner);
                nint count = nint.Min(inner - first, end - start);
                Lines(matrix * inner, inner, (int)first, (int)count, own);
                start += count;
            }
        }

        /// <summary>So many lines from one on: rows, or some of the columns that they are.</summary>
        private void Lines(nint from, nint count, int first, int columns, Span<T> own)
        {
            int length = (int)form.Points;
            nint half = (length / 2) + 1, size = lines * half;
            Span<T> x = Memory<T>(real, realAt + (from * length), count * length);
            Span<T> re = Memory<T>(planes, planesAt + (from * half), count * half), im = Memory<T>(planes, planesAt + size + (from * half), count * half);
            switch (form.IsBack, inner > 1)
            {
                case (false, false):
                    Simd.RealFourier.Rows<T>(length, x, re, im, form.IsInverse, form.IsDoubled, scale, own);
                    break;
                case (true, false):
                    Simd.RealFourier.RowsBack<T>(length, re, im, x, form.IsInverse, form.IsDoubled, scale, own);
                    break;
                case (false, true):
                    Simd.RealFourier.Columns<T>(length, inner, first, columns, x, re, im, form.IsInverse, form.IsDoubled, scale, own);
                    break;
                default:
                    Simd.RealFourier.ColumnsBack<T>(length, inner, first, columns, re, im, x, form.IsInverse, form.IsDoubled, scale, own);
                    break;
            }
        }
    }
}
