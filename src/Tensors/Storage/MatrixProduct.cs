using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>The product of Onsager.Simd over strided parts of native memory.</summary>
internal static unsafe class MatrixProduct
{
    public static void Run<T>(
        nint m, nint n, nint k, T alpha, Storage a, nint aOffset, nint aRow, nint aColumn,
        Storage b, nint bOffset, nint bRow, nint bColumn, T beta, Storage c, nint cOffset, nint cRow)
        where T : unmanaged
    {
        // Empty operands have no first element; the product then reads neither.
        fixed (T* pa = First<T>(a, aOffset, m, k), pb = First<T>(b, bOffset, k, n), pc = First<T>(c, cOffset, m, n))
        {
            Gemm.Multiply(m, n, k, alpha, new Matrix<T>(pa, aRow, aColumn), new Matrix<T>(pb, bRow, bColumn), beta, pc, cRow);
        }
    }

    private static Span<T> First<T>(Storage storage, nint offset, nint rows, nint columns)
        where T : unmanaged => rows == 0 || columns == 0 ? [] : ((CpuStorage)storage).Span<T>(offset, 1);
}
