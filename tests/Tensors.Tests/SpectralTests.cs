namespace Onsager.Tensors.Tests;

/// <summary>Orthogonal factors are orthogonal and factors multiply back to their matrices, with LAPACK's residual ratios below 30, for its testers' kinds of matrices and sizes.</summary>
public sealed class SpectralTests
{
    private const double Limit = 30;

    public static TheoryData<MatrixKind> Kinds => [.. TestMatrices.All];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Qr_factors_multiply_back(MatrixKind kind)
    {
        foreach (int n in TestMatrices.Sizes)
        {
            foreach (int m in (int[])[n, n + 9, n / 2])
            {
                QrOf<double>(kind, m, n);
                QrOf<float>(kind, m, n);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Symmetric_eigenvectors_are_orthogonal_and_belong_to_their_values(MatrixKind kind)
    {
        foreach (int n in TestMatrices.Sizes)
        {
            SymmetricOf<double>(kind, n);
            SymmetricOf<float>(kind, n);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Singular_vectors_are_orthogonal_and_factors_multiply_back(MatrixKind kind)
    {
        foreach (int n in TestMatrices.Sizes)
        {
            foreach (int m in (int[])[n, n + 9, n / 2])
            {
                SvdOf<double>(kind, m, n);
                SvdOf<float>(kind, m, n);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Eigenvalues_of_general_matrices_make_them_singular(MatrixKind kind)
    {
        foreach (int n in (int[])[0, 1, 2, 3, 5, 10, 33, 65])
        {
            using Scope scope = Scope.Begin();
            double[] a = TestMatrices.Make<double>(kind, n, n);
            (Tensor<double> real, Tensor<double> imaginary) = GeneralEigen.Values(TestMatrices.Tensor<double>(a, n, n));
            if (kind == MatrixKind.NaN && n > 0)
            {
                Assert.All(real.ToArray().Concat(imaginary.ToArray()), x => Assert.True(double.IsNaN(x)));
                continue;
            }

            double norm = TestMatrices.Norm1(a, n, n);
            for (int k = 0; k < n; k++)
            {
                // A - (x + iy) as a real matrix of twice the size has the smallest singular value of the complex one.
                (double x, double y) = (real[k], imaginary[k]);
                double[] shifted = new double[4 * n * n];
                for (int i = 0; i < n; i++)
                {
                    for (int j = 0; j < n; j++)
                    {
                        double unit = i == j ? 1 : 0;
                        shifted[(i * 2 * n) + j] = shifted[((i + n) * 2 * n) + j + n] = a[(i * n) + j] - (x * unit);
                        (shifted[(i * 2 * n) + j + n], shifted[((i + n) * 2 * n) + j]) = (y * unit, -y * unit);
                    }
                }

                double least = Svd.Values(TestMatrices.Tensor<double>(shifted, 2 * n, 2 * n))[(2 * n) - 1];
                Assert.True(least <= Limit * n * norm * TestMatrices.Epsilon<double>(), $"eig {kind} {n}: value {k} = {x} + {y} i: {least / (n * norm * TestMatrices.Epsilon<double>())}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Eigenvectors_of_general_matrices_belong_to_their_values(MatrixKind kind)
    {
        foreach (int n in TestMatrices.Sizes)
        {
            using Scope scope = Scope.Begin();
            double[] a = TestMatrices.Make<double>(kind, n, n);
            Tensor<double> matrix = TestMatrices.Tensor<double>(a, n, n);
            (ComplexTensor<double> values, ComplexTensor<double> vectors) = GeneralEigen.Factor(matrix);
            double[] re = vectors.Real().ToArray(), im = vectors.Imaginary().ToArray(), wr = values.Real().ToArray(), wi = values.Imaginary().ToArray();
            if (kind == MatrixKind.NaN && n > 0)
            {
                Assert.All(re.Concat(im).Concat(wr).Concat(wi), x => Assert.True(double.IsNaN(x)));
                continue;
            }

            Same.Bits(GeneralEigen.Values(matrix).Real, values.Real());
            double[] ofReal = TestMatrices.Product(a, re, n, n, n), ofImaginary = TestMatrices.Product(a, im, n, n, n);
            double[] real = [.. ofReal.Select((x, i) => x - ((re[i] * wr[i % n]) - (im[i] * wi[i % n])))], imaginary = [.. ofImaginary.Select((x, i) => x - ((re[i] * wi[i % n]) + (im[i] * wr[i % n])))];
            double norm = TestMatrices.Norm1(a, n, n), unit = n * TestMatrices.Epsilon<double>();
            Assert.True(Ratio(real, norm, n, n, unit) + Ratio(imaginary, norm, n, n, unit) < Limit, $"eig {kind} {n}: {Ratio(real, norm, n, n, unit)}, {Ratio(imaginary, norm, n, n, unit)}");
            for (int k = 0; k < n; k++)
            {
                double square = 0, largest = 0;
                int at = 0;
                for (int i = 0; i < n; i++)
                {
                    double size = (re[(i * n) + k] * re[(i * n) + k]) + (im[(i * n) + k] * im[(i * n) + k]);
                    square += size;
                    (largest, at) = size > largest * (1 + 1e-10) ? (size, (i * n) + k) : (largest, at);
                }

                Assert.Equal(1, square, n * 1e-15);
                Assert.True(wi[k] != 0 || re[at] > 0, $"eig {kind} {n}: the sign of vector {k}");
            }
        }
    }

    private static void SvdOf<T>(MatrixKind kind, int m, int n)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        double[] a = TestMatrices.Make<T>(kind, m, n);
        Tensor<T> matrix = TestMatrices.Tensor<T>(a, m, n);
        string what = $"svd {kind} [{m}, {n}] {typeof(T).Name}";
        int k = int.Min(m, n);
        foreach (bool isFull in (bool[])[false, true])
        {
            (Tensor<T> u, Tensor<T> s, Tensor<T> vt) = Svd.Factor(matrix, isFull);
            double[] left = TestMatrices.Elements(u), values = TestMatrices.Elements(s), right = TestMatrices.Elements(vt);
            if (kind == MatrixKind.NaN && m * n > 0)
            {
                Assert.All(left.Concat(values).Concat(right), x => Assert.True(double.IsNaN(x)));
                continue;
            }

            int columns = isFull ? m : k, rows = isFull ? n : k;
            Assert.Equal(values.OrderDescending(), values);
            Assert.All(values, x => Assert.True(x >= 0));
            Orthogonal<T>(left, m, columns, what);
            Orthogonal<T>(TestMatrices.Transposed(right, rows, n), n, rows, what);
            double[] scaled = [.. Enumerable.Range(0, m * k).Select(i => left[(i / int.Max(1, k) * columns) + (i % int.Max(1, k))] * values[i % int.Max(1, k)])];
            Small(a, TestMatrices.Product(scaled, right[..(k * n)], m, k, n), m, n, int.Max(m, n) * TestMatrices.Epsilon<T>(), what);
            Same.Bits(s, Svd.Values(matrix));
        }
    }

    private static void QrOf<T>(MatrixKind kind, int m, int n)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        double[] a = TestMatrices.Make<T>(kind, m, n);
        Tensor<T> matrix = TestMatrices.Tensor<T>(a, m, n);
        string what = $"qr {kind} [{m}, {n}] {typeof(T).Name}";
        foreach (bool isComplete in (bool[])[false, true])
        {
            (Tensor<T> q, Tensor<T> r) = Qr.Factor(matrix, isComplete);
            int k = isComplete ? m : int.Min(m, n);
            Assert.Equal((k, k), ((int)q.Shape[1], (int)r.Shape[0]));
            if (kind == MatrixKind.NaN && m * n > 0)
            {
                Assert.All(TestMatrices.Elements(q).Concat(TestMatrices.Elements(r)), x => Assert.True(double.IsNaN(x)));
                continue;
            }

            double[] factor = TestMatrices.Elements(q), upper = TestMatrices.Elements(r);
            Assert.All(Enumerable.Range(0, k * n).Where(i => i % n < i / n), i => Assert.Equal(0, upper[i]));
            Orthogonal<T>(factor, m, k, what);
            Small(a, TestMatrices.Product(factor, upper, m, k, n), m, n, m * TestMatrices.Epsilon<T>(), what);
            if (!isComplete)
            {
                Same.Bits(r, Qr.R(matrix));
            }
        }

        if (kind != MatrixKind.NaN)
        {
            PivotedOf(matrix, a, m, n, what);
            ReflectorsOf(matrix, a, m, n, what);
        }
    }

    private static void PivotedOf<T>(Tensor<T> matrix, double[] a, int m, int n, string what)
        where T : unmanaged
    {
        (Tensor<T> q, Tensor<T> r, Tensor<int> permutation, Tensor<int> rank) = PivotedQr.Factor(matrix);
        int k = int.Min(m, n);
        int[] order = permutation.ToArray();
        Assert.Equal(Enumerable.Range(0, n), order.Order());
        double[] factor = TestMatrices.Elements(q), upper = TestMatrices.Elements(r), moved = [.. Enumerable.Range(0, m * n).Select(i => a[(i / n * n) + order[i % n]])];
        Orthogonal<T>(factor, m, k, $"pivoted {what}");
        Small(moved, TestMatrices.Product(factor, upper, m, k, n), m, n, m * TestMatrices.Epsilon<T>(), $"pivoted {what}");
        double[] diagonal = [.. Enumerable.Range(0, k).Select(i => Math.Abs(upper[i * (n + 1)]))];
        Assert.All(Enumerable.Range(1, int.Max(0, k - 1)), i => Assert.True(diagonal[i] <= diagonal[i - 1] + (10 * TestMatrices.Epsilon<T>() * diagonal[0]), $"pivoted {what}: {diagonal[i - 1]} before {diagonal[i]}"));
        Assert.Equal(diagonal.Count(x => x > int.Max(m, n) * TestMatrices.Epsilon<T>() * diagonal[0]), rank.Item());
    }

    /// <summary>Q from its reflectors on the identity, and Q^T A = R.</summary>
    private static void ReflectorsOf<T>(Tensor<T> matrix, double[] a, int m, int n, string what)
        where T : unmanaged
    {
        using QrReflectors<T> reflectors = PivotedQr.Reflectors(matrix);
        double[] q = TestMatrices.Elements(PivotedQr.Apply(reflectors, Tensor.Identity<T>(m))), upper = TestMatrices.Elements(reflectors.Compact.Triu());
        Orthogonal<T>(q, m, m, $"reflectors {what}");
        Small(a, TestMatrices.Product(q, upper, m, m, n), m, n, m * TestMatrices.Epsilon<T>(), $"reflectors {what}");
        Small(a, TestMatrices.Product(q, TestMatrices.Elements(PivotedQr.Apply(reflectors, matrix, transpose: true)), m, m, n), m, n, m * TestMatrices.Epsilon<T>(), $"reflectors applied {what}");
    }

    private static void SymmetricOf<T>(MatrixKind kind, int n)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        double[] a = TestMatrices.MakeSymmetric<T>(kind, n);
        string what = $"eigh {kind} {n} {typeof(T).Name}";
        foreach (bool upper in (bool[])[false, true])
        {
            double[] half = [.. a.Select((x, i) => (upper ? i % n < i / n : i % n > i / n) ? double.PositiveInfinity : x)];
            (Tensor<T> values, Tensor<T> vectors) = SymmetricEigen.Factor(TestMatrices.Tensor<T>(kind == MatrixKind.NaN ? a : half, n, n), upper);
            double[] w = TestMatrices.Elements(values), v = TestMatrices.Elements(vectors);
            if (kind == MatrixKind.NaN && n > 0)
            {
                Assert.All(w.Concat(v), x => Assert.True(double.IsNaN(x)));
                continue;
            }

            Assert.Equal(w.Order(), w);
            Orthogonal<T>(v, n, n, what);
            double[] scaled = [.. v.Select((x, i) => x * w[i % n])];
            double[] product = TestMatrices.Product(a, v, n, n, n);
            Assert.True(Ratio(Difference(product, scaled), TestMatrices.Norm1(a, n, n), n, n, n * TestMatrices.Epsilon<T>()) < Limit, what);
            Same.Bits(values, SymmetricEigen.Values(TestMatrices.Tensor<T>(kind == MatrixKind.NaN ? a : half, n, n), upper));
        }
    }

    /// <summary>||I - Q^T Q|| / (m epsilon)</summary>
    private static void Orthogonal<T>(double[] q, int m, int k, string what)
        where T : unmanaged
    {
        double[] gram = TestMatrices.Product(TestMatrices.Transposed(q, m, k), q, k, m, k);
        for (int i = 0; i < k; i++)
        {
            gram[i * (k + 1)] -= 1;
        }

        double ratio = Ratio(gram, 1, k, k, m * TestMatrices.Epsilon<T>());
        Assert.True(ratio < Limit, $"{what}: not orthogonal: {ratio}");
    }

    private static void Small(double[] expected, double[] actual, int m, int n, double unit, string what)
    {
        double ratio = Ratio(Difference(expected, actual), TestMatrices.Norm1(expected, m, n), m, n, unit);
        Assert.True(ratio < Limit, $"{what}: {ratio}");
    }

    private static double[] Difference(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a - b)];

    private static double Ratio(double[] difference, double norm, int m, int n, double unit)
    {
        double size = TestMatrices.Norm1(difference, m, n);
        return size == 0 ? 0 : size / norm / unit;
    }
}
