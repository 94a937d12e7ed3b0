using System.Diagnostics;

namespace Onsager.Peers;

/// <summary>
/// Measures a case: medians of interleaved rounds, ours and all peers in one process. A row below its limit is measured again twice with
/// five times the rounds, and the median of the three counts.
/// </summary>
internal sealed class Measure(int threads, bool ceilingScales)
{
    public const int Rounds = 21;
    public const int MoreRounds = 5;

    /// <summary>A sample calls the work until it has taken this long.</summary>
    private const double SampleSeconds = 1e-3;

    /// <summary>Seconds that repeating one row may take: beyond, it is repeated with fewer rounds, but never fewer than the first time.</summary>
    private const double RepeatSeconds = 10;

    /// <summary>
    /// Longer than any pool here spins after its work: GNU OpenMP's for some milliseconds, ours for a fraction of one, OpenBLAS's as long
    /// as <see cref="OpenBlas"/> tells it to.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(8);

    private bool hasBegun;

    public IEnumerable<Row> Run(Case work)
    {
        double? lossDifference = work.LossDifference?.Invoke();
        List<(string Name, Action Work)> pieces = [("ours", work.Ours)];
        foreach (Peer peer in work.Peers)
        {
            pieces.AddRange(peer.Forms.Select(form => (peer.Name, form)));
        }

        if (work.Bound is not null)
        {
            pieces.Add((work.Bound.Name, work.Bound.Work));
        }

        Settle(pieces);
        double[] seconds = Medians(Rounds, pieces);
        double? share = work.Bound is null ? null : work.Quantity.Of(seconds[0]) / (work.Bound.Amount / seconds[^1] / 1e9);
        int at = 1;
        foreach (Peer peer in work.Peers)
        {
            double best = seconds.AsSpan(at, peer.Forms.Length).ToArray().Min();
            at += peer.Forms.Length;
            Row row = RowOf(work, peer, seconds[0], best) with { Share = share, LeastShare = Limits.OfShare(work), LossDifference = lossDifference };
            yield return row.Met == false ? Again(work, peer, row) : row;
        }
    }

    /// <summary>
    /// Calls everything until the compiler is through with it. The runtime's settings are those of a user's program: a method is compiled again after
    /// 30 calls, with what the first ones showed, and once more after 30 calls of that form, each time in the background and only when no new
    /// method was met for a tenth of a second. So the least times must have stayed what they are for some stages: for many where the program has just
    /// begun, and all that it has called so far waits in the compiler's queue.
    /// </summary>
    private void Settle(List<(string Name, Action Work)> pieces)
    {
        const int Most = 60, Calls = 40;
        int quiet = hasBegun ? 4 : 24;
        hasBegun = true;
        const double Seconds = 0.03, Faster = 0.95;
        double[] least = new double[pieces.Count];
        Array.Fill(least, double.PositiveInfinity);
        for (int stage = 0, changed = 0; stage < Most && stage - changed < quiet; stage++)
        {
            for (int piece = 0; piece < least.Length; piece++)
            {
                long start = Stopwatch.GetTimestamp();
                int calls = 0;
                double passed = 0;
                for (; calls < Calls && passed < Seconds; passed = Stopwatch.GetElapsedTime(start).TotalSeconds)
                {
                    pieces[piece].Work();
                    calls++;
                }

                changed = passed / calls < least[piece] * Faster ? stage : changed;
                least[piece] = double.Min(least[piece], passed / calls);
            }

            Thread.Sleep(120);
        }
    }

    private Row Again(Case work, Peer peer, Row first)
    {
        (string, Action)[] pieces = [("ours", work.Ours), .. peer.Forms.Select(form => (peer.Name, form))];
        double called = work.Quantity.Seconds(first.Ours) + (peer.Forms.Length * work.Quantity.Seconds(first.Peer));
        double round = double.Max(pieces.Length * SampleSeconds, called);
        int rounds = (int)double.Clamp(RepeatSeconds / 2 / round, Rounds, MoreRounds * Rounds);
        List<Row> rows = [first];
        for (int run = 0; run < 2; run++)
        {
            double[] seconds = Medians(rounds, pieces);
            Row row = RowOf(work, peer, seconds[0], seconds[1..].Min());
            rows.Add(row with { Share = first.Share, LeastShare = first.LeastShare, LossDifference = first.LossDifference });
        }

        return rows.OrderBy(row => row.Ratio).ElementAt(1) with { Runs = rows.Count };
    }

    private double[] Medians(int rounds, IEnumerable<(string Name, Action Work)> pieces) =>
        SideBySide.Medians(rounds, SampleSeconds, threads > 1 ? Pause : TimeSpan.Zero, [.. pieces]);

    private Row RowOf(Case work, Peer peer, double oursSeconds, double peerSeconds)
    {
        double ours = work.Quantity.Of(oursSeconds), theirs = work.Quantity.Of(peerSeconds);
        return new Row(work.Group, work.Name, work.Size, work.Type, threads, ours, theirs, peer.Name, work.Quantity.Unit, work.Quantity.Ratio(ours, theirs))
        {
            Limit = Limits.Of(work, peer.Name, threads),
            Judged = threads == 1 || ceilingScales,
        };
    }
}
