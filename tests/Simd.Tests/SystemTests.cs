using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>Decompositions and triangular systems over spans: against plain loops, with leading dimensions, next to guard pages, and what they refuse.</summary>
public class SystemTests
{
    private static readonly int[] Sizes = [0, 1, 2, 5, 15, 16, 17, 31, 33, 40, 64, 71, 128];

    [Fact]
    public void Factors_and_solutions_are_those_of_plain_loops_whatever_the_leading_dimension()
    {
        Compare<float>(1e-4);
        Compare<double>(1e-12);
    }

    [GuardedFact]
    public void They_touch_only_their_spans()
    {
        Guarded<float>();
        Guarded<double>();
    }

    [Fact]
    public void Wrong_spans_are_refused()
    {
        double[] a = new double[12], l = new double[12], work = new double[4000];
        RefusalTests.Refused<ArgumentOutOfRangeException>("cholesky: a cannot have -1 rows and -1 columns. (Parameter 'a')", () => CholeskyFactor.Factor<double>(-1, a, 4, l, 3, work, out _));
        RefusalTests.Refused<ArgumentException>(
            "cholesky: a is stored as [3, 3] with leading dimension 5 and needs 13 elements, but has 12. (Parameter 'a')", () => CholeskyFactor.Factor<double>(3, a, 5, l, 3, work, out _));
        RefusalTests.Refused<ArgumentException>("cholesky: the working memory has 47 elements; 48 are needed. (Parameter 'work')", () => CholeskyFactor.Factor<double>(3, a, 4, l, 3, work.AsSpan(0, 47), out _));
        RefusalTests.Refused<ArgumentException>("lu: there are 2 pivots for 3 rows. (Parameter 'pivots')", () => LuFactor.Factor<double>(3, a, 4, l, 3, new int[2], work));
        RefusalTests.Refused<ArgumentException>("triangular solve: t and b overlap; each needs memory of its own.", () => TriangularSolve.Left<double>(true, false, false, 3, 1, a, 3, a.AsSpan(5), 1));
        RefusalTests.Refused<ArgumentOutOfRangeException>(
            "lu: pivot 3 is not one of 3 rows. (Parameter 'pivots')\nActual value was 3.", () => LuFactor.SwapRows<double>(false, [0, 3, 1], 2, a, 2));
        RefusalTests.Refused<NotSupportedException>(
            "lu: the element type is Int32; float (Single) and double (Double) are supported.", () => LuFactor.Factor<int>(1, new int[1], 1, new int[1], 1, new int[1], new int[1000]));
        Assert.All(a.Concat(l), x => Assert.Equal(0, x));
    }

    private static void Compare<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (int n in Sizes)
        {
            int lda = n + 3;
            T[] a = Numbers.Uniform<T>(n, lda * int.Max(n, 1)), lu = new T[a.Length], work = new T[LuFactor.WorkLength<T>(n)];
            int[] pivots = new int[n];
            Assert.Equal(-1, LuFactor.Factor<T>(n, a, lda, lu, lda, pivots, work));

            // Row by row: P A = L U.
            T[] moved = [.. a];
            LuFactor.SwapRows<T>(backwards: false, pivots, n, moved, lda);
            double[,] l = new double[n, n], u = new double[n, n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double x = double.CreateTruncating(lu[(i * lda) + j]);
                    (l[i, j], u[i, j]) = (i > j ? x : i == j ? 1 : 0, i > j ? 0 : x);
                }
            }

            Near((i, j) => Enumerable.Range(0, n).Sum(k => l[i, k] * u[k, j]), (i, j) => moved[(i * lda) + j], n, n, tolerance);
            LuFactor.SwapRows<T>(backwards: true, pivots, n, moved, lda);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(a.AsSpan(i * lda, n).ToArray(), moved.AsSpan(i * lda, n).ToArray());
            }

            // Behind a row's end nothing was written.
            Assert.All(Enumerable.Range(0, n).SelectMany(i => lu.Skip((i * lda) + n).Take(3)), x => Assert.Equal(T.Zero, x));
        }
    }

    private static void Guarded<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (int n in Sizes.Where(n => n > 0))
        {
            int size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
            using GuardedMemory first = new(n * n * size), second = new(n * n * size), third = new((int)(LuFactor.WorkLength<T>(n) + 16) * size), fourth = new(n * n * size), fifth = new(n * sizeof(int));
            T[] numbers = Numbers.Uniform<T>(n, n * n);
            Span<T> a = first.AtEnd<T>(n * n), l = second.AtEnd<T>(n * n), x = fourth.AtEnd<T>(n * n);
            Span<int> pivots = fifth.AtEnd<int>(n);
            numbers.CopyTo(a);
            LuFactor.Factor<T>(n, a, n, l, n, pivots, third.AtEnd<T>((int)LuFactor.WorkLength<T>(n)));
            for (int i = 0; i < n; i++)
            {
                a[i * (n + 1)] = T.CreateTruncating(n + 1);
            }

            Assert.Equal(-1, CholeskyFactor.Factor<T>(n, a, n, l, n, third.AtEnd<T>((int)CholeskyFactor.WorkLength<T>(n)), out _));
            foreach (int columns in (int[])[1, 3, n])
            {
                Span<T> right = fourth.AtEnd<T>(n * int.Min(columns, n));
                TriangularSolve.Left<T>(lower: true, transpose: false, unit: false, n, int.Min(columns, n), l, n, right, int.Min(columns, n));
                TriangularSolve.Left<T>(lower: true, transpose: true, unit: false, n, int.Min(columns, n), l, n, right, int.Min(columns, n));
            }

            x = fourth.AtEnd<T>(n);
            numbers.AsSpan(0, n).CopyTo(x);
            Assert.Equal(-1, CholeskyFactor.Update(downdate: false, n, l, n, x, third.AtEnd<T>((int)CholeskyFactor.WorkLength<T>(n) + 16)));
        }
    }

    private static void Near<T>(Func<int, int, double> expected, Func<int, int, T> actual, int rows, int columns, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                Assert.Equal(expected(i, j), double.CreateTruncating(actual(i, j)), tolerance * (1 + rows));
            }
        }
    }
}
