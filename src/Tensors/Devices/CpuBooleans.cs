using System.Numerics;
using System.Runtime.InteropServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Comparisons, logic and choices on the processor, whatever the strides.</summary>
public sealed partial class CpuDevice
{
    /// <inheritdoc/>
    public override void Compare<TRelation, T>(Operand x, Operand y, Operand z)
    {
        Nest nest = new(x, y, z);
        Visit(new CompareRun<TRelation, T>(x.Storage, y.Storage, z.Storage), nest, isDear: false);
    }

    /// <inheritdoc/>
    public override void Combine<TLogic>(Operand x, Operand y, Operand z)
    {
        Nest nest = new(x, y, z);
        Visit(new LogicRun<TLogic>(x.Storage, y.Storage, z.Storage), nest, isDear: false);
    }

    /// <inheritdoc/>
    public override void Choose<T>(Operand mask, Operand x, Operand y, Operand w)
    {
        Nest nest = new(mask, x, y, w);
        Visit(new ChooseRun<T>(mask.Storage, x.Storage, y.Storage, w.Storage), nest, isDear: false);
    }

    private static void Relate<TRelation, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
        where TRelation : struct, IRelation
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Relate<TRelation, T, float>(x, y, z);
        }
        else if (typeof(T) == typeof(double))
        {
            Relate<TRelation, T, double>(x, y, z);
        }
        else if (typeof(T) == typeof(int))
        {
            Relate<TRelation, T, int>(x, y, z);
        }
        else if (typeof(T) == typeof(long))
        {
            Relate<TRelation, T, long>(x, y, z);
        }
        else
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = Relations.Holds<TRelation, T>(x[i], y[i]);
            }
        }
    }

    private static void Relate<TRelation, T, TNumber>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
        where TRelation : struct, IRelation
        where T : unmanaged
        where TNumber : unmanaged, INumber<TNumber> =>
        Simd.Compare.Run<TRelation, TNumber>(MemoryMarshal.Cast<T, TNumber>(x), MemoryMarshal.Cast<T, TNumber>(y), z);

    private readonly struct CompareRun<TRelation, T>(Storage x, Storage y, Storage z) : IRun
        where TRelation : struct, IRelation
        where T : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint sx = nest.Stride(0), sy = nest.Stride(1), sz = nest.Stride(2);
            nint px = nest.Start(0, run) + (from * sx), py = nest.Start(1, run) + (from * sy), pz = nest.Start(2, run) + (from * sz);
            if (sx == 1 && sy == 1 && sz == 1)
            {
                Relate<TRelation, T>(Memory<T>(x, px, count), Memory<T>(y, py, count), Memory<bool>(z, pz, count));
                return;
            }

            Span<T> tileX = stackalloc T[Tile], tileY = stackalloc T[Tile];
            Span<bool> result = stackalloc bool[Tile];
            for (nint done = 0; done < count; done += Tile)
            {
                nint part = nint.Min(Tile, count - done);
                ReadOnlySpan<T> xs = GatherTile(x, px + (done * sx), sx, part, tileX), ys = GatherTile(y, py + (done * sy), sy, part, tileY);
                Span<bool> target = sz == 1 ? Memory<bool>(z, pz + done, part) : result[..(int)part];
                Relate<TRelation, T>(xs, ys, target);
                if (sz != 1)
                {
                    ScatterTile<bool>(target, z, pz + (done * sz), sz);
                }
            }
        }
    }

    private readonly struct LogicRun<TLogic>(Storage x, Storage y, Storage z) : IRun
        where TLogic : struct, ILogic
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint sx = nest.Stride(0), sy = nest.Stride(1), sz = nest.Stride(2);
            nint px = nest.Start(0, run) + (from * sx), py = nest.Start(1, run) + (from * sy), pz = nest.Start(2, run) + (from * sz);
            if (sx == 1 && sy == 1 && sz == 1)
            {
                TLogic.Run(Memory<bool>(x, px, count), Memory<bool>(y, py, count), Memory<bool>(z, pz, count));
                return;
            }

            Span<bool> tileX = stackalloc bool[Tile], tileY = stackalloc bool[Tile], result = stackalloc bool[Tile];
            for (nint done = 0; done < count; done += Tile)
            {
                nint part = nint.Min(Tile, count - done);
                ReadOnlySpan<bool> xs = GatherTile(x, px + (done * sx), sx, part, tileX), ys = GatherTile(y, py + (done * sy), sy, part, tileY);
                Span<bool> target = sz == 1 ? Memory<bool>(z, pz + done, part) : result[..(int)part];
                TLogic.Run(xs, ys, target);
                if (sz != 1)
                {
                    ScatterTile<bool>(target, z, pz + (done * sz), sz);
                }
            }
        }
    }

    private readonly struct ChooseRun<T>(Storage mask, Storage x, Storage y, Storage w) : IRun
        where T : unmanaged
    {
        public void Apply(in Nest nest, nint run, nint from, nint count)
        {
            nint sm = nest.Stride(0), sx = nest.Stride(1), sy = nest.Stride(2), sw = nest.Stride(3);
            nint pm = nest.Start(0, run) + (from * sm), px = nest.Start(1, run) + (from * sx);
            nint py = nest.Start(2, run) + (from * sy), pw = nest.Start(3, run) + (from * sw);
            if (sm == 1 && sx == 1 && sy == 1 && sw == 1)
            {
                Booleans.Select<T>(Memory<bool>(mask, pm, count), Memory<T>(x, px, count), Memory<T>(y, py, count), Memory<T>(w, pw, count));
                return;
            }

            Span<bool> flags = stackalloc bool[Tile];
            Span<T> tileX = stackalloc T[Tile], tileY = stackalloc T[Tile], result = stackalloc T[Tile];
            for (nint done = 0; done < count; done += Tile)
            {
                nint part = nint.Min(Tile, count - done);
                ReadOnlySpan<bool> chosen = GatherTile(mask, pm + (done * sm), sm, part, flags);
                ReadOnlySpan<T> xs = GatherTile(x, px + (done * sx), sx, part, tileX), ys = GatherTile(y, py + (done * sy), sy, part, tileY);
                Span<T> target = sw == 1 ? Memory<T>(w, pw + done, part) : result[..(int)part];
                Booleans.Select(chosen, xs, ys, target);
                if (sw != 1)
                {
                    ScatterTile<T>(target, w, pw + (done * sw), sw);
                }
            }
        }
    }
}
