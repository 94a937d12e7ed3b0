using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// Softmax, or its logarithm, of lines of at most one block: the maximum, the exponentials with it subtracted, their sum in the fixed
/// order, the quotients (or what is left after both logarithms are subtracted). A thread meets the same elements in each pass, so only the
/// folds need barriers. Each line's maximum and sum are kept too.
/// </summary>
internal readonly struct SoftmaxKernel<TForm, V> : IKernel
    where TForm : struct, ISoftmax
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, ArrayView<V> maxima, ArrayView<V> sums, Axes kept, Axes line, LineShape shape)
    {
        ArrayView<V> shared = SharedMemory.Allocate<V>(LineThread.Most);
        LineThread own = LineThread.Of(shape);
        Offsets start = kept.At(own.Line);
        V best = x[start.X + line.X(own.First)];
        for (int i = own.Lane; i < own.End; i += shape.Lanes)
        {
            best = MaximumOf.Join(best, x[start.X + line.X(i)]);
        }

        V max = own.Fold<MaximumOf, V>(shared, best, shape);
        V sum = V.Of(0);

        // Threads behind the last line only keep the barriers: where y is x, the line that they repeat is changing.
        int end = own.IsPresent != 0 ? own.End : 0;
        for (int i = own.Lane; i < end; i += shape.Lanes)
        {
            V exponential = ExponentialOfDifference.Apply(x[start.X + line.X(i)], max);
            sum = sum + exponential;
            if (!TForm.IsLogarithm)
            {
                y[start.W + line.W(i)] = exponential;
            }
        }

        V total = own.Fold<SumJoin, V>(shared, sum, shape);
        V logarithm = total;
        if (TForm.IsLogarithm)
        {
            logarithm = Log.Apply(total);
        }

        for (int i = own.Lane; i < end; i += shape.Lanes)
        {
            long at = start.W + line.W(i);
            y[at] = TForm.IsLogarithm ? x[start.X + line.X(i)] - max - logarithm : y[at] / total;
        }

        if (own.Writes != 0)
        {
            maxima[own.Line] = max;
            sums[own.Line] = total;
        }
    }
}
