using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Derivatives against differences of fourth order in float64, and second derivatives through nested dual numbers.</summary>
public class DerivativeTests
{
    private const int Points = 101;
    private const double Tolerance = 1e-8;

    [Theory, MemberData(nameof(OpTable.Names), MemberType = typeof(OpTable))]
    public void Derivatives_are_those_of_the_formula(string name) => OpTable.Row(name).Accept(new Against());

    [Fact]
    public void Dual_arithmetic_follows_the_rules_of_differentiation()
    {
        foreach (double x in (double[])[-2.3, -0.7, 0.4, 1.9])
        {
            AssertClose(Difference(t => Formula<F64x1>(new(t)).Value, x), Formula<Dual<F64x1>>(new(new(x), new(1))).Tangent.Value, "formula", x);
        }

        static V Formula<V>(V x)
            where V : unmanaged, ILanes<V>
        {
            V positive = V.Fma(x, x, V.Of(1));
            V rational = (x - V.Of(3)) / positive * V.Sqrt(positive);
            V chosen = V.SelectLess(x, V.Of(0), V.Abs(x), -x) + V.SelectLessOrEqual(x, V.Of(1), x * x, x) + V.SelectEqual(x, x, x, V.Of(0));
            V bounded = V.Min(x, positive) + (V.Max(x, V.Of(0.1)) * V.Lesser(x, V.Of(1)));
            return rational + chosen + bounded + (V.Greater(x, V.Of(0)) * V.Call<Tanh>(x)) + V.Round(x);
        }
    }

    [Fact]
    public void Work_on_bits_has_no_derivative_and_says_so()
    {
        Dual<F32x1> x = Dual<F32x1>.Of(1);
        foreach ((string name, Action action) in ((string, Action)[])
            [
                ("And", () => Dual<F32x1>.And(x, x)), ("Or", () => Dual<F32x1>.Or(x, x)), ("Xor", () => Dual<F32x1>.Xor(x, x)),
                ("AddBits", () => Dual<F32x1>.AddBits(x, x)), ("SubtractBits", () => Dual<F32x1>.SubtractBits(x, x)),
                ("Scale", () => Dual<F32x1>.Scale(x, x)), ("IntegerToFloat", () => Dual<F32x1>.IntegerToFloat(x)),
                ("ShiftLeftBits", () => Dual<F32x1>.ShiftLeftBits(x, 1)), ("ShiftRightBits", () => Dual<F32x1>.ShiftRightBits(x, 1)),
            ])
        {
            Assert.Equal(
                $"Dual.{name}: work on bits has no derivative; differentiate the operator through Dual.Call.",
                Assert.Throws<NotSupportedException>(action).Message);
        }
    }

    /// <summary>f'(x) with an error of h^4 f^(5) / 30.</summary>
    private static double Difference(Func<double, double> f, double x)
    {
        double h = 1e-3 * Math.Max(1, Math.Abs(x) / 4);
        return ((8 * (f(x + h) - f(x - h))) - (f(x + (2 * h)) - f(x - (2 * h)))) / (12 * h);
    }

    private static void AssertClose(double expected, double actual, string name, double x, double y = 0) =>
        Assert.True(
            Math.Abs(expected - actual) <= Tolerance * Math.Max(1, Math.Abs(expected)),
            $"derivative of {name} at ({x:R}, {y:R}) is {actual:R}, differences say {expected:R}");

    private sealed class Against : IOpVisitor
    {
        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            foreach ((double low, double high) in row.Smooth)
            {
                for (int i = 0; i < Points; i++)
                {
                    double x = low + ((high - low) * (i + 0.5) / Points);
                    double slope = TOp.Derivative<F64x1>(new(x), TOp.Apply<F64x1>(new(x))).Value;
                    AssertClose(Difference(t => TOp.Apply<F64x1>(new(t)).Value, x), slope, TOp.Name, x);

                    Dual<F64x1> Called(double t) => Dual<F64x1>.Call<TOp>(new(new(t), new(1)));
                    Assert.Equal(slope, Called(x).Tangent.Value);

                    Dual<Dual<F64x1>> twice = Dual<Dual<F64x1>>.Call<TOp>(new(new(new(x), new(1)), new(new(1), new(0))));
                    Assert.Equal(slope, twice.Value.Tangent.Value);
                    AssertClose(Difference(t => Called(t).Tangent.Value, x), twice.Tangent.Tangent.Value, TOp.Name + "'", x);
                }
            }

