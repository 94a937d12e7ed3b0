using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The loops around the weight gradient's kernel: the places of all images in the contract's pieces of 512, and for each piece tiles of elements
/// of the kernel. A kernel falls into lines, what lies at one distance from each other in the image: its rows; of a kernel one column wide its
/// columns; of a single element a few channels.
/// </summary>
/// <param name="windows">Where the kernel meets an image.</param>
/// <param name="images">The images,</param>
/// <param name="count">so many,</param>
/// <param name="imageStep">so many elements apart.</param>
/// <param name="dy">The gradient [count, rows, columns, lanes], as <see cref="TurnLoop{T}"/> makes it.</param>
/// <param name="outputs">Output channels.</param>
/// <param name="firstLine">The first line of the kernel,</param>
/// <param name="lines">and their number.</param>
/// <param name="dw">The result [outputs, taps], of which the lines' elements are written.</param>
internal readonly unsafe struct WeightGradientLoop<T>(
    ImageWindows windows, T* images, int count, nint imageStep, T* dy, int outputs, int firstLine, int lines, T* dw) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly ImageWindows windows = windows;
    private readonly T* images = images;
    private readonly nint count = count;
    private readonly nint imageStep = imageStep;
    private readonly T* dy = dy;
    private readonly int outputs = outputs;
    private readonly nint firstLine = firstLine;
    private readonly nint lines = lines;
    private readonly T* dw = dw;

    /// <summary>Elements of a kernel's line; the last line of a kernel of single elements may be shorter.</summary>
    public static int LineLength(in ImageWindows windows) =>
        windows.Width > 1 ? windows.Width : windows.Height > 1 ? windows.Height : int.Min(WeightGradientKernel.Taps, windows.Channels);

    /// <summary>Lines of a kernel.</summary>
    public static int Lines(in ImageWindows windows) => (int)((windows.Taps + LineLength(in windows) - 1) / LineLength(in windows));

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int length = LineLength(in windows), chunks = (length + WeightGradientKernel.Taps - 1) / WeightGradientKernel.Taps;
        nint lanes = WeightGradientKernel.Lanes<V, T>(outputs), first = firstLine * length, rows = nint.Min(windows.Taps - first, lines * length);
        nint runs = nint.Min(GemmLoop<T>.Piece, (GemmLoop<T>.Piece / nint.Max(1, windows.Columns)) + 2);
        PlaceRun* places = (PlaceRun*)Scratch.Rent((runs * sizeof(PlaceRun)) + (lines * chunks * sizeof(TapRun)) + (rows * lanes * sizeof(T)));
        TapRun* taps = (TapRun*)(places + runs);
        T* result = (T*)(taps + (lines * chunks));

        // Every line in chunks of two lengths, one tap apart: the longer ones first. Of single elements the last line is what is left.
        int small = length / chunks, longer = length % chunks;
        nint whole = rows / length, left = rows % length;
        Chunks(whole, small + 1, 0, longer, 0, lanes, taps);
        Chunks(whole, small, longer, chunks, longer, lanes, taps + (whole * longer));
        if (left > 0)
        {
            taps[whole * chunks] = new(Offset(first + (whole * length)), whole * length * lanes);
        }

        for (nint place = 0; place < count * windows.Places; place += GemmLoop<T>.Piece)
        {
            runs = Places(place, nint.Min(GemmLoop<T>.Piece, (count * windows.Places) - place), places);
            T* part = dy + (place * lanes);
            Tiles<V>(whole * longer, small + 1, places, runs, part, lanes, taps, result, place > 0);
            Tiles<V>(whole * (chunks - longer), small, places, runs, part, lanes, taps + (whole * longer), result, place > 0);
            Tiles<V>(left > 0 ? 1 : 0, (int)left, places, runs, part, lanes, taps + (whole * chunks), result, place > 0);
        }

        Bring(first, rows, lanes, result);
    }

    /// <summary>The chunks from a number to another of each line, all of one size, each starting at its number times the size plus a shift.</summary>
    private void Chunks(nint whole, int size, int firstChunk, int endChunk, int shift, nint lanes, TapRun* taps)
    {
        int length = LineLength(in windows);
        for (nint line = 0; line < whole; line++)
        {
            for (int chunk = firstChunk; chunk < endChunk; chunk++)
            {
                nint row = (line * length) + (chunk * size) + shift;
                *taps++ = new(Offset((firstLine * length) + row), row * lanes);
            }
        }
    }

    /// <summary>Where an element of the kernel meets the image, in bytes.</summary>
    private nint Offset(nint tap)
    {
        (nint line, nint column) = nint.DivRem(tap, windows.Width);
        (nint channel, nint row) = nint.DivRem(line, windows.Height);
        return ((channel * windows.ChannelStep) + (row * windows.HeightStep) + (column * windows.WidthStep)) * sizeof(T);
    }

    /// <summary>Tiles of chunks of one length, of nearly the same number.</summary>
    private void Tiles<V>(nint chunks, int size, PlaceRun* places, nint runs, T* part, nint lanes, TapRun* taps, T* result, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int width = WeightGradientKernel.Width<V, T>(outputs);
        nint step = windows.Width > 1 ? windows.WidthStep : windows.Height > 1 ? windows.HeightStep : windows.ChannelStep;
        nint tiles = (chunks + WeightGradientKernel.Runs - 1) / WeightGradientKernel.Runs;
        for (nint tile = 0, first = 0; tile < tiles; tile++)
        {
            int some = (int)((chunks - first) / (tiles - tile));
            WeightGradientKernel.Tile<V, T>(
                width, some, size, places, runs, images, windows.ColumnStep * sizeof(T), taps + first, step * sizeof(T), part, lanes, result, accumulate);
            first += some;
        }
    }

    /// <summary>The lines' elements to where they belong.</summary>
    [MethodImpl(Loop)]
    private void Bring(nint first, nint rows, nint lanes, T* result)
    {
        bool isEmpty = count * windows.Places == 0;
        for (nint output = 0; output < outputs; output++)
        {
            T* to = dw + (output * windows.Taps) + first;
            for (nint row = 0; row < rows; row++)
            {
                to[row] = isEmpty ? default : result[(row * lanes) + output];
            }
        }
    }

    /// <summary>The stretches of so many places from a place on, over the rows of the images. Returns their number.</summary>
    private nint Places(nint place, nint left, PlaceRun* runs)
    {
        PlaceRun* first = runs;
        (nint row, nint column) = nint.DivRem(place, windows.Columns);
        (nint image, row) = nint.DivRem(row, windows.Rows);
        while (left > 0)
        {
            nint some = nint.Min(left, windows.Columns - column);
            *runs++ = new(((image * imageStep) + (row * windows.RowStep) + (column * windows.ColumnStep)) * sizeof(T), some);
            left -= some;
            column = 0;
            if (++row == windows.Rows)
            {
                row = 0;
                image++;
            }
        }

        return (nint)(runs - first);
    }
}
