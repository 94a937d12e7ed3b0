using System.Runtime.CompilerServices;
using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu;

public sealed partial class GpuDevice
{
    /// <inheritdoc/>
    public override void Unary<TOp, T>(Operand x, Operand y)
    {
        if (IsSingle<T>(TOp.Name))
        {
            RunUnary<TOp, GpuF32>(x, y);
        }
        else
        {
            RunUnary<TOp, GpuF64>(x, y);
        }
    }

    /// <inheritdoc/>
    public override void Binary<TOp, T>(Operand x, Operand y, Operand z)
    {
        if (IsSingle<T>(TOp.Name))
        {
            RunBinary<TOp, GpuF32>(x, y, z);
        }
        else
        {
            RunBinary<TOp, GpuF64>(x, y, z);
        }
    }

    /// <inheritdoc/>
    public override void Ternary<TOp, T>(Operand x, Operand y, Operand z, Operand w)
    {
        if (IsSingle<T>(TOp.Name))
        {
            RunTernary<TOp, GpuF32>(x, y, z, w);
        }
        else
        {
            RunTernary<TOp, GpuF64>(x, y, z, w);
        }
    }

    /// <inheritdoc/>
    public override void Copy<T>(Operand x, Operand y)
    {
        nint size = y.Layout.Shape.Size;
        if (size == 0)
        {
            return;
        }

        if (x.Layout.IsContiguous && y.Layout.IsContiguous)
        {
            accelerator.Copy(Bytes<T>(x.Storage, x.Layout.Offset, size), Bytes<T>(y.Storage, y.Layout.Offset, size));
            return;
        }

        switch (Unsafe.SizeOf<T>())
        {
            case 1: RunCopy<byte>(x, y); break;
            case 2: RunCopy<ushort>(x, y); break;
            case 4: RunCopy<uint>(x, y); break;
            case 8: RunCopy<ulong>(x, y); break;
            default: throw new NotSupportedException($"copy: element {typeof(T).Name} of {Unsafe.SizeOf<T>()} bytes is not available on {Name}.");
        }
    }

    /// <inheritdoc/>
    public override void Fill<T>(T value, Operand y)
    {
        if (y.Layout.Shape.Size == 0)
        {
            return;
        }

        switch (Unsafe.SizeOf<T>())
        {
            case 1: RunFill(Unsafe.BitCast<T, byte>(value), y); break;
            case 2: RunFill(Unsafe.BitCast<T, ushort>(value), y); break;
            case 4: RunFill(Unsafe.BitCast<T, uint>(value), y); break;
            case 8: RunFill(Unsafe.BitCast<T, ulong>(value), y); break;
            default: throw new NotSupportedException($"fill: element {typeof(T).Name} of {Unsafe.SizeOf<T>()} bytes is not available on {Name}.");
        }
    }

    private void RunUnary<TOp, V>(Operand x, Operand y)
        where TOp : struct, IUnaryOp
        where V : unmanaged, ILanes<V>
    {
        nint size = y.Layout.Shape.Size;
        if (!x.Layout.IsContiguous || !y.Layout.IsContiguous)
        {
            accelerator.Unary<TOp, V>(View<V>(x.Storage), View<V>(y.Storage), AxesOf.Of(x, y), Count(TOp.Name, size));
            return;
        }

        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start), done = 0;
            if (accelerator.TakesQuads(count, x.Layout.Offset | y.Layout.Offset))
            {
                done = count & -4;
                accelerator.UnaryQuads<TOp, V>(Quads<V>(x, start, done), Quads<V>(y, start, done), done / 4);
            }

            int rest = count - done;
            if (rest > 0)
            {
                accelerator.Unary<TOp, V>(Part<V>(x, start + done, rest), Part<V>(y, start + done, rest), rest);
            }
        }
    }

    private void RunBinary<TOp, V>(Operand x, Operand y, Operand z)
        where TOp : struct, IBinaryOp
        where V : unmanaged, ILanes<V>
    {
        nint size = z.Layout.Shape.Size;
        if (!x.Layout.IsContiguous || !y.Layout.IsContiguous || !z.Layout.IsContiguous)
        {
            accelerator.Binary<TOp, V>(
                View<V>(x.Storage), View<V>(y.Storage), View<V>(z.Storage), AxesOf.Of(x, y, z, z), Count(TOp.Name, size));
            return;
        }

        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start), done = 0;
            if (accelerator.TakesQuads(count, x.Layout.Offset | y.Layout.Offset | z.Layout.Offset))
            {
                done = count & -4;
                accelerator.BinaryQuads<TOp, V>(Quads<V>(x, start, done), Quads<V>(y, start, done), Quads<V>(z, start, done), done / 4);
            }

            int rest = count - done;
            if (rest > 0)
            {
                accelerator.Binary<TOp, V>(Part<V>(x, start + done, rest), Part<V>(y, start + done, rest), Part<V>(z, start + done, rest), rest);
            }
        }
    }

    private void RunTernary<TOp, V>(Operand x, Operand y, Operand z, Operand w)
        where TOp : struct, ITernaryOp
        where V : unmanaged, ILanes<V>
    {
        nint size = w.Layout.Shape.Size;
        if (!x.Layout.IsContiguous || !y.Layout.IsContiguous || !z.Layout.IsContiguous || !w.Layout.IsContiguous)
        {
            accelerator.Ternary<TOp, V>(
                View<V>(x.Storage), View<V>(y.Storage), View<V>(z.Storage), View<V>(w.Storage), AxesOf.Of(x, y, z, w), Count(TOp.Name, size));
            return;
        }

        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start), done = 0;
            if (accelerator.TakesQuads(count, x.Layout.Offset | y.Layout.Offset | z.Layout.Offset | w.Layout.Offset))
            {
                done = count & -4;
                accelerator.TernaryQuads<TOp, V>(
                    Quads<V>(x, start, done), Quads<V>(y, start, done), Quads<V>(z, start, done), Quads<V>(w, start, done), done / 4);
            }

            int rest = count - done;
            if (rest > 0)
            {
                accelerator.Ternary<TOp, V>(
                    Part<V>(x, start + done, rest), Part<V>(y, start + done, rest), Part<V>(z, start + done, rest), Part<V>(w, start + done, rest), rest);
            }
        }
    }

    private ArrayView<Quad<V>> Quads<V>(Operand x, nint start, int count)
        where V : unmanaged, ILanes<V> => View<Quad<V>>(x.Storage).SubView((x.Layout.Offset + start) / 4, count / 4);

    private void RunCopy<TBits>(Operand x, Operand y)
        where TBits : unmanaged =>
        accelerator.Copy(View<TBits>(x.Storage), View<TBits>(y.Storage), AxesOf.Of(x, y), Count("copy", y.Layout.Shape.Size));

    private void RunFill<TBits>(TBits value, Operand y)
        where TBits : unmanaged =>
        accelerator.Fill(View<TBits>(y.Storage), value, AxesOf.Of(y, y), Count("fill", y.Layout.Shape.Size));
}
