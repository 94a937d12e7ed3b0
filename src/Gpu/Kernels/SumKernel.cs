using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// The fixed-order sum, one group of threads per block of 4,096 elements and one thread per lane of the contract: element i of a block
/// goes to lane i mod 64 (float32) or 32 (float64), each lane is a chain from +0, lanes fold by halving. Block results are summed by a
/// further launch over them. X and Y of <c>kept</c> say where each output's elements start, X and Y of <c>reduced</c> how they lie; a
/// plain sum reads x twice, which the cache answers.
/// </summary>
internal readonly struct SumKernel<TTerm, V> : IKernel
    where TTerm : struct, ITerm
    where V : unmanaged, ILanes<V>
{
    // 256 bytes of lanes: 64 of float32, 32 of float64.
    private const int MostLanes = 64;

    public static void Run(ArrayView<V> x, ArrayView<V> y, ArrayView<V> blockSums, Axes kept, Axes reduced, int count, int blocks)
    {
        int lanes = Group.DimX;
        int lane = Group.IdxX;
        int output = Grid.IdxX / blocks;
        int first = (Grid.IdxX - (output * blocks)) * FixedOrder.Block;
        int end = count - first < FixedOrder.Block ? count : first + FixedOrder.Block;
        Offsets origin = kept.At(output);

        V sum = V.Of(0);
        for (int i = first + lane; i < end; i += lanes)
        {
            Offsets at = reduced.At(i);
            sum = TTerm.Add(sum, x[origin.X + at.X], y[origin.Y + at.Y]);
        }

        ArrayView<V> sums = SharedMemory.Allocate<V>(MostLanes);
        sums[lane] = sum;
        Group.Barrier();
        for (int half = lanes / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                sums[lane] = sums[lane] + sums[lane + half];
            }

            Group.Barrier();
        }

        if (lane == 0)
        {
            blockSums[Grid.IdxX] = sums[0];
        }
    }
}
