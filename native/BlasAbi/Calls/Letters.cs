namespace Onsager.Blas;

/// <summary>The letters that say how an operand is read, of either case.</summary>
internal static class Letters
{
    public static bool Is(byte letter, char wanted) => (letter & ~0x20) == wanted;

    public static bool IsTranspose(byte letter) => Is(letter, 'N') || IsTransposed(letter);

    /// <summary>A real matrix is its own conjugate.</summary>
    public static bool IsTransposed(byte letter) => Is(letter, 'T') || Is(letter, 'C');

    public static bool IsTriangle(byte letter) => Is(letter, 'U') || Is(letter, 'L');

    public static bool IsDiagonal(byte letter) => Is(letter, 'U') || Is(letter, 'N');

    public static bool IsSide(byte letter) => Is(letter, 'L') || Is(letter, 'R');
}
