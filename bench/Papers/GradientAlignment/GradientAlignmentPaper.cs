using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>The random streams of the card's claims.</summary>
internal enum AlignmentCheck
{
    Expansions = 1,
    SparseRegression = 4,
    Federation,
    Digits,
    Identical,
    Sampled,
}

/// <summary>
/// Claims 1 to 5 of the card gradient-alignment: displaced gradients do at once what many small steps do one after the other, and align the gradients of clients. Expansions and the
/// sparse regression run in double precision on the processor, federations in single precision where --device says.
/// </summary>
internal sealed class GradientAlignmentPaper : IPaper
{
    public string Name => "gradient-alignment";

    public string Title => "Implicit Gradient Alignment in Distributed and Federated Learning";

    public string Citation => "Dandi, Barba and Jaggi, arXiv:2106.13897; AAAI 2022";

    public string Abstract =>
        "Stochastic gradient descent aligns the gradients of its batches; one step with all batches at once does not, and local steps of federated clients drive them apart. Gradients at points "
        + "displaced to each client's own side bring the alignment back: in expansions, in sparse regression, and in federations of unlike clients.";

    public void Run(RunContext context)
    {
        // Files are checked before anything is computed.
        using Scope scope = Scope.Begin();
        FederatedData? digits = Federations.Digits(context);
        Expansions.Run(context);
        SparseRegression.Run(context);
        Federations.Run(context, digits);
        if (context.Size == RunSize.Full)
        {
            LargeFederations.Run(context);
        }
    }

    public static RandomStream Stream(RunContext context, AlignmentCheck check, int part = 0) => new(context.Seed, ((ulong)check << 32) + (ulong)part);
}
