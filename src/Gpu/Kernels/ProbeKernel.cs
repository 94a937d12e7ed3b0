using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>The operations that drivers get wrong, at one point: what the self-test compares with the CPU.</summary>
internal readonly struct ProbeKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, ArrayView<V> results, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        Quad<V> probe = Probe(x[i], y[i], z[i]);
        results[i * 4] = probe.A;
        results[(i * 4) + 1] = probe.B;
        results[(i * 4) + 2] = probe.C;
        results[(i * 4) + 3] = probe.D;
    }

    /// <summary>A quotient, a root, a fused product and one that must not be fused.</summary>
    public static Quad<V> Probe(V x, V y, V z) => new(x / y, V.Sqrt(V.Abs(x)), V.Fma(x, y, z), (x * y) + z);
}
