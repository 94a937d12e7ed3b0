namespace Onsager.Simd;

/// <summary>What a reduction finds out about its elements before it adds them up.</summary>
public enum FirstPass
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Their sum, in the fixed order.</summary>
    Sum,

    /// <summary>Their IEEE 754-2019 maximum: NaN wins, +0 is above -0.</summary>
    Maximum,

    /// <summary>Their IEEE 754-2019 minimum: NaN wins, -0 is below +0.</summary>
    Minimum,

    /// <summary>The maximum of their magnitudes; NaN wins.</summary>
    LargestMagnitude,
}

/// <summary>
/// A reduction as formulas: a first pass, what its result is prepared to, what each element then adds to its lane of the fixed order,
/// and what becomes of the total. The loops over rows, columns and any axes are written once for all of them.
/// </summary>
public interface IReduction
{
    /// <summary>The lower-case name, as messages print it.</summary>
    static abstract string Name { get; }

    /// <summary>The first pass.</summary>
    static abstract FirstPass First { get; }

    /// <summary>True when the elements are then added up; false when the first pass is the result.</summary>
    static abstract bool AddsUp { get; }

    /// <summary>The result of no elements; null where it has no value.</summary>
    static abstract double? Empty { get; }

    /// <summary>What the terms see of the first pass's result.</summary>
    static abstract V Prepare<V>(V first, V count)
        where V : unmanaged, ILanes<V>;

    /// <summary>The lane after one element joined it. Without a first pass, an element 0 leaves a lane that began at +0 as it is.</summary>
    static abstract V Add<V>(V lane, V x, V prepared)
        where V : unmanaged, ILanes<V>;

    /// <summary>The result, from the total (or the first pass's result, where nothing is added up), what the terms saw, and the divisor.</summary>
    static abstract V Finish<V>(V total, V prepared, V divisor)
        where V : unmanaged, ILanes<V>;

    /// <summary>What the result sees of the number of elements, on the host; it is rounded to the lane's type.</summary>
    double Divisor(double count);
}
