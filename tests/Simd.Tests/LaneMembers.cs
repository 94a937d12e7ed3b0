namespace Onsager.Simd.Tests;

/// <summary>A member of the lanes, to be run by a driver at any width.</summary>
internal interface IMember
{
    static abstract V Of<V>(V x, V y)
        where V : unmanaged, ILanes<V>;
}

/// <summary>A member as an operator.</summary>
internal readonly struct Member<TMember> : IBinaryOp
    where TMember : struct, IMember
{
    public static string Name => typeof(TMember).Name;

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => TMember.Of(x, y);

    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => throw new NotSupportedException();

    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => throw new NotSupportedException();
}

/// <summary>The members that operators use.</summary>
internal static class LaneMembers
{
    public readonly struct Round : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Round(x);
    }

    public readonly struct Lesser : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Lesser(x, y);
    }

    public readonly struct Greater : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Greater(x, y);
    }

    /// <summary>Inside the member's range: |x| in [1, 2) from x's fraction, n integral within the type's limit.</summary>
    public readonly struct Scale : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V>
        {
            V one = V.OfBits(V.IsDouble ? 0x3FF0000000000000 : 0x3F800000), fraction = V.OfBits(V.IsDouble ? 0x000FFFFFFFFFFFFF : 0x007FFFFF);
            V limit = V.Of(V.IsDouble ? 2000 : 250);
            return V.Scale(V.Or(one, V.And(x, fraction)), V.Round(V.Greater(-limit, V.Lesser(limit, V.SelectEqual(y, y, y * V.Of(100), V.Of(0))))));
        }
    }

    public readonly struct SelectLessOrEqual : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.SelectLessOrEqual(x, y, x, V.Of(7));
    }

    /// <summary>
    /// A register-wide answer cannot be the same at every width lane by lane; what must be is that yes means yes in every lane, and that
    /// lanes which are all one say what the one says.
    /// </summary>
    public readonly struct AllLess : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V>
        {
            V each = V.SelectLess(x, y, V.Of(1), V.Of(0));
            bool right = V.AllLess(V.Of(1), V.Of(2)) && !V.AllLess(V.Of(2), V.Of(2)) && !V.AllLess(V.Of(double.NaN), V.Of(2));
            V wrong = V.Of(right && !(V.AllLess(each, V.Of(1)) && V.AllLess(V.Of(0), each)) ? 0 : 5);
            V yes = V.Of(V.AllLess(x, y) ? 1 : 0);
            return V.SelectLessOrEqual(yes, each, each, V.Of(7)) + wrong;
        }
    }

    public readonly struct And : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.And(x, y);
    }

    public readonly struct Or : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Or(x, y);
    }

    public readonly struct Xor : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Xor(x, y);
    }

    public readonly struct AddBits : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.AddBits(x, y);
    }

    public readonly struct SubtractBits : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.SubtractBits(x, y);
    }

    public readonly struct Shifts : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Xor(V.ShiftLeftBits(x, 7), V.ShiftRightBits(y, 9));
    }

    public readonly struct IntegerToFloat : IMember
    {
        public static V Of<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.IntegerToFloat(V.Xor(x, y));
    }
}
