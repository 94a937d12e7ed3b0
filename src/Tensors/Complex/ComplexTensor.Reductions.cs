namespace Onsager.Tensors;

/// <content>Sums, products and means over axes, running ones along an axis, and products of matrices.</content>
public readonly partial struct ComplexTensor<T>
{
    /// <summary>The sums over some axes, which disappear or stay with extent 1; 0 of no numbers.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public ComplexTensor<T> Sum(ReadOnlySpan<int> axes, bool keepDimensions = false)
    {
        Span<int> places = Places("sum", axes, stackalloc int[Shape.MaxRank]);
        return new(Planes.Sum(places, keepDimensions));
    }

    /// <summary>The sum of all numbers, a scalar.</summary>
    public ComplexTensor<T> Sum() => Sum(Reductions.AllAxes(Rank));

    /// <summary>The means over some axes; NaN of no numbers.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public ComplexTensor<T> Mean(ReadOnlySpan<int> axes, bool keepDimensions = false)
    {
        Span<int> places = Places("mean", axes, stackalloc int[Shape.MaxRank]);
        return new(Planes.Mean(places, keepDimensions));
    }

    /// <summary>The mean of all numbers, a scalar.</summary>
    public ComplexTensor<T> Mean() => Mean(Reductions.AllAxes(Rank));

    /// <summary>The products over some axes, of neighbours first, then of what comes out; 1 of no numbers.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public ComplexTensor<T> Prod(ReadOnlySpan<int> axes, bool keepDimensions = false)
    {
        Span<int> places = Places("prod", axes, stackalloc int[Shape.MaxRank]);
        places.Sort();

        // From the last axis on, so that the numbers of those before it stay.
        using Scope scope = Scope.Begin();
        ComplexTensor<T> x = new(Planes.Clone());
        for (int i = places.Length - 1; i >= 0; i--)
        {
            int place = places[i];
            x = x.ProductAlong(place);
            x = keepDimensions ? x : new(x.Planes.Squeeze(place));
        }

        return scope.Keep(x);
    }

    /// <summary>The product of all numbers, a scalar.</summary>
    public ComplexTensor<T> Prod() => Prod(Reductions.AllAxes(Rank));

    /// <summary>The sums up to each number along an axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public ComplexTensor<T> CumulativeSum(int axis) => new(Planes.CumulativeSum(Shape.Axis(axis, "cumulative sum") + 1));

    /// <summary>The products up to each number along an axis: each is multiplied by the one 1, 2, 4, ... before it (Hillis and Steele, 1986).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public ComplexTensor<T> CumulativeProduct(int axis)
    {
        int place = Shape.Axis(axis, "cumulative product") + 1;
        nint count = Planes.Shape[place];
        using Scope scope = Scope.Begin();
        ComplexTensor<T> x = new(Planes.Clone());
        for (nint step = 1; step < count; step *= 2)
        {
            ComplexTensor<T> later = new ComplexTensor<T>(x.Planes.Slice(place, step, count)) * new ComplexTensor<T>(x.Planes.Slice(place, 0, count - step));
            x = new(Tensor.Concatenate(place, x.Planes.Slice(place, 0, step), later.Planes));
        }

        return scope.Keep(x);
    }

    /// <summary>The product of matrices [..., m, k] and [..., k, n], or of vectors, by the rules of <see cref="Tensor{T}.MatMul"/>: four products of real matrices. Nothing is conjugated.</summary>
    /// <exception cref="ArgumentException">The inner dimensions differ, the batches do not broadcast, or a factor is a scalar.</exception>
    public ComplexTensor<T> MatMul(ComplexTensor<T> b)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> ar = Real(), ai = Imaginary(), br = b.Real(), bi = b.Imaginary();
        return scope.Keep(ComplexTensor.Of(ar.MatMul(br) - ai.MatMul(bi), ar.MatMul(bi) + ai.MatMul(br)));
    }

    /// <summary>The axes of the planes that the numbers' axes are, at the beginning of places for the most there may be.</summary>
    private Span<int> Places(string operation, ReadOnlySpan<int> axes, Span<int> places)
    {
        int seen = 0;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = Shape.Axis(axes[i], operation);
            if ((seen & (1 << axis)) != 0)
            {
                throw new ArgumentException($"{operation}: axis {axis} of {Shape} is given twice.", nameof(axes));
            }

            seen |= 1 << axis;
            places[i] = axis + 1;
        }

        return places[..axes.Length];
    }

    private ComplexTensor<T> ProductAlong(int place)
    {
        if (Planes.Shape[place] == 0)
        {
            Shape shape = Planes.Shape;
            shape[place] = 1;
            return ComplexTensor.Of(Tensor.Full(shape.Without(0, keep: false), Tensor.Constant<T>(1), Device));
        }

        ComplexTensor<T> x = this;
        while (x.Planes.Shape[place] > 1)
        {
            nint count = x.Planes.Shape[place], half = count / 2;
            ComplexTensor<T> product = new ComplexTensor<T>(x.Planes.Slice(place, 0, 2 * half, 2)) * new ComplexTensor<T>(x.Planes.Slice(place, 1, 2 * half, 2));
            x = count == 2 * half ? product : new(Tensor.Concatenate(place, product.Planes, x.Planes.Slice(place, count - 1, count)));
        }

        return x;
    }
}
