using Onsager.Models.Spectral;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>
/// State evolution of generalized linear models on Gaussian mixtures: what minimisers of sum_i l(w . x_i / sqrt p, y_i) + (lambda / 2) |w|^2, and samples of the Gibbs measure
/// exp(-beta of it), look like when n = alpha p rows and p features are many. By universality it holds for every mixture whose projections are Gaussian in the limit (Dandi, Stephan,
/// Krzakala, Loureiro and Zdeborova, "Universality laws for Gaussian mixtures in generalized linear models", 2023; the equations are those of Loureiro and others, "Learning Gaussian
/// mixtures with generalised linear models", 2021, in one direction).
/// </summary>
/// <remarks>
/// With omega = mean m + scale sqrt(q) g for a component of the mixture and the output function f at (omega, scale^2 v): vh = alpha E scale^2 (-f'), qh = alpha E scale^2 f^2,
/// mh = alpha E mean f; v = 1 / (lambda + vh) (beta lambda for a Gibbs measure), m = |mu|^2 mh v, q = (|mu|^2 mh^2 + qh) v^2. Expectations by Gauss-Hermite rules of 101 nodes.
/// </remarks>
public sealed class StateEvolution
{
    private const int Nodes = 101;

    /// <summary>Nodes of smaller weight add less than rounding does.</summary>
    private const double Negligible = 1e-25;

    /// <summary>Logarithms are held at this.</summary>
    private const double Bound = 100;

    /// <summary>Beyond this a logarithm is on its way to the bound.</summary>
    private const double Boundless = 60;

    private static readonly GaussRule Rule = GaussRule.Normal(Nodes);

    private static readonly FixedPointOptions DefaultOptions = new() { Tolerance = 1e-11, Damping = 0.5, History = 2, MaxIterations = 2000 };

    private readonly FixedPointOptions options;

    /// <summary>A problem.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="mixture">The law of rows and labels.</param>
    /// <param name="alpha">Rows for each feature, n / p.</param>
    /// <param name="lambda">The regularisation, at least 0.</param>
    /// <param name="options">The fixed point's tolerance, damping and acceleration; by default half damped, 10^-11.</param>
    /// <exception cref="ArgumentException">A number is out of its range, or a label is not one of the loss's.</exception>
    public StateEvolution(ConvexLoss loss, Mixture mixture, double alpha, double lambda, FixedPointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(mixture);
        if (!(alpha > 0) || !double.IsFinite(alpha) || !(lambda >= 0) || !double.IsFinite(lambda))
        {
            throw new ArgumentException($"state evolution: a finite alpha above 0 and a finite lambda that is not negative are needed; got {alpha} and {lambda}.");
        }

        foreach (MixtureComponent component in mixture.Components)
        {
            if (component.Scale == 0 || (loss.IsMargin && Math.Abs(component.Label) != 1))
            {
                throw new ArgumentException($"state evolution: scales above 0 are needed, and labels 1 and -1 for the {loss.Name} loss; got {component}.");
            }
        }

        Loss = loss;
        Mixture = mixture;
        Alpha = alpha;
        Lambda = lambda;
        this.options = options ?? DefaultOptions;
    }

    /// <summary>The loss.</summary>
    public ConvexLoss Loss { get; }

    /// <summary>The law of rows and labels.</summary>
    public Mixture Mixture { get; }

    /// <summary>Rows for each feature.</summary>
    public double Alpha { get; }

    /// <summary>The regularisation.</summary>
    public double Lambda { get; }

    /// <summary>The order parameters of the minimiser.</summary>
    /// <exception cref="GlmException">The fixed point was not found: without regularisation there may be none.</exception>
    public OrderParameters Solve() => Solve(null);

    /// <summary>The order parameters of the Gibbs measure at an inverse temperature.</summary>
    /// <exception cref="ArgumentException">beta is not positive and finite.</exception>
    /// <exception cref="GlmException">The prior does not normalise, or the fixed point was not found.</exception>
    public OrderParameters Solve(double beta)
    {
        GlmPotential.CheckPrior("state evolution", Lambda, beta);
        return Solve((double?)beta);
    }

    /// <summary>
    /// The cosine w . w' / (|w| |w'|) of two minimisers on the same data: the fixed point of q12 = (|mu|^2 mh mh' + alpha E scale^2 f(omega) f'(omega')) v v', where omega and omega'
    /// have covariance q12.
    /// </summary>
    /// <exception cref="ArgumentException">The other problem has another alpha, or other components.</exception>
    /// <exception cref="GlmException">A fixed point was not found.</exception>
    public double Cosine(StateEvolution other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Alpha != Alpha || other.Mixture.MeanSquare != Mixture.MeanSquare || !other.Mixture.Components.SequenceEqual(Mixture.Components))
        {
            throw new ArgumentException("state evolution: two estimators on the same data have the same alpha and the same mixture.", nameof(other));
        }

        OrderParameters a = Solve(), b = other.Solve();
        Polynomial products = Products(Coefficients(a), other.Coefficients(b));
        double shared = Mixture.MeanSquare * a.MHat * b.MHat, norms = Math.Sqrt(a.Q * b.Q);
        (double cosine, FixedPointReport report) = FixedPoint.Solve(Next, 0.5, new() { Tolerance = 1e-12, Damping = options.Damping, History = options.History, MaxIterations = options.MaxIterations });
        return report.Converged ? cosine : throw NotConverged("the overlap of two estimators", report);

