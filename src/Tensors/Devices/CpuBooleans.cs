using System.Numerics;
using System.Runtime.InteropServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Comparisons, logic and choices on the processor, whatever the strides.</summary>
public sealed partial class CpuDevice
{
    /// <inheritdoc/>
    public override void Compare<TRelation, T>(Operand x, Operand y, Operand z)
    {
        Nest nest = new(x, y, z);
        Visit(new PairRun<RelationLoop<TRelation, T>, T, bool>(x.Storage, y.Storage, z.Storage), nest, isDear: false);
    }

    /// <inheritdoc/>
    public override void Combine<TLogic>(Operand x, Operand y, Operand z)
    {
        Nest nest = new(x, y, z);
        Visit(new PairRun<LogicLoop<TLogic>, bool, bool>(x.Storage, y.Storage, z.Storage), nest, isDear: false);
    }

    /// <inheritdoc/>
    public override void Choose<T>(Operand mask, Operand x, Operand y, Operand w)
    {
        Nest nest = new(mask, x, y, w);
        Visit(new TripleRun<ChoiceLoop<T>, bool, T>(mask.Storage, x.Storage, y.Storage, w.Storage), nest, isDear: false);
    }

    private static void Relate<TRelation, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
        where TRelation : struct, IRelation
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Relate<TRelation, T, float>(x, y, z);
        }
        else if (typeof(T) == typeof(double))
        {
            Relate<TRelation, T, double>(x, y, z);
        }
        else if (typeof(T) == typeof(int))
        {
            Relate<TRelation, T, int>(x, y, z);
        }
        else if (typeof(T) == typeof(long))
        {
            Relate<TRelation, T, long>(x, y, z);
        }
        else if (typeof(T) == typeof(sbyte))
        {
            Relate<TRelation, T, sbyte>(x, y, z);
        }
        else if (typeof(T) == typeof(byte) || typeof(T) == typeof(bool))
        {
            Relate<TRelation, T, byte>(x, y, z);
        }
        else if (typeof(T) == typeof(short))
        {
            Relate<TRelation, T, short>(x, y, z);
        }
        else if (typeof(T) == typeof(ushort))
        {
            Relate<TRelation, T, ushort>(x, y, z);
        }
        else if (typeof(T) == typeof(uint))
        {
            Relate<TRelation, T, uint>(x, y, z);
        }
        else if (typeof(T) == typeof(ulong))
        {
            Relate<TRelation, T, ulong>(x, y, z);
        }
        else
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = Relations.Holds<TRelation, T>(x[i], y[i]);
            }
        }
    }

    private static void Relate<TRelation, T, TNumber>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
        where TRelation : struct, IRelation
        where T : unmanaged
        where TNumber : unmanaged, INumber<TNumber> =>
        Simd.Compare.Run<TRelation, TNumber>(MemoryMarshal.Cast<T, TNumber>(x), MemoryMarshal.Cast<T, TNumber>(y), z);

    private readonly struct RelationLoop<TRelation, T> : IPairLoop<T, bool>
        where TRelation : struct, IRelation
        where T : unmanaged
    {
        public static void Run(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z) => Relate<TRelation, T>(x, y, z);
    }

    private readonly struct LogicLoop<TLogic> : IPairLoop<bool, bool>
        where TLogic : struct, ILogic
    {
        public static void Run(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z) => TLogic.Run(x, y, z);
    }

    private readonly struct ChoiceLoop<T> : ITripleLoop<bool, T>
        where T : unmanaged
    {
        public static void Run(ReadOnlySpan<bool> mask, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> w) => Booleans.Select(mask, x, y, w);
    }
}
