using System.Reflection;
using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>
/// Every public method of a random stream that fills a tensor or makes one, found by reflection: bad destinations, types, devices and numbers are
/// named to the letter, nothing is written, and the position stays.
/// </summary>
[Collection(Alone.Name)]
public sealed class RandomRefusalTests : IClassFixture<Settled>
{
    private const string Gone = "The tensor was disposed, or its scope has ended; keep what must live on with Scope.Keep.";

    private static readonly Shape Four = [4];

    private static readonly MethodInfo[] Methods = [.. typeof(RandomStream).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => method.GetParameters().Any(parameter => IsTensor(parameter.ParameterType) || parameter.ParameterType == typeof(Shape)))];

    public static TheoryData<string> Fills => [.. Methods.Where(method => method.ReturnType == typeof(void)).Select(method => method.ToString()!)];

    public static TheoryData<string> Makes => [.. Methods.Where(method => method.ReturnType != typeof(void) && !HasSpan(method)).Select(method => method.ToString()!)];

    public static TheoryData<string, Action<RandomStream>> Numbers => new()
    {
        { "uniform: high must be finite, above low = 1 and not so far above that the width overflows.", s => s.Uniform<float>([2], 1, 1) },
        { "uniform: high must be finite, above low = 0 and not so far above that the width overflows.", s => s.Uniform<double>([2], 0, double.PositiveInfinity) },
        { "uniform: low must be finite.", s => s.Uniform<double>([2], double.NaN, 1) },
        { "normal: the standard deviation must be finite and not negative.", s => s.Normal<float>([2], 0, -1) },
        { "normal: the mean must be finite.", s => s.Normal<float>([2], double.NaN, 1) },
        { "exponential: the rate must be positive and finite, and so must its reciprocal.", s => s.Exponential<double>([2], 0) },
        { "bernoulli: the probability must be in [0, 1].", s => s.Bernoulli<float>([2], 1.5) },
        { "sphere: [] has no last axis of at least one coordinate.", s => s.Sphere<float>([]) },
        { "sphere: [2, 0] has no last axis of at least one coordinate.", s => s.SphereInto(Tensor.Zeros<float>([2, 0])) },
    };

    [Theory]
    [MemberData(nameof(Fills))]
    public void Destinations_that_do_not_fit_are_refused(string name)
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(1) { Position = 8 };
        MethodInfo method = Close(name, typeof(float));
        Type element = method.GetParameters()[0].ParameterType.GetGenericArguments()[0];
        Func<Shape, (object Tensor, Func<object> Read)> make = element == typeof(int) ? Zeros<int> : element == typeof(long) ? Zeros<long> : Zeros<float>;

        (object gone, _) = make([4]);
        ((IDisposable)gone).Dispose();
        Assert.Equal((typeof(ObjectDisposedException), Gone), Refusal(() => Invoke(method, stream, gone)));

        (object expanded, Func<object> read) = make([1]);
        object wide = expanded.GetType().GetMethod("Expand")!.Invoke(expanded, [Four])!;
        (Type type, string message) = Refusal(() => Invoke(method, stream, wide));
        Assert.Equal(typeof(ArgumentException), type);
        Assert.EndsWith(": the destination is an expanded view, whose elements share memory.", message, StringComparison.Ordinal);
        Assert.Equal(read(), make([1]).Read());
        Assert.Equal(8UL, stream.Position);
    }

    [Theory]
    [MemberData(nameof(Fills))]
    public void Integers_are_no_place_for_real_numbers(string name)
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(1) { Position = 8 };
        MethodInfo method = Close(name, typeof(int));
        if (method.IsGenericMethod)
        {
            Tensor<int> x = Tensor.From([1, 2, 3]);
            (Type type, string message) = Refusal(() => Invoke(method, stream, x));
            Assert.Equal(typeof(NotSupportedException), type);
            Assert.EndsWith(": the element type is Int32; float (Single) and double (Double) are supported.", message, StringComparison.Ordinal);
            Assert.Equal([1, 2, 3], x.ToArray());
            Assert.Equal(8UL, stream.Position);
        }
    }

    [Theory]
    [MemberData(nameof(Makes))]
    public void Devices_without_the_kernel_and_memory_that_runs_out_leave_the_position_and_no_memory(string name)
    {
        RandomStream stream = new(1) { Position = 8 };
        MethodInfo method = Close(name, typeof(float));
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        (Type type, string message) = Refusal(() => Invoke(method, stream, Four, new Elsewhere()));
        Assert.True(type == typeof(NotSupportedException), $"{type}: {message}");
        Assert.Equal(8UL, stream.Position);
        Device.Cpu.RefuseAllocation(1);
        (type, message) = Refusal(() => Invoke(method, stream, Four, Device.Cpu));
        Device.Cpu.RefuseAllocation(0);
        Assert.True(type == typeof(OutOfMemoryException), $"{type}: {message}");
        Assert.Equal(8UL, stream.Position);
        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_without_meaning_are_named(string message, Action<RandomStream> draw)
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(1) { Position = 8 };
        Throws.Exactly<ArgumentOutOfRangeException>(message, () => draw(stream));
        Assert.Equal(8UL, stream.Position);
    }

    private static bool IsTensor(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Tensor<>);

    private static bool HasSpan(MethodInfo method) => method.GetParameters().Any(parameter => parameter.ParameterType.IsByRefLike);

    private static MethodInfo Close(string name, Type element)
    {
        MethodInfo method = Methods.Single(method => method.ToString() == name);
        return method.IsGenericMethodDefinition ? method.MakeGenericMethod(element) : method;
    }

    private static (object Tensor, Func<object> Read) Zeros<T>(Shape shape)
        where T : unmanaged
    {
        Tensor<T> tensor = Tensor.Zeros<T>(shape);
        return (tensor, () => tensor.ToArray());
    }

    /// <summary>The call with numbers that fit.</summary>
    private static void Invoke(MethodInfo method, RandomStream stream, object first, Device? device = null)
    {
        object?[] arguments = [.. method.GetParameters().Select(parameter => parameter.Position == 0 ? first
            : parameter.ParameterType == typeof(Device) ? device
            : parameter.ParameterType == typeof(AliasTable) ? AliasTable.FromWeights([1, 2])
            : parameter.ParameterType == typeof(int) ? 3
            : parameter.ParameterType == typeof(long) ? 3L
            : parameter.Name is "low" or "mean" ? 0.0
            : parameter.Name is "p" ? 0.5 : (object)1.0)];
        if (method.Invoke(stream, arguments) is IDisposable made)
        {
            made.Dispose();
        }
    }

    private static (Type Type, string Message) Refusal(Action call)
    {
        Exception exception = Assert.Throws<TargetInvocationException>(call).InnerException!;
        return (exception.GetType(), exception.Message.Split(" (Parameter '", 2)[0].Split("\nObject name:", 2)[0].TrimEnd('\r'));
    }
}
