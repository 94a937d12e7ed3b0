using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>What the loops below share.</summary>
internal static class Epilogue
{
    /// <summary>
    /// Rows whose whole registers are done before what is left of each: a store of less than a register reaches, as the memory sees it,
    /// into the row behind it, whose first load would wait for it.
    /// </summary>
    public const int Rows = 32;
}

/// <summary>What follows a product while its result is still in the cache: c[i, j] = f(c[i, j] + bias[j]); without a bias f(c[i, j]).</summary>
internal readonly unsafe struct BiasThen<TOp, T>(T* c, nint ldc, nint m, nint n, T* bias) : ILaneLoop<T>
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    private readonly T* c = c;
    private readonly nint ldc = ldc;
    private readonly nint m = m;
    private readonly nint n = n;
    private readonly T* bias = bias;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* c = this.c, bias = this.bias;
        nint n = this.n, whole = n / V.Width * V.Width;
        for (nint row = 0; row < m; row += Epilogue.Rows)
        {
            nint end = nint.Min(row + Epilogue.Rows, m);
            for (nint i = row; i < end; i++)
            {
                T* y = c + (i * ldc);
                for (nint j = 0; j < whole; j += V.Width)
                {
                    V x = V.Load(y + j);
                    V.Store(y + j, TOp.Apply(bias == null ? x : x + V.Load(bias + j)));
                }
            }

            for (nint i = whole < n ? row : end; i < end; i++)
            {
                Tail<V>(c + (i * ldc) + whole, bias == null ? null : bias + whole, (int)(n - whole));
            }
        }
    }

    /// <summary>Less than a register, on its own for the sake of the inlining budget, as in <see cref="UnaryLoop{TOp, T}"/>.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Tail<V>(T* c, T* bias, int rest)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V x = V.LoadPartial(c, rest);
        V.StorePartial(c, rest, TOp.Apply(bias == null ? x : x + V.LoadPartial(bias, rest)));
    }
}

/// <summary>c[i, j] = c[i, j] + bias[j].</summary>
internal readonly unsafe struct BiasOnly<T>(T* c, nint ldc, nint m, nint n, T* bias) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* c = c;
    private readonly nint ldc = ldc;
    private readonly nint m = m;
    private readonly nint n = n;
    private readonly T* bias = bias;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* c = this.c, bias = this.bias;
        nint n = this.n;
        if (n == 1 && ldc == 1)
        {
            // A single column is a row in memory.
            new BinaryScalarLoop<Add, T>(c, *bias, c, m).Run<V>();
            return;
        }

        nint whole = n / V.Width * V.Width;
        int rest = (int)(n - whole);
        for (nint row = 0; row < m; row += Epilogue.Rows)
        {
            nint end = nint.Min(row + Epilogue.Rows, m);
            for (nint i = row; i < end; i++)
            {
                T* y = c + (i * ldc);
                for (nint j = 0; j < whole; j += V.Width)
                {
                    V.Store(y + j, V.Load(y + j) + V.Load(bias + j));
                }
            }

            for (nint i = rest > 0 ? row : end; i < end; i++)
            {
                T* y = c + (i * ldc) + whole;
                V.StorePartial(y, rest, V.LoadPartial(y, rest) + V.LoadPartial(bias + whole, rest));
            }
        }
    }
}
