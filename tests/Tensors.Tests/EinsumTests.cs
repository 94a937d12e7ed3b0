using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Sums of products against loops over every letter.</summary>
public sealed class EinsumTests
{
    public static TheoryData<string> Equations => new("ij,jk->ik", "ij,jk", "ij->ji", "ii->i", "ii", "ij->", "i,i->", "i,j->ij", "i,i->i", "bij,bjk->bik", "bij,jk->bik",
        "ij,kj->ki", "ij,ij->j", "iij->j", "iij,jkk->ik", "ij,jk,kl->il", "i,ij,j->", "ij,ik,il->ijkl", "abc,cb->a", "ij,kl->", "ijk->kij", "ba", "bab", "a,,b->ab", ",->",
        "iii->i", "bi,bj,bk->bijk", "ij,jk,ki->", "abcd,cdef->abef", "i,j,k->kji");

    [Theory]
    [MemberData(nameof(Equations))]
    public void An_equation_means_the_sum_over_all_indices(string equation)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            Random random = new(seed);
            using Scope scope = Scope.Begin();
            (Tensor<double>[] operands, Naive<double> expected) = Make(random, equation, allowZero: seed > 6);
            Tensor<double> result = Tensor.Einsum<double>(equation, operands), destination = RandomLayouts.Of(random, expected.Extents, new double[expected.Elements.Length]);
            Close(expected, result, equation);
            Assert.All(operands, operand => Assert.NotEqual(operand.Node.Storage, result.Node.Storage));
            Tensor.EinsumInto(equation, destination, operands);
            Same.Elements(Same.Seen(result), destination, equation + " into");
        }
    }

    [Theory]
    [MemberData(nameof(Equations))]
    public void An_equation_has_the_gradient_that_differences_give(string equation)
    {
        using Scope scope = Scope.Begin();
        (Tensor<double>[] operands, Naive<double> expected) = Make(new Random(3), equation, allowZero: false);
        Tensor<double> weights = new RandomStream(5).Uniform<double>(Shape.Create(expected.Extents));
        for (int i = 0; i < operands.Length; i++)
        {
            Differences.Check(operands[i].Clone(), p => (Tensor.Einsum<double>(equation, [.. operands[..i], p, .. operands[(i + 1)..]]) * weights).Sum());
        }
    }

    [Fact]
    public void An_ellipsis_stands_for_axes_that_broadcast()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(1);
        Tensor<double> a = stream.Normal<double>([4, 1, 2, 3]), b = stream.Normal<double>([5, 3, 6]), v = stream.Normal<double>([3]);
        Assert.True(Tensor.Einsum("...ij,...jk->...ik", a, b).ArrayEqual(a.MatMul(b)));
        Assert.True(Tensor.Einsum("...ij,...jk", a, b).ArrayEqual(a.MatMul(b)));
        Assert.True(Tensor.Einsum("...i->...", v.Expand([2, 3])).AllClose(v.Expand([2, 3]).Sum(-1)));
        Assert.True(Tensor.Einsum("...", a).ArrayEqual(a));
        Assert.True(Tensor.Einsum("... -> ...", v).ArrayEqual(v));
        Assert.True(Tensor.Einsum("i...->...i", a).ArrayEqual(a.MoveAxis(0, -1)));
        Assert.True(Tensor.Einsum("...,...", a, v).ArrayEqual(a * v));
        Assert.True(Tensor.Einsum("...i,i->", b.Transpose(), v).AllClose((b.Transpose() * v).Sum()));
        Assert.True(Tensor.Einsum("...ii->...i", stream.Normal<double>([2, 3, 3])).Shape == [2, 3]);
    }

    [Fact]
    public void A_product_has_the_bits_of_the_matrix_product()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(2);
        Tensor<float> a = stream.Normal<float>([3, 33, 70]), b = stream.Normal<float>([3, 70, 19]);
        Assert.True(Tensor.Einsum("bij,bjk->bik", a, b).ArrayEqual(a.MatMul(b)));
        Assert.True(Tensor.Einsum("bij,bkj->bik", a, b.Transpose().Contiguous()).ArrayEqual(a.MatMul(b)));
        Assert.True(Tensor.Einsum("bij->b", a).ArrayEqual(a.Sum([1, 2])));
    }

    [Theory]
    [InlineData("ij,jk->ik", "it has 2 operands, 1 were given")]
    [InlineData("i", "operand 0 has 1 letters, its shape [2, 3] has rank 2")]
    [InlineData("ijk", "operand 0 has 3 letters, its shape [2, 3] has rank 2")]
    [InlineData("ii", "'i' has extent 2, but axis 1 of operand 0 with shape [2, 3] has 3")]
    [InlineData("ij->k", "'k' of the output is in no operand")]
    [InlineData("ij->ii", "'i' occurs twice in the output")]
    [InlineData("ij->i->j", "\"->\" occurs more than once")]
    [InlineData("i1", "'1' is no letter")]
    [InlineData("i.", "'.' is no letter")]
    [InlineData("ij->i1", "'1' is no letter")]
    [InlineData("......", "\"...\" occurs twice in one operand")]
    [InlineData("...ijk", "\"...ijk\" has more letters than its operand axes")]
    public void Equations_that_mean_nothing_are_refused(string equation, string why)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Zeros<float>([2, 3]), y = Tensor.Zeros<float>([2]);
        Throws.Exactly<ArgumentException>($"einsum: \"{equation}\": {why}.", () => Tensor.Einsum(equation, x));
        Throws.Exactly<ArgumentException>($"einsum: \"{equation}\": {why}.", () => Tensor.EinsumInto(equation, y, x));
    }

    [Fact]
    public void Other_bad_input_is_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Zeros<float>([2, 3]), y = Tensor.Zeros<float>([4, 3]);
        Throws.Exactly<ArgumentException>(
            "einsum: \"...a,...a\": an axis of the ellipsis has extent 2, but axis 0 of operand 1 with shape [4, 3] has 4.", () => Tensor.Einsum("...a,...a", x, y));
        Throws.Exactly<ArgumentException>("einsum: the destination has shape [2, 3], the result [3, 2].", () => Tensor.EinsumInto("ij->ji", x, x.Clone()));
        Throws.Exactly<ArgumentException>("einsum: the destination overlaps an operand; it needs memory of its own.", () => Tensor.EinsumInto("ij->ij", x, x));
        Throws.Exactly<NotSupportedException>(
            "einsum: the element type is Int32; float (Single) and double (Double) are supported.", () => Tensor.Einsum("i", Tensor.Zeros<int>([2])));
        Throws.Exactly<ArgumentException>(
            "einsum: \"abcd,efghi->abcdefghi\": the output has 9 axes; at most 8 are supported.",
            () => Tensor.Einsum("abcd,efghi->abcdefghi", Tensor.Zeros<float>([1, 1, 1, 1]), Tensor.Zeros<float>([1, 1, 1, 1, 1])));
        Throws.Exactly<ArgumentException>(
            "einsum: a product of operands has 9 axes; at most 8 are supported.",
            () => Tensor.Einsum("abcd,efghi,abcde->fghi", Tensor.Zeros<float>([1, 1, 1, 1]), Tensor.Zeros<float>([1, 1, 1, 1, 1]), Tensor.Zeros<float>([1, 1, 1, 1, 1])));
        Assert.Throws<ArgumentNullException>(() => Tensor.Einsum(null!, x));
    }

    [Cases]
    public void Random_equations_mean_the_sum_over_all_indices(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        string[] inputs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new string([.. Enumerable.Range(0, random.Next(4)).Select(_ => (char)('a' + random.Next(4)))]))];
        string output = new([.. string.Concat(inputs).Distinct().Where(_ => random.Next(2) == 0)]), equation = string.Join(',', inputs) + "->" + output;
        (Tensor<double>[] operands, Naive<double> expected) = Make(random, equation, allowZero: random.Next(4) == 0);
        Close(expected, Tensor.Einsum<double>(equation, operands), equation);
    }

    private static (Tensor<double>[] Operands, Naive<double> Expected) Make(Random random, string equation, bool allowZero)
    {
        string[] sides = equation.Split("->"), inputs = sides[0].Split(',');
        string letters = new([.. string.Concat(inputs).Distinct()]);
        string output = sides.Length > 1 ? sides[1] : new string([.. letters.Where(l => string.Concat(inputs).Count(c => c == l) == 1).Order()]);
        Dictionary<char, nint> extents = letters.ToDictionary(l => l, _ => (nint)random.Next(allowZero ? 0 : 1, 4));
        Naive<double>[] naive = [.. inputs.Select(input => Naive<double>.Of([.. input.Select(l => extents[l])], _ => random.Next(-4, 5) / 4.0))];
        Naive<double> expected = Naive<double>.Of([.. output.Select(l => extents[l])], _ => 0);
        foreach (nint[] index in Naive<double>.Indices([.. letters.Select(l => extents[l])]))
        {
            double product = 1;
            for (int i = 0; i < inputs.Length; i++)
            {
                product *= naive[i][[.. inputs[i].Select(l => index[letters.IndexOf(l, StringComparison.Ordinal)])]];
            }

            expected.Elements[Naive<double>.Position(expected.Extents, [.. output.Select(l => index[letters.IndexOf(l, StringComparison.Ordinal)])])] += product;
        }

        return ([.. naive.Select(n => RandomLayouts.Of(random, n.Extents, n.Elements))], expected);
    }

    /// <summary>Quarters and their products are exact in double, so every order of summation gives the same number.</summary>
    private static void Close(Naive<double> expected, Tensor<double> result, string what)
    {
        Assert.True(expected.Extents.AsSpan().SequenceEqual(result.Shape.AsSpan()), $"{what}: shape {result.Shape}");
        Assert.Equal(expected.Elements, result.ToArray());
    }
}
