using System.Numerics;
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
    /// <summary>
    /// How precisely products of float32 matrices multiply, <see cref="ProductPrecision.Full"/> unless told. With the other values matrix products, batches of them and what is made of
    /// both (1 x 1 convolutions among it, but not dense layers with a bias, and not up to four rows) run on the tensor cores of a CUDA device: they are outside the contract on bits, and <see cref="IsExact"/>
    /// is false meanwhile. Work that was launched before is not changed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such value.</exception>
    /// <exception cref="NotSupportedException">The device has no tensor cores, or is not driven by CUDA.</exception>
    public ProductPrecision MatMulPrecision
    {
        get => accelerator.Precision;
        set
        {
            if (!Enum.IsDefined(value))
            {
                throw new ArgumentOutOfRangeException(nameof(value), $"matmul precision: {value} is none; expected Full, TensorFloat32 or BFloat16.");
            }

            if (value != ProductPrecision.Full && !accelerator.HasTensorCores)
            {
                throw new NotSupportedException($"matmul precision: {value} is not available on {Name}; it needs a CUDA device of compute capability 8.0 or later.");
            }

            accelerator.Precision = value;
        }
    }

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
    public override void MatMulBatch<T>(Operand a, Operand b, Operand c)
    {
        int row = c.Layout.Shape.Rank - 2;
        if (c.Layout.Shape.Size == 0)
        {
            return;
        }

        if (a.Layout.Shape[row + 1] == 0)
        {
            Fill(default(T), c);
            return;
        }

        var levels = BatchLevels.Of(a, b, c);
        ProductShape shape = ShapeOf(in a.Layout, in b.Layout, in c.Layout);
        bool isSingle = IsSingle<T>("matmul");
        for (nint i = 0; i < levels.Launches; i++)
        {
            levels.Place(i, ref shape);
            if (isSingle)
            {
                accelerator.Product<Bare, GpuF32>(
                    View<GpuF32>(a.Storage), View<GpuF32>(b.Storage), View<GpuF32>(c.Storage), View<GpuF32>(c.Storage), default, default, shape, levels.Batch);
            }
            else
            {
                accelerator.Product<Bare, GpuF64>(
                    View<GpuF64>(a.Storage), View<GpuF64>(b.Storage), View<GpuF64>(c.Storage), View<GpuF64>(c.Storage), default, default, shape, levels.Batch);
            }
        }
    }

    /// <inheritdoc/>
    public override void Linear<T>(Operand x, Operand weight, Operand bias, Operand y)
    {
        if (x.Layout.Shape[1] == 0)
        {
            base.Linear<T>(x, weight, bias, y);
        }
        else if (IsSingle<T>("linear"))
        {
            RunLinear<Biased, GpuF32>(x, weight, bias, y);
        }
        else
        {
            RunLinear<Biased, GpuF64>(x, weight, bias, y);
        }
    }

    /// <inheritdoc/>
    public override void Linear<TOp, T>(Operand x, Operand weight, Operand bias, Operand y)
    {
        if (x.Layout.Shape[1] == 0)
        {
            base.Linear<TOp, T>(x, weight, bias, y);
        }
        else if (IsSingle<T>("linear"))
        {
            RunLinear<Activated<TOp>, GpuF32>(x, weight, bias, y);
        }
        else
        {
            RunLinear<Activated<TOp>, GpuF64>(x, weight, bias, y);
        }
    }

    private void RunProduct<S, V>(S alpha, V laneAlpha, Operand a, Operand b, S beta, V laneBeta, Operand c)
        where S : unmanaged, IFloatingPointIeee754<S>
        where V : unmanaged, ILanes<V>
    {
        if (c.Layout.Shape.Size == 0)
        {
            return;
        }

        if (a.Layout.Shape[1] == 0 || S.IsZero(alpha))
        {
            ScaleOnly(beta, c);
            return;
        }

        // A result by columns is the transposed product of the transposed operands, except that alpha belongs to a. So is one column.
        bool isTurned = alpha == S.One && (c.Layout.Shape[1] == 1 || (c.Layout.Stride(0) == 1 && c.Layout.Stride(1) != 1));
        ProductShape shape = isTurned ? Turned(in a.Layout, in b.Layout, in c.Layout) : ShapeOf(in a.Layout, in b.Layout, in c.Layout);
        shape.ScaleA = alpha == S.One ? 0 : 1;
        shape.Beta = S.IsZero(beta) ? 0 : beta == S.One ? 1 : 2;
        ArrayView<V> left = View<V>(isTurned ? b.Storage : a.Storage), right = View<V>(isTurned ? a.Storage : b.Storage), to = View<V>(c.Storage);
        accelerator.Product<Bare, V>(left, right, to, to, laneAlpha, laneBeta, shape, 1);
    }

    private void RunLinear<TEnd, V>(Operand x, Operand weight, Operand bias, Operand y)
        where TEnd : struct, IProductEnd
        where V : unmanaged, ILanes<V>
    {
        if (y.Layout.Shape.Size == 0)
        {
            return;
        }

        ProductShape shape = ShapeOf(in x.Layout, in weight.Layout, in y.Layout);
        shape.StartBias = bias.Layout.Offset;
        shape.RowBias = bias.Layout.Stride(0);
        shape.ColumnBias = bias.Layout.Stride(1);
        accelerator.Product<TEnd, V>(View<V>(x.Storage), View<V>(weight.Storage), View<V>(y.Storage), View<V>(bias.Storage), default, default, shape, 1);
    }

    /// <summary>C = beta C: what is left of a product of nothing.</summary>
    private void ScaleOnly<S>(S beta, Operand c)
        where S : unmanaged, IFloatingPointIeee754<S>
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

    /// <summary>Extents and strides of the last two axes.</summary>
    private static ProductShape ShapeOf(in Layout a, in Layout b, in Layout c)
    {
        int row = c.Shape.Rank - 2, column = row + 1;
        return new ProductShape
        {
            M = Count("matmul", c.Shape[row]),
            N = Count("matmul", c.Shape[column]),
            K = Depth(a.Shape[column]),
            RowA = a.Stride(row),
            ColumnA = a.Stride(column),
            RowB = b.Stride(row),
            ColumnB = b.Stride(column),
            RowC = c.Stride(row),
            ColumnC = c.Stride(column),
            StartA = a.Offset,
            StartB = b.Offset,
            StartC = c.Offset,
        };
    }

    /// <summary>The same product with rows and columns, left and right exchanged.</summary>
    private static ProductShape Turned(in Layout a, in Layout b, in Layout c) => new()
    {
        M = Count("matmul", c.Shape[1]),
        N = Count("matmul", c.Shape[0]),
        K = Depth(a.Shape[1]),
        RowA = b.Stride(1),
        ColumnA = b.Stride(0),
        RowB = a.Stride(1),
        ColumnB = a.Stride(0),
        RowC = c.Stride(1),
        ColumnC = c.Stride(0),
        StartA = b.Offset,
        StartB = a.Offset,
        StartC = c.Offset,
    };

    // A kernel counts k in steps of up to eight pieces.
    private static int Depth(nint k) => k <= Piece
        ? (int)k
        : throw new NotSupportedException($"matmul: k = {k}; a GPU takes at most {Piece} at once.");
}
