using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>Each row's loss from its maximum, the sum of its exponentials and its label: (log(sum) + max) - x[label], one thread each.</summary>
internal readonly struct LossKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> scores, ArrayView<int> labels, ArrayView<V> maxima, ArrayView<V> sums, ArrayView<V> losses, int classes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            losses[i] = Log.Apply(sums[i]) + maxima[i] - scores[((long)i * classes) + labels[i]];
        }
    }
}

/// <summary>dx = (probability - 1 at the label) * (dy / batch), one thread for each element.</summary>
internal readonly struct LossGradientKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> probabilities, ArrayView<int> labels, ArrayView<V> dy, ArrayView<V> dx, V batch, int classes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        int row = (int)Integer32.Divide((uint)i, (uint)classes);
        V excess = probabilities[i];
        if (i - (row * classes) == labels[row])
        {
            excess = excess - V.Of(1);
        }

        dx[i] = excess * (dy[0] / batch);
    }
}
