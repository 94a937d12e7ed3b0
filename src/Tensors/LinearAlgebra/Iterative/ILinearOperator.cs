namespace Onsager.Tensors;

/// <summary>A linear map of vectors, for methods that need nothing of a matrix but its products. Implement it as a struct, and nothing is boxed.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
public interface ILinearOperator<T>
    where T : unmanaged
{
    /// <summary>y = A x, into existing memory: x and y are contiguous vectors [n] that share none.</summary>
    void Apply(Tensor<T> x, Tensor<T> y);
}

/// <summary>A matrix [n, n] as an operator.</summary>
/// <param name="matrix">The matrix.</param>
public readonly struct MatrixOperator<T>(Tensor<T> matrix) : ILinearOperator<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Apply(Tensor<T> x, Tensor<T> y)
    {
        using Tensor<T> from = x.Unsqueeze(1), to = y.Unsqueeze(1);
        matrix.MatMulInto(from, to);
    }
}

/// <summary>A static lambda and what it works with as an operator.</summary>
/// <param name="state">What the function gets besides the vectors.</param>
/// <param name="apply">y = A x: (state, x, y) => ...</param>
public readonly struct FunctionOperator<TState, T>(TState state, Action<TState, Tensor<T>, Tensor<T>> apply) : ILinearOperator<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Apply(Tensor<T> x, Tensor<T> y) => apply(state, x, y);
}

/// <summary>The diagonal preconditioner of C. Jacobi: x divided by the matrix's diagonal.</summary>
/// <param name="diagonal">The diagonal [n].</param>
public readonly struct DiagonalPreconditioner<T>(Tensor<T> diagonal) : ILinearOperator<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Apply(Tensor<T> x, Tensor<T> y) => x.BinaryInto<Simd.Divide>(diagonal, y);
}

/// <summary>The operator that changes nothing.</summary>
public readonly struct IdentityOperator<T> : ILinearOperator<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Apply(Tensor<T> x, Tensor<T> y) => x.CopyInto(y);
}
