using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Intrinsics;

namespace Onsager.Gpu.Kernels;

/// <summary>A format that tensor cores round float32 to.</summary>
internal interface ITensorFormat
{
    /// <summary>Adds the products of a stage; lanes are the places of the thread's rows in A and in B, operands the stage's address.</summary>
    static abstract void Multiply(int thread, int stage);
}

/// <summary>TF32: 10 bits behind the point, the range of float32.</summary>
internal readonly struct TensorFloat32 : ITensorFormat
{
    public static void Multiply(int thread, int stage)
    {
        int a = TensorCoreTile.WarpRow(thread) + TensorCoreTile.Lane(thread), b = TensorCoreTile.WarpColumn(thread) + TensorCoreTile.Lane(thread);
        int right = stage + TensorCoreTile.OperandBytes;
        TensorCore.TensorFloat(
            stage + TensorCoreTile.TensorFloatAt(thread, a, 0, 0), stage + TensorCoreTile.TensorFloatAt(thread, a, 0, 1),
            right + TensorCoreTile.TensorFloatAt(thread, b, 0, 0), right + TensorCoreTile.TensorFloatAt(thread, b, 0, 1));
        TensorCore.TensorFloat(
            stage + TensorCoreTile.TensorFloatAt(thread, a, 1, 0), stage + TensorCoreTile.TensorFloatAt(thread, a, 1, 1),
            right + TensorCoreTile.TensorFloatAt(thread, b, 1, 0), right + TensorCoreTile.TensorFloatAt(thread, b, 1, 1));
    }
}

/// <summary>BF16: 7 bits behind the point, the range of float32.</summary>
internal readonly struct BrainFloat16 : ITensorFormat
{
    public static void Multiply(int thread, int stage)
    {
        int a = TensorCoreTile.WarpRow(thread) + TensorCoreTile.Lane(thread), b = TensorCoreTile.WarpColumn(thread) + TensorCoreTile.Lane(thread);
        int right = stage + TensorCoreTile.OperandBytes;
        TensorCore.BFloat(
            stage + TensorCoreTile.BFloatAt(thread, a, 0), stage + TensorCoreTile.BFloatAt(thread, a, 1),
            right + TensorCoreTile.BFloatAt(thread, b, 0), right + TensorCoreTile.BFloatAt(thread, b, 1));
    }
}

