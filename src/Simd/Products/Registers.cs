using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// What the micro-kernel needs of a register, as the bare vector W: with a vector inside a struct the compiler makes every second fused
/// multiply-add (every one, with one register of columns) into a scratch register and moves it, as the listings show.
/// </summary>
/// <typeparam name="W">The vector.</typeparam>
/// <typeparam name="T">Its element.</typeparam>
internal unsafe interface IRegister<W, T>
    where W : struct
    where T : unmanaged
{
    static abstract int Width { get; }

    static abstract W Zero { get; }

    /// <summary>x * y + z with one rounding.</summary>
    static abstract W Fma(W x, W y, W z);

    static abstract W Add(W x, W y);

    /// <summary>One element in every lane.</summary>
    static abstract W Broadcast(T* source);

    static abstract W Load(T* source);

    static abstract void Store(T* destination, W x);
}

/// <summary>F32x16 without its wrapper.</summary>
internal readonly unsafe struct F32x16Register : IRegister<Vector512<float>, float>
{
    public static int Width => F32x16.Width;

    public static Vector512<float> Zero => Vector512<float>.Zero;

    [MethodImpl(Inline)] public static Vector512<float> Fma(Vector512<float> x, Vector512<float> y, Vector512<float> z) => Vector512.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static Vector512<float> Add(Vector512<float> x, Vector512<float> y) => x + y;
    [MethodImpl(Inline)] public static Vector512<float> Broadcast(float* source) => Vector512.Create(*source);
    [MethodImpl(Inline)] public static Vector512<float> Load(float* source) => Vector512.Load(source);
    [MethodImpl(Inline)] public static void Store(float* destination, Vector512<float> x) => Vector512.Store(x, destination);
}

/// <summary>F32x8 without its wrapper.</summary>
internal readonly unsafe struct F32x8Register : IRegister<Vector256<float>, float>
{
    public static int Width => F32x8.Width;

    public static Vector256<float> Zero => Vector256<float>.Zero;

    [MethodImpl(Inline)] public static Vector256<float> Fma(Vector256<float> x, Vector256<float> y, Vector256<float> z) => Vector256.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static Vector256<float> Add(Vector256<float> x, Vector256<float> y) => x + y;
    [MethodImpl(Inline)] public static Vector256<float> Broadcast(float* source) => Vector256.Create(*source);
    [MethodImpl(Inline)] public static Vector256<float> Load(float* source) => Vector256.Load(source);
    [MethodImpl(Inline)] public static void Store(float* destination, Vector256<float> x) => Vector256.Store(x, destination);
}

/// <summary>F32x4 without its wrapper.</summary>
internal readonly unsafe struct F32x4Register : IRegister<Vector128<float>, float>
{
    public static int Width => F32x4.Width;

    public static Vector128<float> Zero => Vector128<float>.Zero;

    [MethodImpl(Inline)] public static Vector128<float> Fma(Vector128<float> x, Vector128<float> y, Vector128<float> z) => Vector128.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static Vector128<float> Add(Vector128<float> x, Vector128<float> y) => x + y;
    [MethodImpl(Inline)] public static Vector128<float> Broadcast(float* source) => Vector128.Create(*source);
    [MethodImpl(Inline)] public static Vector128<float> Load(float* source) => Vector128.Load(source);
    [MethodImpl(Inline)] public static void Store(float* destination, Vector128<float> x) => Vector128.Store(x, destination);
}

/// <summary>One float.</summary>
internal readonly unsafe struct F32x1Register : IRegister<float, float>
{
    public static int Width => 1;

    public static float Zero => 0;

    [MethodImpl(Inline)] public static float Fma(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static float Add(float x, float y) => x + y;
    [MethodImpl(Inline)] public static float Broadcast(float* source) => *source;
    [MethodImpl(Inline)] public static float Load(float* source) => *source;
    [MethodImpl(Inline)] public static void Store(float* destination, float x) => *destination = x;
}

/// <summary>F64x8 without its wrapper.</summary>
internal readonly unsafe struct F64x8Register : IRegister<Vector512<double>, double>
{
    public static int Width => F64x8.Width;

    public static Vector512<double> Zero => Vector512<double>.Zero;

    [MethodImpl(Inline)] public static Vector512<double> Fma(Vector512<double> x, Vector512<double> y, Vector512<double> z) => Vector512.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static Vector512<double> Add(Vector512<double> x, Vector512<double> y) => x + y;
    [MethodImpl(Inline)] public static Vector512<double> Broadcast(double* source) => Vector512.Create(*source);
    [MethodImpl(Inline)] public static Vector512<double> Load(double* source) => Vector512.Load(source);
    [MethodImpl(Inline)] public static void Store(double* destination, Vector512<double> x) => Vector512.Store(x, destination);
}

/// <summary>F64x4 without its wrapper.</summary>
internal readonly unsafe struct F64x4Register : IRegister<Vector256<double>, double>
{
    public static int Width => F64x4.Width;

    public static Vector256<double> Zero => Vector256<double>.Zero;

    [MethodImpl(Inline)] public static Vector256<double> Fma(Vector256<double> x, Vector256<double> y, Vector256<double> z) => Vector256.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static Vector256<double> Add(Vector256<double> x, Vector256<double> y) => x + y;
    [MethodImpl(Inline)] public static Vector256<double> Broadcast(double* source) => Vector256.Create(*source);
    [MethodImpl(Inline)] public static Vector256<double> Load(double* source) => Vector256.Load(source);
    [MethodImpl(Inline)] public static void Store(double* destination, Vector256<double> x) => Vector256.Store(x, destination);
}

/// <summary>F64x2 without its wrapper.</summary>
internal readonly unsafe struct F64x2Register : IRegister<Vector128<double>, double>
{
    public static int Width => F64x2.Width;

    public static Vector128<double> Zero => Vector128<double>.Zero;

    [MethodImpl(Inline)] public static Vector128<double> Fma(Vector128<double> x, Vector128<double> y, Vector128<double> z) => Vector128.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static Vector128<double> Add(Vector128<double> x, Vector128<double> y) => x + y;
    [MethodImpl(Inline)] public static Vector128<double> Broadcast(double* source) => Vector128.Create(*source);
    [MethodImpl(Inline)] public static Vector128<double> Load(double* source) => Vector128.Load(source);
    [MethodImpl(Inline)] public static void Store(double* destination, Vector128<double> x) => Vector128.Store(x, destination);
}

/// <summary>One double.</summary>
internal readonly unsafe struct F64x1Register : IRegister<double, double>
{
    public static int Width => 1;

    public static double Zero => 0;

    [MethodImpl(Inline)] public static double Fma(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static double Add(double x, double y) => x + y;
    [MethodImpl(Inline)] public static double Broadcast(double* source) => *source;
    [MethodImpl(Inline)] public static double Load(double* source) => *source;
    [MethodImpl(Inline)] public static void Store(double* destination, double x) => *destination = x;
}
