namespace Onsager.Tensors;

/// <summary>Two numbers for the two axes of an image; one number stands for both: <c>stride: 2</c> or <c>stride: (2, 1)</c>.</summary>
/// <param name="Height">For the rows, the last axis but one.</param>
/// <param name="Width">For the columns, the last axis.</param>
public readonly record struct Pair(nint Height, nint Width)
{
    internal static Pair Zero => default;

    internal static Pair One => new(1, 1);

    /// <summary>The same number for both axes.</summary>
    public static implicit operator Pair(int both) => new(both, both);

    /// <summary>One number for each axis.</summary>
    public static implicit operator Pair((int Height, int Width) pair) => new(pair.Height, pair.Width);

    /// <inheritdoc/>
    public override string ToString() => $"({Height}, {Width})";
}
