using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>Two elements as two numbers of a lane whose relation is theirs.</summary>
internal interface IOrder<T, V>
    where T : unmanaged
    where V : unmanaged, ILanes<V>
{
    static abstract V Left(T x, T y);

    static abstract V Right(T x, T y);
}

/// <summary>Numbers of a lane, and those that a conversion makes of elements without changing their order.</summary>
internal readonly struct OrderOf<TConversion, T, V> : IOrder<T, V>
    where TConversion : struct, IConversion<T, V>
    where T : unmanaged
    where V : unmanaged, ILanes<V>
{
    public static V Left(T x, T y) => TConversion.Of(x);

    public static V Right(T x, T y) => TConversion.Of(y);
}

/// <summary>The sign of the difference of integers, and 0.</summary>
internal readonly struct SignOf<TConversion, T, V> : IOrder<T, V>
    where TConversion : struct, IConversion<T, long>
    where T : unmanaged
    where V : unmanaged, ILanes<V>
{
    public static V Left(T x, T y)
    {
        long left = TConversion.Of(x);
        long right = TConversion.Of(y);
        V less = V.Of(0);
        if (left < right)
        {
            less = V.Of(-1);
        }

        if (right < left)
        {
            less = V.Of(1);
        }

        return less;
    }

    public static V Right(T x, T y) => V.Of(0);
}

/// <summary>z = whether x relates to y, over any strides: X and Y of the axes are the inputs, W the output.</summary>
internal readonly struct CompareKernel<TRelation, TOrder, T, V> : IKernel
    where TRelation : struct, IRelation
    where TOrder : struct, IOrder<T, V>
    where T : unmanaged
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<T> x, ArrayView<T> y, ArrayView<byte> z, Axes axes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        Offsets at = axes.At(i);
        T left = x[at.X];
        T right = y[at.Y];
        bool holds = V.AllLess(V.Of(0), TRelation.Select(TOrder.Left(left, right), TOrder.Right(left, right), V.Of(1), V.Of(0)));
        z[at.W] = holds ? (byte)1 : (byte)0;
    }
}

/// <summary>z = logic of x and y, over any strides.</summary>
internal readonly struct LogicKernel<TLogic> : IKernel
    where TLogic : struct, ILogic
{
    public static void Run(ArrayView<byte> x, ArrayView<byte> y, ArrayView<byte> z, Axes axes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        Offsets at = axes.At(i);
        z[at.W] = (byte)TLogic.Of(x[at.X], y[at.Y]);
    }
}

/// <summary>w = mask ? x : y as bits, over any strides: X of the axes is the mask, Y and Z are the inputs, W the output.</summary>
internal readonly struct ChooseKernel<T> : IKernel
    where T : unmanaged
{
    public static void Run(ArrayView<byte> mask, ArrayView<T> x, ArrayView<T> y, ArrayView<T> w, Axes axes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        Offsets at = axes.At(i);
        T yes = x[at.Y];
        T no = y[at.Z];
        w[at.W] = mask[at.X] != 0 ? yes : no;
    }
}
