namespace Onsager.Tensors.Tests;

/// <summary>The kinds of matrices that LAPACK's testers try (dlatb4, and dlatms behind it), and three more that are hard by other means.</summary>
public enum MatrixKind
{
    /// <summary>Different numbers on the diagonal, zeros beside it.</summary>
    Diagonal,

    /// <summary>Zeros below the diagonal.</summary>
    UpperTriangular,

    /// <summary>Zeros above the diagonal.</summary>
    LowerTriangular,

    /// <summary>Random with condition number 2.</summary>
    Random,

    /// <summary>Random with a first column of zeros.</summary>
    FirstColumnZero,

    /// <summary>Random with a last column of zeros.</summary>
    LastColumnZero,

    /// <summary>Random with zeros in the last half of the columns.</summary>
    MiddleZero,

    /// <summary>Random with condition number sqrt(0.1 / epsilon).</summary>
    BadlyConditioned,

    /// <summary>Random with condition number 0.1 / epsilon: singular to working precision nearly.</summary>
    IllConditioned,

    /// <summary>Random with condition number 2 and elements near the smallest normal number.</summary>
    NearUnderflow,

    /// <summary>Random with condition number 2 and elements near the largest number.</summary>
    NearOverflow,

    /// <summary>Rows and columns in sizes from 1 down to 2^-30.</summary>
    Graded,

    /// <summary>Element (i, j) is 1 / (i + j + 1).</summary>
    Hilbert,

    /// <summary>Random with one NaN.</summary>
    NaN,
}

/// <summary>
/// Matrices to try decompositions on, in double precision and row-major order, the same on every run. The types and their scales are those of
/// E. Anderson, J. Dongarra, S. Ostrouchov, "Installation Guide for LAPACK" (LAPACK Working Note 41), section 6; a matrix of a given condition
/// number is U D V^T with random orthogonal U and V.
/// </summary>
internal static class TestMatrices
{
    /// <summary>The sizes of the testers, and those around the blocks of this library.</summary>
    public static readonly int[] Sizes = [0, 1, 2, 3, 5, 10, 31, 32, 33, 50, 63, 64, 65, 127, 128, 129, 130];

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<MatrixKind> All { get; } = Enum.GetValues<MatrixKind>();

    /// <summary>The kinds without NaN whose matrices have an inverse, if only on paper.</summary>
    public static IReadOnlyList<MatrixKind> Regular { get; } = [.. All.Where(kind => !IsSingular(kind) && kind != MatrixKind.NaN)];

    /// <summary>Whether matrices of the kind have a column of zeros.</summary>
    public static bool IsSingular(MatrixKind kind) => kind is MatrixKind.FirstColumnZero or MatrixKind.LastColumnZero or MatrixKind.MiddleZero;

    /// <summary>The distance from 1 to the next number of the type.</summary>
    public static double Epsilon<T>() => typeof(T) == typeof(float) ? 1.1920928955078125e-7 : 2.220446049250313e-16;

    /// <summary>A matrix [rows, columns] of a kind for elements of type T (whose range and precision decide the hard kinds), rounded to T.</summary>
    public static double[] Make<T>(MatrixKind kind, int rows, int columns, ulong seed = 1) =>
        Rounded<T>(General(kind, rows, columns, seed, Epsilon<T>(), Small<T>()));

    /// <summary>
    /// A symmetric matrix [n, n] of a kind. Where the kind has a condition number or a scale, it is positive definite, with the kind's spectrum;
    /// so are the diagonal, the graded and the Hilbert matrix, this one by a shift of 2^4 epsilon; triangular kinds are diagonal. A column of zeros
    /// has its row of zeros beside it.
    /// </summary>
    public static double[] MakeSymmetric<T>(MatrixKind kind, int n, ulong seed = 1) =>
        Rounded<T>(Symmetric(kind, n, seed, Epsilon<T>(), Small<T>()));

