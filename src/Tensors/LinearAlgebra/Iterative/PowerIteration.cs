namespace Onsager.Tensors;

/// <summary>The eigenvalue of greatest size by repeated products (R. von Mises, H. Pollaczek-Geiringer, ZAMM 9, 1929), with the quotient of Lord Rayleigh.</summary>
public static class PowerIteration
{
    private const string Name = "power iteration";

    /// <summary>An eigenvalue, a vector [n] of length 1, and how it went: the residual is |A v - value v| / |value|.</summary>
    /// <param name="a">The operator, with one real eigenvalue that is larger in size than all others; otherwise it does not converge.</param>
    /// <param name="start">The first vector [n], of any length but 0.</param>
    /// <param name="limits">When to stop.</param>
    /// <exception cref="ArgumentException">The start is no vector, or zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or the start is being differentiated.</exception>
    public static (double Value, Tensor<T> Vector, IterativeReport Report) Run<TOperator, T>(in TOperator a, Tensor<T> start, IterativeLimits? limits = null)
        where TOperator : ILinearOperator<T>
        where T : unmanaged
    {
        KrylovVectors.Check(Name, start);
        (double tolerance, int most) = (limits ?? new(MaxIterations: 10_000)).For<T>(Name, start.Size);
        using Scope scope = Scope.Begin();
        Tensor<T> v = start.Clone(), product = Tensor.EmptyLike(v), beside = Tensor.EmptyLike(v);
        double norm = KrylovVectors.Norm(v);
        if (norm == 0)
        {
            throw new ArgumentException($"{Name}: the start is zero.", nameof(start));
        }

        KrylovVectors.Divide(v, norm, v);
        for (int iteration = 1; ; iteration++)
        {
            a.Apply(v, product);
            double value = KrylovVectors.Dot(v, product, beside);
            norm = KrylovVectors.Norm(product);
            product.CopyInto(beside);
            KrylovVectors.Add(-value, v, beside);
            double residual = KrylovVectors.Norm(beside) / Math.Abs(value);
            if (norm == 0)
            {
                // The operator maps the vector to zero: that is its eigenvalue here.
                return (0, scope.Keep(v), new(IterativeStatus.Converged, iteration, 0));
            }

            if (!double.IsFinite(norm))
            {
                return (value, scope.Keep(v), new(IterativeStatus.NotFinite, iteration, residual));
            }

            if (residual <= tolerance || iteration >= most)
            {
                return (value, scope.Keep(v), new(residual <= tolerance ? IterativeStatus.Converged : IterativeStatus.OutOfIterations, iteration, residual));
            }

            KrylovVectors.Divide(product, norm, v);
        }
    }
}
