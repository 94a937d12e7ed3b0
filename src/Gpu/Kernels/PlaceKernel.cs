using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// The place of the extreme in each line: of the first NaN, or of the first of equals. Threads keep the best of their elements and its
/// place; which of two is the better one does not depend on the order. Of long lines a launch finds the best of each block, and further
/// launches, which are given the places too, the best of those.
/// </summary>
internal readonly struct PlaceKernel<TExtreme, V> : IKernel
    where TExtreme : struct, IExtreme
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<int> places, ArrayView<V> best, ArrayView<int> y, Axes kept, Axes reduced, LineShape shape)
    {
        ArrayView<V> sharedValues = SharedMemory.Allocate<V>(LineThread.Most);
        ArrayView<int> sharedPlaces = SharedMemory.Allocate<int>(LineThread.Most);
        LineThread own = LineThread.Of(shape);
        Offsets start = kept.At(own.Line);
        V value = x[start.X + reduced.X(own.First)];
        int place = own.First;
        if (shape.IsUpper != 0)
        {
            place = places[start.X + reduced.X(own.First)];
        }

        for (int i = own.First + own.Lane; i < own.End; i += shape.Lanes)
        {
            long at = start.X + reduced.X(i);
            V other = x[at];
            int otherPlace = i;
            if (shape.IsUpper != 0)
            {
                otherPlace = places[at];
            }

            bool better = IsBefore(other, otherPlace, value, place);
            value = better ? other : value;
            place = better ? otherPlace : place;
        }

        int thread = Group.IdxX;
        int step = shape.ByColumns != 0 ? shape.PerGroup : 1;
        sharedValues[thread] = value;
        sharedPlaces[thread] = place;
        Group.Barrier();
        for (int half = shape.Lanes / 2; half > 0; half /= 2)
        {
            if (own.Lane < half)
            {
                int partner = thread + (half * step);
                if (IsBefore(sharedValues[partner], sharedPlaces[partner], sharedValues[thread], sharedPlaces[thread]))
                {
                    sharedValues[thread] = sharedValues[partner];
                    sharedPlaces[thread] = sharedPlaces[partner];
                }
            }

            Group.Barrier();
        }

        if (own.Writes != 0)
        {
            if (shape.Finishes != 0)
            {
                y[start.W] = sharedPlaces[thread];
            }
            else
            {
                best[own.Place] = sharedValues[thread];
                y[own.Place] = sharedPlaces[thread];
            }
        }
    }

    /// <summary>Whether x at its place is to be chosen before y at its own.</summary>
    private static bool IsBefore(V x, int placeOfX, V y, int placeOfY)
    {
        V one = V.Of(1);
        V zero = V.Of(0);
        bool isNaN = V.AllLess(zero, V.SelectEqual(x, x, zero, one));
        bool isOtherNaN = V.AllLess(zero, V.SelectEqual(y, y, zero, one));
        bool isBetter = V.AllLess(zero, TExtreme.SelectBetter(x, y, one, zero));
        bool isWorse = V.AllLess(zero, TExtreme.SelectBetter(y, x, one, zero));

        // Bits instead of branches: a number before none, a better number before a worse, the earlier of equals.
        bool ofNaN = isNaN & (!isOtherNaN | (placeOfX < placeOfY));
        bool ofNumbers = !isNaN & !isOtherNaN & (isBetter | (!isWorse & (placeOfX < placeOfY)));
        return ofNaN | ofNumbers;
    }
}
