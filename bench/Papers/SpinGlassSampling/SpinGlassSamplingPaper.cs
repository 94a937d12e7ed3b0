namespace Onsager.Papers;

/// <summary>
/// Claims C1 to C6 of the card spin-glass-sampling: where samplers that denoise by message passing work, from state evolution, and what they do at finite size beside Markov chains. Contractions are made on the device; state evolution, populations and sequential sweeps on the processor.
/// </summary>
internal sealed class SpinGlassSamplingPaper : IPaper
{
    public string Name => "spin-glass-sampling";

    public string Title => "Sampling with flows, diffusion and autoregressive neural networks: A spin-glass perspective";

    public string Citation => "Ghio, Dandi, Krzakala and Zdeborova, arXiv:2308.14085, PNAS 2024";

    public string Abstract =>
        "Flows, diffusions and autoregressive networks move through a family of tilted or pinned measures; where one of them has a first-order transition they fail. The phase diagrams follow from state "
        + "evolution, and message passing at finite size shows both sides: samplers that work where Markov chains do, and some that fail where Markov chains work.";

    public void Run(RunContext context)
    {
        Thresholds.Run(context);
        SkSampling.Run(context);
        FirstOrder.Run(context);
        NaeSat.Run(context);
        FlowOrGlauber.Run(context);
        Ergodicity.Run(context);
        if (context.Size == RunSize.Full)
        {
            Ergodicity.Distribution(context);
            SparseSpike.Run(context);
            NaeSat.Large(context);
        }
    }
}
