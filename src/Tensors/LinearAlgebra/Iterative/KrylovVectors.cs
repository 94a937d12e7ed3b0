using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>What iterations do with vectors, on whatever device they are. Scalars of the iteration are doubles, rounded to the element where they meet a vector.</summary>
internal static class KrylovVectors
{
    /// <summary>A right side [..., n].</summary>
    public static void CheckAny<T>(string operation, Tensor<T> b)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        if (b.Rank == 0)
        {
            throw new ArgumentException($"{operation}: a vector [n] or a batch of vectors [..., n] is needed; got {b.Shape}.");
        }
    }

    /// <summary>A right side [n].</summary>
    public static void Check<T>(string operation, Tensor<T> b, bool mayBeTracked = false)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        if (b.Rank != 1)
        {
            throw new ArgumentException($"{operation}: a vector is needed; got {b.Shape}.");
        }

        if (!mayBeTracked)
        {
            Tape.RefuseTracked(b.Node, operation);
        }
    }

    /// <summary>The right side in memory that no derivative follows.</summary>
    public static Tensor<T> Right<T>(Tensor<T> b)
        where T : unmanaged => Tape.Records(b.Node, b.Node, b.Node) ? Autodiff.StopGradient(b) : b.Contiguous();

    /// <summary>The sum of products in the fixed order.</summary>
    public static double Dot<T>(Tensor<T> x, Tensor<T> y, Tensor<T> beside)
        where T : unmanaged
    {
        x.BinaryInto<Multiply>(y, beside);
        using Tensor<T> sum = beside.Sum();
        return Scalars.ToDouble(sum.Item());
    }

    public static double Norm<T>(Tensor<T> x)
        where T : unmanaged
    {
        using Tensor<T> flat = x.Rank == 1 ? x.Share() : x.Reshape(-1), norm = Norms.Vector(flat);
        return Scalars.ToDouble(norm.Item());
    }

    /// <summary>y += alpha x.</summary>
    public static void Add<T>(double alpha, Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        using Tensor<T> factor = Tensor.Scalar(Tensor.Constant<T>(alpha), x.Device);
        x.TernaryInto<FusedMultiplyAdd>(factor, y, y);
    }

    /// <summary>y = x + beta y.</summary>
    public static void Scale<T>(double beta, Tensor<T> y, Tensor<T> x)
        where T : unmanaged
    {
        using Tensor<T> factor = Tensor.Scalar(Tensor.Constant<T>(beta), x.Device);
        y.TernaryInto<FusedMultiplyAdd>(factor, x, y);
    }

    /// <summary>y = x / divisor.</summary>
    public static void Divide<T>(Tensor<T> x, double divisor, Tensor<T> y)
        where T : unmanaged
    {
        using Tensor<T> factor = Tensor.Scalar(Tensor.Constant<T>(divisor), x.Device);
        x.BinaryInto<Divide>(factor, y);
    }

    /// <summary>r = b - A x.</summary>
    public static void Residual<TOperator, T>(in TOperator a, Tensor<T> x, Tensor<T> b, Tensor<T> r)
        where TOperator : ILinearOperator<T>
        where T : unmanaged
    {
        a.Apply(x, r);
        b.BinaryInto<Subtract>(r, r);
    }

    /// <summary>The start that the caller gave, or zeros.</summary>
    public static Tensor<T> Start<T>(string operation, Tensor<T> b, Tensor<T>? start)
        where T : unmanaged
    {
        if (start is not { } given)
        {
            return Tensor.ZerosLike(b);
        }

        if (given.Shape != b.Shape || given.Device != b.Device)
        {
            throw new ArgumentException($"{operation}: the start has shape {given.Shape} on {given.Device}, the right side {b.Shape} on {b.Device}.", nameof(start));
        }

        Tape.RefuseTracked(given.Node, operation);
        return given.Clone();
    }
}
