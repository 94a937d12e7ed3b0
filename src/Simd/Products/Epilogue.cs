using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>What follows a product's last piece, while its result is still in the cache.</summary>
internal unsafe interface IEpilogue<T>
    where T : unmanaged
{
    /// <summary>False when nothing follows; a constant to the compiler.</summary>
    static abstract bool Exists { get; }

    /// <summary>Brings c [m, n] to its final values.</summary>
    void Apply<V>(T* c, nint ldc, nint m, nint n)
        where V : unmanaged, IMemoryLanes<V, T>;
}

/// <summary>The product as it is.</summary>
internal readonly unsafe struct NoEpilogue<T> : IEpilogue<T>
    where T : unmanaged
{
    public static bool Exists => false;

    public void Apply<V>(T* c, nint ldc, nint m, nint n)
        where V : unmanaged, IMemoryLanes<V, T>
    {
    }
}

/// <summary>c[i, j] = f(c[i, j] + bias[j]); without a bias f(c[i, j]).</summary>
internal readonly unsafe struct BiasThen<TOp, T>(T* bias) : IEpilogue<T>
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    private readonly T* bias = bias;

    public static bool Exists => true;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Apply<V>(T* c, nint ldc, nint m, nint n)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* bias = this.bias;
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
                int rest = (int)(n - j);
                V x = V.LoadPartial(c + j, rest);
                V.StorePartial(c + j, rest, TOp.Apply(bias == null ? x : x + V.LoadPartial(bias + j, rest)));
            }
        }
    }
}

/// <summary>c[i, j] = c[i, j] + bias[j].</summary>
internal readonly unsafe struct BiasOnly<T>(T* bias) : IEpilogue<T>
    where T : unmanaged
{
    private readonly T* bias = bias;

    public static bool Exists => true;

    public void Apply<V>(T* c, nint ldc, nint m, nint n)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint i = 0; i < m; i++, c += ldc)
        {
            new BinaryLoop<Add, T>(c, bias, c, n).Run<V>();
        }
    }
}
