namespace Onsager.Tensors;

/// <summary>A function of complex numbers: its parts from the parts of the argument, and its gradient.</summary>
internal interface IComplexFunction
{
    static abstract string Name { get; }

    /// <summary>The real and the imaginary parts of f(x + iy), for parts of one shape; made of tensor operations, which a scope around releases.</summary>
    static abstract (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged;

    /// <summary>The gradient by z from the gradient dw by w = f(z): conj(f'(z)) dw where f is holomorphic.</summary>
    static abstract ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged;
}

/// <summary>A function of two complex numbers.</summary>
internal interface IComplexFunction2
{
    static abstract string Name { get; }

    /// <summary>The parts of f(a + ib, c + id); the shapes broadcast.</summary>
    static abstract (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> a, Tensor<T> b, Tensor<T> c, Tensor<T> d)
        where T : unmanaged;

    /// <summary>The gradients by x and y from the gradient dz by z = f(x, y).</summary>
    static abstract (ComplexTensor<T> X, ComplexTensor<T> Y) Vjp<T>(ComplexTensor<T> x, ComplexTensor<T> y, ComplexTensor<T> z, ComplexTensor<T> dz)
        where T : unmanaged;
}

/// <summary>
/// Carries functions of complex numbers out. What they are made of is not recorded: choices between formulas would multiply the infinite
/// derivatives of those that are not chosen by 0. A rule in complex numbers stands for all of it. Where nothing is followed, no rule is made: that would take memory.
/// </summary>
internal static class ComplexFunctions
{
    /// <summary>-i f(iz): what sines, tangents and arc tangents are of hyperbolic functions.</summary>
    public static (Tensor<T> Real, Tensor<T> Imaginary) Turned<TFunction, T>(Tensor<T> x, Tensor<T> y)
        where TFunction : struct, IComplexFunction
        where T : unmanaged
    {
        (Tensor<T> real, Tensor<T> imaginary) = TFunction.Apply(-y, x);
        return (imaginary, -real);
    }

    public static ComplexTensor<T> Apply<TFunction, T>(ComplexTensor<T> z)
        where TFunction : struct, IComplexFunction
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(TFunction.Name);
        return new(!Tape.IsFollowed(z.Planes.Node)
            ? Forward<TFunction, T>(z.Planes)
            : Autodiff.Custom(z.Planes, Forward<TFunction, T>, Backward<TFunction, T>, TFunction.Name));
    }

    public static ComplexTensor<T> Apply<TFunction, T>(ComplexTensor<T> x, ComplexTensor<T> y)
        where TFunction : struct, IComplexFunction2
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(TFunction.Name);
        Shape shape = Shape.Broadcast(x.Shape, y.Shape, TFunction.Name);
        using Tensor<T> left = Spread(x, shape), right = Spread(y, shape);
        return new(!Tape.IsFollowed(left.Node) && !Tape.IsFollowed(right.Node)
            ? Forward2<TFunction, T>(left, right)
            : Autodiff.Custom(left, right, Forward2<TFunction, T>, Backward2<TFunction, T>, TFunction.Name));
    }

    /// <summary>The gradient conj(slope) dw of a holomorphic function.</summary>
    public static ComplexTensor<T> Chain<T>(ComplexTensor<T> slope, ComplexTensor<T> dw)
        where T : unmanaged => slope.Conjugate() * dw;

    /// <summary>The planes, [2, ...], seen in a shape that the numbers broadcast to.</summary>
    public static Tensor<T> Spread<T>(ComplexTensor<T> z, Shape shape)
        where T : unmanaged
    {
        if (z.Shape == shape)
        {
            return z.Planes.Share();
        }

        if (shape.Rank == Shape.MaxRank)
        {
            throw new NotSupportedException($"complex: {shape} has {Shape.MaxRank} axes; complex numbers have {Shape.MaxRank - 1} at most.");
        }

        using Scope scope = Scope.Begin();
        Tensor<T> planes = z.Planes;
        for (int rank = z.Rank; rank < shape.Rank; rank++)
        {
            planes = planes.Unsqueeze(1);
        }

        Span<nint> extents = stackalloc nint[shape.Rank + 1];
        extents[0] = 2;
        shape.AsSpan().CopyTo(extents[1..]);
        return scope.Keep(planes.Expand(Shape.Create(extents)));
    }

    private static Tensor<T> Forward<TFunction, T>(Tensor<T> planes)
        where TFunction : struct, IComplexFunction
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        (Tensor<T> real, Tensor<T> imaginary) = TFunction.Apply(planes.Select(0, 0), planes.Select(0, 1));
        return scope.Keep(Tensor.Stack(0, real, imaginary));
    }

    private static Tensor<T> Backward<TFunction, T>(Tensor<T> z, Tensor<T> w, Tensor<T> dw)
        where TFunction : struct, IComplexFunction
        where T : unmanaged => TFunction.Vjp(new ComplexTensor<T>(z), new ComplexTensor<T>(w), new ComplexTensor<T>(dw)).Planes;

    private static Tensor<T> Forward2<TFunction, T>(Tensor<T> x, Tensor<T> y)
        where TFunction : struct, IComplexFunction2
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        (Tensor<T> real, Tensor<T> imaginary) = TFunction.Apply(x.Select(0, 0), x.Select(0, 1), y.Select(0, 0), y.Select(0, 1));
        return scope.Keep(Tensor.Stack(0, real, imaginary));
    }

    private static (Tensor<T> X, Tensor<T> Y) Backward2<TFunction, T>(Tensor<T> x, Tensor<T> y, Tensor<T> z, Tensor<T> dz)
        where TFunction : struct, IComplexFunction2
        where T : unmanaged
    {
        (ComplexTensor<T> dx, ComplexTensor<T> dy) = TFunction.Vjp(new ComplexTensor<T>(x), new ComplexTensor<T>(y), new ComplexTensor<T>(z), new ComplexTensor<T>(dz));
        return (dx.Planes, dy.Planes);
    }
}
