using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Steps of every optimizer, with clipping: no garbage, no new memory, the same bits for every number of threads.</summary>
[Collection(Alone.Name)]
public sealed class OptimizerStepTests
{
    private static readonly Dictionary<string, Func<ParameterBuffer<float>, IOptimizer>> Makers = new()
    {
        ["sgd"] = p => new Sgd<float>(p, 0.01, weightDecay: 0.01),
        ["momentum"] = p => new Sgd<float>(p, 0.01, 0.9),
        ["nesterov"] = p => new Sgd<float>(p, 0.01, 0.9, isNesterov: true),
        ["adam"] = p => new Adam<float>(p, 0.01),
        ["adamw"] = p => new AdamW<float>(p, 0.01),
        ["rmsprop"] = p => new RmsProp<float>(p, 0.01),
        ["rmsprop with momentum"] = p => new RmsProp<float>(p, 0.01, momentum: 0.9),
        ["lion"] = p => new Lion<float>(p, 0.01),
        ["optimistic sgd"] = p => new OptimisticSgd<float>(p, 0.01),
        ["optimistic adam"] = p => new OptimisticAdam<float>(p, 0.01),
    };

    public static TheoryData<string> Names => [.. Makers.Keys];

    [Theory(Skip = Optimized.Skip)]
    [MemberData(nameof(Names))]
    public void A_step_allocates_nothing_once_it_is_warm(string name)
    {
        using ParameterBuffer<float> buffer = OptimizerTests.Buffer<float>(100_003);
        IOptimizer optimizer = Makers[name](buffer);
        using IDisposable? owner = optimizer as IDisposable;
        ISchedule schedule = new WarmUpSchedule(new CosineSchedule(0.01, 100), 10);
        RandomStream stream = new(3);
        for (int i = 0; i < 50; i++)
        {
            Step(i);
        }

        long blocks = Device.Cpu.NativeBlocks, own = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 30; i++)
        {
            Step(i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - own);
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);

        void Step(int i)
        {
            stream.NormalInto(buffer.Gradients);
            Clipping.ClipNorm(buffer.Gradients, 1);
            Clipping.ClipValue(buffer.Gradients, 0.5);
            optimizer.Rate = schedule.Rate(i);
            optimizer.Step();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_have_the_same_bits_for_every_number_of_threads(string name)
    {
        int before = Device.Cpu.Threads;
        float[]? first = null;
        try
        {
            foreach (int threads in (int[])[1, 2, 3, 7])
            {
                Device.Cpu.Threads = threads;
                using ParameterBuffer<float> buffer = OptimizerTests.Buffer<float>(50_003);
                IOptimizer optimizer = Makers[name](buffer);
                using IDisposable? owner = optimizer as IDisposable;
                RandomStream stream = new(3);
                for (int i = 0; i < 5; i++)
                {
                    stream.NormalInto(buffer.Gradients);
                    optimizer.Step();
                }

                float[] values = buffer.Values.ToArray();
                first ??= values;
                Assert.Equal(first, values);
            }
        }
        finally
        {
            Device.Cpu.Threads = before;
        }
    }
}
