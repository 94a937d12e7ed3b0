namespace Onsager.Tensors.Tests;

/// <summary>What decompositions and solves owe beside small residuals: batches, threads, layouts, destinations, exact refusals, and no memory taken.</summary>
[Collection(Alone.Name)]
public sealed class LinearAlgebraTests : IClassFixture<Settled>
{
    private static readonly Func<Tensor<double>, Tensor<double>, Tensor<double>>[] OfBatches =
    [
        (a, b) => Lu.Factor(a).Factors,
        (a, b) => LinearAlgebra.Solve(a, b),
        (a, b) => Lu.Solve(Lu.Factor(a), b),
        (a, b) => LinearAlgebra.Inverse(a),
        (a, b) => LinearAlgebra.Determinant(a),
        (a, b) => LinearAlgebra.SignedLogDeterminant(a).Logarithm,
        (a, b) => Lu.Reconstruct(Lu.Factor(a)),
        (a, b) => Cholesky.Factor(a.MatMul(a.Transpose()) + Tensor.Identity<double>(a.Shape[-1])),
        (a, b) => Triangular.Solve(a, b, upper: true),
        (a, b) => Triangular.Solve(a, b, transpose: true),
        (a, b) => LinearAlgebra.MatrixExponential(a),
        (a, b) => Norms.One(a) + Norms.Infinity(a) + Norms.Frobenius(a) + Norms.Max(a),
    ];

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(70)]
    public void A_matrix_of_a_batch_has_the_bits_that_it_has_alone_with_any_number_of_threads(int n)
    {
        int threads = Device.Cpu.Threads;
        try
        {
            using Scope scope = Scope.Begin();
            RandomStream random = new(5);
            Tensor<double> a = random.Normal<double>([3, 4, n, n]), b = random.Normal<double>([4, n, 2]);
            foreach (Func<Tensor<double>, Tensor<double>, Tensor<double>> f in OfBatches)
            {
                Device.Cpu.Threads = 1;
                Tensor<double> whole = f(a, b);
                foreach (int many in (int[])[2, 3, 7])
                {
                    Device.Cpu.Threads = many;
                    Same.Bits(whole, f(a, b));
                    Same.Bits(whole, f(a.Transpose().Contiguous().Transpose(), b.SwapAxes(0, 1).Contiguous().SwapAxes(0, 1)));
                }

                for (int i = 0; i < 12; i++)
                {
                    Tensor<double> alone = f(a.Select(0, i / 4).Select(0, i % 4), b.Select(0, i % 4));
                    Same.Bits(whole.Select(0, i / 4).Select(0, i % 4), alone);
                }
            }
        }
        finally
        {
            Device.Cpu.Threads = threads;
        }
    }

    [Fact]
    public void Empty_batches_and_matrices_give_empty_results_and_the_values_of_nothing()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> none = Tensor.Zeros<double>([0, 3, 3]), empty = Tensor.Zeros<double>([2, 0, 0]);
        Assert.Equal("[0, 3, 3]", Lu.Factor(none).Factors.Shape.ToString());
        Assert.Equal("[0, 3, 3]", Cholesky.Factor(none).Shape.ToString());
        Assert.Equal("[0, 3, 3]", LinearAlgebra.Inverse(none).Shape.ToString());
        Assert.Equal("[0, 3, 3]", LinearAlgebra.MatrixExponential(none).Shape.ToString());
        Assert.Equal("[0, 3, 2]", LinearAlgebra.Solve(none, Tensor.Zeros<double>([3, 2])).Shape.ToString());
        Assert.Equal([1.0, 1], LinearAlgebra.Determinant(empty).ToArray());
        Assert.Equal([1.0, 1], LinearAlgebra.SignedLogDeterminant(empty).Sign.ToArray());
        Assert.Equal([0.0, 0], LinearAlgebra.SignedLogDeterminant(empty).Logarithm.ToArray());
        Assert.Equal([0.0, 0], Norms.One(empty).ToArray());
        Assert.Equal([0.0, 0], Norms.Frobenius(empty).ToArray());
        Assert.Equal("[2, 0, 5]", Triangular.Solve(empty, Tensor.Zeros<double>([0, 5])).Shape.ToString());
        Assert.Equal("[3, 0]", LinearAlgebra.Solve(Tensor.Identity<double>(3), Tensor.Zeros<double>([3, 0])).Shape.ToString());
    }

    [Fact]
    public void Known_values_are_met()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.From(new[,] { { 0.0, 2, 1 }, { 1, 0, 0 }, { 3, 0, 1 } });
        Assert.Equal(-2, LinearAlgebra.Determinant(a).Item(), 1e-15);
        Assert.Equal(-1, LinearAlgebra.SignedLogDeterminant(a).Sign.Item());
        Assert.Equal(Math.Log(2), LinearAlgebra.SignedLogDeterminant(a).Logarithm.Item(), 1e-15);
        Assert.Equal([2, 2, 2], Lu.Factor(a).Pivots.ToArray());
        Assert.Equal([2, 0, 1], Lu.Permutation(Lu.Factor(a).Pivots).ToArray());
        Assert.Equal([1.0, 2, 3], LinearAlgebra.Solve(a, Tensor.From([7.0, 1, 6])).ToArray().Select(x => Math.Round(x, 14)));

        // No zero has a sign that its matrix has not, and what divides evenly is exact.
        Assert.All(LinearAlgebra.Inverse(Tensor.Identity<double>(20)).ToArray(), x => Assert.False(double.IsNegative(x)));
        Assert.All(LinearAlgebra.Solve(Tensor.Identity<double>(20) * 49, Tensor.Ones<double>([20]) * 49).ToArray(), x => Assert.Equal(1, x));
        Tensor<double> twice = Tensor.From(new[,] { { 1.0, 1 }, { 1, 1 } });
        Assert.Equal([2.0, 2.0, 2, 1], new[] { Norms.One(twice), Norms.Infinity(twice), Norms.Frobenius(twice), Norms.Max(twice) }.Select(x => x.Item()));
        Assert.Equal([7.0, 5], [Norms.Vector(Tensor.From([3.0, -4]), 1).Item(), Norms.Vector(Tensor.From([3.0, -4])).Item()]);
        Assert.Equal(Math.Pow(91, 1.0 / 3), Norms.Vector(Tensor.From([3.0, -4]), 3).Item(), 1e-14);
        Assert.Equal(5e200, Norms.Vector(Tensor.From([3e200, -4e200])).Item(), 1e186);
        Assert.Equal(5e-200, Norms.Frobenius(Tensor.From(new[,] { { 3e-200, -4e-200 } })).Item(), 1e-214);
        Assert.True(double.IsNaN(Norms.Frobenius(Tensor.From(new[,] { { 1, double.NaN } })).Item()));
        Assert.Equal(double.PositiveInfinity, Norms.Frobenius(Tensor.From(new[,] { { 1, double.NegativeInfinity } })).Item());
    }

    [Fact]
    public void Rank_one_changes_are_those_of_the_matrix()
    {
        foreach (int n in (int[])[1, 2, 5, 33, 70])
        {
            using Scope scope = Scope.Begin();
            double[] a = TestMatrices.MakeSymmetric<double>(MatrixKind.Random, n);
            Tensor<double> matrix = TestMatrices.Tensor<double>(a, n, n), v = new RandomStream(9).Normal<double>([n]) * 0.3, outer = v.Unsqueeze(1) * v;
            Tensor<double> up = Cholesky.Update(Cholesky.Factor(matrix), v), down = Cholesky.Downdate(up, v);
            Near(matrix + outer, up.MatMul(up.Transpose()), n);
            Near(matrix, down.MatMul(down.Transpose()), n);
        }

        static void Near(Tensor<double> expected, Tensor<double> actual, int n) =>
            Assert.True(Norms.One(expected - actual).Item() <= 30 * n * 2.2e-16 * Norms.One(expected).Item());
    }

    [Fact]
    public void A_downdate_that_loses_definiteness_is_refused_and_changes_nothing()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> l = Cholesky.Factor(Tensor.From(new[,] { { 4.0, 2 }, { 2, 10 } })), before = l.Clone();
        Throws.Exactly<ArithmeticException>(
            "cholesky downdate: the matrix is not positive definite any more: column 0 has no pivot above zero.", () => Cholesky.Downdate(l, Tensor.From([2.0, 0])));
        Throws.Exactly<ArithmeticException>(
            "cholesky downdate: the matrix is not positive definite any more: column 1 has no pivot above zero.", () => Cholesky.Downdate(l, Tensor.From([0.0, 4])));
        Throws.Exactly<ArithmeticException>(
            "cholesky update: the matrix is not positive definite any more: column 1 has no pivot above zero.", () => Cholesky.Update(l, Tensor.From([0.0, double.NaN])));
        Assert.Equal(before.ToArray(), l.ToArray());
        Throws.Exactly<ArgumentException>("cholesky update: the factor has shape [2, 2]; the vector [3] must be [2].", () => Cholesky.Update(l, Tensor.Ones<double>([3])));
    }

    [Fact]
    public void Destinations_may_be_their_inputs_or_have_gaps()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = new RandomStream(3).Normal<double>([2, 40, 40]), definite = a.MatMul(a.Transpose()) + Tensor.Identity<double>(40), b = new RandomStream(4).Normal<double>([2, 40, 3]);
        Tensor<double> expected = Cholesky.Factor(definite), place = definite.Clone(), gaps = Tensor.Zeros<double>([2, 40, 80]).Slice(2, 0, 80, 2);
        Cholesky.FactorInto(place, place);
        Same.Bits(expected, place);
        Cholesky.FactorInto(definite, gaps);
        Same.Bits(expected, gaps);
        Tensor<double> x = b.Clone();
        Cholesky.SolveInto(expected, x, x);
        Same.Bits(Cholesky.Solve(expected, b), x);
        using LuFactors<double> factors = Lu.Factor(a), own = new(a.Clone(), Tensor.Empty<int>([2, 40]));
        Lu.FactorInto(own.Factors, own);
        Same.Bits(factors.Factors, own.Factors);
        Same.Bits(factors.Pivots, own.Pivots);
        x = b.Clone();
        Lu.SolveInto(own, x, x);
        Same.Bits(LinearAlgebra.Solve(a, b), x);
        x = b.Clone();
        LinearAlgebra.SolveInto(a, x, x);
        Same.Bits(LinearAlgebra.Solve(a, b), x);
    }

    [Fact]
    public void Matrices_of_a_batch_that_fail_are_named_and_nothing_is_written_or_kept()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.Identity<double>(2).Expand([3, 2, 2]).Clone(), place = Tensor.Zeros<double>([3, 2, 2]);
        a[1, 1, 1] = -4;
        a[2, 0, 0] = 0;
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        Throws.Exactly<ArithmeticException>("cholesky: matrix 1 of 3 [2, 2] is not positive definite: pivot 1 is -4.", () => Cholesky.Factor(a));
        Throws.Exactly<ArithmeticException>("cholesky: matrix 1 of 3 [2, 2] is not positive definite: pivot 1 is -4.", () => Cholesky.FactorInto(a, place));
        Throws.Exactly<ArithmeticException>("solve: matrix 2 of 3 [2, 2] is singular: pivot 0 is 0.", () => LinearAlgebra.Solve(a, place));
        Throws.Exactly<ArithmeticException>("solve: matrix 2 of 3 [2, 2] is singular: pivot 0 is 0.", () => LinearAlgebra.SolveInto(a, a, place));
        Throws.Exactly<ArithmeticException>("inverse: matrix 2 of 3 [2, 2] is singular: pivot 0 is 0.", () => LinearAlgebra.Inverse(a));
        Throws.Exactly<DivideByZeroException>("triangular solve: element [0, 0] of the diagonal of matrix 2 of 3 is zero.", () => Triangular.SolveInto(a, a.Clone(), place));
        Assert.All(place.ToArray(), x => Assert.Equal(0, x));
        Assert.Equal(1, Lu.Factor(a).Factors[0, 0, 0]);
        Assert.InRange(Device.Cpu.PoolStatistics.BlocksInUse - blocks, 0, 4);
    }

    [Fact]
    public void Wrong_operands_are_refused_in_the_words_of_their_operation()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> wide = Tensor.Zeros<double>([2, 3]), square = Tensor.Identity<double>(3), pair = Tensor.Zeros<double>([2, 3, 3]), scalar = Tensor.Scalar(1.0);
        LuFactors<double> factors = Lu.Factor(square);
        foreach ((string name, Action<Tensor<double>> call) in ((string, Action<Tensor<double>>)[])
            [
                ("cholesky", a => Cholesky.Factor(a)), ("cholesky inverse", a => Cholesky.Inverse(a)), ("log determinant", a => Cholesky.LogDeterminant(a)),
                ("cholesky update", a => Cholesky.Update(a, scalar)), ("cholesky downdate", a => Cholesky.Downdate(a, scalar)), ("lu", a => Lu.Factor(a)),
                ("solve", a => LinearAlgebra.Solve(a, square)), ("inverse", a => LinearAlgebra.Inverse(a)), ("determinant", a => LinearAlgebra.Determinant(a)),
                ("log determinant", a => LinearAlgebra.SignedLogDeterminant(a)), ("matrix exponential", a => LinearAlgebra.MatrixExponential(a)),
                ("triangular solve", a => Triangular.SolveRight(a, square)), ("lu solve", a => Lu.Solve(factors with { Factors = a }, square)),
            ])
        {
            Throws.Exactly<ArgumentException>($"{name}: a square matrix is needed; got [2, 3].", () => call(wide));
            Throws.Exactly<ArgumentException>($"{name}: a square matrix is needed; got [].", () => call(scalar));
            Tensor<double> gone = square.Clone();
            gone.Dispose();
            Assert.Throws<ObjectDisposedException>(() => call(gone));
        }

        Throws.Exactly<NotSupportedException>("lu: the element type is Int32; float (Single) and double (Double) are supported.", () => Lu.Factor(Tensor.Zeros<int>([2, 2])));
        Throws.Exactly<NotSupportedException>("norm 1: the element type is Int32; float (Single) and double (Double) are supported.", () => Norms.One(Tensor.Zeros<int>([2, 2])));
        Throws.Exactly<ArgumentException>("solve: the matrix has shape [3, 3]; the right side [2, 3] must be [3] or [..., 3, columns].", () => LinearAlgebra.Solve(square, wide));
        Throws.Exactly<ArgumentException>("solve: the matrix has shape [3, 3]; the right side [2] must be [3] or [..., 3, columns].", () => LinearAlgebra.Solve(square, Tensor.Zeros<double>([2])));
        Throws.Exactly<ArgumentException>("solve: shapes [2] and [4] do not broadcast: axis 0 has extents 2 and 4.", () => LinearAlgebra.Solve(pair, Tensor.Zeros<double>([4, 3, 1])));
        Throws.Exactly<ArgumentException>("lu solve: the factors have shape [3, 3]; the pivots [2] must be [3].", () => Lu.Solve(factors with { Pivots = Tensor.Zeros<int>([2]) }, square));
        Throws.Exactly<ArgumentOutOfRangeException>("lu: pivot 7 is not one of 3 rows.", () => Lu.Solve(factors with { Pivots = Tensor.From([7, 1, 2]) }, square));
        Tensor<double> untouched = square * 7;
        Throws.Exactly<ArgumentOutOfRangeException>("lu: pivot 7 is not one of 3 rows.", () => Lu.SolveInto(factors with { Pivots = Tensor.From([0, 1, 7]) }, square, untouched));
        Assert.Equal((square * 7).ToArray(), untouched.ToArray());
        Throws.Exactly<ArgumentException>("norm max: [3] has rank 1; matrices are needed.", () => Norms.Max(square.Select(0, 0)));
        Throws.Exactly<ArgumentOutOfRangeException>("norm: p must be above 0.", () => Norms.Vector(square, -1));
        Throws.Exactly<ArgumentException>("triangular solve: the destination overlaps an operand; it needs memory of its own.", () => Triangular.SolveInto(square, square, square));
        Elsewhere device = new();
        Throws.Exactly<NotSupportedException>("lu: the matrix must be on the processor; it is on elsewhere.", () => Lu.Factor(square.To(device)));
        Throws.Exactly<ArgumentException>("solve: the inputs are on different devices: cpu, elsewhere.", () => LinearAlgebra.Solve(square, square.To(device)));
    }

    [Fact]
    public void Memory_that_runs_out_at_any_request_leaves_nothing_behind()
    {
        using Tensor<double> a = new RandomStream(3).Normal<double>([2, 5, 5]), definite = Definite(a), strided = a.Transpose(), b = new RandomStream(4).Normal<double>([5]), turned = definite.Transpose();
        using Tensor<double> l = Cholesky.Factor(definite), v = new RandomStream(4).Normal<double>([2, 5]);
        using LuFactors<double> factors = Lu.Factor(a);
        foreach (Action call in (Action[])
            [
                () => Lu.Factor(strided).Dispose(), () => Cholesky.Factor(turned).Dispose(), () => LinearAlgebra.Solve(strided, b).Dispose(), () => LinearAlgebra.Inverse(a).Dispose(),
                () => Lu.Solve(factors, b).Dispose(), () => Triangular.Solve(strided, b).Dispose(), () => Cholesky.Update(l, v).Dispose(), () => Cholesky.Inverse(l).Dispose(),
                () => Cholesky.LogDeterminant(l).Dispose(), () => LinearAlgebra.Determinant(a).Dispose(), () => LinearAlgebra.MatrixExponential(strided).Dispose(), () => Lu.Reconstruct(factors).Dispose(),
                () => Norms.Frobenius(a).Dispose(), () => Norms.One(a).Dispose(), () => Triangular.SolveRight(a, strided).Dispose(),
            ])
        {
            long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
            for (int request = 1, fails = 1; fails == 1; request++)
            {
                Device.Cpu.RefuseAllocation(request);
                Exception? exception = Record.Exception(call);
                Device.Cpu.RefuseAllocation(0);
                fails = exception is OutOfMemoryException ? 1 : 0;
                Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
                Assert.InRange(request, 1, 100);
            }
        }
    }

    [Fact(Skip = Optimized.Skip)]
    public void Factors_and_solutions_make_no_garbage_and_no_blocks()
    {
        using Tensor<double> a = new RandomStream(3).Normal<double>([4, 70, 70]), definite = Definite(a), b = new RandomStream(4).Normal<double>([4, 70, 2]), vector = new RandomStream(4).Normal<double>([70]);
        using Tensor<double> l = Cholesky.Factor(definite), place = Tensor.Empty<double>([4, 70, 70]), x = Tensor.Empty<double>([4, 70, 2]);
        using LuFactors<double> factors = Lu.Factor(a);
        Action work = () =>
        {
            Cholesky.Factor(definite).Dispose();
            Cholesky.FactorInto(definite, place);
            Cholesky.Solve(l, b).Dispose();
            Cholesky.SolveInto(l, b, x);
            Triangular.Solve(l, vector).Dispose();
            Lu.Factor(a).Dispose();
            Lu.FactorInto(a, factors);
            Lu.Solve(factors, vector).Dispose();
            Lu.SolveInto(factors, b, x);
            LinearAlgebra.Solve(a, b).Dispose();
            LinearAlgebra.SolveInto(a, b, x);
            LinearAlgebra.Inverse(a).Dispose();
            LinearAlgebra.Determinant(a).Dispose();
            LinearAlgebra.MatrixExponential(a).Dispose();
        };
        Steady.AllocatesNothing(work, windows: 5, repetitions: 5);
    }

    private static Tensor<double> Definite(Tensor<double> a)
    {
        using Tensor<double> turned = a.Transpose(), square = a.MatMul(turned), identity = Tensor.Identity<double>(a.Shape[-1]);
        return square + identity;
    }
}
