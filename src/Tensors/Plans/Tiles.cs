namespace Onsager.Tensors;

/// <summary>
/// Fuses chains of elementwise calls on the processor: each call does one tile before the next tile begins, so that what lives in a chain
/// alone never leaves the first caches. Every call still runs its own driver over the same elements: the bits are those of whole passes.
/// </summary>
internal sealed class Tiles : Call
{
    /// <summary>Elements of a tile.</summary>
    public const int Length = 2048;

    private readonly ElementwiseCall[] calls;
    private readonly nint count;
    private readonly nint besideBytes;

    private Tiles(List<ElementwiseCall> calls, nint besideBytes)
    {
        this.calls = [.. calls];
        this.besideBytes = besideBytes;
        count = calls[0].Count;
        Reads = [.. calls.SelectMany(static call => call.Reads).Where(static place => place.Beside < 0)];
        Writes = [.. calls.SelectMany(static call => call.Writes).Where(static place => place.Beside < 0)];
    }

    /// <summary>The calls with chains in the places of their parts.</summary>
    public static List<Call> Fuse(List<Call> calls, IReadOnlySet<Storage> own, IReadOnlySet<Storage> kept)
    {
        List<Call> fused = [];
        List<ElementwiseCall> chain = [];
        foreach (Call call in calls)
        {
            if (call is ElementwiseCall next && next.Count >= 2 * Length)
            {
                if (chain.Count > 0 && !Joins(chain, next))
                {
                    End();
                }

                chain.Add(next);
            }
            else
            {
                End();
                fused.Add(call);
            }
        }

        End();
        return fused;

        void End()
        {
            if (chain.Count > 1)
            {
                fused.Add(new Tiles(chain, PutBeside(chain, calls, own, kept)));
            }
            else
            {
                fused.AddRange(chain);
            }

            chain.Clear();
        }
    }

    public override void Run(Device device) => ((CpuDevice)device).RunTiles(calls, count, besideBytes);

    /// <summary>True when a call may do its tiles between those of a chain: what both touch and one writes is the same elements, or others altogether.</summary>
    private static bool Joins(List<ElementwiseCall> chain, ElementwiseCall next) =>
        next.Count == chain[0].Count && chain.TrueForAll(call =>
            Array.TrueForAll(call.Writes, written => Array.TrueForAll([.. next.Reads, .. next.Writes], place => AreApart(written, place)))
            && Array.TrueForAll(next.Writes, written => Array.TrueForAll(call.Reads, place => AreApart(written, place))));

    private static bool AreApart(Place x, Place y)
    {
        if (x.Storage != y.Storage)
        {
            return true;
        }

        (nint first, nint end) = Bytes(x);
        (nint otherFirst, nint otherEnd) = Bytes(y);
        bool isSame = first == otherFirst && end == otherEnd && x.ElementSize == y.ElementSize && x.IsScalar == y.IsScalar;
        return isSame || end <= otherFirst || otherEnd <= first;

        static (nint First, nint End) Bytes(Place place)
        {
            (nint first, nint end) = place.Layout.Extent();
            return (first * place.ElementSize, end * place.ElementSize);
        }
    }

    /// <summary>Gives memory that a chain alone uses, and writes first, a place beside the tile; says how many bytes these take.</summary>
    private static nint PutBeside(List<ElementwiseCall> chain, List<Call> calls, IReadOnlySet<Storage> own, IReadOnlySet<Storage> kept)
    {
        nint bytes = 0;
        foreach (Storage storage in chain.SelectMany(static call => call.Writes).Select(static place => place.Storage).Distinct())
        {
            bool isElsewhere = calls.Exists(call => !chain.Contains(call) && Uses(call).Any(place => place.Storage == storage));
            Place[] places = [.. chain.SelectMany(Uses).Where(place => place.Storage == storage)];
            ElementwiseCall first = chain.Find(call => Uses(call).Any(place => place.Storage == storage))!;
            bool isReadFirst = Array.Exists(first.Reads, place => place.Storage == storage);
            bool isUniform = Array.TrueForAll(places, place =>
                place.ElementSize == places[0].ElementSize && place.Layout.Offset == places[0].Layout.Offset && place.Layout.Extents.Size == chain[0].Count && !place.IsScalar);
            if (!own.Contains(storage) || kept.Contains(storage) || isElsewhere || isReadFirst || !isUniform)
            {
                continue;
            }

            foreach (Place place in places)
            {
                place.Beside = bytes / place.ElementSize;
            }

            bytes += Length * places[0].ElementSize;
        }

        return bytes;

        static IEnumerable<Place> Uses(Call call) => call.Reads.Concat(call.Writes);
    }
}
