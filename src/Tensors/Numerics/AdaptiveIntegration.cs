namespace Onsager.Tensors;

/// <summary>One adaptive integration over finite intervals: see <see cref="Quadrature.Integrate"/>.</summary>
internal sealed class AdaptiveIntegration(Func<double, double> f, double[] bounds, double absoluteTolerance, double relativeTolerance, int limit)
{
    /// <summary>The nodes of the Kronrod rule of 15 points, falling; those of odd number are the Gauss rule's. Solved anew with 50 digits from the orthogonality of Stieltjes' polynomial.</summary>
    private static readonly double[] Nodes =
        [0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911, 0.4058451513773972, 0.20778495500789848, 0];

    private static readonly double[] KronrodWeights =
        [0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679, 0.19035057806478542, 0.20443294007529889, 0.20948214108472782];

    private static readonly double[] GaussWeights = [0.1294849661688697, 0.27970539148927664, 0.3818300505051189, 0.4179591836734694];

    private readonly List<Interval> intervals = [];

    /// <summary>The intervals' numbers, the one with the largest error first; of equal errors the earlier interval.</summary>
    private readonly PriorityQueue<int, (double Error, int Number)> queue = new();
    private int evaluations;

    public QuadratureResult Run()
    {
        for (int i = 0; i + 1 < bounds.Length; i++)
        {
            Add(intervals.Count, Measure(bounds[i], bounds[i + 1]));
        }

        (double value, double error) = Total();
        int steady = 0, growing = 0;
        while (true)
        {
            if (!double.IsFinite(value) || !double.IsFinite(error))
            {
                return Result(value, double.PositiveInfinity, QuadratureStatus.NotFinite);
            }

            if (error <= double.Max(absoluteTolerance, relativeTolerance * Math.Abs(value)))
            {
                return Result(value, error, QuadratureStatus.Converged);
            }

            if (intervals.Count >= limit)
            {
                return Result(value, error, QuadratureStatus.TooManyIntervals);
            }

            int worst = queue.Dequeue();
            Interval whole = intervals[worst];
            double middle = whole.Lower + (0.5 * (whole.Upper - whole.Lower));
            if (middle <= whole.Lower || middle >= whole.Upper)
            {
                return Result(value, error, QuadratureStatus.TooShort);
            }

            Interval left = Measure(whole.Lower, middle), right = Measure(middle, whole.Upper);
            Add(worst, left);
            Add(intervals.Count, right);

            // QUADPACK's tests: halving changes neither value nor error, or makes the error larger.
            double halves = left.Value + right.Value, errors = left.Error + right.Error;
            if (left.Deviation != left.Error && right.Deviation != right.Error)
            {
                steady += Math.Abs(whole.Value - halves) <= 1e-5 * Math.Abs(halves) && errors >= 0.99 * whole.Error ? 1 : 0;
                growing += intervals.Count > 10 && errors > whole.Error ? 1 : 0;
            }

            (value, error) = Total();
            if ((steady >= 6 || growing >= 20) && double.IsFinite(error) && error > double.Max(absoluteTolerance, relativeTolerance * Math.Abs(value)))
            {
                return Result(value, error, QuadratureStatus.RoundOff);
            }
        }
    }

    private QuadratureResult Result(double value, double error, QuadratureStatus status) => new(value, error, evaluations, intervals.Count, status);

    private void Add(int place, Interval interval)
    {
        if (place == intervals.Count)
        {
            intervals.Add(interval);
        }
        else
        {
            intervals[place] = interval;
        }

        queue.Enqueue(place, (-interval.Error, place));
    }

    /// <summary>Sums by the places of the intervals on the axis, so that the order in which they were halved does not matter.</summary>
    private (double Value, double Error) Total()
    {
        double value = 0, error = 0;
        foreach (Interval interval in intervals.OrderBy(static interval => interval.Lower))
        {
            value += interval.Value;
            error += interval.Error;
        }

        return (value, error);
    }

    private Interval Measure(double lower, double upper)
    {
        double half = 0.5 * (upper - lower), middle = 0.5 * (lower + upper), centre = f(middle);
        double kronrod = centre * KronrodWeights[7], gauss = centre * GaussWeights[3], absolute = Math.Abs(kronrod);
        Span<double> below = stackalloc double[7], above = stackalloc double[7];
        for (int i = 0; i < 7; i++)
        {
            double step = half * Nodes[i];
            below[i] = f(middle - step);
            above[i] = f(middle + step);
            double sum = below[i] + above[i];
            kronrod += KronrodWeights[i] * sum;
            absolute += KronrodWeights[i] * (Math.Abs(below[i]) + Math.Abs(above[i]));
            gauss += (i & 1) == 1 ? GaussWeights[i / 2] * sum : 0;
        }

        evaluations += 15;
        double mean = 0.5 * kronrod, deviation = KronrodWeights[7] * Math.Abs(centre - mean);
        for (int i = 0; i < 7; i++)
        {
            deviation += KronrodWeights[i] * (Math.Abs(below[i] - mean) + Math.Abs(above[i] - mean));
        }

        double error = Math.Abs((kronrod - gauss) * half);
        absolute *= half;
        deviation *= half;
        if (deviation != 0 && error != 0)
        {
            double ratio = 200 * error / deviation;
            error = deviation * double.Min(1, ratio * Math.Sqrt(ratio));
        }

        return new(lower, upper, kronrod * half, double.Max(error, 50 * HostScalar.Epsilon * absolute), deviation);
    }

    private readonly record struct Interval(double Lower, double Upper, double Value, double Error, double Deviation);
}
