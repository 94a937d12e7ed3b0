using System.Numerics;
using System.Numerics.Tensors;
using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>
/// Operations against TensorPrimitives in the same process, on random numbers and layouts: the same bits where IEEE 754 fixes them; otherwise
/// within eight units in the last place, sums within n of their terms' magnitude.
/// </summary>
public sealed class TensorPrimitivesTests
{
    private delegate void Unary<T>(ReadOnlySpan<T> x, Span<T> y);

    private delegate void Binary<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z);

    private delegate T Reduction<T>(ReadOnlySpan<T> x);

    [Cases]
    public void Single_agrees(DoNotSize<int> seed) => Agree<float>(seed.Item);

    [Cases]
    public void Double_agrees(DoNotSize<int> seed) => Agree<double>(seed.Item);

    [Fact]
    public void Conversions_agree()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(1).Normal<float>([1003]) * 1e4f;
        float[] elements = x.ToArray();
        Half[] half = new Half[elements.Length];
        TensorPrimitives.ConvertToHalf(elements, half);
        Assert.Equal(half, x.Cast<Half>().ToArray());
        int[] integers = new int[elements.Length];
        TensorPrimitives.ConvertSaturating<float, int>(elements, integers);
        Assert.Equal(integers, x.Cast<int>().ToArray());
        double[] wide = new double[elements.Length];
        TensorPrimitives.ConvertChecked<float, double>(elements, wide);
        Assert.Equal(wide, x.Cast<double>().ToArray());
    }

    private static void Agree<T>(int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        using Scope scope = Scope.Begin();
        Random random = new(seed);
        nint[] extents = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (nint)random.Next(1, 12))];
        Tensor<T> x = Numbers<T>(random, extents, 20), y = Numbers<T>(random, extents, 20), z = Numbers<T>(random, extents, 3);

        Exactly("abs", x, x.Abs(), TensorPrimitives.Abs);
        Exactly("negate", x, -x, TensorPrimitives.Negate);
        Exactly("sqrt", x, x.Sqrt(), TensorPrimitives.Sqrt);
        Exactly("reciprocal", x, x.Reciprocal(), TensorPrimitives.Reciprocal);
        Exactly("floor", x, x.Floor(), TensorPrimitives.Floor);
        Exactly("ceiling", x, x.Ceiling(), TensorPrimitives.Ceiling);
        Exactly("truncate", x, x.Truncate(), TensorPrimitives.Truncate);
        Exactly("round", x, x.Round(), TensorPrimitives.Round);
        Exactly("add", x, y, x + y, TensorPrimitives.Add);
        Exactly("subtract", x, y, x - y, TensorPrimitives.Subtract);
        Exactly("multiply", x, y, x * y, TensorPrimitives.Multiply);
        Exactly("divide", x, y, x / y, TensorPrimitives.Divide);
        Exactly("minimum", x, y, x.Minimum(y), TensorPrimitives.Min);
        Exactly("maximum", x, y, x.Maximum(y), TensorPrimitives.Max);
        T[] fused = new T[x.Size];
        TensorPrimitives.FusedMultiplyAdd<T>(x.ToArray(), y.ToArray(), z.ToArray(), fused);
        Assert.Equal(fused, x.FusedMultiplyAdd(y, z).ToArray());
        Assert.Equal(TensorPrimitives.IndexOfMax<T>(x.ToArray()), x.ArgMax().Item());
        Assert.Equal(TensorPrimitives.IndexOfMin<T>(x.ToArray()), x.ArgMin().Item());
        Assert.Equal(TensorPrimitives.Max<T>(x.ToArray()), x.Max().Item());
        Assert.Equal(TensorPrimitives.Min<T>(x.ToArray()), x.Min().Item());

        Close("exp", x, x.Exp(), TensorPrimitives.Exp);
        Close("exp2", x, x.Exp2(), TensorPrimitives.Exp2);
        Close("log", x.Abs(), x.Abs().Log(), TensorPrimitives.Log);
        Close("log2", x.Abs(), x.Abs().Log2(), TensorPrimitives.Log2);

        // Theirs lose digits where they are small.
        Close("tanh", z, z.Tanh(), TensorPrimitives.Tanh, least: 1);
        Close("sinh", z, z.Sinh(), TensorPrimitives.Sinh, least: 1);
        Close("cosh", z, z.Cosh(), TensorPrimitives.Cosh);
        Close("sin", z, z.Sin(), TensorPrimitives.Sin);
        Close("cos", z, z.Cos(), TensorPrimitives.Cos);
        Close("cbrt", x, x.Cbrt(), TensorPrimitives.Cbrt);
        Close("atan", x, x.Atan(), TensorPrimitives.Atan);
        Close("sigmoid", z, z.Sigmoid(), TensorPrimitives.Sigmoid);
        Sum("sum", x, x, x.Sum(), TensorPrimitives.Sum);
        Sum("norm 1", x, x, x.Norm1(), TensorPrimitives.SumOfMagnitudes);
        Sum("sum of squares", x, x * x, x.Square().Sum(), TensorPrimitives.SumOfSquares);
        Sum("norm", x, x.Norm().Unsqueeze(0), x.Norm(), TensorPrimitives.Norm);
        Sum("dot", x, x * y, x.Contiguous().Flatten().MatMul(y.Contiguous().Flatten()), v => TensorPrimitives.Dot(v, y.ToArray()));
    }

    private static Tensor<T> Numbers<T>(Random random, nint[] extents, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RandomLayouts.Of(random, extents, [.. Enumerable.Range(0, (int)extents.Aggregate((a, b) => a * b)).Select(_ => T.CreateTruncating(scale * ((2 * random.NextDouble()) - 1)))]);

    private static void Exactly<T>(string name, Tensor<T> x, Tensor<T> y, Unary<T> theirs)
        where T : unmanaged
    {
        T[] expected = new T[x.Size];
        theirs(x.ToArray(), expected);
        Assert.True(expected.AsSpan().SequenceEqual(y.ToArray()) || expected.Zip(y.ToArray()).All(pair => pair.First.Equals(pair.Second)), name);
    }

    private static void Exactly<T>(string name, Tensor<T> x, Tensor<T> y, Tensor<T> z, Binary<T> theirs)
        where T : unmanaged => Exactly(name, x, z, (a, b) => theirs(a, y.ToArray(), b));

    private static void Close<T>(string name, Tensor<T> x, Tensor<T> y, Unary<T> theirs, int least = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        T[] expected = new T[x.Size], actual = y.ToArray();
        theirs(x.ToArray(), expected);
        T unit = T.BitIncrement(T.One) - T.One;
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(T.Abs(actual[i] - expected[i]) <= T.CreateChecked(8) * unit * T.Max(T.CreateChecked(least), T.Abs(expected[i])), $"{name}: {actual[i]} and {expected[i]}");
        }
    }

    private static void Sum<T>(string name, Tensor<T> x, Tensor<T> terms, Tensor<T> sum, Reduction<T> theirs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T expected = theirs(x.ToArray()), actual = sum.Item(), unit = T.BitIncrement(T.One) - T.One;
        T bound = T.CreateChecked(x.Size + 2) * unit * terms.Norm1().Item();
        Assert.True(T.Abs(actual - expected) <= bound, $"{name}: {actual} and {expected}");
    }
}
