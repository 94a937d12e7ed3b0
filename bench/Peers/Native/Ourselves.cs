namespace Onsager.Peers;

/// <summary>Ourselves as a peer: on one thread, for rows that tell how more of them scale.</summary>
internal static class Ourselves
{
    public const string Name = "Onsager, 1 thread";
}
