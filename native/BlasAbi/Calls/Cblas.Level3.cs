using System.Numerics;

namespace Onsager.Blas;

/// <summary>CBLAS of level 3: a matrix by rows is the transpose of one by columns, so that operands or flags are exchanged.</summary>
internal static unsafe partial class Cblas<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Gemm(int order, int transA, int transB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        CblasCall<T> call = new("gemm"u8, order);
        byte ta = call.Transpose(2, transA), tb = call.Transpose(3, transB);
        if (call.IsRefused)
        {
            return;
        }

        if (call.IsByRows)
        {
            Checked<T>.Gemm(call.By, tb, ta, n, m, k, alpha, b, ldb, a, lda, beta, c, ldc);
        }
        else
        {
            Checked<T>.Gemm(call.By, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        }
    }

    public static void Gemmtr(
        int order, int uplo, int transA, int transB, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        CblasCall<T> call = new("gemmtr"u8, order);
        byte triangle = call.Triangle(2, uplo), ta = call.Transpose(3, transA), tb = call.Transpose(4, transB);
        if (call.IsRefused)
        {
            return;
        }

        if (call.IsByRows)
        {
            Checked<T>.Gemmtr(call.By, CblasCall<T>.OtherTriangle(triangle), tb, ta, n, k, alpha, b, ldb, a, lda, beta, c, ldc);
        }
        else
        {
            Checked<T>.Gemmtr(call.By, triangle, ta, tb, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        }
    }

    public static void Symm(int order, int side, int uplo, int m, int n, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        CblasCall<T> call = new("symm"u8, order);
        byte where = call.Side(2, side), triangle = call.Triangle(3, uplo);
        if (call.IsRefused)
        {
            return;
        }

        if (call.IsByRows)
        {
            Checked<T>.Symm(call.By, CblasCall<T>.OtherSide(where), CblasCall<T>.OtherTriangle(triangle), n, m, alpha, a, lda, b, ldb, beta, c, ldc);
        }
        else
        {
            Checked<T>.Symm(call.By, where, triangle, m, n, alpha, a, lda, b, ldb, beta, c, ldc);
        }
    }

    public static void Syrk(int order, int uplo, int trans, int n, int k, T alpha, T* a, int lda, T beta, T* c, int ldc)
    {
        CblasCall<T> call = new("syrk"u8, order);
        byte triangle = call.Triangle(2, uplo), transposed = call.Transpose(3, trans);
        if (!call.IsRefused)
        {
            (triangle, transposed) = Turned(call.IsByRows, triangle, transposed);
            Checked<T>.Syrk(call.By, triangle, transposed, n, k, alpha, a, lda, beta, c, ldc);
        }
    }

    public static void Syr2k(int order, int uplo, int trans, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        CblasCall<T> call = new("syr2k"u8, order);
        byte triangle = call.Triangle(2, uplo), transposed = call.Transpose(3, trans);
        if (!call.IsRefused)
        {
            (triangle, transposed) = Turned(call.IsByRows, triangle, transposed);
            Checked<T>.Syr2k(call.By, triangle, transposed, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        }
    }

    public static void Trmm(int order, int side, int uplo, int trans, int diag, int m, int n, T alpha, T* a, int lda, T* b, int ldb)
    {
        CblasCall<T> call = new("trmm"u8, order);
        byte where = call.Side(2, side), triangle = call.Triangle(3, uplo), transposed = call.Transpose(4, trans), diagonal = call.Diagonal(5, diag);
        if (call.IsRefused)
        {
            return;
        }

        if (call.IsByRows)
        {
            Checked<T>.Trmm(call.By, CblasCall<T>.OtherSide(where), CblasCall<T>.OtherTriangle(triangle), transposed, diagonal, n, m, alpha, a, lda, b, ldb);
        }
        else
        {
            Checked<T>.Trmm(call.By, where, triangle, transposed, diagonal, m, n, alpha, a, lda, b, ldb);
        }
    }

    public static void Trsm(int order, int side, int uplo, int trans, int diag, int m, int n, T alpha, T* a, int lda, T* b, int ldb)
    {
        CblasCall<T> call = new("trsm"u8, order);
        byte where = call.Side(2, side), triangle = call.Triangle(3, uplo), transposed = call.Transpose(4, trans), diagonal = call.Diagonal(5, diag);
        if (call.IsRefused)
        {
            return;
        }

        if (call.IsByRows)
        {
            Checked<T>.Trsm(call.By, CblasCall<T>.OtherSide(where), CblasCall<T>.OtherTriangle(triangle), transposed, diagonal, n, m, alpha, a, lda, b, ldb);
        }
        else
        {
            Checked<T>.Trsm(call.By, where, triangle, transposed, diagonal, m, n, alpha, a, lda, b, ldb);
        }
    }

    /// <summary>A triangle and a transposition as they are of the transpose.</summary>
    private static (byte Triangle, byte Transpose) Turned(bool isByRows, byte triangle, byte transpose) =>
        isByRows ? (CblasCall<T>.OtherTriangle(triangle), CblasCall<T>.OtherTranspose(transpose)) : (triangle, transpose);
}
