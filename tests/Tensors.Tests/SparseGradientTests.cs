using Onsager.Simd;
using Onsager.Simd.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Derivatives of what is computed from sparse matrices: by the values and by dense operands, forward, in reverse, of second order.</summary>
public sealed class SparseGradientTests
{
    private static readonly int[] Rows = [0, 0, 2, 2, 3, 3, 3], Columns = [1, 4, 0, 3, 1, 2, 4];

    public static TheoryData<string> Names => [.. OfValues.Keys];

    /// <summary>Functions of a matrix [4, 5] with seven entries.</summary>
    private static readonly Dictionary<string, Func<SparseMatrix<double>, Tensor<double>>> OfValues = new()
    {
        ["matmul"] = a => a.MatMul(Numbers(1, 5, 3)),
        ["vector"] = a => a.MatMul(Numbers(1, 5)),
        ["transposed"] = a => a.TransposedMatMul(Numbers(2, 4, 3)),
        ["transposed vector"] = a => a.TransposedMatMul(Numbers(2, 4)),
        ["left"] = a => a.LeftMatMul(Numbers(3, 3, 4)),
        ["both sides"] = a => a.MatMul(a.TransposedMatMul(Numbers(2, 4, 2))),
        ["sparse"] = a => a.MatMul(a.Transpose()).Values,
        ["cube"] = a => a.MatMul(a.Transpose()).MatMul(a).ToDense(),
        ["dense"] = a => a.ToDense(),
        ["sum"] = a => (a + a.MatMul(a.Transpose()).MatMul(a)).Values,
        ["difference"] = a => (a.Transpose() - SparseMatrix.FromDense(Numbers(4, 5, 4))).ToDense(),
        ["scaled"] = a => a.ScaleRows(Numbers(5, 4)).ScaleColumns(Numbers(6, 5)).Multiply(0.7).ToDense(),
        ["diagonal"] = a => a.MatMul(a.Transpose()).Diagonal(),
        ["rows"] = a => a.SliceRows(1, 4).MatMul(Numbers(1, 5)),
        ["sums of rows"] = a => a.SumRows(),
    };

    /// <summary>Functions of a dense matrix [4, 5].</summary>
    private static readonly Dictionary<string, Func<Tensor<double>, Tensor<double>>> OfDense = new()
    {
        ["matmul"] = x => Fixed().MatMul(x.Transpose()),
        ["left"] = x => Fixed().LeftMatMul(x.Transpose()),
        ["transposed"] = x => Fixed().TransposedMatMul(x),
        ["vector"] = x => Fixed().MatMul(x[1, ..]),
        ["sampled"] = x => Fixed().SampledMatMul(x, Numbers(7, 5, 5)).Values,
        ["sampled twice"] = x => Fixed().SampledMatMul(x, x.Transpose().MatMul(x)).Values,
        ["sampled vectors"] = x => Fixed().SampledMatMul(x[.., 1], x[2, ..]).Values,
        ["from dense"] = x => SparseMatrix.FromDense(x).MatMul(Numbers(1, 5)),
        ["from a transposed one"] = x => SparseMatrix.FromDense(x.Transpose()).MatMul(x),
        ["factors"] = x => Fixed().ScaleRows(x[.., 0]).ScaleColumns(x[1, ..]).ToDense(),
        ["from a diagonal"] = x => SparseMatrix.FromDiagonal(x[1, ..]).MatMul(x.Transpose()),
    };

    public static TheoryData<string> DenseNames => [.. OfDense.Keys];

