namespace Onsager.Tensors;

/// <summary>Fuses a layer's product with the activation after it, where nobody else reads what is between them.</summary>
internal static class Epilogues
{
    /// <summary>The calls with fused ones in the places of the products.</summary>
    public static List<Call> Fuse(List<Call> calls, IReadOnlySet<Storage> own, Storage result)
    {
        List<Call> fused = [.. calls];
        for (int i = 0; i < fused.Count; i++)
        {
            if (fused[i].Writes is not [Place between] || !own.Contains(between.Storage) || between.Storage == result)
            {
                continue;
            }

            int[] users = [.. Enumerable.Range(0, fused.Count).Where(j => j != i && Touches(fused[j], between.Storage))];
            if (users is not [int next] || next < i || fused[next] is not IActivationCall activation || Reaches(fused, i, next))
            {
                continue;
            }

            if (activation.After(fused[i]) is { } both)
            {
                fused[i] = both;
                fused.RemoveAt(next);
            }
        }

        return fused;
    }

    /// <summary>True when a call between two others touches what the second one writes.</summary>
    private static bool Reaches(List<Call> calls, int first, int second) =>
        Enumerable.Range(first, second - first).Any(i => Array.Exists(calls[second].Writes, place => Touches(calls[i], place.Storage)));

    private static bool Touches(Call call, Storage storage) =>
        Array.Exists(call.Reads, place => place.Storage == storage) || Array.Exists(call.Writes, place => place.Storage == storage);
}

/// <summary>A call that a product may do at once.</summary>
internal interface IActivationCall
{
    /// <summary>The call before this one and this one as one; null where there is no such kernel.</summary>
    Call? After(Call before);
}
