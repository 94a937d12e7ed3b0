namespace Onsager.Models.Ode;

/// <summary>
/// An explicit Runge-Kutta method as data (Butcher, "On Runge-Kutta processes of high order", 1964): stage i is
/// k_i = f(t + c_i h, y + h (a_i0 k_0 + a_i1 k_1 + ...)), the step y + h (b_0 k_0 + b_1 k_1 + ...). A pair also has the difference of its two
/// methods' weights, which estimates the error, and most have a polynomial between the ends of a step.
/// </summary>
public sealed class Tableau
{
    private readonly double[][] a;
    private readonly double[] b;
    private readonly double[] c;
    private readonly double[] error;
    private readonly double[][] between;

    /// <summary>A method.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="order">The order of the method that steps are taken with.</param>
    /// <param name="a">The rows of the matrix: row i has the i coefficients of stage i, so the first one is empty.</param>
    /// <param name="b">The weights, one for each stage.</param>
    /// <param name="error">The weights minus the other method's; empty without one.</param>
    /// <param name="errorOrder">The order of the other method; it decides how steps are chosen.</param>
    /// <param name="between">
    /// For each stage the coefficients of theta, theta^2, ... of its weight at t + theta h; empty for the cubic through both ends with their slopes
    /// (Hermite).
    /// </param>
    /// <exception cref="ArgumentException">The parts do not fit together, or the weights do not sum up to 1.</exception>
    public Tableau(string name, int order, double[][] a, double[] b, double[]? error = null, int errorOrder = 0, double[][]? between = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        error ??= [];
        between ??= [];
        Name = name;
        Order = order;
        ErrorOrder = errorOrder;
        Check(a.Length == b.Length && b.Length > 0, $"{a.Length} rows for {b.Length} weights");
        Check(error.Length == 0 || error.Length == b.Length, $"{error.Length} weights of the error for {b.Length} stages");
        Check((error.Length == 0) == (errorOrder == 0), $"an error of order {errorOrder} by {error.Length} weights");
        Check(between.Length == 0 || between.Length == b.Length, $"{between.Length} polynomials for {b.Length} stages");
        for (int i = 0; i < a.Length; i++)
        {
            Check(a[i].Length == i, $"row {i} has {a[i].Length} coefficients; an explicit method has {i}");
        }

        Check(Math.Abs(Sum(b) - 1) < 1e-12, $"the weights sum up to {Sum(b)}");
        Check(Math.Abs(Sum(error)) < 1e-12, $"the weights of the error sum up to {Sum(error)}");
        (this.a, this.b, this.error, this.between) = (a, b, error, between);
        c = [.. a.Select(Sum)];
        IsFirstSameAsLast = a.Length > 1 && c[^1] is > 1 - 1e-12 and < 1 + 1e-12 && b[^1] == 0 && a[^1].AsSpan().SequenceEqual(b.AsSpan(0, b.Length - 1));

        void Check(bool isRight, string what)
        {
            if (!isRight)
            {
                throw new ArgumentException($"tableau {name}: {what}.");
            }
        }
    }

    /// <summary>What the method is called.</summary>
    public string Name { get; }

    /// <summary>The order: halving the step divides the error by 2^order.</summary>
    public int Order { get; }

    /// <summary>The order of the method that the step is compared with; 0 where there is none.</summary>
    public int ErrorOrder { get; }

    /// <summary>The number of stages.</summary>
    public int Stages => b.Length;

    /// <summary>True when the last stage is the next step's first one, which is not computed again then.</summary>
    public bool IsFirstSameAsLast { get; }

    /// <summary>True when steps can be chosen by their error.</summary>
    public bool HasError => error.Length > 0;

    /// <summary>The stages' times, as parts of the step.</summary>
    public ReadOnlySpan<double> Nodes => c;

    /// <summary>The weights of the step.</summary>
    public ReadOnlySpan<double> Weights => b;

    /// <summary>The weights of the error; empty without one.</summary>
    public ReadOnlySpan<double> ErrorWeights => error;

    /// <summary>The coefficients of a stage.</summary>
    public ReadOnlySpan<double> Row(int stage) => a[stage];

    /// <summary>The coefficients of theta, theta^2, ... of a stage's weight between the ends of a step; empty for Hermite's cubic.</summary>
    public ReadOnlySpan<double> Between(int stage) => between.Length == 0 ? [] : between[stage];

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static double Sum(double[] terms)
    {
        double sum = 0;
        foreach (double term in terms)
        {
            sum += term;
        }

        return sum;
    }
}
