using System.Runtime.CompilerServices;

namespace Onsager.Tensors.Tests;

/// <summary>Memory: steady programs make no blocks and no garbage, and what goes wrong leaves nothing behind.</summary>
[Collection(Alone.Name)]
public sealed class PoolTests
{
    [Fact(Skip = Optimized.Skip)]
    public void A_hundred_thousand_tensors_come_and_go_in_flat_memory()
    {
        Cycle(1000);
        long blocks = Device.Cpu.NativeBlocks, bytes = GC.GetAllocatedBytesForCurrentThread();
        Cycle(100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);

        static void Cycle(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using Scope scope = Scope.Begin();
                using Tensor<float> x = Tensor.Empty<float>([i % 700]);
                Tensor<float> view = x.Slice(0, 0, x.Size / 2);
                x.Fill(1);
                Tensor<float> y = view.Tanh();
                scope.Keep(y).Dispose();
            }
        }
    }

    [Fact(Skip = Optimized.Skip)]
    public void Operations_on_warm_shapes_allocate_nothing()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(1).Normal<float>([64, 200]), w = new RandomStream(2).Normal<float>([200, 300]);
        for (int i = 0; i < 50; i++)
        {
            Step(x, w);
        }

        long blocks = Device.Cpu.NativeBlocks, bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            Step(x, w);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);

        static void Step(Tensor<float> x, Tensor<float> w)
        {
            using Scope scope = Scope.Begin();
            Tensor<float> y = x.MatMul(w).Relu() + 1f, t = y.Transpose().Contiguous();
            t.Sum(1).Mean().Item();
            y.Transpose().Sum().Item();
            x.Permute(1, 0).MatMul(x).Reshape(-1).Max();
        }
    }

    [Fact]
    public void Memory_that_cannot_be_had_leaves_nothing_behind()
    {
        Collect();
        long blocks = Device.Cpu.NativeBlocks;
        for (int i = 0; i < 3; i++)
        {
            Assert.Throws<OutOfMemoryException>(() => Tensor.Empty<double>([(nint)1 << 50]));
        }

        Collect();
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);
    }

    [Fact]
    public void Operations_that_throw_give_their_memory_back()
    {
        using Scope scope = Scope.Begin();
        Tensor<int> integers = Tensor.Zeros<int>([1000, 3]);
        Tensor<float> x = Tensor.Zeros<float>([1000, 3]), vector = Tensor.Zeros<float>([4]);
        Tensor<int> labels = Tensor.Full<int>([1000], 9);
        Fail();
        long blocks = Device.Cpu.NativeBlocks;
        for (int i = 0; i < 20; i++)
        {
            Fail();
        }

        Assert.Equal(blocks, Device.Cpu.NativeBlocks);

        void Fail()
        {
            Assert.Throws<NotSupportedException>(() => integers.Tanh());
            Assert.Throws<NotSupportedException>(() => integers + integers);
            Assert.Throws<NotSupportedException>(() => integers.Sum());
            Assert.Throws<NotSupportedException>(() => integers.Sum(0));
            Assert.Throws<NotSupportedException>(() => integers.Cast<decimal>());
            Assert.Throws<NotSupportedException>(() => integers.MatMul(integers));
            Assert.Throws<NotSupportedException>(() => new RandomStream(1).Uniform<int>([1000]));
            Assert.Throws<ArgumentException>(() => x.MatMul(vector));
            Assert.Throws<ArgumentException>(() => x.Linear(x));
            Assert.Throws<ArgumentOutOfRangeException>(() => x.SoftmaxCrossEntropy(labels));
            Assert.Throws<ArgumentException>(() => Autodiff.Grad(x, y => y * y));
        }
    }

    [Fact]
    public void Derivatives_of_any_order_give_their_memory_back()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(1).Normal<float>([20, 5]), v = new RandomStream(2).Normal<float>([20, 5]);
        Differentiate();
        long blocks = Device.Cpu.NativeBlocks;
        for (int i = 0; i < 20; i++)
        {
            Differentiate();
        }

        Assert.Equal(blocks, Device.Cpu.NativeBlocks);

        void Differentiate()
        {
            using Scope inner = Scope.Begin();
            Autodiff.Grad(x, p => Autodiff.Hvp(p, v, F).Square().Sum());
            Autodiff.Jvp(x, v, p => Autodiff.Checkpoint(p, q => q.Tanh()));
            Autodiff.Hessian(x.Slice(0, 0, 1), F);
            Autodiff.Grad(x, v, (p, q) => Autodiff.Custom(p, q, (p, q) => p * q, (p, q, y, dy) => (dy * q, dy * p)).Sum());
            Assert.Throws<TimeZoneNotFoundException>(() => Autodiff.Hvp(x, v, p => F(p).Sum().Item() == 0 ? p : throw new TimeZoneNotFoundException()));
            Assert.Throws<TimeZoneNotFoundException>(() => Autodiff.Hvp(x, v, p => Autodiff.Custom(p, p => p.Exp(), (_, _, _) => throw new TimeZoneNotFoundException()).Sum()));
        }

        static Tensor<float> F(Tensor<float> p) => (p.Tanh() * p.Softmax(1)).MatMul(p.Transpose()).Square().Mean();
    }

    [Fact]
    public void Tensors_that_nobody_disposed_are_freed_late_and_safely()
    {
        for (int i = 0; i < 20; i++)
        {
            Forget();
            Collect();
        }

        Device.Cpu.TrimPool();
        Collect();
        using Tensor<float> x = Tensor.Full<float>([1000], 1);
        Assert.Equal(1000f, x.Sum().Item());

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget()
        {
            for (int i = 1; i < 50; i++)
            {
                Tensor<float> x = Tensor.Full<float>([i * 1000], 2);
                _ = x.Slice(0, 0, i).Tanh();
            }
        }
    }

    [Fact]
    public void Trimming_lets_go_of_what_nobody_uses()
    {
        Tensor<float> x = Tensor.Full<float>([12_345], 3);
        Tensor.Empty<float>([54_321]).Dispose();
        Device.Cpu.TrimPool();
        long held = Device.Cpu.NativeBlocks;
        Device.Cpu.TrimPool();
        Assert.Equal(held, Device.Cpu.NativeBlocks);
        Assert.Equal(3f, x[12_344]);
        x.Dispose();
        Device.Cpu.TrimPool();
        Assert.Equal(held - 1, Device.Cpu.NativeBlocks);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
