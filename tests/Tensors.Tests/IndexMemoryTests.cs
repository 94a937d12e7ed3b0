namespace Onsager.Tensors.Tests;

/// <summary>Memory of index-like operations: steady programs make no blocks and no garbage, gradients included.</summary>
[Collection(Alone.Name)]
public sealed class IndexMemoryTests
{
    [Fact(Skip = Optimized.Skip)]
    public void Warm_operations_allocate_nothing()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(1).Normal<float>([20, 30]);
        Tensor<int> indices = new RandomStream(2).Integers([20, 30], 20);
        Measure(Step);

        void Step()
        {
            using Scope inner = Scope.Begin();
            Tensor<float> y = x[1.., AxisSlice.Stepped(-2)].Flip(0), z = x.Take(0, indices[0, ..]), along = x.TakeAlongAxis(0, indices);
            Tensor<bool> mask = x.GreaterThan(along) & !x.EqualTo(along);
            Tensor<float> chosen = Tensor.Where(mask, x, along).MaskedFill(mask, 1), sums = x.ScatterAdd(0, indices, chosen).Tril();
            Tensor<float> wide = Tensor.Concatenate(0, sums, z, y.Transpose().Roll(1, 0)[..1, ..1].Expand([1, 30])).Pad([(1, 0), (0, 0)]);
            wide.Sort(0).TopK(3, 0).Values.MaskedSelect(mask[..3, ..]).SearchSorted(x.Diagonal());
            mask.Any([0]).All();
            x.CopyInto(along);
            x.Slice(0, 0, 4).DiagEmbed(1).Flatten(0, 1).Unflatten(0, 4, -1);
            x.IndexAddInto(0, indices[0, ..20], x.Clone(), along);
        }
    }

    [Fact(Skip = Optimized.Skip)]
    public void Warm_gradients_allocate_nothing()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(1).Normal<double>([20, 30]), gradient = Tensor.EmptyLike(x);
        Tensor<int> indices = new RandomStream(2).Integers([20, 30], 20);
        Measure(Step);

        void Step() => Autodiff.ValueAndGradInto(x, gradient, indices, static (p, indices) =>
        {
            Tensor<double> taken = p.Take(0, indices[0, ..]), along = p.TakeAlongAxis(0, indices), sums = p.ScatterAdd(0, indices, along);
            return Tensor.Concatenate(0, taken, sums, Tensor.Where(p.GreaterThan(along), p, along), p.Sort(1)).Square().Sum();
        });
    }

    private static void Measure(Action step)
    {
        for (int i = 0; i < 50; i++)
        {
            step();
        }

        long blocks = Device.Cpu.NativeBlocks, bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);
    }
}
