namespace Onsager.Tensors;

/// <content>Norms that are functions of the singular values.</content>
public static partial class Norms
{
    /// <summary>The largest singular value [...], ||A||_2; 0 for matrices without elements.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> Spectral<T>(Tensor<T> a)
        where T : unmanaged
    {
        using Tensor<T> values = Svd.Values(a);
        return values.Shape[-1] == 0 ? values.Sum(-1) : values.Select(values.Rank - 1, 0);
    }

    /// <summary>The sum of the singular values [...], the nuclear norm.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> Nuclear<T>(Tensor<T> a)
        where T : unmanaged
    {
        using Tensor<T> values = Svd.Values(a);
        return values.Sum(-1);
    }
}
