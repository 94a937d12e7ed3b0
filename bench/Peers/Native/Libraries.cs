namespace Onsager.Peers;

/// <summary>All peers that must be found on the system.</summary>
internal static class Libraries
{
    /// <summary>Loads them and pins everybody's threads; null, or what is missing and where it is found.</summary>
    public static string? Open(int threads)
    {
        Tensors.Device.Cpu.Threads = threads;
        string library = "OpenBLAS (libopenblas.so.0)";
        try
        {
            OpenBlas.Open(threads);
            library = "libtorch";
            Libtorch.Open(threads);
            return null;
        }
#pragma warning disable CA1031 // whatever a native loader throws means the same here
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"{library} does not load on this system: {exception.GetBaseException().Message.Split('\n')[0]}\n"
                + "The Debian root that .ci/trixie makes has all that is needed; run there (as root):\n"
                + "  .ci/trixie dotnet run -c Release --project bench/Peers";
        }
    }
}
