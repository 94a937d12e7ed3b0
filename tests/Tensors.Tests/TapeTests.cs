namespace Onsager.Tensors.Tests;

/// <summary>What differentiation refuses, with which words, and that it leaves no trace behind.</summary>
public sealed class TapeTests
{
    private const string NoDerivative = ": this operation has no derivative yet, and its input is being differentiated.";
    private const string Written = ": the destination is part of a computation that is being differentiated; write to other memory.";

    public static TheoryData<string, Action<Tensor<double>>> Writes => new()
    {
        { "fill", x => x.Fill(1) },
        { "copy", x => x.CopyFrom([1, 2]) },
        { "element assignment", x => x[0] = 1 },
        { "normal", new RandomStream(1).NormalInto },
        { "tanh", x => Tensor.Ones<double>([2]).TanhInto(x) },
        { "add", x => Tensor.Ones<double>([2]).AddInto(Tensor.Ones<double>([2]), x) },
        { "matmul", x => Tensor.Ones<double>([1, 1]).MatMulInto(Tensor.Ones<double>([1, 2]), x.Unsqueeze(0)) },
        { "sgd", x => x.Update(new Simd.SgdUpdate(1), Tensor.Ones<double>([2])) },
    };

    public static TheoryData<string, Action<Tensor<double>>> Dead => new()
    {
        { "max", x => x.MaxInto([0], Tensor.Zeros<double>([])) },
        { "softmax", x => x.SoftmaxInto(0, Tensor.Zeros<double>([2])) },
        { "cast", x => x.Cast<int>() },
        { "tanh", x => x.TanhInto(Tensor.Zeros<double>([2])) },
        { "add", x => Tensor.Ones<double>([2]).AddInto(x, Tensor.Zeros<double>([2])) },
        { "copy", x => x.CopyInto(Tensor.Zeros<double>([2])) },
        { "sum", x => x.SumInto(Tensor.Zeros<double>([])) },
        { "matmul", x => x.Unsqueeze(0).MatMulInto(Tensor.Ones<double>([2, 1]), Tensor.Zeros<double>([1, 1])) },
        { "cholesky", x => Cholesky.FactorInto(x.Slice(0, 0, 1).Unsqueeze(0), Tensor.Zeros<double>([1, 1])) },
        { "triangular solve", x => Triangular.SolveInto(Tensor.Identity<double>(2), x.Unsqueeze(1), Tensor.Zeros<double>([2, 1])) },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public void Writing_to_what_is_differentiated_is_refused_and_changes_nothing(string operation, Action<Tensor<double>> write) =>
        Refuse<InvalidOperationException>(operation + Written, write);

    [Theory]
    [MemberData(nameof(Dead))]
    public void Operations_without_a_derivative_refuse_what_is_differentiated(string operation, Action<Tensor<double>> use) =>
        Refuse<NotSupportedException>(operation + NoDerivative, use);

    [Fact]
    public void Any_other_exception_of_the_function_passes_through() =>
        Refuse<TimeZoneNotFoundException>("mine", _ => throw new TimeZoneNotFoundException("mine"));

    [Fact]
    public void A_result_that_is_no_scalar_is_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Two();
        Throws.Exactly<ArgumentException>("gradient: the function returned shape [2]; a scalar is needed.", () => Autodiff.Grad(x, y => y * y));
        Throws.Exactly<ArgumentException>("vjp: dy has shape [], the function's result [2].", () => Autodiff.Vjp(x, Tensor.Scalar(1.0), y => y * y));
        Works(x);
    }

