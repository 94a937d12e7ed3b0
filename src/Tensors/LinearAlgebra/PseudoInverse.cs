namespace Onsager.Tensors;

/// <content>The inverse of Moore and Penrose.</content>
public static partial class LinearAlgebra
{
    /// <summary>The inverse of Moore and Penrose, P [..., n, m] of A [..., m, n], whose singular values up to rcond times the largest count as 0; rcond is max(m, n) epsilon where it is left out.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="ArgumentOutOfRangeException">rcond is negative or NaN.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    /// <remarks>
    /// The derivative is that of Golub and Pereyra (SIAM J. Numer. Anal. 10, 1973), made of A and P alone: right where the rank stays as it is, whether or not singular
    /// values coincide.
    /// </remarks>
    public static Tensor<T> PseudoInverse<T>(Tensor<T> a, double? rcond = null)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        (int m, int n) = SpectralMatrices.Check<T>("pseudo-inverse", x);
        double least = Svd.Cutoff<T>("pseudo-inverse", m, n, rcond);
        Tensor<T> inverse;
        if (int.Min(m, n) == 0)
        {
            inverse = Tensor.Zeros<T>(SquareMatrices.Join(SquareMatrices.Batch(x.Layout.Shape), n, m));
        }
        else
        {
            // What stands between is not recorded: the rule needs A and P alone.
            using Scope scope = Scope.Begin();
            (Tensor<T> u, Tensor<T> s, Tensor<T> vt) = Svd.Factor(Autodiff.StopGradient(a));
            Tensor<bool> isSmall = s.LessThanOrEqualTo(s.Slice(-1, 0, 1) * Tensor.Constant<T>(least));
            Tensor<T> inverted = s.Reciprocal().MaskedFill(isSmall, default);
            inverse = scope.Keep((vt.Transpose() * inverted.Unsqueeze(-2)).MatMul(u.Transpose()));
        }

        Tape.Record(PseudoInverseRule<T>.Instance, x, null, null, inverse.Node);
        return inverse;
    }
}

/// <summary>dA = -P^T G P^T + (I - A P) G^T P P^T + P^T P G^T (I - P A) for the gradient G of P.</summary>
internal sealed class PseudoInverseRule<T> : Rule
    where T : unmanaged
{
    public static readonly PseudoInverseRule<T> Instance = new();

    public override string Name => "pseudo-inverse";

    public override void Backward(Tape tape, in Entry entry)
    {
        if (entry.X.Layout.Shape.Size == 0)
        {
            return;
        }

        using Scope scope = Scope.Begin();
        Tensor<T> a = new Tensor<T>(entry.X).Share(), p = new Tensor<T>(entry.Result).Share(), pt = p.Transpose(), g = tape.Gradient<T>(entry.Result), gt = g.Transpose();
        Tensor<T> first = gt.MatMul(p).MatMul(pt), second = pt.MatMul(p).MatMul(gt);
        tape.Contribute(entry.X, first - a.MatMul(p.MatMul(first)) + second - second.MatMul(p).MatMul(a) - pt.MatMul(g).MatMul(pt));
    }
}
