using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>The operations under the contract on bits, so that one workload can be run in several ways.</summary>
public interface IEngine
{
    static abstract void Unary<TOp, T>(T[] x, T[] y)
        where TOp : struct, IUnaryOp
        where T : unmanaged;

    static abstract void Binary<TOp, T>(T[] x, T[] y, T[] z)
        where TOp : struct, IBinaryOp
        where T : unmanaged;

    static abstract void Ternary<TOp, T>(T[] x, T[] y, T[] z, T[] w)
        where TOp : struct, ITernaryOp
        where T : unmanaged;

    static abstract T Sum<T>(T[] x)
        where T : unmanaged;

    static abstract T Dot<T>(T[] x, T[] y)
        where T : unmanaged;

    static abstract T Max<T>(T[] x)
        where T : unmanaged;

    static abstract void SumColumns<T>(T[] x, int rows, int columns, T[] y)
        where T : unmanaged;

    static abstract void Gemm<T>(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T[] a, T[] b, T beta, T[] c)
        where T : unmanaged;

    static abstract void Update<TUpdate, T>(TUpdate update, T[] gradients, T[] parameters, T[] first, T[] second)
        where TUpdate : struct, IUpdate
        where T : unmanaged;

    static abstract void Uniform<T>(ulong seed, ulong stream, ulong first, T[] y)
        where T : unmanaged;

    static abstract void Normal<T>(ulong seed, ulong stream, ulong first, T[] y)
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

    public static void Ternary<TOp, T>(T[] x, T[] y, T[] z, T[] w)
        where TOp : struct, ITernaryOp
        where T : unmanaged => Map.Ternary<TOp, T>(x, y, z, w);

    public static T Sum<T>(T[] x)
        where T : unmanaged => Reduce.Sum<T>(x);

    public static T Dot<T>(T[] x, T[] y)
        where T : unmanaged => Reduce.Dot<T>(x, y);

    public static T Max<T>(T[] x)
        where T : unmanaged => Reduce.Max<T>(x);

    public static void SumColumns<T>(T[] x, int rows, int columns, T[] y)
        where T : unmanaged => Reduce.SumColumns<T>(x, rows, columns, columns, y);

    public static void Gemm<T>(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T[] a, T[] b, T beta, T[] c)
        where T : unmanaged => Simd.Gemm.Multiply(
            transposeA, transposeB, m, n, k, alpha, a, int.Max(1, transposeA ? m : k), b, int.Max(1, transposeB ? k : n), beta, c, int.Max(1, n));

    public static void Update<TUpdate, T>(TUpdate update, T[] gradients, T[] parameters, T[] first, T[] second)
        where TUpdate : struct, IUpdate
        where T : unmanaged => Simd.Update.Run<TUpdate, T>(update, gradients, parameters, first, second);

    public static void Uniform<T>(ulong seed, ulong stream, ulong first, T[] y)
        where T : unmanaged => RandomFill.Uniform<T>(seed, stream, first, y);

    public static void Normal<T>(ulong seed, ulong stream, ulong first, T[] y)
        where T : unmanaged => RandomFill.Normal<T>(seed, stream, first, y);
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
        where T : unmanaged => OfBlocks<SumTerm, T>(x, x);

    public static T Dot<T>(T[] x, T[] y)
        where T : unmanaged => OfBlocks<DotTerm, T>(x, y);

    public static T Max<T>(T[] x)
        where T : unmanaged
    {
        T result = default;
        fixed (T* px = x)
        {
            Run<T>(new MaxLoop<float>((float*)px, x.Length, (float*)&result), new MaxLoop<double>((double*)px, x.Length, (double*)&result));
        }

        return result;
    }

    public static void SumColumns<T>(T[] x, int rows, int columns, T[] y)
        where T : unmanaged
    {
        fixed (T* px = x, py = y)
        {
            Run<T>(
                new ColumnSumLoop<float>((float*)px, rows, columns, columns, (float*)py),
                new ColumnSumLoop<double>((double*)px, rows, columns, columns, (double*)py));
        }
    }

    public static void Gemm<T>(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T[] a, T[] b, T beta, T[] c)
        where T : unmanaged
    {
        (int aRow, int aColumn) = transposeA ? (1, m) : (k, 1);
        (int bRow, int bColumn) = transposeB ? (1, k) : (n, 1);
        fixed (T* pa = a, pb = b, pc = c)
        {
            Run<T>(
                new GemmLoop<NoEpilogue<float>, float>(
                    m, n, k, *(float*)&alpha, new((float*)pa, aRow, aColumn), new((float*)pb, bRow, bColumn), *(float*)&beta, (float*)pc, n, default),
                typeof(T) == typeof(float) ? default : new GemmLoop<NoEpilogue<double>, double>(
                    m, n, k, *(double*)&alpha, new((double*)pa, aRow, aColumn), new((double*)pb, bRow, bColumn), *(double*)&beta, (double*)pc, n, default));
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

    public static void Uniform<T>(ulong seed, ulong stream, ulong first, T[] y)
        where T : unmanaged
    {
        int perElement = sizeof(T) / sizeof(uint);
        uint[] words = new uint[y.Length * perElement];
        Philox.Words(seed, stream, first * (ulong)perElement, words);
        fixed (uint* pw = words)
        fixed (T* py = y)
        {
            Run<T>(new UniformLoop<float>((float*)pw, (float*)py, y.Length), new UniformLoop<double>((double*)pw, (double*)py, y.Length));
        }
    }

    public static void Normal<T>(ulong seed, ulong stream, ulong first, T[] y)
        where T : unmanaged
    {
        int skip = (int)(first % 2), pairs = (y.Length + skip + 1) / 2, perElement = sizeof(T) / sizeof(uint);
        T[] words = new T[2 * pairs], apart = new T[2 * pairs];
        fixed (T* pw = words, pa = apart)
        {
            Philox.Words(seed, stream, (first - (ulong)skip) * (ulong)perElement, new Span<uint>(pw, 2 * pairs * perElement));
            for (int i = 0; i < words.Length; i++)
            {
                apart[(i / 2) + (i % 2 * pairs)] = words[i];
            }

            Run<T>(new NormalLoop<float>((float*)pa, pairs), new NormalLoop<double>((double*)pa, pairs));
        }

        for (int i = 0; i < y.Length; i++)
        {
            y[i] = apart[((i + skip) / 2) + ((i + skip) % 2 * pairs)];
        }
    }

    private static T OfBlocks<TTerm, T>(T[] x, T[] y)
        where TTerm : struct, ITerm
        where T : unmanaged
    {
        T[] results = new T[(x.Length + Reduce.Block - 1) / Reduce.Block];
        fixed (T* px = x, py = y, pr = results)
        {
            for (int j = 0, start = 0; j < results.Length; j++, start += Reduce.Block)
            {
                int count = int.Min(Reduce.Block, x.Length - start);
                Run<T>(
                    new BlockLoop<TTerm, float>((float*)px + start, (float*)py + start, count, (float*)pr + j),
                    new BlockLoop<TTerm, double>((double*)px + start, (double*)py + start, count, (double*)pr + j));
            }
        }

        return results.Length == 1 ? results[0] : Reduce.SumOfBlocks<T>(results);
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
