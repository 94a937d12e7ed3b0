using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Channels of an image as lanes: y [places, lanes] from x [channels, places], where the channels take whole registers; nobody reads the lanes that are too many.</summary>
internal readonly unsafe struct TurnLoop<T>(T* x, int channels, nint channelStep, nint places, T* y) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly int channels = channels;
    private readonly nint channelStep = channelStep;
    private readonly nint places = places;
    private readonly T* y = y;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int width = WeightGradientKernel.Width<V, T>(channels);
        nint lanes = WeightGradientKernel.Lanes<V, T>(channels);
        for (int channel = 0; channel < channels; channel += width)
        {
            T* from = x + (channel * channelStep), to = y + channel;
            int rows = int.Min(width, channels - channel);
            if (typeof(T) == typeof(float) && width == 16)
            {
                Strip<F32x16, float>((float*)from, rows, (float*)to, lanes);
            }
            else if (typeof(T) == typeof(float) && width == 8)
            {
                Strip<F32x8, float>((float*)from, rows, (float*)to, lanes);
            }
            else if (typeof(T) == typeof(float) && width == 4)
            {
                Strip<F32x4, float>((float*)from, rows, (float*)to, lanes);
            }
            else if (width == 8)
            {
                Strip<F64x8, double>((double*)from, rows, (double*)to, lanes);
            }
            else if (width == 4)
            {
                Strip<F64x4, double>((double*)from, rows, (double*)to, lanes);
            }
            else if (width == 2)
            {
                Strip<F64x2, double>((double*)from, rows, (double*)to, lanes);
            }
            else
            {
                Gather(from, to, lanes);
            }
        }
    }

    private void Strip<V, TElement>(TElement* from, int rows, TElement* to, nint lanes)
        where TElement : unmanaged
        where V : unmanaged, IMemoryLanes<V, TElement>
    {
        if (Transpose.Has<V, TElement>())
        {
            Transpose.Strip<V, TElement>(from, channelStep, rows, places, to, lanes);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            for (nint place = 0; place < places; place++)
            {
                to[(place * lanes) + row] = from[(row * channelStep) + place];
            }
        }
    }

    [MethodImpl(Loop)]
    private void Gather(T* from, T* to, nint lanes)
    {
        for (nint place = 0; place < places; place++)
        {
            to[place * lanes] = from[place];
        }
    }
}
