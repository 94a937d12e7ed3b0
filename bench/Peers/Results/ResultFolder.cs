namespace Onsager.Peers;

/// <summary>The last full run as files to keep.</summary>
internal static class ResultFolder
{
    public static void Write(string folder, Runner runner)
    {
        Directory.CreateDirectory(folder);
        Row.Write(runner.Rows, Path.Combine(folder, "peers.json"));
    }
}
