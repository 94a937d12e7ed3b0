namespace Onsager.Tensors;

/// <summary>Derivatives of solutions of A(p) x = b(q) by the parameters of both sides, where x came from an iteration that knows nothing of them (the implicit function rule).</summary>
public static class IterativeSolution
{
    /// <summary>
    /// x as it is, with first derivatives by whatever the residual depends on: A^-T times x's gradient is the residual's. A second derivative, in which A itself would move, is refused.
    /// </summary>
    /// <param name="a">The operator, of which no derivative is taken.</param>
    /// <param name="x">The solution [n], a constant.</param>
    /// <param name="residual">b - A x at that x, made of tensors that are being differentiated.</param>
    /// <param name="restart">Vectors of a basis of <see cref="Gmres"/>.</param>
    /// <param name="limits">When its iterations stop.</param>
    /// <exception cref="ArgumentException">x and the residual have not the same shape [n].</exception>
    /// <exception cref="ArithmeticException">In the gradient: the iteration did not reach its tolerance; or a second derivative is asked for.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or the operator has no adjoint.</exception>
    public static Tensor<T> Attach<TOperator, T>(in TOperator a, Tensor<T> x, Tensor<T> residual, int restart = 30, IterativeLimits? limits = null)
        where TOperator : IAdjointOperator<T>
        where T : unmanaged
    {
        const string Name = "iterative solution";
        KrylovVectors.Check(Name, residual, mayBeTracked: true);
        KrylovVectors.Check(Name, x);
        if (x.Shape != residual.Shape)
        {
            throw new ArgumentException($"{Name}: the solution has shape {x.Shape}, the residual {residual.Shape}.", nameof(residual));
        }

        if (!a.HasAdjoint)
        {
            throw new NotSupportedException($"{Name}: the operator has no adjoint, which the derivative needs.");
        }

        Tensor<T> solution = x.Clone();
        Tape.Record(new AttachRule<T>(a, restart, limits), residual.Node, null, null, solution.Node);
        return solution;
    }
}

/// <summary>d residual = A^-T dx</summary>
internal sealed class AttachRule<T>(IAdjointOperator<T> a, int restart, IterativeLimits? limits) : Rule
    where T : unmanaged
{
    public override string Name => "iterative solution";

    public override void Backward(Tape tape, in Entry entry)
    {
        (Tensor<T> dr, IterativeReport report) = Gmres.Solve(new AdjointOperator<T>(a), tape.Gradient<T>(entry.Result), restart, limits);
        using (dr)
        {
            report.ThrowIfFailed();
            tape.Contribute(entry.X, dr);
        }
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        if (Tape.Records(entry.X, entry.X, entry.X))
        {
            throw new ArithmeticException("iterative solution: the second derivative is not there; solve the system of the first one.");
        }

        Backward(tape, in entry);
    }
}
