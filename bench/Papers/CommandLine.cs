using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Onsager.Papers;

/// <summary><c>list | devices | run &lt;paper&gt;|all [options]</c>. DESIGN.md fixes its names, defaults and exit codes.</summary>
internal static class CommandLine
{
    private const int BadUsage = 2;
    private const int MaxThreads = 256;

    private static readonly Argument<string> PaperName = new("paper")
    {
        Description = "The paper's name as `list` shows it, or `all`.",
    };

    private static readonly Option<string> Size = new("--size")
    {
        Description = "How much to compute: a smoke run, the card's CPU configuration, or the large one.",
        DefaultValueFactory = _ => "standard",
    };

    private static readonly Option<string> Device = new("--device")
    {
        Description = "Where to compute; `devices` shows what is present.",
        DefaultValueFactory = _ => "cpu",
    };

    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "The key of all random streams: a whole number from 0 to 2^64 - 1.",
        DefaultValueFactory = _ => 0,
        CustomParser = ParseSeed,
    };

    private static readonly Option<int> Threads = new("--threads")
    {
        Description = $"From 1 to {MaxThreads}. The results do not depend on it.",
        DefaultValueFactory = _ => Math.Min(Environment.ProcessorCount, MaxThreads),
        CustomParser = ParseThreads,
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "The folder that holds the data sets.",
        DefaultValueFactory = _ => "data",
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "The folder for results; index.html gathers them.",
        DefaultValueFactory = _ => "out",
    };

    public static int Run(string[] args)
    {
        ParseResult parsed = Build().Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke();
        }

        foreach (string message in parsed.Errors.Select(error => error.Message).Distinct())
        {
            Console.Error.WriteLine(message);
        }

        Console.Error.WriteLine("usage: list | devices | run <paper>|all [--size quick|standard|full] [--device cpu|opencl|cuda]");
        Console.Error.WriteLine("       [--seed N] [--threads N] [--data DIR] [--out DIR]      (--help says more)");
        return BadUsage;
    }

    private static RootCommand Build()
    {
        Size.AcceptOnlyFromAmong("quick", "standard", "full");
        Device.AcceptOnlyFromAmong([.. Devices.Kinds]);

        Command list = new("list", "Show the papers.");
        list.SetAction(_ => List());
        Command devices = new("devices", "Show the devices of this machine.");
        devices.SetAction(_ => ListDevices());
        Command run = new("run", "Run a paper and write its results.") { PaperName, Size, Device, Seed, Threads, Data, Out };
        run.SetAction(RunPapers);
        return new RootCommand("Reproduces papers with Onsager and checks their claims.") { list, devices, run };
    }

    private static int List()
    {
        int width = Catalogue.All.Select(paper => paper.Name.Length).DefaultIfEmpty().Max();
        foreach (IPaper paper in Catalogue.All)
        {
            Console.WriteLine($"{paper.Name.PadRight(width)}  {paper.Title}");
        }

        return 0;
    }

    private static int ListDevices()
    {
        foreach (DeviceEntry device in Devices.All())
        {
            Console.WriteLine($"{device.Kind,-6}  {device.Description}");
        }

        foreach (string problem in Devices.Problems())
        {
            Console.WriteLine($"{"broken",-6}  {problem}");
        }

        return 0;
    }

    private static int RunPapers(ParseResult parsed)
    {
        string name = parsed.GetRequiredValue(PaperName);
        IReadOnlyList<IPaper> papers = name == "all" ? Catalogue.All : Catalogue.Find(name) is IPaper one ? [one] : [];
        if (papers.Count == 0)
        {
            return Fail(UnknownPaper(name));
        }

        string kind = parsed.GetRequiredValue(Device);
        if (Devices.Find(kind) is not DeviceEntry device)
        {
            string problems = string.Concat(Devices.Problems().Select(problem => $"{Environment.NewLine}{problem}"));
            return Fail($"no {kind} device is present; `devices` shows those that are{problems}");
        }

        string data = parsed.GetRequiredValue(Data);
        if (parsed.GetResult(Data) is { Implicit: false } && !Directory.Exists(data))
        {
            return Fail($"--data: there is no folder '{data}'");
        }

        if (papers.Count > 1 && !Directory.Exists(data))
        {
            foreach (IPaper paper in papers.Where(static paper => paper.NeedsData))
            {
                Console.WriteLine($"{paper.Name}: left out, for want of data; --data names the folder");
            }

            papers = [.. papers.Where(static paper => !paper.NeedsData)];
        }

        RunSettings settings = new(
            Enum.Parse<RunSize>(parsed.GetRequiredValue(Size), ignoreCase: true),
            device,
            parsed.GetRequiredValue(Seed),
            parsed.GetRequiredValue(Threads),
            data,
            parsed.GetRequiredValue(Out));
        Outcome worst = papers.Max(paper => Runner.Run(paper, settings));
        if (File.Exists(Path.Combine(settings.OutDirectory, Report.Page.FileName)))
        {
            Console.WriteLine($"report: {Path.Combine(settings.OutDirectory, Report.Page.FileName)}");
        }

        return (int)worst;
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return BadUsage;
    }

    private static string UnknownPaper(string name)
    {
        string? near = Catalogue.All.Select(paper => paper.Name).Append("all").MinBy(known => Distance(name, known));
        string hint = near is not null && Distance(name, near) <= Math.Max(2, near.Length / 3) ? $" Did you mean '{near}'?" : "";
        string known = string.Join(", ", Catalogue.All.Select(paper => paper.Name).Append("all"));
        return $"there is no paper '{name}'.{hint} Known: {known}";
    }

    /// <summary>Levenshtein's distance (1966): how many letters must be put in, left out or changed.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }

    private static ulong ParseSeed(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            result.AddError($"--seed: a whole number from 0 to {ulong.MaxValue} is expected, '{text}' came");
        }

        return seed;
    }

    private static int ParseThreads(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) || threads is < 1 or > MaxThreads)
        {
            result.AddError($"--threads: a whole number from 1 to {MaxThreads} is expected, '{text}' came");
        }

        return threads;
    }
}
