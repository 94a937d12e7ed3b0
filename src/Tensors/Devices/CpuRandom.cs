using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Random numbers on the processor: threads share the elements, each of which is a function of its place in the stream.</summary>
public sealed partial class CpuDevice
{
    /// <summary>Elements of one part; whole blocks of the generator, and below two parts the caller does it alone.</summary>
    private const int RandomPart = 1 << 13;

    /// <inheritdoc/>
    public override void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Operand y)
    {
        nint size = y.Layout.Shape.Size;
        workers.Run(new RandomParts<TDistribution, T>(parameters, seed, stream, first, y.Storage, y.Layout.Offset, size), PartsOf(size, RandomPart));
    }

    /// <inheritdoc/>
    public override void Draw<TDraw, T>(TDraw draw, ulong seed, ulong stream, ulong first, Operand y)
    {
        nint size = y.Layout.Shape.Size / draw.Width, perPart = nint.Max(1, RandomPart / draw.Width);
        workers.Run(new DrawParts<TDraw, T>(draw, seed, stream, first, y.Storage, y.Layout.Offset, size, perPart), PartsOf(size, perPart));
    }

    private static int PartsOf(nint size, nint perPart) => checked((int)((size + perPart - 1) / perPart));

    private readonly struct RandomParts<TDistribution, T>(
        (T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Storage storage, nint offset, nint size) : IParts
        where TDistribution : struct, IDistribution
        where T : unmanaged
    {
        public void Run(int part)
        {
            nint start = (nint)part * RandomPart;
            RandomFill.Run<TDistribution, T>(parameters, seed, stream, first + (ulong)start, Memory<T>(storage, offset + start, nint.Min(RandomPart, size - start)));
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
