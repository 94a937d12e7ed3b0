namespace Onsager.Papers;

/// <summary>The papers that can be run, in the order in which the report shows them. A new paper is one line here.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<IPaper> All { get; } =
    [
        new GiantStepPaper(),
        new VariationalInequalitiesPaper(),
        new LayerwiseSpectrumPaper(),
        new GlmUniversalityPaper(),
        new NeuralOdeInterpolationPaper(),
        new GradientAlignmentPaper(),
        new MetaLearningPaper(),
        new SpinGlassSamplingPaper(),
        new GeneralizedAliPaper(),
        new Digits(),
    ];

    /// <summary>The paper of that name, or null.</summary>
    public static IPaper? Find(string name) => All.FirstOrDefault(paper => paper.Name == name);
}
