using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>A loop over lanes whose width is chosen when it is run.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
public interface ILaneLoop<T>
    where T : unmanaged
{
    /// <summary>Runs the loop with this register type; whatever the type, the same bits come out.</summary>
    void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>;
}

/// <summary>Chooses the widest registers of this processor that have a fused multiply-add. The choice is made while compiling and costs nothing.</summary>
public static class Lanes
{
    /// <summary>The registers in use, as a person names them: AVX-512, AVX2, NEON or scalar.</summary>
    public static string InstructionSet => HasV512 ? "AVX-512" : HasV256 ? "AVX2" : HasV128 ? (AdvSimd.IsSupported ? "NEON" : "SSE with FMA") : "scalar";

    internal static bool HasV512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    internal static bool HasV256 => Vector256.IsHardwareAccelerated && Fma.IsSupported;

    internal static bool HasV128 => Vector128.IsHardwareAccelerated && (Fma.IsSupported || AdvSimd.IsSupported);

    /// <summary>Runs a float32 loop on the widest registers.</summary>
    [MethodImpl(Inline)]
    public static void Run32<TLoop>(TLoop loop)
        where TLoop : struct, ILaneLoop<float>
    {
        if (HasV512)
        {
            loop.Run<F32x16>();
        }
        else if (HasV256)
        {
            loop.Run<F32x8>();
        }
        else if (HasV128)
        {
            loop.Run<F32x4>();
        }
        else
        {
            loop.Run<F32x1>();
        }
    }

    /// <summary>Runs a float32 loop on the widest registers that so many elements fill.</summary>
    [MethodImpl(Inline)]
    public static void Run32<TLoop>(TLoop loop, nint elements)
        where TLoop : struct, ILaneLoop<float>
    {
        if (HasV512 && elements >= F32x16.Width)
        {
            loop.Run<F32x16>();
        }
        else if (HasV256 && elements >= F32x8.Width)
        {
            loop.Run<F32x8>();
        }
        else if (HasV128 && elements >= F32x4.Width)
        {
            loop.Run<F32x4>();
        }
        else
        {
            loop.Run<F32x1>();
        }
    }

    /// <summary>Runs a float64 loop on the widest registers that so many elements fill.</summary>
    [MethodImpl(Inline)]
    public static void Run64<TLoop>(TLoop loop, nint elements)
        where TLoop : struct, ILaneLoop<double>
    {
        if (HasV512 && elements >= F64x8.Width)
        {
            loop.Run<F64x8>();
        }
        else if (HasV256 && elements >= F64x4.Width)
        {
            loop.Run<F64x4>();
        }
        else if (HasV128 && elements >= F64x2.Width)
        {
            loop.Run<F64x2>();
        }
        else
        {
            loop.Run<F64x1>();
        }
    }

    /// <summary>Runs a float64 loop on the widest registers.</summary>
    [MethodImpl(Inline)]
    public static void Run64<TLoop>(TLoop loop)
        where TLoop : struct, ILaneLoop<double>
    {
        if (HasV512)
        {
            loop.Run<F64x8>();
        }
        else if (HasV256)
        {
            loop.Run<F64x4>();
        }
        else if (HasV128)
        {
            loop.Run<F64x2>();
        }
        else
        {
            loop.Run<F64x1>();
        }
    }
}
