namespace Onsager.Tensors.Tests;

/// <summary>Derivatives of orthogonal decompositions: against differences, to second order, and where values coincide.</summary>
public sealed class SpectralGradientTests
{
    private static readonly RandomStream Stream = new(77);

    [Theory]
    [InlineData(4, 4)]
    [InlineData(6, 3)]
    [InlineData(3, 5)]
    public void Qr_factors_have_derivatives(int m, int n)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Random(2, m, n), forQ = Random(2, m, int.Min(m, n)), forR = Random(2, int.Min(m, n), n);
        Tensor<double> Of(Tensor<double> a)
        {
            (Tensor<double> q, Tensor<double> r) = Qr.Factor(a);
            return ((q * forQ).Sum() + (r * forR).Sum()).Sin();
        }

        Differences.Check(x, Of);
        Differences.CheckHigher(x, Of);
        Differences.Check(x, a => (Qr.R(a) * forR).Sum());
        Differences.Check(x, a => (PivotedQr.Factor(a).Q * forQ).Sum() + (PivotedQr.Factor(a).R * forR).Sum());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Symmetric_eigenvectors_have_derivatives(bool upper)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Random(2, 4, 4), weights = Random(2, 4), forVectors = Random(2, 4, 4);
        Tensor<double> Of(Tensor<double> a)
        {
            // A vector's sign is free, its products' squares are not.
            (Tensor<double> values, Tensor<double> vectors) = SymmetricEigen.Factor((a + a.Transpose()) * 0.5, upper);
            return ((values * weights).Sum() + (vectors * forVectors).Sum(-2).Square().Sum()).Sin();
        }

