using System.Runtime.InteropServices;

namespace Onsager.Tensors.Tests;

/// <summary>A tensor against its oracle: the same extents and, element by element, the same bytes, or NaN for NaN.</summary>
internal static class Same
{
    public static void Elements<T>(Naive<T> expected, Tensor<T> result, string what)
        where T : unmanaged
    {
        Assert.True(expected.Extents.AsSpan().SequenceEqual(result.Shape.AsSpan()), $"{what}: shape {result.Shape}, expected [{string.Join(", ", expected.Extents)}]");
        T[] elements = result.ToArray();
        for (int i = 0; i < elements.Length; i++)
        {
            T wanted = expected.Elements[i];
            bool isSame = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref elements[i])).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref wanted)));
            bool isNaN = wanted.ToString() == "NaN" && elements[i].ToString() == "NaN";
            Assert.True(isSame || isNaN, $"{what}: element {i} of {result.Shape} is {elements[i]}, expected {wanted}");
        }
    }

    /// <summary>Two tensors of the same shape and, element by element, the same bytes, or NaN for NaN.</summary>
    public static void Bits<T>(Tensor<T> expected, Tensor<T> result)
        where T : unmanaged => Elements(Seen(expected), result, "result");

    /// <summary>What a tensor shows, as an oracle.</summary>
    public static Naive<T> Seen<T>(Tensor<T> tensor)
        where T : unmanaged => new(tensor.Shape.AsSpan().ToArray(), tensor.ToArray());

    /// <summary>The operation's form that makes a tensor, and the one that writes into a destination in a random layout.</summary>
    public static void Both<T>(Random random, Naive<T> expected, Func<Tensor<T>> make, Action<Tensor<T>> into, string what)
        where T : unmanaged
    {
        Elements(expected, make(), what);
        Tensor<T> destination = RandomLayouts.Of(random, expected.Extents, new T[expected.Elements.Length]);
        into(destination);
        Elements(expected, destination, what + " into");
    }
}
