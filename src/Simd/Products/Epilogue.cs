using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

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
        nint n = this.n;
        for (nint i = 0; i < m; i++, c += ldc)
        {
            nint j = 0;
            for (; j + V.Width <= n; j += V.Width)
            {
                V x = V.Load(c + j);
                V.Store(c + j, TOp.Apply(bias == null ? x : x + V.Load(bias + j)));
            }

            if (j < n)
            {
                Tail<V>(c + j, bias == null ? null : bias + j, (int)(n - j));
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
        for (nint i = 0; i < m; i++, c += ldc)
        {
            nint j = 0;
            for (; j + V.Width <= n; j += V.Width)
            {
                V.Store(c + j, V.Load(c + j) + V.Load(bias + j));
            }

            if (j < n)
            {
                int rest = (int)(n - j);
                V.StorePartial(c + j, rest, V.LoadPartial(c + j, rest) + V.LoadPartial(bias + j, rest));
            }
        }
    }
}
