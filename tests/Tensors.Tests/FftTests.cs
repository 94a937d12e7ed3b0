using System.Numerics;

namespace Onsager.Tensors.Tests;

/// <summary>Fourier transforms of tensors: laws that they obey, layouts, threads, plans, and what they refuse.</summary>
[Collection(Alone.Name)]
public sealed class FftTests : IClassFixture<Settled>
{
    private static readonly Shape[] Shapes = [[1], [8], [15], [37], [64], [3, 5], [2, 64], [4, 3, 8], [2, 1, 37], [5, 16, 2, 3]];

    [Fact]
    public void Every_axis_of_every_shape_is_the_defining_sum_whatever_the_layout()
    {
        foreach (Shape shape in Shapes)
        {
            using Scope scope = Scope.Begin();
            ComplexTensor<double> x = Random(shape, 1);
            Complex[] elements = x.ToArray();
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                Complex[] expected = Naive(elements, shape, axis, -1);
                Close(expected, Fft.Forward(x, axis: axis));
                Close(Naive(elements, shape, axis, 1), Fft.Ifft(x, axis: axis, norm: FftNorm.Forward));

                // The same elements in reverse order of axes, with gaps, and at an offset.
                int[] reversed = [0, .. Enumerable.Range(1, shape.Rank).Reverse()];
                Tensor<double> turned = x.Planes.Permute(reversed).Contiguous().Permute(reversed);
                Same.Bits(Fft.Forward(x, axis: axis).Planes, Fft.Forward(new ComplexTensor<double>(turned), axis: axis).Planes);
                Tensor<double> wide = Tensor.Zeros<double>([2, .. shape.AsSpan()[..^1], (2 * shape[-1]) + 1]), spread = wide.Slice(-1, 1, (2 * shape[-1]) + 1, 2);
                x.Planes.CopyInto(spread);
                Fft.ForwardInto(new ComplexTensor<double>(spread), new ComplexTensor<double>(spread), axis);
                Same.Bits(Fft.Forward(x, axis: axis).Planes, spread);
            }
        }
    }

    [Fact]
    public void Several_axes_are_one_after_the_other_in_the_result_or_in_place()
    {
        using Scope scope = Scope.Begin();
        ComplexTensor<double> x = Random([3, 4, 5, 6], 2);
        Same.Bits(Fft.Forward(Fft.Forward(Fft.Forward(Fft.Forward(x, axis: 3), axis: 2), axis: 1), axis: 0).Planes, Fft.Fftn(x).Planes);
        Same.Bits(Fft.Forward(Fft.Forward(x, axis: 2), axis: 0).Planes, Fft.Fftn(x, [0, 2]).Planes);
        Same.Bits(Fft.Forward(Fft.Forward(x, axis: 3), axis: 2).Planes, Fft.Fft2(x).Planes);
        ComplexTensor<double> expected = Fft.Ifftn(x, [1, 3], FftNorm.Ortho), own = new(x.Planes.Clone()), other = new(Tensor.ZerosLike(x.Planes));
        Fft.IfftnInto(x, other, [1, 3], FftNorm.Ortho);
        Fft.IfftnInto(own, own, [-1, 1], FftNorm.Ortho);
        Same.Bits(expected.Planes, other.Planes);
        Same.Bits(expected.Planes, own.Planes);
        Fft.FftnInto(own, own, [1, 3], FftNorm.Ortho);
        Close(x.ToArray(), own);
        Fft.ForwardInto(x, own, 1);
        Fft.IfftInto(own, own, 1);
        Close(x.ToArray(), own);
    }

    [Fact]
    public void Inverses_return_sums_of_squares_stay_and_transforms_are_linear()
    {
        foreach (Shape shape in Shapes)
        {
            using Scope scope = Scope.Begin();
            ComplexTensor<double> x = Random(shape, 3), z = Random(shape, 4);
            foreach (FftNorm norm in Enum.GetValues<FftNorm>())
            {
                Close(x.ToArray(), Fft.Ifftn(Fft.Fftn(x, default, norm), default, norm));
                Close(x.ToArray(), Fft.Ifft(Fft.Forward(x, norm: norm), norm: norm));
            }

            double before = x.AbsSquared().Sum().Item();
            Assert.Equal(before, Fft.Fftn(x, default, FftNorm.Ortho).AbsSquared().Sum().Item(), 1e-13 * before);
            Close((Fft.Fftn(x) + (Fft.Fftn(z) * 3.0)).ToArray(), Fft.Fftn(x + (z * 3.0)));
            using Tensor<double> real = x.Real();
            Close(real.ToArray().Select(part => new Complex(part, 0)).ToArray(), ComplexTensor.Of(Fft.Irfftn(Fft.Rfftn(real), default, shape[-1])));
            Close(Fft.Forward(real).ToArray(), Fft.Forward(ComplexTensor.Of(real)));
            nint half = (shape[-1] / 2) + 1;
            Close(new ComplexTensor<double>(Fft.Forward(real).Planes.Slice(-1, 0, half)).ToArray(), Fft.Rfft(real));
        }
    }

    [Fact]
    public void Single_precision_is_close_to_double()
    {
        using Scope scope = Scope.Begin();
        foreach (nint n in (nint[])[64, 1000, 1021])
        {
            ComplexTensor<double> x = Random([3, n], 5);
            ComplexTensor<float> single = new(x.Planes.Cast<float>());
            ComplexTensor<double> expected = Fft.Forward(new ComplexTensor<double>(single.Planes.Cast<double>()));
            double size = expected.Planes.Square().Mean().Item(), error = (Fft.Forward(single).Planes.Cast<double>() - expected.Planes).Square().Mean().Item();
            Assert.InRange(Math.Sqrt(error / size), 1e-9, 6e-7);
        }
    }

    [Fact]
    public void Convolution_and_short_pieces_are_what_they_say()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(6);
        Tensor<double> x = stream.Normal<double>([2, 1, 50]), w = stream.Normal<double>([3, 7]), y = Fft.Convolve(x, w);
        Tensor<double> direct = x.Reshape(2, 1, 50).Conv1d(w.Flip(1).Contiguous().Reshape(3, 1, 7), padding: 6);
        Assert.Equal([2, 3, 56], y.Shape.AsSpan().ToArray());
        Assert.All(direct.ToArray().Zip(y.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal([1, 2, 15, 16, 1000, 1024, 1080], ((nint[])[1, 2, 13, 16, 997, 1024, 1025]).Select(Fft.NextFast));

        Tensor<double> signal = stream.Normal<double>([2, 96]), window = SignalWindow.Hann<double>(16, isPeriodic: true);
        ComplexTensor<double> pieces = Fft.Stft(signal, 16, 4, window);
        Assert.Equal([2, 9, 25], pieces.Shape.AsSpan().ToArray());
        Assert.All(signal.ToArray().Zip(Fft.Istft(pieces, 16, 4, window).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
        ComplexTensor<double> third = new(Fft.Stft(signal, 16, 8, isCentered: false).Planes.Select(-1, 3));
        Close(Fft.Rfft(signal.Slice(1, 24, 40)).ToArray(), third);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        double[]? first = null;
        int before = Device.Cpu.Threads;
        try
        {
            foreach (int threads in (int[])[1, 2, 3, 7])
            {
                Device.Cpu.Threads = threads;
                using Scope scope = Scope.Begin();
                ComplexTensor<double> x = Random([70, 30, 37], 7), rows = Random([40, 1500], 8);
                double[] result = [.. Fft.Fftn(x).Planes.ToArray(), .. Fft.Forward(rows).Planes.ToArray(), .. Fft.Ifft(rows, axis: 0).Planes.ToArray()];
                first ??= result;
                Simd.Tests.Bits.AssertSame<double>(first, result, $"{threads} threads");
            }
        }
        finally
        {
            Device.Cpu.Threads = before;
        }
    }

    [Fact]
    public void A_plan_repeats_transforms()
    {
        using var plan = Plan.Capture(0, static (int _, Tensor<double> x) => Filtered(x));
        for (ulong run = 0; run < 3; run++)
        {
            using Scope scope = Scope.Begin();
            Tensor<double> x = new RandomStream(run).Normal<double>([3, 20]);
            Same.Bits(Filtered(x), plan.Run(x));
        }

        Assert.Equal(1, plan.Recordings);

        static Tensor<double> Filtered(Tensor<double> x)
        {
            using Scope scope = Scope.Begin();
            ComplexTensor<double> spectrum = Fft.Forward(ComplexTensor.Of(x, x.Square()));
            return scope.Keep(Fft.Ifft(spectrum * spectrum.Conjugate()).Real().Contiguous());
        }
    }

    [Theory(Skip = Optimized.Skip)]
    [InlineData(1)]
    [InlineData(2)]
    public void Nothing_is_allocated_once_it_is_warm(int threads)
    {
        int before = Device.Cpu.Threads;
        using Scope scope = Scope.Begin();
        ComplexTensor<double> x = Random([8, 64, 37], 9), result = new(Tensor.ZerosLike(x.Planes)), line = Random([40000], 10);
        Tensor<double> real = new RandomStream(1).Normal<double>([4, 600]), gradient = Tensor.ZerosLike(x.Planes);
        try
        {
            Device.Cpu.Threads = threads;
            for (int i = 0; i < 30; i++)
            {
                Step();
            }

            Steady.AllocatesNothing(Step, 20, 5);
        }
        finally
        {
            Device.Cpu.Threads = before;
        }

        void Step()
        {
            // Without a scope of its own the list of the scope around grows.
            using Scope scope = Scope.Begin();
            Fft.Fftn(x).Dispose();
            Fft.FftnInto(x, result);
            Fft.Forward(line).Dispose();
            Fft.Ifft(x, 40, 1).Dispose();
            using ComplexTensor<double> half = Fft.Rfft(real), shifted = Fft.Fftshift(half);
            Fft.Irfft(half).Dispose();
            Fft.Convolve(real, real).Dispose();
            Autodiff.ValueAndGradInto(x.Planes, gradient, 0, static (planes, _) =>
            {
                using ComplexTensor<double> y = Fft.Fft2(new ComplexTensor<double>(planes));
                using Tensor<double> power = y.AbsSquared();
                return power.Sum();
            });
        }
    }

    [Fact]
    public void Memory_that_runs_out_leaves_nothing_behind()
    {
        using ComplexTensor<double> x = Random([2, 3, 37], 11), line = Random([40000], 12), half = Random([2, 5], 13);
        using Tensor<double> real = new RandomStream(1).Normal<double>([2, 32]), window = SignalWindow.Hann<double>(8);
        Action[] all =
        [
            () => Fft.Fftn(x).Dispose(), () => Fft.Forward(line).Dispose(), () => Fft.Forward(x, 50, 1).Dispose(), () => Fft.Rfft(real, 40).Dispose(), () => Fft.Irfft(half).Dispose(),
            () => Fft.Hfft(half).Dispose(), () => Fft.Rfftn(real).Dispose(), () => Fft.Irfftn(half).Dispose(), () => Fft.Convolve(real, real).Dispose(), () => Fft.Fftshift(x).Dispose(),
            () => Fft.Stft(real, 8, 4, window).Dispose(), () => Fft.Forward(real).Dispose(), () => (x * x).Dispose(), () => x.Conjugate().Dispose(), () => x.Abs().Dispose(),
            () => Fft.FftnInto(x, x), () => Fft.Rfftfreq<double>(9).Dispose(), () => SignalWindow.Kaiser<float>(9, 3).Dispose(),
        ];
        foreach (Action action in all)
        {
            action();
            long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
            bool fails = true;
            for (int request = 1; fails; request++)
            {
                Device.Cpu.RefuseAllocation(request);
                Exception? exception = Record.Exception(action);
                Device.Cpu.RefuseAllocation(0);
                fails = exception is not null;
                Assert.True(exception is null or OutOfMemoryException, $"request {request}: {exception}");
                Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
                Assert.InRange(request, 1, 100);
            }
        }
    }

    [Fact]
    public void Bad_operands_are_refused_and_nothing_is_left_behind()
    {
        using ComplexTensor<double> x = Random([3, 4], 14), empty = new(Tensor.Zeros<double>([2, 3, 0])), one = Random([3, 1], 15), other = Random([4, 3], 16), gone = Random([2], 17);
        using Tensor<double> planes = Tensor.Zeros<double>([3, 4]), real = Tensor.Zeros<double>([4]), wide = Tensor.Zeros<double>([2, 1, 1]).Expand([2, 3, 4]);
        using Tensor<int> integers = Tensor.Zeros<int>([2, 4]);
        using Tensor<double> elsewhere = real.To(new Elsewhere());
        gone.Dispose();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        Refused<ArgumentException>("complex: planes [2, ...] are needed; got [3, 4].", () => _ = new ComplexTensor<double>(planes));
        Refused<ArgumentOutOfRangeException>("fft: axis 2 does not exist in [3, 4] with rank 2.", () => Fft.Forward(x, axis: 2));
        Refused<ArgumentOutOfRangeException>("ifft: n = 0; transforms have 1 to 268435456 points.", () => Fft.Ifft(x, 0));
        Refused<ArgumentException>("fft: axis 1 of [3, 0] has 0 elements; transforms have 1 to 268435456 points.", () => Fft.Forward(empty));
        Refused<ArgumentException>("fftn: axis -1 of [3, 4] is given twice.", () => Fft.Fftn(x, [1, -1]));
        Refused<ArgumentException>("rfftn: axis -1 of [3, 4] is given twice.", () => Fft.Rfftn(planes, [1, -1]));
        Refused<ArgumentOutOfRangeException>("irfft: n = 0; transforms have 1 to 268435456 points.", () => Fft.Irfft(one));
        Refused<ArgumentOutOfRangeException>("fft: 7 is no norm.", () => Fft.Forward(x, norm: (FftNorm)7));
        Refused<ArgumentException>("fft: the destination has shape [2, 4, 3], the result [2, 3, 4].", () => Fft.ForwardInto(x, other));
        Refused<ArgumentException>("fft: the destination is an expanded view, whose elements share memory.", () => Fft.ForwardInto(x, new ComplexTensor<double>(wide)));
        Refused<NotSupportedException>("fft: the element type is Int32; float (Single) and double (Double) are supported.", () => Fft.Forward(new ComplexTensor<int>(integers)));
        Refused<NotSupportedException>("rfft: the element type is Int32; float (Single) and double (Double) are supported.", () => Fft.Rfft(integers));
        Refused<NotSupportedException>("fft: not available on elsewhere.", () => Fft.Forward(new ComplexTensor<double>(Tensor.Empty<double>([2, 4], elsewhere.Device))));
        Refused<ArgumentOutOfRangeException>("fftfreq: n = 0; there is 1 point at least.", () => Fft.Fftfreq<double>(0));
        Refused<ArgumentOutOfRangeException>("fftshift: there is no axis 2 among 2.", () => Fft.Fftshift(x, 2));
        Refused<ArgumentOutOfRangeException>("hann: n = 0; a window has 1 element at least.", () => SignalWindow.Hann<double>(0));
        Refused<ArgumentException>("stft: a window [8] is needed; got [4].", () => Fft.Stft(real, 8, window: real));
        Refused<ArgumentException>("stft: pieces of 8 need as many elements; got [4].", () => Fft.Stft(real, 8, isCentered: false));
        Refused<ArgumentException>("istft: [..., 5, pieces] are needed; got [3, 4].", () => Fft.Istft(x, 8));
        Refused<ObjectDisposedException>("The tensor was disposed, or its scope has ended; keep what must live on with Scope.Keep.", () => Fft.Forward(gone));
        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);

        static void Refused<TException>(string message, Action action)
            where TException : Exception =>
            Assert.Equal(message, Assert.Throws<TException>(action).Message.Split(" (Parameter '", 2)[0].Split('\n', 2)[0].TrimEnd('\r'));
    }

    private static ComplexTensor<double> Random(Shape shape, ulong seed) => new(new RandomStream(seed).Normal<double>([2, .. shape.AsSpan()]));

    /// <summary>The sum over j along an axis of x[j] exp(sign 2 pi i j k / n).</summary>
    private static Complex[] Naive(Complex[] x, Shape shape, int axis, int sign)
    {
        int n = (int)shape[axis], inner = 1;
        for (int i = axis + 1; i < shape.Rank; i++)
        {
            inner *= (int)shape[i];
        }

        Complex[] y = new Complex[x.Length];
        for (int at = 0; at < x.Length; at++)
        {
            int k = at / inner % n, first = at - (k * inner);
            for (int j = 0; j < n; j++)
            {
                y[at] += x[first + (j * inner)] * Complex.FromPolarCoordinates(1, sign * 2 * Math.PI * (j * k % n) / n);
            }
        }

        return y;
    }

    private static void Close(Complex[] expected, ComplexTensor<double> actual)
    {
        Complex[] seen = actual.ToArray();
        Assert.Equal(expected.Length, seen.Length);
        double size = expected.Select(Complex.Abs).Max();
        Assert.All(expected.Zip(seen), pair => Assert.True(Complex.Abs(pair.First - pair.Second) <= 1e-14 * size, $"{pair.Second} seen, {pair.First} expected, in {actual.Shape}"));
    }
}
