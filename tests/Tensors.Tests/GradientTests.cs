using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Gradients of compositions: views, accumulation, products, reductions, losses, and what the chain rule says of all of them.</summary>
public sealed class GradientTests
{
    public static TheoryData<string, nint[], Func<Tensor<double>, Tensor<double>>> Functions => new()
    {
        { "used several times", [3], x => ((x * x) + (x.Tanh() * x) - x).Sum() },
        { "used twice by one operator", [3], x => (x / (x * x + 2)).Sum() },
        { "the tensor itself", [1], x => x },
        { "slices that do not meet", [8], x => (x.Slice(0, 0, 3).Square().Sum() * x.Slice(0, 5, 8).Sum()) },
        { "slices that overlap", [8], x => (x.Slice(0, 0, 5) * x.Slice(0, 3, 8)).Sum() },
        { "slices inside slices", [8], x => (x.Slice(0, 1, 7).Slice(0, 2, 4).Exp().Sum() + x.Sum()) },
        { "slices with steps", [9], x => (x.Slice(0, 0, 9, 2).Square().Sum() + x.Slice(0, 1, 9, 3).Exp().Sum() + x.Slice(0, 2, 4).Sum()) },
        { "rows and columns", [3, 4], x => (x.Select(0, 1).Exp().Sum() + x.Select(1, -1).Square().Sum()) },
        { "expanded", [3, 1], x => (x.Expand([2, 3, 4]).Square() * Ramp([2, 3, 4])).Sum() },
        { "expanded and merged", [1], x => (x.Expand([2, 3]).Reshape(6) * Ramp([6])).Exp().Sum() },
        { "transposed", [3, 4], x => (x.Transpose() * Ramp([4, 3])).Tanh().Sum() },
        { "permuted", [2, 3, 4], x => (x.Permute(2, 0, 1).Exp() * Ramp([4, 2, 3])).Sum() },
        { "transposed, then made contiguous", [3, 4], x => (x.Transpose().Contiguous().Reshape(2, 6) * Ramp([2, 6])).Square().Sum() },
        { "cloned", [3], x => (x.Clone() * x).Sum() },
        { "new axes", [3], x => (x.Unsqueeze(0) * x.Unsqueeze(-1)).Exp().Sum() },
        { "squeezed", [1, 3], x => x.Squeeze(0).Square().Sum() },
        { "sum over an axis", [3, 4], x => (x.Sum(0).Square() * Ramp([4])).Sum() },
        { "sum over a kept axis", [3, 4], x => (x / x.Exp().Sum(1, keepDimension: true)).Sum() },
        { "sum of a permuted tensor", [3, 4], x => x.Transpose().Sum(1).Exp().Sum() },
        { "mean", [3, 4], x => (x.Square().Mean() * x.Mean(1).Exp().Mean()) },
        { "kept mean", [3, 4], x => (x - x.Mean(-1, keepDimension: true)).Square().Mean() },
        { "mean over two axes", [2, 3, 4], x => (x.Mean([0, 2]).Exp() * Ramp([3])).Sum() },
        { "sum over two kept axes", [2, 3, 4], x => (x / x.Square().Sum([2, 0], keepDimensions: true)).Sum() },
        { "variance", [3, 4], x => x.Variance().Exp() },
        { "variance along an axis, of a sample", [3, 4], x => (x.Variance(0, 1) * Ramp([4])).Sum() + (x.Variance(-1, 1, keepDimension: true) * x).Sum() },
        { "variance over two axes", [2, 3, 4], x => (x.Variance([0, 2], 1.5).Log() * Ramp([3])).Sum() },
        { "standard deviation", [3, 4], x => x.StandardDeviation(1.0) + (x.StandardDeviation(1) * Ramp([3])).Sum() },
        { "norms", [3, 4], x => x.Norm() * x.Norm1() + (x.Norm(0) * Ramp([4])).Sum() + (x.Norm1([1, 0], keepDimensions: true) / x).Sum() },
        { "infinity norm", [3, 4], x => (x.NormInfinity(1) * Ramp([3])).Sum() * x.NormInfinity() },
        { "max and min", [3, 4], x => (x.Max(0) * x.Min(0) * Ramp([4])).Sum() + (x - x.Max(1, keepDimension: true)).Square().Sum() * x.Min() },
        { "logsumexp", [3, 4], x => x.LogSumExp() * (x.LogSumExp(1).Square() * Ramp([3])).Sum() },
        { "logsumexp of a permuted tensor", [2, 3, 4], x => (x.Permute(2, 0, 1).LogSumExp([0, 2]) * Ramp([2])).Exp().Sum() },
        { "softmax", [3, 4], x => (x.Softmax(1) * Ramp([3, 4])).Square().Sum() + (x.Softmax(0) * x).Sum() },
        { "log-softmax", [3, 4], x => (x.LogSoftmax(-1) * Ramp([3, 4])).Sum() + (x.LogSoftmax(0).Exp() * x).Sum() },
        { "cumulative sum", [3, 4], x => (x.CumulativeSum(0).Square() * Ramp([3, 4])).Sum() + (x.CumulativeSum(1).Tanh() * x).Sum() },
        { "softmax of a slice of a permuted tensor", [3, 4], x => (x.Transpose().Slice(0, 1, 3).Softmax(0) * Ramp([2, 3])).Sum() },
        { "product with itself", [3, 3], x => (x.MatMul(x) * Ramp([3, 3])).Sum() },
        { "product with its transpose", [3, 4], x => (x.MatMul(x.Transpose()) * Ramp([3, 3])).Sum() },
        { "vectors", [4], x => x.MatMul(x) + (Ramp([3, 4]).MatMul(x) * Ramp([3])).Sum() + (x.MatMul(Ramp([4, 2])) * Ramp([2])).Sum() },
        { "batches", [2, 3, 4], x => (x.MatMul(Ramp([4, 5])) * Ramp([2, 3, 5])).Sum() },
        { "a matrix for all of a batch", [4, 5], x => (Ramp([2, 3, 4]).MatMul(x).Square() * Ramp([2, 3, 5])).Sum() },
        { "batches that broadcast", [3, 1, 2, 4], x => (x.MatMul(Ramp([2, 4, 3])) * Ramp([3, 2, 2, 3])).Sum() },
        { "linear in its weights and bias", [15], x => (Ramp([2, 4]).Linear(x.Slice(0, 0, 12).Reshape(4, 3), x.Slice(0, 12, 15)).Tanh() * Ramp([2, 3])).Sum() },
        { "linear in its input", [2, 4], x => (x.Linear(Ramp([4, 3]), Ramp([3])) * Ramp([2, 3])).Square().Sum() },
        { "linear without bias", [2, 4], x => x.Linear(Ramp([4, 3])).Square().Sum() },
        { "linear of one tensor thrice", [3, 3], x => x.Linear(x, x.Select(0, 0)).Tanh().Sum() },
        { "linear with transposed weights", [12], x => (Ramp([2, 4]).Linear(x.Reshape(3, 4).Transpose()) * Ramp([2, 3])).Sum() },
        { "softmax and cross-entropy", [3, 4], x => x.SoftmaxCrossEntropy(Tensor.From<int>([0, 3, 1], [3])) },
        { "softmax of a transposed tensor", [4, 3], x => x.Transpose().Exp().SoftmaxCrossEntropy(Tensor.From<int>([0, 3, 1], [3])) },
        { "a two-layer network", [23], x =>
            (Ramp([5, 2]).Linear(x.Slice(0, 0, 10).Reshape(2, 5), x.Slice(0, 10, 15)).Tanh().Linear(x.Slice(0, 15, 20).Reshape(5, 1), x.Slice(0, 20, 21)) - 1).Square().Mean() },
        { "a selection", [6], x => x.Less(Ramp([6])).Where(x.Square(), x.Exp()).Sum() },
        { "a fused step", [6], x => x.FusedMultiplyAdd(x, x).Sum() },
        { "operators that broadcast", [3], x => (x.Maximum(Ramp([3, 1])).Minimum(x.Unsqueeze(1)).Square()).Sum() },
        { "rank 8", [1, 2, 1, 2, 1, 2, 1, 2], x => (x.Permute(7, 6, 5, 4, 3, 2, 1, 0).Exp() * Ramp([2, 1, 2, 1, 2, 1, 2, 1])).Sum(3).Sum() },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_gradient_is_what_differences_say(string name, nint[] extents, Func<Tensor<double>, Tensor<double>> f)
    {
        Assert.NotEmpty(name);
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(17).Normal<double>(Shape.Create(extents));
        Differences.Check(x, f);

        // The same elements, stored by columns, with gaps.
        Tensor<double> strided = Tensor.Zeros<double>([.. Enumerable.Reverse(extents).Select(e => 2 * e)]).Permute([.. Enumerable.Range(0, extents.Length).Reverse()]);
        for (int axis = 0; axis < extents.Length; axis++)
        {
            strided = strided.Slice(axis, 1, 2 * extents[axis], 2);
        }

        x.CopyInto(strided);
        Assert.Equal(Autodiff.Grad(x, f).ToArray(), Autodiff.Grad(strided, f).ToArray());
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Forward_and_second_derivatives_are_right_too(string name, nint[] extents, Func<Tensor<double>, Tensor<double>> f)
    {
        Assert.NotEmpty(name);
        using Scope scope = Scope.Begin();
        Differences.CheckHigher(new RandomStream(18).Normal<double>(Shape.Create(extents)), f);
    }

    /// <summary>A function for each rule that tests of its own differentiate: transforms, orthogonal decompositions, sparse products.</summary>
    private static TheoryData<string, nint[], Func<Tensor<double>, Tensor<double>>> Elsewhere => new()
    {
        { "fft", [2, 3], x => Fft.Forward(new ComplexTensor<double>(x)).Planes },
        { "rfft", [2, 6], x => Fft.Rfft(x).Planes },
        { "qr", [4, 3], x => Qr.Factor(x).Q },
        { "eigh", [3, 3], x => SymmetricEigen.Factor(x).Vectors },
        { "svd", [4, 3], x => Svd.Factor(x).U },
        { "pinv", [4, 3], x => LinearAlgebra.PseudoInverse(x) },
        { "sparse", [4, 3], x => SparseMatrix.FromDense(x).MatMul(x.Transpose()) },
        { "sampled", [4, 3], x => SparseMatrix.FromDense(x).SampledMatMul(x, x.Transpose().MatMul(x)).Values },
        { "a curve", [4], x => Interpolant.CubicSpline([0, 1, 2, 3], [0, 1, 0, 2]).Evaluate(x) },
        { "sparse by sparse", [4, 3], x => SparseMatrix.FromDense(x).MatMul(SparseMatrix.FromDense(x).Transpose()).Values },
    };

    [Fact]
    public void Every_rule_is_among_the_functions_or_belongs_to_the_table_of_operators()
    {
        using Scope scope = Scope.Begin();
        HashSet<Type> used =
        [
            typeof(CheckpointRule<>), typeof(CustomRule<>), typeof(CastRule<,>),

            // Tests of their own: SpectralGradientTests, LinearAlgebraDerivativeTests for singular matrices, IterativeTests.
            typeof(GeneralEigenRule<>), typeof(CofactorRule<>), typeof(ConjugateGradientRule<,,>), typeof(GmresRule<>), typeof(AttachRule<>),
        ];
        foreach (object?[] row in ((IEnumerable<object?[]>)Functions).Concat(ConvolutionGradientTests.Functions).Concat(IndexGradientTests.Functions).Concat(LinearAlgebraDerivativeTests.Functions).Concat(Elsewhere))
        {
            Tensor<double> x = new RandomStream(17).Normal<double>(Shape.Create((nint[])row[1]!));
            used.UnionWith(Autodiff.Trace(x, (Func<Tensor<double>, Tensor<double>>)row[2]!).Rules);
        }

        IEnumerable<Type> rules = typeof(Rule).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Rule)) && !type.IsAbstract);
        Assert.Empty(rules.Except(used));
    }

    [Fact]
    public void A_cast_takes_the_gradient_back_to_the_type_it_came_from()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2, 3], [3]);
        Assert.Equal([2.0, 4, 6], Autodiff.Grad(x, y => y.Cast<float>().Square().Cast<double>().Sum()).ToArray());
        Assert.Equal([2.0, 2, 2], Autodiff.Hvp(x, Tensor.Ones<double>([3]), y => y.Cast<float>().Square().Cast<double>().Sum()).ToArray());
        Assert.Equal([2f, 4, 6], Autodiff.Grad(x.Cast<float>(), y => y.Cast<double>().Square().Sum().Cast<float>()).ToArray());
    }

    [Fact]
    public void A_function_that_ignores_its_argument_has_gradient_zero()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Full<float>([3], 2), other = Tensor.Full<float>([3], 5);
        Assert.Equal([0f, 0, 0], Autodiff.Grad(x, _ => other.Sum()).ToArray());
        Assert.Equal([0f, 0, 0], Autodiff.Grad(x, y => y.Less(other).Sum()).ToArray());
        Assert.Equal([0f, 1, 0], Autodiff.Grad(x, y => y.Slice(0, 1, 2)).ToArray());
        Assert.Empty(Autodiff.Grad(Tensor.Zeros<float>([0, 3]), y => y.Exp().Sum()).ToArray());
    }

    [Fact]
    public void Gradients_at_ties_and_at_zero_are_as_documented()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From<float>([3, 1, 3, 3, -4, 4, 0, 0], [2, 4]);
        Assert.Equal([1f / 3, 0, 1f / 3, 1f / 3, 0, 1, 0, 0], Autodiff.Grad(x, y => y.Max(1).Sum()).ToArray());
        Assert.Equal([0f, 1, 0, 0, 1, 0, 0, 0], Autodiff.Grad(x, y => y.Min(1).Sum()).ToArray());
        Assert.Equal([0f, 0, 0, 0, -0.5f, 0.5f, 0, 0], Autodiff.Grad(x, y => y.NormInfinity()).ToArray());
        Tensor<float> zero = Tensor.Zeros<float>([2]);
        Assert.Equal([0f, 0], Autodiff.Grad(zero, y => y.Norm()).ToArray());
        Assert.Equal([0f, 0], Autodiff.Grad(zero, y => y.Norm1()).ToArray());
        Assert.Equal([0f, 0], Autodiff.Grad(zero, y => y.NormInfinity()).ToArray());
        Assert.Equal([0f, 0], Autodiff.Grad(zero, y => y.StandardDeviation()).ToArray());
        Tensor<float> withNaN = Tensor.From<float>([1, float.NaN], [2]);
        Assert.Equal([float.NaN, float.NaN], Autodiff.Grad(withNaN, y => y.Max()).ToArray());
    }

    [Fact]
    public void A_vector_Jacobian_product_agrees_with_the_directional_difference()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(4);
        Tensor<double> x = stream.Normal<double>([3, 4]), t = stream.Normal<double>([3, 4]), dy = stream.Normal<double>([3, 2]), w = stream.Normal<double>([4, 2]);
        Tensor<double> product = Autodiff.Vjp(x, dy, F);
        const double H = 1e-4;
        double along = ((4 * Along(H)) - Along(2 * H)) / 3;
        Assert.Equal(along, (product * t).Sum().Item(), 1e-9);

        Tensor<double> F(Tensor<double> p) => p.Tanh().MatMul(w).Exp();

        double Along(double h) => (dy * (F(x + (t * h)) - F(x - (t * h)))).Sum().Item() / (2 * h);
    }

    [Cases]
    public void Random_expressions_have_the_gradient_that_differences_give(DoNotSize<int> seed)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream((ulong)(uint)seed.Item).Uniform<double>([2, 3]) + 0.1;
        Differences.Check(x, p => Grow(new Random(seed.Item), p), 1e-5);
    }

    /// <summary>A smooth expression grown by chance: every step adds a value made from earlier ones, all bounded.</summary>
    private static Tensor<double> Grow(Random random, Tensor<double> x)
    {
        List<Tensor<double>> values = [x];
        for (int i = 0; i < 8; i++)
        {
            Tensor<double> a = values[random.Next(values.Count)], b = values[random.Next(values.Count)];
            values.Add(random.Next(12) switch
            {
                0 => a.Tanh(),
                1 => a.Sigmoid() * b,
                2 => a - b,
                3 => (a * b).Tanh(),
                4 => a / (b.Square() + 1),
                5 => (a.Square() + 1).Log(),
                6 => a.MatMul(b.Transpose()).Tanh().MatMul(b),
                7 => a + b.Sum(0),
                8 => a.Sigmoid() - b.Mean(1, keepDimension: true),
                9 => a.Slice(1, 0, 1).Expand([2, 3]) + b,
                10 => a.Reshape(3, 2).Contiguous().Transpose().Erf(),
                _ => a.Select(0, 1) * b.Sigmoid(),
            });
        }

        return values.Aggregate((sum, value) => sum + value.Tanh()).Mean();
    }

    private static Tensor<double> Ramp(nint[] extents)
    {
        Shape shape = Shape.Create(extents);
        return Tensor.From<double>([.. Enumerable.Range(0, (int)shape.Size).Select(i => ((i * 7 % 11) - 5) / 4.0)], shape);
    }
}