    [Fact]
    public void A_plan_repeats_products_and_their_gradients()
    {
        SparsePattern pattern = Matrix(Numbers(8, 9)).Pattern;
        using var plan = Plan.Capture(pattern, static (SparsePattern pattern, Tensor<double> v, Tensor<double> x) => Both(pattern, v, x));
        using var gradients = Plan.Capture(pattern, static (SparsePattern pattern, Tensor<double> v, Tensor<double> x) => Gradient(pattern, v, x));
        for (ulong run = 0; run < 4; run++)
        {
            using Scope scope = Scope.Begin();
            Tensor<double> v = new RandomStream(run).Normal<double>([pattern.Count]), x = new RandomStream(run + 100).Normal<double>([5, 3]);
            Same.Bits(Both(pattern, v, x), plan.Run(v, x));
            Same.Bits(Gradient(pattern, v, x), gradients.Run(v, x));
        }

        Assert.Equal((1, 1), (plan.Recordings, gradients.Recordings));

        static Tensor<double> Step(SparsePattern pattern, Tensor<double> v, Tensor<double> x)
        {
            using Scope scope = Scope.Begin();
            SparseMatrix<double> a = new(pattern, v * 0.5), square = a.MatMul(a.Transpose()) + SparseMatrix.Identity<double>(4);
            Tensor<double> y = a.MatMul(x.Tanh()), z = a.TransposedMatMul(square.MatMul(y));
            return scope.Keep(Tensor.Concatenate(0, a.MatMul(z), a.LeftMatMul(y.Transpose()).Transpose(), square.ToDense()[.., ..3], a.SampledMatMul(y, x).Values.Reshape(-1, 1).Expand([pattern.Count, 3])));
        }

        static Tensor<double> Both(SparsePattern pattern, Tensor<double> v, Tensor<double> x)
        {
            using Scope scope = Scope.Begin();
            Tensor<double> into = Tensor.Empty<double>([4, 3]);
            new SparseMatrix<double>(pattern, v).MatMulInto(x, into);
            return scope.Keep(Tensor.Concatenate(0, Step(pattern, v, x), into));
        }

        static Tensor<double> Gradient(SparsePattern pattern, Tensor<double> v, Tensor<double> x) =>
            Autodiff.Grad(v, v => Autodiff.Grad(v, v => Step(pattern, v, x).Square().Sum()).Square().Sum());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void By_the_values(string name)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> values = Numbers(8, 9);
        Check(values, v => OfValues[name](Matrix(v)));
    }

    [Theory]
    [MemberData(nameof(DenseNames))]
    public void By_dense_operands(string name)
    {
        using Scope scope = Scope.Begin();
        Check(Numbers(9, 4, 5), OfDense[name]);
    }

    [Fact]
    public void The_gradient_of_the_values_is_the_sampled_gradient_of_the_dense_matrix()
    {
        using Scope scope = Scope.Begin();
        SparseMatrix<double> a = Fixed();
        Tensor<double> x = Numbers(1, 5, 3), dense = Autodiff.Grad(a.ToDense(), d => d.MatMul(x).Tanh().Sum());
        Tensor<double> own = Autodiff.Grad(a.Values, v => a.WithValues(v).MatMul(x).Tanh().Sum());
        int entry = 0;
        for (int row = 0; row < 4; row++)
        {
            foreach (int column in a.Pattern.Row(row))
            {
                Assert.Equal(dense[row, column], own[entry++], 1e-14);
            }
        }
    }

    private static void Check(Tensor<double> point, Func<Tensor<double>, Tensor<double>> f)
    {
        Differences.Check(point, F);
        Differences.CheckHigher(point, F);

        Tensor<double> F(Tensor<double> x)
        {
            Tensor<double> y = f(x);
            return ((y * 0.25).Tanh() * Numbers(10, [.. y.Shape.AsSpan()])).Sum();
        }
    }

    private static SparseMatrix<double> Fixed() => Matrix(Numbers(8, 9));

    /// <summary>Two of the nine values fall on others.</summary>
    private static SparseMatrix<double> Matrix(Tensor<double> values) => SparseMatrix.FromTriplets(4, 5, [.. Rows, 2, 0], [.. Columns, 3, 1], values);

    private static Tensor<double> Numbers(ulong seed, params nint[] extents) => new RandomStream(seed).Normal<double>(Shape.Create(extents));
}
