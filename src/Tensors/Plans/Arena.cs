namespace Onsager.Tensors;

/// <summary>
/// One block of memory for all that a plan's calls hand on: pieces that are in use at the same time lie apart, others share. The largest
/// piece is placed first, each at the lowest place that is free for as long as it is needed.
/// </summary>
internal static class Arena
{
    private const int Alignment = 64;

    /// <summary>Moves the places of the step's own memory, but for what is kept, into one block; null where there are none.</summary>
    public static Storage? Plan(List<Call> calls, Device device, IReadOnlySet<Storage> own, IReadOnlySet<Storage> kept)
    {
        Dictionary<Storage, Piece> pieces = [];
        for (int i = 0; i < calls.Count; i++)
        {
            foreach (Place place in calls[i].Reads.Concat(calls[i].Writes))
            {
                if (own.Contains(place.Storage) && !kept.Contains(place.Storage))
                {
                    if (!pieces.TryGetValue(place.Storage, out Piece? piece))
                    {
                        pieces.Add(place.Storage, piece = new Piece(place.Storage.ByteCount, i));
                    }

                    piece.Last = i;
                    piece.Places.Add(place);
                }
            }
        }

        nint total = 0;
        List<Piece> placed = [];
        foreach (Piece piece in pieces.Values.OrderByDescending(static piece => piece.Bytes))
        {
            foreach (Piece other in placed.Where(other => other.First <= piece.Last && piece.First <= other.Last).OrderBy(static other => other.Start))
            {
                if (piece.Start + piece.Bytes <= other.Start)
                {
                    break;
                }

                piece.Start = nint.Max(piece.Start, other.Start + other.Bytes);
            }

            placed.Add(piece);
            total = nint.Max(total, piece.Start + piece.Bytes);
        }

        if (total == 0)
        {
            return null;
        }

        Storage arena = device.Allocate(total);
        arena.AddUser();
        foreach (Piece piece in placed)
        {
            foreach (Place place in piece.Places)
            {
                place.Bind(arena, place.Layout.Offset + (piece.Start / place.ElementSize));
            }
        }

        return arena;
    }

    private sealed class Piece(nint bytes, int first)
    {
        public nint Bytes { get; } = nint.Max(1, bytes + Alignment - 1) / Alignment * Alignment;

        public int First { get; } = first;

        public int Last { get; set; }

        public nint Start { get; set; }

        public HashSet<Place> Places { get; } = [];
    }
}
