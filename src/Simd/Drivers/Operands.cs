using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The checks that every driver makes once, before it touches memory.</summary>
internal static class Operands
{
    /// <summary>The exception for an element type that has no lanes.</summary>
    public static NotSupportedException NoLanes<T>(string operation) =>
        new($"{operation}: the element type is {typeof(T).Name}; float (Single) and double (Double) are supported.");

    /// <summary>Operators have lanes of float and double only.</summary>
    [MethodImpl(Inline)]
    public static void CheckLanes<T>(string operation)
    {
        if (!Is<T, float>() && !Is<T, double>())
        {
            ThrowNoLanes<T>(operation);
        }
    }

    /// <summary>An input must be as long as the output, and may be the output itself but not overlap it otherwise.</summary>
    /// <remarks>Only comparisons stand at the caller's; whoever fails them is told why in <see cref="Refuse"/>.</remarks>
    [MethodImpl(Inline)]
    public static void Check<T>(string operation, string name, ReadOnlySpan<T> input, ReadOnlySpan<T> output)
        where T : unmanaged
    {
        nint distance = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(input), ref MemoryMarshal.GetReference(output));
        nuint bytes = (nuint)output.Length * (nuint)Unsafe.SizeOf<T>();
        if (input.Length != output.Length || (distance != 0 && ((nuint)distance < bytes || (nuint)(-distance) < bytes)))
        {
            Refuse(operation, name, input, output);
        }
    }

    /// <summary>An input of another element type must be as long as the output, and may not overlap it at all.</summary>
    public static void CheckSeparate<TFrom, TTo>(string operation, string name, ReadOnlySpan<TFrom> input, ReadOnlySpan<TTo> output)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        if (input.Length != output.Length)
        {
            throw new ArgumentException($"{operation}: {name} has {input.Length} elements, the output has {output.Length}.", name);
        }

        if (MemoryMarshal.AsBytes(input).Overlaps(MemoryMarshal.AsBytes(output)))
        {
            throw new ArgumentException($"{operation}: {name} overlaps the output, which has another element type; use separate memory.", name);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Refuse<T>(string operation, string name, ReadOnlySpan<T> input, ReadOnlySpan<T> output)
    {
        if (input.Length != output.Length)
        {
            throw new ArgumentException($"{operation}: {name} has {input.Length} elements, the output has {output.Length}.", name);
        }

        input.Overlaps(output, out int offset);
        throw new ArgumentException($"{operation}: {name} partly overlaps the output (shifted by {offset} elements); use the same memory or separate memory.", name);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNoLanes<T>(string operation) => throw NoLanes<T>(operation);

    /// <summary>True when T is the type that the branch was written for; a constant to the compiler.</summary>
    [MethodImpl(Inline)]
    public static bool Is<T, TWanted>() => typeof(T) == typeof(TWanted);

    /// <summary>1 in a type that has lanes.</summary>
    [MethodImpl(Inline)]
    public static T One<T>()
        where T : unmanaged => Is<T, float>() ? Unsafe.BitCast<float, T>(1) : Unsafe.BitCast<double, T>(1);
}
