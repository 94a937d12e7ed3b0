namespace Onsager.Papers.Report;

/// <summary>A small grey picture with a label below it.</summary>
/// <param name="Pixels">Row by row from the top, 0 black to 1 white; values outside are clamped, NaN is black.</param>
/// <param name="Width">Pixels per row; the height follows.</param>
/// <param name="Label">May be empty.</param>
internal sealed record Picture(ReadOnlyMemory<float> Pixels, int Width, string Label = "")
{
    public int Height => Pixels.Length / Width;
}
