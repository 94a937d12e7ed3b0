using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu;

/// <summary>Contractions of symmetric numbers: the processor's parts, and in each the processor's chains. Numbers that are not stored are made a strip of rows, or some slices, at a time.</summary>
public sealed partial class GpuDevice
{
    /// <summary>Numbers that are made at a time, and products of slices that are kept at a time.</summary>
    private const long StripElements = 1 << 24;

    private const int MostSlices = 64;

    /// <inheritdoc/>
    internal override void Contract(SymmetricForm form, Operand elements, Operand x, Operand y)
    {
        int columns = (int)y.Layout.Shape[1], size = Count(SymmetricForm.Name, y.Layout.Shape.Size);
        using LentMemory parts = new(this, (nint)form.Parts * size * sizeof(float));
        ArrayView<GpuF32> sums = View<GpuF32>(parts.Storage!), from = Part<GpuF32>(x, 0, size);
        TriangleShape shape = new()
        {
            N = form.Size,
            Columns = columns,
            Parts = form.Parts,
            First1 = form.First(1),
            First2 = form.First(2),
            First3 = form.First(3),
            First4 = form.First(4),
            First5 = form.First(5),
            First6 = form.First(6),
            First7 = form.First(7),
            RowEnd = form.Size,
        };
        if (form.Order == 3)
        {
            Slices(form, elements, from, sums, shape);
        }
        else if (elements.Storage is not null)
        {
            accelerator.Triangle(View<GpuF32>(elements.Storage).SubView(elements.Layout.Offset), from, sums, shape, form.Parts);
        }
        else
        {
            Strips(form, from, sums, shape);
        }

        accelerator.SumParts(sums, Part<GpuF32>(y, 0, size), shape);
    }

    /// <summary>All rows of a matrix, some at a time, made on the way.</summary>
    private void Strips(SymmetricForm form, ArrayView<GpuF32> x, ArrayView<GpuF32> sums, TriangleShape shape)
    {
        // Strips begin at a multiple of four rows from a part's first, as the chains do.
        int n = form.Size, rows = (int)long.Clamp(StripElements / n / 4 * 4, 4, int.MaxValue);
        using LentMemory made = new(this, (nint)Math.Min((long)rows * n, form.Elements) * sizeof(float));
        for (int part = 0; part < form.Parts; part++)
        {
            int first = form.Bound(part), end = form.Bound(part + 1);
            for (int row = first; row < end; row += rows)
            {
                shape.Part = part;
                (shape.Row, shape.RowEnd, shape.Adds) = (row, int.Min(end, row + rows), row == first ? 0 : 1);
                long start = TriangleProduct.RowStart(n, row), count = TriangleProduct.RowStart(n, shape.RowEnd) - start;
                if (count > 0)
                {
                    shape.Start = -start;
                    accelerator.Triangle(Made(form, made, start, count), x, sums, shape, 1);
                }
            }
        }
    }

    /// <summary>All slices of a tensor, some at a time.</summary>
    private void Slices(SymmetricForm form, Operand elements, ArrayView<GpuF32> x, ArrayView<GpuF32> sums, TriangleShape shape)
    {
        int n = form.Size, size = n * shape.Columns;
        long fit = elements.Storage is not null ? MostSlices : StripElements / TriangleProduct.Elements(n - 1);
        int atOnce = (int)long.Clamp(Math.Min(fit, StripElements / size), 1, MostSlices);
        using LentMemory products = new(this, (nint)atOnce * size * sizeof(float));
        using LentMemory made = new(this, elements.Storage is not null ? 0 : (nint)Math.Min(form.SliceStart(atOnce), form.Elements) * sizeof(float));
        ArrayView<GpuF32> t = View<GpuF32>(products.Storage!);
        shape.IsTensor = 1;
        for (int slice = 0; slice < n - 2; slice += atOnce)
        {
            int slices = int.Min(atOnce, n - 2 - slice);
            long start = form.SliceStart(slice);
            ArrayView<GpuF32> w = elements.Storage is not null
                ? View<GpuF32>(elements.Storage).SubView(elements.Layout.Offset + start) : Made(form, made, start, form.SliceStart(slice + slices) - start);
            shape.Slice = slice;
            accelerator.Triangle(w, x, t, shape, slices);
            accelerator.Fold(t, x, sums, shape, slices);
        }
    }

    /// <summary>Numbers start .. start + count - 1 of the stream.</summary>
    private ArrayView<GpuF32> Made(SymmetricForm form, LentMemory memory, long start, long count)
    {
        Layout strip = Layout.Contiguous([(nint)count]);
        Random<NormalDistribution, float>(default, form.Seed, form.Stream, (ulong)start, new Operand(memory.Storage!, in strip));
        return View<GpuF32>(memory.Storage!);
    }
}
