using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <content>The programs.</content>
public sealed partial class TensorDeviceTests
{
    private static T[] Elementwise<T>(Device device, bool tiny)
        where T : unmanaged
    {
        using Tensor<T> x = Tensor.From<T>(Numbers.Mixed<T>(60, 1), Shape.Create([3, 4, 5]), device);
        using Tensor<T> row = Tensor.From<T>(Numbers.Mixed<T>(5, 2), Shape.Create([5]), device);
        using Tensor<T> column = Tensor.From<T>(Numbers.Mixed<T>(12, 3), Shape.Create([3, 4, 1]), device);
        using Tensor<T> a = (x.Tanh() + row) * column;
        using Tensor<T> b = x.SwapAxes(0, 2).Exp().Maximum(row.Reshape(5, 1, 1).Sigmoid());
        using Tensor<T> c = x.Slice(1, 1, 4, 2).FusedMultiplyAdd(row.Expand(Shape.Create([3, 2, 5])), column.Slice(1, 0, 2));
        return [.. a.ToArray(), .. b.ToArray(), .. c.ToArray()];
    }

    /// <summary>Many elements, from places that are multiples of four and from others, and a rest.</summary>
    private static T[] InQuads<T>(Device device, bool tiny)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        int count = tiny ? 50 : 70_003;
        Tensor<T> x = Tensor.From<T>(Numbers.Mixed<T>(count + 9, 41), Shape.Create([count + 9]), device), y = x.Flip(0);
        Tensor<T> a = x.Slice(0, 4, count + 4), b = y.Slice(0, 8, count + 8), c = x.Slice(0, 3, count + 3);

