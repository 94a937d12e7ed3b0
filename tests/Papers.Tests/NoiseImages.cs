using System.Buffers.Binary;

namespace Onsager.Papers.Tests;

/// <summary>Images 8 x 8 of noise under the name that papers look for in the folder of --data.</summary>
internal static class NoiseImages
{
    private const string Name = "t10k-images-idx3-ubyte";

    public static void Write(string folder, int count)
    {
        byte[] images = new byte[16 + (count * 64)];
        byte[] header = [0, 0, 8, 3];
        header.CopyTo(images, 0);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(4), count);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(8), 8);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(12), 8);
        new Random(3).NextBytes(images.AsSpan(16));
        File.WriteAllBytes(Path.Combine(folder, Name), images);
    }

    /// <summary>Cuts the file short, and fails unless the paper refuses it by its name.</summary>
    public static void CheckCutIsRefused(string paper, string folder)
    {
        string file = Path.Combine(folder, Name);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..100]);
        PapersProgram.Ended ended = PapersProgram.Run(["run", paper, "--size", "quick", "--data", folder, "--out", folder]);
        Assert.Equal(2, ended.Code);
        Assert.Contains(Name, ended.Errors, StringComparison.Ordinal);
    }
}
