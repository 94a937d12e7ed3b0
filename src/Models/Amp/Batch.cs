using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>Batches of columns in memory, [rows, width] with width a multiple of 16, and as tensors [rows, columns].</summary>
internal static class Batch
{
    public static int Width(int columns) => (columns + TriangleProduct.ColumnUnit - 1) / TriangleProduct.ColumnUnit * TriangleProduct.ColumnUnit;

    public static Tensor<float> ToTensor(ReadOnlySpan<float> elements, int rows, int width, int columns)
    {
        float[] dense = new float[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            elements.Slice(i * width, columns).CopyTo(dense.AsSpan(i * columns));
        }

        return Tensor.From<float>(dense, [rows, columns]);
    }

    /// <summary>Standard normal numbers of a stream, in place; moves the stream behind them.</summary>
    public static void Normal(RandomStream random, Span<float> elements)
    {
        RandomFill.Normal(random.Seed, random.Number, random.Position, elements);
        random.Position += (ulong)(elements.Length + (elements.Length & 1));
    }

    /// <summary>Uniform numbers of a stream.</summary>
    public static void Uniform(RandomStream random, Span<float> elements)
    {
        RandomFill.Uniform(random.Seed, random.Number, random.Position, elements);
        random.Position += (ulong)(elements.Length + (elements.Length & 1));
    }
}
