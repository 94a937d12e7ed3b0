namespace Onsager.Papers;

/// <summary>
/// One paper: what it claims, computed again. Each implementation is one file, and one line in <see cref="Catalogue"/>.
/// </summary>
internal interface IPaper
{
    /// <summary>The name of its command, lower case with hyphens: <c>giant-step</c>. Also the name of its folder of results.</summary>
    string Name { get; }

    /// <summary>The paper's title as printed.</summary>
    string Title { get; }

    /// <summary>Authors, where and when, in one line.</summary>
    string Citation { get; }

    /// <summary>What is shown, in one sentence.</summary>
    string Abstract { get; }

    /// <summary>Whether it cannot run without files of <c>--data</c>: <c>run all</c> then leaves it out, and says so, where no folder is named and none is there.</summary>
    bool NeedsData => false;

    /// <summary>
    /// Runs the experiment at <see cref="RunContext.Size"/> and hands every finding to <paramref name="context"/>.
    /// All randomness comes from <see cref="RunContext.Seed"/>, and no number may depend on the time or the thread count.
    /// </summary>
    void Run(RunContext context);
}

/// <summary>How much is computed.</summary>
internal enum RunSize
{
    /// <summary>A smoke run: seconds.</summary>
    Quick,

    /// <summary>The card's CPU configuration.</summary>
    Standard,

    /// <summary>The large configuration, on a GPU where there is one.</summary>
    Full,
}
