using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SystemTensor = System.Numerics.Tensors.Tensor;

namespace Onsager.Tensors.Tests;

/// <summary>Tensors over memory of others, and tensors as System.Numerics.Tensors sees them: the same elements, never a copy.</summary>
[Collection(Alone.Name)]
public sealed class BufferTests : IClassFixture<Settled>
{
    [Fact]
    public void A_tensor_over_an_array_sees_what_is_written_to_it_and_writes_to_it()
    {
        float[] array = [0, 1, 2, 3, 4, 5];
        long requests = Device.Cpu.PoolStatistics.Requests;
        Tensor<float> x = Tensor.FromBuffer(array, [2, 3]);
        using Tensor<float> column = x[.., 1], part = Tensor.FromBuffer(array.AsMemory(2, 3), [3]);
        Assert.Equal(requests, Device.Cpu.PoolStatistics.Requests);
        array[4] = 40;
        Assert.Equal([1, 40], column.ToArray());
        column.Fill(7);
        Assert.Equal([0, 7, 2, 3, 7, 5], array);
        part.Fill(-1);
        Assert.Equal([0, 7, -1, -1, -1, 5], array);
        x.Dispose();
        Assert.Equal(-1, column[1]);
        Assert.Throws<ObjectDisposedException>(() => x[0, 0]);
    }

    [Fact]
    public void Results_are_those_of_tensors_with_memory_of_their_own()
    {
        double[] a = [.. new RandomStream(1).Normal<double>([1000]).ToArray()];
        using Tensor<double> borrowed = Tensor.FromBuffer(a.AsMemory(1), [27, 37]), own = Tensor.From<double>(a.AsSpan(1), [27, 37]);
        using Tensor<double> x = borrowed.MatMul(borrowed.Transpose()).Tanh(), y = own.MatMul(own.Transpose()).Tanh();
        Same.Bits(x, y);
        borrowed.ExpInto(borrowed);
        using Tensor<double> e = own.Exp();
        Same.Bits(borrowed, e);
    }

    [Fact]
    public void Memory_is_pinned_until_the_last_view_is_gone()
    {
        Owner owner = new();
        Tensor<float> x = Tensor.FromBuffer(owner.Memory, [10]);
        Tensor<float> view = x.Slice(0, 2, 4);
        Assert.Equal(1, owner.Pins);
        x.Dispose();
        Assert.Equal(1, owner.Pins);
        view.Dispose();
        Assert.Equal(0, owner.Pins);
        using (Scope scope = Scope.Begin())
        {
            Tensor.FromBuffer(owner.Memory, [2, 5]).Square();
            Assert.Equal(1, owner.Pins);
        }

        Assert.Equal(0, owner.Pins);
        Assert.Throws<ArgumentException>(() => Tensor.FromBuffer(owner.Memory, [3]));
        Assert.Equal(0, owner.Pins);
    }

    [Fact]
    public void A_forgotten_tensor_is_unpinned_by_the_finalizer()
    {
        Owner owner = new();
        Forget(owner);
        for (int i = 0; i < 10 && owner.Pins > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, owner.Pins);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(Owner owner) => Tensor.FromBuffer(owner.Memory, [10]).Fill(1);
    }

    [Fact]
    public unsafe void Memory_around_an_address_may_have_any_strides()
    {
        double* memory = stackalloc double[12];
        for (int i = 0; i < 12; i++)
        {
            memory[i] = i;
        }

        Owner owner = new();
        MemoryHandle pin = owner.Pin();
        Tensor<double> x = Borrowed.Tensor<double>((byte*)(memory + 8), [3, 2], [-4, 2], pin);
        Assert.Equal([8, 10, 4, 6, 0, 2], x.ToArray());
        using (Tensor<double> sums = x.Sum(0))
        {
            Assert.Equal([12, 18], sums.ToArray());
        }

        x[2, 0] = -1;
        Assert.Equal(-1, memory[0]);
        using (Tensor<double> same = Borrowed.Tensor<double>((byte*)(memory + 3), [2, 2], [0, 1], owner.Pin()), none = Borrowed.Tensor<double>(null, [0, 4], [4, 1], owner.Pin()))
        {
            Assert.Equal([3, 4, 3, 4], same.ToArray());
            Assert.Empty(none.ToArray());
        }

        Assert.Equal(1, owner.Pins);
        x.Dispose();
        Assert.Equal(0, owner.Pins);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Throws.Exactly<ArgumentException>("from buffer: 3 elements for [2, 2], which has 4.", () => Tensor.FromBuffer(new float[3], [2, 2]));
        Throws.Exactly<ArgumentNullException>("Value cannot be null.", () => Tensor.FromBuffer((float[])null!, [0]));
        using Tensor<float> empty = Tensor.FromBuffer(Array.Empty<float>(), [0, 3]);
        Assert.Empty(empty.ToArray());
        using Plan<float[], Tensor<float>> plan = Plan.Capture(new float[2], static array => Tensor.FromBuffer(array, [2]));
        Throws.Exactly<NotSupportedException>("from buffer: this is done on the host, and the recording of a plan cannot do it again.", () => plan.Run());
    }

