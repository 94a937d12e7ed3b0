namespace Onsager.Tensors.Tests;

/// <summary>What every public function of Autodiff owes: it names bad arguments to the letter and changes nothing, and leaves nothing behind when memory runs out.</summary>
[Collection(Alone.Name)]
public sealed class AutodiffRefusalTests : IClassFixture<Settled>
{
    private const string Gone = "The tensor was disposed, or its scope has ended; keep what must live on with Scope.Keep.";

    private static readonly Func<Tensor<double>, Tensor<double>> Scalar = static x => (x.Tanh() * x).Sum();

    private static readonly Func<Tensor<double>, Tensor<double>> Vector = static x => x.Exp();

    private static readonly Func<Tensor<double>, Tensor<double>, Tensor<double>> OfTwo = static (x, y) => (x.Exp() * y).Sum();

    /// <summary>Every function, as a call on a point and a tensor of its shape; what it makes is disposed.</summary>
    private static readonly Dictionary<string, Action<Tensor<double>, Tensor<double>>> Functions = new()
    {
        ["Grad"] = (x, y) => Autodiff.Grad(x, Scalar).Dispose(),
        ["ValueAndGrad"] = (x, y) => Autodiff.ValueAndGrad(x, Scalar).Gradient.Dispose(),
        ["ValueAndGrad of a state"] = (x, y) => Autodiff.ValueAndGrad(x, y, OfTwo).Gradient.Dispose(),
        ["ValueAndGradInto"] = (x, y) => Autodiff.ValueAndGradInto(x, y, 0, static (x, _) => Scalar(x)),
        ["Vjp"] = (x, y) => Autodiff.Vjp(x, y, Vector).Dispose(),
        ["Grad of several"] = (x, y) => Array.ForEach(Autodiff.Grad([x, y], static i => OfTwo(i[0], i[1])), gradient => gradient.Dispose()),
        ["Grad of two"] = (x, y) =>
        {
            (Tensor<double> dx, Tensor<double> dy) = Autodiff.Grad(x, y, OfTwo);
            dx.Dispose();
            dy.Dispose();
        },
        ["ValueAndGrad with more results"] = (x, y) =>
        {
            (_, Tensor<double>[] gradients, Tensor<double>[] beside) = Autodiff.ValueAndGrad([x, y], static i => (OfTwo(i[0], i[1]), (Tensor<double>[])[i[0].Exp(), i[1]]));
            Array.ForEach([.. gradients, .. beside], tensor => tensor.Dispose());
        },
        ["ValueAndGrad with another result"] = (x, y) =>
        {
            (_, Tensor<double> gradient, Tensor<double> beside) = Autodiff.ValueAndGrad(x, static x => (Scalar(x), x.Exp()));
            gradient.Dispose();
            beside.Dispose();
        },
        ["Jvp"] = (x, y) =>
        {
            (Tensor<double> value, Tensor<double> tangent) = Autodiff.Jvp(x, y, Vector);
            value.Dispose();
            tangent.Dispose();
        },
        ["Hvp"] = (x, y) => Autodiff.Hvp(x, y, Scalar).Dispose(),
        ["Jacobian"] = (x, y) => Autodiff.Jacobian(x, Vector).Dispose(),
        ["Hessian"] = (x, y) => Autodiff.Hessian(x, Scalar).Dispose(),
        ["StopGradient"] = (x, y) => Autodiff.StopGradient(x).Dispose(),
        ["Checkpoint in a gradient"] = (x, y) => Autodiff.Grad(x, static x => Autodiff.Checkpoint(x, Scalar)).Dispose(),
        ["Custom in a gradient"] = (x, y) => Autodiff.Grad(x, static x => Autodiff.Custom(x, Vector, static (x, y, dy) => y * dy).Sum()).Dispose(),
        ["Custom of two in a gradient"] = (x, y) =>
        {
            (Tensor<double> dx, Tensor<double> dy) = Autodiff.Grad(x, y, static (x, y) => Autodiff.Custom(x, y, static (x, y) => x * y, static (x, y, _, dz) => (y * dz, x * dz)).Sum());
            dx.Dispose();
            dy.Dispose();
        },
        ["Trace"] = (x, y) => Autodiff.Trace(x, Scalar),
        ["a third derivative"] = (x, y) => Autodiff.Grad(x, static x => Autodiff.Grad(x, static x => Autodiff.Grad(x, Scalar).Sum()).Sum()).Dispose(),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    public static TheoryData<string, Type, Action<Tensor<double>, Tensor<double>>> Refusals => new()
    {
        { "gradient: the function returned shape [3]; a scalar is needed.", typeof(ArgumentException), (x, y) => Autodiff.Grad(x, Vector) },
        { "gradient: the function returned shape [3]; a scalar is needed.", typeof(ArgumentException), (x, y) => Autodiff.ValueAndGrad(x, Vector) },
        { "gradient: the function returned shape [3]; a scalar is needed.", typeof(ArgumentException), (x, y) => Autodiff.ValueAndGrad(x, 0, static (x, _) => x) },
        { "gradient: the function returned shape [3]; a scalar is needed.", typeof(ArgumentException), (x, y) => Autodiff.ValueAndGradInto(x, y, 0, static (x, _) => x.Exp()) },
        { "gradient: the function returned shape [3]; a scalar is needed.", typeof(ArgumentException), (x, y) => Autodiff.Grad([x, y], static i => i[0] * i[1]) },
        { "gradient: the function returned shape [3]; a scalar is needed.", typeof(ArgumentException), (x, y) => Autodiff.Grad(x, y, static (x, y) => x * y) },
        { "gradient: the function returned shape [3]; a scalar is needed.", typeof(ArgumentException), (x, y) => Autodiff.Hvp(x, y, Vector) },
        { "gradient: the function returned shape [3]; a scalar is needed.", typeof(ArgumentException), (x, y) => Autodiff.Hessian(x, Vector) },
        {
            "gradient: a contiguous destination of shape [3] on cpu is needed; got [2] on cpu.", typeof(ArgumentException),
            (x, y) => Autodiff.ValueAndGradInto(x, y[..2], 0, static (x, _) => x.Sum())
        },
        {
            "gradient: a contiguous destination of shape [2] on cpu is needed; got [2] on cpu.", typeof(ArgumentException),
            (x, y) => Autodiff.ValueAndGradInto(x[..2], y[AxisSlice.Stepped(2)], 0, static (x, _) => x.Sum())
        },
        { "gradient: the destination overlaps an operand; it needs memory of its own.", typeof(ArgumentException), (x, y) => Autodiff.ValueAndGradInto(x, x, 0, static (x, _) => x.Sum()) },
        { "vjp: dy has shape [2], the function's result [3].", typeof(ArgumentException), (x, y) => Autodiff.Vjp(x, y[..2], Vector) },
        { "jvp: the direction has shape [2] on cpu, the point [3] on cpu.", typeof(ArgumentException), (x, y) => Autodiff.Jvp(x, y[..2], Vector) },
        { "hvp: the direction has shape [2] on cpu, the point [3] on cpu.", typeof(ArgumentException), (x, y) => Autodiff.Hvp(x, y[..2], Scalar) },
        { "jvp: the direction has shape [3] on elsewhere, the point [3] on cpu.", typeof(ArgumentException), (x, y) => Autodiff.Jvp(x, y.To(new Elsewhere()), Vector) },
        {
            "jacobian: the function takes [1, 1, 1, 1, 3] to [1, 1, 1, 1, 3]; a tensor has at most 8 axes, so it cannot hold all derivatives: flatten first.", typeof(ArgumentException),
            (x, y) => Autodiff.Jacobian(x.Reshape(1, 1, 1, 1, 3), Vector)
        },
        {
            "custom: the rule returned a gradient of shape [2] on cpu for an argument of shape [3] on cpu.", typeof(ArgumentException),
            (x, y) => Autodiff.Grad(x, static x => Autodiff.Custom(x, Vector, static (x, y, dy) => dy[..2]).Sum())
        },
        {
            "custom: the forward function uses a tensor that is being differentiated and is not its argument; pass it in.", typeof(InvalidOperationException),
            (x, y) => Autodiff.Grad(x, x => Autodiff.Custom(x.Exp(), z => z * x, static (z, y, dy) => dy).Sum())
        },
        { "unique: this operation has no derivative yet, and its input is being differentiated.", typeof(NotSupportedException), (x, y) => Autodiff.Grad(x, static x => x.Unique().Values.Sum()) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Bad_arguments_are_named_and_nothing_changes(string message, Type type, Action<Tensor<double>, Tensor<double>> call)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From([1.0, 2, 3]), y = Tensor.From([4.0, 5, 6]);
        Exception? exception;
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        using (Scope inner = Scope.Begin())
        {
            exception = Record.Exception(() => call(x, y));
        }

        Assert.IsType(type, exception);
        Assert.Equal(message, exception!.Message.Split(" (Parameter '", 2)[0]);
        Assert.Equal([1.0, 2, 3], x.ToArray());
        Assert.Equal([4.0, 5, 6], y.ToArray());
        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
        Assert.False(Tape.IsActive);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tensor_that_is_gone_is_refused(string name)
    {
        using Tensor<double> x = Tensor.From([1.0, 2, 3]);
        Tensor<double> gone = x.Clone();
        gone.Dispose();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        Throws.Exactly<ObjectDisposedException>(Gone, () => Functions[name](gone, x));
        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
        Assert.False(Tape.IsActive);
    }

    [Fact]
    public void Integers_are_not_differentiated()
    {
        using Tensor<int> x = Tensor.From([1, 2, 3]);
        const string Types = "the element type is Int32; float (Single) and double (Double) are supported.", Message = $"gradient: {Types}";
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        Throws.Exactly<NotSupportedException>(Message, () => Autodiff.Grad(x, static x => x[..1]));
        Throws.Exactly<NotSupportedException>(Message, () => Autodiff.Grad([x], static x => x[0][..1]));
        Throws.Exactly<NotSupportedException>(Message, () => Autodiff.ValueAndGradInto(x, Tensor.From([1, 2, 3]), 0, static (x, _) => x[0..1]));
        Throws.Exactly<NotSupportedException>($"jvp: {Types}", () => Autodiff.Jvp(x, x, static x => x));
        Throws.Exactly<NotSupportedException>($"hvp: {Types}", () => Autodiff.Hvp(x, x, static x => x[..1]));
        Throws.Exactly<NotSupportedException>($"jacobian: {Types}", () => Autodiff.Jacobian(x, static x => x));
        Assert.Equal([1, 2, 3], x.ToArray());
        Assert.False(Tape.IsActive);
        Assert.InRange(Device.Cpu.PoolStatistics.BlocksInUse - blocks, 0, 1);
    }

    [Fact]
    public void Functions_that_are_not_there_are_named()
    {
        using Tensor<double> x = Tensor.From([1.0, 2, 3]);
        Func<Tensor<double>, Tensor<double>> none = null!;
        Action[] calls =
        [
            () => Autodiff.Grad(x, none), () => Autodiff.ValueAndGrad(x, none), () => Autodiff.Vjp(x, x, none), () => Autodiff.Jvp(x, x, none), () => Autodiff.Hvp(x, x, none),
            () => Autodiff.Jacobian(x, none), () => Autodiff.Hessian(x, none), () => Autodiff.Checkpoint(x, none), () => Autodiff.Trace(x, none), () => Autodiff.Grad([x], (Func<Tensor<double>[], Tensor<double>>)null!),
            () => Autodiff.Grad(x, x, null!), () => Autodiff.ValueAndGradInto<double, int>(x, x, 0, null!), () => Autodiff.Custom(x, none, (_, _, dy) => dy), () => Autodiff.Custom(x, Vector, null!),
        ];
        Assert.All(calls, call => Assert.Throws<ArgumentNullException>(call));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Memory_that_runs_out_at_any_request_leaves_nothing_behind(string name)
    {
        using Tensor<double> x = Tensor.From([1.0, 2, 3]), y = Tensor.From([4.0, 5, 6]);
        Functions[name](x, y);
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        bool fails = true;
        for (int request = 1; fails; request++)
        {
            Exception? exception;
            try
            {
                Device.Cpu.RefuseAllocation(request);
                exception = Record.Exception(() => Functions[name](x, y));
            }
            finally
            {
                Device.Cpu.RefuseAllocation(0);
            }

            fails = exception is not null;
            Assert.True(exception is null or OutOfMemoryException, $"request {request}: {exception}");
            Assert.True(blocks == Device.Cpu.PoolStatistics.BlocksInUse, $"after request {request} failed {Device.Cpu.PoolStatistics.BlocksInUse - blocks} blocks were left");
            Assert.False(Tape.IsActive);
            Assert.Equal([1.0, 2, 3], x.ToArray());
            Assert.InRange(request, 1, 500);
        }
    }
}
