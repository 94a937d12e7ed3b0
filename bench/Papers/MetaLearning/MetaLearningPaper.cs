using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>The random streams of the card's claims.</summary>
internal enum MetaCheck
{
    Derivatives = 1,
    Start,
    Training,
    Validation,
    Test,
    Large,
}

/// <summary>
/// Criteria 1 to 4 of the card meta-learning: training for meta-training on a new distribution's tasks, sine curves that share frequency and middle phase, against MAML. Derivatives are checked in double precision
/// on the processor; nets train in single precision where --device says. A regression needs no data: --data changes nothing.
/// </summary>
internal sealed class MetaLearningPaper : IPaper
{
    public string Name => "meta-learning";

    public string Title => "Model-Agnostic Learning to Meta-Learn";

    public string Citation => "Devos and Dandi, arXiv:2012.02684; NeurIPS 2020 pre-registration workshop, PMLR 148";

    public string Abstract =>
        "A start that was trained for it learns from a few related tasks of a new distribution how to learn its further tasks: the training differentiates through meta-training, so with third derivatives. "
        + "Regression of sine curves, against MAML and against plain finetuning on the same data.";

    public void Run(RunContext context)
    {
        MetaDerivatives.Run(context);
        SineCurves.Run(context);
        if (context.Size == RunSize.Full)
        {
            LargeMeta.Run(context);
        }
    }

    public static RandomStream Stream(RunContext context, MetaCheck check, int part = 0) => new(context.Seed, ((ulong)check << 32) + (ulong)part);
}
