using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>What is done with a product, as a type: nothing, or a bias and an operator.</summary>
internal unsafe interface IProductForm
{
    static abstract void Run<T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint cRow, T* bias)
        where T : unmanaged;
}

/// <summary>The product, and a bias if there is one.</summary>
internal readonly unsafe struct Plain : IProductForm
{
    public static void Run<T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint cRow, T* bias)
        where T : unmanaged => Gemm.Affine(m, n, k, alpha, a, b, beta, c, cRow, bias);
}

/// <summary>The product, a bias if there is one, and an operator.</summary>
internal readonly unsafe struct Then<TOp> : IProductForm
    where TOp : struct, IUnaryOp
{
    public static void Run<T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint cRow, T* bias)
        where T : unmanaged => Gemm.Affine<TOp, T>(m, n, k, alpha, a, b, beta, c, cRow, bias);
}

/// <summary>The product of Onsager.Simd over strided parts of native memory.</summary>
internal static unsafe class MatrixProduct
{
    public static void Run<TForm, T>(
        nint m, nint n, nint k, T alpha, Storage a, nint aOffset, nint aRow, nint aColumn,
        Storage b, nint bOffset, nint bRow, nint bColumn, T beta, Storage c, nint cOffset, nint cRow, Storage? bias, nint biasOffset)
        where TForm : struct, IProductForm
        where T : unmanaged
    {
        // Empty operands have no first element; the product then reads neither.
        fixed (T* pa = First<T>(a, aOffset, m, k), pb = First<T>(b, bOffset, k, n), pc = First<T>(c, cOffset, m, n))
        {
            fixed (T* ps = bias is null ? [] : First<T>(bias, biasOffset, n, 1))
            {
                TForm.Run(m, n, k, alpha, new Matrix<T>(pa, aRow, aColumn), new Matrix<T>(pb, bRow, bColumn), beta, pc, cRow, ps);
            }
        }
    }

    private static Span<T> First<T>(Storage storage, nint offset, nint rows, nint columns)
        where T : unmanaged => rows == 0 || columns == 0 ? [] : ((CpuStorage)storage).Span<T>(offset, 1);
}
