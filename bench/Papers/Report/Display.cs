using System.Diagnostics;
using Spectre.Console;

namespace Onsager.Papers.Report;

/// <summary>What a run shows while it works: bars on a terminal, plain lines elsewhere.</summary>
internal static class Display
{
    /// <summary>Whether standard output is a terminal that can redraw itself.</summary>
    public static bool IsTerminal { get; } =
        !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi && AnsiConsole.Profile.Capabilities.Interactive;

    /// <summary>Runs <paramref name="work"/> with a sink for its progress.</summary>
    public static void Show(string title, Action<IProgressSink> work)
    {
        if (!IsTerminal)
        {
            Lines lines = new(title);
            work(lines);
            lines.Finish();
            return;
        }

        // The bars hide the cursor: whoever interrupts them wants it back.
        Console.CancelKeyPress += (_, _) => AnsiConsole.Cursor.Show();
        AnsiConsole.Write(new Rule($"[bold]{Markup.Escape(title)}[/]") { Justification = Justify.Left });
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(progress =>
            {
                Bars bars = new(progress);
                work(bars);
                bars.Finish();
            });
    }

    /// <summary>One bar for each stage. The clock is asked at each call, the bar at most 20 times a second.</summary>
    private sealed class Bars(ProgressContext progress) : IProgressSink
    {
        private const int MillisecondsBetween = 50;

        private string? stage;
        private ProgressTask? task;
        private long next;

        public void Update(string stage, double fraction)
        {
            if (stage != this.stage)
            {
                Finish();
                this.stage = stage;
                task = progress.AddTask(Markup.Escape(stage), maxValue: 1);
                next = 0;
            }

            if (Environment.TickCount64 < next && fraction < 1)
            {
                return;
            }

            next = Environment.TickCount64 + MillisecondsBetween;
            task!.Value = Math.Clamp(fraction, 0, 1);
        }

        public void Finish()
        {
            if (task is not null)
            {
                task.Value = 1;
            }

            task?.StopTask();
        }
    }

    /// <summary>One line when a stage starts and one when it ends.</summary>
    private sealed class Lines(string title) : IProgressSink
    {
        private string? stage;
        private long start;

        public void Update(string stage, double fraction)
        {
            if (stage == this.stage)
            {
                return;
            }

            Finish();
            this.stage = stage;
            start = Stopwatch.GetTimestamp();
            Console.WriteLine($"{title}: {stage} ...");
        }

        public void Finish()
        {
            if (this.stage is not null)
            {
                Console.WriteLine($"{title}: {this.stage} done in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
            }

            this.stage = null;
        }
    }
}
