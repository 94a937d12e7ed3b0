namespace Onsager.Tensors;

/// <content>How near a matrix is to a singular one.</content>
public static partial class LinearAlgebra
{
    /// <summary>The largest singular value over the smallest [...]: infinite for singular matrices.</summary>
    /// <exception cref="ArgumentException">The rank is below 2, or the matrices have no elements.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> ConditionNumber<T>(Tensor<T> a)
        where T : unmanaged
    {
        (int m, int n) = SpectralMatrices.Check<T>("condition number", a.Node);
        if (int.Min(m, n) == 0)
        {
            throw new ArgumentException($"condition number: {a.Shape} has no elements.", nameof(a));
        }

        using Tensor<T> values = Svd.Values(a), most = values.Select(values.Rank - 1, 0), least = values.Select(values.Rank - 1, int.Min(m, n) - 1);
        return most / least;
    }

    /// <summary>The number [...] of singular values above rcond times the largest; rcond is max(m, n) epsilon where it is left out, as in NumPy.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="ArgumentOutOfRangeException">rcond is negative or NaN.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<int> MatrixRank<T>(Tensor<T> a, double? rcond = null)
        where T : unmanaged
    {
        (int m, int n) = SpectralMatrices.Check<T>("matrix rank", a.Node);
        double least = Svd.Cutoff<T>("matrix rank", m, n, rcond);
        using Scope scope = Scope.Begin();
        Tensor<T> values = Svd.Values(Autodiff.StopGradient(a));
        if (values.Shape[-1] == 0)
        {
            return scope.Keep(Tensor.Zeros<int>(SquareMatrices.Batch(a.Shape)));
        }

        Tensor<T> bound = values.Slice(-1, 0, 1) * Tensor.Constant<T>(least);
        return scope.Keep(values.GreaterThan(bound).CountNonzero([-1]));
    }
}
