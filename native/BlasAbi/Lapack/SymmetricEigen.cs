using System.Numerics;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>Eigenvalues and vectors of symmetric matrices by <see cref="SymmetricEigenvalues"/>. A triangle by columns is the other one by rows.</summary>
internal static unsafe class SymmetricEigen<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether the engine's counts of elements hold a matrix of this order.</summary>
    public static bool Holds(int n) => ((long)n + 32) * ((long)n + 64) <= int.MaxValue;

    /// <summary>Values ascending and, where they are wanted, vectors in A's columns. 0, or how many elements beside the diagonal did not vanish.</summary>
    public static int Run(bool hasVectors, bool upper, int n, T* a, int lda, T* values)
    {
        if (n == 1)
        {
            *values = *a;
            *a = hasVectors ? T.One : *a;
            return 0;
        }

        nint square = hasVectors ? (nint)n * n : 0;
        T* work = (T*)Scratch.RentOutermost(((nint)SymmetricEigenvalues.Work<T>(n) + square) * sizeof(T)), vectors = work + SymmetricEigenvalues.Work<T>(n);
        bool isDone = true;
        if (typeof(T) == typeof(float))
        {
            FixedLanes.Run32(new SymmetricEigenLoop<float>(
                n, (float*)a, lda, upper, (float*)values, hasVectors ? (float*)vectors : null, (float*)work, &isDone));
        }
        else
        {
            FixedLanes.Run64(new SymmetricEigenLoop<double>(
                n, (double*)a, lda, upper, (double*)values, hasVectors ? (double*)vectors : null, (double*)work, &isDone));
        }

        if (hasVectors)
        {
            Vectors.Transpose(n, n, vectors, n, a, lda);
        }

        return isDone && !T.IsNaN(*values) ? 0 : n - 1;
    }
}
