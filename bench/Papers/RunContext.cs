using Onsager.Papers.Report;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>
/// What a running paper sees: the settings of the run, and one method for each kind of finding. Findings appear in the report in the order
/// in which they are handed over, and their numbers enter the fingerprint in that order: call from the thread that runs the paper only.
/// </summary>
internal sealed class RunContext
{
    private readonly IProgressSink progress;
    private readonly string folder;
    private readonly List<Claim> claims = [];
    private readonly Fingerprint fingerprint = new();
    private readonly SectionBody body;

    public RunContext(RunSettings settings, string folder, IProgressSink progress)
    {
        Size = settings.Size;
        Seed = settings.Seed;
        Threads = settings.Threads;
        Device = settings.Device.Device;
        DataDirectory = settings.DataDirectory;
        this.progress = progress;
        this.folder = folder;
        body = new SectionBody(folder);
    }

    /// <summary>How much to compute.</summary>
    public RunSize Size { get; }

    /// <summary>The key of every random stream of the run.</summary>
    public ulong Seed { get; }

    /// <summary>How many threads may be used. No result depends on it.</summary>
    public int Threads { get; }

    /// <summary>Where to compute. No result depends on it if it is exact.</summary>
    public Device Device { get; }

    /// <summary>Where <c>--data</c> points. See <see cref="DataFile"/>.</summary>
    public string DataDirectory { get; }

    internal IReadOnlyList<Claim> Claims => claims;

    /// <summary>Called after every claim and report: a full run is long, and what it has found must not be lost with it.</summary>
    internal Action? Found { get; init; }

    internal SectionBody Body => body;

    /// <summary>The value that belongs to <see cref="Size"/>.</summary>
    public T Choose<T>(T quick, T standard, T full) => Size switch
    {
        RunSize.Quick => quick,
        RunSize.Standard => standard,
        _ => full,
    };

    /// <summary>
    /// Says how far a stage has come. A new name ends the stage before it. Cheap enough for an inner loop: the display is
    /// touched at most 20 times a second.
    /// </summary>
    /// <param name="stage">A short name, the same string during the stage.</param>
    /// <param name="fraction">0 at the start, 1 at the end.</param>
    public void Progress(string stage, double fraction) => progress.Update(stage, fraction);

    /// <summary>
    /// Records a claim and its verdict. It holds if every criterion that is given holds: |value - expected| &lt;= tolerance,
    /// low &lt;= value, value &lt;= high (equality passes). A value that is not finite never passes.
    /// </summary>
    /// <param name="name">Unique within the paper, short: it is a row of a table.</param>
    /// <param name="value">What was measured.</param>
    /// <param name="expected">Given together with <paramref name="tolerance"/>.</param>
    /// <param name="tolerance">The largest absolute deviation that passes.</param>
    /// <param name="low">The least value that passes.</param>
    /// <param name="high">The greatest value that passes.</param>
    /// <param name="explanation">What the number is and where the criterion comes from, for a reader who has not seen the code.</param>
    /// <returns>Whether the claim holds.</returns>
    /// <exception cref="ArgumentException">No criterion, half of one, a criterion that is not finite, or a name used before.</exception>
    public bool Claim(
        string name,
        double value,
        double? expected = null,
        double? tolerance = null,
        double? low = null,
        double? high = null,
        string explanation = "")
    {
        Claim claim = Papers.Report.Claim.Judge(name, value, expected, tolerance, low, high, explanation);
        Add(claim);
        fingerprint.Add(value);
        return claim.Pass == true;
    }

    /// <summary>Records a number without a verdict.</summary>
    public void Report(string name, double value, string explanation = "")
    {
        Add(Papers.Report.Claim.ReportOnly(name, value, explanation));
        fingerprint.Add(value);
    }

    /// <summary>Records a measured time, which has no verdict and, changing from run to run, stays out of the fingerprint.</summary>
    public void Timing(string name, double seconds, string explanation = "") =>
        Add(Papers.Report.Claim.ReportOnly(name, seconds, explanation));

    /// <summary>Adds numbers to the fingerprint which appear nowhere else, such as the final weights.</summary>
    /// <param name="name">Says what they are to the reader of the code; it does not enter the fingerprint.</param>
    /// <param name="values">In an order that does not depend on the threads.</param>
    public void Record(string name, ReadOnlySpan<double> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        fingerprint.Add(values);
    }

