using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The loops around the convolution's kernel. With windows a step of 1 apart, the element (c, i, j) of the kernel meets consecutive elements of the
/// image all along a row of the result; and beyond: where the row ends, some elements follow that belong to no window, and then the next row. So a
/// few rows are one long row, whose superfluous places are computed beside the result and left behind when it is brought to its place, with the
/// bias added on the way. The windows are never written out.
/// </summary>
internal readonly unsafe struct ConvolutionLoop<T>(
    ImageWindows windows, T* images, int count, nint imageStep, T* weights, int outputs, T* bias, T* y, nint yImage, nint yChannel, nint yRow) : ILaneLoop<T>
    where T : unmanaged
{
    /// <summary>Elements of the results that are made at a time: with what they are made of they stay in the second-level cache, and mostly in the first.</summary>
    private const int Block = 1 << 13;

    private readonly ImageWindows windows = windows;
    private readonly T* images = images;
    private readonly nint count = count;
    private readonly nint imageStep = imageStep;
    private readonly T* weights = weights;
    private readonly int outputs = outputs;
    private readonly T* bias = bias;
    private readonly T* y = y;
    private readonly nint yImage = yImage;
    private readonly nint yChannel = yChannel;
    private readonly nint yRow = yRow;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint row = windows.RowStep, taps = windows.Taps, most = nint.Clamp(Block / (outputs * row), 1, windows.Rows), bands = (windows.Rows + most - 1) / most;
        nint* offsets = (nint*)Scratch.Rent((taps * sizeof(nint)) + (outputs * most * row * sizeof(T)));
        Offsets(offsets);
        T* band = (T*)(offsets + taps);
        for (nint image = 0; image < count; image++)
        {
            for (nint part = 0, first = 0; part < bands; part++)
            {
                // Bands of about one height.
                nint rows = (windows.Rows - first) / (bands - part), length = ((rows - 1) * row) + windows.Columns;
                ConvolutionKernel.Tiles<V, T>(weights, outputs, taps, images + (image * imageStep) + (first * row), length, offsets, band);
                Bring<V>(band, length, rows, y + (image * yImage) + (first * yRow));
                first += rows;
            }
        }
    }

    /// <summary>Where each element of the kernel meets the image, in bytes.</summary>
    private void Offsets(nint* offsets)
    {
        for (nint c = 0; c < windows.Channels; c++)
        {
            for (nint i = 0; i < windows.Height; i++)
            {
                for (nint j = 0; j < windows.Width; j++)
                {
                    *offsets++ = ((c * windows.ChannelStep) + (i * windows.HeightStep) + (j * windows.WidthStep)) * sizeof(T);
                }
            }
        }
    }

    /// <summary>The places of the result to where they belong, each with its channel's bias.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void Bring<V>(T* band, nint length, nint rows, T* to)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint columns = windows.Columns, row = windows.RowStep, last = columns - V.Width;
        for (nint channel = 0; channel < outputs; channel++)
        {
            bool hasBias = bias is not null;
            V shift = hasBias ? V.Broadcast(bias[channel]) : V.Of(0);
            T* source = band + (channel * length), target = to + (channel * yChannel);
            for (nint r = 0; r < rows; r++, source += row, target += yRow)
            {
                if (last < 0)
                {
                    V few = V.LoadPartial(source, (int)columns);
                    V.StorePartial(target, (int)columns, hasBias ? few + shift : few);
                    continue;
                }

                // The last register ends where the row does; what it shares with the one before is written twice.
                for (nint j = 0; j < last; j += V.Width)
                {
                    V some = V.Load(source + j);
                    V.Store(target + j, hasBias ? some + shift : some);
                }

                V rest = V.Load(source + last);
                V.Store(target + last, hasBias ? rest + shift : rest);
            }
        }
    }
}
