using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Onsager.Simd;

/// <summary>Integers of one type as those of another.</summary>
public static partial class Integers
{
    /// <summary>
    /// y[i] = x[i] modulo 2 to the power of y's bits, as C converts: a shorter type keeps the lowest bits, a longer one copies the sign that x's type
    /// has. (<see cref="Map.Convert"/> stops at the ends of the range instead.)
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ, or x overlaps y.</exception>
    public static void Wrap<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> y)
        where TFrom : unmanaged, IBinaryInteger<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>
    {
        Operands.CheckSeparate<TFrom, TTo>("wrap", nameof(x), x, y);
        if (Unsafe.SizeOf<TFrom>() == Unsafe.SizeOf<TTo>())
        {
            MemoryMarshal.Cast<TFrom, TTo>(x).CopyTo(y);
        }
        else
        {
            TensorPrimitives.ConvertTruncating(x, y);
        }
    }
}
