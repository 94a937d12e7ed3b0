using Onsager.Gpu.Devices;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Triangular systems and Cholesky factors on a device: the processor's bits and the processor's errors.</summary>
public sealed class SystemTests
{
    private static readonly Dictionary<string, Action<DeviceKind>> s_programs = new()
    {
        ["factors in float32"] = kind => Agreement.Check(kind, Factors<float>),
        ["factors in float64"] = kind => Agreement.Check(kind, Factors<double>),
        ["triangular systems in float32"] = kind => Agreement.Check(kind, Systems<float>),
        ["triangular systems in float64"] = kind => Agreement.Check(kind, Systems<double>),
        ["batches in float32"] = kind => Agreement.Check(kind, Batches<float>),
        ["batches in float64"] = kind => Agreement.Check(kind, Batches<double>),
        ["derivatives in float32"] = kind => Agreement.Check(kind, Derivatives<float>),
        ["derivatives in float64"] = kind => Agreement.Check(kind, Derivatives<double>),
        ["refusals"] = Refusals,
        ["memory"] = Memory,
    };

    public static TheoryData<string> Programs => [.. s_programs.Keys];

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Programs))]
    public void OpenClAgrees(string program) => s_programs[program](DeviceKind.OpenCl);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Programs))]
    public void CudaAgrees(string program) => s_programs[program](DeviceKind.Cuda);

    [Fact]
    public void TheSimulationAgreesOnSmallFactors() => Agreement.Check(DeviceKind.Emulated, static device =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> factor = Cholesky.Factor(Positive<float>(device, 1, 40)), x = Cholesky.Solve(factor, Moderate<float>(device, 2, 40, 2));
        return (float[])[.. factor.ToArray(), .. x.ToArray()];
    });

    private static Tensor<T> Moderate<T>(Device device, ulong seed, params ReadOnlySpan<nint> shape)
        where T : unmanaged
    {
        var extents = Shape.Create(shape);
        return Tensor.From<T>(Numbers.Moderate<T>((int)extents.Size, seed), extents, device);
    }

    /// <summary>G G^T + n, made on the processor, so that both sides begin with the same bits.</summary>
    private static Tensor<T> Positive<T>(Device device, ulong seed, nint n, params ReadOnlySpan<nint> batch)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> g = Moderate<T>(Device.Cpu, seed, [.. batch, n, n]), identity = Tensor.Identity<T>(n);
        Tensor<T> a = g.MatMul(g.Transpose()) + (identity * Tensor.Constant<T>(n));
        return scope.Keep(Tensor.From<T>(a.ToArray(), a.Shape, device));
    }

    /// <summary>One block, blocks that are not full, halves of halves, more than one piece of k; a view as input, and the factor in its own place.</summary>
    private static T[] Factors<T>(Device device)
        where T : unmanaged
    {
        List<T> results = [];
        foreach (nint n in (nint[])[1, 2, 31, 32, 33, 64, 65, 100, 130, 200, 1100])
        {
            using Scope scope = Scope.Begin();
            Tensor<T> a = Positive<T>(device, (ulong)n, n), factor = Cholesky.Factor(a), view = Cholesky.Factor(a.Transpose());
            Cholesky.FactorInto(a, a);
            results.AddRange(factor.ToArray());
            results.AddRange(view.ToArray());
            results.AddRange(a.ToArray());
            results.AddRange(Cholesky.LogDeterminant(factor).ToArray());
        }

        return [.. results];
    }

    private static T[] Systems<T>(Device device)
        where T : unmanaged
    {
        List<T> results = [];
        foreach ((nint n, nint columns) in ((nint, nint)[])[(1, 1), (5, 3), (32, 1), (33, 2), (70, 40), (150, 7), (600, 3)])
        {
            using Scope scope = Scope.Begin();

            // A diagonal above the sum of what stands beside it.
            Tensor<T> t = Moderate<T>(device, 3, n, n) + (Tensor.Identity<T>(n, device) * Tensor.Constant<T>(4 * n)), b = Moderate<T>(device, 4, n, columns);
            foreach ((bool transpose, bool upper, bool unit) in ((bool, bool, bool)[])[(false, false, false), (true, false, false), (false, true, false), (true, true, false), (false, false, n < 6), (true, true, n < 6)])
            {
                results.AddRange(Triangular.Solve(t, b, transpose, upper, unit).ToArray());
            }

            results.AddRange(Triangular.Solve(t.Transpose(), b.Select(1, 0)).ToArray());
            results.AddRange(Triangular.SolveRight(t, b.Transpose()).ToArray());
            Triangular.SolveInto(t, b, b);
            results.AddRange(b.ToArray());
        }

        return [.. results];
    }

    /// <summary>Leading axes that are there, that are broadcast, and that lie unevenly.</summary>
    private static T[] Batches<T>(Device device)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> a = Positive<T>(device, 5, 45, 2, 3), factor = Cholesky.Factor(a), b = Moderate<T>(device, 6, 2, 3, 45, 4), one = Moderate<T>(device, 7, 3, 45, 2);
        Tensor<T> row = factor.Select(0, 1), swapped = factor.SwapAxes(0, 1), empty = Tensor.Zeros<T>([0, 5, 5], device);
        return
        [
            .. factor.ToArray(), .. Cholesky.Solve(factor, b).ToArray(), .. Triangular.Solve(factor, one).ToArray(), .. Triangular.Solve(row, b).ToArray(),
            .. Triangular.Solve(swapped, Moderate<T>(device, 8, 3, 2, 45, 1)).ToArray(), .. Triangular.Solve(row.Select(0, 0), b).ToArray(),
            .. Cholesky.Inverse(factor).ToArray(), .. Cholesky.Factor(empty).ToArray(),
        ];
    }

    private static T[] Derivatives<T>(Device device)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> a = Positive<T>(device, 9, 40), b = Moderate<T>(device, 10, 40, 2);
        (_, Tensor<T> byMatrix) = Autodiff.ValueAndGrad(a, b, static (a, b) => Cholesky.LogDeterminant(Cholesky.Factor(a)));
        (_, Tensor<T> bySide) = Autodiff.ValueAndGrad(b, a, static (b, a) => Cholesky.Solve(Cholesky.Factor(a), b).Square().Sum());
        (_, Tensor<T> byBoth) = Autodiff.ValueAndGrad(a, b, static (a, b) => Cholesky.Solve(Cholesky.Factor(a), b).Square().Sum());
        return [.. byMatrix.ToArray(), .. bySide.ToArray(), .. byBoth.ToArray()];
    }

    private static void Refusals(DeviceKind kind)
    {
        Assert.NotNull(Devices.Require(kind));
        Device device = OnsagerGpu.Register(kind)[0];
        using Scope scope = Scope.Begin();
        Tensor<float> good = Positive<float>(Device.Cpu, 11, 70), two = Tensor.Stack(0, good, good);
        two[1, 41, 41] = -3;
        Tensor<float> bad = Tensor.From<float>(two.ToArray(), two.Shape, device), destination = Tensor.Full(two.Shape, 7f, device);
        string message = Assert.Throws<ArithmeticException>(() => Cholesky.Factor(two)).Message;
        Assert.Equal(message, Assert.Throws<ArithmeticException>(() => Cholesky.Factor(bad)).Message);
        Assert.Equal(message, Assert.Throws<ArithmeticException>(() => Cholesky.FactorInto(bad, destination)).Message);
        Assert.All(destination.ToArray(), static element => Assert.Equal(7, element));

        Tensor<float> triangle = Tensor.Identity<float>(40);
        triangle[33, 33] = 0;
        Tensor<float> singular = Tensor.From<float>(triangle.ToArray(), triangle.Shape, device), side = Tensor.Ones<float>([40, 2], device);
        string zero = Assert.Throws<DivideByZeroException>(() => Triangular.Solve(triangle, Tensor.Ones<float>([40, 2]))).Message;
        Assert.Equal(zero, Assert.Throws<DivideByZeroException>(() => Triangular.SolveInto(singular, side, side)).Message);
        Assert.All(side.ToArray(), static element => Assert.Equal(1, element));
        Tensor<float> other = Tensor.Full<float>([40, 2], 7, device);
        Assert.Equal(zero, Assert.Throws<DivideByZeroException>(() => Triangular.SolveInto(singular, side, other)).Message);
        Assert.All(other.ToArray(), static element => Assert.Equal(7, element));
    }

    /// <summary>Results are made where they belong: a solution asks for room for the diagonals at most, a factor for what it is worked out in.</summary>
    private static void Memory(DeviceKind kind)
    {
        using GpuDevice device = new(GpuAccelerator.OpenAll(kind)[0]);
        using Scope scope = Scope.Begin();
        Tensor<float> a = Positive<float>(device, 12, 70, 2), b = Moderate<float>(device, 13, 2, 70, 3), x = Tensor.Empty<float>([2, 70, 3], device), l = Tensor.Empty<float>([2, 70, 70], device);
        Assert.Equal(3, Requests(() => Cholesky.FactorInto(a, l)));
        Assert.Equal(1, Requests(() => Triangular.SolveInto(l, b, x)));
        Assert.Equal(0, Requests(() => Triangular.SolveInto(l, b, x, unitDiagonal: true)));
        Tensor<float> wide = Tensor.Empty<float>([2, 70, 5], device);
        Assert.Equal(2, Requests(() => Triangular.SolveInto(l, b, wide[.., .., ..3])));

        int Requests(Action work)
        {
            for (int request = 1; ; request++)
            {
                device.RefuseAllocation(request);
                try
                {
                    work();
                    device.RefuseAllocation(0);
                    return request - 1;
                }
                catch (OutOfMemoryException)
                {
                }
            }
        }
    }
}
