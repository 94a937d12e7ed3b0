namespace Onsager.Tensors;

/// <summary>
/// Files that are there whole or not at all: what is written goes to a file beside, to the disk, and then takes the name. A crash leaves the old
/// file as it was; of the new one at most a file with the ending .tmp.
/// </summary>
internal static class AtomicFile
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Makes a file, or puts it in the place of one.</summary>
    public static void Write<TState>(string path, TState state, Action<Stream, TState> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        // A link stays a link: what it points to is replaced.
        string target = Path.GetFullPath(new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName);
        string beside = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream file = new(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
            {
                write(file, state);
                file.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(beside, File.GetUnixFileMode(target));
            }

            File.Move(beside, target, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
