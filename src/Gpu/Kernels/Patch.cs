using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>Four numbers in registers: ILGPU keeps a struct's fields in registers, an array's elements only sometimes.</summary>
internal struct Quad<V>(V a, V b, V c, V d)
    where V : unmanaged, ILanes<V>
{
    public V A = a, B = b, C = c, D = d;

    public static Quad<V> Sum(Quad<V> x, Quad<V> y) => new(x.A + y.A, x.B + y.B, x.C + y.C, x.D + y.D);

    /// <summary>z + x y, each with one rounding.</summary>
    public static Quad<V> Fma(Quad<V> z, V x, Quad<V> y) =>
        new(V.Fma(x, y.A, z.A), V.Fma(x, y.B, z.B), V.Fma(x, y.C, z.C), V.Fma(x, y.D, z.D));
}

/// <summary>The 4 x 4 numbers of a product that one thread makes.</summary>
internal struct Patch<V>
    where V : unmanaged, ILanes<V>
{
    public Quad<V> R0, R1, R2, R3;

    public static Patch<V> Zero()
    {
        var zero = new Quad<V>(V.Of(0), V.Of(0), V.Of(0), V.Of(0));
        return new Patch<V> { R0 = zero, R1 = zero, R2 = zero, R3 = zero };
    }

    public static Patch<V> Sum(Patch<V> x, Patch<V> y) => new()
    {
        R0 = Quad<V>.Sum(x.R0, y.R0),
        R1 = Quad<V>.Sum(x.R1, y.R1),
        R2 = Quad<V>.Sum(x.R2, y.R2),
        R3 = Quad<V>.Sum(x.R3, y.R3),
    };

    /// <summary>z plus the outer product of a column x and a row y.</summary>
    public static Patch<V> Fma(Patch<V> z, Quad<V> x, Quad<V> y) => new()
    {
        R0 = Quad<V>.Fma(z.R0, x.A, y),
        R1 = Quad<V>.Fma(z.R1, x.B, y),
        R2 = Quad<V>.Fma(z.R2, x.C, y),
        R3 = Quad<V>.Fma(z.R3, x.D, y),
    };

    /// <summary>Gives the four rows to the result.</summary>
    public static void Finish<TEnd>(Patch<V> x, ProductResult<V> result, int row, int column)
        where TEnd : struct, IProductEnd
    {
        result.Add<TEnd>(row, column, x.R0);
        result.Add<TEnd>(row + 1, column, x.R1);
        result.Add<TEnd>(row + 2, column, x.R2);
        result.Add<TEnd>(row + 3, column, x.R3);
    }
}
