using Onsager.Simd;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Every operator of the table: forward and reverse derivatives are adjoint, and derivatives of gradients are what differences say.</summary>
public sealed class OperatorOrderTests
{
    public static TheoryData<string> Names => [.. OpTable.Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_and_reverse_derivatives_are_adjoint_and_second_ones_what_differences_say(string name)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            using Scope scope = Scope.Begin();
            OpTable.Row(name).Accept(new OnOrders(new Random(seed)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Third_derivatives_are_what_differences_say(string name)
    {
        using Scope scope = Scope.Begin();
        OpTable.Row(name).Accept(new OnThird(new Random(0)));
    }

    /// <summary>The operator as a function of one flat tensor, at points where it is smooth.</summary>
    private abstract class OnFunctions(Random random) : IOpVisitor
    {
        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp => Judge(Points(12, row.Smooth), x => x.Reshape(3, 4).Unary<TOp>());

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            // Far enough from each other and from zero, where selections and quotients jump.
            (double, double)[] left = row.PositiveX ? [(0.5, 1.4)] : [(-1.4, -0.5), (0.5, 1.4)];
            Tensor<double> flat = Tensor.From<double>([.. Points(12, left).ToArray(), .. Points(4, [(1.6, 2.5)]).ToArray()], [16]);
            Judge(flat, x => x.Slice(0, 0, 12).Reshape(3, 4).Binary<TOp>(x.Slice(0, 12, 16)));
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp
        {
            Tensor<double> flat = Tensor.From<double>(
                [.. Points(12, [(-3, -0.5), (0.7, 1.3), (2.6, 3)]).ToArray(), .. Points(3, [(0.1, 0.6)]).ToArray(), .. Points(4, [(1.5, 2.4)]).ToArray()], [19]);
            Judge(flat, x => x.Slice(0, 0, 12).Reshape(3, 4).Ternary<TOp>(x.Slice(0, 12, 15).Reshape(3, 1), x.Slice(0, 15, 19)));
        }

        protected abstract void Judge(Tensor<double> x, Func<Tensor<double>, Tensor<double>> f);

        protected Tensor<double> Points(nint count, (double Low, double High)[] ranges)
        {
            double[] points = new double[count];
            foreach (ref double point in points.AsSpan())
            {
                (double low, double high) = ranges[random.Next(ranges.Length)];

                // Differences look to both sides.
                double margin = Math.Min(0.02, (high - low) / 8);
                point = low + margin + ((high - low - (2 * margin)) * random.NextDouble());
            }

            return Tensor.From<double>(points, [count]);
        }
    }

    private sealed class OnOrders(Random random) : OnFunctions(random)
    {
        protected override void Judge(Tensor<double> x, Func<Tensor<double>, Tensor<double>> f)
        {
            Tensor<double> dx = Points(x.Size, [(-1, 1)]), dy = Points(12, [(-1, 1)]).Reshape(3, 4), weights = Points(x.Size, [(-1, 1)]);
            (Tensor<double> value, Tensor<double> tangent) = Autodiff.Jvp(x, dx, f);
            Tensor<double> gradient = Autodiff.Vjp(x, dy, f);
            Assert.Equal(f(x).ToArray(), value.ToArray());
            double along = (tangent * dy).Sum().Item(), across = (gradient * dx).Sum().Item();
            Assert.Equal(across, along, 1e-12 * Math.Max(1, (tangent * dy).Norm1().Item()));

            // The recorded gradient has the plain one's value, and its gradient is what differences of the plain one say.
            Tensor<double> recorded = Tensor.Empty<double>(x.Shape);
            Autodiff.Grad(x, p =>
            {
                Tensor<double> inside = Autodiff.Vjp(p, dy, f);
                Autodiff.StopGradient(inside).CopyInto(recorded);
                return inside.Sum();
            });
            double scale = Math.Max(1, gradient.NormInfinity().Item());
            Assert.All(gradient.ToArray().Zip(recorded.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-13 * scale));
            Differences.Check(x, p => (Autodiff.Vjp(p, dy, f) * weights).Sum(), 1e-4, isExact: false);
        }
    }

    private sealed class OnThird(Random random) : OnFunctions(random)
    {
        protected override void Judge(Tensor<double> x, Func<Tensor<double>, Tensor<double>> f)
        {
            Tensor<double> v = Points(x.Size, [(-1, 1)]), w = Points(x.Size, [(-1, 1)]);
            Differences.Check(x, p => (Autodiff.Hvp(p, v, q => f(q).Sum()) * w).Sum(), 1e-4, isExact: false);
        }
    }
}
