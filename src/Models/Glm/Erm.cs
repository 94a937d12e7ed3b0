using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>How a risk is minimised.</summary>
public enum ErmSolver
{
    /// <summary>In closed form for the square loss, by Newton steps up to 100 features, by L-BFGS beyond.</summary>
    Automatic,

    /// <summary>The square loss by Cholesky, of X^T X where rows are at least as many as features, of X X^T where they are fewer.</summary>
    ClosedForm,

    /// <summary>Newton steps with a line search; each factors a matrix [p, p].</summary>
    Newton,

    /// <summary>L-BFGS, which only multiplies by X.</summary>
    LBfgs,
}

/// <summary>How <see cref="Erm"/> goes about it.</summary>
public sealed record ErmOptions
{
    /// <summary>The method.</summary>
    public ErmSolver Solver { get; init; }

    /// <summary>The gradient's norm is at most this times its norm at w = 0.</summary>
    public double Tolerance { get; init; } = 1e-7;

    /// <summary>Steps at the most.</summary>
    public int MaxIterations { get; init; } = 500;
}

/// <summary>A minimiser.</summary>
/// <param name="Weights">w [p].</param>
/// <param name="TrainLoss">The mean loss over the rows, without the regularisation.</param>
/// <param name="GradientNorm">The norm of the objective's gradient at w.</param>
/// <param name="Iterations">Steps; 1 in closed form.</param>
public readonly record struct ErmFit(Tensor<double> Weights, double TrainLoss, double GradientNorm, int Iterations) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();
}

/// <summary>
/// Empirical risk minimisation in generalized linear models: the w [p] that minimises sum_i l(x_i . w, y_i) + (lambda / 2) |w|^2, a sum over rows and not a mean. Theory for
/// p features at scale 1 takes X / sqrt p.
/// </summary>
public static class Erm
{
    /// <summary>Beyond this L-BFGS is faster: at 400 features and 800 rows five times.</summary>
    private const int NewtonFeatures = 100;

    /// <summary>Minimises the risk of rows X [n, p] with targets y [n].</summary>
    /// <param name="loss">The loss; of margins for targets 1 and -1 only.</param>
    /// <param name="x">Rows [n, p].</param>
    /// <param name="y">Targets [n].</param>
    /// <param name="lambda">The regularisation, at least 0.</param>
    /// <param name="options">How; by default automatically.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, a target is not one of the loss's, an option is out of its range, or lambda is negative or not finite.</exception>
    /// <exception cref="GlmException">The design is singular, the classes are separable without regularisation, a number is not finite, or the iteration did not converge.</exception>
    /// <exception cref="NotSupportedException">A closed form of another loss than the square, or the device has no float64.</exception>
    public static ErmFit Fit(ConvexLoss loss, Tensor<double> x, Tensor<double> y, double lambda, ErmOptions? options = null)
    {
        options ??= new();
        Check(loss, x, y, lambda, options);
        ErmSolver solver = options.Solver != ErmSolver.Automatic ? options.Solver
            : loss == ConvexLoss.Square ? ErmSolver.ClosedForm
            : x.Shape[1] <= NewtonFeatures ? ErmSolver.Newton : ErmSolver.LBfgs;
        if (solver == ErmSolver.ClosedForm && loss != ConvexLoss.Square)
        {
            throw new NotSupportedException($"erm: only the square loss has a closed form; the loss is {loss.Name}.");
        }

        using Scope scope = Scope.Begin();
        Risk risk = new(loss, x, y, lambda);
        (Tensor<double> w, int iterations) = solver switch
        {
            ErmSolver.ClosedForm => (ClosedForm(x, y, lambda), 1),
            ErmSolver.Newton => NewtonSteps.Run(risk, options),
            _ => LBfgsSteps.Run(risk, options),
        };
        using Tensor<double> gradient = Tensor.EmptyLike(w);
        (_, double train) = risk.Evaluate(w, gradient);
        return new(scope.Keep(w), train, Vectors.Norm(gradient), iterations);
    }

    private static Tensor<double> ClosedForm(Tensor<double> x, Tensor<double> y, double lambda)
    {
        nint n = x.Shape[0], p = x.Shape[1];
        if (n >= p)
        {
            using Ridge ridge = new((int)p, x.Device);
            ridge.Add(x, y);
            return ridge.Solve(lambda);
        }

        if (lambda == 0)
        {
            throw new GlmException(GlmFailure.SingularDesign, $"erm: {n} rows of {p} features leave a subspace of minimisers with lambda = 0; take lambda > 0.");
        }

        // (X^T X + lambda)^-1 X^T = X^T (X X^T + lambda)^-1.
        using Scope scope = Scope.Begin();
        using Ridge dual = new((int)n, x.Device);
        dual.Add(x.Transpose(), Tensor.Zeros<double>([p], x.Device));
        Tensor<double> solved = Cholesky.Solve(dual.Factor(lambda), y);
        return scope.Keep(x.Transpose().MatMul(solved));
    }

    private static void Check(ConvexLoss loss, Tensor<double> x, Tensor<double> y, double lambda, ErmOptions options)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (x.Rank != 2 || y.Rank != 1 || x.Shape[0] != y.Shape[0] || x.Size == 0)
        {
            throw new ArgumentException($"erm: rows [n, p] and targets [n] are needed, at least one of each; got {x.Shape} and {y.Shape}.");
        }

        if (x.Device != y.Device)
        {
            throw new ArgumentException($"erm: rows and targets must be on one device; they are on {x.Device} and {y.Device}.");
        }

        if (!(lambda >= 0) || !double.IsFinite(lambda))
        {
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "erm: lambda must be finite and not negative.");
        }

        if (!(options.Tolerance > 0) || options.MaxIterations < 1)
        {
            throw new ArgumentException($"erm: a tolerance above 0 and at least one iteration are needed; got {options.Tolerance} and {options.MaxIterations}.");
        }

        Targets("erm", loss, y);
    }

    /// <summary>Refuses targets that a loss of margins does not know.</summary>
    internal static void Targets(string operation, ConvexLoss loss, Tensor<double> y)
    {
        double[] targets = loss.IsMargin ? y.ToArray() : [];
        for (int i = 0; i < targets.Length; i++)
        {
            if (Math.Abs(targets[i]) != 1)
            {
                throw new ArgumentException($"{operation}: the {loss.Name} loss needs targets 1 and -1; target {i} is {targets[i]}.", nameof(y));
            }
        }
    }
}
