using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>One step of an optimizer's rule over flat parameters; views of moments that the rule does not remember are not touched.</summary>
internal readonly struct UpdateKernel<TUpdate, V> : IKernel
    where TUpdate : struct, IUpdate
    where V : unmanaged, ILanes<V>
{
    public static void Run(TUpdate update, ArrayView<V> gradients, ArrayView<V> parameters, ArrayView<V> first, ArrayView<V> second, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        V parameter = parameters[i];
        V a = parameter;
        V b = parameter;
        if (TUpdate.Moments > 0)
        {
            a = first[i];
        }

        if (TUpdate.Moments > 1)
        {
            b = second[i];
        }

        update.Apply(gradients[i], ref parameter, ref a, ref b);
        parameters[i] = parameter;
        if (TUpdate.Moments > 0)
        {
            first[i] = a;
        }

        if (TUpdate.Moments > 1)
        {
            second[i] = b;
        }
    }
}
