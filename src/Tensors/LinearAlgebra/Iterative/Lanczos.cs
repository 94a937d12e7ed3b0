namespace Onsager.Tensors;

/// <summary>What a Lanczos process has found: a symmetric operator on a Krylov space as a tridiagonal matrix, V^T A V.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="Basis">The orthonormal vectors, as rows: [steps, n].</param>
/// <param name="Diagonal">The tridiagonal matrix's diagonal: [steps].</param>
/// <param name="OffDiagonal">The elements beside it: [steps - 1].</param>
/// <param name="Remainder">The norm of what A made of the last vector and the basis does not hold; 0 where the space is invariant and the eigenvalues are A's.</param>
public readonly record struct LanczosResult<T>(Tensor<T> Basis, double[] Diagonal, double[] OffDiagonal, double Remainder) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases the basis.</summary>
    public void Dispose() => Basis.Dispose();

    /// <summary>The tridiagonal matrix's eigenvalues, in ascending order: of A's, the outermost are met first. By bisection with Sturm's counts (J. Wilkinson, 1965), each to a unit of rounding of the norm.</summary>
    public double[] RitzValues()
    {
        int n = Diagonal.Length;
        double bound = 0;
        for (int i = 0; i < n; i++)
        {
            bound = Math.Max(bound, Math.Abs(Diagonal[i]) + Beside(i - 1) + Beside(i));
        }

        double[] values = new double[n];
        for (int k = 0; k < n; k++)
        {
            // Until no number lies between.
            double low = -bound, high = bound;
            for (double middle = 0; middle > low && middle < high; middle = low + ((high - low) / 2))
            {
                (low, high) = Below(middle) > k ? (low, middle) : (middle, high);
            }

            values[k] = low + ((high - low) / 2);
        }

        return values;
    }

    private double Beside(int i) => i < 0 || i >= OffDiagonal.Length ? 0 : Math.Abs(OffDiagonal[i]);

    /// <summary>How many eigenvalues lie below a number: as many as the pivots of the shifted matrix that are negative.</summary>
    private int Below(double shift)
    {
        int count = 0;
        double pivot = 1;
        for (int i = 0; i < Diagonal.Length; i++)
        {
            double beside = Beside(i - 1);
            pivot = Diagonal[i] - shift - (beside * beside / (pivot == 0 ? 2.2250738585072014e-308 : pivot));
            count += pivot < 0 ? 1 : 0;
        }

        return count;
    }
}

/// <summary>The process of C. Lanczos (J. Res. Nat. Bur. Standards 45, 1950), every new vector orthogonalised against all earlier ones, twice, so that the basis stays orthonormal to rounding.</summary>
public static class Lanczos
{
    private const string Name = "lanczos";

    /// <summary>So many steps from a start, or fewer where the space becomes invariant.</summary>
    /// <param name="a">The operator, symmetric.</param>
    /// <param name="start">The first vector [n], of any length but 0.</param>
    /// <param name="steps">Products with the operator, at most n.</param>
    /// <exception cref="ArgumentException">The start is no vector, or zero.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is below 1 or above n.</exception>
    /// <exception cref="ArithmeticException">NaN or infinity came up.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or the start is being differentiated.</exception>
    public static LanczosResult<T> Run<TOperator, T>(in TOperator a, Tensor<T> start, int steps)
        where TOperator : ILinearOperator<T>
        where T : unmanaged
    {
        KrylovVectors.Check(Name, start);
        if (steps < 1 || steps > start.Size)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), steps, $"{Name}: 1 to {start.Size} steps are possible with vectors of {start.Size} elements.");
        }

        using Scope scope = Scope.Begin();
        Tensor<T> basis = Tensor.Empty<T>([steps, start.Size], start.Device), next = start.Clone(), beside = Tensor.EmptyLike(next);
        double norm = KrylovVectors.Norm(next), largest = 0;
        if (norm == 0)
        {
            throw new ArgumentException($"{Name}: the start is zero.", nameof(start));
        }

        List<double> diagonal = [], offDiagonal = [];
        double epsilon = typeof(T) == typeof(float) ? 1.1920928955078125e-7 : 2.220446049250313e-16;
        CheckFinite(norm, 0);
        for (int j = 0; j < steps && norm > 0; j++)
        {
            if (j > 0)
            {
                offDiagonal.Add(norm);
            }

            Tensor<T> v = basis.Select(0, j);
            KrylovVectors.Divide(next, norm, v);
            a.Apply(v, next);
            largest = Math.Max(largest, KrylovVectors.Norm(next));
            double along = 0;
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = j; i >= 0; i--)
                {
                    Tensor<T> earlier = basis.Select(0, i);
                    double part = KrylovVectors.Dot(earlier, next, beside);
                    along += i == j ? part : 0;
                    KrylovVectors.Add(-part, earlier, next);
                }
            }

            diagonal.Add(along);
            norm = KrylovVectors.Norm(next);
            CheckFinite(norm, j);
            norm = norm <= 4 * epsilon * largest ? 0 : norm;
        }

        Tensor<T> rows = diagonal.Count == steps ? basis : basis.Slice(0, 0, diagonal.Count).Clone();
        return new(scope.Keep(rows), [.. diagonal], [.. offDiagonal], norm);
    }
    private static void CheckFinite(double norm, int step)
    {
        if (!double.IsFinite(norm))
        {
            throw new ArithmeticException($"{Name}: NaN or infinity came up in step {step}.");
        }
    }
}
