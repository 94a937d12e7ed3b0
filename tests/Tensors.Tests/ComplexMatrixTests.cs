using System.Numerics;

namespace Onsager.Tensors.Tests;

/// <summary>Decompositions of complex matrices: factors multiply back, unitary ones are unitary, with LAPACK's residual ratios below 30, for matrices of many kinds.</summary>
public sealed class ComplexMatrixTests
{
    private const double Limit = 30;
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Entries of about 1, tiny and huge ones, ranks below full, a diagonal, one with few different values, real ones, imaginary ones, zero.</summary>
    public static TheoryData<string> Kinds => ["dense", "tiny", "huge", "graded", "low rank", "diagonal", "equal", "real", "imaginary", "zero"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Qr_factors_multiply_back(string kind)
    {
        foreach ((int m, int n) in Shapes())
        {
            Complex[,] a = Make(kind, m, n);
            foreach (bool isComplete in (bool[])[false, true])
            {
                using Scope scope = Scope.Begin();
                (ComplexTensor<double> q, ComplexTensor<double> r) = Qr.Factor(ToTensor(a), isComplete);
                Complex[,] left = Matrix(q), right = Matrix(r);
                AssertSame(a, Product(left, right), $"{kind} {m} {n}");
                AssertUnitary(left, $"{kind} {m} {n}");
                for (int i = 0; i < right.GetLength(0); i++)
                {
                    for (int j = 0; j < int.Min(i + 1, n); j++)
                    {
                        Assert.Equal(0, right[i, j].Imaginary);
                        Assert.True(j == i || right[i, j].Real == 0);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Eigenvectors_of_Hermitian_matrices_are_unitary_and_belong_to_their_values(string kind)
    {
        foreach (int n in (int[])[0, 1, 2, 3, 5, 10, 33, 70])
        {
            using Scope scope = Scope.Begin();
            Complex[,] a = Hermitian(kind, n), lower = (Complex[,])a.Clone();
            for (int i = 0; i < n; i++)
            {
                // What is not read may be anything.
                lower[i, i] += Complex.ImaginaryOne;
                for (int j = i + 1; j < n; j++)
                {
                    lower[i, j] = double.NaN;
                }
            }

            (Tensor<double> values, ComplexTensor<double> vectors) = HermitianEigen.Factor(ToTensor(lower));
            Complex[,] v = Matrix(vectors);
            double[] w = values.ToArray();
            AssertUnitary(v, $"{kind} {n}");
            AssertSame(Product(a, v), Columns(v, w), $"{kind} {n}");
            Assert.Equal(w.Order(), w);
            Assert.Equal(w, HermitianEigen.Values(ToTensor(lower)).ToArray());
            Complex[,] upper = new Complex[n, n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    upper[i, j] = Complex.Conjugate(lower[j, i]);
                }
            }

            Assert.Equal(w, HermitianEigen.Values(ToTensor(upper), upper: true).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Singular_vectors_are_unitary_and_factors_multiply_back(string kind)
    {
        foreach ((int m, int n) in Shapes())
        {
            Complex[,] a = Make(kind, m, n);
            foreach (bool isFull in (bool[])[false, true])
            {
                using Scope scope = Scope.Begin();
                (ComplexTensor<double> left, Tensor<double> values, ComplexTensor<double> right) = Svd.Factor(ToTensor(a), isFull);
                Complex[,] u = Matrix(left), vh = Matrix(right);
                double[] s = values.ToArray();
                Assert.Equal(s.OrderDescending(), s);
                Assert.All(s, value => Assert.True(value >= 0));
                AssertUnitary(u, $"{kind} {m} {n}");
                AssertUnitary(Adjoint(vh), $"{kind} {m} {n}");
                AssertSame(a, Product(Columns(First(u, s.Length, byColumns: true), s), First(vh, s.Length, byColumns: false)), $"{kind} {m} {n}");
                Assert.Equal(s, Svd.Values(ToTensor(a)).ToArray());
            }
        }
    }

    [Fact]
    public void Cholesky_factors_multiply_back_and_others_are_refused()
    {
        foreach (int n in (int[])[0, 1, 2, 5, 33])
        {
            using Scope scope = Scope.Begin();
            Complex[,] b = Make("dense", n, n + 3), a = Product(b, Adjoint(b));
            Complex[,] l = Matrix(Cholesky.Factor(ToTensor(a)));
            AssertSame(a, Product(l, Adjoint(l)), $"{n}");
            for (int i = 0; i < n; i++)
            {
                Assert.True(l[i, i].Real > 0 && l[i, i].Imaginary == 0);
                Assert.All(Enumerable.Range(i + 1, n - i - 1), j => Assert.Equal(Complex.Zero, l[i, j]));
            }
        }

        Complex[,] indefinite = { { 1, new(0, -2) }, { new(0, 2), 1 } };
        Assert.Equal("cholesky: the matrix is not positive definite: pivot 1 is -3.", Assert.Throws<ArithmeticException>(() => Cholesky.Factor(ToTensor(indefinite))).Message);
    }

    [Fact]
    public void Systems_are_solved_and_determinants_are_products_of_eigenvalues()
    {
        foreach (int n in (int[])[0, 1, 2, 5, 33])
        {
            using Scope scope = Scope.Begin();
            Complex[,] a = Make("dense", n, n), b = Make("dense", n, 3);
            AssertSame(b, Product(a, Matrix(LinearAlgebra.Solve(ToTensor(a), ToTensor(b)))), $"{n}", 1e4);
            AssertSame(Identity(n), Product(a, Matrix(LinearAlgebra.Inverse(ToTensor(a)))), $"{n}", 1e4);

            // Triangular and well conditioned, so that det(Q U Q^H) is the product of the diagonal.
            Complex[,] triangle = Make("dense", n, n);
            Complex expected = Complex.One;
            for (int i = 0; i < n; i++)
            {
                expected *= triangle[i, i];
                for (int j = 0; j < n; j++)
                {
                    triangle[i, j] *= j < i ? 0 : j == i ? 1 : Complex.Abs(triangle[i, i]) / n;
                }
            }

            Complex[,] q = Matrix(Qr.Factor(ToTensor(Make("dense", n, n + 1))).Q);
            ComplexTensor<double> turned = ToTensor(Product(Product(q, triangle), Adjoint(q)));
            Complex determinant = LinearAlgebra.Determinant(turned).ToArray()[0];
            (ComplexTensor<double> sign, Tensor<double> logarithm) = LinearAlgebra.SignedLogDeterminant(turned);
            Assert.True(Complex.Abs(determinant - expected) <= 1e-11 * Complex.Abs(expected), $"{determinant}, not {expected}");
            Assert.True(Complex.Abs((sign.ToArray()[0] * Math.Exp(logarithm.ToArray()[0])) - expected) <= 1e-11 * Complex.Abs(expected));
        }

        Complex[,] singular = { { Complex.One, Complex.ImaginaryOne }, { Complex.ImaginaryOne, -1 } };
        Assert.Equal(Complex.Zero, LinearAlgebra.Determinant(ToTensor(singular)).ToArray()[0]);
        Assert.Equal(double.NegativeInfinity, LinearAlgebra.SignedLogDeterminant(ToTensor(singular)).Logarithm.ToArray()[0]);
        Assert.Equal("inverse: a matrix of [2, 2] is singular.", Assert.Throws<ArithmeticException>(() => LinearAlgebra.Inverse(ToTensor(singular))).Message);
        Assert.Equal("solve: a matrix of [2, 2] is singular.", Assert.Throws<ArithmeticException>(() => LinearAlgebra.Solve(ToTensor(singular), ToTensor(singular))).Message);
    }

    [Fact]
    public void What_is_no_number_shows_in_determinants_and_solutions_and_the_ends_of_the_range_do_not_matter()
    {
        using Scope scope = Scope.Begin();
        foreach (Complex[,] bad in (Complex[][,])[new Complex[,] { { 0, 1 }, { double.NaN, 1 } }, new Complex[,] { { 1, double.NaN }, { 0, 1 } }, new Complex[,] { { double.NaN, 0 }, { 0, 1 } }])
        {
            Assert.True(double.IsNaN(LinearAlgebra.Determinant(ToTensor(bad)).ToArray()[0].Real));
            Assert.True(double.IsNaN(LinearAlgebra.SignedLogDeterminant(ToTensor(bad)).Logarithm.ToArray()[0]));
            Assert.Contains(LinearAlgebra.Inverse(ToTensor(bad)).ToArray(), x => double.IsNaN(x.Real));
        }

        Complex[,] regular = { { 2, 0 }, { 0, Complex.ImaginaryOne } };
        ComplexTensor<double> both = new(Tensor.Stack(1, ToTensor(new Complex[,] { { double.NaN, 0 }, { 0, 1 } }).Planes, ToTensor(regular).Planes));
        Assert.Equal([0.5, 0, 0, -Complex.ImaginaryOne], LinearAlgebra.Inverse(both).ToArray()[4..].Select(x => new Complex(x.Real + 0, x.Imaginary + 0)));

        Complex[,] huge = { { new(1e308, 1e308), 1e308 }, { -1e308, 1e308 } };
        (ComplexTensor<double> sign, Tensor<double> logarithm) = LinearAlgebra.SignedLogDeterminant(ToTensor(huge));
        Assert.Equal(1, Complex.Abs(sign.ToArray()[0]), 1e-14);
        Assert.Equal((2 * 308 * Math.Log(10)) + Math.Log(Math.Sqrt(5)), logarithm.ToArray()[0], 1e-11);
        Assert.Equal(Math.Sqrt(2) * 1e308, Complex.Abs(Qr.Factor(ToTensor(new Complex[,] { { new(1e308, 1e308) } })).R.ToArray()[0]), 1e294);
    }

    [Fact]
    public void What_is_not_read_does_not_move_eigenvalues()
    {
        using Scope scope = Scope.Begin();
        Complex[,] a = { { new(1e-25, 1e300), 1e300 }, { new(0, 1e-25), 2e-25 } }, plain = { { 1e-25, new(0, -1e-25) }, { new(0, 1e-25), 2e-25 } };
        Assert.Equal(HermitianEigen.Values(ToTensor(plain)).ToArray(), HermitianEigen.Values(ToTensor(a)).ToArray());
        Assert.Equal((3 + Math.Sqrt(5)) / 2 * 1e-25, HermitianEigen.Values(ToTensor(a)).ToArray()[1], 1e-39);
    }

    [Fact]
    public void Systems_have_derivatives_and_decompositions_say_that_they_have_none()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> planes = new RandomStream(1).Normal<double>([2, 3, 3]);
        ComplexTensor<double> b = new(new RandomStream(2).Normal<double>([2, 3]));
        Differences.Check(planes, p => LinearAlgebra.Solve(new ComplexTensor<double>(p), b).AbsSquared().Sum());
        foreach (Func<ComplexTensor<double>, Tensor<double>> refused in (Func<ComplexTensor<double>, Tensor<double>>[])[
            a => Svd.Values(a), a => HermitianEigen.Values(a), a => Qr.Factor(a).R.Abs(), a => Cholesky.Factor(a).Abs(), a => LinearAlgebra.Determinant(a).Abs()])
        {
            Assert.Contains("(complex)", Assert.Throws<NotSupportedException>(() => Autodiff.Grad(planes, p => refused(new(p)).Sum())).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Batches_have_the_bits_of_their_matrices_and_what_is_no_number_spoils_its_own_alone()
    {
        using Scope scope = Scope.Begin();
        Complex[,] a = Make("dense", 6, 4), bad = (Complex[,])a.Clone();
        bad[3, 2] = new(0, double.PositiveInfinity);
        ComplexTensor<double> one = ToTensor(a), both = new(Tensor.Stack(1, ToTensor(bad).Planes, one.Planes));
        ComplexSvdFactors<double> single = Svd.Factor(one, isFull: true), batch = Svd.Factor(both, isFull: true);
        Assert.True(batch.U.Shape == [2, 6, 6]);
        Assert.Equal(single.U.ToArray(), batch.U.ToArray()[36..]);
        Assert.Equal(single.S.ToArray(), batch.S.ToArray()[4..]);
        Assert.Equal(single.Vh.ToArray(), batch.Vh.ToArray()[16..]);
        Assert.All(batch.U.ToArray()[..36].Concat(batch.Vh.ToArray()[..16]), x => Assert.True(double.IsNaN(x.Real) && double.IsNaN(x.Imaginary)));
        Assert.All(batch.S.ToArray()[..4], x => Assert.True(double.IsNaN(x)));
        ComplexQrFactors<double> qr = Qr.Factor(both);
        Assert.Equal(Qr.Factor(one).Q.ToArray(), qr.Q.ToArray()[24..]);
        Assert.All(qr.Q.ToArray()[..24], x => Assert.True(double.IsNaN(x.Real)));
        ComplexTensor<double> square = new(both.Planes.Slice(2, ..4));
        HermitianEigenvectors<double> eigen = HermitianEigen.Factor(square);
        Assert.All(eigen.Vectors.ToArray()[..16], x => Assert.True(double.IsNaN(x.Real) && double.IsNaN(x.Imaginary)));
        Assert.Equal(HermitianEigen.Factor(new ComplexTensor<double>(one.Planes.Slice(1, ..4))).Vectors.ToArray(), eigen.Vectors.ToArray()[16..]);
    }

    [Fact]
    public void Float32_is_computed_in_float64_and_rounded()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> planes = new RandomStream(3).Normal<float>([2, 7, 5]);
        ComplexTensor<double> wide = new(planes.Cast<double>());
        ComplexSvdFactors<float> narrow = Svd.Factor(new ComplexTensor<float>(planes));
        Assert.Equal(Svd.Factor(wide).U.Planes.Cast<float>().ToArray(), narrow.U.Planes.ToArray());
        Assert.Equal(Qr.Factor(wide).R.Planes.Cast<float>().ToArray(), Qr.Factor(new ComplexTensor<float>(planes)).R.Planes.ToArray());
    }

    [Fact]
    public void What_is_no_square_matrix_is_refused()
    {
        using Scope scope = Scope.Begin();
        ComplexTensor<double> wide = ToTensor(Make("dense", 2, 3)), line = new(Tensor.Zeros<double>([2, 3]));
        Refused("eigh: a square matrix is needed; got [2, 3].", () => HermitianEigen.Factor(wide));
        Refused("cholesky: a square matrix is needed; got [2, 3].", () => Cholesky.Factor(wide));
        Refused("determinant: a square matrix is needed; got [2, 3].", () => LinearAlgebra.Determinant(wide));
        Refused("svd: [3] has rank 1; matrices are needed.", () => Svd.Factor(line));
        Refused("qr: [3] has rank 1; matrices are needed.", () => Qr.Factor(line));
        Assert.StartsWith("solve: the matrix has shape [3, 3]; the right side [2, 3] must be [3] or [..., 3, columns].", Assert.Throws<ArgumentException>(() => LinearAlgebra.Solve(ToTensor(Identity(3)), wide)).Message, StringComparison.Ordinal);

        static void Refused(string message, Action action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
    }

    private static IEnumerable<(int M, int N)> Shapes() => [(0, 0), (0, 3), (3, 0), (1, 1), (1, 4), (4, 1), (2, 2), (5, 3), (3, 5), (10, 10), (33, 20), (20, 33), (65, 65)];

    private static Complex[,] Make(string kind, int m, int n)
    {
        Random random = new((m * 100) + n);
        Complex[,] a = new Complex[m, n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double re = (random.NextDouble() * 2) - 1, im = (random.NextDouble() * 2) - 1;
                a[i, j] = kind switch
                {
                    "tiny" => new(re * 1e-300, im * 1e-300),
                    "huge" => new(re * 1e300, im * 1e300),
                    "graded" => new(re * Math.Pow(10, -8 * (i + j)), im * Math.Pow(10, -8 * (i + j))),
                    "low rank" => new Complex(Math.Sin(i + 1), Math.Cos(2 * i)) * new Complex(Math.Sin(3 * j), Math.Cos(j)),
                    "diagonal" => i == j ? new Complex(re, im) : 0,
                    "equal" => i == j ? Complex.ImaginaryOne : 0,
                    "real" => re,
                    "imaginary" => new(0, im),
                    "zero" => 0,
                    _ => new(re, im),
                };
            }
        }

        return a;
    }

    private static Complex[,] Hermitian(string kind, int n)
    {
        Complex[,] a = Make(kind, n, n);
        for (int i = 0; i < n; i++)
        {
            a[i, i] = kind == "equal" ? 1 : a[i, i].Real;
            for (int j = 0; j < i; j++)
            {
                a[j, i] = Complex.Conjugate(a[i, j]);
            }
        }

        return a;
    }

    private static ComplexTensor<double> ToTensor(Complex[,] a) => ComplexTensor.From(a.Cast<Complex>().ToArray(), [a.GetLength(0), a.GetLength(1)]);

    private static Complex[,] Matrix(ComplexTensor<double> a)
    {
        Complex[] elements = a.ToArray();
        Complex[,] matrix = new Complex[(int)a.Shape[0], (int)a.Shape[1]];
        for (int i = 0; i < elements.Length; i++)
        {
            matrix[i / matrix.GetLength(1), i % matrix.GetLength(1)] = elements[i];
        }

        return matrix;
    }

    private static Complex[,] Product(Complex[,] a, Complex[,] b)
    {
        Complex[,] c = new Complex[a.GetLength(0), b.GetLength(1)];
        for (int i = 0; i < c.GetLength(0); i++)
        {
            for (int j = 0; j < c.GetLength(1); j++)
            {
                for (int p = 0; p < a.GetLength(1); p++)
                {
                    c[i, j] += a[i, p] * b[p, j];
                }
            }
        }

        return c;
    }

    private static Complex[,] Adjoint(Complex[,] a)
    {
        Complex[,] b = new Complex[a.GetLength(1), a.GetLength(0)];
        for (int i = 0; i < b.GetLength(0); i++)
        {
            for (int j = 0; j < b.GetLength(1); j++)
            {
                b[i, j] = Complex.Conjugate(a[j, i]);
            }
        }

        return b;
    }

    /// <summary>Columns times numbers.</summary>
    private static Complex[,] Columns(Complex[,] a, double[] factors)
    {
        Complex[,] b = (Complex[,])a.Clone();
        for (int i = 0; i < b.GetLength(0); i++)
        {
            for (int j = 0; j < b.GetLength(1); j++)
            {
                b[i, j] *= factors[j];
            }
        }

        return b;
    }

    private static Complex[,] First(Complex[,] a, int count, bool byColumns)
    {
        Complex[,] b = byColumns ? new Complex[a.GetLength(0), count] : new Complex[count, a.GetLength(1)];
        for (int i = 0; i < b.GetLength(0); i++)
        {
            for (int j = 0; j < b.GetLength(1); j++)
            {
                b[i, j] = a[i, j];
            }
        }

        return b;
    }

    private static Complex[,] Identity(int n)
    {
        Complex[,] a = new Complex[n, n];
        for (int i = 0; i < n; i++)
        {
            a[i, i] = Complex.One;
        }

        return a;
    }

    private static void AssertUnitary(Complex[,] q, string what) => AssertSame(Identity(q.GetLength(1)), Product(Adjoint(q), q), what);

    /// <summary>The largest difference in units of size ||expected|| epsilon.</summary>
    private static void AssertSame(Complex[,] expected, Complex[,] actual, string what, double limit = Limit)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.GetLength(0); i++)
        {
            for (int j = 0; j < expected.GetLength(1); j++)
            {
                difference = Math.Max(difference, Complex.Abs(expected[i, j] - actual[i, j]));
                norm = Math.Max(norm, Complex.Abs(expected[i, j]));
            }
        }

        int size = int.Max(1, int.Max(expected.GetLength(0), expected.GetLength(1)));
        Assert.True(difference <= limit * size * norm * Epsilon, $"{what}: differs by {difference / (size * Math.Max(norm, double.Epsilon) * Epsilon):g3} units");
    }
}
