using Onsager.Simd;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>The gradient of every operator of the table against central differences, with broadcasting and in any layout.</summary>
public sealed class OperatorGradientTests
{
    public static TheoryData<string> Names => [.. OpTable.Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_gradient_is_what_differences_say(string name)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            using Scope scope = Scope.Begin();
            OpTable.Row(name).Accept(new OnGradients(new Random(seed)));
        }
    }

    [Fact]
    public void A_chain_is_an_operator_with_gradients_to_any_order()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(1).Normal<double>([3, 4]), y = new RandomStream(2).Normal<double>([4]);
        Assert.Equal(x.Tanh().Exp().ToArray(), x.Unary<Chain<Tanh, Exp>>().ToArray());
        Assert.Equal((x.Transpose() * y.Reshape([4, 1])).Sigmoid().ToArray(), x.Transpose().Binary<BinaryChain<Multiply, Sigmoid>>(y.Reshape([4, 1])).ToArray());
        Differences.Check(x, p => p.Unary<Chain<Tanh, Exp>>().Square().Sum());
        Differences.Check(x, p => p.Binary<BinaryChain<Multiply, Sigmoid>>(y).Square().Sum());
        Differences.Check(y, p => x.Binary<BinaryChain<Multiply, Sigmoid>>(p).Square().Sum());
        Differences.Check(x, p => Autodiff.Grad(p, q => q.Unary<Chain<Tanh, Exp>>().Square().Sum()).Square().Sum());
        Differences.Check(y, p => Autodiff.Grad(p, q => x.Binary<BinaryChain<Multiply, Sigmoid>>(q).Square().Sum()).Square().Sum());
    }

    private sealed class OnGradients(Random random) : IOpVisitor
    {
        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            Tensor<double> x = Points([3, 4], row.Smooth), weights = Points([3, 4], [(-1, 1)]);
            Differences.Check(x, p => (p.Unary<TOp>() * weights).Sum());
            Differences.Check(x, p => (p.Transpose().Unary<TOp>() * weights.Transpose()).Sum());
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            // Both arguments are parts of one flat tensor, far enough apart from each other and from zero.
            nint[] left = random.Next(2) == 0 ? [3, 4] : [3, 1], right = random.Next(2) == 0 ? [4] : [2, 3, 4];
            Tensor<double> flat = Points([36], row.PositiveX ? [(0.5, 3)] : [(-3, -0.5), (0.5, 3)]);
            Tensor<double> weights = Points([2, 3, 4], [(-1, 1)]);
            Differences.Check(flat, p =>
            {
                Tensor<double> x = Part(p, 0, left), y = Part(p, 12, right);
                return (x.Binary<TOp>(y) * weights).Sum();
            });
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp
        {
            Tensor<double> flat = Points([24], [(-3, -0.5), (0.5, 3)]), weights = Points([3, 4], [(-1, 1)]);
            Differences.Check(flat, p => (Part(p, 0, [3, 4]).Ternary<TOp>(Part(p, 12, [3, 1]), Part(p, 15, [4])) * weights).Sum());
        }

        private static Tensor<double> Part(Tensor<double> flat, nint start, nint[] extents)
        {
            Shape shape = Shape.Create(extents);
            return flat.Slice(0, start, start + shape.Size).Reshape(extents);
        }

        private Tensor<double> Points(nint[] extents, (double Low, double High)[] ranges)
        {
            Shape shape = Shape.Create(extents);
            double[] points = new double[shape.Size];
            foreach (ref double point in points.AsSpan())
            {
                (double low, double high) = ranges[random.Next(ranges.Length)];
                point = low + ((high - low) * random.NextDouble());
            }

            return Tensor.From<double>(points, shape);
        }
    }
}
