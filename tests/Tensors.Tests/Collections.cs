namespace Onsager.Tensors.Tests;

/// <summary>Tests that change the number of threads, or count what the whole process allocates: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
