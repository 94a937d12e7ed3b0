using Onsager.Simd;
using Onsager.Tests;

namespace Onsager.Conformance;

/// <summary>Loops that are compiled to be read.</summary>
public static partial class Workload
{
    /// <summary>Every operator's loops, conversions, comparisons, integers and distributions, once: they are optimised at their first call.</summary>
    public static void HotElementwise()
    {
        foreach (OpRow row in OpTable.Rows)
        {
            row.Accept(new Once<float>(Mixed(ToSingle)));
            row.Accept(new Once<double>(Mixed(x => x)));
        }

        float[] x = new float[4096], y = new float[4096];
        double[] wide = new double[4096];
        Half[] half = new Half[4096];
        BFloat16[] brain = new BFloat16[4096];
        int[] i = new int[4096], j = new int[4096];
        bool[] flags = new bool[4096];
        Map.Unary<Chain<Tanh, Exp>, float>(x, y);
        Map.Unary<Chain<Tanh, Exp>, double>(wide, wide);
        Map.Binary<BinaryChain<Multiply, Sigmoid>, float>(x.AsSpan(), y.AsSpan(), y);
        Map.Convert<float, Half>(x, half);
        Map.Convert<Half, float>(half, x);
        Map.Convert<float, BFloat16>(x, brain);
        Map.Convert<BFloat16, float>(brain, x);
        Map.Convert<double, Half>(wide, half);
        Map.Convert<Half, double>(half, wide);
        Map.Convert<float, int>(x, i);
        Compare.Run<IsLess, float>(x, y, flags);
        Booleans.Select<float>(flags, x, y, x);
        Integers.Abs<int>(i, j);
        Integers.Sign<int>(i, j);
        Integers.Sum(i);
        Philox.Words(1, 2, 0, new uint[4096]);
        Fill<UniformDistribution>(default);
        Fill<NormalDistribution>(default);
        Fill<UniformBetweenDistribution>(DistributionParameters.UniformBetween<float>(-3, 0.7));
        Fill<ScaledNormalDistribution>(DistributionParameters.Normal<float>(0.3, 1.7));
        Fill<ExponentialDistribution>(DistributionParameters.Exponential<float>(1.3));
        Fill<RademacherDistribution>(default);
        Fill<BernoulliDistribution>(DistributionParameters.Bernoulli<float>(0.3));
        RandomFill.Uniform<double>(1, 2, 0, wide);
        RandomFill.Normal<double>(1, 2, 0, wide);

        void Fill<TDistribution>((float, float, float) parameters)
            where TDistribution : struct, IDistribution => RandomFill.Run<TDistribution, float>(parameters, 1, 2, 0, x);
    }

    /// <summary>Not a whole number of registers, and one number in the last block so large that operators take their long course there.</summary>
    private static T[] Mixed<T>(Func<double, T> convert) => [.. Enumerable.Range(0, 4001).Select(i => convert(i == 4000 ? 1e20 : i * 1e-3))];

    private sealed class Once<T>(T[] x) : IOpVisitor
        where T : unmanaged
    {
        private readonly T[] y = new T[x.Length];

        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp => Map.Unary<TOp, T>(x, y);

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            Map.Binary<TOp, T>(x.AsSpan(), x.AsSpan(), y);
            Map.Binary<TOp, T>(x, default(T), y);
            Map.Binary<TOp, T>(default(T), x, y);
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp => Map.Ternary<TOp, T>(x, x, x, y);
    }
}
