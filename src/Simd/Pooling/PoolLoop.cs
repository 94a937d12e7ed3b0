using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The windows of planes, combined in the order of the kernel; registers of them side by side, the last one ending where the row does.</summary>
internal readonly unsafe struct PoolLoop<TOp, T>(ImageWindows windows, T* x, T divisor, bool divides, T* y, nint yPlane, nint yRow) : ILaneLoop<T>
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    private readonly ImageWindows windows = windows;
    private readonly T* x = x;
    private readonly T divisor = divisor;
    private readonly bool divides = divides;
    private readonly T* y = y;
    private readonly nint yPlane = yPlane;
    private readonly nint yRow = yRow;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (StepPair.Fits<V>(in windows))
        {
            Planes<V, StepPair>();
        }
        else if (windows.ColumnStep == 1)
        {
            Planes<V, StepOne>();
        }
        else if (windows.ColumnStep == 2 && StepTwo.Has<V>())
        {
            Planes<V, StepTwo>();
        }
        else
        {
            Planes<V, StepAny>();
        }
    }

    private void Planes<V, S>()
        where S : struct, IStep
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint plane = 0; plane < windows.Channels; plane++)
        {
            Plane<V, S>(x + (plane * windows.ChannelStep), y + (plane * yPlane));
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Plane<V, S>(T* from, T* to)
        where S : struct, IStep
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V by = V.Broadcast(divisor);
        nint step = windows.ColumnStep, columns = windows.Columns, height = windows.HeightStep, rowStep = windows.RowStep, end = windows.Height * height;
        for (nint row = windows.Rows; row > 0; row--, from += rowStep, to += yRow)
        {
            for (nint column = 0; column < columns; column += V.Width)
            {
                nint at = nint.Min(column, columns - V.Width);
                T* line = from + (at * step);
                V all = S.Load<V, T>(line, step);
                if (S.IsPair)
                {
                    StepPair.Load(line, out all, out V second);
                    all = TOp.Apply(all, second);
                    for (nint i = height; i < end; i += height)
                    {
                        StepPair.Load(line + i, out V first, out second);
                        all = TOp.Apply(TOp.Apply(all, first), second);
                    }
                }
                else
                {
                    for (nint i = 0; i < windows.Height; i++, line += height)
                    {
                        for (nint j = i == 0 ? 1 : 0; j < windows.Width; j++)
                        {
                            all = TOp.Apply(all, S.Load<V, T>(line + (j * windows.WidthStep), step));
                        }
                    }
                }

                V.Store(to + at, divides ? all / by : all);
            }
        }
    }
}
