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
    public override void MatMul<T>(T alpha, Operand a, Operand b, T beta, Operand c)
    {
        if (IsSingle<T>("matmul"))
        {
            RunProduct(Lane<T, float>(alpha), Lane<T, GpuF32>(alpha), a, b, Lane<T, float>(beta), Lane<T, GpuF32>(beta), c);
        }
        else
        {
            RunProduct(Lane<T, double>(alpha), Lane<T, GpuF64>(alpha), a, b, Lane<T, double>(beta), Lane<T, GpuF64>(beta), c);
        }
    }

    /// <inheritdoc/>
    public override void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Operand y)
    {
        (T a, T b, T c) = parameters;
        if (IsSingle<T>(TDistribution.Name))
        {
            RunRandom<TDistribution, GpuF32>((Lane<T, GpuF32>(a), Lane<T, GpuF32>(b), Lane<T, GpuF32>(c)), seed, stream, first, y);
        }
        else
        {
            RunRandom<TDistribution, GpuF64>((Lane<T, GpuF64>(a), Lane<T, GpuF64>(b), Lane<T, GpuF64>(c)), seed, stream, first, y);
        }
    }

    /// <inheritdoc/>
    public override void Update<TUpdate, T>(TUpdate update, Operand gradients, Operand parameters, Operand first, Operand second)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TUpdate>())
        {
            throw new NotSupportedException($"{TUpdate.Name}: a rule that refers to managed objects is not available on {Name}.");
        }

        if (IsSingle<T>(TUpdate.Name))
        {
            RunUpdate<TUpdate, GpuF32>(update, gradients, parameters, first, second);
        }
        else
        {
            RunUpdate<TUpdate, GpuF64>(update, gradients, parameters, first, second);
        }
    }

    private void RunProduct<S, V>(S alpha, V laneAlpha, Operand a, Operand b, S beta, V laneBeta, Operand c)
        where S : unmanaged, System.Numerics.IFloatingPointIeee754<S>
        where V : unmanaged, ILanes<V>
    {
        (nint m, nint n) = (c.Layout.Shape[0], c.Layout.Shape[1]);
        nint k = a.Layout.Shape[1];
        if (m == 0 || n == 0)
        {
            return;
        }

        if (k == 0 || S.IsZero(alpha))
        {
            ScaleOnly(beta, c);
            return;
        }

        var shape = new ProductShape
        {
            M = Count("matmul", m),
            N = Count("matmul", n),
            K = Count("matmul", k),
            RowA = a.Layout.Stride(0),
            ColumnA = a.Layout.Stride(1),
            RowB = b.Layout.Stride(0),
            ColumnB = b.Layout.Stride(1),
            RowC = c.Layout.Stride(0),
            ColumnC = c.Layout.Stride(1),
            StartA = a.Layout.Offset,
            StartB = b.Layout.Offset,
            StartC = c.Layout.Offset,
            ScaleA = alpha == S.One ? 0 : 1,
            Beta = S.IsZero(beta) ? 0 : beta == S.One ? 1 : 2,
        };
        accelerator.Product(View<V>(a.Storage), View<V>(b.Storage), View<V>(c.Storage), laneAlpha, laneBeta, shape, 1);
    }

    /// <summary>C = beta C: what is left of a product of nothing.</summary>
    private void ScaleOnly<S>(S beta, Operand c)
        where S : unmanaged, System.Numerics.IFloatingPointIeee754<S>
    {
        if (S.IsZero(beta))
        {
            Fill(S.Zero, c);
        }
        else if (beta != S.One)
        {
            Storage factors = Allocate(c.Layout.Shape.Size * Unsafe.SizeOf<S>());
            Layout line = Layout.Contiguous(c.Layout.Shape);
            var filled = new Operand(factors, in line);
            Fill(beta, filled);
            Binary<Multiply, S>(filled, c, c);
            Recycle(factors);
        }
    }

    private void RunRandom<TDistribution, V>((V A, V B, V C) parameters, ulong seed, ulong stream, ulong first, Operand y)
        where TDistribution : struct, IDistribution
        where V : unmanaged, ILanes<V>
    {
        nint size = y.Layout.Shape.Size;
        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start);
            accelerator.Random<TDistribution, V>(Part<V>(y, start, count), parameters, seed, stream, first + (ulong)start, count);
        }
    }

    private void RunUpdate<TUpdate, V>(TUpdate update, Operand gradients, Operand parameters, Operand first, Operand second)
        where TUpdate : struct, IUpdate
        where V : unmanaged, ILanes<V>
    {
        nint size = parameters.Layout.Shape.Size;
        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start);
            ArrayView<V> own = Part<V>(parameters, start, count);
            accelerator.Update(
                update, Part<V>(gradients, start, count), own,
                TUpdate.Moments > 0 ? Part<V>(first, start, count) : own,
                TUpdate.Moments > 1 ? Part<V>(second, start, count) : own, count);
        }
    }
}
