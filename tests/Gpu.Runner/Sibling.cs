using System.Diagnostics;
using System.Text.Json;
using Onsager.Tensors;

namespace Onsager.Gpu.Runner;

/// <summary>The programs that lie beside this one in the archive.</summary>
internal static class Sibling
{
    /// <summary>Runs a program with what it prints passed through, or kept from the screen; its exit code.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static int Run(string name, bool isQuiet, params string[] arguments)
    {
        string path = Path.Combine(AppContext.BaseDirectory, name);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{name} is not beside this program: unpack the whole archive.", path);
        }

        using Process process = new() { StartInfo = new(path, arguments) { RedirectStandardOutput = isQuiet } };
        process.Start();
        if (isQuiet)
        {
            _ = process.StandardOutput.ReadToEnd();
        }

        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>The fingerprint of a quick run of a paper on a kind of device; a text in parentheses where it gave none.</summary>
    public static string Fingerprint(string paper, DeviceKind kind, string? data)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("onsager-");
        try
        {
            string device = kind switch { DeviceKind.Cuda => "cuda", DeviceKind.OpenCl => "opencl", _ => "cpu" };
            int code = Run("Onsager.Papers", isQuiet: true, ["run", paper, "--size", "quick", "--device", device, "--out", folder.FullName, .. data is null ? Array.Empty<string>() : ["--data", data]]);
            string result = Path.Combine(folder.FullName, paper, "result.json");
            if (!File.Exists(result))
            {
                return $"(exit code {code})";
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(result));
            return document.RootElement.GetProperty("fingerprint").GetString() ?? "(none)";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
