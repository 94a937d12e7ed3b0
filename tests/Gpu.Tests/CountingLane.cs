using System.Reflection;
using Onsager.Simd;

namespace Onsager.Gpu.Tests;

/// <summary>A lane that computes nothing and counts fused multiply-adds: formulas have no branches, so any run counts them all.</summary>
internal readonly struct CountingLane<TWidth> : ILanes<CountingLane<TWidth>>
    where TWidth : struct, IWidth
{
    public static bool IsDouble => TWidth.IsDouble;

    public static CountingLane<TWidth> Of(double value) => default;
    public static CountingLane<TWidth> OfBits(long bits) => default;
    public static CountingLane<TWidth> operator +(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> operator -(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> operator *(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> operator /(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> operator -(CountingLane<TWidth> x) => default;

    public static CountingLane<TWidth> Fma(CountingLane<TWidth> x, CountingLane<TWidth> y, CountingLane<TWidth> z)
    {
        CountingLane.Count++;
        return default;
    }

    public static CountingLane<TWidth> Abs(CountingLane<TWidth> x) => default;
    public static CountingLane<TWidth> Sqrt(CountingLane<TWidth> x) => default;
    public static CountingLane<TWidth> Round(CountingLane<TWidth> x) => default;
    public static CountingLane<TWidth> Min(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> Max(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> Lesser(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> Greater(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> Scale(CountingLane<TWidth> x, CountingLane<TWidth> n) => default;

    public static CountingLane<TWidth> SelectLess(
        CountingLane<TWidth> x, CountingLane<TWidth> y, CountingLane<TWidth> yes, CountingLane<TWidth> no) => default;

    public static CountingLane<TWidth> SelectLessOrEqual(
        CountingLane<TWidth> x, CountingLane<TWidth> y, CountingLane<TWidth> yes, CountingLane<TWidth> no) => default;

    public static CountingLane<TWidth> SelectEqual(
        CountingLane<TWidth> x, CountingLane<TWidth> y, CountingLane<TWidth> yes, CountingLane<TWidth> no) => default;

    /// <summary>No: what a register may leave out is counted too.</summary>
    public static bool AllLess(CountingLane<TWidth> x, CountingLane<TWidth> y) => false;

    public static CountingLane<TWidth> And(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> Or(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> Xor(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> AddBits(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> SubtractBits(CountingLane<TWidth> x, CountingLane<TWidth> y) => default;
    public static CountingLane<TWidth> ShiftLeftBits(CountingLane<TWidth> x, int count) => default;
    public static CountingLane<TWidth> ShiftRightBits(CountingLane<TWidth> x, int count) => default;
    public static CountingLane<TWidth> IntegerToFloat(CountingLane<TWidth> x) => default;
}

/// <summary>Which of a formula's two branches is counted.</summary>
internal interface IWidth
{
    static abstract bool IsDouble { get; }
}

internal readonly struct Single32 : IWidth
{
    public static bool IsDouble => false;
}

internal readonly struct Double64 : IWidth
{
    public static bool IsDouble => true;
}

internal static class CountingLane
{
    [ThreadStatic]
    public static int Count;

    public static int FusedMultiplyAdds(Type op, bool isDouble)
    {
        Type lane = isDouble ? typeof(CountingLane<Double64>) : typeof(CountingLane<Single32>);
        MethodInfo apply = op.GetMethod("Apply", BindingFlags.Public | BindingFlags.Static)!.MakeGenericMethod(lane);
        Count = 0;
        apply.Invoke(null, apply.GetParameters().Select(parameter => Activator.CreateInstance(lane)).ToArray());
        return Count;
    }
}
