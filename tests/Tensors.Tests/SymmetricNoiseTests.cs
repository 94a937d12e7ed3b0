using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>Contractions of symmetric numbers against sums over the full array, and what is refused.</summary>
public sealed class SymmetricNoiseTests
{
    private const int Columns = 16;

    [Theory]
    [InlineData(2, 5)]
    [InlineData(2, 140)]
    [InlineData(3, 4)]
    [InlineData(3, 30)]
    public void Contractions_are_those_of_the_full_array(int order, int n)
    {
        using Scope scope = Scope.Begin();
        using SymmetricNoise stored = SymmetricNoise.Stored(order, n, new RandomStream(3, 5)), streamed = SymmetricNoise.Streamed(order, n, new RandomStream(3, 5));
        Tensor<float> x = new RandomStream(4).Normal<float>([n, Columns]), y = Tensor.EmptyLike(x), z = Tensor.EmptyLike(x);
        stored.ContractInto(x, y);
        streamed.ContractInto(x, z);
        Assert.Equal(y.ToArray(), z.ToArray());
        float[] numbers = stored.ToArray(), from = x.ToArray();
        Assert.Equal(stored.Elements, numbers.Length);
        Assert.Equal(numbers, streamed.ToArray());
        double[] exact = new double[n * Columns], magnitude = new double[n * Columns];
        int at = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
            {
                if (order == 2)
                {
                    Add(i, numbers[at], j);
                    Add(j, numbers[at++], i);
                    continue;
                }

                for (int k = j + 1; k < n; k++, at++)
                {
                    Add(i, numbers[at], j, k);
                    Add(j, numbers[at], i, k);
                    Add(k, numbers[at], i, j);
                }
            }
        }

        float[] found = y.ToArray();
        for (int i = 0; i < found.Length; i++)
        {
            Assert.Equal(exact[i], found[i], 4 * n * 6e-8 * (magnitude[i] + 1e-30));
        }

        void Add(int row, double number, params ReadOnlySpan<int> others)
        {
            for (int c = 0; c < Columns; c++)
            {
                double product = number;
                foreach (int other in others)
                {
                    product *= from[(other * Columns) + c];
                }

                exact[(row * Columns) + c] += product;
                magnitude[(row * Columns) + c] += Math.Abs(product);
            }
        }
    }

    [Fact]
    public void Bad_input_is_refused_and_leaves_the_result_alone()
    {
        using Scope scope = Scope.Begin();
        Assert.Throws<ArgumentOutOfRangeException>(() => SymmetricNoise.Stored(4, 9, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SymmetricNoise.Streamed(3, 2, new RandomStream(1)));
        Assert.Throws<OverflowException>(() => SymmetricNoise.Stored(2, 100_000, new RandomStream(1)));
        SymmetricNoise noise = SymmetricNoise.Stored(2, 6, new RandomStream(1));
        Tensor<float> x = Tensor.Ones<float>([6, 16]), y = Tensor.Zeros<float>([6, 16]);
        Assert.Throws<ArgumentException>(() => noise.ContractInto(x, x));
        Assert.Throws<ArgumentException>(() => noise.ContractInto(Tensor.Ones<float>([6, 10]), Tensor.Zeros<float>([6, 10])));
        Assert.Throws<ArgumentException>(() => noise.ContractInto(Tensor.Ones<float>([16, 6]).Transpose(), y));
        Assert.Throws<ArgumentException>(() => noise.ContractInto(x, Tensor.Zeros<float>([7, 16])));
        Assert.Throws<NotSupportedException>(() => Autodiff.Grad(x, x =>
        {
            noise.ContractInto(x, y);
            return y.Sum();
        }));
        noise.Dispose();
        noise.Dispose();
        Assert.Throws<ObjectDisposedException>(() => noise.ContractInto(x, y));
        Assert.Throws<ObjectDisposedException>(noise.ToArray);
        Assert.Equal(0, y.Sum().Item());
    }
}