    [Fact]
    public void Tensor_spans_are_over_the_same_elements_whatever_the_layout()
    {
        using Scope scope = Scope.Begin();
        Random random = new(5);
        int tried = 0;
        for (int i = 0; i < 500; i++)
        {
            nint[] extents = [.. Enumerable.Range(0, random.Next(5)).Select(_ => (nint)random.Next(i % 5 == 0 ? 0 : 1, 5))];
            float[] elements = [.. Enumerable.Range(0, (int)Shape.Create(extents).Size).Select(k => k + 0.5f)];
            Tensor<float> x = RandomLayouts.Of(random, extents, elements);
            if (Enumerable.Range(0, x.Rank).Any(axis => x.Shape[axis] > 1 && x.Layout.Stride(axis) < 0))
            {
                Assert.Throws<InvalidOperationException>(() => x.AsTensorSpan().Rank);
                continue;
            }

            tried++;
            TensorSpan<float> span = x.AsTensorSpan();
            Assert.Equal(x.Rank == 0 ? [1] : extents, span.Lengths.ToArray());
            Assert.Equal(elements, Elements(span));
            Assert.Equal(elements, Elements(x.AsReadOnlyTensorSpan()));
            SystemTensor.Multiply(span, 2, span);
            Assert.Equal(elements.Select(e => 2 * e), x.ToArray());
        }

        Assert.InRange(tried, 100, 500);
    }

    [Fact]
    public void Tensor_spans_of_expanded_and_overlapping_views()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> row = Tensor.Arange(3f), wide = row.Expand([2, 3]), tall = row.Unsqueeze(1).Expand([3, 2]);
        Assert.Equal([0f, 1, 2, 0, 1, 2], Elements(wide.AsReadOnlyTensorSpan()));
        Assert.Equal([0f, 0, 1, 1, 2, 2], Elements(tall.AsReadOnlyTensorSpan()));
        Throws.Exactly<InvalidOperationException>("tensor span: elements of this view of shape [2, 3] share memory; call Contiguous() first.", () => _ = wide.AsTensorSpan().Rank);
        Tensor<float> backwards = row[AxisSlice.Stepped(-1)];
        Throws.Exactly<InvalidOperationException>(
            "tensor span: axis 0 of [3] runs backwards, which a TensorSpan cannot; call Contiguous() first.", () => _ = backwards.AsReadOnlyTensorSpan().Rank);
        Tensor<float> elsewhere = row.To(new Elsewhere());
        Throws.Exactly<InvalidOperationException>("tensor span: a tensor on the processor is needed; this one is on elsewhere.", () => _ = elsewhere.AsTensorSpan().Rank);
        row.Dispose();
        Assert.Throws<ObjectDisposedException>(() => row.AsTensorSpan().Rank);
    }

    private static float[] Elements(ReadOnlyTensorSpan<float> span)
    {
        float[] elements = new float[span.FlattenedLength];
        span.FlattenTo(elements);
        return elements;
    }

    /// <summary>Memory that counts its pins.</summary>
    private sealed unsafe class Owner : MemoryManager<float>
    {
        private readonly float[] array = new float[10];

        public int Pins { get; private set; }

        public override Span<float> GetSpan() => array;

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            Pins++;
            System.Runtime.InteropServices.GCHandle handle = System.Runtime.InteropServices.GCHandle.Alloc(array, System.Runtime.InteropServices.GCHandleType.Pinned);
            return new MemoryHandle((float*)handle.AddrOfPinnedObject() + elementIndex, handle, this);
        }

        public override void Unpin() => Pins--;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