    /// <inheritdoc cref="Record(string, ReadOnlySpan{double})"/>
    public void Record(string name, ReadOnlySpan<float> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        fingerprint.Add(values);
    }

    /// <summary>A heading inside the paper's section of the report.</summary>
    public void Heading(string text) => body.Heading(text);

    /// <summary>A paragraph of plain text.</summary>
    public void Text(string paragraph) => body.Text(paragraph);

    /// <summary>A table. Its numbers enter the fingerprint, row by row.</summary>
    /// <param name="title">Stands above the table.</param>
    /// <param name="headers">One for each column.</param>
    /// <param name="rows">As long as <paramref name="headers"/> each; numbers and strings convert to cells: <c>[["T3", 4, 0.557]]</c>.</param>
    public void Table(string title, IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        body.Table(title, headers, rows);
        foreach (IReadOnlyList<Cell> row in rows)
        {
            foreach (Cell cell in row)
            {
                if (cell.Number is double number)
                {
                    fingerprint.Add(number);
                }
            }
        }
    }

    /// <summary>Writes a plot next to the result and shows it in the report.</summary>
    /// <param name="fileName">A bare name that ends in <c>.svg</c>.</param>
    /// <param name="figure">What to draw. Its points do not enter the fingerprint: use <see cref="Record(string, ReadOnlySpan{double})"/>.</param>
    /// <param name="caption">What is seen, and what one should see in it.</param>
    public void Plot(string fileName, Figure figure, string caption) => body.Plot(fileName, figure, caption);

    /// <summary>Writes a grid of small grey pictures next to the result and shows it in the report.</summary>
    /// <param name="fileName">A bare name that ends in <c>.svg</c>.</param>
    /// <param name="pictures">Row by row.</param>
    /// <param name="columns">How many stand side by side.</param>
    /// <param name="caption">What is seen.</param>
    public void Pictures(string fileName, IReadOnlyList<Picture> pictures, int columns, string caption) =>
        body.Pictures(fileName, pictures, columns, caption);

    /// <summary>The path of a file in <see cref="DataDirectory"/>, plain or with <c>.gz</c> behind its name.</summary>
    /// <param name="name">Relative to the folder: <c>mnist/t10k-images-idx3-ubyte</c>.</param>
    /// <exception cref="FileNotFoundException">Neither is there; the program ends with exit code 2 and this message.</exception>
    public string DataFile(string name)
    {
        string plain = Path.Combine(DataDirectory, name);
        if (File.Exists(plain))
        {
            return plain;
        }

        string zipped = plain + ".gz";
        if (File.Exists(zipped))
        {
            return zipped;
        }

        throw new FileNotFoundException($"no data file '{plain}', nor '{zipped}' (--data names the folder)", plain);
    }

    /// <summary>Whether <see cref="DataFile"/> finds a file, for what is done only where there is one.</summary>
    public bool HasDataFile(string name) => File.Exists(Path.Combine(DataDirectory, name)) || File.Exists(Path.Combine(DataDirectory, name) + ".gz");

    /// <summary>The path of a file beside the results, for what a long run keeps on its way; it stays from run to run.</summary>
    /// <param name="fileName">A bare name, with whatever of the settings decides its contents.</param>
    public string PartialFile(string fileName) => Path.Combine(folder, fileName);

    internal string FinishFingerprint() => fingerprint.Finish();

    private void Add(Claim claim)
    {
        foreach (Claim earlier in claims)
        {
            if (earlier.Name == claim.Name)
            {
                throw new ArgumentException($"claim '{claim.Name}': the name is taken; names are unique within a paper", nameof(claim));
            }
        }

        claims.Add(claim);
        Found?.Invoke();
    }
}

/// <summary>The settings that the command line gives to a run.</summary>
internal sealed record RunSettings(
    RunSize Size, DeviceEntry Device, ulong Seed, int Threads, string DataDirectory, string OutDirectory);

/// <summary>Where <see cref="RunContext.Progress"/> goes.</summary>
internal interface IProgressSink
{
    void Update(string stage, double fraction);
}