        double Next(double rho) => (shared + (Alpha * products.Evaluate(Math.Clamp(rho, -1, 1)))) * a.V * b.V / norms;
    }

    /// <summary>Mehler's formula: E f(g) h(g') = sum_k f_k h_k rho^k for normal g, g' of correlation rho, averaged over the components with their scales squared.</summary>
    private Polynomial Products(double[][] f, double[][] h)
    {
        double[] products = new double[f[0].Length];
        for (int c = 0; c < f.Length; c++)
        {
            double factor = Mixture.Components[c].Weight * Mixture.Components[c].Scale * Mixture.Components[c].Scale;
            for (int k = 0; k < products.Length; k++)
            {
                products[k] = Math.FusedMultiplyAdd(factor, f[c][k] * h[c][k], products[k]);
            }
        }

        return new(products);
    }

    private OrderParameters Solve(double? beta)
    {
        OutputFunction output = OutputFunction.Of(Loss, beta);
        double lambda = Lambda * (beta ?? 1);

        // The logarithms of v and q and m / sqrt q: positive, and of order 1 even where the weights grow without end, however far an accelerated step goes. Where
        // acceleration goes astray, the plain damped iteration goes on from the start.
        double[] start = [-Map.Unary<Log>(Math.Max(1, lambda + Alpha)), 0, Math.Min(1, Mixture.MeanSquare)], state = [.. start];
        FixedPointReport report = FixedPoint.Solve(Next, state, options);
        if (!report.Converged && options.History > 0)
        {
            state = start;
            report = FixedPoint.Solve(Next, state, options with { History = 0 });
        }

        // At such sizes the exponentials are held, and what grows without end would look like a fixed point.
        if (!report.Converged || Math.Abs(state[0]) > Boundless || Math.Abs(state[1]) > Boundless)
        {
            throw NotConverged("the order parameters", report);
        }

        (double v, double q) = (Growth(state[0]), Growth(state[1]));
        double m = state[2] * Math.Sqrt(q);
        Averages end = Average(output, v, q, m);
        double self = beta is null ? q : q + v;
        return new(v, q, m, end.Loss, Mixture.Error(m, q), Mixture.Error(m, self), self, report.Iterations) { MHat = end.M };

        void Next(ReadOnlySpan<double> x, Span<double> next)
        {
            double q = Growth(x[1]);
            Averages hats = Average(output, Growth(x[0]), q, x[2] * Math.Sqrt(q));
            double v = 1 / (lambda + hats.V), square = (Mixture.MeanSquare * hats.M * hats.M) + hats.Q;
            next[0] = Map.Unary<Log>(v);
            next[1] = Map.Unary<Log>(square * v * v);
            next[2] = Mixture.MeanSquare * hats.M / Math.Sqrt(square);
        }
    }

    /// <summary>vh, qh, mh and the mean loss.</summary>
    private Averages Average(OutputFunction output, double v, double q, double m)
    {
        double vh = 0, qh = 0, mh = 0, loss = 0, root = Math.Sqrt(q);
        ReadOnlySpan<double> nodes = Rule.Nodes, weights = Rule.Weights;
        foreach (MixtureComponent component in Mixture.Components)
        {
            double square = component.Scale * component.Scale;
            for (int i = 0; i < nodes.Length && component.Weight > 0; i++)
            {
                if (weights[i] < Negligible)
                {
                    continue;
                }

                double weight = component.Weight * weights[i];
                Output at = output.At((component.Mean * m) + (component.Scale * root * nodes[i]), square * v, component.Label);
                vh += weight * square * at.Descent;
                qh += weight * square * at.F * at.F;
                mh += weight * component.Mean * at.F;
                loss += weight * at.Loss;
            }
        }

        return new(Alpha * vh, Alpha * qh, Alpha * mh, loss);
    }

    /// <summary>The coefficients of f(mean m + scale sqrt(q) g) in normalised Hermite polynomials of g, for each component.</summary>
    private double[][] Coefficients(OrderParameters at)
    {
        // More would not be orthogonal under the rule.
        const int Count = Nodes / 2;
        OutputFunction output = OutputFunction.Of(Loss, null);
        double[][] coefficients = new double[Mixture.Components.Length][];
        double[] values = new double[Count];
        for (int c = 0; c < coefficients.Length; c++)
        {
            MixtureComponent component = Mixture.Components[c];
            double[] sums = coefficients[c] = new double[Count];
            for (int i = 0; i < Nodes; i++)
            {
                double node = Rule.Nodes[i], weight = Rule.Weights[i];
                if (weight < Negligible)
                {
                    continue;
                }

                double value = weight * output.At((component.Mean * at.M) + (component.Scale * Math.Sqrt(at.Q) * node), component.Scale * component.Scale * at.V, component.Label).F;
                Hermite.Evaluate(node, values);
                for (int k = 0; k < Count; k++)
                {
                    sums[k] += value * values[k];
                }
            }
        }

        return coefficients;
    }

    private GlmException NotConverged(string what, FixedPointReport report) => new(
        GlmFailure.NotConverged,
        $"state evolution: {what} did not converge for the {Loss.Name} loss, alpha = {Alpha}, lambda = {Lambda}: after {report.Iterations} iterations the least change is {report.Residual:g3}{(report.Converged ? ", and they have no bound" : "")}."
        + (Lambda == 0 ? " Without regularisation there may be no minimiser; take lambda > 0." : " Allow more iterations or stronger damping."));

    /// <summary>e^x, bounded so that an accelerated step that goes too far comes back.</summary>
    private static double Growth(double x) => Map.Unary<Exp>(Math.Clamp(x, -Bound, Bound));

    private readonly record struct Averages(double V, double Q, double M, double Loss);
}
