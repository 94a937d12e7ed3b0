using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Random numbers on the processor: threads share the elements, each of which is a function of its place in the stream.</summary>
public sealed partial class CpuDevice
{
    /// <inheritdoc/>
    public override void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Operand y)
    {
        nint size = y.Layout.Shape.Size;
        (nint perPart, int parts) = Cuts.Of(size, Cuts.Random, Cuts.RandomPart);
        workers.Run(new RandomParts<TDistribution, T>(parameters, seed, stream, first, y.Storage, y.Layout.Offset, size, perPart), parts, size >= Cuts.WakesAtOnce);
    }

    /// <inheritdoc/>
    public override void Draw<TDraw, T>(TDraw draw, ulong seed, ulong stream, ulong first, Operand y)
    {
        nint size = y.Layout.Shape.Size / draw.Width;
        (nint perPart, int parts) = Cuts.Of(size, int.Max(2, Cuts.Random / draw.Width), int.Max(1, Cuts.RandomPart / draw.Width));
        workers.Run(new DrawParts<TDraw, T>(draw, seed, stream, first, y.Storage, y.Layout.Offset, size, perPart), parts, y.Layout.Shape.Size >= Cuts.WakesAtOnce);
    }

    private readonly struct RandomParts<TDistribution, T>(
        (T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Storage storage, nint offset, nint size, nint perPart) : IParts
        where TDistribution : struct, IDistribution
        where T : unmanaged
    {
        public void Run(int part)
        {
            nint start = part * perPart;
            RandomFill.Run<TDistribution, T>(parameters, seed, stream, first + (ulong)start, Memory<T>(storage, offset + start, nint.Min(perPart, size - start)));
        }
    }

    private readonly struct DrawParts<TDraw, T>(
        TDraw draw, ulong seed, ulong stream, ulong first, Storage storage, nint offset, nint size, nint perPart) : IParts
        where TDraw : struct, IDraw<T>
        where T : unmanaged
    {
        public void Run(int part)
        {
            nint start = part * perPart, count = nint.Min(perPart, size - start);
            draw.Fill(seed, stream, first + (ulong)(start * draw.Width), Memory<T>(storage, offset + (start * draw.Width), count * draw.Width));
        }
    }
}
