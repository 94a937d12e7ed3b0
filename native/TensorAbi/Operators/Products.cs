using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Products, layers, losses, triangles, and what is asked of matrices.</summary>
internal static class ProductOperators
{
    public static IEnumerable<Operator> All =>
    [
        new NumberOperator<MatMulAction, IntegerMatMul>("matmul", "x, y"),
        new RealOperator<LinearAction>("linear", "x, weight, bias?"),
        new RealOperator<EinsumAction>("einsum", "x...; equation: text"),
        new RealOperator<CrossEntropyAction>("softmax_cross_entropy", "x, labels"),
        new MovementOperator<TrilMovement>("tril", "x; offset: integer = 0"),
        new MovementOperator<TriuMovement>("triu", "x; offset: integer = 0"),
        new RealOperator<SolveAction>("solve", "a, b"),
        new RealOperator<InverseAction>("inverse", "a"),
        new RealOperator<DeterminantAction>("determinant", "a"),
        new RealOperator<SignedLogDeterminantAction>("slogdet", "a"),
        new RealOperator<CholeskyAction>("cholesky", "a"),
        new RealOperator<QrAction>("qr", "a; complete: flag = 0"),
        new RealOperator<SvdAction>("svd", "a; full: flag = 0"),
        new RealOperator<EighAction>("eigh", "a"),
        new RealOperator<PseudoInverseAction>("pinv", "a; rtol: number = the larger extent times epsilon"),
        new RealOperator<RankAction>("matrix_rank", "a; rtol: number = the larger extent times epsilon"),
    ];
}

internal readonly struct MatMulAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).MatMul(call.Input<T>(1)));
}

/// <summary>x [..., in] times weight [in, out], plus bias [out].</summary>
internal readonly struct LinearAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Linear(call.Input<T>(1), call.Inputs > 2 ? call.Input<T>(2) : null));
}

internal readonly struct EinsumAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(Tensor.Einsum(call.Text("equation", string.Empty), (ReadOnlySpan<Tensor<T>>)call.InputsFrom<T>(0)));
}

internal readonly struct CrossEntropyAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).SoftmaxCrossEntropy(call.Indices(1)));
}

internal readonly struct TrilMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Tril(call.Small("offset"));
}

internal readonly struct TriuMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Triu(call.Small("offset"));
}

internal readonly struct SolveAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(LinearAlgebra.Solve(call.Input<T>(0), call.Input<T>(1)));
}

internal readonly struct InverseAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(LinearAlgebra.Inverse(call.Input<T>(0)));
}

internal readonly struct DeterminantAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(LinearAlgebra.Determinant(call.Input<T>(0)));
}

/// <summary>The determinant's sign and the logarithm of its size.</summary>
internal readonly struct SignedLogDeterminantAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        (Tensor<T> sign, Tensor<T> logarithm) = LinearAlgebra.SignedLogDeterminant(call.Input<T>(0));
        call.Return(sign);
        call.Return(logarithm);
    }
}

internal readonly struct CholeskyAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(Cholesky.Factor(call.Input<T>(0)));
}

internal readonly struct QrAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        QrFactors<T> factors = Qr.Factor(call.Input<T>(0), call.Flag("complete"));
        call.Return(factors.Q);
        call.Return(factors.R);
    }
}

/// <summary>U, the singular values and V transposed.</summary>
internal readonly struct SvdAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        SvdFactors<T> factors = Svd.Factor(call.Input<T>(0), call.Flag("full"));
        call.Return(factors.U);
        call.Return(factors.S);
        call.Return(factors.Vt);
    }
}

/// <summary>Eigenvalues and eigenvectors of symmetric matrices, of which the lower triangle is read.</summary>
internal readonly struct EighAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        SymmetricEigenvectors<T> factors = SymmetricEigen.Factor(call.Input<T>(0));
        call.Return(factors.Values);
        call.Return(factors.Vectors);
    }
}

internal readonly struct PseudoInverseAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(LinearAlgebra.PseudoInverse(call.Input<T>(0), call.Has("rtol") ? call.Number("rtol") : null));
}

internal readonly struct RankAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(LinearAlgebra.MatrixRank(call.Input<T>(0), call.Has("rtol") ? call.Number("rtol") : null));
}
