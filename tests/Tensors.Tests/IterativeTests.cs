using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>Iterations over operators: their solutions solve, their reports are true, and what they cannot do they say.</summary>
public sealed class IterativeTests
{
    [Fact]
    public void A_batch_is_one_system_and_patience_ends_where_rounding_does()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = TestMatrices.Tensor<double>(TestMatrices.MakeSymmetric<double>(MatrixKind.Random, 30), 30, 30), b = new RandomStream(3).Normal<double>([2, 4, 30]);
        (Tensor<double> x, IterativeReport report) = ConjugateGradients.Solve(new MatrixOperator<double>(a), b);
        Assert.True(report.HasConverged);
        Near(Cholesky.Solve(Cholesky.Factor(a), b.Reshape(8, 30).Transpose()).Transpose().Reshape(2, 4, 30), x, 1e-11);

        // No tolerance can be met: the end is where nothing falls any more, and not after the largest number of iterations.
        (Tensor<double> best, IterativeReport stalled) = ConjugateGradients.Solve(new MatrixOperator<double>(a), b, new(1e-30, 100_000, Patience: 4));
        Assert.Equal(IterativeStatus.Stalled, stalled.Status);
        Assert.InRange(stalled.Iterations, 5, 200);
        Assert.InRange(stalled.Residual, 0, 1e-14);
        Near(x, best, 1e-11);
        Tensor<double> graded = Tensor.From<double>([1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]).DiagEmbed(), ones = Tensor.Ones<double>([10]);
        IterativeReport hasty = ConjugateGradients.Solve(new MatrixOperator<double>(graded), ones, new(1e-10, 1000, Patience: 1)).Report;
        Assert.Equal((IterativeStatus.Stalled, 1), (hasty.Status, hasty.Iterations));
        Assert.True(ConjugateGradients.Solve(new MatrixOperator<double>(graded), ones, new(1e-6, 1000)).Report.HasConverged);
        Assert.StartsWith("iteration: the residual no longer fell after ", Assert.Throws<ArithmeticException>(() => stalled.ThrowIfFailed()).Message, StringComparison.Ordinal);
        Throws.Exactly<ArgumentOutOfRangeException>("conjugate gradients: the patience must not be negative; got -1.", () => ConjugateGradients.Solve(new MatrixOperator<double>(a), b, new(Patience: -1)));
        Throws.Exactly<ArgumentException>("conjugate gradients: a vector [n] or a batch of vectors [..., n] is needed; got [].", () => ConjugateGradients.Solve(new MatrixOperator<double>(a), Tensor.Scalar(1.0)));
    }

    [Fact]
    public void Conjugate_gradients_solve_what_Cholesky_solves_in_as_many_steps_as_theory_says()
    {
        foreach (int n in (int[])[1, 2, 10, 100])
        {
            using Scope scope = Scope.Begin();
            Tensor<double> a = TestMatrices.Tensor<double>(TestMatrices.MakeSymmetric<double>(MatrixKind.Random, n), n, n), b = new RandomStream(3).Normal<double>([n]);
            (Tensor<double> x, IterativeReport report) = ConjugateGradients.Solve(new MatrixOperator<double>(a), b);
            Assert.True(report.HasConverged);
            Assert.InRange(report.Iterations, 0, 30);
            Near(Cholesky.Solve(Cholesky.Factor(a), b), x, 1e-11);
            Assert.Equal((b - a.MatMul(x)).Norm().Item() / b.Norm().Item(), report.Residual, 1e-15);
            (Tensor<float> single, IterativeReport inSingle) = ConjugateGradients.Solve(new MatrixOperator<float>(a.Cast<float>()), b.Cast<float>());
            Assert.True(inSingle.HasConverged);
            Near(x, single.Cast<double>(), 1e-3);
        }
    }

    [Fact]
    public void A_preconditioner_and_a_good_start_save_steps()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> diagonal = Tensor.Linspace(1.0, 1e4, 200), b = new RandomStream(3).Normal<double>([200]);
        FunctionOperator<Tensor<double>, double> scaled = new(diagonal, static (d, x, y) => x.BinaryInto<Multiply>(d, y));
        (Tensor<double> plain, IterativeReport slow) = ConjugateGradients.Solve(scaled, b);
        (Tensor<double> x, IterativeReport fast) = ConjugateGradients.Solve(scaled, new DiagonalPreconditioner<double>(diagonal), b);
        (_, IterativeReport none) = ConjugateGradients.Solve(scaled, b, start: b / diagonal);
        Assert.True(slow.HasConverged && fast.HasConverged && none.HasConverged);
        Assert.Equal((1, 0), (fast.Iterations, none.Iterations));
        Assert.InRange(slow.Iterations, 20, 2000);
        Near(plain, x, 1e-8);
        (Tensor<double> general, IterativeReport cycle) = Gmres.Solve(scaled, new DiagonalPreconditioner<double>(diagonal), b);
        Assert.Equal(1, cycle.Iterations);
        Near(x, general, 1e-12);
    }

    [Fact]
    public void Gmres_solves_what_LU_solves_with_and_without_new_starts()
    {
        foreach (int n in (int[])[1, 2, 10, 90])
        {
            using Scope scope = Scope.Begin();
            Tensor<double> a = TestMatrices.Tensor<double>(TestMatrices.Make<double>(MatrixKind.Random, n, n), n, n) + (Tensor.Identity<double>(n) * 1.5), b = new RandomStream(3).Normal<double>([n]);
            foreach (int restart in (int[])[5, 100])
            {
                (Tensor<double> x, IterativeReport report) = Gmres.Solve(new MatrixOperator<double>(a), b, restart);
                Assert.True(report.HasConverged, $"{n} {restart}: {report}");
                Near(LinearAlgebra.Solve(a, b), x, 1e-9);
                Assert.Equal((b - a.MatMul(x)).Norm().Item() / b.Norm().Item(), report.Residual, 1e-15);
                Assert.InRange(report.Iterations, 0, restart == 100 ? n : 900);
            }
        }
    }

    [Fact]
    public void What_cannot_be_solved_is_reported_and_thrown_on_request()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> indefinite = Tensor.From(new[,] { { 0.0, 1 }, { 1, 0 } }), b = Tensor.From([1.0, 0]);
        IterativeReport report = ConjugateGradients.Solve(new MatrixOperator<double>(indefinite), b).Report;
        Assert.Equal(new IterativeReport(IterativeStatus.Breakdown, 1, 1), report);
        Throws.Exactly<ArithmeticException>("iteration: the operator broke the method down after 1 iterations; the relative residual is 1.", report.ThrowIfFailed);

        // The first step of a cycle of one gains nothing on a rotation; two do.
        Assert.Equal(IterativeStatus.Breakdown, Gmres.Solve(new MatrixOperator<double>(indefinite), b, 1).Report.Status);
        (Tensor<double> x, IterativeReport whole) = Gmres.Solve(new MatrixOperator<double>(indefinite), b, 2);
        whole.ThrowIfFailed();
        Assert.Equal([0.0, 1], x.ToArray());
        Tensor<double> singular = Tensor.From(new[,] { { 1.0, 0 }, { 0, 0 } });
        Assert.Equal(IterativeStatus.Breakdown, Gmres.Solve(new MatrixOperator<double>(singular), Tensor.From([1.0, 1])).Report.Status);
        Tensor<double> broken = Tensor.From(new[,] { { 1.0, 0 }, { 0, double.NaN } });
        Assert.Equal(IterativeStatus.NotFinite, ConjugateGradients.Solve(new MatrixOperator<double>(broken), b).Report.Status);
        Assert.Equal(IterativeStatus.NotFinite, Gmres.Solve(new MatrixOperator<double>(broken), b).Report.Status);
        Assert.Equal(IterativeStatus.NotFinite, PowerIteration.Run(new MatrixOperator<double>(broken), b).Report.Status);
        Throws.Exactly<ArithmeticException>("lanczos: NaN or infinity came up in step 0.", () => Lanczos.Run(new MatrixOperator<double>(broken), b, 2));
        IterativeReport few = ConjugateGradients.Solve(new MatrixOperator<double>(Tensor.From([1.0, 2, 3]).DiagEmbed()), Tensor.Ones<double>([3]), new(1e-12, 2)).Report;
        Assert.Equal((IterativeStatus.OutOfIterations, 2), (few.Status, few.Iterations));
        Assert.Throws<ArithmeticException>(few.ThrowIfFailed);
        (Tensor<double> zero, IterativeReport nothing) = Gmres.Solve(new MatrixOperator<double>(singular), Tensor.Zeros<double>([2]));
        Assert.Equal([0.0, 0], zero.ToArray());
        Assert.Equal(new IterativeReport(IterativeStatus.Converged, 0, 0), nothing);
    }

    [Fact]
    public void Lanczos_keeps_its_basis_orthonormal_and_meets_the_spectrum()
    {
        foreach (int n in (int[])[1, 2, 12, 80])
        {
            using Scope scope = Scope.Begin();
            Tensor<double> spectrum = Tensor.Linspace(-2.0, 5.0, n), q = TestMatrices.Tensor<double>(TestMatrices.Orthogonal(n, 7), n, n), a = (q * spectrum).MatMul(q.Transpose());
            LanczosResult<double> all = Lanczos.Run(new MatrixOperator<double>(a), new RandomStream(3).Normal<double>([n]), n);
            Assert.True(Norms.Max(all.Basis.MatMul(all.Basis.Transpose()) - Tensor.Identity<double>(all.Diagonal.Length)).Item() < 1e-14);
            Assert.All(all.RitzValues().Zip(spectrum.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
            Tensor<double> small = all.Basis.MatMul(a).MatMul(all.Basis.Transpose());
            Assert.All(small.Diagonal(0, 0, 1).ToArray().Zip(all.Diagonal), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
            if (n == 80)
            {
                // The outermost are met first; inner ones lie between the spectrum's ends.
                double[] some = Lanczos.Run(new MatrixOperator<double>(a), new RandomStream(3).Normal<double>([n]), 40).RitzValues();
                Assert.Equal(5, some[^1], 1e-5);
                Assert.Equal(-2, some[0], 1e-5);
            }
        }
    }

    [Fact]
    public void Lanczos_ends_early_in_an_invariant_space()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.From([1.0, 1, 3, 3, 3]).DiagEmbed();
        using LanczosResult<double> result = Lanczos.Run(new MatrixOperator<double>(a), Tensor.Ones<double>([5]), 5);
        Assert.Equal(("[2, 5]", 0.0), (result.Basis.Shape.ToString(), result.Remainder));
        Assert.All(result.RitzValues().Zip(new[] { 1.0, 3 }), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
    }

    [Fact]
    public void Power_iteration_finds_the_largest_eigenvalue_and_says_when_there_is_none()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.From(new[,] { { 2.0, 1, 0 }, { 1, -7, 1 }, { 0, 1, 3 } });
        (double value, Tensor<double> v, IterativeReport report) = PowerIteration.Run(new MatrixOperator<double>(a), Tensor.Ones<double>([3]));
        report.ThrowIfFailed();
        Assert.Equal(1, v.Norm().Item(), 1e-14);
        Assert.True((a.MatMul(v) - (v * value)).Norm().Item() < 1e-12);
        Assert.InRange(value, -7.3, -7);
        Tensor<double> turn = Tensor.From(new[,] { { 0.0, -1 }, { 1, 0 } });
        Assert.Equal(IterativeStatus.OutOfIterations, PowerIteration.Run(new MatrixOperator<double>(turn), Tensor.From([1.0, 0]), new(1e-10, 50)).Report.Status);
        Assert.Equal(0, PowerIteration.Run(new MatrixOperator<double>(Tensor.Zeros<double>([2, 2])), Tensor.From([1.0, 0])).Value);
    }

    [Fact]
    public void Wrong_operands_are_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.Identity<double>(2), b = Tensor.Ones<double>([2]), constant = b.Clone();
        MatrixOperator<double> of = new(a);
        Throws.Exactly<ArgumentException>("gmres: a vector is needed; got [2, 2].", () => Gmres.Solve(of, a));
        Throws.Exactly<ArgumentException>("gmres: the start has shape [3] on cpu, the right side [2] on cpu.", () => Gmres.Solve(of, b, start: Tensor.Ones<double>([3])));
        Throws.Exactly<ArgumentException>("lanczos: the start is zero.", () => Lanczos.Run(of, b * 0, 1));
        Throws.Exactly<ArgumentException>("power iteration: the start is zero.", () => PowerIteration.Run(of, b * 0));
        Throws.Exactly<ArgumentOutOfRangeException>("lanczos: 1 to 2 steps are possible with vectors of 2 elements.", () => Lanczos.Run(of, b, 3));
        Throws.Exactly<ArgumentOutOfRangeException>("conjugate gradients: tolerance and number of iterations must not be negative; got -1 and 0.", () => ConjugateGradients.Solve(of, b, new(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gmres.Solve(of, b, 0));
        const string NoAdjoint = "gmres: the right side is being differentiated, which needs adjoints of the operator and the preconditioner (IAdjointOperator).";
        Throws.Exactly<NotSupportedException>(NoAdjoint, () => Autodiff.Grad(b, x => Gmres.Solve(new Doubling(), x).X.Sum()));
        FunctionOperator<int, double> oneWay = new(0, static (_, _, _) => Assert.Fail("nothing is computed first"));
        Throws.Exactly<NotSupportedException>(NoAdjoint, () => Autodiff.Grad(b, x => Gmres.Solve(oneWay, x).X.Sum()));
        Throws.Exactly<NotSupportedException>("function operator: its adjoint is needed for a derivative, and was not given.", () => oneWay.ApplyAdjoint(b, constant));
        Throws.Exactly<NotSupportedException>("iterative solution: the operator has no adjoint, which the derivative needs.", () => IterativeSolution.Attach(oneWay, b, constant));
        Assert.Throws<NotSupportedException>(() => Autodiff.Grad(a, x => ConjugateGradients.Solve(new MatrixOperator<double>(x), b).X.Sum()));
        Throws.Exactly<ArgumentException>("iterative solution: the solution has shape [2], the residual [3].", () => IterativeSolution.Attach(of, b, Tensor.Ones<double>([3])));
        Throws.Exactly<ArithmeticException>(
            "iterative solution: the second derivative is not there; solve the system of the first one.",
            () => Autodiff.Hvp(b, b, x => IterativeSolution.Attach(of, constant, x.Square()).Square().Sum()));
    }

    [Fact]
    public void Solutions_have_the_derivatives_of_the_systems_that_they_solve()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(12);
        Tensor<double> general = stream.Normal<double>([6, 6]) + (Tensor.Identity<double>(6) * 6), definite = general.MatMul(general.Transpose()) * 0.1, b = stream.Normal<double>([6]);
        Tensor<double> weights = stream.Normal<double>([6]), diagonal = definite.Diagonal(0, 0, 1).Clone();
        IterativeLimits exact = new(1e-14, 200);
        Tensor<double> Cg(Tensor<double> x) => (ConjugateGradients.Solve(new MatrixOperator<double>(definite), new DiagonalPreconditioner<double>(diagonal), x, exact).X * weights).Sum().Sin();
        Tensor<double> Minimal(Tensor<double> x) => (Gmres.Solve(new MatrixOperator<double>(general), new DiagonalPreconditioner<double>(diagonal), x, 6, exact).X * weights).Sum().Sin();
        Differences.Check(b, Cg);
        Differences.CheckHigher(b, Cg);
        Differences.Check(b, Minimal);
        Differences.CheckHigher(b, Minimal);
        Near(Autodiff.Grad(b, x => (LinearAlgebra.Solve(general, x) * weights).Sum().Sin()), Autodiff.Grad(b, Minimal), 1e-12);

        // A function's adjoint, and vectors that are views.
        FunctionOperator<Tensor<double>, double> product = new(
            general, static (m, x, y) => new MatrixOperator<double>(m).Apply(x, y), static (m, x, y) => new MatrixOperator<double>(m).ApplyAdjoint(x, y));
        Near(Autodiff.Grad(b, x => LinearAlgebra.Solve(general, x.Flip(0)).Square().Sum()), Autodiff.Grad(b, x => Gmres.Solve(product, x.Flip(0), limits: exact).X.Square().Sum()), 1e-12);

        // By the matrix: the residual knows it.
        Tensor<double> solution = Gmres.Solve(new MatrixOperator<double>(general), b, limits: exact).X;
        Tensor<double> gradient = Autodiff.Grad(general, m => (IterativeSolution.Attach(new MatrixOperator<double>(general), solution, b - m.MatMul(solution), limits: exact) * weights).Sum());
        Near(Autodiff.Grad(general, m => (LinearAlgebra.Solve(m, b) * weights).Sum()), gradient, 1e-12);

        // A gradient that the iteration does not reach says so.
        ArithmeticException problem = Assert.Throws<ArithmeticException>(() => Autodiff.Grad(b, x => ConjugateGradients.Solve(new MatrixOperator<double>(definite), x, new(1e-14, 1)).X.Sum()));
        Assert.Contains("after 1 iterations", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>An operator without an adjoint.</summary>
    private readonly struct Doubling : ILinearOperator<double>
    {
        public void Apply(Tensor<double> x, Tensor<double> y) => x.BinaryInto<Onsager.Simd.Add>(x, y);
    }

    private static void Near(Tensor<double> expected, Tensor<double> actual, double relative) =>
        Assert.True((expected - actual).Norm().Item() <= relative * (1 + expected.Norm().Item()), $"{expected} {actual}");
}
