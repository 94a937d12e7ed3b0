using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>What vectors do in place, in one pass and on any device: an optimizer's step is the y + a x of the BLAS.</summary>
internal static class Vectors
{
    /// <summary>y += a x, rounded once.</summary>
    public static void Add(Tensor<double> y, double a, Tensor<double> x) => y.Update(new SgdUpdate(-a), x);

    /// <summary>y *= a.</summary>
    public static void Scale(Tensor<double> y, double a)
    {
        using Tensor<double> factor = Tensor.Scalar(a, y.Device);
        y.MultiplyInto(factor, y);
    }

    /// <summary>The inner product, in the fixed order of sums.</summary>
    public static double Dot(Tensor<double> x, Tensor<double> y)
    {
        using Tensor<double> products = x * y, sum = products.Sum();
        return sum.Item();
    }

    /// <summary>The Euclidean norm; infinite where its square is.</summary>
    public static double Norm(Tensor<double> x) => Math.Sqrt(Dot(x, x));

    /// <summary>Improves x until A x = b to two units of rounding, or as far as rounding lets it, by conjugate gradients; A is symmetric positive definite.</summary>
    public static void Solve<TOperator>(in TOperator a, Tensor<double> b, Tensor<double> x)
        where TOperator : ILinearOperator<double>
    {
        int most = (int)nint.Min((2 * b.Size) + 20, int.MaxValue);
        using Tensor<double> solution = ConjugateGradients.Solve(in a, b, new(4.5e-16, most, Patience: 4), x).X;
        solution.CopyInto(x);
    }

    /// <summary>The Euclidean distance.</summary>
    public static double Distance(Tensor<double> x, Tensor<double> y)
    {
        using Tensor<double> difference = x - y;
        return Norm(difference);
    }
}
