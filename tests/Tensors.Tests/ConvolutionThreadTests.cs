namespace Onsager.Tensors.Tests;

/// <summary>Convolutions and pooling large enough to be shared have the same bits for every number of threads, and allocate nothing once warm.</summary>
[Collection(Alone.Name)]
public sealed class ConvolutionThreadTests
{
    [Fact]
    public void Convolutions_and_their_gradients_have_the_same_bits_for_every_number_of_threads()
    {
        float[]? first = null;
        int before = Device.Cpu.Threads;
        try
        {
            foreach (int threads in (int[])[1, 2, 3, 7])
            {
                Device.Cpu.Threads = threads;
                float[] result = Work();
                first ??= result;
                Simd.Tests.Bits.AssertSame<float>(first, result, $"{threads} threads");
            }
        }
        finally
        {
            Device.Cpu.Threads = before;
        }

        static float[] Work()
        {
            using Scope scope = Scope.Begin();
            RandomStream stream = new(1);
            Tensor<float> x = stream.Normal<float>([16, 8, 30, 33]), w = stream.Normal<float>([16, 8, 5, 5]), b = stream.Normal<float>([16]), v = stream.Normal<float>([16, 4, 3, 3]);
            Tensor<float> y = x.Conv2d(w, b, padding: 2), z = y.MaxPool2d(2), up = z.Interpolate((30, 33), InterpolationMode.Linear);
            return
            [
                .. y.ToArray(), .. z.ToArray(), .. up.ToArray(), .. z.ConvTranspose2d(v, null, 2, 1, 1, 2).ToArray(), .. y.AvgPool2d(3, 1, 1).ToArray(),
                .. Autodiff.Grad(w, weights => x.Conv2d(weights, b, 2, 2).MaxPool2d(2).Tanh().Sum()).ToArray(),
                .. Autodiff.Grad(x, image => image.Conv2d(w, b, padding: 2).AvgPool2d(2).Tanh().Sum()).ToArray(),
            ];
        }
    }

    [Theory(Skip = Optimized.Skip)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_convolution_with_its_gradient_allocates_nothing_once_it_is_warm(int threads)
    {
        int before = Device.Cpu.Threads;
        using Scope scope = Scope.Begin();
        RandomStream stream = new(1);
        Tensor<float> x = stream.Normal<float>([8, 2, 14, 14]), w = stream.Normal<float>([4, 2, 3, 3]), gradient = Tensor.Zeros<float>([4, 2, 3, 3]);
        try
        {
            Device.Cpu.Threads = threads;
            for (int i = 0; i < 50; i++)
            {
                Step();
            }

            long blocks = Device.Cpu.NativeBlocks, own = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                Step();
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - own);
            Assert.Equal(blocks, Device.Cpu.NativeBlocks);
        }
        finally
        {
            Device.Cpu.Threads = before;
        }

        void Step() => Autodiff.ValueAndGradInto(w, gradient, x, static (weights, images) =>
        {
            using Tensor<float> y = images.Conv2d(weights, padding: 1), z = y.MaxPool2d(2), up = z.Interpolate(14, InterpolationMode.Linear);
            return up.Sum();
        });
    }
}
