using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Distributions, with the numbers of onsager.h.</summary>
internal enum Distribution
{
    Uniform = 1,
    Normal = 2,
    Exponential = 3,
    Bernoulli = 4,
    Rademacher = 5,
    Integers = 6,
    Poisson = 7,
    Sphere = 8,
    Permutation = 9,
}

/// <summary>Random tensors.</summary>
internal static class Draws
{
    /// <exception cref="ArgumentException">The distribution's number names none, or its parameters are refused.</exception>
    /// <exception cref="NotSupportedException">It does not draw such elements.</exception>
    public static TensorValue Draw(RandomStream stream, Distribution distribution, ElementType type, Shape shape, double first, double second) => type switch
    {
        ElementType.Float32 when distribution <= Distribution.Rademacher || distribution == Distribution.Sphere => Real<float>(stream, distribution, shape, first, second),
        ElementType.Float64 when distribution <= Distribution.Rademacher || distribution == Distribution.Sphere => Real<double>(stream, distribution, shape, first, second),
        _ when distribution == Distribution.Integers && type.IsInteger() => Integers(stream, type, shape, first),
        ElementType.Int32 when distribution == Distribution.Poisson => TensorValue.Of(stream.Poisson(shape, first)),
        ElementType.Int32 when distribution == Distribution.Permutation => Permutation(stream, shape),
        _ when !Enum.IsDefined(distribution) => throw new ArgumentException($"stream_draw: distribution {(int)distribution} is none of 1 to 9"),
        _ => throw new NotSupportedException($"stream_draw: the elements are {type.Name()}; {distribution.ToString().ToLowerInvariant()} draws {TypesOf(distribution)}"),
    };

    private static TensorValue Real<T>(RandomStream stream, Distribution distribution, Shape shape, double first, double second)
        where T : unmanaged => TensorValue.Of(distribution switch
        {
            // The standard ones have kernels of their own, and other bits.
            Distribution.Uniform => (first, second) == (0, 1) ? stream.Uniform<T>(shape) : stream.Uniform<T>(shape, first, second),
            Distribution.Normal => (first, second) == (0, 1) ? stream.Normal<T>(shape) : stream.Normal<T>(shape, first, second),
            Distribution.Exponential => stream.Exponential<T>(shape, first),
            Distribution.Bernoulli => stream.Bernoulli<T>(shape, first),
            Distribution.Rademacher => stream.Rademacher<T>(shape),
            Distribution.Sphere => stream.Sphere<T>(shape),
            _ => throw new ArgumentException($"stream_draw: distribution {(int)distribution} is none of 1 to 9"),
        });

    private static string TypesOf(Distribution distribution) =>
        distribution == Distribution.Integers ? "integers" : distribution is Distribution.Poisson or Distribution.Permutation ? "int32" : "float32 and float64";

    /// <summary>The same numbers in every type: those of int32, which a shorter type holds where it holds the greatest one.</summary>
    private static TensorValue Integers(RandomStream stream, ElementType type, Shape shape, double below)
    {
        Int128 count = CreationOperators.Checked("stream_draw", CreationOperators.Integer("stream_draw", below), ElementType.Int32);
        CreationOperators.Checked("stream_draw", count - 1, type);
        return type.ApplyToInteger<Drawing, TensorValue>(new(stream.Integers(shape, (int)count)));
    }

    private static TensorValue Permutation(RandomStream stream, Shape shape)
    {
        if (shape.Rank != 1)
        {
            throw new ArgumentException($"stream_draw: a permutation has one axis, not the shape {shape}");
        }

        Tensor<int> places = Tensor.Empty<int>(shape);
        stream.Permutation(places.AsSpan());
        return TensorValue.Of(places);
    }

    private readonly struct Drawing(Tensor<int> drawn) : IForInteger<TensorValue>
    {
        public TensorValue With<T>()
            where T : unmanaged, IBinaryInteger<T>
        {
            Tensor<T> numbers = Tensor.Empty<T>(drawn.Shape);
            Onsager.Simd.Integers.Wrap<int, T>(drawn.AsSpan(), numbers.AsSpan());
            return TensorValue.Of(numbers);
        }
    }
}
