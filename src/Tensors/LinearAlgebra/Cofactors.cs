namespace Onsager.Tensors;

/// <summary>
/// The determinant's derivative where a matrix has no inverse: of A = U diag(s) V^T the cofactors are det(U) det(V) U diag(products of the other s) V^T, which is not zero where one
/// singular value alone is (G. Stewart, "On the adjugate matrix", Linear Algebra Appl. 283, 1998).
/// </summary>
internal static class Cofactors
{
    /// <summary>The determinants [...] of A, whose factors these are.</summary>
    public static Tensor<T> Determinant<T>(Tensor<T> a, LuFactors<T> factors)
        where T : unmanaged
    {
        using Tensor<T> fixedFactors = Autodiff.StopGradient(factors.Factors), determinants = Lu.Determinant(new LuFactors<T>(fixedFactors, factors.Pivots));
        Tensor<T> result = determinants.Clone();
        Tape.Record(new CofactorRule<T>(), a.Node, null, null, result.Node);
        return result;
    }

    /// <summary>The cofactors of A [..., n, n].</summary>
    public static Tensor<T> Of<T>(Tensor<T> a)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        (Tensor<T> u, Tensor<T> s, Tensor<T> vt) = Svd.Factor(a);
        Tensor<T> sign = LinearAlgebra.Determinant(u).Sign() * LinearAlgebra.Determinant(vt).Sign();
        int n = (int)s.Shape[-1];
        T[] values = s.ToArray(), others = new T[values.Length];
        for (int line = 0; line < values.Length; line += n)
        {
            // The product of those before, and from behind of those after.
            T product = Tensor.Constant<T>(1);
            for (int i = 0; i < n; i++)
            {
                others[line + i] = product;
                product = Scalars.Multiply(product, values[line + i]);
            }

            product = Tensor.Constant<T>(1);
            for (int i = n - 1; i >= 0; i--)
            {
                others[line + i] = Scalars.Multiply(others[line + i], product);
                product = Scalars.Multiply(product, values[line + i]);
            }
        }

        Tensor<T> products = Tensor.From<T>(others, s.Shape) * sign.Unsqueeze(-1);
        return scope.Keep((u * products.Unsqueeze(-2)).MatMul(vt));
    }
}

/// <summary>dA = ddet cofactors(A)</summary>
internal sealed class CofactorRule<T> : Rule
    where T : unmanaged
{
    public override string Name => "determinant";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> cofactors = Cofactors.Of(Autodiff.StopGradient(new Tensor<T>(entry.X)));
        tape.Contribute(entry.X, tape.Gradient<T>(entry.Result).Unsqueeze(-1).Unsqueeze(-1) * cofactors);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        if (Tape.Records(entry.X, entry.X, entry.X))
        {
            throw new ArithmeticException("determinant: a matrix is singular; the second derivative needs its inverse.");
        }

        Backward(tape, in entry);
    }
}
