using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Two registers that are one of twice the width. Decompositions fold lanes, so that the number of lanes is part of their bits: with this
/// every processor has lanes of 64 bytes, and the same text gives the same bits.
/// </summary>
internal readonly unsafe struct Twice<V, T>(V low, V high) : IMemoryLanes<Twice<V, T>, T>
    where T : unmanaged
    where V : unmanaged, IMemoryLanes<V, T>
{
    private readonly V low = low;
    private readonly V high = high;

    public static bool IsDouble => V.IsDouble;

    public static int Width => 2 * V.Width;

    public static int Registers => V.Registers / 2;

    [MethodImpl(Inline)] public static Twice<V, T> Of(double value) => new(V.Of(value), V.Of(value));
    [MethodImpl(Inline)] public static Twice<V, T> OfBits(long bits) => new(V.OfBits(bits), V.OfBits(bits));

    [MethodImpl(Inline)] public static Twice<V, T> operator +(Twice<V, T> x, Twice<V, T> y) => new(x.low + y.low, x.high + y.high);
    [MethodImpl(Inline)] public static Twice<V, T> operator -(Twice<V, T> x, Twice<V, T> y) => new(x.low - y.low, x.high - y.high);
    [MethodImpl(Inline)] public static Twice<V, T> operator *(Twice<V, T> x, Twice<V, T> y) => new(x.low * y.low, x.high * y.high);
    [MethodImpl(Inline)] public static Twice<V, T> operator /(Twice<V, T> x, Twice<V, T> y) => new(x.low / y.low, x.high / y.high);
    [MethodImpl(Inline)] public static Twice<V, T> operator -(Twice<V, T> x) => new(-x.low, -x.high);

    [MethodImpl(Inline)] public static Twice<V, T> Fma(Twice<V, T> x, Twice<V, T> y, Twice<V, T> z) => new(V.Fma(x.low, y.low, z.low), V.Fma(x.high, y.high, z.high));
    [MethodImpl(Inline)] public static Twice<V, T> Abs(Twice<V, T> x) => new(V.Abs(x.low), V.Abs(x.high));
    [MethodImpl(Inline)] public static Twice<V, T> Sqrt(Twice<V, T> x) => new(V.Sqrt(x.low), V.Sqrt(x.high));
    [MethodImpl(Inline)] public static Twice<V, T> Round(Twice<V, T> x) => new(V.Round(x.low), V.Round(x.high));
    [MethodImpl(Inline)] public static Twice<V, T> Min(Twice<V, T> x, Twice<V, T> y) => new(V.Min(x.low, y.low), V.Min(x.high, y.high));
    [MethodImpl(Inline)] public static Twice<V, T> Max(Twice<V, T> x, Twice<V, T> y) => new(V.Max(x.low, y.low), V.Max(x.high, y.high));
    [MethodImpl(Inline)] public static Twice<V, T> Lesser(Twice<V, T> x, Twice<V, T> y) => new(V.Lesser(x.low, y.low), V.Lesser(x.high, y.high));
    [MethodImpl(Inline)] public static Twice<V, T> Greater(Twice<V, T> x, Twice<V, T> y) => new(V.Greater(x.low, y.low), V.Greater(x.high, y.high));
    [MethodImpl(Inline)] public static Twice<V, T> Scale(Twice<V, T> x, Twice<V, T> n) => new(V.Scale(x.low, n.low), V.Scale(x.high, n.high));

    [MethodImpl(Inline)]
    public static Twice<V, T> SelectLess(Twice<V, T> x, Twice<V, T> y, Twice<V, T> yes, Twice<V, T> no) =>
        new(V.SelectLess(x.low, y.low, yes.low, no.low), V.SelectLess(x.high, y.high, yes.high, no.high));

    [MethodImpl(Inline)]
    public static Twice<V, T> SelectLessOrEqual(Twice<V, T> x, Twice<V, T> y, Twice<V, T> yes, Twice<V, T> no) =>
        new(V.SelectLessOrEqual(x.low, y.low, yes.low, no.low), V.SelectLessOrEqual(x.high, y.high, yes.high, no.high));

    [MethodImpl(Inline)]
    public static Twice<V, T> SelectEqual(Twice<V, T> x, Twice<V, T> y, Twice<V, T> yes, Twice<V, T> no) =>
        new(V.SelectEqual(x.low, y.low, yes.low, no.low), V.SelectEqual(x.high, y.high, yes.high, no.high));

    [MethodImpl(Inline)] public static bool AllLess(Twice<V, T> x, Twice<V, T> y) => V.AllLess(x.low, y.low) && V.AllLess(x.high, y.high);

    [MethodImpl(Inline)] public static Twice<V, T> And(Twice<V, T> x, Twice<V, T> y) => new(V.And(x.low, y.low), V.And(x.high, y.high));
    [MethodImpl(Inline)] public static Twice<V, T> Or(Twice<V, T> x, Twice<V, T> y) => new(V.Or(x.low, y.low), V.Or(x.high, y.high));
    [MethodImpl(Inline)] public static Twice<V, T> Xor(Twice<V, T> x, Twice<V, T> y) => new(V.Xor(x.low, y.low), V.Xor(x.high, y.high));
    [MethodImpl(Inline)] public static Twice<V, T> AddBits(Twice<V, T> x, Twice<V, T> y) => new(V.AddBits(x.low, y.low), V.AddBits(x.high, y.high));
    [MethodImpl(Inline)] public static Twice<V, T> SubtractBits(Twice<V, T> x, Twice<V, T> y) => new(V.SubtractBits(x.low, y.low), V.SubtractBits(x.high, y.high));
    [MethodImpl(Inline)] public static Twice<V, T> ShiftLeftBits(Twice<V, T> x, int count) => new(V.ShiftLeftBits(x.low, count), V.ShiftLeftBits(x.high, count));
    [MethodImpl(Inline)] public static Twice<V, T> ShiftRightBits(Twice<V, T> x, int count) => new(V.ShiftRightBits(x.low, count), V.ShiftRightBits(x.high, count));
    [MethodImpl(Inline)] public static Twice<V, T> IntegerToFloat(Twice<V, T> x) => new(V.IntegerToFloat(x.low), V.IntegerToFloat(x.high));

    [MethodImpl(Inline)] public static Twice<V, T> Load(T* source) => new(V.Load(source), V.Load(source + V.Width));

    [MethodImpl(Inline)]
    public static void Store(T* destination, Twice<V, T> x)
    {
        V.Store(destination, x.low);
        V.Store(destination + V.Width, x.high);
    }

    [MethodImpl(Inline)]
    public static Twice<V, T> LoadPartial(T* source, int count) => count >= V.Width
        ? new(V.Load(source), V.LoadPartial(source + V.Width, count - V.Width))
        : new(V.LoadPartial(source, count), V.Of(0));

    [MethodImpl(Inline)]
    public static void StorePartial(T* destination, int count, Twice<V, T> x)
    {
        V.StorePartial(destination, int.Min(count, V.Width), x.low);
        if (count > V.Width)
        {
            V.StorePartial(destination + V.Width, count - V.Width, x.high);
        }
    }

    [MethodImpl(Inline)] public static Twice<V, T> Broadcast(T value) => new(V.Broadcast(value), V.Broadcast(value));
    [MethodImpl(Inline)] public static T First(Twice<V, T> x) => V.First(x.low);

    [MethodImpl(Inline)]
    public static Twice<V, T> MoveDown(Twice<V, T> x, int half) => half == V.Width ? new(x.high, x.high) : new(V.MoveDown(x.low, half), x.low);
}
