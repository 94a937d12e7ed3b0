using System.Diagnostics;
using System.Text.Json;

namespace Onsager.Papers.Tests;

/// <summary>The program of bench/Papers in a process of its own, as a user runs it.</summary>
internal static class PapersProgram
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "Onsager.Papers.dll");

    public static Ended Run(string[] arguments, params (string Variable, string Value)[] environment)
    {
        using Process process = Start(arguments, environment);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new Ended(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>The program, begun; its output is the caller's to read.</summary>
    public static Process Start(string[] arguments, params (string Variable, string Value)[] environment)
    {
        ProcessStartInfo start = new("dotnet", [Assembly, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs a paper into a folder of its own and reads what it left.</summary>
    public static (Ended Ended, JsonElement Result) RunPaper(string paper, string[] arguments, params (string Variable, string Value)[] environment)
    {
        using TemporaryFolder folder = new();
        Ended ended = Run(["run", paper, "--out", folder.Path, .. arguments], environment);
        string file = Path.Combine(folder.Path, paper, "result.json");
        return (ended, File.Exists(file) ? JsonDocument.Parse(File.ReadAllText(file)).RootElement : default);
    }

    /// <summary>How a run ended.</summary>
    /// <param name="Code">The exit code.</param>
    /// <param name="Output">Standard output.</param>
    /// <param name="Errors">Standard error.</param>
    internal sealed record Ended(int Code, string Output, string Errors);
}

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("onsager").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
