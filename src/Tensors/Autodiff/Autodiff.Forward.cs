namespace Onsager.Tensors;

/// <content>Derivatives along a direction, and whole matrices of them.</content>
public static partial class Autodiff
{
    /// <summary>
    /// The value of f at x and the Jacobian-vector product: f's derivative along dx, in the shape of f's result. It is the derivative of the
    /// vector-Jacobian product by its vector, in which that is linear, so that every operation with a reverse rule has a forward one.
    /// </summary>
    /// <exception cref="ArgumentException">dx has not x's shape.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    /// <remarks>"A new trick for calculating Jacobian vector products", J. Townsend, 2017. Costs one run of f and two backward runs.</remarks>
    public static (Tensor<T> Value, Tensor<T> Tangent) Jvp<T>(Tensor<T> x, Tensor<T> dx, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        CheckDirection("jvp", x, dx);
        using Scope scope = Scope.Begin();
        Tensor<T> own = Own(x);
        Tape across = Tape.Begin();
        try
        {
            Tensor<T> value, cotangent, gradient;
            Tape along = Tape.Begin();
            try
            {
                along.Follow(own.Node, null);
                Tensor<T> y = f(own);
                value = y.Node.Storage == own.Node.Storage ? y.Clone() : y.Share();
                cotangent = Tensor.Zeros<T>(y.Shape, y.Device);
                across.Follow(cotangent.Node, null);
                along.Backward<T>(y.Node, cotangent.Node);
                gradient = along.Gradient<T>(own.Node);
            }
            finally
            {
                along.End();
            }

            using Tensor<T> product = gradient * dx, inner = product.Sum();
            across.Backward<T>(inner.Node);
            Tensor<T> tangent = across.Gradient<T>(cotangent.Node);
            return (scope.Keep(value), scope.Keep(tangent));
        }
        finally
        {
            across.End();
        }
    }

    /// <summary>The Hessian-vector product of f at x along v, in x's shape: the gradient of the inner product of f's gradient and v.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar, or v has not x's shape.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static Tensor<T> Hvp<T>(Tensor<T> x, Tensor<T> v, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        return Hvp(x, v, f, static (x, f) => f(x));
    }

    /// <summary>The Hessian-vector product of f at x along v, in x's shape; the state is passed on to f.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar, or v has not x's shape.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static Tensor<T> Hvp<T, TState>(Tensor<T> x, Tensor<T> v, TState state, Func<Tensor<T>, TState, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        CheckDirection("hvp", x, v);
        if (Tape.IsActive)
        {
            return ValueAndGrad(x, (v, state, f), static (x, given) =>
            {
                using Tensor<T> gradient = Inside(x, given.state, given.f, isOwn: true).Gradient, product = gradient * given.v;
                return product.Sum();
            }).Gradient;
        }

        // The inner product's gradient by f's gradient is v, to the bit.
        using Scope scope = Scope.Begin();
        Tensor<T> own = Own(x), result = Tensor.Empty<T>(x.Shape, x.Device);
        Tape tape = Tape.Begin();
        try
        {
            tape.Follow(own.Node, result.Node);
            Tensor<T> gradient = Inside(own, state, f, isOwn: true).Gradient;
            tape.Backward<T>(gradient.Node, v.Node);
            tape.Gradient<T>(own.Node).Dispose();
            return scope.Keep(result);
        }
        finally
        {
            tape.End();
        }
    }

    /// <summary>All derivatives of f's result by x, in the shape of the result followed by x's. Costs one run of f and a backward run for each element of its result.</summary>
    /// <exception cref="ArgumentException">Both shapes together have more axes than a tensor may have.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static Tensor<T> Jacobian<T>(Tensor<T> x, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        Tensor.CheckArithmetic<T>("jacobian");
        using Scope scope = Scope.Begin();
        Tensor<T> own = Own(x);
        Tape tape = Tape.Begin();
        try
        {
            tape.Follow(own.Node, null);
            Tensor<T> y = f(own);
            Shape shape = Joined(y.Shape, x.Shape);
            using Tensor<T> rows = Tensor.Zeros<T>([y.Size, x.Size], y.Device);
            for (nint i = 0; i < y.Size; i++)
            {
                using Tensor<T> flat = Tensor.Zeros<T>([y.Size], y.Device), seed = flat.Reshape(y.Shape.AsSpan());
                flat[i] = Tensor.Constant<T>(1);
                tape.Rewind();
                tape.Backward<T>(y.Node, seed.Node);
                using Tensor<T> gradient = tape.Gradient<T>(own.Node), row = rows.Select(0, i), shaped = row.Reshape(x.Shape.AsSpan());
                Tape.Place(gradient, shaped, rows.Node);
            }

            return scope.Keep(rows.Reshape(shape.AsSpan()));
        }
        finally
        {
            tape.End();
        }
    }

    /// <summary>All second derivatives of f at x, in x's shape twice. Costs a gradient that is recorded, and a backward run through it for each element of x.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar, or x has more than half the axes that a tensor may have.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static Tensor<T> Hessian<T>(Tensor<T> x, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        return Jacobian(x, x => Inside(x, f, static (x, f) => f(x), isOwn: true).Gradient);
    }

    /// <summary>What the outermost differentiation follows is the tensor itself; inside another one it is a copy.</summary>
    private static Tensor<T> Own<T>(Tensor<T> x)
        where T : unmanaged => Tape.IsActive ? x.Clone() : x.Contiguous();

    private static void CheckDirection<T>(string operation, Tensor<T> x, Tensor<T> direction)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        if (direction.Shape != x.Shape || direction.Device != x.Device)
        {
            throw new ArgumentException($"{operation}: the direction has shape {direction.Shape} on {direction.Device}, the point {x.Shape} on {x.Device}.", nameof(direction));
        }
    }

    private static Shape Joined(Shape first, Shape second)
    {
        if (first.Rank + second.Rank > Shape.MaxRank)
        {
            throw new ArgumentException($"jacobian: the function takes {second} to {first}; a tensor has at most {Shape.MaxRank} axes, so it cannot hold all derivatives: flatten first.");
        }

        Span<nint> extents = stackalloc nint[first.Rank + second.Rank];
        first.AsSpan().CopyTo(extents);
        second.AsSpan().CopyTo(extents[first.Rank..]);
        return Shape.Create(extents);
    }
}
