namespace Onsager.Simd;

/// <summary>
/// The places of an image that the elements of a kernel meet: element (c, i, j) of the kernel meets, for the place (row, column) of the result,
/// the image's element c * ChannelStep + i * HeightStep + j * WidthStep + row * RowStep + column * ColumnStep. No step is negative.
/// </summary>
/// <param name="Channels">Channels of the image that the kernel sees.</param>
/// <param name="Height">Rows of the kernel.</param>
/// <param name="Width">Columns of the kernel.</param>
/// <param name="Rows">Rows of the result.</param>
/// <param name="Columns">Columns of the result.</param>
/// <param name="ChannelStep">Elements from one channel to the next.</param>
/// <param name="HeightStep">Elements from what a row of the kernel meets to what the next one does: the dilation times a row of the image.</param>
/// <param name="WidthStep">Elements from what a column of the kernel meets to what the next one does: the dilation.</param>
/// <param name="RowStep">Elements from the window of one row of the result to the next: the stride times a row of the image.</param>
/// <param name="ColumnStep">Elements from one window to the next: the stride.</param>
public readonly record struct ImageWindows(
    int Channels, int Height, int Width, int Rows, int Columns, nint ChannelStep, nint HeightStep, nint WidthStep, nint RowStep, nint ColumnStep)
{
    /// <summary>Elements of the kernel.</summary>
    public nint Taps => (nint)Channels * Height * Width;

    /// <summary>Places of the result.</summary>
    public nint Places => (nint)Rows * Columns;

    /// <summary>Elements of the image from the first to the last that is met.</summary>
    public nint Reach => Taps == 0 || Places == 0 ? 0
        : 1 + ((Channels - 1) * ChannelStep) + ((Height - 1) * HeightStep) + ((Width - 1) * WidthStep) + ((Rows - 1) * RowStep) + ((Columns - 1) * ColumnStep);

    /// <exception cref="ArgumentException">The kernel is empty, a size or step is negative, or the image is too short.</exception>
    internal void Check(string operation, int length)
    {
        if (int.Min(Channels, int.Min(Height, Width)) < 1 || int.Min(Rows, Columns) < 0
            || nint.Min(nint.Min(ChannelStep, nint.Min(HeightStep, WidthStep)), nint.Min(RowStep, ColumnStep)) < 0)
        {
            throw new ArgumentException($"{operation}: a kernel of at least one element is needed, and no size or step below 0; got {this}.");
        }

        if (Reach > length)
        {
            throw new ArgumentException($"{operation}: the windows reach over {Reach} elements of the image, which has {length}.");
        }
    }
}
