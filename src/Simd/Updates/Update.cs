using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Runs an optimizer's rule over flat parameters in one pass.</summary>
public static unsafe class Update
{
    /// <summary>Updates parameters, and as many moments as the rule remembers, in place; unused moments are empty spans.</summary>
    /// <exception cref="ArgumentException">A span's length is not that of the parameters, or it overlaps another.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Run<TUpdate, T>(TUpdate update, ReadOnlySpan<T> gradients, Span<T> parameters, Span<T> first, Span<T> second)
        where TUpdate : struct, IUpdate
        where T : unmanaged
    {
        if (gradients.Length != parameters.Length
            || first.Length != (TUpdate.Moments > 0 ? parameters.Length : 0)
            || second.Length != (TUpdate.Moments > 1 ? parameters.Length : 0))
        {
            throw new ArgumentException($"{TUpdate.Name}: {parameters.Length} parameters need as many gradients and {TUpdate.Moments} moments each; got {gradients.Length}, {first.Length} and {second.Length}.");
        }

        if (parameters.Overlaps(gradients) || parameters.Overlaps(first) || parameters.Overlaps(second) || first.Overlaps(gradients)
            || second.Overlaps(gradients) || first.Overlaps(second))
        {
            throw new ArgumentException($"{TUpdate.Name}: parameters, gradients and moments need separate memory.");
        }

        fixed (T* g = gradients, p = parameters, m = first, v = second)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new UpdateLoop<TUpdate, float>(update, (float*)g, (float*)p, (float*)m, (float*)v, parameters.Length));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new UpdateLoop<TUpdate, double>(update, (double*)g, (double*)p, (double*)m, (double*)v, parameters.Length));
            }
            else
            {
                throw Operands.NoLanes<T>(TUpdate.Name);
            }
        }
    }
}

/// <summary>The rule, register by register.</summary>
internal readonly unsafe struct UpdateLoop<TUpdate, T>(TUpdate update, T* gradients, T* parameters, T* first, T* second, nint count) : ILaneLoop<T>
    where TUpdate : struct, IUpdate
    where T : unmanaged
{
    private readonly TUpdate update = update;
    private readonly T* gradients = gradients;
    private readonly T* parameters = parameters;
    private readonly T* first = first;
    private readonly T* second = second;
    private readonly nint count = count;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        TUpdate rule = update;
        T* g = gradients, p = parameters, m = first, v = second;
        nint full = count - (V.Width - 1), i = 0;
        for (; i < full; i += V.Width)
        {
            V parameter = V.Load(p + i);
            V a = TUpdate.Moments > 0 ? V.Load(m + i) : parameter, b = TUpdate.Moments > 1 ? V.Load(v + i) : parameter;
            rule.Apply(V.Load(g + i), ref parameter, ref a, ref b);
            V.Store(p + i, parameter);
            if (TUpdate.Moments > 0)
            {
                V.Store(m + i, a);
            }

            if (TUpdate.Moments > 1)
            {
                V.Store(v + i, b);
            }
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            V parameter = V.LoadPartial(p + i, rest);
            V a = TUpdate.Moments > 0 ? V.LoadPartial(m + i, rest) : parameter, b = TUpdate.Moments > 1 ? V.LoadPartial(v + i, rest) : parameter;
            rule.Apply(V.LoadPartial(g + i, rest), ref parameter, ref a, ref b);
            V.StorePartial(p + i, rest, parameter);
            if (TUpdate.Moments > 0)
            {
                V.StorePartial(m + i, rest, a);
            }

            if (TUpdate.Moments > 1)
            {
                V.StorePartial(v + i, rest, b);
            }
        }
    }
}
