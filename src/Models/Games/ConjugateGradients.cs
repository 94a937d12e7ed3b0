using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// Conjugate gradients (Hestenes and Stiefel, 1952) for a symmetric positive definite map that is given as a function. Its number of steps
/// depends on the numbers alone, so its bits are the same everywhere.
/// </summary>
internal static class ConjugateGradients
{
    /// <summary>A residual of this share of the right side counts as none: two units in the last place.</summary>
    private const double Precision = 4.5e-16;

    /// <summary>Improves x until map(x) = b to working precision, or as far as rounding lets it.</summary>
    /// <param name="map">Writes the image of its first argument into its second.</param>
    /// <param name="b">The right side.</param>
    /// <param name="x">The first guess, and the solution.</param>
    public static void Solve(Action<Tensor<double>, Tensor<double>> map, Tensor<double> b, Tensor<double> x)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> image = Tensor.EmptyLike(b), residual = b.Clone();
        map(x, image);
        Vectors.Add(residual, -1, image);
        Tensor<double> direction = residual.Clone();
        double square = Vectors.Dot(residual, residual), goal = Precision * Precision * Vectors.Dot(b, b), best = square;
        nint limit = (2 * b.Size) + 20;
        for (nint i = 0, idle = 0; i < limit && square > goal && idle < 4; i++)
        {
            map(direction, image);
            double step = square / Vectors.Dot(direction, image);
            Vectors.Add(x, step, direction);
            Vectors.Add(residual, -step, image);
            double next = Vectors.Dot(residual, residual);

            // Rounding has its say when the residual no longer falls.
            idle = next < 0.25 * best ? 0 : idle + 1;
            best = Math.Min(best, next);
            Vectors.Scale(direction, next / square);
            Vectors.Add(direction, 1, residual);
            square = next;
        }
    }
}
