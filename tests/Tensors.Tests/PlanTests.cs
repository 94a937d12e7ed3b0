using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>Plans: the same bits as the step itself, run after run, without memory; and what they refuse.</summary>
[Collection(Alone.Name)]
public sealed class PlanTests
{
    [Fact]
    public void A_function_repeats_with_new_inputs()
    {
        using var plan = Plan.Capture(0, static (int _, Tensor<float> x, Tensor<float> y) => F(x, y));
        RandomStream random = new(1);
        for (int run = 0; run < 5; run++)
        {
            using Scope scope = Scope.Begin();
            Tensor<float> x = random.Normal<float>([7, 5]), y = random.Normal<float>([5, 3]);
            Same.Bits(F(x, y), plan.Run(x, y));
        }

        Assert.Equal(1, plan.Recordings);

        static Tensor<float> F(Tensor<float> x, Tensor<float> y)
        {
            using Scope scope = Scope.Begin();
            Tensor<float> z = x.MatMul(y).Tanh() * 2 + 1;
            return scope.Keep((z.Softmax(1) - z.Mean(0)).Transpose().Clone());
        }
    }

    [Fact]
    public void Another_shape_records_anew_and_the_first_one_is_still_known()
    {
        using var plan = Plan.Capture(0, static (int _, Tensor<double> x) => x.Exp().Sum(0));
        foreach (nint rows in (nint[])[3, 4, 3, 1, 4])
        {
            using Scope scope = Scope.Begin();
            Tensor<double> x = new RandomStream((ulong)rows).Normal<double>([rows, 6]);
            Same.Bits(x.Exp().Sum(0), plan.Run(x));
        }

        Assert.Equal(3, plan.Recordings);
        for (nint rows = 10; rows < 10 + Plan<Tensor<double>>.MostRecordings; rows++)
        {
            using Scope scope = Scope.Begin();
            plan.Run(Tensor.Ones<double>([rows, 6]));
        }

        using Tensor<double> known = Tensor.Ones<double>([3, 6]);
        plan.Run(known).Dispose();
        Assert.Equal(4 + Plan<Tensor<double>>.MostRecordings, plan.Recordings);
    }

    [Fact]
    public void An_input_with_strides_is_copied_and_an_offset_is_not_lost()
    {
        using var plan = Plan.Capture(0, static (int _, Tensor<float> x) => x.Square() - x);
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(3).Normal<float>([6, 8]);
        foreach (Tensor<float> part in (Tensor<float>[])[x.Slice(0, 2, 4), x.Slice(1, 1, 3).Transpose(), x.Slice(0, 5, 6).Reshape(2, 4), x.Slice(0, 0, 2)])
        {
            Same.Bits(part.Square() - part, plan.Run(part));
        }
    }

    /// <summary>Chains long enough for tiles, of operators with scalars, in place and with temporaries of both kinds.</summary>
    [Theory]
    [InlineData(4096)]
    [InlineData(5000)]
    [InlineData(100_003)]
    [InlineData(400_000)]
    public void Chains_have_the_bits_of_whole_passes(int size)
    {
        using Tensor<float> target = Tensor.Zeros<float>([size]), eager = Tensor.Zeros<float>([size]);
        using var plan = Plan.Capture(target, static (Tensor<float> target, Tensor<float> x, Tensor<float> y) => Chain(x, y, target));
        foreach (int threads in (int[])[1, 2, 3])
        {
            int before = Device.Cpu.Threads;
            Device.Cpu.Threads = threads;
            try
            {
                for (ulong run = 0; run < 3; run++)
                {
                    using Scope scope = Scope.Begin();
                    Tensor<float> x = new RandomStream(run).Normal<float>([size]), y = new RandomStream(run, 1).Normal<float>([size]);
                    Same.Bits(Chain(x, y, eager), plan.Run(x, y));
                    Same.Bits(eager, target);
                }
            }
            finally
            {
                Device.Cpu.Threads = before;
            }
        }

        Assert.True(plan.CallCount < 8, $"{plan.CallCount} calls are left");

        static Tensor<float> Chain(Tensor<float> x, Tensor<float> y, Tensor<float> target)
        {
            using Scope scope = Scope.Begin();
            Tensor<float> a = x.Tanh() + y, b = a * 0.5f, c = b.Exp() - x, d = c.FusedMultiplyAdd(a, b);
            d.MultiplyInto(d, target);
            target.AddInto(a, target);
            Tensor<float> shifted = d.Slice(0, 1, d.Size) + c.Slice(0, 0, d.Size - 1);
            return scope.Keep(d.Sigmoid() + shifted.Sum());
        }
    }

