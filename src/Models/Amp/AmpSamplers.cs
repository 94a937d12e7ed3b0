using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>
/// Samplers of spins whose denoiser is message passing: flows, diffusions, stochastic localisation and decimation. Each draws one sample for each Delta that it is given, all from the same model, and returns spins
/// -1 or 1 as a tensor [N, samples]. For a model without a spike, Delta = 2 T^2 / p makes them samples of the spin glass at temperature T.
/// </summary>
/// <remarks>
/// All four denoise the same family of measures, tilted by h = gamma^2 x + gamma z, and differ in how they move through it (Ghio, Dandi, Krzakala and Zdeborova, arXiv:2308.14085;
/// El Alaoui, Montanari and Sellke for localisation, FOCS 2022). Message passing that diverges on the way is an <see cref="AmpDivergedException"/>.
/// </remarks>
public static class AmpSamplers
{
    /// <summary>
    /// The flow of a linear interpolant y = t x + (1 - t) z: dy/dt = x̂ - (y - t x̂) / (1 - t), by Euler steps up to t = 1 - 1 / steps, where the signs are taken.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range, or a Delta not above 0.</exception>
    /// <exception cref="AmpDivergedException">Message passing diverged.</exception>
    public static Tensor<float> Flow(SpikedModel model, ReadOnlySpan<double> delta, RandomStream random, SamplerOptions options)
    {
        AmpIteration<Rademacher> amp = Begin("flow", model, delta, random, options);
        float[] y = Draw(amp, random);
        for (int k = 0; k < options.Steps - 1; k++)
        {
            // h = t y / (1 - t)^2 at gamma^2 = t^2 / (1 - t)^2; then y moves by dt [x̂ - (y - t x̂) / (1 - t)] = dt (x̂ - y) / (1 - t).
            double t = (double)k / options.Steps, rest = 1 - t;
            Tilt(amp, y, t / (rest * rest), t * t / (rest * rest));
            Denoise(amp, options, (double)k / options.Steps);
            float share = (float)(1 / (options.Steps * rest));
            float[] mean = amp.Means;
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = MathF.FusedMultiplyAdd(share, mean[i] - y[i], y[i]);
            }
        }

