using System.Numerics;

namespace Onsager.Simd;

/// <summary>exp(-2 pi i e / n) for all e below a large n, as a product of two table entries: e is cut in the middle of its bits.</summary>
internal sealed class TurnTable
{
    private readonly int shift;
    private readonly (double Re, double Im)[] high;
    private readonly (double Re, double Im)[] low;

    public TurnTable(int n)
    {
        shift = (BitOperations.Log2((uint)n) + 1) / 2;
        Roots roots = new(n, isTable: false);
        low = new (double, double)[1 << shift];
        high = new (double, double)[((n - 1) >> shift) + 1];
        for (int i = 0; i < low.Length; i++)
        {
            low[i] = roots[i];
        }

        for (int i = 0; i < high.Length; i++)
        {
            high[i] = roots[(long)i << shift];
        }
    }

    /// <summary>Bytes of the tables.</summary>
    public long Bytes => 16L * (low.Length + high.Length);

    /// <summary>The root of an exponent below n: within 1.1 ulp, since one of the tables' products is rounded.</summary>
    public (double Re, double Im) this[int exponent]
    {
        get
        {
            (double ar, double ai) = high[exponent >> shift];
            (double br, double bi) = low[exponent & (low.Length - 1)];
            return (Math.FusedMultiplyAdd(ar, br, -(ai * bi)), Math.FusedMultiplyAdd(ar, bi, ai * br));
        }
    }
}
