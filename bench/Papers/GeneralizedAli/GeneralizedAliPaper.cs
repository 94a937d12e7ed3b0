using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>The random streams of the card's claims.</summary>
internal enum AliCheck
{
    Theory = 1,
    Ring = 6,
    Blobs,
    Digits,
    Shapes,
}

/// <summary>
/// Criteria 1 to 10 of the card generalized-ali: what the product objective's theorems say, exactly, and games of tuples trained on a ring of clouds and on images with known factors.
/// The theory runs in double precision on the processor, nets in single precision where --device says.
/// </summary>
internal sealed class GeneralizedAliPaper : IPaper
{
    public string Name => "generalized-ali";

    public string Title => "Generalized Adversarially Learned Inference";

    public string Citation => "Dandi, Bharadhwaj, Kumar and Rai, AAAI 2021, 35(8), 7185-7192; arXiv:2006.08089";

    public string Abstract =>
        "A discriminator that tells n tuples of images and codes apart, and an objective that wants every other class's probability and not only the own one's small, train encoder and generator "
        + "to invert each other better than the two tuples of adversarially learned inference do, and to fill gaps in images.";

    public void Run(RunContext context)
    {
        // Files are checked before anything is computed.
        using Scope scope = Scope.Begin();
        (Tensor<float> Images, int Side)? digits = HandwrittenImages.Load(context, HandwrittenGames.Least);
        TheoryChecks.Run(context);
        RingGames.Run(context);
        BlobGames.Run(context);
        HandwrittenGames.Run(context, digits);
        if (context.Size != RunSize.Standard)
        {
            ShapeGames.Run(context);
        }
    }

    public static RandomStream Stream(RunContext context, AliCheck check, int part = 0) => new(context.Seed, ((ulong)check << 32) + (ulong)part);
}
