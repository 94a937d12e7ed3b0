using Onsager.Simd.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Sparse matrices and their threads and memory: the same bits, no garbage, nothing left where memory runs out.</summary>
[Collection(Alone.Name)]
public sealed class SparseMemoryTests : IClassFixture<Settled>
{
    [Fact]
    public void Products_and_gradients_have_the_same_bits_for_every_number_of_threads()
    {
        float[]? first = null;
        int before = Device.Cpu.Threads;
        try
        {
            foreach (int threads in (int[])[1, 2, 3, 7, 16])
            {
                Device.Cpu.Threads = threads;
                float[] result = Work();
                first ??= result;
                Bits.AssertSame<float>(first, result, $"{threads} threads");
            }
        }
        finally
        {
            Device.Cpu.Threads = before;
        }

        static float[] Work()
        {
            using Scope scope = Scope.Begin();
            SparseMatrix<float> a = Large();
            Tensor<float> x = new RandomStream(2).Normal<float>([3000, 20]), v = new RandomStream(3).Normal<float>([3000]);
            return
            [
                .. a.MatMul(v).ToArray(), .. a.MatMul(x).ToArray(), .. a.LeftMatMul(v).ToArray(), .. a.MatMul(a).Values.ToArray(),
                .. Autodiff.Grad(a.Values, values => a.WithValues(values).MatMul(x).Tanh().Sum()).ToArray(),
                .. Autodiff.Grad(x, x => a.MatMul(x).Tanh().Sum()).ToArray(),
            ];
        }
    }

    [Fact(Skip = Optimized.Skip)]
    public void Warm_products_and_their_gradients_allocate_nothing()
    {
        using Scope scope = Scope.Begin();
        SparseMatrix<float> a = Large();
        Tensor<float> x = new RandomStream(3).Normal<float>([3000]), y = Tensor.Empty<float>([3000]), gradient = Tensor.Empty<float>([3000]);
        Step();
        long native = 0, bytes = 0;
        for (int i = 0; i < 60; i++)
        {
            if (i == 40)
            {
                (native, bytes) = (Device.Cpu.NativeBlocks, GC.GetAllocatedBytesForCurrentThread());
            }

            Step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(native, Device.Cpu.NativeBlocks);

        void Step()
        {
            using Scope inner = Scope.Begin();
            a.MatMulInto(x, y);
            Autodiff.ValueAndGradInto(x, gradient, a, static (x, a) => a.MatMul(x).Square().Sum());
        }
    }

    [Fact]
    public void A_step_may_run_out_of_memory_at_any_request()
    {
        using Tensor<float> values = new RandomStream(4).Normal<float>([60]), x = new RandomStream(5).Normal<float>([40, 3]), turned = x.Transpose();
        int[] rows = [.. Enumerable.Range(0, 60).Select(i => i * 7 % 30)], columns = [.. rows.Select((row, i) => (row * 3 + i) % 40)];
        float[] expected = Step();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        try
        {
            bool fails = true;
            for (int request = 1; fails; request++)
            {
                Device.Cpu.RefuseAllocation(request);
                fails = Record.Exception(() => Step()) is { } exception && Assert.IsType<OutOfMemoryException>(exception) is not null;
                Device.Cpu.RefuseAllocation(0);
                Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
                Assert.InRange(request, 1, 200);
            }
        }
        finally
        {
            Device.Cpu.RefuseAllocation(0);
        }

        Bits.AssertSame<float>(expected, Step(), "afterwards");

        float[] Step()
        {
            using SparseMatrix<float> a = SparseMatrix.FromTriplets(30, 40, rows, columns, values), b = a.Transpose(), c = a.MatMul(b), t = c.Transpose(), d = c + t;
            using Tensor<float> y = a.MatMul(x), z = b.LeftMatMul(turned), diagonal = d.Diagonal(), dense = d.ToDense();
            using Tensor<float> gradient = Autodiff.Grad(a.Values, v => a.WithValues(v).MatMul(x).Square().Sum());
            return [.. y.ToArray(), .. z.ToArray(), .. diagonal.ToArray(), .. dense.ToArray(), .. gradient.ToArray()];
        }
    }

    /// <summary>[3000, 3000], rows of very different lengths.</summary>
    private static SparseMatrix<float> Large()
    {
        List<int> rows = [], columns = [];
        for (int row = 0; row < 3000; row++)
        {
            for (int entry = row % 50 == 0 ? 400 : row % 17; entry > 0; entry--)
            {
                rows.Add(row);
                columns.Add(((row * 31) + (entry * 7)) % 3000);
            }
        }

        using Tensor<float> values = new RandomStream(1).Normal<float>([rows.Count]);
        return SparseMatrix.FromTriplets(3000, 3000, rows.ToArray(), columns.ToArray(), values);
    }
}
