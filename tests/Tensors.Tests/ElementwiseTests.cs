using System.Numerics;
using FsCheck;
using Onsager.Simd;
using Onsager.Simd.Tests;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Every operator over random broadcast layouts, bit for bit what its formula gives at one lane; into existing memory too.</summary>
public sealed class ElementwiseTests
{
    public static TheoryData<string> Names => [.. OpTable.Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operator_gives_the_bits_of_one_lane_whatever_the_layouts(string name)
    {
        for (int seed = 0; seed < int.Max(20, CasesAttribute.Count / 5); seed++)
        {
            OpTable.Row(name).Accept(new OnLayouts<float>(new Random(seed)));
            OpTable.Row(name).Accept(new OnLayouts<double>(new Random(seed)));
        }
    }

    [Cases]
    public void A_result_may_take_the_place_of_an_input(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 4);
        Tensor<float> x = RandomLayouts.Make<float>(random, extents, allowExpanded: false);
        Tensor<float> y = RandomLayouts.Make<float>(random, RandomLayouts.Narrow(random, extents));
        float[] tanh = x.Tanh().ToArray(), sum = x.Tanh().Binary<Add>(y).ToArray(), self = Elements<Multiply>(sum, sum);
        x.TanhInto(x);
        Bits.AssertSame<float>(tanh, x.ToArray(), "tanh in place");
        x.AddInto(y, x);
        Bits.AssertSame<float>(sum, x.ToArray(), "add in place");
        x.MultiplyInto(x, x);
        Bits.AssertSame<float>(self, x.ToArray(), "square in place");
        x.TernaryInto<FusedMultiplyAdd>(x, x, x);
        Bits.AssertSame<float>([.. self.Select(v => MathF.FusedMultiplyAdd(v, v, v))], x.ToArray(), "fma in place");

        static float[] Elements<TOp>(float[] x, float[] y)
            where TOp : struct, IBinaryOp => [.. x.Select((v, i) => Bits.Apply<TOp, float>(v, y[i]))];
    }

    [Fact]
    public void Scalars_stand_on_either_side_where_an_operator_is_written()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, -2, 4], [3]);
        Assert.Equal([3, 0, 6], (x + 2).ToArray());
        Assert.Equal([-1, -4, 2], (x - 2).ToArray());
        Assert.Equal([2, -4, 8], (x * 2).ToArray());
        Assert.Equal([2, -4, 8], (2 * x).ToArray());
        Assert.Equal([0.5, -1, 2], (x / 2).ToArray());
        Assert.Equal([-1, 2, -4], (-x).ToArray());
        Assert.Equal([1, 0, 0], x.Less(Tensor.Scalar(3.0)).Where(x.Equal(x), Tensor.Scalar(0.0)).Binary<Equal>(x).ToArray());
    }

    [Fact]
    public void A_cast_rounds_to_nearest_even()
    {
        using Scope scope = Scope.Begin();
        double[] wide = [1 + Math.ScaleB(1, -24), 1 + (3 * Math.ScaleB(1, -24)), Math.ScaleB(1, -150), 3 * Math.ScaleB(1, -150), 1e300, double.NaN, -0.0];
        Tensor<double> x = Tensor.From<double>(wide, [7]);
        Bits.AssertSame<float>([.. wide.Select(v => (float)v)], x.Cast<float>().ToArray(), "narrow");
        Bits.AssertSame<double>([.. wide.Select(v => (double)(float)v)], x.Cast<float>().Cast<double>().ToArray(), "and wide again");
        Bits.AssertSame<double>([1, 1e300], Tensor.From<double>([1, 2, 1e300], [3]).Slice(0, 0, 3, 2).ToArray(), "a strided source");
    }

    /// <summary>One random case of an operator, allocated and into an existing tensor.</summary>
    private sealed class OnLayouts<T>(Random random) : IOpVisitor
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly nint[] extents = random.Next(12) == 0 ? [random.Next(1, 3), 1500] : RandomLayouts.Extents(random, random.Next(6) == 0 ? 8 : 4);

        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            using Scope scope = Scope.Begin();
            Tensor<T> x = RandomLayouts.Make<T>(random, extents);
            T[] expected = [.. x.ToArray().Select(Bits.Apply<TOp, T>)];
            Check(expected, x.Unary<TOp>(), x.UnaryInto<TOp>);
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            using Scope scope = Scope.Begin();
            Tensor<T> x = Input(), y = Input();
            nint[] shape = Shape.Broadcast(x.Shape, y.Shape).AsSpan().ToArray();
            T[] left = Spread(x, shape), right = Spread(y, shape);
            Check([.. left.Select((v, i) => Bits.Apply<TOp, T>(v, right[i]))], x.Binary<TOp>(y), z => x.BinaryInto<TOp>(y, z));
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp
        {
            using Scope scope = Scope.Begin();
            Tensor<T> x = Input(), y = Input(), z = Input();
            nint[] shape = Shape.Broadcast(Shape.Broadcast(x.Shape, y.Shape), z.Shape).AsSpan().ToArray();
            T[] first = Spread(x, shape), second = Spread(y, shape), third = Spread(z, shape);
            Check([.. first.Select((v, i) => Bits.Apply<TOp, T>(v, second[i], third[i]))], x.Ternary<TOp>(y, z), w => x.TernaryInto<TOp>(y, z, w));
        }

        private Tensor<T> Input() => RandomLayouts.Make<T>(random, RandomLayouts.Narrow(random, extents));

        /// <summary>The elements in the broadcast shape, by the rule on indices.</summary>
        private static T[] Spread(Tensor<T> x, nint[] shape) => new Naive<T>(x.Shape.AsSpan().ToArray(), x.ToArray()).Expand(shape).Elements;

        private void Check(T[] expected, Tensor<T> made, Action<Tensor<T>> into)
        {
            Bits.AssertSame<T>(expected, made.ToArray(), $"{made.Shape}");
            Tensor<T> destination = RandomLayouts.Make<T>(random, made.Shape.AsSpan().ToArray(), allowExpanded: false);
            into(destination);
            Bits.AssertSame<T>(expected, destination.ToArray(), $"{made.Shape} into strides");
        }
    }
}
