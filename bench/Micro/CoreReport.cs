using System.Numerics.Tensors;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>`bench/Micro core`: the FMA ceiling of this core and, in the same run, products and elementwise operators beside it.</summary>
internal static class CoreReport
{
    private const int InCache = 10_000;

    /// <summary>Prints the report.</summary>
    public static int Run()
    {
        Console.WriteLine($"{Lanes.InstructionSet}, one thread; medians of interleaved rounds");
        Products<float>("sgemm", 1, 15, [64, 256, 512, 1024, 2048]);
        Products<double>("dgemm", 2, 15, [256, 1024]);
        Elementwise();
        return 0;
    }

    private static void Products<T>(string name, int ceilingDivisor, int rounds, int[] sizes)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        Console.WriteLine($"{name,-12}{"n",6}{"GFLOP/s",10}{"ceiling",10}{"share",8}");
        foreach (int n in sizes)
        {
            T[] a = Filled<T>(n * n, 1), b = Filled<T>(n * n, 2), c = new T[n * n];
            double flop = 2.0 * n * n * n;
            double[] seconds = SideBySide.Medians(
                rounds, 0.01,
                ("ceiling", static () => FmaCeiling.Run()),
                (name, () => Gemm.Multiply<T>(false, false, n, n, n, T.One, a, n, b, n, T.Zero, c, n)));
            double ceiling = FmaCeiling.Flop / seconds[0] / 1e9 / ceilingDivisor, ours = flop / seconds[1] / 1e9;
            Console.WriteLine($"{name,-12}{n,6}{ours,10:F1}{ceiling,10:F1}{ours / ceiling,8:P0}");
        }
    }

    /// <summary>Against TensorPrimitives at its best: see <see cref="StackPadding"/>.</summary>
    private static void Elementwise()
    {
        float[] x = new float[InCache], y = new float[InCache], z = new float[InCache];
        RandomFill.Uniform<float>(1, 0, 0, x);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (20 * x[i]) - 10;
        }

        Console.WriteLine($"{"in cache",-12}{"",6}{"Gelem/s",10}{"peer",10}{"ratio",8}");
        Compare("exp", () => Map.Unary<Exp, float>(x, y), () => TensorPrimitives.Exp<float>(x, z));
        Compare("log", () => Map.Unary<Log, float>(x, y), () => TensorPrimitives.Log<float>(x, z));
        Compare("tanh", () => Map.Unary<Tanh, float>(x, y), () => TensorPrimitives.Tanh<float>(x, z));
        Compare("sigmoid", () => Map.Unary<Sigmoid, float>(x, y), () => TensorPrimitives.Sigmoid<float>(x, z));
        Compare("add", () => Map.Binary<Add, float>(x, x, y), () => TensorPrimitives.Add<float>(x, x, z));
        Compare("sum", () => Reduce.Sum<float>(x), () => TensorPrimitives.Sum<float>(x));
    }

    private static void Compare(string name, Action ours, Action peer)
    {
        double[] seconds = SideBySide.Medians(
            21, 0.002, [(name, ours), .. StackPadding.Forms(peer).Select(form => ("TensorPrimitives", form))]);
        double best = seconds[1..].Min();
        Console.WriteLine($"{name,-12}{"",6}{InCache / seconds[0] / 1e9,10:F2}{InCache / best / 1e9,10:F2}{best / seconds[0],8:F2}");
    }

    private static T[] Filled<T>(int count, ulong seed)
        where T : unmanaged
    {
        T[] x = new T[count];
        RandomFill.Uniform<T>(seed, 0, 0, x);
        return x;
    }
}