    [Fact]
    public void A_layer_takes_its_activation_with_it()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> w = new RandomStream(4).Normal<float>([9, 20]), bias = new RandomStream(5).Normal<float>([20]), x = new RandomStream(6).Normal<float>([5, 9]);
        using var plan = Plan.Capture((w, bias), static ((Tensor<float> W, Tensor<float> Bias) layer, Tensor<float> x) => x.Linear(layer.W, layer.Bias).Tanh());
        Same.Bits(x.Linear(w, bias).Tanh(), plan.Run(x));
        Same.Bits(x.Linear(w, bias).Tanh(), plan.Run(x));
        Assert.Equal(1, plan.CallCount);
    }

    [Fact]
    public void What_nobody_reads_and_what_is_always_the_same_is_left_out()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(7).Normal<float>([10]);
        using var plan = Plan.Capture(0, static (int _, Tensor<float> x) =>
        {
            x.Exp().Sum();
            Tensor<float> weights = Tensor.Linspace<float>(0, 1, 10).Square() + 1;
            return x * weights;
        });
        for (int i = 0; i < 2; i++)
        {
            Same.Bits(x * (Tensor.Linspace<float>(0, 1, 10).Square() + 1), plan.Run(x));
        }

        Assert.Equal(1, plan.CallCount);
    }

    [Fact]
    public void Streams_from_outside_move_and_streams_of_the_step_do_not()
    {
        RandomStream outside = new(8), eager = new(8);
        using var plan = Plan.Capture(outside, static stream => Draw(stream));
        for (int i = 0; i < 4; i++)
        {
            using Tensor<float> expected = Draw(eager), actual = plan.Run();
            Same.Bits(expected, actual);
            Assert.Equal(eager.Position, outside.Position);
        }

        static Tensor<float> Draw(RandomStream stream)
        {
            using Scope scope = Scope.Begin();
            Tensor<float> one = stream.Normal<float>([5]), two = stream.Uniform<float>([5]), own = new RandomStream(9).Normal<float>([5]), fork = stream.Fork(3).Normal<float>([5]);
            return scope.Keep(one + two * own - fork + stream.Integers([5], 10).Cast<float>());
        }
    }

    [Fact]
    public void A_step_returns_the_value_of_its_gradient()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> w = new RandomStream(10).Normal<double>([4]), g = Tensor.Empty<double>([4]);
        using var plan = Plan.Capture((w, g), static ((Tensor<double> W, Tensor<double> G) s, Tensor<double> x) => Step(s.W, s.G, x));
        Tensor<double> v = w.Clone(), h = Tensor.Empty<double>([4]);
        for (ulong i = 0; i < 6; i++)
        {
            Tensor<double> x = new RandomStream(11, i).Normal<double>([8, 4]);
            Assert.Equal(Step(v, h, x), plan.Run(x));
            Same.Bits(v, w);
        }

        static double Step(Tensor<double> w, Tensor<double> g, Tensor<double> x)
        {
            double loss = Autodiff.ValueAndGradInto(w, g, x, static (w, x) => (x.MatMul(w).Sin() - 1).Square().Mean());
            w.Update(new SgdUpdate(0.1), g);
            return loss;
        }
    }

    [Fact]
    public void Derivatives_of_higher_order_can_be_recorded()
    {
        using var plan = Plan.Capture(0, static (int _, Tensor<double> x, Tensor<double> v) => Hvp(x, v));
        for (ulong i = 0; i < 3; i++)
        {
            using Scope scope = Scope.Begin();
            Tensor<double> x = new RandomStream(12, i).Normal<double>([3, 3]), v = new RandomStream(13, i).Normal<double>([3, 3]);
            Same.Bits(Hvp(x, v), plan.Run(x, v));
        }

        static Tensor<double> Hvp(Tensor<double> x, Tensor<double> v) => Autodiff.Hvp(x, v, static x => (x.MatMul(x).Tanh() * x.Exp()).Sum());
    }

    [Fact]
    public void Derivatives_through_indices_can_be_recorded()
    {
        using var plan = Plan.Capture(0, static (int _, Tensor<double> x, Tensor<int> indices) => Hvp(x, indices));
        for (ulong i = 0; i < 3; i++)
        {
            using Scope scope = Scope.Begin();
            Tensor<double> x = new RandomStream(22, i).Normal<double>([4, 3]);
            Tensor<int> indices = new RandomStream(24, i).Integers([4], 3);
            Same.Bits(Hvp(x, indices), plan.Run(x, indices));
        }

        static Tensor<double> Hvp(Tensor<double> x, Tensor<int> indices) => Autodiff.Hvp(x, x.Share(), indices, static (x, indices) =>
        {
            Tensor<int> column = indices.Unsqueeze(1);
            Tensor<double> rows = x.Take(0, indices) * x.Embedding(indices), picked = rows.Exp().TakeAlongAxis(1, column);
            Tensor<double> added = x.IndexAdd(0, indices, rows).Tanh(), placed = (rows * rows).ScatterAdd(1, column, picked);
            return (added * placed).SoftmaxCrossEntropy(indices) + placed.Square().Sum();
        });
    }

    [Fact(Skip = Optimized.Skip)]
    public void Runs_take_no_memory()
    {
        using Tensor<float> x = new RandomStream(14).Normal<float>([20, 30]), y = new RandomStream(15).Normal<float>([30, 20]);
        using var plan = Plan.Capture(0, static (int _, Tensor<float> x, Tensor<float> y) => (x.MatMul(y).Exp() + 1).Log().Sum(1));
        for (int i = 0; i < 50; i++)
        {
            plan.Run(x, y).Dispose();
        }

        long blocks = Device.Cpu.NativeBlocks, bytes = GC.GetAllocatedBytesForCurrentThread(), lent = Device.Cpu.PoolStatistics.BlocksInUse;
        for (int i = 0; i < 1000; i++)
        {
            plan.Run(x, y).Dispose();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);
        Assert.Equal(lent, Device.Cpu.PoolStatistics.BlocksInUse);
    }

    [Fact]
    public void Disposing_a_plan_gives_all_its_memory_back()
    {
        using Tensor<float> x = Tensor.Ones<float>([50, 50]), w = Tensor.Ones<float>([50, 50]);
        long lent = Device.Cpu.PoolStatistics.BlocksInUse;
        var plan = Plan.Capture(w, static (Tensor<float> w, Tensor<float> x) => (x.MatMul(w).Exp() * Tensor.Full<float>([50], 2)).Sum(0));
        plan.Run(x).Dispose();
        plan.Run(x).Dispose();
        Assert.True(Device.Cpu.PoolStatistics.BlocksInUse > lent);
        plan.Dispose();
        Assert.Equal(lent, Device.Cpu.PoolStatistics.BlocksInUse);
        Assert.Throws<ObjectDisposedException>(() => plan.Run(x));
    }

    /// <summary>A released block is filled with NaN: what a plan reads must be its own.</summary>
    [Fact]
    public void Memory_of_the_recording_is_not_read_after_it()
    {
        bool before = Device.Cpu.FillsReleasedMemory;
        Device.Cpu.FillsReleasedMemory = true;
        try
        {
            using Scope scope = Scope.Begin();
            Tensor<float> x = new RandomStream(16).Normal<float>([40, 30]);
            using var plan = Plan.Capture(0, static (int _, Tensor<float> x) =>
            {
                Tensor<float> joined = Tensor.Concatenate(0, x.Pad(PadMode.Edge, (1, 1), (0, 2)), Tensor.Ones<float>([3, 32]));
                return (joined.Flip(0) + Tensor.Arange<float>(32)).CumulativeSum(1).LogSumExp(0);
            });
            Tensor<float> first = plan.Run(x).Clone();
            Assert.DoesNotContain(float.NaN, first.ToArray());
            Same.Bits(first, plan.Run(x));
        }
        finally
        {
            Device.Cpu.FillsReleasedMemory = before;
        }
    }

    [Fact]
    public void Inside_a_gradient_and_inside_another_recording_the_step_runs_itself()
    {
        using Scope scope = Scope.Begin();
        using var inner = Plan.Capture(0, static (int _, Tensor<double> x) => x.Sin() * x);
        Tensor<double> x = new RandomStream(17).Normal<double>([5]);
        Same.Bits(Autodiff.Grad(x, static x => (x.Sin() * x).Sum()), Autodiff.ValueAndGrad(x, inner, static (x, inner) => inner.Run(x).Sum()).Gradient);
        using var outer = Plan.Capture(inner, static (Plan<int, double, Tensor<double>> inner, Tensor<double> x) => inner.Run(x) + 1);
        Same.Bits((x.Sin() * x) + 1, outer.Run(x));
        Same.Bits((x.Sin() * x) + 1, outer.Run(x));
        Assert.Equal(0, inner.Recordings);
    }

    [Fact]
    public void A_step_that_throws_leaves_nothing_behind()
    {
        using Tensor<float> x = Tensor.Ones<float>([4, 4]);
        long lent = Device.Cpu.PoolStatistics.BlocksInUse;
        using var plan = Plan.Capture(0, static (int _, Tensor<float> x) => (x + 1).MatMul(Tensor.Ones<float>([3, 3])));
        Assert.Throws<ArgumentException>(() => plan.Run(x));
        Assert.Equal(lent, Device.Cpu.PoolStatistics.BlocksInUse);
        Assert.False(x.Device is RecordingDevice);
        Assert.Equal(0, plan.Recordings);
    }

    [Fact]
    public void What_cannot_be_repeated_is_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(18).Normal<float>([4]), outside = Tensor.Ones<float>([4]);
        Refused("plan: the step reads a tensor's numbers on the host", static (_, x) => x * x.Sum().Item());
        Refused("plan: the step reads a tensor's numbers on the host", static (_, x) => Tensor.From<float>(x.Exp().ToArray(), [4]));
        Refused("plan: the step reads a tensor's numbers on the host", static (_, x) => x * x[0]);
        Refused("plan: the step copies numbers from the host into a tensor from outside", static (outside, x) =>
        {
            outside.CopyFrom([1, 2, 3, 4]);
            return x + outside;
        });
        Refused("plan: the step writes to its input", static (_, x) =>
        {
            x.Fill(1);
            return x.Exp();
        });
        Refused("plan: the step writes to a tensor that the host has filled", static (_, x) =>
        {
            Tensor<float> places = Tensor.Arange<float>(4);
            x.ExpInto(places);
            return places + 1;
        });
        Refused("plan: the step returns its input", static (_, x) => x.Reshape(2, 2));
        Refused("sort: ", static (_, x) => x.Sort(0));
        Refused("shuffle: this is done on the host", static (_, x) =>
        {
            new RandomStream(1).Shuffle<int>(new int[3]);
            return x.Exp();
        });

        using var number = Plan.Capture(0, static (int _, Tensor<float> x) => 3.5f);
        Throws.Exactly<NotSupportedException>("plan: the step returns a number that is not the value of a ValueAndGrad, and would stay the same; return a tensor.", () => number.Run(x));
        using var writing = Plan.Capture(outside, static (Tensor<float> outside, Tensor<float> x) =>
        {
            x.ExpInto(outside);
            return outside + 1;
        });
        writing.Run(x);
        Throws.Exactly<ArgumentException>("plan: input 0 lies in memory that the step writes to.", () => writing.Run(outside));
        using var product = Plan.Capture(Tensor.Ones<float>([4, 4]), static (Tensor<float> w, Tensor<float> x) => w.MatMul(x));
        Tensor<float> last = product.Run(Tensor.Ones<float>([4, 2]));
        Throws.Exactly<ArgumentException>("plan: input 0 lies in memory that the step writes to.", () => product.Run(last));
        Assert.All(product.Run(last.Clone()).ToArray(), static number => Assert.Equal(16f, number));

        void Refused(string message, Func<Tensor<float>, Tensor<float>, Tensor<float>> step)
        {
            using var plan = Plan.Capture(outside, step);
            NotSupportedException refusal = Assert.Throws<NotSupportedException>(() => plan.Run(x));
            Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_wrong_index_is_found_in_every_run()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(20).Normal<float>([3, 4]);
        using var plan = Plan.Capture(0, static (int _, Tensor<float> x, Tensor<int> indices) => x.IndexAdd(0, indices, x.Take(0, indices).Exp()));
        plan.Run(x, Tensor.From<int>([0, -1], [2]));
        ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(() => plan.Run(x, Tensor.From<int>([0, 3], [2])));
        Assert.StartsWith("take: index 3 is outside axis 0 of [3, 4].", refusal.Message, StringComparison.Ordinal);
        Tensor<int> right = Tensor.From<int>([-3, 2], [2]);
        Same.Bits(x.IndexAdd(0, right, x.Take(0, right).Exp()), plan.Run(x, right));
    }

    [Fact]
    public void A_wrong_label_is_found_in_every_run()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(19).Normal<float>([3, 4]);
        using var plan = Plan.Capture(0, static (int _, Tensor<float> x, Tensor<int> labels) => x.SoftmaxCrossEntropy(labels));
        plan.Run(x, Tensor.From<int>([0, 1, 2], [3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Run(x, Tensor.From<int>([0, 4, 2], [3])));
        Same.Bits(x.SoftmaxCrossEntropy(Tensor.From<int>([3, 1, 2], [3])), plan.Run(x, Tensor.From<int>([3, 1, 2], [3])));
    }
}
