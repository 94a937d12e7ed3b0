using System.Reflection;

namespace Onsager.Tensors.Tests;

/// <summary>What logic of booleans refuses, to the letter, and that it leaves nothing behind: every public method of Logic, found by reflection.</summary>
[Collection(Alone.Name)]
public sealed class LogicRefusalTests : IClassFixture<Settled>
{
    private const string Gone = "The tensor was disposed, or its scope has ended; keep what must live on with Scope.Keep.";

    private static readonly MethodInfo[] Methods = [.. typeof(Logic).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)];

    public static TheoryData<string> Names => [.. Methods.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Bad_operands_are_named_and_nothing_changes(string name)
    {
        using Scope scope = Scope.Begin();
        MethodInfo method = Methods.Single(method => method.Name == name);
        string operation = name switch { "op_BitwiseAnd" => "and", "op_BitwiseOr" => "or", "op_ExclusiveOr" => "xor", "op_LogicalNot" => "not", _ => name.Replace("Into", string.Empty, StringComparison.Ordinal).ToLowerInvariant() };
        ParameterInfo[] parameters = method.GetParameters();
        Tensor<bool> gone = Fitting();
        gone.Dispose();
        for (int i = 0; i < parameters.Length; i++)
        {
            Refuses(typeof(ObjectDisposedException), Gone, i, gone);
        }

        Tensor<bool> elsewhere = Fitting().To(new Elsewhere()), wide = Tensor.From([true]).Expand([2, 3]), other = Tensor.Zeros<bool>([4, 5]);
        for (int i = 1; i < parameters.Length; i++)
        {
            Refuses(typeof(ArgumentException), null, i, elsewhere);
        }

        if (parameters[^1].Name == "destination")
        {
            Refuses(typeof(ArgumentException), $"{operation}: the destination has shape [4, 5], the result [2, 3].", parameters.Length - 1, other);
            Refuses(typeof(ArgumentException), $"{operation}: the destination is an expanded view, whose elements share memory.", parameters.Length - 1, wide);
        }
        else if (parameters.Length == 2)
        {
            Refuses(typeof(ArgumentException), $"{operation}: shapes [2, 3] and [4, 5] do not broadcast: axis 1 has extents 3 and 5.", 1, other);
        }

        void Refuses(Type type, string? message, int place, Tensor<bool> bad)
        {
            object[] arguments = [.. parameters.Select((_, i) => (object)(i == place ? bad : Fitting()))];
            Exception exception = Assert.Throws<TargetInvocationException>(() => method.Invoke(null, arguments)).InnerException!;
            Assert.IsType(type, exception);
            string own = exception.Message.Split(" (Parameter '", 2)[0].Split("\nObject name:", 2)[0].TrimEnd('\r');
            Assert.True(message is null ? own.StartsWith($"{operation}: the inputs are on different devices: ", StringComparison.Ordinal) : own == message, own);
            for (int i = 0; i < arguments.Length; i++)
            {
                Assert.True(i == place || ((Tensor<bool>)arguments[i]).ToArray().SequenceEqual(Fitting().ToArray()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Memory_that_runs_out_at_any_request_leaves_nothing_behind(string name)
    {
        MethodInfo method = Methods.Single(method => method.Name == name);
        using Tensor<bool> memory = Tensor.Zeros<bool>([3, 2]), turned = memory.Transpose(), more = Tensor.Zeros<bool>([3, 2]), destination = more.Transpose();
        object[] arguments = [.. method.GetParameters().Select(parameter => (object)(parameter.Name == "destination" ? destination : turned))];
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        bool fails = true;
        for (int request = 1; fails; request++)
        {
            Device.Cpu.RefuseAllocation(request);
            Exception? exception = Record.Exception(() => (method.Invoke(null, arguments) as IDisposable)?.Dispose());
            Device.Cpu.RefuseAllocation(0);
            fails = exception is not null;
            Assert.True(exception is null || exception.InnerException is OutOfMemoryException, $"request {request}: {exception}");
            Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
            Assert.InRange(request, 1, 20);
        }
    }

    private static Tensor<bool> Fitting() => Tensor.From(new bool[,] { { true, false, true }, { false, false, true } });
}
