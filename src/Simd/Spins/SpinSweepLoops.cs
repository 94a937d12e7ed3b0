using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The loop of <see cref="SpinSweeps.Pairs"/>: a row of couplings for each spin that turned in any chain.</summary>
internal readonly unsafe struct PairSweepLoop<TRule>(float* couplings, int n, float* slopes, float* uniforms, float* spins, float* fields) : ILaneLoop<float>
    where TRule : struct, IFlipRule
{
    private readonly float* couplings = couplings;
    private readonly float* slopes = slopes;
    private readonly float* uniforms = uniforms;
    private readonly float* spins = spins;
    private readonly float* fields = fields;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, float>
    {
        float* change = stackalloc float[SpinSweeps.Chains];
        for (nint i = 0; i < n; i++)
        {
            nint row = i * SpinSweeps.Chains;
            if (Draw<V, TRule>(slopes, fields + row, uniforms + row, spins + row, change))
            {
                Spread<V>(couplings + (i * n), n, change, fields);
            }
        }
    }

    /// <summary>Draws a spin of all chains; says whether any turned.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    internal static bool Draw<V, TFlip>(float* slopes, float* fields, float* uniforms, float* spins, float* change)
        where V : unmanaged, IMemoryLanes<V, float>
        where TFlip : struct, IFlipRule
    {
        bool turned = false;
        for (int c = 0; c < SpinSweeps.Chains; c += V.Width)
        {
            V old = V.Load(spins + c), next = TFlip.Next(old, V.Load(slopes + c) * V.Load(fields + c), V.Load(uniforms + c)), difference = next - old;
            V.Store(spins + c, next);
            V.Store(change + c, difference);

            // No loop is longer for a chain alone: what is left out is an addition of zeros.
            turned |= !V.AllLess(V.Abs(difference), V.Of(1));
        }

        return turned;
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void Spread<V>(float* couplings, nint n, float* change, float* fields)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        for (nint c = 0; c < SpinSweeps.Chains; c += V.Width)
        {
            V d = V.Load(change + c);
            float* h = fields + c;
            for (nint j = 0; j < n; j++, h += SpinSweeps.Chains)
            {
                V.Store(h, V.Fma(V.Broadcast(couplings[j]), d, V.Load(h)));
            }
        }
    }
}

/// <summary>The loop of <see cref="SpinSweeps.Triples"/>: for each spin a quadratic form of the others, four rows of its triangle at a time.</summary>
internal readonly unsafe struct TripleSweepLoop<TRule>(float* slices, int n, float* slopes, float* uniforms, float* spins) : ILaneLoop<float>
    where TRule : struct, IFlipRule
{
    private const int Rows = 4;

    private readonly float* slices = slices;
    private readonly float* slopes = slopes;
    private readonly float* uniforms = uniforms;
    private readonly float* spins = spins;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, float>
    {
        float* change = stackalloc float[SpinSweeps.Chains];
        float* field = stackalloc float[SpinSweeps.Chains];
        nint triangle = (nint)TriangleProduct.Elements(n);
        for (nint i = 0; i < n; i++)
        {
            nint row = i * SpinSweeps.Chains;
            Form<V>(slices + (i * triangle), n, spins, field);
            PairSweepLoop<TRule>.Draw<V, TRule>(slopes, field, uniforms + row, spins + row, change);
        }
    }

    /// <summary>sum over j &lt; k of w(j, k) s[j] s[k].</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Form<V>(float* w, nint n, float* spins, float* field)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        const int chains = SpinSweeps.Chains;
        for (int c = 0; c < chains; c += V.Width)
        {
            V sum = V.Of(0);
            float* row0 = w;
            nint j = 0;
            for (; j + Rows < n; j += Rows)
            {
                // The row of element (j, j + 1), the next begins where it ends; all are then moved to column j + 4.
                float* row1 = row0 + (n - 1 - j), row2 = row1 + (n - 2 - j), row3 = row2 + (n - 3 - j), next = row3 + (n - 4 - j);
                float* s = spins + (j * chains) + c;
                V a1 = V.Load(s + chains), a2 = V.Load(s + (2 * chains)), a3 = V.Load(s + (3 * chains));
                V t0 = V.Fma(V.Broadcast(row0[2]), a3, V.Fma(V.Broadcast(row0[1]), a2, V.Broadcast(row0[0]) * a1));
                V t1 = V.Fma(V.Broadcast(row1[1]), a3, V.Broadcast(row1[0]) * a2);
                V t2 = V.Broadcast(row2[0]) * a3, t3 = V.Of(0);
                float* w0 = row0 + 3, w1 = row1 + 2, w2 = row2 + 1, sk = s + (Rows * chains);
                nint rest = n - j - Rows;
                for (nint k = 0; k < rest; k++, sk += chains)
                {
                    V x = V.Load(sk);
                    t0 = V.Fma(V.Broadcast(w0[k]), x, t0);
                    t1 = V.Fma(V.Broadcast(w1[k]), x, t1);
                    t2 = V.Fma(V.Broadcast(w2[k]), x, t2);
                    t3 = V.Fma(V.Broadcast(row3[k]), x, t3);
                }

                sum = V.Fma(a3, t3, V.Fma(a2, t2, V.Fma(a1, t1, V.Fma(V.Load(s), t0, sum))));
                row0 = next;
            }

            for (; j + 1 < n; j++)
            {
                V t = V.Of(0);
                for (nint k = j + 1; k < n; k++)
                {
                    t = V.Fma(V.Broadcast(row0[k - j - 1]), V.Load(spins + (k * chains) + c), t);
                }

                sum = V.Fma(V.Load(spins + (j * chains) + c), t, sum);
                row0 += n - 1 - j;
            }

            V.Store(field + c, sum);
        }
    }
}