    /// <summary>The largest sum of absolute values of a column; NaN where an element is NaN.</summary>
    public static double Norm1(double[] a, int rows, int columns)
    {
        double norm = 0;
        for (int j = 0; j < columns; j++)
        {
            double sum = 0;
            for (int i = 0; i < rows; i++)
            {
                sum += Math.Abs(a[(i * columns) + j]);
            }

            norm = double.IsNaN(sum) || sum > norm ? sum : norm;
        }

        return norm;
    }

    /// <summary>The product of a [m, k] and b [k, n], each element a chain of fused multiply-adds.</summary>
    public static double[] Product(double[] a, double[] b, int m, int k, int n)
    {
        double[] c = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int p = 0; p < k; p++)
            {
                double factor = a[(i * k) + p];
                for (int j = 0; j < n; j++)
                {
                    c[(i * n) + j] = Math.FusedMultiplyAdd(factor, b[(p * n) + j], c[(i * n) + j]);
                }
            }
        }

        return c;
    }

    /// <summary>The transposed matrix of a [rows, columns].</summary>
    public static double[] Transposed(double[] a, int rows, int columns)
    {
        double[] t = new double[a.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                t[(j * rows) + i] = a[(i * columns) + j];
            }
        }

        return t;
    }

    /// <summary>The tensor of these elements in type T.</summary>
    public static Tensor<T> Tensor<T>(double[] elements, params ReadOnlySpan<nint> extents)
        where T : unmanaged =>
        Onsager.Tensors.Tensor.From<T>([.. elements.Select(Onsager.Tensors.Tensor.Constant<T>)], Shape.Create(extents));

    /// <summary>A tensor's elements in double precision.</summary>
    public static double[] Elements<T>(Tensor<T> tensor)
        where T : unmanaged => typeof(T) == typeof(double) ? (double[])(object)tensor.ToArray() : [.. ((float[])(object)tensor.ToArray()).Select(x => (double)x)];

    /// <summary>An orthogonal matrix [n, n]: the product of reflections at random vectors.</summary>
    public static double[] Orthogonal(int n, ulong seed)
    {
        double[] q = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            q[(i * n) + i] = 1;
        }

        Reflect(q, n, n, seed);
        return q;
    }

    /// <summary>Small numbers that leave room for products with a few units of rounding, as dlatb4 chooses them.</summary>
    private static double Small<T>() =>
        0.25 * (typeof(T) == typeof(float) ? 1.1754943508222875e-38 : 2.2250738585072014e-308) / Epsilon<T>();

    private static double[] General(MatrixKind kind, int rows, int columns, ulong seed, double epsilon, double small)
    {
        int least = Math.Min(rows, columns);
        switch (kind)
        {
            case MatrixKind.Diagonal:
                return Fill(rows, columns, (i, j) => i == j ? 1 - (0.5 * i / Math.Max(1, least)) : 0);
            case MatrixKind.UpperTriangular or MatrixKind.LowerTriangular:
                double[] full = Conditioned(rows, columns, 2, seed);
                return Fill(rows, columns, (i, j) => i == j ? 1 + (0.5 * full[(i * columns) + j]) : i < j == (kind == MatrixKind.UpperTriangular) ? full[(i * columns) + j] : 0);
            case MatrixKind.Graded:
                double[] even = Conditioned(rows, columns, 2, seed);
                return Fill(rows, columns, (i, j) => Math.ScaleB(even[(i * columns) + j] + (i == j ? 1 : 0), -((i % 16) + (j % 16))));
            case MatrixKind.Hilbert:
                return Fill(rows, columns, (i, j) => 1.0 / (i + j + 1));
            default:
                double[] a = Conditioned(rows, columns, Condition(kind, epsilon), seed);
                double scale = Scale(kind, small);
                return Fill(rows, columns, (i, j) => IsZero(kind, j, columns) ? 0 : IsNaN(kind, i, j, least) ? double.NaN : scale * a[(i * columns) + j]);
        }
    }

    private static double[] Symmetric(MatrixKind kind, int n, ulong seed, double epsilon, double small)
    {
        switch (kind)
        {
            case MatrixKind.Diagonal or MatrixKind.UpperTriangular or MatrixKind.LowerTriangular:
                return Fill(n, n, (i, j) => i == j ? 1 - (0.5 * i / n) : 0);
            case MatrixKind.Graded:
                double[] even = Spectral(n, 2, seed);
                return Fill(n, n, (i, j) => Math.ScaleB(even[(i * n) + j], -((i % 16) + (j % 16))));
            case MatrixKind.Hilbert:
                return Fill(n, n, (i, j) => (1.0 / (i + j + 1)) + (i == j ? 16 * epsilon : 0));
            default:
                double[] a = Spectral(n, Condition(kind, epsilon), seed);
                double scale = Scale(kind, small);
                return Fill(n, n, (i, j) => IsZero(kind, i, n) || IsZero(kind, j, n) ? 0 : IsNaN(kind, Math.Max(i, j), Math.Min(i, j), n) ? double.NaN : scale * a[(i * n) + j]);
        }
    }

    private static double Condition(MatrixKind kind, double epsilon) => kind switch
    {
        MatrixKind.BadlyConditioned => Math.Sqrt(0.1 / epsilon),
        MatrixKind.IllConditioned => 0.1 / epsilon,
        _ => 2,
    };

    private static double Scale(MatrixKind kind, double small) => kind switch
    {
        MatrixKind.NearUnderflow => small,
        MatrixKind.NearOverflow => 1 / small,
        _ => 1,
    };

    private static bool IsZero(MatrixKind kind, int column, int columns) => kind switch
    {
        MatrixKind.FirstColumnZero => column == 0,
        MatrixKind.LastColumnZero => column == columns - 1,
        MatrixKind.MiddleZero => column >= columns / 2,
        _ => false,
    };

    private static bool IsNaN(MatrixKind kind, int i, int j, int least) => kind == MatrixKind.NaN && i == 2 * least / 3 && j == least / 3;

    /// <summary>U D V^T, its singular values a geometric row from 1 down to 1 / condition.</summary>
    private static double[] Conditioned(int rows, int columns, double condition, ulong seed)
    {
        double[] a = Fill(rows, columns, (i, j) => i == j ? Value(i, Math.Min(rows, columns), condition) : 0);
        Reflect(a, rows, columns, seed);
        a = Transposed(a, rows, columns);
        Reflect(a, columns, rows, seed + 1);
        return Transposed(a, columns, rows);
    }

    /// <summary>Q D Q^T, its eigenvalues a geometric row from 1 down to 1 / condition; symmetric to the bit.</summary>
    private static double[] Spectral(int n, double condition, ulong seed)
    {
        double[] a = Fill(n, n, (i, j) => i == j ? Value(i, n, condition) : 0);
        Reflect(a, n, n, seed);
        a = Transposed(a, n, n);
        Reflect(a, n, n, seed);
        return Fill(n, n, (i, j) => a[(Math.Max(i, j) * n) + Math.Min(i, j)]);
    }

    private static double Value(int i, int n, double condition) => n < 2 ? 1 : Math.Pow(condition, -(double)i / (n - 1));

    /// <summary>Reflects the rows of a [rows, columns] at as many random vectors as there are rows, but 32 at most: enough to fill the matrix.</summary>
    private static void Reflect(double[] a, int rows, int columns, ulong seed)
    {
        if (a.Length == 0)
        {
            return;
        }

        RandomStream stream = new(seed, 77);
        double[] dots = new double[columns];
        for (int step = 0; step < Math.Min(rows, 32); step++)
        {
            using Tensor<double> drawn = stream.Normal<double>([rows]);
            double[] v = drawn.ToArray();
            double square = v.Sum(x => x * x);
            Array.Clear(dots);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    dots[j] += v[i] * a[(i * columns) + j];
                }
            }

            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    a[(i * columns) + j] -= 2 / square * v[i] * dots[j];
                }
            }
        }
    }

    private static double[] Fill(int rows, int columns, Func<int, int, double> element)
    {
        double[] a = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                a[(i * columns) + j] = element(i, j);
            }
        }

        return a;
    }

    private static double[] Rounded<T>(double[] a) => typeof(T) == typeof(float) ? [.. a.Select(x => (double)(float)x)] : a;
}
