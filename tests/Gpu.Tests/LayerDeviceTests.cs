using Onsager.Models;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Layers and whole networks on a device: forward, gradients, optimizer steps and plans with the processor's bits, through the same code.</summary>
public sealed class LayerDeviceTests
{
    private static readonly Dictionary<string, Action<DeviceKind>> s_programs = new()
    {
        ["batched products in float32"] = kind => Agreement.Check(kind, Batches<float>),
        ["batched products in float64"] = kind => Agreement.Check(kind, Batches<double>),
        ["rows and columns in float32"] = kind => Agreement.Check(kind, Vectors<float>),
        ["rows and columns in float64"] = kind => Agreement.Check(kind, Vectors<double>),
        ["dense layers in float32"] = kind => Agreement.Check(kind, Dense<float>),
        ["dense layers in float64"] = kind => Agreement.Check(kind, Dense<double>),
        ["convolutions in float32"] = kind => Agreement.Check(kind, Convolutions<float>),
        ["convolutions in float64"] = kind => Agreement.Check(kind, Convolutions<double>),
        ["pooling in float32"] = kind => Agreement.Check(kind, Pooling<float>),
        ["pooling in float64"] = kind => Agreement.Check(kind, Pooling<double>),
        ["convolutions in tiles, float32"] = kind => Agreement.Check(kind, TiledConvolutions<float>),
        ["convolutions in tiles, float64"] = kind => Agreement.Check(kind, TiledConvolutions<double>),
        ["a convolutional network in float32"] = kind => Agreement.Check(kind, device => Network<float>(device, isPlan: false)),
        ["a convolutional network in float64"] = kind => Agreement.Check(kind, device => Network<double>(device, isPlan: false)),
        ["a convolutional network's plan in float32"] = kind => Agreement.Check(kind, device => Network<float>(device, isPlan: true)),
    };

