using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>Newton steps for a convex risk, halved until the objective falls by a share of what the slope promises (Armijo, 1966).</summary>
internal static class NewtonSteps
{
    private const double Decrease = 1e-4;
    private const int Halvings = 40;

    public static (Tensor<double> W, int Iterations) Run(Risk risk, ErmOptions options)
    {
        using Scope scope = Scope.Begin();
        nint p = risk.X.Shape[1];
        Tensor<double> w = Tensor.Zeros<double>([p], risk.X.Device), gradient = Tensor.ZerosLike(w);
        (double objective, _) = risk.Evaluate(w, gradient);
        double scale = Risk.Scale(Vectors.Norm(gradient)), norm = scale;
        int iterations = 0;
        while (norm > options.Tolerance * scale)
        {
            if (iterations == options.MaxIterations || !TryStep(risk, w, gradient, objective, iterations))
            {
                throw risk.NotConverged("Newton's method", iterations, norm, scale, w);
            }

            (objective, _) = risk.Evaluate(w, gradient);
            norm = Vectors.Norm(gradient);
            iterations++;
        }

        risk.CheckAttained(w);
        return (scope.Keep(w), iterations);
    }

    private static bool TryStep(Risk risk, Tensor<double> w, Tensor<double> gradient, double objective, int iteration)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> h = risk.X.MatMul(w), step = Direction(risk, h, gradient, iteration), along = risk.X.MatMul(step);
        double slope = -Vectors.Dot(step, gradient), t = 1;

        // Near the minimum the decrease drowns in the objective's rounding.
        double rounding = 1e-14 * Math.Abs(objective) * Math.Sqrt(h.Size);
        for (int i = 0; i < Halvings; i++, t /= 2)
        {
            Tensor<double> next = w.Clone(), scores = h.Clone();
            next.Update(new SgdUpdate(t), step);
            scores.Update(new SgdUpdate(t), along);
            if (risk.Value(scores, next) <= objective + (Decrease * t * slope) + rounding)
            {
                next.CopyInto(w);
                return true;
            }
        }

        return false;
    }

    /// <summary>(X^T D X + lambda I)^-1 gradient, D the curvatures.</summary>
    private static Tensor<double> Direction(Risk risk, Tensor<double> h, Tensor<double> gradient, int iteration)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> curvatures = risk.Loss.Curvature(h, risk.Y), weighted = risk.X * curvatures.Unsqueeze(1);
        Tensor<double> hessian = risk.X.Transpose().MatMul(weighted) + (Tensor.Identity<double>(gradient.Shape[0], gradient.Device) * risk.Lambda);
        try
        {
            return scope.Keep(Cholesky.Solve(Cholesky.Factor(hessian), gradient));
        }
        catch (ArithmeticException cause)
        {
            throw new GlmException(
                GlmFailure.SingularDesign,
                $"erm: at step {iteration} the Hessian of {risk.X.Shape[0]} rows and {gradient.Shape[0]} features is singular to working precision with lambda = {risk.Lambda}; take a larger lambda, or L-BFGS. ({cause.Message})",
                cause);
        }
    }
}

/// <summary>L-BFGS over the weights as a flat buffer.</summary>
internal static class LBfgsSteps
{
    private const int History = 10;

    public static (Tensor<double> W, int Iterations) Run(Risk risk, ErmOptions options)
    {
        using ParameterBuffer<double> buffer = new();
        buffer.Declare("w", [risk.X.Shape[1]]);
        buffer.Allocate(risk.X.Device);
        using LBfgs<double> optimizer = new(buffer, history: History);
        Known state = new(risk, buffer);
        state.Evaluate();
        double scale = Risk.Scale(Vectors.Norm(buffer.Gradients)), norm = scale;
        int iterations = 0;
        while (norm > options.Tolerance * scale)
        {
            if (iterations == options.MaxIterations)
            {
                throw risk.NotConverged("L-BFGS", iterations, norm, scale, buffer.Values);
            }

            state.IsCurrent = true;
            optimizer.Step(state, static state => state.Evaluate());
            norm = Vectors.Norm(buffer.Gradients);
            iterations++;
        }

        risk.CheckAttained(buffer.Values);
        return (buffer.Values.Clone(), iterations);
    }

    /// <summary>What L-BFGS evaluates; a step begins at the point that was evaluated last, whose gradient still stands in the buffer.</summary>
    private sealed class Known(Risk risk, ParameterBuffer<double> buffer)
    {
        private double objective;

        public bool IsCurrent { get; set; }

        public double Evaluate()
        {
            if (!IsCurrent)
            {
                (objective, _) = risk.Evaluate(buffer.Values, buffer.Gradients);
            }

            IsCurrent = false;
            return objective;
        }
    }
}
