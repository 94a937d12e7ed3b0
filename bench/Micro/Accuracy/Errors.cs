namespace Onsager.Micro.Accuracy;

/// <summary>
/// The errors met so far. The unit in the last place is that of the exact result r: |y - r| 2^(p - 1 - e) with 2^e at most |r|, e held to
/// the format's range (2^-149 or 2^-1074 below the normal numbers), and an infinite y counting as the first power of two beyond the range.
/// </summary>
internal struct Errors
{
    private double worstUlp, worstInput;

    /// <summary>The largest error in units in the last place.</summary>
    public readonly double Ulp => worstUlp;

    /// <summary>Where it was met.</summary>
    public readonly double Input => worstInput;

    /// <summary>The largest |y - r| / max(1, |r|) in units of 2^-23 (2^-52 in float64): what is left to say near a zero that no float hits.</summary>
    public double Mixed { get; private set; }

    /// <summary>Results that are NaN where they must not be, or numbers where NaN belongs.</summary>
    public long WrongNaN { get; set; }

    /// <summary>Infinities missing, or of the wrong sign, or in place of a number far from them.</summary>
    public long WrongInfinity { get; set; }

    /// <summary>Zeros of the wrong sign.</summary>
    public long WrongZero { get; set; }

    /// <summary>The first input of a wrong NaN, infinity or zero.</summary>
    public double? WrongInput { get; private set; }

    /// <summary>Counts an ordinary result.</summary>
    public void Add(double ulp, double mixed, double input)
    {
        if (ulp > worstUlp || (ulp == worstUlp && ulp > 0 && Math.Abs(input) < Math.Abs(worstInput)))
        {
            (worstUlp, worstInput) = (ulp, input);
        }

        Mixed = Math.Max(Mixed, mixed);
    }

    /// <summary>
    /// Judges a result that is not ordinary: the reference or the result is NaN, infinite or zero, or lies at the ends of the range. The
    /// reference's sign is read where it is zero or infinite.
    /// </summary>
    /// <param name="input">x, for the report.</param>
    /// <param name="y">The result.</param>
    /// <param name="reference">The exact result as a double, or infinity or zero where it leaves double's range.</param>
    /// <param name="precision">24 or 53.</param>
    /// <param name="most">The largest exponent: 127 or 1023.</param>
    public void AddSpecial(double input, double y, double reference, int precision, int most)
    {
        int least = 2 - most - precision;
        if (double.IsNaN(y) || double.IsNaN(reference))
        {
            WrongNaN += Wrong(double.IsNaN(y) != double.IsNaN(reference), input);
        }
        else if (double.IsInfinity(y) && Math.Abs(reference) >= Math.ScaleB(1 - Math.ScaleB(1, -precision - 1), most) * 2)
        {
            WrongInfinity += Wrong(double.IsNegative(y) != double.IsNegative(reference), input);
        }
        else if (double.IsInfinity(y) || double.IsInfinity(reference))
        {
            WrongInfinity += Wrong(true, input);
        }
        else
        {
            WrongZero += Wrong(y == 0 && Math.Abs(reference) < Math.ScaleB(0.5, least) && double.IsNegative(y) != double.IsNegative(reference), input);
            int exponent = reference == 0 ? least : int.Min(Math.ILogB(reference), most);
            double difference = Math.Abs(y - reference);
            Add(Math.ScaleB(difference, -int.Max(exponent - precision + 1, least)), Math.ScaleB(difference, precision - 1) / Math.Max(1, Math.Abs(reference)), input);
        }
    }

    /// <summary>Both together.</summary>
    public void Add(in Errors other)
    {
        Add(other.worstUlp, other.Mixed, other.worstInput);
        WrongNaN += other.WrongNaN;
        WrongInfinity += other.WrongInfinity;
        WrongZero += other.WrongZero;
        WrongInput ??= other.WrongInput;
    }

    private int Wrong(bool wrong, double input)
    {
        if (wrong)
        {
            WrongInput ??= input;
        }

        return wrong ? 1 : 0;
    }
}