    public static TheoryData<string> Programs => [.. s_programs.Keys];

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Programs))]
    public void OpenClAgrees(string program) => s_programs[program](DeviceKind.OpenCl);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Programs))]
    public void CudaAgrees(string program) => s_programs[program](DeviceKind.Cuda);

    private static Tensor<T> Moderate<T>(Device device, ulong seed, params ReadOnlySpan<nint> shape)
        where T : unmanaged
    {
        var extents = Shape.Create(shape);
        return Tensor.From<T>(Numbers.Moderate<T>((int)extents.Size, seed), extents, device);
    }

    /// <summary>Leading axes that join, that do not, that are broadcast, in more levels than one launch takes.</summary>
    private static T[] Batches<T>(Device device)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> a = Moderate<T>(device, 1, 2, 3, 2, 5, 7), b = Moderate<T>(device, 2, 2, 3, 2, 7, 6), one = Moderate<T>(device, 3, 3, 1, 7, 6);
        Tensor<T> into = Tensor.Zeros<T>([2, 3, 5, 6], device);
        a.Select(0, 1).SwapAxes(0, 1).MatMulInto(b.Select(0, 0).SwapAxes(0, 1), into);
        return
        [
            .. a.MatMul(b).ToArray(), .. a.MatMul(one).ToArray(), .. a.SwapAxes(0, 2).MatMul(b.SwapAxes(0, 2)).ToArray(),
            .. a.Permute(2, 1, 0, 4, 3).MatMul(a.Permute(2, 1, 0, 3, 4)).ToArray(), .. into.ToArray(),
            .. a.Slice(4, 0, 0).MatMul(b.Slice(3, 0, 0)).ToArray(), .. a.Slice(1, 0, 3, 2).MatMul(b.Slice(1, 0, 3, 2)).ToArray(),
        ];
    }

    /// <summary>One row, one column, few rows, with k over several pieces.</summary>
    private static T[] Vectors<T>(Device device)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> m = Moderate<T>(device, 4, 1100, 45), row = Moderate<T>(device, 5, 1, 1100), rows = Moderate<T>(device, 6, 3, 1100), v = Moderate<T>(device, 7, 45);
        Tensor<T> square = Moderate<T>(device, 8, 132, 130);
        return
        [
            .. row.MatMul(m).ToArray(), .. rows.MatMul(m).ToArray(), .. m.MatMul(v).ToArray(), .. m.Transpose().MatMul(rows.Transpose()).ToArray(),
            .. v.MatMul(v).ToArray(), .. v.Unsqueeze(1).MatMul(v.Unsqueeze(0)).ToArray(), .. square.MatMul(square.Transpose()).ToArray(), .. square.Transpose().MatMul(square).ToArray(),
        ];
    }

    /// <summary>A bias, then an operator, inside the product's kernel and outside it.</summary>
    private static T[] Dense<T>(Device device)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> x = Moderate<T>(device, 9, 37, 530), w = Moderate<T>(device, 10, 530, 41), b = Moderate<T>(device, 11, 41);
        Tensor<T> nothing = Tensor.Empty<T>([3, 0], device), none = Tensor.Empty<T>([0, 41], device);
        return
        [
            .. x.Linear(w, b).ToArray(), .. x.Linear<Tanh>(w, b).ToArray(), .. x.Slice(0, 0, 1).Linear<Relu>(w, b).ToArray(),
            .. x.Slice(0, 1, 2).Linear(w.Transpose().Clone().Transpose(), b.Flip(0)).ToArray(), .. nothing.Linear(none, b).ToArray(), .. nothing.Linear<Relu>(none, b).ToArray(),
            .. Autodiff.Grad(w, w => x.Linear(w, b).Tanh().Sum()).ToArray(), .. Autodiff.Grad(x, x => x.Linear(w, b).Tanh().Sum()).ToArray(),
        ];
    }

    /// <summary>Stride, padding, dilation and groups, in one dimension and two, and the gradients by input, weights and bias.</summary>
    private static T[] Convolutions<T>(Device device)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> x = Moderate<T>(device, 12, 3, 4, 12, 11), b = Moderate<T>(device, 13, 6), signal = Moderate<T>(device, 14, 2, 4, 40), taps = Moderate<T>(device, 15, 6, 2, 5);
        var results = new List<T>([.. signal.Conv1d(taps, b, 2, 3, 2, 2).ToArray()]);
        foreach ((Pair stride, Pair padding, Pair dilation, int groups) in new[] { ((Pair)1, (Pair)1, (Pair)1, 1), ((2, 1), (0, 2), (1, 2), 2), (3, 2, 2, 1) })
        {
            Tensor<T> w = Moderate<T>(device, 16, 6, 4 / groups, 3, 2);
            Tensor<T> Loss(Tensor<T> x, Tensor<T> w, Tensor<T> b) => x.Conv2d(w, b, stride, padding, dilation, groups).Square().Sum();
            results.AddRange(x.Conv2d(w, b, stride, padding, dilation, groups).ToArray());
            results.AddRange(Autodiff.Grad(x, x => Loss(x, w, b)).ToArray());
            results.AddRange(Autodiff.Grad(w, w => Loss(x, w, b)).ToArray());
            results.AddRange(Autodiff.Grad(b, b => Loss(x, w, b)).ToArray());
        }

        return [.. results];
    }

    /// <summary>
    /// Every size of tile, sums longer than a piece, groups, steps in either direction, a bias with steps, a result that is a view, and the gradients by input and weights.
    /// </summary>
    private static T[] TiledConvolutions<T>(Device device)
        where T : unmanaged
    {
        var results = new List<T>();
        foreach ((nint channels, nint outputs, nint size, Pair stride, int groups) in ((nint, nint, nint, Pair, int)[])[(3, 5, 7, 1, 1), (60, 40, 8, 1, 1), (4, 70, 12, (1, 2), 1), (12, 21, 9, (2, 1), 3)])
        {
            using Scope scope = Scope.Begin();
            Tensor<T> x = Moderate<T>(device, 31, 2, channels, size, size + 1).Flip(3), w = Moderate<T>(device, 32, outputs, channels / groups, 3, 3), b = Moderate<T>(device, 33, outputs);
            Tensor<T> y = x.Conv2d(w, b, stride, 1, 1, groups), without = x.Conv2d(w, null, stride, (0, 2), (2, 1), groups);
            Tensor<T> image = Tensor.Zeros<T>([2, outputs + 3, y.Shape[2], y.Shape[3] + 2], device), turned = Tensor.Zeros<T>([2, outputs, y.Shape[3], y.Shape[2]], device);
            x.Conv2dInto(w, b, image[.., 1..(int)(outputs + 1), .., 2..], stride, 1, 1, groups);
            x.Conv2dInto(w, b, turned.SwapAxes(2, 3), stride, 1, 1, groups);
            Tensor<T> stepped = x.Conv2d(w, b.Flip(0), stride, 1, 1, groups);
            foreach (Tensor<T> one in (Tensor<T>[])[y, without, image, turned, stepped])
            {
                results.AddRange(one.ToArray());
            }

            results.AddRange(Autodiff.Grad(x, x => x.Conv2d(w, b, stride, 1, 1, groups).Square().Sum()).ToArray());
            results.AddRange(Autodiff.Grad(w, w => x.Conv2d(w, b, stride, 1, 1, groups).Square().Sum()).ToArray());
            results.AddRange(x.ConvTranspose2d(Moderate<T>(device, 34, channels, outputs / groups, 3, 2), null, 2, 1, 0, groups).ToArray());
        }

        return [.. results];
    }

    /// <summary>Largest elements, NaN and equals among them, and means; windows that overlap, that leave gaps, that reach into the padding; gradients.</summary>
    private static T[] Pooling<T>(Device device)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        T[] numbers = Numbers.Moderate<T>(2 * 3 * 9 * 8, 17);
        numbers[5] = Numbers.Of<T>(double.NaN);
        numbers[40] = numbers[41] = numbers[49] = Numbers.Of<T>(3);
        Tensor<T> x = Tensor.From<T>(numbers, [2, 3, 9, 8], device), scale = Moderate<T>(device, 18, 2, 3, 1, 1);
        var results = new List<T>();
        foreach ((Pair size, Pair stride, Pair padding) in new[] { ((Pair)2, (Pair)2, (Pair)0), (3, 1, 1), ((3, 2), (1, 3), (1, 0)), (2, 3, 0) })
        {
            results.AddRange(x.MaxPool2d(size, stride, padding).ToArray());
            results.AddRange(x.AvgPool2d(size, stride, padding).ToArray());
            results.AddRange(Autodiff.Grad(x, x => (x.MaxPool2d(size, stride, padding) * scale).Sum()).ToArray());
            results.AddRange(Autodiff.Grad(x, x => (x.AvgPool2d(size, stride, padding) * scale).Sum()).ToArray());
        }

        return [.. results];
    }

    /// <summary>Steps of Adam on a small network of convolutions, normalisation, pooling and dense layers.</summary>
    private static T[] Network<T>(Device device, bool isPlan)
        where T : unmanaged
    {
        using var parameters = new ParameterBuffer<T>();
        var net = new Sequential<T>(
            new Conv2d<T>(parameters, "first", 1, 4, 3, padding: 1), new BatchNorm<T>(parameters, "norm", 4, device: device), new Activation<Relu, T>(), new MaxPool2d<T>(2),
            new Conv2d<T>(parameters, "second", 4, 6, 3), new Activation<Tanh, T>(), new AvgPool2d<T>(2), new Flatten<T>(), (ILayer<T>)(object)Linear.Declare(parameters, "out", 24, 3));
        parameters.Allocate(device);
        net.Initialize(parameters, new RandomStream(19));
        using var adam = new Adam<T>(parameters, 0.01);
        var losses = new List<T>();
        using Tensor<T> target = Moderate<T>(device, 20, 5, 3);
        using var plan = Plan.Capture((net, parameters, adam, target), static ((Sequential<T> Net, ParameterBuffer<T> Parameters, Adam<T> Adam, Tensor<T> Target) all, Tensor<T> x) =>
        {
            T loss = Autodiff.ValueAndGradInto(
                all.Parameters.Values, all.Parameters.Gradients, (all.Net, all.Target, x), static (flat, all) => Losses.MeanSquaredError(all.Net.Apply(flat, all.x), all.Target));
            all.Adam.Step();
            return loss;
        });
        for (int step = 0; step < 4; step++)
        {
            using Tensor<T> x = new RandomStream(21, (ulong)step).Normal<T>([5, 1, 12, 12], device);
            if (isPlan)
            {
                losses.Add(plan.Run(x));
            }
            else
            {
                losses.Add(Autodiff.ValueAndGradInto(
                    parameters.Values, parameters.Gradients, (net, target, x), static (flat, all) => Losses.MeanSquaredError(all.net.Apply(flat, all.x), all.target)));
                adam.Step();
            }
        }

        return [.. losses, .. parameters.Values.ToArray()];
    }
}
