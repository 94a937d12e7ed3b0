namespace Onsager.Blas;

/// <summary>
/// Numbers of CBLAS arguments. By rows, operands reach the Fortran routine exchanged, and an argument's number there is another's in the
/// call (after cblas_xerbla.c of the reference).
/// </summary>
internal static class Exchange
{
    public static int InRows(ReadOnlySpan<byte> routine, int position)
    {
        if (routine.StartsWith("gemm"u8))
        {
            // gemmtr has a triangle in front and no m behind its transpositions.
            return routine.Length > 4 ? Pair(Pair(position, 9, 11), 3, 4) : Pair(Pair(position, 4, 5), 9, 11);
        }

        return routine switch
        {
            _ when routine.SequenceEqual("symm"u8) => Pair(position, 4, 5),
            _ when routine.SequenceEqual("trmm"u8) || routine.SequenceEqual("trsm"u8) => Pair(position, 6, 7),
            _ when routine.SequenceEqual("gemv"u8) => Pair(position, 3, 4),
            _ when routine.SequenceEqual("gbmv"u8) => Pair(Pair(position, 3, 4), 5, 6),
            _ when routine.SequenceEqual("ger"u8) => Pair(Pair(position, 2, 3), 6, 8),
            _ => position,
        };
    }

    private static int Pair(int position, int one, int other) => position == one ? other : position == other ? one : position;
}