        return Signs(amp, y);
    }

    /// <summary>
    /// The reversed Ornstein-Uhlenbeck process: y = e^-tau x + sqrt(1 - e^-2 tau) z is followed from large tau to 0 by the exact conditional law of a step, given the denoised x̂
    /// in place of x (ancestral sampling). The path's gamma = e^-tau / sqrt(1 - e^-2 tau) rises in even steps to <paramref name="gamma"/>, where the signs are taken.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range, or a Delta not above 0.</exception>
    /// <exception cref="AmpDivergedException">Message passing diverged.</exception>
    public static Tensor<float> Diffusion(SpikedModel model, ReadOnlySpan<double> delta, RandomStream random, SamplerOptions options, double gamma = 4)
    {
        AmpIteration<Rademacher> amp = Begin("diffusion", model, delta, random, options);
        CheckEnd(gamma);
        float[] y = Draw(amp, random), z = new float[y.Length];
        for (int k = 0; k < options.Steps; k++)
        {
            double from = gamma * k / options.Steps, to = gamma * (k + 1) / options.Steps;
            double noise = 1 / (1 + (from * from)), next = 1 / (1 + (to * to));
            Tilt(amp, y, Math.Sqrt(1 - noise) / noise, from * from);
            Denoise(amp, options, (double)k / options.Steps);

            // noise = 1 - e^-2 tau. The law of y at the later time given y and x: weights keep and pull, and this variance.
            double step = Math.Sqrt((1 - noise) / (1 - next)), keep = step * next / noise, pull = Math.Sqrt(1 - next) * (1 - (step * step)) / noise;
            double deviation = Math.Sqrt(next * (1 - (step * step)) / noise);
            Batch.Normal(random, z);
            float[] mean = amp.Means;
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = MathF.FusedMultiplyAdd((float)keep, y[i], MathF.FusedMultiplyAdd((float)pull, mean[i], (float)deviation * z[i]));
            }
        }

        return Signs(amp, y);
    }

    /// <summary>
    /// Stochastic localisation dh = x̂(h) ds + dW from h = 0, by Euler steps at the times s = end (k / steps)^2, close where the measure changes fast; the signs of h are taken at the end.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range, or a Delta not above 0.</exception>
    /// <exception cref="AmpDivergedException">Message passing diverged.</exception>
    public static Tensor<float> Localization(SpikedModel model, ReadOnlySpan<double> delta, RandomStream random, SamplerOptions options, double end = 12)
    {
        AmpIteration<Rademacher> amp = Begin("localization", model, delta, random, options);
        CheckEnd(end);
        float[] h = new float[amp.Means.Length], z = new float[h.Length];
        double steps = options.Steps;
        for (int k = 0; k < options.Steps; k++)
        {
            double s = end * (k / steps) * (k / steps), next = end * ((k + 1) / steps) * ((k + 1) / steps);
            Tilt(amp, h, 1, s);
            Denoise(amp, options, k / steps);
            Batch.Normal(random, z);
            float step = (float)(next - s), root = (float)Math.Sqrt(next - s);
            float[] mean = amp.Means;
            for (int i = 0; i < h.Length; i++)
            {
                h[i] += MathF.FusedMultiplyAdd(step, mean[i], root * z[i]);
            }
        }

        return Signs(amp, h);
    }

    /// <summary>
    /// Decimation, the autoregressive sampler: spins are revealed in <see cref="SamplerOptions.Steps"/> blocks, in their order, each drawn from its marginal given those revealed before.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range, or a Delta not above 0.</exception>
    /// <exception cref="AmpDivergedException">Message passing diverged.</exception>
    public static Tensor<float> Decimation(SpikedModel model, ReadOnlySpan<double> delta, RandomStream random, SamplerOptions options)
    {
        // tanh of this is 1 to the bit, and its derivative 0, whatever a coupling adds.
        const float Pinned = 1e4f;
        AmpIteration<Rademacher> amp = Begin("decimation", model, delta, random, options);
        int n = model.Size, width = amp.Width;
        float[] spins = new float[n * width], uniform = new float[n * width];
        Batch.Uniform(random, uniform);
        for (int k = 0; k < options.Steps; k++)
        {
            int first = (int)((long)n * k / options.Steps), last = (int)((long)n * (k + 1) / options.Steps);
            Denoise(amp, options, (double)k / options.Steps);
            for (int i = first * width; i < last * width; i++)
            {
                spins[i] = uniform[i] < 0.5f * (1 + amp.Means[i]) ? 1 : -1;
                amp.External[i] = Pinned * spins[i];
            }
        }

        return Batch.ToTensor(spins, n, width, amp.Columns);
    }

    private static AmpIteration<Rademacher> Begin(string sampler, SpikedModel model, ReadOnlySpan<double> delta, RandomStream random, SamplerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(sampler);
        return new AmpIteration<Rademacher>(model, default, delta) { Damping = options.Damping };
    }

    private static float[] Draw(AmpIteration<Rademacher> amp, RandomStream random)
    {
        float[] z = new float[amp.Means.Length];
        Batch.Normal(random, z);
        return z;
    }

    private static void Tilt(AmpIteration<Rademacher> amp, float[] y, double factor, double gammaSquared)
    {
        float f = (float)factor;
        float[] h = amp.External;
        for (int i = 0; i < y.Length; i++)
        {
            h[i] = f * y[i];
        }

        amp.GammaSquared.AsSpan().Fill(gammaSquared);
    }

    private static void Denoise(AmpIteration<Rademacher> amp, SamplerOptions options, double progress)
    {
        options.Progress?.Invoke(progress);
        amp.Run(options.Iterations).OrThrow();
    }

    private static Tensor<float> Signs(AmpIteration<Rademacher> amp, float[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = y[i] < 0 ? -1 : 1;
        }

        return Batch.ToTensor(y, amp.Model.Size, amp.Width, amp.Columns);
    }

    private static void CheckEnd(double end)
    {
        if (!(end > 0) || !double.IsFinite(end))
        {
            throw new ArgumentOutOfRangeException(nameof(end), end, "sampler: the path's end must be finite and above 0.");
        }
    }
}
