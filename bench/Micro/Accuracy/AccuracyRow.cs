namespace Onsager.Micro.Accuracy;

/// <summary>One operator's result.</summary>
/// <param name="Name">The operator.</param>
/// <param name="Errors">What was met.</param>
/// <param name="Bound">What the operator publishes.</param>
/// <param name="Limit">The bound and the reference's own error.</param>
/// <param name="InDouble">True for the float64 formula.</param>
/// <param name="Reference">What is known of the reference, for the table.</param>
/// <param name="ReferenceHolds">False when the reference itself failed, or there is none.</param>
internal sealed record AccuracyRow(string Name, Errors Errors, double Bound, double Limit, bool InDouble, string Reference, bool ReferenceHolds)
{
    /// <summary>True when the published bound stands and every NaN, infinity and zero is right.</summary>
    public bool Holds => ReferenceHolds && Errors.Ulp <= Limit && Errors.WrongNaN + Errors.WrongInfinity + Errors.WrongZero == 0;

    /// <summary>For the console.</summary>
    public string Line
    {
        get
        {
            Errors errors = Errors;
            string wrong = errors.WrongInput is double first ? $" (first at {first:R}, {Bits(first)})" : string.Empty;
            return $"{(Holds ? "ok    " : "BROKEN")} {Name,-14} {Ulps(errors.Ulp),10} ulp, bound {Bound}, at {Number(errors.Input)} ({Bits(errors.Input)}); mixed {Ulps(errors.Mixed)}; "
                + $"wrong NaN {errors.WrongNaN}, infinity {errors.WrongInfinity}, zero {errors.WrongZero}{wrong}; reference {Reference}";
        }
    }

    /// <summary>The cells of a Markdown row.</summary>
    public string Markdown =>
        $"| {Name} | {Ulps(Errors.Ulp)} | {Bound} | {Number(Errors.Input)} | `{Bits(Errors.Input)}` | {Ulps(Errors.Mixed)} | {Errors.WrongNaN} / {Errors.WrongInfinity} / {Errors.WrongZero} | {Reference} | {(Holds ? "yes" : "**no**")} |";

    private static string Ulps(double ulp) => ulp < 1e6 ? $"{ulp:F4}" : $"{ulp:E2}";

    private string Number(double x) => InDouble ? $"{x:R}" : $"{(float)x:R}";

    private string Bits(double x) => InDouble ? $"0x{BitConverter.DoubleToUInt64Bits(x):x16}" : $"0x{BitConverter.SingleToUInt32Bits((float)x):x8}";
}
