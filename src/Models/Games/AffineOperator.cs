using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>F(z) = A z + b: linear games, and the local picture of every other. The matrix and the vector stay the caller's.</summary>
public sealed class AffineOperator : Operator
{
    private readonly Tensor<double> a;
    private readonly Tensor<double> b;

    /// <summary>The operator of a matrix A [n, n] and, if given, a vector b [n].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public AffineOperator(Tensor<double> a, Tensor<double> b = default)
    {
        if (a.Rank != 2 || a.Shape[0] != a.Shape[1] || (!b.IsDisposed && (b.Rank != 1 || b.Shape[0] != a.Shape[0])))
        {
            throw new ArgumentException($"affine operator: a square matrix and a vector of its size are needed; got {a.Shape}{(b.IsDisposed ? "" : $" and {b.Shape}")}.");
        }

        this.a = a;
        this.b = b;
    }

    /// <inheritdoc/>
    public override Tensor<double> Apply(Tensor<double> z)
    {
        if (b.IsDisposed)
        {
            return a.MatMul(z);
        }

        using Tensor<double> product = a.MatMul(z);
        return product + b;
    }

    /// <inheritdoc/>
    public override Tensor<double> Jvp(Tensor<double> z, Tensor<double> dz) => a.MatMul(dz);

    /// <inheritdoc/>
    public override Tensor<double> Vjp(Tensor<double> z, Tensor<double> dy)
    {
        using Tensor<double> transposed = a.Transpose();
        return transposed.MatMul(dy);
    }

    /// <summary>On the whole space: (I + step A)^-1 (z - step b), from the normal equations by conjugate gradients.</summary>
    /// <inheritdoc/>
    public override bool TryResolventInto(Tensor<double> z, double step, ProximalTerm term, Tensor<double> destination)
    {
        if (term is not WholeSpace)
        {
            return false;
        }

        using Scope scope = Scope.Begin();
        Tensor<double> right = z.Clone(), image = Tensor.EmptyLike(z);
        if (!b.IsDisposed)
        {
            Vectors.Add(right, -step, b);
        }

        // A monotone A makes the singular values of I + step A at least 1, so that squaring them is harmless.
        Shift(this, step, right, transposed: true, image);
        FunctionOperator<(AffineOperator Affine, double Step, Tensor<double> Between), double> normal = new((this, step, Tensor.EmptyLike(z)), static (state, x, y) =>
        {
            Shift(state.Affine, state.Step, x, transposed: false, state.Between);
            Shift(state.Affine, state.Step, state.Between, transposed: true, y);
        });
        Vectors.Solve(normal, image, destination);
        return true;

        static void Shift(AffineOperator affine, double step, Tensor<double> x, bool transposed, Tensor<double> y)
        {
            using Tensor<double> product = transposed ? affine.Vjp(x, x) : affine.a.MatMul(x);
            x.CopyInto(y);
            Vectors.Add(y, step, product);
        }
    }
}
