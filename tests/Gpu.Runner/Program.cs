using System.Globalization;
using System.Runtime.InteropServices;
using Onsager.Gpu;
using Onsager.Gpu.Runner;
using Onsager.Gpu.Tests;
using Onsager.Tensors;
using Spectre.Console;

int dataAt = Array.IndexOf(args, "--data");
string? data = dataAt >= 0 && dataAt + 1 < args.Length ? args[dataAt + 1] : null;
string[] names = [.. args.Where((_, i) => dataAt < 0 || (i != dataAt && i != dataAt + 1))];
DeviceKind[] kinds = names is [] ? [DeviceKind.Cuda, DeviceKind.OpenCl] : [.. names.Select(KindOf).OfType<DeviceKind>()];
if (kinds.Length < names.Length || (dataAt >= 0 && data is null))
{
    Console.Error.WriteLine("usage: onsager-gpu [cuda] [opencl] [--data DIR]");
    Console.Error.WriteLine("Runs the agreement of every device with the processor, bit for bit, the papers' fingerprints on it, and its speed. Exit code 0: all agree.");
    Console.Error.WriteLine("DIR holds the MNIST test set; without it the digits are skipped.");
    return 2;
}

GpuDevice[] devices = [.. kinds.SelectMany(OnsagerGpu.Register)];
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores"));
foreach (DeviceProblem problem in OnsagerGpu.Problems)
{
    Console.WriteLine(problem);
}

if (devices.Length == 0)
{
    Console.Error.WriteLine("no GPU is present: a driver's libcuda.so.1 or libOpenCL.so.1 names none");
    return 2;
}

DeviceKind[] absent = names is [] ? [] : [.. kinds.Except(devices.Select(device => device.Kind))];
if (absent.Length > 0)
{
    Console.Error.WriteLine($"no device is present of what was named: {string.Join(", ", absent).ToLowerInvariant()}");
    return 2;
}

// A kind that has a device must not be skipped, whatever breaks later.
DeviceKind[] present = [.. devices.Select(device => device.Kind).Distinct()];
Environment.SetEnvironmentVariable("ONSAGER_REQUIRE", string.Join(',', present).ToLowerInvariant());
IReadOnlyList<Outcome> outcomes = Suite.Run(typeof(MachineryTests).Assembly, static outcome =>
{
    if (outcome.Failure is { } failure)
    {
        Console.WriteLine($"FAIL {outcome.Name}{Environment.NewLine}{failure}");
    }
});

Table table = new Table().Border(TableBorder.Markdown).AddColumns("what", "passed", "failed", "skipped", "says");
foreach (GpuDevice device in devices)
{
    table.AddRow(
        new Text($"{device.Name} ({device.Kind})"), new Text(device.IsExact ? "Exact" : ""), new Text(device.IsExact ? "" : "Approximate"), new Text(""),
        new Text(string.Create(CultureInfo.InvariantCulture, $"{device.MemoryBytes / (double)(1L << 30):F1} GiB, {device.Driver}")));
}

foreach (IGrouping<string, Outcome> group in outcomes.GroupBy(outcome => outcome.Class).OrderBy(group => group.Key, StringComparer.Ordinal))
{
    int failed = group.Count(outcome => outcome.Failure is not null), skipped = group.Count(outcome => outcome.Skipped is not null);
    table.AddRow(new Text(group.Key), Count(group.Count() - failed - skipped), Count(failed), Count(skipped), new Text(group.FirstOrDefault(outcome => outcome.Skipped is not null)?.Skipped ?? ""));
}

int differing = 0;
foreach (string paper in (string[])["giant-step", "digits"])
{
    if (paper == "digits" && data is null)
    {
        table.AddRow(new Text($"{paper}, quick"), Count(0), Count(0), Count(1), new Text("needs --data"));
        continue;
    }

    string expected = Sibling.Fingerprint(paper, DeviceKind.Cpu, data);
    foreach (DeviceKind kind in present)
    {
        string actual = Sibling.Fingerprint(paper, kind, data);
        bool isSame = actual == expected && !actual.StartsWith('(');
        differing += isSame ? 0 : 1;
        table.AddRow(new Text($"{paper}, quick, {kind}"), Count(isSame ? 1 : 0), Count(isSame ? 0 : 1), Count(0), new Text(isSame ? $"fingerprint {actual[..16]} is the processor's" : $"fingerprint {actual}, the processor's {expected}"));
    }
}

// A table cut to a terminal's width says less than it knows.
AnsiConsole.Profile.Width = 160;
AnsiConsole.Write(table);
int bench = Sibling.Run("Micro", isQuiet: false, ["gpu", .. present.Select(kind => kind.ToString().ToLowerInvariant())]);
int failures = outcomes.Count(outcome => outcome.Failure is not null);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcomes.Count(outcome => outcome is { Failure: null, Skipped: null })} passed, {failures + differing} failed, {outcomes.Count(outcome => outcome.Skipped is not null)} skipped"));
return failures + differing + bench == 0 ? 0 : 1;

static DeviceKind? KindOf(string name) => name switch { "cuda" => DeviceKind.Cuda, "opencl" => DeviceKind.OpenCl, _ => null };

static Text Count(int count) => new(count.ToString(CultureInfo.InvariantCulture));
