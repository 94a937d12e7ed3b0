using System.IO.Compression;
using System.Text.Json;

namespace Onsager.Papers.Tests;

/// <summary>The digits program over files that the test makes: bars that are easy to tell apart stand for handwriting.</summary>
public sealed class DigitsTests
{
    private const int Count = 10_000;
    private const int Side = 28;

    [Fact]
    public void It_learns_from_gzipped_files_with_the_same_fingerprint_for_one_and_two_threads()
    {
        using TemporaryFolder folder = new();
        WriteBars(folder.Path);
        (PapersProgram.Ended ended, JsonElement one) = PapersProgram.RunPaper("digits", ["--size", "quick", "--data", folder.Path, "--threads", "1"]);
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        (_, JsonElement two) = PapersProgram.RunPaper("digits", ["--size", "quick", "--data", folder.Path, "--threads", "2"]);
        Assert.Equal(one.GetProperty("fingerprint").GetString(), two.GetProperty("fingerprint").GetString());
    }

    [OpenClFact]
    public void The_fingerprint_is_the_same_on_OpenCL()
    {
        using TemporaryFolder folder = new();
        WriteBars(folder.Path);
        (_, JsonElement here) = PapersProgram.RunPaper("digits", ["--size", "quick", "--data", folder.Path]);
        (PapersProgram.Ended ended, JsonElement there) = PapersProgram.RunPaper("digits", ["--size", "quick", "--data", folder.Path, "--device", "opencl"]);
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Equal("opencl", there.GetProperty("device").GetString());
        Assert.Equal(here.GetProperty("fingerprint").GetString(), there.GetProperty("fingerprint").GetString());
    }

    /// <summary>Digit k is a bright band of rows at height 2k + 3, on noise.</summary>
    private static void WriteBars(string folder)
    {
        Random random = new(5);
        byte[] images = new byte[16 + (Count * Side * Side)], labels = new byte[8 + Count];
        new byte[] { 0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, Side, 0, 0, 0, Side }.CopyTo(images, 0);
        new byte[] { 0, 0, 8, 1, 0, 0, 0x27, 0x10 }.CopyTo(labels, 0);
        random.NextBytes(images.AsSpan(16));
        for (int i = 0; i < Count; i++)
        {
            int digit = random.Next(10);
            labels[8 + i] = (byte)digit;
            images.AsSpan(16 + (i * Side * Side) + (((2 * digit) + 3) * Side), 2 * Side).Fill(255);
        }

        Write(Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), images);
        Write(Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"), labels);
    }

    private static void Write(string path, byte[] content)
    {
        using GZipStream stream = new(File.Create(path), CompressionLevel.Fastest);
        stream.Write(content);
    }
}
