using System.Globalization;

namespace Onsager.Simd;

/// <summary>The size of the second-level cache, asked of the system once where it says so (Linux), a usual one elsewhere. It decides how a product is blocked, never a bit of it.</summary>
internal static class CacheSizes
{
    /// <summary>Bytes of a core's second-level cache, between 256 KiB and 2 MiB.</summary>
    public static readonly int Second = Read("/sys/devices/system/cpu/cpu0/cache/index2/size", 1 << 20);

    private static int Read(string file, int otherwise)
    {
        try
        {
            // "1024K"
            string text = File.Exists(file) ? File.ReadAllText(file).Trim() : "";
            return text.EndsWith('K') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int kib)
                ? int.Clamp(kib, 256, 2048) << 10
                : otherwise;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return otherwise;
        }
    }
}
