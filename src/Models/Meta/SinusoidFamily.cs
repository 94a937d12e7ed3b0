using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>
/// Sine curves: a distribution has a frequency w and a middle phase c, a task of it an amplitude A and a phase c + s, an example x and y = A sin(w x + c + s) without noise; all uniform.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class SinusoidFamily<T> : ITaskFamily<T>
    where T : unmanaged
{
    private readonly (double Low, double High) frequencies = (0.5, 1.5);
    private readonly (double Low, double High) amplitudes = (0.5, 5);
    private readonly double phaseSpread = Math.PI / 4;
    private readonly double halfWidth = 5;

    /// <summary>The range of w.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is empty or not finite.</exception>
    public (double Low, double High) Frequencies
    {
        get => frequencies;
        init => frequencies = Range(value, nameof(Frequencies));
    }

    /// <summary>The range of A.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is empty or not finite.</exception>
    public (double Low, double High) Amplitudes
    {
        get => amplitudes;
        init => amplitudes = Range(value, nameof(Amplitudes));
    }

    /// <summary>s is between plus and minus this; c is between 0 and 2 pi.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double PhaseSpread
    {
        get => phaseSpread;
        init => phaseSpread = Positive(value, nameof(PhaseSpread));
    }

    /// <summary>x is between plus and minus this.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double HalfWidth
    {
        get => halfWidth;
        init => halfWidth = Positive(value, nameof(HalfWidth));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public TaskSet<T> Draw(int replicas, int distributions, int tasks, int support, int query, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(distributions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(support, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query, 1);
        using Scope scope = Scope.Begin();
        Shape each = [replicas, distributions, 1, 1, 1], task = [replicas, distributions, tasks, 1, 1];
        Tensor<T> w = random.Uniform<T>(each, frequencies.Low, frequencies.High, device), c = random.Uniform<T>(each, 0, 2 * Math.PI, device);
        Tensor<T> amplitude = random.Uniform<T>(task, amplitudes.Low, amplitudes.High, device), phase = random.Uniform<T>(task, -phaseSpread, phaseSpread, device) + c;
        Examples<T> adapt = Examples(support), judge = Examples(query);
        return new(Kept(in scope, adapt), Kept(in scope, judge));

        Examples<T> Examples(int n)
        {
            Tensor<T> x = random.Uniform<T>([replicas, distributions, tasks, n, 1], -halfWidth, halfWidth, device);
            return new(x, ((x * w) + phase).Sin() * amplitude);
        }
    }

    private static Examples<T> Kept(ref readonly Scope scope, Examples<T> examples) => new(scope.Keep(examples.X), scope.Keep(examples.Y));

    private static (double Low, double High) Range((double Low, double High) range, string name) =>
        double.IsFinite(range.Low) && double.IsFinite(range.High) && range.Low < range.High
            ? range
            : throw new ArgumentOutOfRangeException(name, $"sinusoids: a finite range that rises is needed; got {range.Low} to {range.High}.");

    private static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "sinusoids: a positive number is needed.");
}
