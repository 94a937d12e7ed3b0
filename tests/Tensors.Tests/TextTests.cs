using System.Globalization;
using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>What a person reads.</summary>
public sealed class TextTests
{
    [Fact]
    public void Numbers_stand_in_rows_and_columns()
    {
        using Scope scope = Scope.Begin();
        Check("Tensor<Single> [] on cpu: 1.5", Tensor.Scalar(1.5f));
        Check("Tensor<Single> [3] on cpu:\n[1.0, 2.0, 3.0]", Tensor.From([1f, 2, 3]));
        Check("Tensor<Single> [2, 2] on cpu:\n[[  1.00,  -2.50],\n [100.25,   0.00]]", Tensor.From(new[,] { { 1f, -2.5f }, { 100.25f, 0 } }));
        Check("Tensor<Double> [4] on cpu:\n[  nan,   inf,  -inf, -0.25]", Tensor.From([double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.25]));
        Check("Tensor<Double> [2] on cpu:\n[0.333333, 0.100000]", Tensor.From([1.0 / 3, 0.1]));
        Check("Tensor<Single> [2] on cpu:\n[0.1, 0.2]", Tensor.From([0.1f, 0.2f]));
        Check("Tensor<Double> [3] on cpu:\n[1.0E+09, 1.5E+00, 0.0E+00]", Tensor.From([1e9, 1.5, 0]));
        Check("Tensor<Double> [2] on cpu:\n[ 1E-300, -2E-300]", Tensor.From([1e-300, -2e-300]));
        Check("Tensor<Int32> [2, 3] on cpu:\n[[  1, -20, 300],\n [  4,   5,   6]]", Tensor.From(new[,] { { 1, -20, 300 }, { 4, 5, 6 } }));
        Check("Tensor<Int64> [1] on cpu:\n[-9223372036854775808]", Tensor.From([long.MinValue]));
        Check("Tensor<Boolean> [2] on cpu:\n[ true, false]", Tensor.From([true, false]));
        Check("Tensor<Half> [2] on cpu:\n[ 0.5, -2.0]", Tensor.From([(Half)0.5, (Half)(-2)]));
        Check("Tensor<BFloat16> [2] on cpu:\n[0.5, 3.0]", Tensor.From<float>([0.5f, 3], [2]).Cast<BFloat16>());
        Check("Tensor<Single> [2, 1, 2] on cpu:\n[[[1.0, 2.0]],\n\n [[3.0, 4.0]]]", Tensor.From(new[, ,] { { { 1f, 2 } }, { { 3, 4 } } }));
        Check("Tensor<Single> [0] on cpu:\n[]", Tensor.Zeros<float>([0]));
        Check("Tensor<Single> [2, 0] on cpu:\n[[],\n []]", Tensor.Zeros<float>([2, 0]));
        Check("Tensor<Int32> [2, 3] on cpu:\n[[6, 4, 2],\n [5, 3, 1]]", Tensor.From(new[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }).Flip(0, 1).Transpose());
    }

    [Fact]
    public void Of_many_elements_the_first_and_the_last_are_shown()
    {
        using Scope scope = Scope.Begin();
        Check("Tensor<Int32> [1001] on cpu:\n[   0,    1,    2, ...,  998,  999, 1000]", Tensor.Arange(1001));
        Check(
            "Tensor<Int32> [1001, 2] on cpu:\n[[   0,    1],\n [   2,    3],\n [   4,    5],\n ...,\n [1996, 1997],\n [1998, 1999],\n [2000, 2001]]",
            Tensor.Arange(2002).Reshape(1001, 2));
        string thousand = Tensor.Arange(1000).ToString();
        Assert.DoesNotContain("...", thousand, StringComparison.Ordinal);
        Assert.EndsWith("998, 999]", thousand, StringComparison.Ordinal);
        string huge = Tensor.Scalar(9).Expand([1 << 20, 1 << 10, 1 << 10]).ToString();
        Assert.Equal(6 * 6 * 6, huge.Count(c => c == '9'));
        Assert.Equal(1 + 6 + (6 * 6), huge.Split("...").Length - 1);
    }

    [Fact]
    public void The_culture_does_not_matter()
    {
        using Scope scope = Scope.Begin();
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(string.Empty) { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Check("Tensor<Single> [2] on cpu:\n[-1.5,  2.0]", Tensor.From([-1.5f, 2]));
            Check("Tensor<Int32> [1] on cpu:\n[-1]", Tensor.From([-1]));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static void Check<T>(string expected, Tensor<T> tensor)
        where T : unmanaged => Assert.Equal(expected, tensor.ToString());
}
