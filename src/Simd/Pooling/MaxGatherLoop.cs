using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The means, over the places where the windows of planes had their largest elements, of other planes' elements there.</summary>
internal readonly unsafe struct MaxGatherLoop<T>(ImageWindows windows, T* x, T* y, ImageWindows others, T* g, T* result) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly ImageWindows windows = windows;
    private readonly ImageWindows others = others;
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly T* g = g;
    private readonly T* result = result;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint plane = 0; plane < windows.Channels; plane++)
        {
            if (windows.ColumnStep == 1)
            {
                Plane<V, StepOne>(plane);
            }
            else if (windows.ColumnStep == 2 && StepTwo.Has<V>())
            {
                Plane<V, StepTwo>(plane);
            }
            else
            {
                Plane<V, StepAny>(plane);
            }
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Plane<V, S>(nint plane)
        where S : struct, IStep
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint step = windows.ColumnStep, columns = windows.Columns;
        T* from = x + (plane * windows.ChannelStep), beside = g + (plane * others.ChannelStep), largests = y + (plane * windows.Places), to = result + (plane * windows.Places);
        for (nint row = windows.Rows; row > 0; row--, from += windows.RowStep, beside += others.RowStep, largests += columns, to += columns)
        {
            for (nint column = 0; column < columns; column += V.Width)
            {
                nint at = nint.Min(column, columns - V.Width);
                V largest = V.Load(largests + at), missed = V.SelectEqual(largest, largest, V.Of(0), largest), count = V.Of(0), sum = V.Of(0);
                T* line = from + (at * step), other = beside + (at * step);
                for (nint i = 0; i < windows.Height; i++, line += windows.HeightStep, other += others.HeightStep)
                {
                    for (nint j = 0; j < windows.Width; j++)
                    {
                        V tap = S.Load<V, T>(line + (j * windows.WidthStep), step);
                        V part = V.SelectEqual(tap, largest, S.Load<V, T>(other + (j * others.WidthStep), step), missed);
                        count = V.SelectEqual(tap, largest, count + V.Of(1), count);
                        sum = i + j == 0 ? part : sum + part;
                    }
                }

                V.Store(to + at, sum / count);
            }
        }
    }
}
