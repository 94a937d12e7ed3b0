namespace Onsager.Tensors;

/// <summary>Chains of elementwise calls on the processor, tile by tile.</summary>
public sealed partial class CpuDevice
{
    /// <summary>Does the calls, in their order, on one tile after the other; what lives in a tile only takes so many bytes beside it.</summary>
    internal void RunTiles(ElementwiseCall[] calls, nint count, nint besideBytes)
    {
        // A chain is at least as dear as a polynomial.
        (nint perPart, int parts) = Cuts.Of(count, Cuts.Dear, Cuts.DearPart);
        workers.Run(new TileParts(this, calls, count, perPart, besideBytes), parts, count >= Cuts.WakesAtOnce);
    }

    private readonly struct TileParts(CpuDevice device, ElementwiseCall[] calls, nint count, nint perPart, nint besideBytes) : IParts
    {
        public void Run(int part)
        {
            Storage? beside = besideBytes > 0 ? device.Allocate(besideBytes) : null;
            try
            {
                nint end = nint.Min((part + 1) * perPart, count);
                for (nint start = part * perPart; start < end; start += Tiles.Length)
                {
                    nint length = nint.Min(Tiles.Length, end - start);
                    foreach (ElementwiseCall call in calls)
                    {
                        call.RunTile(start, length, beside);
                    }
                }
            }
            finally
            {
                if (beside is not null)
                {
                    device.Recycle(beside);
                }
            }
        }
    }
}
