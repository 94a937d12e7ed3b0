namespace Onsager.Peers;

/// <summary>Ourselves as a peer: on one thread, for rows that tell how more of them scale; and eager, for plans.</summary>
internal static class Ourselves
{
    public const string Name = "Onsager, 1 thread";

    /// <summary>The same step without a plan.</summary>
    public const string Eager = "Onsager, eager";
}
