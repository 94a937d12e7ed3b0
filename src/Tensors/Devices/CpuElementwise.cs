using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Elementwise work on the processor: runs of full speed where the inner stride is 1 or 0, tiles gathered and scattered where it is not.</summary>
public sealed partial class CpuDevice
{
    /// <summary>Elements of a gathered tile: four tiles of doubles stay in the first-level cache.</summary>
    private const int Tile = 512;

    /// <inheritdoc/>
    public override void Copy<T>(Operand x, Operand y)
    {
        // Short ones as elsewhere: what the nest sets up takes longer than the copy.
        if (x.Layout.IsFlat(in y.Layout, out nint count) && count < Cuts.Cheap)
        {
            Memory<T>(x.Storage, x.Layout.Offset, count).CopyTo(Memory<T>(y.Storage, y.Layout.Offset, count));
            return;
        }

        Nest nest = new(x, y);
        Visit(new CopyRun<T>(x.Storage, y.Storage), nest, isDear: false);
    }

    /// <inheritdoc/>
    public override void Fill<T>(T value, Operand y)
    {
        if (y.Layout.IsFlat(in y.Layout, out nint count) && count < Cuts.Cheap)
        {
            Memory<T>(y.Storage, y.Layout.Offset, count).Fill(value);
            return;
        }

        Nest nest = new(y, y);
        Visit(new FillRun<T>(value, y.Storage), nest, isDear: false);
    }

    /// <inheritdoc/>
    public override void Unary<TOp, T>(Operand x, Operand y)
    {
        Nest nest = new(x, y);
        Visit(new UnaryRun<TOp, T>(x.Storage, y.Storage), nest, Cuts.IsDear<TOp>());
    }

    /// <inheritdoc/>
    public override void Binary<TOp, T>(Operand x, Operand y, Operand z)
    {
        Nest nest = new(x, y, z);
        Visit(new BinaryRun<TOp, T>(x.Storage, y.Storage, z.Storage), nest, Cuts.IsDear<TOp>());
    }

    /// <inheritdoc/>
    public override void Ternary<TOp, T>(Operand x, Operand y, Operand z, Operand w)
    {
        Nest nest = new(x, y, z, w);
        Visit(new TripleRun<TernaryLoop<TOp, T>, T, T>(x.Storage, y.Storage, z.Storage, w.Storage), nest, Cuts.IsDear<TOp>());
    }

    /// <inheritdoc/>
    public override void Update<TUpdate, T>(TUpdate update, Operand gradients, Operand parameters, Operand first, Operand second)
    {
        nint count = parameters.Layout.Shape.Size;
        (nint perPart, int parts) = Cuts.Of(count, Cuts.Cheap, Cuts.CheapPart);
        workers.Run(
            new UpdateParts<TUpdate, T>(
                update, (gradients.Storage, gradients.Layout.Offset), (parameters.Storage, parameters.Layout.Offset),
                (first.Storage, first.Layout.Offset), (second.Storage, second.Layout.Offset), count, perPart),
            parts,
            count >= Cuts.WakesAtOnce);
    }

    /// <inheritdoc/>
    public override void Convert<TFrom, TTo>(Operand x, Operand y)
    {
        nint count = y.Layout.Shape.Size;
        (nint perPart, int parts) = Cuts.OfElementwise(count, isDear: false);
        workers.Run(new ConvertParts<TFrom, TTo>(x.Storage, x.Layout.Offset, y.Storage, y.Layout.Offset, count, perPart), parts, count >= Cuts.WakesAtOnce);
    }

    private readonly struct UpdateParts<TUpdate, T>(
        TUpdate update, (Storage Memory, nint Offset) gradients, (Storage Memory, nint Offset) parameters,
        (Storage Memory, nint Offset) first, (Storage Memory, nint Offset) second, nint count, nint perPart) : IParts
        where TUpdate : struct, IUpdate
        where T : unmanaged
    {
        public void Run(int part)
        {
            nint start = part * perPart, length = nint.Min(perPart, count - start);
            Simd.Update.Run<TUpdate, T>(
                update,
                Memory<T>(gradients.Memory, gradients.Offset + start, length),
                Memory<T>(parameters.Memory, parameters.Offset + start, length),
                TUpdate.Moments > 0 ? Memory<T>(first.Memory, first.Offset + start, length) : [],
                TUpdate.Moments > 1 ? Memory<T>(second.Memory, second.Offset + start, length) : []);
        }
    }

