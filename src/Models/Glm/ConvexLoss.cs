using System.Runtime.CompilerServices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>
/// A convex loss l(h, y) of a score h and a target y, with its derivatives by h and its proximal operator: of numbers, and of tensors whose shapes broadcast.
/// </summary>
public abstract class ConvexLoss
{
    private ConvexLoss()
    {
    }

    /// <summary>(h - y)^2 / 2.</summary>
    public static ConvexLoss Square { get; } = Of<SquareFormula>();

    /// <summary>log(1 + exp(-y h)), y = 1 or -1.</summary>
    public static ConvexLoss Logistic { get; } = Of<LogisticFormula>();

    /// <summary>max(0, 1 - y h)^2 / 2, y = 1 or -1.</summary>
    public static ConvexLoss SquaredHinge { get; } = Of<SquaredHingeFormula>();

    /// <summary>r^2 / 2 where |r| is at most 1 and |r| - 1/2 beyond, r = h - y (Huber, 1964).</summary>
    public static ConvexLoss Huber { get; } = Of<HuberFormula>();

    /// <summary>Its name in messages.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the loss depends on y h alone, and targets are 1 and -1; on h - y otherwise.</summary>
    public abstract bool IsMargin { get; }

    /// <summary>A loss by its formula.</summary>
    public static ConvexLoss Of<TFormula>()
        where TFormula : struct, ILossFormula => new Loss<TFormula>();

    /// <summary>l(h, y).</summary>
    public double Value(double h, double y) => ValueAt(Argument(h, y));

    /// <summary>dl/dh.</summary>
    public double Slope(double h, double y) => IsMargin ? y * SlopeAt(y * h) : SlopeAt(h - y);

    /// <summary>d^2 l/dh^2.</summary>
    public double Curvature(double h, double y) => IsMargin ? y * y * CurvatureAt(y * h) : CurvatureAt(h - y);

    /// <summary>
    /// The proximal operator: the x that minimises l(x, y) + (x - omega)^2 / (2 v), the only one. For the square loss (omega + v y) / (1 + v); otherwise by Newton steps
    /// inside a bracket, to rounding.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">v is not positive and finite.</exception>
    public double Prox(double omega, double y, double v)
    {
        if (!(v > 0) || !double.IsFinite(v))
        {
            throw new ArgumentOutOfRangeException(nameof(v), v, $"prox of the {Name} loss: v must be positive and finite.");
        }

        return !IsMargin ? y + Solve(omega - y, v) : y == 0 ? omega : Solve(y * omega, y * y * v) / y;
    }

    /// <summary>l(h, y), element by element.</summary>
    public Tensor<double> Value(Tensor<double> h, Tensor<double> y)
    {
        using Tensor<double> u = Argument(h, y);
        return ValueAt(u);
    }

    /// <summary>dl/dh, element by element.</summary>
    public Tensor<double> Slope(Tensor<double> h, Tensor<double> y)
    {
        using Tensor<double> u = Argument(h, y), slope = SlopeAt(u);
        return IsMargin ? slope * y : slope.Share();
    }

    /// <summary>d^2 l/dh^2, element by element.</summary>
    public Tensor<double> Curvature(Tensor<double> h, Tensor<double> y)
    {
        using Tensor<double> u = Argument(h, y), curvature = CurvatureAt(u);
        if (!IsMargin)
        {
            return curvature.Share();
        }

        using Tensor<double> square = y.Square();
        return curvature * square;
    }

    private protected abstract double ValueAt(double u);

    private protected abstract double SlopeAt(double u);

    private protected abstract double CurvatureAt(double u);

    private protected abstract Tensor<double> ValueAt(Tensor<double> u);

    private protected abstract Tensor<double> SlopeAt(Tensor<double> u);

    private protected abstract Tensor<double> CurvatureAt(Tensor<double> u);

    private double Argument(double h, double y) => IsMargin ? y * h : h - y;

    private Tensor<double> Argument(Tensor<double> h, Tensor<double> y) => IsMargin ? h * y : h - y;

    /// <summary>The z with z + c phi'(z) = w: it lies between w and w - c phi'(w), since phi' never falls.</summary>
    private double Solve(double w, double c)
    {
        const int Most = 2000;
        const double Epsilon = 2.2e-16;
        double slope = SlopeAt(w), end = w - (c * slope), low = Math.Min(w, end), high = Math.Max(w, end), before = double.PositiveInfinity;
        double z = w - (c * slope / (1 + (c * CurvatureAt(w))));
        for (int i = 0; i < Most; i++)
        {
            double pull = c * SlopeAt(z), value = z - w + pull;
            if (!(Math.Abs(value) > Epsilon * (Math.Abs(z) + Math.Abs(w) + Math.Abs(pull))))
            {
                break;
            }

            // Where the slope turns suddenly, Newton steps go from one side of the root to the other and back.
            (low, high) = value > 0 ? (low, z) : (z, high);
            double next = z - (value / (1 + (c * CurvatureAt(z))));
            bool isGood = next > low && next < high && Math.Abs(value) <= 0.5 * before;
            before = Math.Abs(value);
            next = isGood ? next : 0.5 * (low + high);
            if (next == z)
            {
                break;
            }

            z = next;
        }

        return z;
    }

    private sealed class Loss<TFormula> : ConvexLoss
        where TFormula : struct, ILossFormula
    {
        public override string Name => TFormula.Name;

        public override bool IsMargin => TFormula.IsMargin;

        private protected override double ValueAt(double u) => Map.Unary<ValueOf<TFormula>>(u);

        private protected override double SlopeAt(double u) => Map.Unary<SlopeOf<TFormula>>(u);

        private protected override double CurvatureAt(double u) => Map.Unary<CurvatureOf<TFormula>>(u);

        private protected override Tensor<double> ValueAt(Tensor<double> u) => u.Unary<ValueOf<TFormula>>();

        private protected override Tensor<double> SlopeAt(Tensor<double> u) => u.Unary<SlopeOf<TFormula>>();

        private protected override Tensor<double> CurvatureAt(Tensor<double> u) => u.Unary<CurvatureOf<TFormula>>();
    }

    /// <summary>What the loops of the engine need of a formula; errors are those of the formulas here, which are a few operations on operators of 2 ulp.</summary>
    private readonly struct ValueOf<TFormula> : IUnaryOp
        where TFormula : struct, ILossFormula
    {
        public static string Name => TFormula.Name;

        public static double MaxUlpSingle => 5;

        public static double MaxUlpDouble => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V x)
            where V : unmanaged, ILanes<V> => TFormula.Value(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Derivative<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Call<SlopeOf<TFormula>>(x);
    }

    private readonly struct SlopeOf<TFormula> : IUnaryOp
        where TFormula : struct, ILossFormula
    {
        public static string Name => $"{TFormula.Name} slope";

        public static double MaxUlpSingle => 5;

        public static double MaxUlpDouble => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V x)
            where V : unmanaged, ILanes<V> => TFormula.Slope(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Derivative<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Call<CurvatureOf<TFormula>>(x);
    }

    private readonly struct CurvatureOf<TFormula> : IUnaryOp
        where TFormula : struct, ILossFormula
    {
        public static string Name => $"{TFormula.Name} curvature";

        public static double MaxUlpSingle => 5;

        public static double MaxUlpDouble => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V x)
            where V : unmanaged, ILanes<V> => TFormula.Curvature(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Derivative<V>(V x, V y)
            where V : unmanaged, ILanes<V> => TFormula.Third(x);
    }
}
