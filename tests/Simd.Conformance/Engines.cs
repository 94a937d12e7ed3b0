using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>What is done along rows or columns.</summary>
public enum Line
{
    Softmax,
    LogSoftmax,
    CumulativeSum,
}

/// <summary>The operations under the contract on bits, so that one workload can be run in several ways.</summary>
public interface IEngine
{
    static abstract void Unary<TOp, T>(T[] x, T[] y)
        where TOp : struct, IUnaryOp
        where T : unmanaged;

    static abstract void Binary<TOp, T>(T[] x, T[] y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged;

    /// <summary>z[i] = f(x[i], y), with one y for all.</summary>
    static abstract void ByOne<TOp, T>(T[] x, T y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged;

    /// <summary>z[i] = f(x, y[i]), with one x for all.</summary>
    static abstract void OfOne<TOp, T>(T x, T[] y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged;

    static abstract void Ternary<TOp, T>(T[] x, T[] y, T[] z, T[] w)
        where TOp : struct, ITernaryOp
        where T : unmanaged;

    static abstract T Sum<T>(T[] x)
        where T : unmanaged;

    static abstract T Dot<T>(T[] x, T[] y)
        where T : unmanaged;

    static abstract void Rows<TReduction, T>(TReduction reduction, T[] x, int rows, int columns, T[] y)
        where TReduction : struct, IReduction
        where T : unmanaged;

    static abstract void Columns<TReduction, T>(TReduction reduction, T[] x, int rows, int columns, T[] y)
        where TReduction : struct, IReduction
        where T : unmanaged;

    /// <summary>Places of the largest and the smallest of each row, then of each column.</summary>
    static abstract void Places<T>(T[] x, int rows, int columns, int[] y)
        where T : unmanaged;

    /// <summary>Softmax, its logarithm and cumulative sums, along rows or columns.</summary>
    static abstract void Along<T>(Line line, bool isColumns, T[] x, int rows, int columns, T[] y)
        where T : unmanaged;

    static abstract void Gemm<T>(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T[] a, T[] b, T beta, T[] c)
        where T : unmanaged;

    /// <summary>C = f(op(A) op(B) + bias).</summary>
    static abstract void Affine<TOp, T>(bool transposeA, bool transposeB, int m, int n, int k, T one, T[] a, T[] b, T[] c, T[] bias)
        where TOp : struct, IUnaryOp
        where T : unmanaged;

    static abstract void Update<TUpdate, T>(TUpdate update, T[] gradients, T[] parameters, T[] first, T[] second)
        where TUpdate : struct, IUpdate
        where T : unmanaged;

    static abstract void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, T[] y)
        where TDistribution : struct, IDistribution
        where T : unmanaged;
}

/// <summary>The public operations, on the registers that this process chooses.</summary>
public readonly struct Native : IEngine
{
    public static void Unary<TOp, T>(T[] x, T[] y)
        where TOp : struct, IUnaryOp
        where T : unmanaged => Map.Unary<TOp, T>(x, y);

    public static void Binary<TOp, T>(T[] x, T[] y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged => Map.Binary<TOp, T>(x.AsSpan(), y.AsSpan(), z);

    public static void ByOne<TOp, T>(T[] x, T y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged => Map.Binary<TOp, T>(x, y, z);

    public static void OfOne<TOp, T>(T x, T[] y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged => Map.Binary<TOp, T>(x, y, z);

    public static void Ternary<TOp, T>(T[] x, T[] y, T[] z, T[] w)
        where TOp : struct, ITernaryOp
        where T : unmanaged => Map.Ternary<TOp, T>(x, y, z, w);

    public static T Sum<T>(T[] x)
        where T : unmanaged => Reduce.Sum<T>(x);

    public static T Dot<T>(T[] x, T[] y)
        where T : unmanaged => Reduce.Dot<T>(x, y);

    public static void Rows<TReduction, T>(TReduction reduction, T[] x, int rows, int columns, T[] y)
        where TReduction : struct, IReduction
        where T : unmanaged => Reduce.Rows<TReduction, T>(reduction, x, rows, columns, columns, y);

    public static void Columns<TReduction, T>(TReduction reduction, T[] x, int rows, int columns, T[] y)
        where TReduction : struct, IReduction
        where T : unmanaged => Reduce.Columns<TReduction, T>(reduction, x, rows, columns, columns, y);

    public static void Places<T>(T[] x, int rows, int columns, int[] y)
        where T : unmanaged
    {
        ArgReduce.MaxRows<T>(x, rows, columns, columns, y.AsSpan(0, rows));
        ArgReduce.MinRows<T>(x, rows, columns, columns, y.AsSpan(rows, rows));
        ArgReduce.MaxColumns<T>(x, rows, columns, columns, y.AsSpan(2 * rows, columns));
        ArgReduce.MinColumns<T>(x, rows, columns, columns, y.AsSpan((2 * rows) + columns, columns));
    }

    public static void Along<T>(Line line, bool isColumns, T[] x, int rows, int columns, T[] y)
        where T : unmanaged
    {
        switch (line, isColumns)
        {
            case (Line.Softmax, false):
                Softmax.Rows<T>(x, rows, columns, columns, y, columns);
                break;
            case (Line.Softmax, true):
                Softmax.Columns<T>(x, rows, columns, columns, y, columns);
                break;
            case (Line.LogSoftmax, false):
                Softmax.LogRows<T>(x, rows, columns, columns, y, columns);
                break;
            case (Line.LogSoftmax, true):
                Softmax.LogColumns<T>(x, rows, columns, columns, y, columns);
                break;
            case (Line.CumulativeSum, false):
                CumulativeSum.Rows<T>(x, rows, columns, columns, y, columns);
                break;
            default:
                CumulativeSum.Columns<T>(x, rows, columns, columns, y, columns);
                break;
        }
    }

    public static void Gemm<T>(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T[] a, T[] b, T beta, T[] c)
        where T : unmanaged => Simd.Gemm.Multiply(
            transposeA, transposeB, m, n, k, alpha, a, int.Max(1, transposeA ? m : k), b, int.Max(1, transposeB ? k : n), beta, c, int.Max(1, n));

    public static void Affine<TOp, T>(bool transposeA, bool transposeB, int m, int n, int k, T one, T[] a, T[] b, T[] c, T[] bias)
        where TOp : struct, IUnaryOp
        where T : unmanaged => Simd.Gemm.Affine<TOp, T>(
            transposeA, transposeB, m, n, k, one, a, int.Max(1, transposeA ? m : k), b, int.Max(1, transposeB ? k : n), default, c, int.Max(1, n), bias);

    public static void Update<TUpdate, T>(TUpdate update, T[] gradients, T[] parameters, T[] first, T[] second)
        where TUpdate : struct, IUpdate
        where T : unmanaged => Simd.Update.Run<TUpdate, T>(update, gradients, parameters, first, second);

    public static void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, T[] y)
        where TDistribution : struct, IDistribution
        where T : unmanaged => RandomFill.Run<TDistribution, T>(parameters, seed, stream, first, y);
}

/// <summary>The same loops on registers of a given type, whatever the process would choose.</summary>
public readonly unsafe struct Fixed<V32, V64> : IEngine
    where V32 : unmanaged, IMemoryLanes<V32, float>
    where V64 : unmanaged, IMemoryLanes<V64, double>
{
    public static void Unary<TOp, T>(T[] x, T[] y)
        where TOp : struct, IUnaryOp
        where T : unmanaged
    {
        fixed (T* px = x, py = y)
        {
            Run<T>(new UnaryLoop<TOp, float>((float*)px, (float*)py, y.Length), new UnaryLoop<TOp, double>((double*)px, (double*)py, y.Length));
        }
    }

    public static void Binary<TOp, T>(T[] x, T[] y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        fixed (T* px = x, py = y, pz = z)
        {
            Run<T>(
                new BinaryLoop<TOp, float>((float*)px, (float*)py, (float*)pz, z.Length),
                new BinaryLoop<TOp, double>((double*)px, (double*)py, (double*)pz, z.Length));
        }
    }

    public static void ByOne<TOp, T>(T[] x, T y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        fixed (T* px = x, pz = z)
        {
            Run<T>(
                new BinaryScalarLoop<TOp, float>((float*)px, *(float*)&y, (float*)pz, z.Length),
                typeof(T) == typeof(float) ? default : new BinaryScalarLoop<TOp, double>((double*)px, *(double*)&y, (double*)pz, z.Length));
        }
    }

    public static void OfOne<TOp, T>(T x, T[] y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        fixed (T* py = y, pz = z)
        {
            Run<T>(
                new ScalarBinaryLoop<TOp, float>(*(float*)&x, (float*)py, (float*)pz, z.Length),
                typeof(T) == typeof(float) ? default : new ScalarBinaryLoop<TOp, double>(*(double*)&x, (double*)py, (double*)pz, z.Length));
        }
    }

    public static void Ternary<TOp, T>(T[] x, T[] y, T[] z, T[] w)
        where TOp : struct, ITernaryOp
        where T : unmanaged
    {
        fixed (T* px = x, py = y, pz = z, pw = w)
        {
            Run<T>(
                new TernaryLoop<TOp, float>((float*)px, (float*)py, (float*)pz, (float*)pw, w.Length),
                new TernaryLoop<TOp, double>((double*)px, (double*)py, (double*)pz, (double*)pw, w.Length));
        }
    }

    public static T Sum<T>(T[] x)
        where T : unmanaged => Total<SumTerm, T>(x, x);

    public static T Dot<T>(T[] x, T[] y)
        where T : unmanaged => Total<DotTerm, T>(x, y);

    public static void Rows<TReduction, T>(TReduction reduction, T[] x, int rows, int columns, T[] y)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        fixed (T* px = x, py = y)
        {
            Run<T>(
                new RowReductionLoop<TReduction, float>(reduction, (float*)px, rows, columns, columns, (float*)py),
                new RowReductionLoop<TReduction, double>(reduction, (double*)px, rows, columns, columns, (double*)py));
        }
    }

    public static void Columns<TReduction, T>(TReduction reduction, T[] x, int rows, int columns, T[] y)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        fixed (T* px = x, py = y)
        {
            Run<T>(
                new ColumnReductionLoop<TReduction, float>(reduction, (float*)px, rows, columns, columns, (float*)py),
                new ColumnReductionLoop<TReduction, double>(reduction, (double*)px, rows, columns, columns, (double*)py));
        }
    }

    public static void Places<T>(T[] x, int rows, int columns, int[] y)
        where T : unmanaged
    {
        fixed (T* px = x)
        fixed (int* py = y)
        {
            Run<T>(
                new ArgRowsLoop<MaximumOf, float>((float*)px, rows, columns, columns, py),
                new ArgRowsLoop<MaximumOf, double>((double*)px, rows, columns, columns, py));
            Run<T>(
                new ArgRowsLoop<MinimumOf, float>((float*)px, rows, columns, columns, py + rows),
                new ArgRowsLoop<MinimumOf, double>((double*)px, rows, columns, columns, py + rows));
            Run<T>(
                new ArgColumnsLoop<MaximumOf, float>((float*)px, rows, columns, columns, py + (2 * rows)),
                new ArgColumnsLoop<MaximumOf, double>((double*)px, rows, columns, columns, py + (2 * rows)));
            Run<T>(
                new ArgColumnsLoop<MinimumOf, float>((float*)px, rows, columns, columns, py + (2 * rows) + columns),
                new ArgColumnsLoop<MinimumOf, double>((double*)px, rows, columns, columns, py + (2 * rows) + columns));
        }
    }

    public static void Along<T>(Line line, bool isColumns, T[] x, int rows, int columns, T[] y)
        where T : unmanaged
    {
        fixed (T* px = x, py = y)
        {
            Run<T>(
                typeof(T) == typeof(float) ? LineLoop(line, isColumns, (float*)px, rows, columns, (float*)py) : default!,
                typeof(T) == typeof(float) ? default! : LineLoop(line, isColumns, (double*)px, rows, columns, (double*)py));
        }
    }

    private static ILaneLoop<T> LineLoop<T>(Line line, bool isColumns, T* x, int rows, int columns, T* y)
        where T : unmanaged => (line, isColumns) switch
        {
            (Line.Softmax, false) => new SoftmaxRowsLoop<PlainSoftmax, T>(x, rows, columns, columns, y, columns),
            (Line.Softmax, true) => new SoftmaxColumnsLoop<PlainSoftmax, T>(x, rows, columns, columns, y, columns),
            (Line.LogSoftmax, false) => new SoftmaxRowsLoop<LogarithmOfSoftmax, T>(x, rows, columns, columns, y, columns),
            (Line.LogSoftmax, true) => new SoftmaxColumnsLoop<LogarithmOfSoftmax, T>(x, rows, columns, columns, y, columns),
            (_, false) => new CumulativeRowsLoop<T>(x, rows, columns, columns, y, columns),
            (_, true) => new CumulativeColumnsLoop<T>(x, rows, columns, columns, y, columns),
        };

    public static void Gemm<T>(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T[] a, T[] b, T beta, T[] c)
        where T : unmanaged
    {
        (int aRow, int aColumn) = transposeA ? (1, m) : (k, 1);
        (int bRow, int bColumn) = transposeB ? (1, k) : (n, 1);
        fixed (T* pa = a, pb = b, pc = c)
        {
            Run<T>(
                new GemmLoop<float>(
                    m, n, k, *(float*)&alpha, new((float*)pa, aRow, aColumn), new((float*)pb, bRow, bColumn), *(float*)&beta, (float*)pc, n),
                typeof(T) == typeof(float) ? default : new GemmLoop<double>(
                    m, n, k, *(double*)&alpha, new((double*)pa, aRow, aColumn), new((double*)pb, bRow, bColumn), *(double*)&beta, (double*)pc, n));
        }
    }

    public static void Affine<TOp, T>(bool transposeA, bool transposeB, int m, int n, int k, T one, T[] a, T[] b, T[] c, T[] bias)
        where TOp : struct, IUnaryOp
        where T : unmanaged
    {
        Gemm(transposeA, transposeB, m, n, k, one, a, b, default, c);
        fixed (T* pc = c, ps = bias)
        {
            Run<T>(new BiasThen<TOp, float>((float*)pc, n, m, n, (float*)ps), new BiasThen<TOp, double>((double*)pc, n, m, n, (double*)ps));
        }
    }

    public static void Update<TUpdate, T>(TUpdate update, T[] gradients, T[] parameters, T[] first, T[] second)
        where TUpdate : struct, IUpdate
        where T : unmanaged
    {
        fixed (T* g = gradients, p = parameters, m = first, v = second)
        {
            Run<T>(
                new UpdateLoop<TUpdate, float>(update, (float*)g, (float*)p, (float*)m, (float*)v, parameters.Length),
                new UpdateLoop<TUpdate, double>(update, (double*)g, (double*)p, (double*)m, (double*)v, parameters.Length));
        }
    }

    public static void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, T[] y)
        where TDistribution : struct, IDistribution
        where T : unmanaged
    {
        const int group = RandomLoop<TDistribution, T>.Group;
        int perBlock = 16 / sizeof(T), skip = (int)(first % (ulong)perBlock), blocks = (((skip + y.Length) / (perBlock * group)) + 1) * group;
        T[] whole = new T[blocks * perBlock];
        (T a, T b, T c) = parameters;
        fixed (T* p = whole)
        {
            ulong block = first / (ulong)perBlock;
            Run<T>(
                typeof(T) == typeof(double) ? default : new RandomLoop<TDistribution, float>(*(float*)&a, *(float*)&b, *(float*)&c, seed, stream, block, (float*)p, blocks),
                typeof(T) == typeof(float) ? default : new RandomLoop<TDistribution, double>(*(double*)&a, *(double*)&b, *(double*)&c, seed, stream, block, (double*)p, blocks));
        }

        whole.AsSpan(skip, y.Length).CopyTo(y);
    }

    private static T Total<TTerm, T>(T[] x, T[] y)
        where TTerm : struct, ITerm
        where T : unmanaged
    {
        T result = default;
        fixed (T* px = x, py = y)
        {
            Run<T>(
                new TotalLoop<TTerm, float>((float*)px, (float*)py, x.Length, (float*)&result),
                new TotalLoop<TTerm, double>((double*)px, (double*)py, x.Length, (double*)&result));
        }

        return result;
    }

    private static void Run<T>(ILaneLoop<float> single, ILaneLoop<double> @double)
    {
        if (typeof(T) == typeof(float))
        {
            single.Run<V32>();
        }
        else
        {
            @double.Run<V64>();
        }
    }
}
