using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>Linear combinations of rows: their order, their ends, and what is refused.</summary>
public class CombinationTests
{
    [Fact]
    public void A_sum_is_the_chain_that_is_promised_at_every_length()
    {
        Chains<float>();
        Chains<double>();
    }

    [Fact]
    public void Rows_without_a_coefficient_are_not_read_and_nothing_is_added_by_none()
    {
        double[] x = [1, -0.0, 3], k = [double.NaN, double.NaN, double.NaN, 1, 2, 3], y = new double[3];
        Combination.Add<double>(x, 2, [0, 0.5], k, 3, y);
        Assert.Equal([2, 2, 6], y);
        Combination.Add<double>(x, 2, [0, 0], k, 3, y);
        Assert.Equal([1, 0, 3], y);
        Combination.Add<double>(x, 2, [], k, 3, x);
        Assert.Equal([1, 0, 3], x);
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        double[] k = new double[7], y = [1, 2, 3];
        Refused("combination: 2 rows of 3 elements, 5 apart, do not fit 7 elements. (Parameter 'k')", () => Combination.Add<double>(y, 1, [1, 1], k, 5, y));
        Refused("combination: 1 rows of 3 elements, 2 apart, do not fit 7 elements. (Parameter 'k')", () => Combination.Add<double>(y, 1, [1], k, 2, y));
        Refused("combination: x has 2 elements, the output has 3. (Parameter 'x')", () => Combination.Add<double>(new double[2], 1, [1], k, 3, y));
        Refused("combination: the rows overlap the output; use separate memory. (Parameter 'k')", () => Combination.Add<double>(new double[3], 1, [1], k, 3, k.AsSpan(2, 3)));
        Refused("combination: y has 2 elements, the output has 3. (Parameter 'y')", () => Combination.Share<double>(1, [1], k, 3, 1, 1, new double[3], new double[2], y));
        Assert.Throws<NotSupportedException>(() => Combination.Add<int>(new int[3], 1, [1], new int[3], 3, new int[3]));
        Assert.Equal([1, 2, 3], y);

        static void Refused(string message, Action action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
    }

    private static void Chains<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(5);
        for (int count = 0; count < 70; count++)
        {
            foreach (int rows in (int[])[1, 2, 7])
            {
                int stride = count + random.Next(4);
                T[] x = Numbers(count), k = Numbers((rows * stride) + count), c = Numbers(rows), y = new T[count], e = new T[count];
                if (rows == 7)
                {
                    c[0] = c[4] = T.Zero;
                }

                T h = Number(), absolute = T.CreateChecked(0.01), relative = T.CreateChecked(0.3);
                Combination.Add<T>(x, h, c, k, stride, y);
                Combination.Share<T>(h, c, k, stride, absolute, relative, x, y, e);
                for (int i = 0; i < count; i++)
                {
                    T sum = T.Zero;
                    bool isFirst = true;
                    for (int row = 0; row < rows; row++)
                    {
                        if (c[row] != T.Zero)
                        {
                            sum = isFirst ? c[row] * k[(row * stride) + i] : T.FusedMultiplyAdd(c[row], k[(row * stride) + i], sum);
                            isFirst = false;
                        }
                    }

                    Assert.Equal(T.FusedMultiplyAdd(h, sum, x[i]), y[i]);
                    Assert.Equal(h * sum / T.FusedMultiplyAdd(relative, T.Max(T.Abs(x[i]), T.Abs(y[i])), absolute), e[i]);
                }
            }
        }

        T[] Numbers(int n) => [.. Enumerable.Range(0, n).Select(_ => Number())];

        T Number() => T.CreateChecked((random.NextDouble() * 4) - 2);
    }
}
