using System.Diagnostics;
using System.Text.Json;

namespace Onsager.Tensors;

/// <summary>
/// Times every operation of all threads and writes a trace that chrome://tracing and https://ui.perfetto.dev show: one bar for each
/// operation, with shape and bytes of its result, and one for each rule on the way back.
/// <code>
/// using (ChromeTrace trace = ChromeTrace.Begin())
/// {
///     Step();
///     trace.Save("step.json");
/// }
/// </code>
/// An operation lasts from the allocation of its result to its end; one that writes into an existing tensor until the thread begins the next
/// thing, which counts what the program does in between.
/// </summary>
public sealed class ChromeTrace : IDisposable
{
    private static ChromeTrace? current;

    private readonly List<Bar> bars = [];
    private readonly Lock gate = new();
    private readonly long begin = Stopwatch.GetTimestamp();

    private ChromeTrace()
    {
    }

    /// <summary>The number of bars so far.</summary>
    public int Count
    {
        get
        {
            Watch.FinishAll();
            lock (gate)
            {
                return bars.Count;
            }
        }
    }

    internal static ChromeTrace? Current => Volatile.Read(ref current);

    /// <summary>Begins to time what all threads compute.</summary>
    /// <exception cref="InvalidOperationException">A trace is under way.</exception>
    public static ChromeTrace Begin()
    {
        ChromeTrace trace = new();
        if (Interlocked.CompareExchange(ref current, trace, null) is not null)
        {
            throw new InvalidOperationException("trace: a trace is under way.");
        }

        Watch.Enter();
        return trace;
    }

    /// <summary>Ends the timing; what was timed can still be saved.</summary>
    public void Dispose()
    {
        if (Current == this)
        {
            Watch.FinishAll();
            Volatile.Write(ref current, null);
            Watch.Leave();
        }
    }

    /// <summary>Writes the trace to a file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        using FileStream file = File.Create(path);
        Save(file);
    }

    /// <summary>Writes the trace as JSON in UTF-8: {"traceEvents": [...]}, complete events ("X") with microseconds since the beginning.</summary>
    public void Save(Stream stream)
    {
        if (Current == this)
        {
            Watch.FinishAll();
        }

        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ns");
        json.WriteStartArray("traceEvents");
        lock (gate)
        {
            foreach (Bar bar in bars)
            {
                Write(json, bar);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal void Add(string name, string category, long start, TensorNode node)
    {
        long end = Stopwatch.GetTimestamp();
        Shape shape = node.Layout.Shape;
        Bar bar = new(name, category, Environment.CurrentManagedThreadId, long.Max(start, begin), end, shape, shape.Size * (node.Storage?.FloatSize ?? 0));
        lock (gate)
        {
            bars.Add(bar);
        }
    }

    private void Write(Utf8JsonWriter json, Bar bar)
    {
        json.WriteStartObject();
        json.WriteString("name", bar.Name);
        json.WriteString("cat", bar.Category);
        json.WriteString("ph", "X");
        json.WriteNumber("ts", Stopwatch.GetElapsedTime(begin, bar.Start).TotalMicroseconds);
        json.WriteNumber("dur", Stopwatch.GetElapsedTime(bar.Start, bar.End).TotalMicroseconds);
        json.WriteNumber("pid", Environment.ProcessId);
        json.WriteNumber("tid", bar.Thread);
        json.WriteStartObject("args");
        json.WriteString("shape", bar.Shape.ToString());
        json.WriteNumber("bytes", bar.Bytes);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private readonly record struct Bar(string Name, string Category, int Thread, long Start, long End, Shape Shape, nint Bytes);
}
