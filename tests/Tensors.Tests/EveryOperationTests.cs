using System.Text.RegularExpressions;

namespace Onsager.Tensors.Tests;

/// <summary>
/// What every public operation of Tensor&lt;T&gt; owes: it refuses bad operands by type and message and changes nothing, says that a tensor is
/// gone, leaves nothing behind when memory runs out, and makes no garbage. New operations are found by reflection.
/// </summary>
[Collection(Alone.Name)]
public sealed partial class EveryOperationTests : IClassFixture<Settled>
{
    private const string Gone = "The tensor was disposed, or its scope has ended; keep what must live on with Scope.Keep.";

    /// <summary>Operations whose results are as long as the data say, which sort in managed memory, those that read an equation, and those that pin memory.</summary>
    private static readonly string[] Managed = ["Unique", "Tensor.Einsum", "Tensor.EinsumInto", "Tensor.FromBuffer"];

    /// <summary>Operations that take operands on any device, and views of each.</summary>
    private static readonly string[] BetweenDevices = ["CopyInto", "Tensor.Meshgrid"];

    /// <summary>Operations that fill a destination of any shape.</summary>
    private static readonly string[] AnyShape = ["Tensor.EyeInto", "Tensor.ArangeInto", "Tensor.LinspaceInto"];

    /// <summary>Operations that need elements without gaps.</summary>
    private static readonly string[] Packed = ["AsSpan", "Reshape", "Flatten", "Unflatten", "Update", "Segment"];

    public static TheoryData<string> Names => [.. Operations.Names];

    public static TheoryData<string> OfIntegers => [.. Operations.OfIntegers];