    private readonly struct ConvertParts<TFrom, TTo>(Storage x, nint from, Storage y, nint to, nint count, nint perPart) : IParts
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        public void Run(int part)
        {
            nint start = part * perPart, length = nint.Min(perPart, count - start);
            Map.Convert<TFrom, TTo>(Memory<TFrom>(x, from + start, length), Memory<TTo>(y, to + start, length));
        }
    }

    private void Visit<TRun>(in TRun run, in Nest nest, bool isDear)
        where TRun : struct, IRun
    {
        nint runs = nest.Runs, length = nest.Run, size = runs * length;
        if (size == 0)
        {
            return;
        }

        // A part is a piece of a long run, or several whole runs.
        (nint perPart, int parts) = Cuts.OfElementwise(size, isDear);
        nint piece = length, runsPerPart = runs;
        if (parts > 1)
        {
            (piece, runsPerPart) = length > perPart ? (perPart, 1) : (length, (perPart + length - 1) / length);
        }

        nint pieces = (length + piece - 1) / piece, groups = (runs + runsPerPart - 1) / runsPerPart;
        workers.Run(new RunParts<TRun>(run, nest, piece, pieces, runsPerPart), checked((int)(pieces * groups)), size >= Cuts.WakesAtOnce);
    }

    /// <summary>What is done to one run: count elements from the given starts on, with the nest's strides.</summary>
    private interface IRun
    {
        void Apply(in Nest nest, nint run, nint from, nint count);
    }

    private readonly struct RunParts<TRun>(TRun run, Nest nest, nint piece, nint pieces, nint runsPerPart) : IParts
        where TRun : struct, IRun
    {
        private readonly TRun run = run;
        private readonly Nest nest = nest;

        public void Run(int part)
        {
            (nint group, nint index) = pieces == 1 ? (part, 0) : nint.DivRem(part, pieces);
            nint from = index * piece, count = nint.Min(piece, nest.Run - from), end = nint.Min((group + 1) * runsPerPart, nest.Runs);
            for (nint r = group * runsPerPart; r < end; r++)
            {
                run.Apply(in nest, r, from, count);
            }
        }
    }

    /// <summary>The elements of a run as a span: those in memory where they are consecutive, a gathered copy otherwise.</summary>
    private static ReadOnlySpan<T> GatherTile<T>(Storage storage, nint start, nint stride, nint count, Span<T> tile)
        where T : unmanaged
    {
        if (stride == 1)
        {
            return Memory<T>(storage, start, count);
        }

        tile = tile[..(int)count];
        if (stride == 0)
        {
            tile.Fill(Memory<T>(storage, start, 1)[0]);
            return tile;
        }

        if (nint.Abs(stride) * (count - 1) >= int.MaxValue)
        {
            // No span reaches so far.
            for (int i = 0; i < tile.Length; i++)
            {
                tile[i] = Memory<T>(storage, start + (i * stride), 1)[0];
            }

            return tile;
        }

        nint first = stride > 0 ? start : start + ((count - 1) * stride);
        ReadOnlySpan<T> source = Memory<T>(storage, first, (nint.Abs(stride) * (count - 1)) + 1);
        int at = (int)(start - first);
        for (int i = 0; i < tile.Length; i++, at += (int)stride)
        {
            tile[i] = source[at];
        }

        return tile;
    }

    private static void ScatterTile<T>(ReadOnlySpan<T> tile, Storage storage, nint start, nint stride)
        where T : unmanaged
    {
        if (nint.Abs(stride) * (tile.Length - 1) >= int.MaxValue)
        {
            for (int i = 0; i < tile.Length; i++)
            {
                Memory<T>(storage, start + (i * stride), 1)[0] = tile[i];
            }

            return;
        }

        nint first = stride > 0 ? start : start + ((tile.Length - 1) * stride);
        Span<T> target = Memory<T>(storage, first, (nint.Abs(stride) * (tile.Length - 1)) + 1);
        int at = (int)(start - first);
        for (int i = 0; i < tile.Length; i++, at += (int)stride)
        {
            target[at] = tile[i];
        }
    }

    private readonly struct CopyRun<T>(Storage x, Storage y) : IRun
        where T : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint sx = nest.Stride(0), sy = nest.Stride(1), px = nest.Start(0, run) + (from * sx), py = nest.Start(1, run) + (from * sy);
            if (sx == 1 && sy == 1)
            {
                Memory<T>(x, px, count).CopyTo(Memory<T>(y, py, count));
                return;
            }

            Span<T> tile = stackalloc T[Tile];
            for (nint done = 0; done < count; done += Tile)
            {
                nint part = nint.Min(Tile, count - done);
                ReadOnlySpan<T> elements = GatherTile(x, px + (done * sx), sx, part, tile);
                if (sy == 1)
                {
                    elements.CopyTo(Memory<T>(y, py + done, part));
                }
                else
                {
                    ScatterTile(elements, y, py + (done * sy), sy);
                }
            }
        }
    }

    private readonly struct FillRun<T>(T value, Storage y) : IRun
        where T : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint stride = nest.Stride(1), start = nest.Start(1, run) + (from * stride);
            if (stride == 1)
            {
                Memory<T>(y, start, count).Fill(value);
                return;
            }

            for (nint i = 0; i < count; i++)
            {
                Memory<T>(y, start + (i * stride), 1)[0] = value;
            }
        }
    }

    private readonly struct UnaryRun<TOp, T>(Storage x, Storage y) : IRun
        where TOp : struct, IUnaryOp
        where T : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint sx = nest.Stride(0), sy = nest.Stride(1), px = nest.Start(0, run) + (from * sx), py = nest.Start(1, run) + (from * sy);
            if (sx == 1 && sy == 1)
            {
                Map.Unary<TOp, T>(Memory<T>(x, px, count), Memory<T>(y, py, count));
                return;
            }

            Span<T> gathered = stackalloc T[Tile], result = stackalloc T[Tile];
            for (nint done = 0; done < count; done += Tile)
            {
                nint part = nint.Min(Tile, count - done);
                ReadOnlySpan<T> elements = GatherTile(x, px + (done * sx), sx, part, gathered);
                Span<T> target = sy == 1 ? Memory<T>(y, py + done, part) : result[..(int)part];
                Map.Unary<TOp, T>(elements, target);
                if (sy != 1)
                {
                    ScatterTile<T>(target, y, py + (done * sy), sy);
                }
            }
        }
    }

    private readonly struct BinaryRun<TOp, T>(Storage x, Storage y, Storage z) : IRun
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint sx = nest.Stride(0), sy = nest.Stride(1), sz = nest.Stride(2);
            nint px = nest.Start(0, run) + (from * sx), py = nest.Start(1, run) + (from * sy), pz = nest.Start(2, run) + (from * sz);
            switch (sx, sy, sz)
            {
                case (1, 0, 1):
                    Map.Binary<TOp, T>(Memory<T>(x, px, count), Memory<T>(y, py, 1)[0], Memory<T>(z, pz, count));
                    break;
                case (0, 1, 1):
                    Map.Binary<TOp, T>(Memory<T>(x, px, 1)[0], Memory<T>(y, py, count), Memory<T>(z, pz, count));
                    break;
                default:
                    new PairRun<BinaryLoop<TOp, T>, T, T>(x, y, z).Apply(in nest, run, from, count);
                    break;
            }
        }
    }

    private readonly struct BinaryLoop<TOp, T> : IPairLoop<T, T>
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        public static void Run(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) => Map.Binary<TOp, T>(x, y, z);
    }

    private readonly struct TernaryLoop<TOp, T> : ITripleLoop<T, T>
        where TOp : struct, ITernaryOp
        where T : unmanaged
    {
        public static void Run(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> w) => Map.Ternary<TOp, T>(x, y, z, w);
    }
}
