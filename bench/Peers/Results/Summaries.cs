namespace Onsager.Peers;

/// <summary>What many rows say together.</summary>
internal static class Summaries
{
    public static IEnumerable<string> OfMachine(Machine machine)
    {
        yield return $"Machine: {machine.Description}; threads: {machine.Threads}";
        yield return $"FMA ceiling of a core: f32 {machine.Ceiling32:0.0}, f64 {machine.Ceiling64:0.0} GFLOP/s";
        yield return $"Copy of {Machine.Elements * sizeof(float) / 1_000_000} MB, read and written: memmove {machine.Copy:0.0}, streaming stores {machine.StreamingCopy:0.0} GB/s";
        if (machine.Threads > 1)
        {
            yield return $"The ceiling scales by {machine.Scaling:0.00} over {machine.Threads} threads"
                + (machine.Scaling < Limits.CeilingScaling ? $": below {Limits.CeilingScaling}, so no row is judged" : "");
        }
    }

    /// <summary>A geometric mean for each group and peer, with the number of promises kept.</summary>
    public static IEnumerable<string> OfGroups(IEnumerable<Row> rows)
    {
        foreach (IGrouping<(string Group, string PeerName, string Dtype), Row> rowsOf in rows.GroupBy(row => (row.Group, row.PeerName, row.Dtype)))
        {
            (string group, string peer, string type) = rowsOf.Key;
            double mean = GeometricMean(rowsOf.Select(row => row.Ratio));
            int judged = rowsOf.Count(row => row.Met is not null), met = rowsOf.Count(row => row.Met == true);
            string limit = Limits.OfMean(group, peer) is double least ? $", at least {least:0.00} promised: {(mean >= least ? "met" : "missed")}" : "";
            yield return $"{group} {type} / {peer}: geometric mean {mean:0.00}{limit}, lowest {rowsOf.Min(row => row.Ratio):0.00}, limits met {met} of {judged}";
        }
    }

    /// <summary>Products in float32 against the multiply-add ceiling of the same rounds.</summary>
    public static IEnumerable<string> OfCeiling(IEnumerable<Row> rows)
    {
        foreach ((string range, int first, int last, double promised) in Limits.CeilingShares)
        {
            Row[] within = [.. rows
                .Where(row => row is { Group: "gemm", Name: "NN", Dtype: "f32", Share: not null } && row.Size >= first && row.Size <= last)
                .OrderBy(row => row.Share)];
            if (within.Length > 0)
            {
                yield return $"gemm f32 NN, share of the FMA ceiling for {range}: lowest {within[0].Share:P0} at {within[0].Size}, "
                    + $"best {within[^1].Share:P0} at {within[^1].Size}; {promised:P0} promised: {(within[0].Share >= promised ? "met" : "missed")} by the lowest";
            }
        }
    }

    /// <summary>Work out of cache against the fastest copy of the same rounds.</summary>
    public static IEnumerable<string> OfBandwidth(IEnumerable<Row> rows)
    {
        foreach (IGrouping<string, Row> group in rows.Where(row => row.LeastShare is not null).GroupBy(row => row.Group))
        {
            Row[] each = [.. group.DistinctBy(row => (row.Name, row.Size)).OrderBy(row => row.Share)];
            int met = each.Count(row => row.Share >= row.LeastShare);
            yield return $"{group.Key} f32 out of cache, share of the streaming copy's bandwidth: lowest {each[0].Share:P0} ({each[0].Name}), {each[0].LeastShare:P0} promised: met by {met} of {each.Length}";
        }
    }

    /// <summary>Whether training steps compute what their peers do.</summary>
    public static IEnumerable<string> OfLosses(IEnumerable<Row> rows)
    {
        Row[] steps = [.. rows.Where(row => row.LossDifference is not null).OrderByDescending(row => row.LossDifference)];
        if (steps.Length > 0)
        {
            int agree = steps.Count(row => row.LossDifference <= Limits.LossDifference);
            yield return $"losses of the first {TrainingStep.Compared} steps from the same weights agree with the peer's to {Limits.LossDifference:0e+0} in {agree} of {steps.Length} rows; "
                + $"largest difference {steps[0].LossDifference:0.0e+0} ({steps[0].Name})";
        }
    }

    public static double GeometricMean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));
}
