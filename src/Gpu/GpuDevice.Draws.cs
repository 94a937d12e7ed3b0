using System.Runtime.CompilerServices;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu;

/// <summary>Integers, categories and points on the sphere: the same elements of the same streams as on the processor.</summary>
public sealed partial class GpuDevice
{
    /// <inheritdoc/>
    public override void Draw<TDraw, T>(TDraw draw, ulong seed, ulong stream, ulong first, Operand y)
    {
        switch (draw)
        {
            case IntegersDraw integers:
                RunIntegers<WordToInteger, int>((ulong)integers.Number, seed, stream, first, y);
                break;
            case WideIntegersDraw integers:
                RunIntegers<WordToWideInteger, long>((ulong)integers.Number, seed, stream, first, y);
                break;
            case CategoricalDraw categories:
                RunTable(categories.Table, seed, stream, first, y);
                break;
            case PoissonDraw numbers:
                RunTable(numbers.Table, seed, stream, first, y);
                break;
            case SphereDraw<float> points:
                RunSphere<float, GpuF32>(points.Width, seed, stream, first, y);
                break;
            case SphereDraw<double> points when accelerator.HasFloat64:
                RunSphere<double, GpuF64>(points.Width, seed, stream, first, y);
                break;
            default:
                throw new NotSupportedException($"{TDraw.Name}: not available on {Name}.");
        }
    }

    private void RunIntegers<TConversion, T>(ulong n, ulong seed, ulong stream, ulong first, Operand y)
        where TConversion : struct, IConversion<ulong, T>
        where T : unmanaged
    {
        nint size = y.Layout.Shape.Size;
        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start);
            accelerator.Integers<TConversion, T>(Part<T>(y, start, count), n, seed, stream, first + (ulong)start, count);
        }
    }

    private void RunTable(AliasTable table, ulong seed, ulong stream, ulong first, Operand y)
    {
        using Borrowed thresholds = new(this, (nint)table.Count * sizeof(ulong)), aliases = new(this, (nint)table.Count * sizeof(int));
        CopyFromHost(table.Thresholds, thresholds.Storage!, 0);
        CopyFromHost(table.Aliases, aliases.Storage!, 0);
        nint size = y.Layout.Shape.Size;
        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start);
            accelerator.Table(
                Part<int>(y, start, count), View<ulong>(thresholds.Storage!).SubView(0, table.Count), View<int>(aliases.Storage!), table.Offset,
                seed, stream, first + (ulong)start, count);
        }
    }

    private void RunSphere<T, V>(int dimension, ulong seed, ulong stream, ulong first, Operand y)
        where T : unmanaged
        where V : unmanaged, ILanes<V>
    {
        Random<NormalDistribution, T>(default, seed, stream, first, y);
        nint size = y.Layout.Shape.Size, points = size / dimension;
        if (size == 0)
        {
            return;
        }

        Layout lines = Layout.Contiguous([points, dimension], y.Layout.Offset), each = Layout.Contiguous([points]);
        using Borrowed norms = new(this, points * Unsafe.SizeOf<T>());
        Reduce<EuclideanNorm, T>(default, new Operand(y.Storage, in lines), new Operand(norms.Storage!, in each));
        accelerator.Normalize(Part<V>(y, 0, size), View<V>(norms.Storage!), dimension, Count("sphere", size));
    }
}