    [Fact]
    public void The_gradient_needs_memory_of_the_same_shape_and_its_own()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Two(), wide = Tensor.Zeros<double>([4]);
        Throws.Exactly<ArgumentException>(
            "gradient: a contiguous destination of shape [2] on cpu is needed; got [4] on cpu.", () => Autodiff.ValueAndGradInto(x, wide, 0, (y, _) => y.Sum()));
        Throws.Exactly<ArgumentException>(
            "gradient: a contiguous destination of shape [2] on cpu is needed; got [2] on cpu.", () => Autodiff.ValueAndGradInto(x, wide.Slice(0, 0, 4, 2), 0, (y, _) => y.Sum()));
        Throws.Exactly<ArgumentException>(
            "gradient: the destination overlaps an operand; it needs memory of its own.", () => Autodiff.ValueAndGradInto(x, x, 0, (y, _) => y.Sum()));
        Assert.Equal([1.0, 2], x.ToArray());
        Works(x);
    }

    [Fact]
    public void A_view_of_followed_and_other_elements_together_is_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> all = Tensor.Ones<double>([4]), x = all.Slice(0, 0, 2);
        Throws.Exactly<InvalidOperationException>(
            "gradient: a view covers elements that are differentiated and others that are not; differentiate all of them.",
            () => Autodiff.Grad(x, y => (all * 2).Sum() + y.Sum()));
        Assert.Equal([2.0, 2], Autodiff.Grad(x, y => (y * all.Slice(0, 2, 4)).Sum() + y.Sum()).ToArray());
    }

    [Fact]
    public void An_input_that_is_written_to_before_the_gradient_is_taken_is_found_out()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Two(), factor = Tensor.Full<double>([2], 3);
        Throws.Exactly<InvalidOperationException>(
            "gradient: an input of a recorded operation was written to afterwards; write to other memory.",
            () => Autodiff.Grad(x, y =>
            {
                Tensor<double> z = y * factor;
                factor.Fill(100);
                return z.Sum();
            }));
        Works(x);
        factor.Fill(5);
        Assert.Equal([5.0, 5], Autodiff.Grad(x, y => (y * factor).Sum()).ToArray());
    }

    [Fact]
    public void Two_threads_cannot_differentiate_the_same_memory_at_once()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Two();
        Exception? other = null;
        Tensor<double> gradient = Autodiff.Grad(x, y =>
        {
            Thread thread = new(() => other = Record.Exception(() => Autodiff.Grad(x, z => z.Sum()).Dispose()));
            thread.Start();
            thread.Join();
            return (y * y).Sum();
        });
        Assert.Equal([2.0, 4], gradient.ToArray());
        Assert.IsType<NotSupportedException>(other);
        Assert.Equal("gradient: this memory is being differentiated by another thread; give each thread a tensor of its own.", other.Message);
    }

    [Fact]
    public void Threads_differentiate_their_own_tensors_at_once()
    {
        Parallel.For(0, 8, i =>
        {
            using Scope scope = Scope.Begin();
            Tensor<double> x = Tensor.Full<double>([50], i);
            for (int round = 0; round < 50; round++)
            {
                Assert.All(Autodiff.Grad(x, y => (y * y).Sum()).ToArray(), slope => Assert.Equal(2.0 * i, slope));
            }
        });
    }

    [Fact]
    public void What_the_function_made_is_released_and_its_values_may_be_read_inside()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Two(), inside = default;
        Tensor<double> gradient = Autodiff.Grad(x, y =>
        {
            inside = y * y;
            return inside.Sum().Item() > 0 ? inside.Sum() : y.Sum();
        });
        Assert.True(inside.IsDisposed);
        Assert.False(x.IsDisposed);
        Assert.Equal([2.0, 4], gradient.ToArray());
    }

    private static Tensor<double> Two() => Tensor.From<double>([1, 2], [2]);

    private static void Refuse<TException>(string message, Action<Tensor<double>> use)
        where TException : Exception
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Two();
        Throws.Exactly<TException>(message, () => Autodiff.Grad(x, y =>
        {
            Tensor<double> z = y.Exp();
            use(y);
            return z.Sum();
        }));
        Throws.Exactly<TException>(message, () => Autodiff.Grad(x, y =>
        {
            Tensor<double> z = y * 1;
            use(z);
            return z.Sum();
        }));
        Assert.Equal([1.0, 2], x.ToArray());
        Works(x);
    }

    /// <summary>The next gradient is right, and nothing is followed any more.</summary>
    private static void Works(Tensor<double> x)
    {
        Assert.Equal([2.0, 4], Autodiff.Grad(x, y => (y * y).Sum()).ToArray());
        x.Fill(7);
        Assert.Equal(7, x.Max().Item());
    }
}
