using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>Conjugate gradients of all problems of a <see cref="ClusterEnsemble"/>; what is a number of each problem is a column [problems, 1]. Its scope is its user's.</summary>
internal sealed class ConjugateDirections
{
    /// <summary>Newton steps for a length; one is exact for the square loss.</summary>
    private const int LengthSteps = 2;

    /// <summary>A length at which the slope has turned by more than this share of its size goes too far, and is halved.</summary>
    private const double Turn = 0.5;

    private const int Halvings = 60;

    /// <summary>Added to squares that are divided by, so that a problem that is solved to the last bit stays where it is.</summary>
    private const double Tiny = 1e-300;

    private readonly ClusterEnsemble problems;
    private readonly ConvexLoss loss;
    private readonly double lambda;
    private readonly Tensor<double> gradient;
    private readonly Tensor<double> direction;
    private readonly Tensor<double> start;
    private readonly Tensor<double> squares;

    public ConjugateDirections(ClusterEnsemble problems, ConvexLoss loss, double lambda)
    {
        this.problems = problems;
        this.loss = loss;
        this.lambda = lambda;
        Weights = Tensor.ZerosLike(problems.Means);
        Scores = Tensor.ZerosLike(problems.Labels);
        gradient = Tensor.EmptyLike(Weights);
        direction = Tensor.EmptyLike(Weights);
        using Scope scope = Scope.Begin();
        problems.ApplyTransposed(loss.Slope(Scores, problems.Labels)).CopyInto(gradient);
        gradient.NegateInto(direction);
        squares = scope.Keep(Dot(gradient, gradient));
        start = scope.Keep(squares + Tiny);
        Measure();
    }

    public Tensor<double> Weights { get; }

    public Tensor<double> Scores { get; }

    /// <summary>The largest gradient, each over what it was at the start.</summary>
    public double Worst { get; private set; }

    public void Step()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> along = problems.Apply(direction), length = Length(along);
        length.TernaryInto<FusedMultiplyAdd>(direction, Weights, Weights);
        length.TernaryInto<FusedMultiplyAdd>(along, Scores, Scores);
        Tensor<double> next = problems.ApplyTransposed(loss.Slope(Scores, problems.Labels)) + (Weights * lambda), zero = Tensor.Scalar(0.0, Weights.Device);
        Tensor<double> share = (Dot(next, next - gradient) / (squares + Tiny)).Maximum(zero);
        Tensor<double> down = -next;
        share.TernaryInto<FusedMultiplyAdd>(direction, down, direction);

        // Where the length was not exact the direction may lead upwards: begin again.
        Dot(next, direction).Less(zero).TernaryInto<Select>(direction, down, direction);
        next.CopyInto(gradient);
        Dot(gradient, gradient).CopyInto(squares);
        Measure();
    }

    /// <summary>How far each problem goes along its direction.</summary>
    private Tensor<double> Length(Tensor<double> along)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> bend = Dot(direction, direction) * lambda, slope = Dot(Weights, direction) * lambda, square = along.Square(), length = Tensor.ZerosLike(bend), newton = default, allowed = default;
        int steps = loss == ConvexLoss.Square ? 1 : LengthSteps;
        for (int i = 0; i < steps; i++)
        {
            Tensor<double> at = i == 0 ? Scores : length.Ternary<FusedMultiplyAdd>(along, Scores);
            Tensor<double> first = Slope(at), second = Dot(loss.Curvature(at, problems.Labels), square) + bend + Tiny;
            allowed = i == 0 ? first.Abs() * Turn : allowed;
            length -= first / second;
            newton = i == 0 ? length : newton;
        }

        // The first length is positive; where curvature fades, the second may lie behind the start, or far beyond the minimum.
        Tensor<double> half = Tensor.Scalar(0.5, along.Device), one = Tensor.Scalar(1.0, along.Device), zero = Tensor.Scalar(0.0, along.Device);
        length = zero.Less(length).Where(length, newton);
        for (int i = 0; steps > 1 && i < Halvings; i++)
        {
            Tensor<double> far = allowed.Less(Slope(length.Ternary<FusedMultiplyAdd>(along, Scores)));
            if (far.Max().Item() == 0)
            {
                break;
            }

            length *= far.Where(half, one);
        }

        return scope.Keep(length);

        Tensor<double> Slope(Tensor<double> at) => Dot(loss.Slope(at, problems.Labels), along) + slope + (length * bend);
    }

    private void Measure()
    {
        using Tensor<double> ratios = squares / start, worst = ratios.Max();
        Worst = Math.Sqrt(worst.Item());
    }

    /// <summary>Inner products of rows.</summary>
    private static Tensor<double> Dot(Tensor<double> x, Tensor<double> y)
    {
        using Tensor<double> products = x * y;
        return products.Sum(1, keepDimension: true);
    }
}