        // A block of memory to its last element, and nothing behind it.
        Tensor<T> whole = Tensor.From<T>(Numbers.Mixed<T>(tiny ? 64 : 65_536, 42), Shape.Create([tiny ? 64 : 65_536]), device);
        return
        [
            .. a.Tanh().ToArray(), .. c.Tanh().ToArray(), .. (a / b).ToArray(), .. (a / c).ToArray(), .. a.FusedMultiplyAdd(b, a).ToArray(), .. a.FusedMultiplyAdd(b, c).ToArray(),
            .. whole.Relu().ToArray(), .. (whole + whole).ToArray(), .. whole.FusedMultiplyAdd(whole, whole).ToArray(),
        ];
    }

    private static T[] Views<T>(Device device, bool tiny)
        where T : unmanaged
    {
        T[] elements = new T[120];
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(elements.AsSpan()));
        using Tensor<T> x = Tensor.From<T>(elements, Shape.Create([4, 5, 6]), device);
        using Tensor<T> clone = x.Permute(2, 0, 1).Clone();
        using Tensor<T> part = x.Slice(2, 1, 6, 2);
        using Tensor<T> target = Tensor.Full(Shape.Create([6, 4, 5]), elements[7], device);
        part.Permute(2, 0, 1).CopyInto(target.Slice(0, 1, 6, 2));
        target.Select(1, 2).Fill(elements[9]);
        return [.. clone.ToArray(), .. part.ToArray(), .. target.ToArray(), .. x.Transpose().ToArray()];
    }

    /// <summary>Operations made of copies between views alone, negative and zero strides among them.</summary>
    private static T[] Joined<T>(Device device, bool tiny)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        using Scope scope = Scope.Begin();
        Tensor<T> x = Tensor.Arange(T.One, T.CreateChecked(13), T.One, device).Reshape(3, 4), tiled = x.Tile(2, 1, 2);
        Tensor<T>[] results =
        [
            x[1.., AxisSlice.Stepped(-2)], x.Flip(0, 1), x.Rot90(), x.Diagonal(1), Tensor.Concatenate(1, x, x.Flip(1), x[.., ..1]), Tensor.Stack(0, x, x, x, x),
            x.Pad([(1, 0), (0, 2)], T.One), x.Pad(PadMode.Reflect, (2, 1), (0, 3)), x.Pad(PadMode.Edge, (0, 2), (1, 1)), x.Pad(PadMode.Circular, (1, 1), (4, 0)), tiled,
            x.RepeatInterleave(3, 0), x.Roll([1, -1], [0, 1]), x.Tril(1), x.Triu(-1), x.Transpose().DiagEmbed(-1), Tensor.Eye<T>(3, 5, 1, device), Tensor.OnesLike(tiled),
        ];
        return [.. results.SelectMany(result => result.ToArray()), .. Tensor.Arange(T.CreateChecked(5)).ToArray()];
    }

    /// <summary>Reads and writes by index, indices that repeat and count from the end, views with strides, and gradients through all of them.</summary>
    private static T[] Indexed<T>(Device device, bool tiny)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        int width = tiny ? 3 : 40;
        Tensor<T> x = Tensor.From<T>(Numbers.Moderate<T>(4 * 5 * width, 31), Shape.Create([4, 5, width]), device);
        Tensor<int> at = Tensor.From<int>([1, -1, 3, 1, 0, 1], [2, 3], device), lines = Tensor.From<int>(new RandomStream(32).Integers([4 * 7 * width], 5).ToArray(), [4, 7, width], device);
        Tensor<T> more = Tensor.From<T>(Numbers.Moderate<T>(4 * 7 * width, 33), lines.Shape, device);
        Tensor<T>[] results =
        [
            x.Take(1, at), x.Transpose().Flip(0).Take(2, at[0, ..]), x.TakeAlongAxis(1, lines), x.Scatter(1, lines, more), x.ScatterAdd(1, lines, more),
            x.IndexAdd(1, at, x.Take(1, at)), x[0, ..].Embedding(at[0, 2..].Flip(0)), x.Slice(2, 0, 0).Take(0, at), x.Take(0, at[..0]),
            Autodiff.Grad(x, x => (x.Take(1, at).Square() * x.Select(1, 0).Unsqueeze(1).Unsqueeze(1)).Sum()),
            Autodiff.Grad(x, x => (x.ScatterAdd(1, lines, more) * x.TakeAlongAxis(1, lines).Sum(1, keepDimension: true)).Sum()),
            Autodiff.Grad(x, x => (x.Scatter(1, lines, more) * x).Sum()),
        ];
        return [.. results.SelectMany(result => result.ToArray())];
    }

    private static long[] IndexedIntegers(Device device, bool tiny)
    {
        using Scope scope = Scope.Begin();
        Tensor<int> at = Tensor.From<int>([2, 0, 2, 2, -1], [5], device);
        Tensor<int> counts = Tensor.Zeros<int>([3], device).IndexAdd(0, at, Tensor.From<int>([1, 1, 1, 1, 1], [5], device));
        Tensor<long> wide = Tensor.From<long>([1, 2, 3], [3], device).IndexAdd(0, at, Tensor.Full<long>([5], long.MaxValue / 2, device));
        Tensor<byte> bytes = Tensor.From<byte>([7, 8, 9], [3], device).Take(0, at).Scatter(0, at, Tensor.From<byte>([1, 2, 3, 4, 5], [5], device));
        return [.. counts.ToArray().Select(n => (long)n), .. wide.ToArray(), .. bytes.ToArray().Select(n => (long)n)];
    }

    private static T[] SumsOfProducts<T>(Device device, bool tiny)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> a = Tensor.From<T>(Numbers.Moderate<T>(60, 1), [3, 4, 5], device), b = Tensor.From<T>(Numbers.Moderate<T>(40, 2), [5, 8], device);
        return
        [
            .. Tensor.Einsum("bij,jk->bik", a, b).ToArray(), .. Tensor.Einsum("bij->j", a).ToArray(), .. Tensor.Einsum("bij,bij->ib", a, a).ToArray(),
            .. Autodiff.Grad(b, p => Tensor.Einsum("bij,jk,jk->", a, p, p)).ToArray(),
        ];
    }

    private static T[] Sums<T>(Device device, bool tiny)
        where T : unmanaged
    {
        int last = tiny ? 30 : 700;
        using Tensor<T> x = Tensor.From<T>(Numbers.Moderate<T>(3 * 5 * last, 4), Shape.Create([3, 5, last]), device);
        using Tensor<T> nothing = Tensor.Empty<T>(Shape.Create([2, 0]), device);
        return
        [
            .. x.Sum().ToArray(), .. x.Sum(0).ToArray(), .. x.Sum(1).ToArray(), .. x.Sum(2, keepDimension: true).ToArray(),
            .. x.SwapAxes(0, 2).Sum(1).ToArray(), .. x.SwapAxes(0, 2).Sum().ToArray(), .. x.Slice(2, 1, last - 1, 3).Mean(1).ToArray(),
            .. nothing.Sum(1).ToArray(), .. nothing.Sum().ToArray(),
        ];
    }

    private static T[] Products<T>(Device device, bool tiny)
        where T : unmanaged
    {
        int inner = tiny ? 3 : 520;
        using Tensor<T> a = Tensor.From<T>(Numbers.Moderate<T>(33 * inner, 5), Shape.Create([33, inner]), device);
        using Tensor<T> b = Tensor.From<T>(Numbers.Moderate<T>(inner * 21, 6), Shape.Create([inner, 21]), device);
        var results = new List<T>();
        results.AddRange(a.MatMul(b).ToArray());
        results.AddRange(b.Transpose().MatMul(a.Transpose()).ToArray());
        foreach ((double alpha, double beta) in new[] { (1, 0), (1, 1), (-0.7, 0.3), (0, 0), (0, 1), (0, -0.3), (1.5, 0) })
        {
            foreach (int k in new[] { 0, 7 })
            {
                Storage x = device.Allocate(1024), y = device.Allocate(1024), z = device.Allocate(1024);
                device.CopyFromHost<T>(Numbers.Mixed<T>(100, 7), x, 0);
                device.CopyFromHost<T>(Numbers.Moderate<T>(100, 8), y, 0);
                device.CopyFromHost<T>(Numbers.Moderate<T>(100, 9), z, 0);
                Layout left = Layout.Contiguous(Shape.Create([4, k]), 3), right = Layout.Contiguous(Shape.Create([k, 5]), 2), result = Layout.Contiguous(Shape.Create([4, 5]), 1);
                device.MatMul(Numbers.Of<T>(alpha), new Operand(x, in left), new Operand(y, in right), Numbers.Of<T>(beta), new Operand(z, in result));
                var numbers = new T[100];
                device.CopyToHost<T>(z, 0, numbers);
                results.AddRange(numbers);
            }
        }

        return [.. results];
    }

    private static T[] RandomNumbers<T>(Device device, bool tiny)
        where T : unmanaged
    {
        var stream = new RandomStream(seed: 11, number: 3);
        using Tensor<T> first = stream.Uniform<T>(Shape.Create([7, 3]), device);
        using Tensor<T> second = stream.Normal<T>(Shape.Create([101]), device);
        using Tensor<T> third = stream.Normal<T>(Shape.Create([8]), device);
        return [.. first.ToArray(), .. second.ToArray(), .. third.ToArray()];
    }

    private static double[] Conversions(Device device, bool tiny)
    {
        using Tensor<double> x = Tensor.From<double>(Numbers.Mixed<double>(1000, 10), Shape.Create([1000]), device);
        using Tensor<float> narrow = x.Cast<float>();
        using Tensor<double> wide = narrow.Cast<double>();
        return wide.ToArray();
    }

    /// <summary>Derivatives of derivatives of a small function, forward and in reverse.</summary>
    private static T[] Derivatives<T>(Device device, bool tiny)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        var stream = new RandomStream(seed: 6);
        Tensor<T> x = stream.Normal<T>(Shape.Create([3, 2]), device), v = stream.Normal<T>(Shape.Create([3, 2]), device);
        Tensor<T> along = Autodiff.Hvp(x, v, F), tangent = Autodiff.Jvp(x, v, static x => x.Exp() / (x.Square() + x.Sigmoid())).Tangent;
        Tensor<T> third = Autodiff.Grad(x, x => (Autodiff.Hvp(x, v, F) * v).Sum()), hessian = Autodiff.Hessian(x, F);
        return [.. along.ToArray(), .. tangent.ToArray(), .. third.ToArray(), .. hessian.ToArray()];

        static Tensor<T> F(Tensor<T> x) => (x.Slice(0, 0, 2).Tanh().MatMul(x.Transpose()) / (x.Square().Sum() + x.Exp().Sum())).Square().Sum();
    }

    /// <summary>A small network trained by gradient descent and Adam in turn, with fresh data in each step.</summary>
    private static T[] Training<T>(Device device, bool tiny)
        where T : unmanaged
    {
        var stream = new RandomStream(seed: 5);
        using Tensor<T> weights = stream.Normal<T>(Shape.Create([(2 * 8) + (8 * 2)]), device);
        using Tensor<T> first = Tensor.Zeros<T>(weights.Shape, device);
        using Tensor<T> second = Tensor.Zeros<T>(weights.Shape, device);
        var losses = new List<T>();
        for (int step = 0; step < (tiny ? 4 : 10); step++)
        {
            using Tensor<T> x = stream.Normal<T>(Shape.Create([16, 2]), device);
            (T loss, Tensor<T> gradient) = Autodiff.ValueAndGrad(weights, x, static (w, x) =>
            {
                Tensor<T> hidden = x.MatMul(w.Slice(0, 0, 16).Reshape(2, 8)).Tanh();
                return (hidden.MatMul(w.Slice(0, 16, 32).Reshape(8, 2)) - x).Square().Mean();
            });
            using (gradient)
            {
                if (step % 2 == 0)
                {
                    weights.Update(new SgdUpdate(0.1), gradient);
                }
                else
                {
                    weights.Update(new AdamUpdate(0.01, 0.9, 0.999, 1.0, 1e-8), gradient, first, second);
                }
            }

            losses.Add(loss);
        }

        return [.. losses, .. weights.ToArray(), .. first.ToArray(), .. second.ToArray()];
    }

    /// <summary>The same network, its step recorded by a plan: other batches, another size of batch, random numbers of the step's own and a rate that changes.</summary>
    private static T[] Recorded<T>(Device device, bool tiny)
        where T : unmanaged
    {
        var stream = new RandomStream(seed: 15);
        using Tensor<T> weights = stream.Normal<T>(Shape.Create([32]), device);
        using Tensor<T> gradient = Tensor.Zeros<T>(weights.Shape, device);
        var rates = new Rates();
        using var plan = Plan.Capture((weights, gradient, stream, rates), static ((Tensor<T> Weights, Tensor<T> Gradient, RandomStream Stream, Rates Rates) net, Tensor<T> x) =>
        {
            using Tensor<T> noise = net.Stream.Normal<T>(x.Shape, x.Device);
            T loss = Autodiff.ValueAndGradInto(net.Weights, net.Gradient, (x, noise), static (w, batch) =>
            {
                Tensor<T> hidden = (batch.x + batch.noise).MatMul(w.Slice(0, 0, 16).Reshape(2, 8)).Tanh();
                return (hidden.MatMul(w.Slice(0, 16, 32).Reshape(8, 2)) - batch.x).Square().Mean();
            });
            net.Weights.Update<SgdUpdate>(net.Rates, net.Gradient);
            return loss;
        });
        var losses = new List<T>();
        for (int step = 0; step < (tiny ? 4 : 10); step++)
        {
            using Tensor<T> x = new RandomStream(16, (ulong)step).Normal<T>(Shape.Create([step % 3 == 2 ? 5 : 16, 2]), device);
            losses.Add(plan.Run(x));
        }

        Assert.Equal(2, plan.Recordings);
        return [.. losses, .. weights.ToArray()];
    }

    private sealed class Rates : IUpdateSource<SgdUpdate>
    {
        private double rate = 0.1;

        public SgdUpdate Next() => new(rate *= 0.9);
    }

    /// <summary>Two steps of every optimizer's rule, with gradients of many sizes and zeros among them.</summary>
    private static T[] Steps<T>(Device device, bool tiny)
        where T : unmanaged
    {
        return
        [
            .. Two(new SgdUpdate(0.1)), .. Two(new DecayedSgdUpdate(0.1, 0.01)), .. Two(new MomentumUpdate(0.1, 0.9, 0.7, 0.01)), .. Two(new NesterovUpdate(0.1, 0.9, 0.01)),
            .. Two(new AdamUpdate(0.01, 0.9, 0.999, 1.5, 1e-8)), .. Two(new AdamWUpdate(0.01, 0.9, 0.999, 1.5, 1e-8, 0.99)), .. Two(new RmsPropUpdate(0.01, 0.99, 1e-8, 0.01)),
            .. Two(new RmsPropMomentumUpdate(0.01, 0.99, 1e-8, 0.9, 0.01)), .. Two(new LionUpdate(0.01, 0.9, 0.99, 0.99)),
            .. Two(new OptimisticUpdate(0.2, 0.1)), .. Two(new OptimisticAdamUpdate(0.02, 0.01, 0.5, 0.9, 1.5, 2.5, 1e-8)),
        ];

        T[] Two<TUpdate>(TUpdate update)
            where TUpdate : struct, IUpdate
        {
            using Tensor<T> weights = Tensor.From<T>(Numbers.Moderate<T>(100, 21), Shape.Create([100]), device);
            using Tensor<T> first = Tensor.Zeros<T>(weights.Shape, device), second = Tensor.Zeros<T>(weights.Shape, device);
            for (int step = 0; step < 2; step++)
            {
                using Tensor<T> gradient = Tensor.From<T>(Numbers.Moderate<T>(100, (ulong)(22 + step)), weights.Shape, device);
                gradient.Slice(0, 0, 100, 7).Fill(default);
                weights.Update(update, gradient, first, second);
            }

            return [.. weights.ToArray(), .. first.ToArray(), .. second.ToArray()];
        }
    }

    /// <summary>Steps on softmax cross-entropy with labels of many and few classes, its gradients clipped to a norm, and what a classifier is asked then.</summary>
    private static T[] Classifier<T>(Device device, bool tiny)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        var stream = new RandomStream(seed: 17);
        var results = new List<T>();
        foreach (int classes in tiny ? [3] : new[] { 1, 10, 5000 })
        {
            Tensor<T> x = stream.Normal<T>([6, classes], device), weights = stream.Normal<T>([classes], device);
            Tensor<int> labels = stream.Integers([6], classes, device);
            for (int step = 0; step < 3; step++)
            {
                (T loss, Tensor<T> gradient) = Autodiff.ValueAndGrad(weights, (x, labels), static (w, batch) => (batch.x * w).SoftmaxCrossEntropy(batch.labels));
                results.Add(loss);
                using Tensor<T> norm = gradient.Norm(), scale = norm.Reciprocal(), clipped = gradient * scale;
                weights.Update(new SgdUpdate(0.1), clipped);
            }

            Tensor<T> scores = x * weights;
            results.AddRange(weights.ToArray());
            results.AddRange(scores.LogSoftmax(1).Max(1).ToArray());
            results.AddRange(scores.ArgMax(1).Cast<T>().ToArray());
            results.AddRange(scores.Softmax(0).CumulativeSum(1).Variance(0).ToArray());
        }

        Tensor<T> five = Tensor.Zeros<T>([2, 5], device);
        ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(() => five.SoftmaxCrossEntropy(Tensor.From<int>([4, 5], [2], device)));
        Assert.Contains("label 5 is not one of 5 classes", refusal.Message, StringComparison.Ordinal);
        return [.. results];
    }

    /// <summary>Convolutions, pooling and interpolation, and their gradients.</summary>
    private static T[] Images<T>(Device device, bool tiny)
        where T : unmanaged
    {
        using Tensor<T> x = Tensor.From<T>(Numbers.Moderate<T>(2 * 4 * 6 * 5, 23), Shape.Create([2, 4, 6, 5]), device);
        using Tensor<T> w = Tensor.From<T>(Numbers.Moderate<T>(6 * 2 * 3 * 2, 24), Shape.Create([6, 2, 3, 2]), device), b = Tensor.From<T>(Numbers.Moderate<T>(6, 25), Shape.Create([6]), device);
        using Tensor<T> y = x.Conv2d(w, b, (2, 1), (1, 0), (1, 2), 2), back = y.ConvTranspose2d(w, null, (2, 1), (1, 0), (1, 0), 2, (1, 2));
        using Tensor<T> largest = x.MaxPool2d((2, 3), (1, 2), (1, 1)), mean = x.AvgPool2d(3, 1, 1), wide = x.Interpolate((7, 8), InterpolationMode.Linear);
        (_, Tensor<T> gradient) = Autodiff.ValueAndGrad(w, x, static (w, x) =>
            (x.Conv2d(w, padding: 1, groups: 2).MaxPool2d(2).Interpolate(5, InterpolationMode.Linear) * x.Slice(1, 0, 1).Slice(2, 0, 5)).Sum());
        using (gradient)
        {
            return [.. y.ToArray(), .. back.ToArray(), .. largest.ToArray(), .. mean.ToArray(), .. wide.ToArray(), .. gradient.ToArray()];
        }
    }
}