            foreach ((double x, double slope) in row.Kinks)
            {
                Assert.Equal(slope, TOp.Derivative<F64x1>(new(x), TOp.Apply<F64x1>(new(x))).Value);
                Assert.Equal(slope, TOp.Derivative<F32x1>(new((float)x), TOp.Apply<F32x1>(new((float)x))).Value);
            }
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            foreach ((double signed, double y, _) in AwayFromKinks())
            {
                double x = row.PositiveX ? 0.5 + Math.Abs(signed) : signed;
                F64x1 X = new(x), Y = new(y), Z = TOp.Apply(X, Y);
                F64x1 slopeX = TOp.DerivativeX(X, Y, Z), slopeY = TOp.DerivativeY(X, Y, Z);
                AssertClose(Difference(t => TOp.Apply<F64x1>(new(t), Y).Value, x), slopeX.Value, TOp.Name + " by x", x, y);
                AssertClose(Difference(t => TOp.Apply<F64x1>(X, new(t)).Value, y), slopeY.Value, TOp.Name + " by y", x, y);

                // The derivatives are formulas too: carried by dual numbers, they give the second derivatives.
                Dual<F64x1> byX = TOp.DerivativeX<Dual<F64x1>>(new(X, new(1)), new(Y, new(0)), new(Z, slopeX));
                Dual<F64x1> byY = TOp.DerivativeY<Dual<F64x1>>(new(X, new(0)), new(Y, new(1)), new(Z, slopeY));
                double twiceX = Difference(t => TOp.DerivativeX<F64x1>(new(t), Y, TOp.Apply<F64x1>(new(t), Y)).Value, x);
                double twiceY = Difference(t => TOp.DerivativeY<F64x1>(X, new(t), TOp.Apply<F64x1>(X, new(t))).Value, y);
                AssertClose(twiceX, byX.Tangent.Value, TOp.Name + " by x twice", x, y);
                AssertClose(twiceY, byY.Tangent.Value, TOp.Name + " by y twice", x, y);
            }

            foreach ((double x, double y, double slopeX, double slopeY) in row.Kinks)
            {
                F64x1 z = TOp.Apply<F64x1>(new(x), new(y));
                Assert.Equal((slopeX, slopeY), (TOp.DerivativeX<F64x1>(new(x), new(y), z).Value, TOp.DerivativeY<F64x1>(new(x), new(y), z).Value));
            }
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp
        {
            foreach ((double x, double y, double z) in AwayFromKinks())
            {
                F64x1 X = new(x), Y = new(y), Z = new(z), W = TOp.Apply(X, Y, Z);
                AssertClose(Difference(t => TOp.Apply<F64x1>(new(t), Y, Z).Value, x), TOp.DerivativeX(X, Y, Z, W).Value, TOp.Name + " by x", x, y);
                AssertClose(Difference(t => TOp.Apply<F64x1>(X, new(t), Z).Value, y), TOp.DerivativeY(X, Y, Z, W).Value, TOp.Name + " by y", x, y);
                AssertClose(Difference(t => TOp.Apply<F64x1>(X, Y, new(t)).Value, z), TOp.DerivativeZ(X, Y, Z, W).Value, TOp.Name + " by z", x, y);
            }

            foreach ((double x, double y, double z, double slopeX, double slopeY, double slopeZ) in row.Kinks)
            {
                F64x1 X = new(x), Y = new(y), Z = new(z), W = TOp.Apply(X, Y, Z);
                Assert.Equal(
                    (slopeX, slopeY, slopeZ), (TOp.DerivativeX(X, Y, Z, W).Value, TOp.DerivativeY(X, Y, Z, W).Value, TOp.DerivativeZ(X, Y, Z, W).Value));
            }
        }

        /// <summary>x from both signs, y and z positive; no two arguments are near each other or near 0, where selections and quotients jump.</summary>
        private static IEnumerable<(double X, double Y, double Z)> AwayFromKinks()
        {
            Random random = new(1);
            for (int i = 0; i < Points;)
            {
                double x = (random.NextDouble() * 6) - 3, y = 0.5 + (random.NextDouble() * 2.5), z = random.NextDouble();
                if (Math.Abs(x - y) > 0.05 && Math.Abs(x) > 0.05 && Math.Abs(x - z) > 0.01 && Math.Abs(y - z) > 0.01)
                {
                    yield return (x, y, z);
                    i++;
                }
            }
        }
    }
}
