namespace Onsager.Tensors;

/// <summary>What elementwise work of two and of three inputs shares, whatever it computes: runs where they lie, tiles of gathered elements where they do not lie one after the other.</summary>
public sealed partial class CpuDevice
{
    /// <summary>z[i] from x[i] and y[i].</summary>
    private interface IPairLoop<TX, TZ>
    {
        static abstract void Run(ReadOnlySpan<TX> x, ReadOnlySpan<TX> y, Span<TZ> z);
    }

    /// <summary>w[i] from x[i], y[i] and z[i].</summary>
    private interface ITripleLoop<TX, TY>
    {
        static abstract void Run(ReadOnlySpan<TX> x, ReadOnlySpan<TY> y, ReadOnlySpan<TY> z, Span<TY> w);
    }

    private readonly struct PairRun<TLoop, TX, TZ>(Storage x, Storage y, Storage z) : IRun
        where TLoop : struct, IPairLoop<TX, TZ>
        where TX : unmanaged
        where TZ : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint sx = nest.Stride(0), sy = nest.Stride(1), sz = nest.Stride(2);
            nint px = nest.Start(0, run) + (from * sx), py = nest.Start(1, run) + (from * sy), pz = nest.Start(2, run) + (from * sz);
            if (sx == 1 && sy == 1 && sz == 1)
            {
                TLoop.Run(Memory<TX>(x, px, count), Memory<TX>(y, py, count), Memory<TZ>(z, pz, count));
                return;
            }

            Span<TX> tileX = stackalloc TX[Tile], tileY = stackalloc TX[Tile];
            Span<TZ> result = stackalloc TZ[Tile];
            for (nint done = 0; done < count; done += Tile)
            {
                nint part = nint.Min(Tile, count - done);
                ReadOnlySpan<TX> xs = GatherTile(x, px + (done * sx), sx, part, tileX), ys = GatherTile(y, py + (done * sy), sy, part, tileY);
                Span<TZ> target = sz == 1 ? Memory<TZ>(z, pz + done, part) : result[..(int)part];
                TLoop.Run(xs, ys, target);
                if (sz != 1)
                {
                    ScatterTile<TZ>(target, z, pz + (done * sz), sz);
                }
            }
        }
    }

    private readonly struct TripleRun<TLoop, TX, TY>(Storage x, Storage y, Storage z, Storage w) : IRun
        where TLoop : struct, ITripleLoop<TX, TY>
        where TX : unmanaged
        where TY : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint sx = nest.Stride(0), sy = nest.Stride(1), sz = nest.Stride(2), sw = nest.Stride(3);
            nint px = nest.Start(0, run) + (from * sx), py = nest.Start(1, run) + (from * sy);
            nint pz = nest.Start(2, run) + (from * sz), pw = nest.Start(3, run) + (from * sw);
            if (sx == 1 && sy == 1 && sz == 1 && sw == 1)
            {
                TLoop.Run(Memory<TX>(x, px, count), Memory<TY>(y, py, count), Memory<TY>(z, pz, count), Memory<TY>(w, pw, count));
                return;
            }

            Span<TX> tileX = stackalloc TX[Tile];
            Span<TY> tileY = stackalloc TY[Tile], tileZ = stackalloc TY[Tile], result = stackalloc TY[Tile];
            for (nint done = 0; done < count; done += Tile)
            {
                nint part = nint.Min(Tile, count - done);
                ReadOnlySpan<TX> xs = GatherTile(x, px + (done * sx), sx, part, tileX);
                ReadOnlySpan<TY> ys = GatherTile(y, py + (done * sy), sy, part, tileY), zs = GatherTile(z, pz + (done * sz), sz, part, tileZ);
                Span<TY> target = sw == 1 ? Memory<TY>(w, pw + done, part) : result[..(int)part];
                TLoop.Run(xs, ys, zs, target);
                if (sw != 1)
                {
                    ScatterTile<TY>(target, w, pw + (done * sw), sw);
                }
            }
        }
    }
}
