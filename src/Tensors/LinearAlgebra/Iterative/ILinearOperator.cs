namespace Onsager.Tensors;

/// <summary>A linear map of vectors, for methods that need nothing of a matrix but its products. Implement it as a struct, and nothing is boxed.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
public interface ILinearOperator<T>
    where T : unmanaged
{
    /// <summary>y = A x, into existing memory: x and y are contiguous, of the right side's shape, and share none.</summary>
    void Apply(Tensor<T> x, Tensor<T> y);
}

/// <summary>A linear map with its adjoint, which derivatives of solutions need.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
public interface IAdjointOperator<T> : ILinearOperator<T>
    where T : unmanaged
{
    /// <summary>Whether the adjoint is there; where it is not, a derivative that needs it is refused before anything is computed.</summary>
    bool HasAdjoint => true;

    /// <summary>y = A^T x, as <see cref="ILinearOperator{T}.Apply"/> does A x.</summary>
    void ApplyAdjoint(Tensor<T> x, Tensor<T> y);
}

/// <summary>The adjoint of an operator as an operator.</summary>
/// <param name="forward">The operator.</param>
internal readonly struct AdjointOperator<T>(IAdjointOperator<T> forward) : IAdjointOperator<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Apply(Tensor<T> x, Tensor<T> y) => forward.ApplyAdjoint(x, y);

    /// <inheritdoc/>
    public void ApplyAdjoint(Tensor<T> x, Tensor<T> y) => forward.Apply(x, y);
}

/// <summary>A matrix [n, n] as an operator on vectors [n] and on every vector of a batch [..., n].</summary>
/// <param name="matrix">The matrix.</param>
public readonly struct MatrixOperator<T>(Tensor<T> matrix) : IAdjointOperator<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Apply(Tensor<T> x, Tensor<T> y)
    {
        using Tensor<T> from = x.Unsqueeze(x.Rank), to = y.Unsqueeze(y.Rank);
        matrix.MatMulInto(from, to);
    }

    /// <inheritdoc/>
    public void ApplyAdjoint(Tensor<T> x, Tensor<T> y)
    {
        using Tensor<T> turned = matrix.Transpose(), from = x.Unsqueeze(x.Rank), to = y.Unsqueeze(y.Rank);
        turned.MatMulInto(from, to);
    }
}

/// <summary>Static lambdas and what they work with as an operator.</summary>
/// <param name="state">What the functions get besides the vectors.</param>
/// <param name="apply">y = A x: (state, x, y) => ...</param>
/// <param name="applyAdjoint">y = A^T x, where derivatives of a system that is not symmetric are wanted.</param>
public readonly struct FunctionOperator<TState, T>(TState state, Action<TState, Tensor<T>, Tensor<T>> apply, Action<TState, Tensor<T>, Tensor<T>>? applyAdjoint = null) : IAdjointOperator<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public bool HasAdjoint => applyAdjoint is not null;

    /// <inheritdoc/>
    public void Apply(Tensor<T> x, Tensor<T> y) => apply(state, x, y);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The adjoint was not given.</exception>
    public void ApplyAdjoint(Tensor<T> x, Tensor<T> y) =>
        (applyAdjoint ?? throw new NotSupportedException("function operator: its adjoint is needed for a derivative, and was not given."))(state, x, y);
}

/// <summary>The diagonal preconditioner of C. Jacobi: x divided by the matrix's diagonal.</summary>
/// <param name="diagonal">The diagonal [n].</param>
public readonly struct DiagonalPreconditioner<T>(Tensor<T> diagonal) : IAdjointOperator<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Apply(Tensor<T> x, Tensor<T> y) => x.BinaryInto<Simd.Divide>(diagonal, y);

    /// <inheritdoc/>
    public void ApplyAdjoint(Tensor<T> x, Tensor<T> y) => Apply(x, y);
}

/// <summary>The operator that changes nothing.</summary>
public readonly struct IdentityOperator<T> : IAdjointOperator<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Apply(Tensor<T> x, Tensor<T> y) => x.CopyInto(y);

    /// <inheritdoc/>
    public void ApplyAdjoint(Tensor<T> x, Tensor<T> y) => Apply(x, y);
}
