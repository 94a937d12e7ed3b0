namespace Onsager.Simd;

/// <summary>
/// Sequential sweeps of single-spin dynamics over batches of 16 chains that share their couplings: spins are -1 or 1, [n, 16]. A chain's bits do not depend on
/// the chains beside it.
/// </summary>
public static unsafe class SpinSweeps
{
    /// <summary>Chains of a batch.</summary>
    public const int Chains = 16;

    /// <summary>One sweep with pair couplings, the fields kept up to date: h[i] = sum over j of J(i, j) s[j].</summary>
    /// <typeparam name="TRule">How a spin is drawn.</typeparam>
    /// <param name="couplings">J, symmetric with zero diagonal, [n, n].</param>
    /// <param name="n">Spins.</param>
    /// <param name="slopes">2 beta of each chain.</param>
    /// <param name="uniforms">Uniform numbers, [n, 16].</param>
    /// <param name="spins">[n, 16], drawn again in the order of the spins.</param>
    /// <param name="fields">[n, 16].</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static void Pairs<TRule>(
        ReadOnlySpan<float> couplings, int n, ReadOnlySpan<float> slopes, ReadOnlySpan<float> uniforms, Span<float> spins, Span<float> fields)
        where TRule : struct, IFlipRule
    {
        Check(couplings.Length, (long)n * n, n, slopes, uniforms, spins);
        if (fields.Length != spins.Length)
        {
            throw new ArgumentException($"sweep: {fields.Length} fields of {spins.Length} spins.", nameof(fields));
        }

        fixed (float* j = couplings, beta = slopes, u = uniforms, s = spins, h = fields)
        {
            Lanes.Run32(new PairSweepLoop<TRule>(j, n, beta, u, s, h));
        }
    }

    /// <summary>One sweep with couplings of three: the field of spin i is the sum over j &lt; k of J(i, j, k) s[j] s[k], computed when its turn comes.</summary>
    /// <typeparam name="TRule">How a spin is drawn.</typeparam>
    /// <param name="slices">For each spin the packed strict upper triangle (<see cref="TriangleProduct"/>) of J(i, ., .), zero where an index is i: [n, n (n - 1) / 2].</param>
    /// <param name="n">Spins.</param>
    /// <param name="slopes">2 beta of each chain.</param>
    /// <param name="uniforms">Uniform numbers, [n, 16].</param>
    /// <param name="spins">[n, 16], drawn again in the order of the spins.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static void Triples<TRule>(ReadOnlySpan<float> slices, int n, ReadOnlySpan<float> slopes, ReadOnlySpan<float> uniforms, Span<float> spins)
        where TRule : struct, IFlipRule
    {
        Check(slices.Length, n * TriangleProduct.Elements(n), n, slopes, uniforms, spins);
        fixed (float* j = slices, beta = slopes, u = uniforms, s = spins)
        {
            Lanes.Run32(new TripleSweepLoop<TRule>(j, n, beta, u, s));
        }
    }

    private static void Check(long couplings, long needed, int n, ReadOnlySpan<float> slopes, ReadOnlySpan<float> uniforms, Span<float> spins)
    {
        if (couplings != needed || slopes.Length != Chains || uniforms.Length != (long)n * Chains || spins.Length != uniforms.Length)
        {
            throw new ArgumentException(
                $"sweep: {couplings} couplings, {slopes.Length} temperatures, {uniforms.Length} uniform numbers and {spins.Length} spins; {needed}, {Chains}, {n * Chains} and {n * Chains} are needed.",
                nameof(couplings));
        }
    }
}
