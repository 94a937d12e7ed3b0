namespace Onsager.Tensors;

/// <summary>What a plan leaves out: calls whose results nobody reads, and calls whose results are always the same.</summary>
internal static class DeadCalls
{
    /// <summary>
    /// The calls without those that only write the step's own memory which nobody reads afterwards. A draw stays, since it moves its stream.
    /// </summary>
    public static List<Call> Remove(List<Call> calls, IReadOnlySet<Storage> own, Storage result)
    {
        HashSet<Storage> needed = [result];
        List<Call> living = [];
        for (int i = calls.Count - 1; i >= 0; i--)
        {
            Call call = calls[i];
            if (!call.IsRepeatable || Array.Exists(call.Writes, place => !own.Contains(place.Storage) || needed.Contains(place.Storage)))
            {
                living.Add(call);
                Array.ForEach(call.Reads, place => needed.Add(place.Storage));
            }
        }

        living.Reverse();
        return living;
    }

    /// <summary>
    /// Takes away the calls that compute with constants alone, and adds the memory that they have written once to the constants: it keeps what
    /// it holds.
    /// </summary>
    public static List<Call> Fold(List<Call> calls, IReadOnlySet<Storage> own, HashSet<Storage> constants)
    {
        Dictionary<Storage, int> writers = [];
        foreach (Storage storage in own)
        {
            writers.Add(storage, 0);
        }

        foreach (Place place in calls.SelectMany(static call => call.Writes))
        {
            if (writers.TryGetValue(place.Storage, out int count))
            {
                writers[place.Storage] = count + 1;
            }
        }

        // What no call writes was written where it was made, from the host.
        constants.UnionWith(writers.Where(static pair => pair.Value == 0).Select(static pair => pair.Key));
        List<Call> left = [];
        foreach (Call call in calls)
        {
            bool isConstant = call.IsRepeatable && Array.TrueForAll(call.Reads, place => constants.Contains(place.Storage))
                && Array.TrueForAll(call.Writes, place => writers.GetValueOrDefault(place.Storage) == 1);
            if (isConstant)
            {
                constants.UnionWith(call.Writes.Select(static place => place.Storage));
            }
            else
            {
                left.Add(call);
            }
        }

        return left;
    }
}
