namespace Onsager.Tensors;

/// <content>Comparisons and what numbers are; complex numbers have no order.</content>
public readonly partial struct ComplexTensor<T>
{
    /// <summary>True where both parts are equal; NaN equals nothing.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public Tensor<bool> EqualTo(ComplexTensor<T> other)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Real().EqualTo(other.Real()) & Imaginary().EqualTo(other.Imaginary()));
    }

    /// <summary>True where a part differs, and beside NaN.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public Tensor<bool> NotEqualTo(ComplexTensor<T> other)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Real().NotEqualTo(other.Real()) | Imaginary().NotEqualTo(other.Imaginary()));
    }

    /// <summary>True where both parts are finite.</summary>
    public Tensor<bool> IsFinite()
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Real().FiniteMask() & Imaginary().FiniteMask());
    }

    /// <summary>True where a part is infinite, whatever the other one is.</summary>
    public Tensor<bool> IsInfinity()
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Real().InfinityMask() | Imaginary().InfinityMask());
    }

    /// <summary>True where a part is NaN.</summary>
    public Tensor<bool> IsNaN()
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Real().NaNMask() | Imaginary().NaNMask());
    }
}