/// <summary>
/// C = A B in float32 with factors rounded to TF32 or BF16 and sums in the tensor cores' own order: outside the contract on bits, for CUDA from sm_80 on.
/// Stages of 16 steps of k come to shared memory by asynchronous copies while an earlier one is multiplied; what lies outside of a matrix is zero. Operands are
/// addresses, since those copies take nothing else.
/// </summary>
internal readonly struct TensorCoreKernel<TFormat> : IKernel
    where TFormat : struct, ITensorFormat
{
    /// <summary>Two groups leave 128 registers for each thread, 64 of them sums.</summary>
    public static KernelSpecialization Bounds => new(TensorCoreTile.Threads, 2);

    public static void Run(long a, long b, ArrayView<float> c, ProductShape shape)
    {
        TensorCore.Declare();
        ProductPlace own = ProductPlace.Of(shape, TensorCoreTile.Width);
        int thread = Group.IdxX, ring = TensorCore.Ring(), stages = (shape.K + TensorCoreTile.Depth - 1) / TensorCoreTile.Depth;
        long startA = shape.StartA + (own.Inner * shape.BatchA) + (own.Outer * shape.OuterA) + (own.Row * shape.RowA);
        long startB = shape.StartB + (own.Inner * shape.BatchB) + (own.Outer * shape.OuterB) + (own.Column * shape.ColumnB);
        int coming = ring, present = ring;
        for (int stage = 0; stage < stages + 2; stage++)
        {
            // All of the group is done with the stage that is filled next, and has the one that is multiplied next.
            if (stage >= 2)
            {
                TensorCore.WaitForAllButOne();
                Group.Barrier();
            }

            if (stage < stages)
            {
                int left = shape.K - (stage * TensorCoreTile.Depth);
                Copy(a, startA + (stage * TensorCoreTile.Depth * shape.ColumnA), shape.RowA, shape.ColumnA, shape.FormA, thread, coming, shape.M - own.Row, left);
                Copy(
                    b, startB + (stage * TensorCoreTile.Depth * shape.RowB), shape.ColumnB, shape.RowB, shape.FormB, thread, coming + TensorCoreTile.OperandBytes, shape.N - own.Column,
                    left);
                coming = Next(ring, coming);
            }

            TensorCore.Commit();
            if (stage >= 2)
            {
                TFormat.Multiply(thread, present);
                present = Next(ring, present);
            }
        }

        int row = own.Row + TensorCoreTile.WarpRow(thread) + TensorCoreTile.Lane(thread);
        int column = own.Column + TensorCoreTile.WarpColumn(thread) + TensorCoreTile.SumColumn(thread);
        ArrayView<float> to = c.SubView(shape.StartC + (own.Inner * shape.BatchC) + (own.Outer * shape.OuterC));
        Store(to, shape, row, column, TensorCore.Sum(0), TensorCore.Sum(1), TensorCore.Sum(2), TensorCore.Sum(3));
        Store(to, shape, row, column + 8, TensorCore.Sum(4), TensorCore.Sum(5), TensorCore.Sum(6), TensorCore.Sum(7));
        Store(to, shape, row, column + 16, TensorCore.Sum(8), TensorCore.Sum(9), TensorCore.Sum(10), TensorCore.Sum(11));
        Store(to, shape, row, column + 24, TensorCore.Sum(12), TensorCore.Sum(13), TensorCore.Sum(14), TensorCore.Sum(15));
        Store(to, shape, row + 16, column, TensorCore.Sum(16), TensorCore.Sum(17), TensorCore.Sum(18), TensorCore.Sum(19));
        Store(to, shape, row + 16, column + 8, TensorCore.Sum(20), TensorCore.Sum(21), TensorCore.Sum(22), TensorCore.Sum(23));
        Store(to, shape, row + 16, column + 16, TensorCore.Sum(24), TensorCore.Sum(25), TensorCore.Sum(26), TensorCore.Sum(27));
        Store(to, shape, row + 16, column + 24, TensorCore.Sum(28), TensorCore.Sum(29), TensorCore.Sum(30), TensorCore.Sum(31));
        Store(to, shape, row + 32, column, TensorCore.Sum(32), TensorCore.Sum(33), TensorCore.Sum(34), TensorCore.Sum(35));
        Store(to, shape, row + 32, column + 8, TensorCore.Sum(36), TensorCore.Sum(37), TensorCore.Sum(38), TensorCore.Sum(39));
        Store(to, shape, row + 32, column + 16, TensorCore.Sum(40), TensorCore.Sum(41), TensorCore.Sum(42), TensorCore.Sum(43));
        Store(to, shape, row + 32, column + 24, TensorCore.Sum(44), TensorCore.Sum(45), TensorCore.Sum(46), TensorCore.Sum(47));
        Store(to, shape, row + 48, column, TensorCore.Sum(48), TensorCore.Sum(49), TensorCore.Sum(50), TensorCore.Sum(51));
        Store(to, shape, row + 48, column + 8, TensorCore.Sum(52), TensorCore.Sum(53), TensorCore.Sum(54), TensorCore.Sum(55));
        Store(to, shape, row + 48, column + 16, TensorCore.Sum(56), TensorCore.Sum(57), TensorCore.Sum(58), TensorCore.Sum(59));
        Store(to, shape, row + 48, column + 24, TensorCore.Sum(60), TensorCore.Sum(61), TensorCore.Sum(62), TensorCore.Sum(63));
    }

    private static int Next(int ring, int stage) =>
        stage + TensorCoreTile.StageBytes == ring + TensorCoreTile.RingBytes ? ring : stage + TensorCoreTile.StageBytes;

    /// <summary>Begins the copies of a thread's part of an operand's stage: quarters of rows where they may be taken whole, else single elements, neighbours in memory by neighbours.</summary>
    private static void Copy(long from, long start, long across, long along, int form, int thread, int to, int rows, int left)
    {
        if (form == (ProductForm.Along | ProductForm.Vector))
        {
            for (int i = thread; i < TensorCoreTile.Width * 4; i += TensorCoreTile.Threads)
            {
                int row = i >> 2, k = (i & 3) << 2, bytes = row >= rows || k >= left ? 0 : left - k < 4 ? 4 * (left - k) : 16;
                long at = bytes == 0 ? 0 : start + (row * across) + k;
                TensorCore.Copy16(to + TensorCoreTile.Quarter(row, i & 3), from + (4 * at), bytes);
            }
        }
        else
        {
            for (int i = thread; i < TensorCoreTile.Width * TensorCoreTile.Depth; i += TensorCoreTile.Threads)
            {
                bool isAlong = (form & ProductForm.Along) != 0;
                int row = isAlong ? i >> 4 : i & 127, k = isAlong ? i & 15 : i >> 7, bytes = row < rows && k < left ? 4 : 0;
                long at = bytes == 0 ? 0 : start + (row * across) + (k * along);
                TensorCore.Copy4(to + TensorCoreTile.Quarter(row, k >> 2) + ((k & 3) << 2), from + (4 * at), bytes);
            }
        }
    }

    private static void Store(ArrayView<float> c, ProductShape shape, int row, int column, float first, float second, float third, float fourth)
    {
        StoreOne(c, shape, row, column, first);
        StoreOne(c, shape, row, column + 1, second);
        StoreOne(c, shape, row + 8, column, third);
        StoreOne(c, shape, row + 8, column + 1, fourth);
    }

    private static void StoreOne(ArrayView<float> c, ProductShape shape, int row, int column, float x)
    {
        if (row < shape.M && column < shape.N)
        {
            c[(row * shape.RowC) + (column * shape.ColumnC)] = x;
        }
    }
}