    [Fact]
    public void Every_operation_has_operands_that_fit()
    {
        List<string> missing = [];
        foreach (string name in Operations.Names)
        {
            if (Record.Exception(() => Call(name)) is { } exception)
            {
                missing.Add($"{name}: {exception.Message}");
            }
        }

        Assert.True(missing.Count == 0, $"give these operands in Operations.Fit:\n{string.Join('\n', missing)}");

        static void Call(string name)
        {
            Operation<float> operation = Operations.Of<float>(name);
            using Operands<float> operands = operation.Fitting();
            operation.Call(operands);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tensor_that_is_gone_is_named_in_every_place(string name)
    {
        Operation<float> operation = Operations.Of<float>(name);
        string[] places = [.. operation.Inputs, .. operation.IsStatic ? Array.Empty<string>() : ["X"], .. operation.Destinations.Contains("Destination") ? ["Destination"] : Array.Empty<string>()];
        foreach (string place in places)
        {
            using Operands<float> operands = operation.Fitting();
            Operation<float>.Tensor(operands, place).Dispose();
            Refused<ObjectDisposedException>(operation, operands, message => message == Gone, place);
        }
    }

    [Theory]
    [MemberData(nameof(OfIntegers))]
    public void Elements_without_arithmetic_are_moved_or_refused(string name)
    {
        Operation<int> operation = Operations.Of<int>(name);
        using Operands<int> operands = operation.Fitting();
        int[][] before = operands.Contents();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        if (Record.Exception(() => operation.Call(operands)) is { } exception)
        {
            Assert.IsType<NotSupportedException>(exception);
            Assert.Matches(WithoutArithmetic(), exception.Message);
            Assert.Equal(before, operands.Contents());
        }

        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Operands_on_another_device_are_refused(string name)
    {
        Operation<float> operation = Operations.Of<float>(name);

        // A single operand decides where the work is done.
        string[] inputs = [.. operation.Inputs.Where(place => place != "X")];
        string[] places = operation.IsStatic && inputs.Length == 1 && !operation.Inputs.Contains("X") ? [] : inputs;
        Elsewhere device = new();
        foreach (string place in places.Where(_ => !BetweenDevices.Contains(operation.Name)))
        {
            using Operands<float> operands = operation.Fitting();
            ref Tensor<float> tensor = ref Operation<float>.Tensor(operands, place);
            tensor = operands.Make(tensor.Shape, device);
            Refused<ArgumentException>(operation, operands, message => OtherDevice().IsMatch(message), place);
        }

        bool hasInput = !operation.IsStatic || operation.Inputs.Any();
        foreach (string place in operation.Destinations.Where(_ => hasInput && !BetweenDevices.Contains(operation.Name)))
        {
            using Operands<float> operands = operation.Fitting();
            operands.SetDestination(place, operands.ShapeOf(place), device);
            Refused<ArgumentException>(operation, operands, message => OtherDevice().IsMatch(message), place);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Destinations_that_do_not_fit_are_refused(string name)
    {
        Operation<float> operation = Operations.Of<float>(name);
        foreach (string place in operation.Destinations)
        {
            using (Operands<float> operands = operation.Fitting())
            {
                if (!AnyShape.Contains(operation.Name))
                {
                    operands.SetDestination(place, operands.ShapeOf(place).Rank == 4 ? [2, 1, 3, 5] : operands.ShapeOf(place).Rank == 3 ? [1, 3, 5] : [3, 5]);
                    Refused<ArgumentException>(operation, operands, message => WrongShape().IsMatch(message), $"{place}: shape");
                }
            }

            using (Operands<float> operands = operation.Fitting())
            {
                if (operands.ShapeOf(place).Size > 1)
                {
                    operands.SetDestination(place, operands.ShapeOf(place), isExpanded: true);
                    Refused<ArgumentException>(operation, operands, message => message.EndsWith(": the destination is an expanded view, whose elements share memory.", StringComparison.Ordinal), $"{place}: expanded");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Destinations_that_overlap_an_input_are_refused(string name)
    {
        Operation<float> operation = Operations.Of<float>(name);
        if (!operation.Destinations.Contains("Destination"))
        {
            return;
        }

        foreach (string place in operation.Inputs.Concat(operation.IsStatic ? Array.Empty<string>() : ["X"]).Distinct())
        {
            using Operands<float> operands = operation.Fitting();
            ref Tensor<float> input = ref Operation<float>.Tensor(operands, place);
            Shape shape = input.Shape, result = operands.Destination.Shape;
            Tensor<float> memory = operands.Make([nint.Max(shape.Size, result.Size) + 1]);
            using Tensor<float> front = memory.Slice(0, 0, shape.Size), behind = memory.Slice(0, 1, 1 + result.Size);
            input = operands.Own(front.Reshape(shape.AsSpan()));
            operands.Destination = operands.Own(behind.Reshape(result.AsSpan()));
            Refused<ArgumentException>(operation, operands, message => Overlap().IsMatch(message), place);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Elements_with_gaps_give_the_same_and_memory_that_runs_out_leaves_nothing_behind(string name)
    {
        Operation<float> operation = Operations.Of<float>(name);
        if (Packed.Contains(operation.Name))
        {
            return;
        }

        using Operands<float> operands = operation.Fitting(), contiguous = operation.Fitting();
        operands.Spread();
        RunOut(operation, operands);
        operation.Call(contiguous);
        foreach (string place in (string[])["X", "Destination"])
        {
            Assert.Equal(Operation<float>.Tensor(contiguous, place).ToArray(), Operation<float>.Tensor(operands, place).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Memory_that_runs_out_at_any_request_leaves_nothing_behind(string name)
    {
        Operation<float> operation = Operations.Of<float>(name);
        using Operands<float> operands = operation.Fitting();
        RunOut(operation, operands);
    }

    [Theory(Skip = Optimized.Skip)]
    [MemberData(nameof(Names))]
    public void No_operation_makes_garbage_or_blocks(string name)
    {
        Operation<float> operation = Operations.Of<float>(name);
        if (operation.ReturnsArray || Managed.Contains(operation.Name))
        {
            return;
        }

        using Operands<float> operands = operation.Fitting();
        for (int i = 0; i < 100; i++)
        {
            operation.Call(operands);
        }

        long blocks = Device.Cpu.NativeBlocks, bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            operation.Call(operands);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);
    }

    /// <summary>Lets the n-th request for memory fail, for every n that the operation makes.</summary>
    private static void RunOut(Operation<float> operation, Operands<float> operands)
    {
        operation.Call(operands);
        int tensors = operands.Contents().Length;
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        bool fails = true;
        for (int request = 1; fails; request++)
        {
            Exception? exception;
            try
            {
                Device.Cpu.RefuseAllocation(request);
                exception = Record.Exception(() => operation.Call(operands));
            }
            finally
            {
                Device.Cpu.RefuseAllocation(0);
            }

            fails = exception is not null;
            Assert.True(exception is null or OutOfMemoryException, $"request {request}: {exception}");
            Assert.True(blocks == Device.Cpu.PoolStatistics.BlocksInUse, $"after request {request} failed {Device.Cpu.PoolStatistics.BlocksInUse - blocks} blocks were left");
            Assert.InRange(request, 1, 100);
        }

        Assert.Equal(tensors, operands.Contents().Length);
    }

    private static void Refused<TException>(Operation<float> operation, Operands<float> operands, Predicate<string> says, string place)
        where TException : Exception
    {
        float[][] before = operands.Contents();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        Exception? exception = Record.Exception(() => operation.Call(operands));
        Assert.True(exception is TException, $"{place}: {exception?.ToString() ?? "nothing was thrown"}");
        string own = exception!.Message.Split(" (Parameter '", 2)[0].Split("\nObject name:", 2)[0].TrimEnd('\r');
        Assert.True(says(own), $"{place}: {own}");
        Assert.Equal(before, operands.Contents());
        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
    }

    [GeneratedRegex(@"^[a-z0-9_ -]+: the element type is Int32; float \(Single\) and double \(Double\) are supported\.$")]
    private static partial Regex WithoutArithmetic();

    [GeneratedRegex(@"^[a-z0-9_ -]+: (the inputs are on different devices: (cpu|elsewhere)(, (cpu|elsewhere))+\.|contiguous tensors of shape \[4, 4\] on cpu are needed; got \[4, 4\] on elsewhere\.)$")]
    private static partial Regex OtherDevice();

    [GeneratedRegex(@"^[a-z0-9_ -]+: the destination has shape \[[0-9, ]*3, 5\], the (result \[[0-9, ]*\]|input \[[0-9, ]*\]: ranks, batches or channels differ)\.$")]
    private static partial Regex WrongShape();

    [GeneratedRegex(@"^[a-z0-9_ -]+: (the destination partly overlaps an input; use the same view or separate memory|the destination overlaps an operand; it needs memory of its own)\.$")]
    private static partial Regex Overlap();
}
