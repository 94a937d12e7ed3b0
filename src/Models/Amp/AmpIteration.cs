using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>
/// Approximate message passing for a batch of columns that share one matrix or tensor: each has its own noise variance Delta, side channel h = gamma^2 x + gamma z, and start. One step is
/// b = Y a .. a / (sqrt(N^(p - 1) / (p - 1)!) Delta) - (p - 1) v q_t^(p - 2) a_before / Delta + h, a = mean(q^(p - 1) / Delta + gamma^2, b), where q = |a|^2 / N, q_t = a . a_before / N and v is the mean variance: Onsager's reaction takes
/// the means of the step before, damped or not, and the variance of this one.
/// </summary>
/// <typeparam name="TPrior">The prior; its mean's derivative, v, comes from forward differentiation of its formula.</typeparam>
/// <remarks>
/// Lesieur, Krzakala and Zdeborova (2017) for matrices, Richard and Montanari (2014) for tensors; for spins without a spike it is the iteration of Thouless, Anderson and
/// Palmer (1977) in Bolthausen's order of times (2014). float32, sums over rows in blocks of 512 and then in float64. Columns never exchange anything: after as many
/// steps a column has the same bits in every batch; a tolerance of <see cref="Run"/> ends them for all columns at once.
/// </remarks>
public sealed class AmpIteration<TPrior>
    where TPrior : struct, IPrior
{
    /// <summary>Rows whose sums are float32 chains, and the parts that threads share.</summary>
    private const int Block = 512;

    /// <summary>A mean square of so many times the prior's is divergence.</summary>
    private const double Limit = 1e3;

    private readonly TPrior prior;
    private readonly double[] delta;
    private readonly int width;
    private readonly double secondMoment;
    private readonly float[] mean;
    private readonly float[] before;
    private readonly float[] external;
    private readonly float[] products;
    private readonly float[] parameters;
    private readonly float[] sums;
    private readonly double[] gammaSquared;
    private readonly double[] square;
    private readonly double[] variance;
    private readonly double[] overlap;
    private readonly double[] spikeSum;
    private readonly double[] spikeSquares;
    private readonly double[] change;

    /// <param name="model">The matrix or tensor.</param>
    /// <param name="prior">The prior, which is checked.</param>
    /// <param name="delta">The noise's variance of each column.</param>
    /// <exception cref="PriorException">The prior is no probability measure, or its channel belongs to another one.</exception>
    /// <exception cref="ArgumentException">There are no columns, or a variance is not finite and above 0.</exception>
    public AmpIteration(SpikedModel model, TPrior prior, params ReadOnlySpan<double> delta)
    {
        ArgumentNullException.ThrowIfNull(model);
        Prior.Check(prior);
        if (delta.IsEmpty)
        {
            throw new ArgumentException("amp: there are no columns; one variance of the noise is needed for each.", nameof(delta));
        }

        for (int c = 0; c < delta.Length; c++)
        {
            if (!(delta[c] > 0) || !double.IsFinite(delta[c]))
            {
                throw new ArgumentException($"amp: column {c} has a noise of variance {delta[c]}; it must be finite and above 0.", nameof(delta));
            }
        }

        (Model, this.prior, Columns) = (model, prior, delta.Length);
        width = Batch.Width(delta.Length);
        this.delta = new double[width];
        this.delta.AsSpan().Fill(1);
        delta.CopyTo(this.delta);
        secondMoment = Prior.SecondMoment(prior);
        int elements = checked(model.Size * width);
        (mean, before, external, products) = (new float[elements], new float[elements], new float[elements], new float[elements]);
        parameters = new float[MessageStep.Parameters * width];
        sums = new float[(model.Size + Block - 1) / Block * MessageStep.Sums * width];
        gammaSquared = new double[width];
        (square, variance, overlap, spikeSum, spikeSquares, change) = (new double[width], new double[width], new double[width], new double[width], new double[width], new double[width]);
        Start();
    }

    /// <summary>The matrix or tensor.</summary>
    public SpikedModel Model { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Columns in memory: a multiple of 16; those behind <see cref="Columns"/> are idle.</summary>
    public int Width => width;

    /// <summary>Steps so far.</summary>
    public int Steps { get; private set; }

    /// <summary>What share of its old mean a coordinate keeps in a step, in [0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public double Damping
    {
        get;
        set => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "amp: the damping must be in [0, 1).");
    }

    /// <summary>gamma^2 of each column, [Width]; to be set by the caller, not negative.</summary>
    public double[] GammaSquared => gammaSquared;

    /// <summary>The side channel h, [N, Width]; to be set by the caller.</summary>
    public float[] External => external;

    /// <summary>The means a, [N, Width]; may be set by the caller before <see cref="Begin"/>.</summary>
    public float[] Means => mean;

    /// <summary>Forgets everything but the side channel: all means 0.</summary>
    public void Start()
    {
        mean.AsSpan().Clear();
        Begin();
    }

    /// <summary>Begins at the means that are in <see cref="Means"/>, without memory of a step before.</summary>
    public void Begin()
    {
        before.AsSpan().Clear();
        Steps = 0;
        ReadOnlySpan<float> spike = Model.Spike;
        for (int c = 0; c < width; c++)
        {
            double q = 0, along = 0, alongSquares = 0;
            for (int i = 0; i < Model.Size; i++)
            {
                double a = mean[(i * width) + c], u = spike.IsEmpty ? 0 : spike[i] * a;
                (q, along, alongSquares) = (q + (a * a), along + u, alongSquares + (u * u));
            }

            (square[c], spikeSum[c], spikeSquares[c], overlap[c], change[c]) = (q, along, alongSquares, 0, double.PositiveInfinity);
            variance[c] = 0;
        }
    }

    /// <summary>|a|^2 / N of a column.</summary>
    public double MeanSquare(int column) => square[Checked(column)] / Model.Size;

    /// <summary>a . x / N of a column and the spike.</summary>
    public double Overlap(int column) => spikeSum[Checked(column)] / Model.Size;

    /// <summary>The root mean square of the last step's change in a column.</summary>
    public double Change(int column) => Math.Sqrt(change[Checked(column)] / Model.Size);

    /// <summary>The means as a tensor [N, Columns].</summary>
    public Tensor<float> ToTensor() => Batch.ToTensor(mean, Model.Size, width, Columns);

    /// <summary>Runs steps until the change of every column is at most a tolerance, or the steps run out, or a column diverges.</summary>
    /// <param name="steps">The most steps.</param>
    /// <param name="tolerance">The root mean square of a change that ends the run; at 0 it ends where nothing changes any more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or the tolerance is negative.</exception>
    /// <exception cref="InvalidOperationException">A gamma^2 is negative or not finite.</exception>
    public AmpReport Run(int steps, double tolerance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (!(tolerance >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "amp: the tolerance must not be negative.");
        }

        for (int c = 0; c < Columns; c++)
        {
            if (!(gammaSquared[c] >= 0) || !double.IsFinite(gammaSquared[c]))
            {
                throw new InvalidOperationException($"amp: gamma^2 of column {c} is {gammaSquared[c]}; it must be finite and not negative.");
            }
        }

        for (int step = 1; ; step++)
        {
            Step();
            (double largest, int column) = Largest();
            if (!(square[column] <= Limit * secondMoment * Model.Size) || !double.IsFinite(largest))
            {
                return new(AmpStatus.Diverged, step, largest, column, Describe("diverged", step, largest, column));
            }

            if (largest <= tolerance)
            {
                return new(AmpStatus.Converged, step, largest, column, $"amp: converged in {step} steps; the largest change is {largest:g3}.");
            }

            if (step == steps)
            {
                return new(AmpStatus.StepLimit, step, largest, column, Describe("stopped", step, largest, column));
            }
        }
    }

    /// <summary>One step of all columns.</summary>
    private void Step()
    {
        int n = Model.Size, p = Model.Order;
        Model.Contract(mean, width, products);
        for (int c = 0; c < width; c++)
        {
            double q = square[c] / n;
            Parameter(MessageParameter.Precision, c) = (float)((Scalars.Power(q, p - 1) / delta[c]) + gammaSquared[c]);
            Parameter(MessageParameter.Noise, c) = (float)(p == 2 ? 1 / Math.Sqrt(n * delta[c]) : Math.Sqrt(2 / delta[c]) / n);
            Parameter(MessageParameter.Signal, c) = (float)(p == 2 ? 1 / (n * delta[c]) : 2 / ((double)n * n * delta[c]));
            Parameter(MessageParameter.Reaction, c) = (float)((p - 1) / delta[c] * (variance[c] / n) * (p == 2 ? 1 : overlap[c] / n));
            Parameter(MessageParameter.SpikeSum, c) = (float)spikeSum[c];
            Parameter(MessageParameter.SpikeSquares, c) = (float)spikeSquares[c];
            Parameter(MessageParameter.Damping, c) = (float)Damping;
        }

        int parts = (n + Block - 1) / Block;
        Device.Cpu.InParts(parts, part =>
        {
            int first = part * Block * width, count = (int.Min(n, (part + 1) * Block) * width) - first;
            ReadOnlySpan<float> spike = Model.Spike;
            MessageStep.Run(
                prior, parameters, Model.Order, spike.IsEmpty ? spike : spike.Slice(part * Block, count / width), products.AsSpan(first, count), external.AsSpan(first, count),
                mean.AsSpan(first, count), before.AsSpan(first, count), width, sums.AsSpan(part * MessageStep.Sums * width, MessageStep.Sums * width));
        });
        for (int c = 0; c < width; c++)
        {
            variance[c] = (Damping * variance[c]) + ((1 - Damping) * Sum(MessageSum.Variance, c, parts));
            square[c] = Sum(MessageSum.Square, c, parts);
            overlap[c] = Sum(MessageSum.Overlap, c, parts);
            change[c] = Sum(MessageSum.Change, c, parts);
            spikeSum[c] = Sum(MessageSum.Spike, c, parts);
            spikeSquares[c] = Sum(MessageSum.SpikeSquares, c, parts);
        }

        Steps++;
    }

    private ref float Parameter(MessageParameter row, int column) => ref parameters[((int)row * width) + column];

    private double Sum(MessageSum row, int column, int parts)
    {
        double sum = 0;
        for (int part = 0; part < parts; part++)
        {
            sum += sums[(((part * MessageStep.Sums) + (int)row) * width) + column];
        }

        return sum;
    }

    private (double Change, int Column) Largest()
    {
        (double largest, int column) = (-1, 0);
        for (int c = 0; c < Columns; c++)
        {
            // Written so that NaN is the largest.
            if (!(change[c] <= largest) || !(square[c] <= Limit * secondMoment * Model.Size))
            {
                (largest, column) = (change[c], c);
                if (!(square[c] <= Limit * secondMoment * Model.Size))
                {
                    break;
                }
            }
        }

        return (Math.Sqrt(largest / Model.Size), column);
    }

    private string Describe(string what, int step, double largest, int column) =>
        $"amp: column {column} {what} after {step} steps with a change of {largest:g3} and a mean square of {square[column] / Model.Size:g3} (the prior's is {secondMoment:g3}), "
        + $"at Delta = {delta[column]:g6}, gamma^2 = {gammaSquared[column]:g6} and damping {Damping}: more steps or more damping can help; a change that stays large at every damping is a glass phase.";

    private int Checked(int column) => (uint)column < (uint)Columns ? column : throw new ArgumentOutOfRangeException(nameof(column), column, $"amp: there are columns 0 .. {Columns - 1}.");
}
