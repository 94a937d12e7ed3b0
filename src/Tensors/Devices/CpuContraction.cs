using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Contractions of symmetric numbers: each part has a sum of its own, and the sums are added in order.</content>
public sealed partial class CpuDevice
{
    /// <summary>Elements of the result that are summed over the parts at a time: they stay in the first cache.</summary>
    private const int SumBlock = 4096;

    /// <inheritdoc/>
    internal override void Contract(SymmetricForm form, Operand elements, Operand x, Operand y)
    {
        ContractionWork work = new(this, form, elements, x, y);
        try
        {
            InParts(form.Parts, work.Accumulate);
            InParts(work.SumBlocks, work.Sum);
        }
        finally
        {
            work.Release();
        }
    }

    private sealed class ContractionWork
    {
        private readonly SymmetricForm form;
        private readonly int columns;
        private readonly int rowsAtOnce;
        private readonly (Storage Storage, nint Start, nint Count)? elements;
        private readonly (Storage Storage, nint Start, nint Count) x;
        private readonly (Storage Storage, nint Start, nint Count) y;
        private readonly Storage[] results;
        private readonly Storage[] slices;
        private int taken;

        public ContractionWork(CpuDevice device, SymmetricForm form, Operand elements, Operand x, Operand y)
        {
            this.form = form;
            this.elements = elements.Storage is null ? null : Of(elements);
            (this.x, this.y, columns) = (Of(x), Of(y), (int)x.Layout.Shape[1]);
            rowsAtOnce = int.Max(1, SumBlock / columns);
            (results, slices) = (new Storage[form.Parts], new Storage[form.Order == 2 ? 0 : form.Parts]);
            try
            {
                for (; taken < results.Length + slices.Length; taken++)
                {
                    Block(taken) = device.Allocate(this.x.Count * sizeof(float));
                }
            }
            catch
            {
                Release();
                throw;
            }

            static (Storage Storage, nint Start, nint Count) Of(Operand operand) => (operand.Storage, operand.Layout.Offset, operand.Layout.Shape.Size);
        }

        /// <summary>Blocks of rows that <see cref="Sum"/> takes one by one.</summary>
        public int SumBlocks => (form.Size + rowsAtOnce - 1) / rowsAtOnce;

        /// <summary>One part's sum.</summary>
        public void Accumulate(int part)
        {
            ReadOnlySpan<float> source = Memory<float>(x.Storage, x.Start, x.Count);
            Span<float> sum = Memory<float>(results[part], 0, x.Count);
            sum[(form.First(part) * columns)..].Clear();
            if (form.Order == 2)
            {
                Triangle(0, form.Size, form.Bound(part), form.Bound(part + 1), source, sum);
                return;
            }

            // Every slice of the part: for its smallest index the triangle over the indices above, whose product with x gives the part of all three.
            Span<float> products = Memory<float>(slices[part], 0, x.Count);
            for (int i = part; i < form.Size - 2; i += form.Parts)
            {
                int n = form.Size - 1 - i;
                ReadOnlySpan<float> behind = source[((i + 1) * columns)..];
                Span<float> t = products[..(n * columns)];
                t.Clear();
                Triangle(form.SliceStart(i), n, 0, n, behind, t);
                TriangleProduct.Fold(source.Slice(i * columns, columns), behind, t, columns, sum.Slice(i * columns, columns), sum[((i + 1) * columns)..]);
            }
        }

        /// <summary>A block of rows of all parts' sums, added in the parts' order.</summary>
        public void Sum(int block)
        {
            int from = block * rowsAtOnce, to = int.Min(form.Size, from + rowsAtOnce);
            Span<float> sum = Memory<float>(y.Storage, y.Start, (nint)to * columns);
            Memory<float>(results[0], (nint)from * columns, (to - from) * columns).CopyTo(sum[(from * columns)..]);
            for (int part = 1; part < results.Length; part++)
            {
                int first = int.Max(from, form.First(part));
                if (first < to)
                {
                    Map.Binary<Add, float>(Memory<float>(results[part], (nint)first * columns, (to - first) * columns), sum[(first * columns)..], sum[(first * columns)..]);
                }
            }
        }

        public void Release()
        {
            for (; taken > 0; taken--)
            {
                Storage storage = Block(taken - 1);
                storage.Device.Recycle(storage);
            }
        }

        private ref Storage Block(int index) => ref index < results.Length ? ref results[index] : ref slices[index - results.Length];

        /// <summary>The rows first .. end - 1 of a triangle of order n whose numbers begin at a place.</summary>
        private void Triangle(long start, int n, int first, int end, ReadOnlySpan<float> source, Span<float> sum)
        {
            if (elements is (Storage stored, nint offset, _))
            {
                TriangleProduct.Accumulate(Memory<float>(stored, offset + (nint)start, (nint)TriangleProduct.Elements(n)), n, first, end, source, columns, sum);
                return;
            }

            TriangleProduct.AccumulateNormal(form.Seed, form.Stream, (ulong)start, n, first, end, source, columns, sum);
        }
    }
}
