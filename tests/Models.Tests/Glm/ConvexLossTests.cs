using System.Runtime.CompilerServices;
using Onsager.Models.Glm;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Glm;

/// <summary>Losses against their definitions, their derivatives against differences, and proximal points against what makes them so.</summary>
public sealed class ConvexLossTests
{
    private static readonly Dictionary<string, (ConvexLoss Loss, Func<double, double, double> Value)> All = new()
    {
        ["square"] = (ConvexLoss.Square, static (h, y) => 0.5 * (h - y) * (h - y)),
        ["logistic"] = (ConvexLoss.Logistic, static (h, y) => Math.Max(0, -y * h) + Math.Log(1 + Math.Exp(-Math.Abs(h)))),
        ["squared hinge"] = (ConvexLoss.SquaredHinge, static (h, y) => 0.5 * Math.Pow(Math.Max(0, 1 - (y * h)), 2)),
        ["huber"] = (ConvexLoss.Huber, static (h, y) => Math.Abs(h - y) <= 1 ? 0.5 * (h - y) * (h - y) : Math.Abs(h - y) - 0.5),
        ["exponential"] = (ConvexLoss.Of<ExponentialFormula>(), static (h, y) => Math.Exp(-y * h)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_derivatives(string name)
    {
        (ConvexLoss loss, Func<double, double, double> value) = All[name];
        Assert.Equal(name, loss.Name);
        foreach (double y in (ReadOnlySpan<double>)[1, -1])
        {
            for (double h = -3.05; h < 3.1; h += 0.1)
            {
                Assert.Equal(value(h, y), loss.Value(h, y), 1e-14);
                const double Step = 1e-5;
                Assert.Equal((value(h + Step, y) - value(h - Step, y)) / (2 * Step), loss.Slope(h, y), 1e-8 * (1 + Math.Abs(loss.Slope(h, y))));
                if (loss.Curvature(h - Step, y) == loss.Curvature(h + Step, y) || loss.IsMargin)
                {
                    Assert.Equal((loss.Slope(h + Step, y) - loss.Slope(h - Step, y)) / (2 * Step), loss.Curvature(h, y), 1e-8 * (1 + loss.Curvature(h, y)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tensors_have_the_bits_of_numbers_and_derivatives_of_any_order(string name)
    {
        using Scope scope = Scope.Begin();
        ConvexLoss loss = All[name].Loss;
        Tensor<double> h = new RandomStream(1).Normal<double>([5, 7]), y = new RandomStream(2).Rademacher<double>([7]);
        Tensor<double> values = loss.Value(h, y), slopes = loss.Slope(h, y), curvatures = loss.Curvature(h, y);
        for (nint i = 0; i < 5; i++)
        {
            for (nint j = 0; j < 7; j++)
            {
                Assert.Equal((loss.Value(h[i, j], y[j]), loss.Slope(h[i, j], y[j]), loss.Curvature(h[i, j], y[j])), (values[i, j], slopes[i, j], curvatures[i, j]));
            }
        }

        Assert.Equal(slopes.ToArray(), Autodiff.Grad(h, h => loss.Value(h, y).Sum()).ToArray());
        Assert.Equal(curvatures.ToArray(), Autodiff.Grad(h, h => loss.Slope(h, y).Sum()).ToArray());
        Tensor<double> third = Autodiff.Grad(h, h => loss.Curvature(h, y).Sum()), up = loss.Curvature(h + 1e-5, y), down = loss.Curvature(h - 1e-5, y);
        double[] differences = ((up - down) / 2e-5).ToArray();
        Assert.All(third.ToArray().Zip(differences), pair => Assert.Equal(pair.Second, pair.First, 1e-8 * (1 + Math.Abs(pair.First))));
    }

    /// <summary>x + v l'(x) = omega to rounding, for weights from 10^-6 to 10^6 and far scores; it is a contraction.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Proximal_points_are_where_the_slope_says(string name)
    {
        ConvexLoss loss = All[name].Loss;
        foreach (double y in (ReadOnlySpan<double>)[1, -1])
        {
            foreach (double v in (ReadOnlySpan<double>)[1e-6, 0.1, 1, 30, 1e3, 1e6])
            {
                double before = double.NegativeInfinity, last = 0;
                foreach (double omega in (ReadOnlySpan<double>)[-300, -30, -2, -0.5, 0, 0.3, 1, 5, 40, 500])
                {
                    double x = loss.Prox(omega, y, v), pull = v * loss.Slope(x, y);

                    // x and y are rounded, and the slope moves with them.
                    double rounding = (1e-15 * (Math.Abs(x) + Math.Abs(pull) + Math.Abs(omega) + 1)) + (4e-16 * v * loss.Curvature(x, y) * (Math.Abs(x) + 1));
                    Assert.True(Math.Abs(x + pull - omega) <= rounding, $"v = {v}, omega = {omega}: x = {x:R}");
                    Assert.True(before == double.NegativeInfinity || (x >= last && x - last <= (omega - before) * (1 + 1e-12)), $"v = {v}, omega = {omega}: {last:R} and {x:R}");
                    (before, last) = (omega, x);
                }
            }
        }
    }

    [Fact]
    public void Proximal_points_in_closed_form()
    {
        Assert.Equal((0.7 + (2 * 3)) / 3, ConvexLoss.Square.Prox(0.7, 3, 2), 1e-15);
        Assert.Equal((-0.5 + 2) / 3, ConvexLoss.SquaredHinge.Prox(-0.5, 1, 2), 1e-15);
        Assert.Equal(1.5, ConvexLoss.SquaredHinge.Prox(1.5, 1, 2));
        Assert.Equal(10 - 2.0, ConvexLoss.Huber.Prox(10, 0, 2), 1e-15);
        Assert.Equal(0.25, ConvexLoss.Logistic.Prox(0.25, 0, 2));
        Throws.Exactly<ArgumentOutOfRangeException>("prox of the logistic loss: v must be positive and finite.", () => ConvexLoss.Logistic.Prox(0, 1, 0));
        Throws.Exactly<ArgumentOutOfRangeException>("prox of the logistic loss: v must be positive and finite.", () => ConvexLoss.Logistic.Prox(0, 1, double.NaN));
        Assert.True(double.IsNaN(ConvexLoss.Logistic.Prox(double.NaN, 1, 1)));
    }

    /// <summary>A loss of the user's own: exp(-u).</summary>
    private readonly struct ExponentialFormula : ILossFormula
    {
        public static string Name => "exponential";

        public static bool IsMargin => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Value<V>(V u)
            where V : unmanaged, ILanes<V> => Exp.Apply(-u);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V>(V u)
            where V : unmanaged, ILanes<V> => -Exp.Apply(-u);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Curvature<V>(V u)
            where V : unmanaged, ILanes<V> => Exp.Apply(-u);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Third<V>(V u)
            where V : unmanaged, ILanes<V> => -Exp.Apply(-u);
    }
}
