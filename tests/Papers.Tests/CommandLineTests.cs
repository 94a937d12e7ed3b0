using System.Diagnostics;
using System.Text.Json;

namespace Onsager.Papers.Tests;

/// <summary>Exit code 2 and a message, never a stack trace, for whatever a user may get wrong.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void List_names_every_paper()
    {
        PapersProgram.Ended ended = PapersProgram.Run(["list"]);
        Assert.Equal(0, ended.Code);
        Assert.Contains("giant-step", ended.Output, StringComparison.Ordinal);
        Assert.Contains("digits", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_begin_with_the_processor()
    {
        PapersProgram.Ended ended = PapersProgram.Run(["devices"]);
        Assert.Equal(0, ended.Code);
        Assert.StartsWith("cpu", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "usage")]
    [InlineData("fly", "usage")]
    [InlineData("run", "usage")]
    [InlineData("run giant-stepp", "giant-step")]
    [InlineData("run giant-step --size huge", "huge")]
    [InlineData("run giant-step --device tpu", "tpu")]
    [InlineData("run giant-step --threads 0", "--threads")]
    [InlineData("run giant-step --threads many", "many")]
    [InlineData("run giant-step --seed -1", "--seed")]
    [InlineData("run giant-step --seed", "--seed")]
    [InlineData("run giant-step --colour red", "--colour")]
    [InlineData("run digits --data /no/such/folder", "/no/such/folder")]
    public void Bad_usage_is_refused_with_a_message(string arguments, string said)
    {
        PapersProgram.Ended ended = PapersProgram.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, ended.Code);
        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_device_is_refused()
    {
        PapersProgram.Ended devices = PapersProgram.Run(["devices"]), ended = PapersProgram.Run(["run", "giant-step", "--size", "quick", "--device", "cuda"]);
        if (!devices.Output.Contains("cuda", StringComparison.Ordinal))
        {
            Assert.Equal(2, ended.Code);
            Assert.Contains("no cuda device is present", ended.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Digits_without_files_says_what_to_put_where()
    {
        using TemporaryFolder folder = new();
        (PapersProgram.Ended ended, _) = PapersProgram.RunPaper("digits", ["--data", folder.Path]);
        Assert.Equal(2, ended.Code);
        Assert.Contains("t10k-images-idx3-ubyte", ended.Errors, StringComparison.Ordinal);
        Assert.Contains(folder.Path, ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(20)]
    public void Digits_with_a_truncated_file_says_so(int bytes)
    {
        using TemporaryFolder folder = new();
        byte[] header = [0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3, 4];
        File.WriteAllBytes(Path.Combine(folder.Path, "t10k-images-idx3-ubyte"), header[..bytes]);
        File.WriteAllBytes(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 7]);
        (PapersProgram.Ended ended, _) = PapersProgram.RunPaper("digits", ["--data", folder.Path]);
        Assert.Equal(2, ended.Code);
        Assert.Contains("t10k-images-idx3-ubyte", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }

    /// <summary>A full run takes minutes: what it had found when it was ended is in a file of its own, which no one takes for its result.</summary>
    [Fact]
    public void A_full_run_that_is_ended_leaves_what_it_had_found()
    {
        using TemporaryFolder folder = new();
        string results = Path.Combine(folder.Path, "variational-inequalities"), partial = Path.Combine(results, "partial.json");
        using Process process = PapersProgram.Start(["run", "variational-inequalities", "--size", "full", "--threads", "1", "--out", folder.Path]);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!File.Exists(partial) && !process.HasExited)
        {
            Thread.Sleep(20);
        }

        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        JsonElement found = JsonDocument.Parse(File.ReadAllText(partial)).RootElement;
        Assert.Equal("full", found.GetProperty("size").GetString());
        Assert.Empty(found.GetProperty("fingerprint").GetString()!);
        Assert.NotEmpty(found.GetProperty("claims").EnumerateArray());
        Assert.False(File.Exists(Path.Combine(results, "result.json")));
    }
}