        Differences.Check(x, Of);
        Differences.CheckHigher(x, Of);
        Differences.Check(x, a => (SymmetricEigen.Values((a + a.Transpose()) * 0.5, upper) * weights).Sum());
    }

    [Fact]
    public void Where_eigenvalues_coincide_what_does_not_depend_on_the_vectors_has_its_derivative()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> q = Qr.Factor(Random(5, 5)).Q, spectrum = Tensor.From<double>([-1, 2, 2, 2, 4], [5]), weights = Symmetric(Random(5, 5));
        Tensor<double> a = Symmetric((q * spectrum).MatMul(q.Transpose()));

        // The gradient of the sum of f(values) is f'(A), and a projection's can be told by differences.
        Tensor<double> gradient = Autodiff.Grad(a, x => SymmetricEigen.Values(x).Exp().Sum()), exponential = (q * spectrum.Exp()).MatMul(q.Transpose());
        Assert.All((gradient - exponential).ToArray(), x => Assert.Equal(0, x, 1e-12));
        Differences.Check(a, x => (Projection(Symmetric(x)) * weights).Sum());
    }

    [Fact]
    public void Of_equal_eigenvalues_alone_the_gradient_is_finite()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> identity = Tensor.Identity<double>(4);
        Assert.Equal(identity.ToArray(), Autodiff.Grad(identity, x => SymmetricEigen.Values(x).Sum()).ToArray());
        Assert.All(Autodiff.Grad(identity, x => SymmetricEigen.Factor(x).Vectors.Sum()).ToArray(), x => Assert.Equal(0, x));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Eigenvalues_and_vectors_of_general_matrices_have_derivatives(int n)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = (Random(3, n, n) * 0.3) + Separated(n), forReal = Random(3, n), forImaginary = Random(3, n), u = Random(3, n, 1), v = Random(3, n, 1);

        // A vector's phase is free: the product of one of its components with another's conjugate is not.
        Tensor<double> Of(Tensor<double> a)
        {
            (ComplexTensor<double> values, ComplexTensor<double> vectors) = GeneralEigen.Factor(a);
            Tensor<double> re = vectors.Real(), im = vectors.Imaginary(), ur = (re * u).Sum(-2), ui = (im * u).Sum(-2), vr = (re * v).Sum(-2), vi = (im * v).Sum(-2);
            Tensor<double> products = ((((ur * vr) + (ui * vi)) * forReal) + (((ui * vr) - (ur * vi)) * forImaginary)).Sum();
            return products.Sin() + ((values.Real() * forReal) + (values.Imaginary() * forImaginary)).Sum().Sin();
        }

        Differences.Check(x, Of);
        Differences.CheckHigher(x, Of);
        Differences.Check(x, a => (GeneralEigen.Values(a).Real * forReal).Sum() + (GeneralEigen.Values(a).Imaginary * forImaginary).Sum());
        Tensor<float> single = Autodiff.Grad(x.Cast<float>(), a => GeneralEigen.Values(a).Real.Sum());
        Assert.All((single.Cast<double>() - Tensor.Identity<double>(n)).ToArray(), y => Assert.Equal(0, y, 1e-4));

        // Forwards: the derivative of each value is the row vector's product with dA and the column vector, which sum to the trace.
        Tensor<double> dx = Random(3, n, n);
        (_, Tensor<double> tangent) = Autodiff.Jvp(x, dx, a => GeneralEigen.Values(a).Real);
        Assert.Equal(dx.Diagonal(0, -2, -1).Sum(-1).ToArray(), tangent.Sum(-1).ToArray(), new Near(1e-9));
    }

    [Fact]
    public void Where_general_eigenvalues_coincide_sums_of_functions_have_their_derivative()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> identity = Tensor.Identity<double>(4);
        Assert.Equal(identity.ToArray(), Autodiff.Grad(identity, x => GeneralEigen.Values(x).Real.Sum()).ToArray());
        Assert.All(Autodiff.Grad(identity, x => GeneralEigen.Factor(x).Vectors.Planes.Sum()).ToArray(), x => Assert.Equal(0, x));

        // The gradient of the trace of f(A) is f'(A)^T: here of two equal pairs of complex values.
        Tensor<double> a = Tensor.From(new[,] { { 0.5, 2, 0, 0 }, { -2, 0.5, 0, 0 }, { 0, 0, 0.5, 2 }, { 0, 0, -2, 0.5 } });
        Tensor<double> gradient = Autodiff.Grad(a, x =>
        {
            (Tensor<double> real, Tensor<double> imaginary) = GeneralEigen.Values(x);
            return (real.Exp() * imaginary.Cos()).Sum();
        });
        Assert.Equal(LinearAlgebra.MatrixExponential(a).Transpose().ToArray(), gradient.ToArray(), new Near(1e-13));

        // A Jordan block has no derivative: what comes out is as large as its vectors are dependent.
        Tensor<double> block = Tensor.From(new[,] { { 1.0, 1 }, { 0, 1 } });
        Assert.Equal([1.0, 1], GeneralEigen.Values(block).Real.ToArray());
        Assert.Contains(Autodiff.Grad(block, x => GeneralEigen.Values(x).Real.Slice(0, 0, 1).Sum()).ToArray(), x => !(Math.Abs(x) < 1e6));
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 3)]
    [InlineData(3, 5)]
    public void Singular_vectors_have_derivatives(int m, int n)
    {
        using Scope scope = Scope.Begin();
        int k = int.Min(m, n);
        Tensor<double> x = Random(2, m, n), forU = Random(2, m, k), forS = Random(2, k), forV = Random(2, k, n);

        // The signs of a pair of vectors are free: a product of both is not.
        Tensor<double> Of(Tensor<double> a)
        {
            (Tensor<double> u, Tensor<double> s, Tensor<double> vt) = Svd.Factor(a);
            return ((u * forU).Sum(-2) * (vt * forV).Sum(-1)).Sum().Sin() + (s * forS).Sum().Sin();
        }

        Differences.Check(x, Of);
        Differences.CheckHigher(x, Of);
        Differences.Check(x, a => (Svd.Values(a) * forS).Sum());
        Differences.Check(x, a => Norms.Spectral(a).Sum() + Norms.Nuclear(a).Sum() + LinearAlgebra.ConditionNumber(a).Log().Sum());
    }

    [Theory]
    [InlineData(4, 4, 4)]
    [InlineData(5, 3, 3)]
    [InlineData(3, 5, 3)]
    [InlineData(5, 4, 2)]
    public void Pseudo_inverses_and_least_squares_have_derivatives(int m, int n, int rank)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> left = WellConditioned(m, rank), right = WellConditioned(n, rank).Transpose().Clone(), weights = Random(2, n, m), b = Random(2, m, 2), forX = Random(2, n, 2);
        Differences.Check(left, p => (LinearAlgebra.PseudoInverse(p.MatMul(right), 1e-10) * weights).Sum(), isExact: false);
        Differences.CheckHigher(left, p => (LinearAlgebra.PseudoInverse(p.MatMul(right), 1e-10) * weights).Sum().Sin());
        Differences.Check(b, p => (LeastSquares.Solve(left.MatMul(right), p, 1e-10).X * forX).Sum());
        Differences.Check(left, p => (LeastSquares.Solve(p.MatMul(right), b, 1e-10).X * forX).Sum() + LeastSquares.Solve(p.MatMul(right), b, 1e-10).Residuals.Sum());
        if (rank == n)
        {
            Differences.Check(left, p => (LeastSquares.SolveFullRank(p, b).X * forX).Sum() + LeastSquares.SolveFullRank(p, b).Residuals.Sum());
            Differences.CheckHigher(left, p => (LeastSquares.SolveFullRank(p, b).X * forX).Sum());
        }
    }

    [Fact]
    public void Where_singular_values_coincide_or_vanish_what_does_not_depend_on_the_vectors_has_its_derivative()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> u = Qr.Factor(Random(6, 4)).Q, v = Qr.Factor(Random(4, 4)).Q, s = Tensor.From<double>([3, 2, 2, 0], [4]), weights = Random(6, 6);
        Tensor<double> a = (u * s).MatMul(v.Transpose());

        // The nuclear norm's gradient on the first three, f(S) = S^2's is 2 A, and the projection on the first three left vectors'.
        Tensor<double> squares = Autodiff.Grad(a, x => Svd.Values(x).Square().Sum());
        Assert.All((squares - (a * 2)).ToArray(), x => Assert.Equal(0, x, 1e-12));
        Tensor<double> first = Autodiff.Grad(a, x => Svd.Values(x).Slice(-1, 0, 3).Sum());
        Assert.All((first - u.Slice(1, 0, 3).MatMul(v.Slice(1, 0, 3).Transpose())).ToArray(), x => Assert.Equal(0, x, 1e-12));
        Differences.Check(a, x => (Leading(x) * weights).Sum());
        Assert.All(Autodiff.Grad(Tensor.Zeros<double>([3, 2]), x => Svd.Factor(x).U.Sum()).ToArray(), x => Assert.Equal(0, x));
    }

    private static Tensor<double> Leading(Tensor<double> a)
    {
        Tensor<double> cluster = Svd.Factor(a).U.Slice(1, 0, 3);
        return cluster.MatMul(cluster.Transpose());
    }

    private static Tensor<double> Projection(Tensor<double> a)
    {
        Tensor<double> cluster = SymmetricEigen.Factor(a).Vectors.Slice(1, 1, 4);
        return cluster.MatMul(cluster.Transpose());
    }

    /// <summary>Values 1 + 2 i and 1 - 2 i, and further ones on the real axis.</summary>
    private static Tensor<double> Separated(int n)
    {
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            a[i * (n + 1)] = i < 2 ? 1 : 2 * i;
            a[(i * n) + (i ^ 1) % n] += i < 2 && n > 1 ? 2 - (4 * i) : 0;
        }

        return Tensor.From<double>(a, [n, n]);
    }

    private static Tensor<double> WellConditioned(int m, int n) => Qr.Factor(Random(2, m, n)).Q + (Random(2, m, n) * 0.1);

    private static Tensor<double> Symmetric(Tensor<double> a) => (a + a.Transpose()) * 0.5;

    private static Tensor<double> Random(params ReadOnlySpan<nint> extents) => Stream.Normal<double>(Shape.Create(extents));
}
