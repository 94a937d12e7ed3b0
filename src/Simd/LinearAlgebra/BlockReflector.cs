using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// The product H(1) ... H(k) = I - V T V^T of at most 32 reflectors, V by rows: row i holds reflector i with zeros in front (the compact WY form of
/// Schreiber and Van Loan, SIAM J. Sci. Stat. Comput. 10, 1989; LAPACK's larft and larfb). T is kept transposed and negated.
/// </summary>
internal static unsafe class BlockReflector<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Reflectors of a block; a constant, since it decides bits.</summary>
    public const int Size = 32;

    /// <summary>-T^T [32, 32] of so many reflectors; gram [32, 32] is memory to work in.</summary>
    [MethodImpl(Jit.Loop), SkipLocalsInit]
    public static void Triangle(T* v, nint leading, int count, nint length, T* tau, T* gram, T* triangle)
    {
        Gemm.Multiply(count, count, length, T.One, new Matrix<T>(v, leading, 1), new Matrix<T>(v, 1, leading), T.Zero, gram, Size);
        T* factors = stackalloc T[Size];
        for (int j = 0; j < count; j++)
        {
            // Column j of T is -tau (T g) over the columns before, so row j here is tau times their rows' combination: they are negated.
            T* row = triangle + (j * Size);
            for (int i = 0; i < j; i++)
            {
                factors[i] = -(tau[j] * gram[(i * Size) + j]);
            }

            VectorLoops<V, T>.Combine(triangle, Size, j, factors, 1, row, Size, fromZero: true);
            row[j] = -tau[j];
        }
    }

    /// <summary>
    /// C [length, columns] = (I - V T V^T) C, or its transpose's product. work has 2 x 32 x columns elements. Where C begins with so many rows and columns of the identity, with
    /// zeros beside them, part of the first product is V itself.
    /// </summary>
    public static void ApplyLeft(
        bool transpose, T* v, nint leading, int count, nint length, T* triangle, T* c, nint ldc, nint columns, T* work, bool beginsWithIdentity = false)
    {
        if (columns == 0 || count == 0)
        {
            return;
        }

        T* second = work + (Size * columns);
        if (beginsWithIdentity)
        {
            for (int i = 0; i < count; i++)
            {
                new ReadOnlySpan<T>(v + (i * leading), count).CopyTo(new Span<T>(work + (i * columns), count));
            }

            if (columns > count)
            {
                Gemm.Multiply(
                    count, columns - count, length - count, T.One, new Matrix<T>(v + count, leading, 1), new Matrix<T>(c + (count * (ldc + 1)), ldc, 1), T.Zero, work + count, columns);
            }
        }
        else
        {
            Gemm.Multiply(count, columns, length, T.One, new Matrix<T>(v, leading, 1), new Matrix<T>(c, ldc, 1), T.Zero, work, columns);
        }

        Matrix<T> middle = transpose ? new(triangle, Size, 1) : new(triangle, 1, Size);
        Gemm.Multiply(count, columns, count, T.One, middle, new Matrix<T>(work, columns, 1), T.Zero, second, columns);
        Gemm.Multiply(length, columns, count, T.One, new Matrix<T>(v, 1, leading), new Matrix<T>(second, columns, 1), T.One, c, ldc);
    }

    /// <summary>C [length, length] = C (I - V T V^T)^T for a C that begins with so many rows and columns of the identity, with zeros beside them. work has 2 x 32 x length elements.</summary>
    [MethodImpl(Jit.Loop)]
    public static void ApplyRightTransposed(T* v, nint leading, int count, nint length, T* triangle, T* c, nint ldc, T* work)
    {
        T* second = work + (Size * length);
        for (int i = 0; i < count; i++)
        {
            for (int p = 0; p < count; p++)
            {
                work[(i * Size) + p] = v[(p * leading) + i];
            }
        }

        if (length > count)
        {
            Gemm.Multiply(
                length - count, count, length - count, T.One, new Matrix<T>(c + (count * (ldc + 1)), ldc, 1), new Matrix<T>(v + count, 1, leading), T.Zero, work + (count * Size), Size);
        }

        Gemm.Multiply(length, count, count, T.One, new Matrix<T>(work, Size, 1), new Matrix<T>(triangle, Size, 1), T.Zero, second, Size);
        Gemm.Multiply(length, length, count, T.One, new Matrix<T>(second, Size, 1), new Matrix<T>(v, leading, 1), T.One, c, ldc);
    }
}
