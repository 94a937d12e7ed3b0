using System.Diagnostics;
using Onsager.Conformance;

namespace Onsager.Simd.Tests;

/// <summary>The conformance program in a process of its own.</summary>
internal static class Child
{
    /// <summary>What it prints with these arguments and environment variables; fails if it fails.</summary>
    public static async Task<string> Run(string[] arguments, params (string Variable, string Value)[] environment)
    {
        string? own = Environment.ProcessPath;
        ProcessStartInfo start = new(Path.GetFileNameWithoutExtension(own) == "dotnet" ? own! : "dotnet", [typeof(Workload).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync(), errors = child.StandardError.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, $"the child process ended with {child.ExitCode}: {await errors}");
        return await output;
    }
}
