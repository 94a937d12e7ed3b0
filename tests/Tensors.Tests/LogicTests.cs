using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Comparisons into booleans, logic, and agreement within tolerances, in any layout and broadcast, against C#'s own operators.</summary>
public sealed class LogicTests
{
    [Cases]
    public void Comparisons_are_those_of_IEEE_754(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 4), left = RandomLayouts.Narrow(random, extents), right = RandomLayouts.Narrow(random, extents);
        Tensor<float> x = RandomLayouts.Make<float>(random, left), y = RandomLayouts.Make<float>(random, right);
        nint[] wide = Shape.Broadcast(x.Shape, y.Shape).AsSpan().ToArray();
        Naive<float> a = Same.Seen(x).Expand(wide), b = Same.Seen(y).Expand(wide);
        Check((p, q) => p == q, () => x.EqualTo(y), z => x.EqualToInto(y, z));
        Check((p, q) => p != q, () => x.NotEqualTo(y), z => x.NotEqualToInto(y, z));
        Check((p, q) => p < q, () => x.LessThan(y), z => x.LessThanInto(y, z));
        Check((p, q) => p <= q, () => x.LessThanOrEqualTo(y), z => x.LessThanOrEqualToInto(y, z));
        Check((p, q) => p > q, () => x.GreaterThan(y), z => x.GreaterThanInto(y, z));
        Check((p, q) => p >= q, () => x.GreaterThanOrEqualTo(y), z => x.GreaterThanOrEqualToInto(y, z));
        Check((p, q) => IsClose(p, q, false), () => x.IsClose(y, 0.25, 0.125), z => x.IsCloseInto(y, z, 0.25, 0.125));
        Check((p, q) => IsClose(p, q, true), () => x.IsClose(y, 0.25, 0.125, true), z => x.IsCloseInto(y, z, 0.25, 0.125, true));

        void Check(Func<float, float, bool> holds, Func<Tensor<bool>> make, Action<Tensor<bool>> into) =>
            Same.Both(random, Naive<bool>.Of(wide, index => holds(a[index], b[index])), make, into, $"{x.Shape} {y.Shape}");

        static bool IsClose(double p, double q, bool equalNaN) =>
            p == q || (equalNaN && double.IsNaN(p) && double.IsNaN(q)) || (double.IsFinite(p) && double.IsFinite(q) && Math.Abs(p - q) <= 0.125 + (0.25 * Math.Abs(q)));
    }

    [Cases]
    public void Logic_is_that_of_its_tables(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 4), left = RandomLayouts.Narrow(random, extents), right = RandomLayouts.Narrow(random, extents);
        Naive<bool> p = Naive<bool>.Of(left, _ => random.Next(2) == 0), q = Naive<bool>.Of(right, _ => random.Next(2) == 0);
        Tensor<bool> x = RandomLayouts.Of(random, left, p.Elements), y = RandomLayouts.Of(random, right, q.Elements);
        nint[] wide = Shape.Broadcast(x.Shape, y.Shape).AsSpan().ToArray();
        Naive<bool> a = p.Expand(wide), b = q.Expand(wide);
        Same.Both(random, Naive<bool>.Of(wide, index => a[index] & b[index]), () => x & y, z => x.AndInto(y, z), "and");
        Same.Both(random, Naive<bool>.Of(wide, index => a[index] | b[index]), () => x | y, z => x.OrInto(y, z), "or");
        Same.Both(random, Naive<bool>.Of(wide, index => a[index] ^ b[index]), () => x ^ y, z => x.XorInto(y, z), "xor");
        Same.Both(random, Naive<bool>.Of(left, index => !p[index]), () => !x, z => x.NotInto(z), "not");
        Same.Both(random, Naive<bool>.Of(wide, index => a[index] == b[index]), () => x.EqualTo(y), z => x.EqualToInto(y, z), "equal");
        x.NotInto(x);
        Same.Elements(Naive<bool>.Of(left, index => !p[index]), x, "not in place");
    }

    [Fact]
    public void Types_without_arithmetic_are_compared_too()
    {
        using Scope scope = Scope.Begin();
        Tensor<Half> x = Tensor.From([(Half)1, Half.NaN, (Half)(-0f)]), y = Tensor.From([(Half)2, Half.NaN, (Half)0]);
        Assert.Equal([true, false, false], x.LessThan(y).ToArray());
        Assert.Equal([false, false, true], x.EqualTo(y).ToArray());
        Assert.Equal([true, true, false], x.NotEqualTo(y).ToArray());
        Assert.Equal([true, false], Tensor.From([200UL, 3UL]).GreaterThan(Tensor.From([100UL, ulong.MaxValue])).ToArray());
        Assert.Equal([false, true], Tensor.From([(byte)200, (byte)3]).LessThan(Tensor.From([(byte)100, (byte)255])).ToArray());
    }

    [Fact]
    public void Whole_tensors_agree_when_shapes_and_elements_do()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From([1f, float.NaN, -0f]), y = Tensor.From([1f, float.NaN, 0f]), z = Tensor.From([1f + 1e-6f, 2f, 0f]);
        Assert.False(x.ArrayEqual(y));
        Assert.True(x.ArrayEqual(y, equalNaN: true));
        Assert.False(x.ArrayEqual(y.Unsqueeze(0), equalNaN: true));
        Assert.False(x.ArrayEqual(z, equalNaN: true));
        Assert.True(Tensor.Zeros<int>([0, 3]).ArrayEqual(Tensor.Zeros<int>([0, 3])));
        Assert.True(x.Slice(0, 2, 3).AllClose(z.Slice(0, 2, 3)));
        Assert.True(x.Slice(0, 0, 1).AllClose(z.Slice(0, 0, 1)));
        Assert.False(x.Slice(0, 0, 1).AllClose(z.Slice(0, 0, 1), relative: 0));
        Assert.False(x.AllClose(y));
        Assert.True(x.AllClose(y, equalNaN: true));
        Assert.True(Tensor.From([float.PositiveInfinity]).AllClose(Tensor.From([float.PositiveInfinity])));
        Assert.False(Tensor.From([float.PositiveInfinity]).AllClose(Tensor.From([1f])));
        Assert.False(Tensor.From([1f]).AllClose(Tensor.From([float.NegativeInfinity])));
    }
}
