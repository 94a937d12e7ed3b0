using FsCheck;
using Onsager.Simd;
using Onsager.Simd.Tests;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Sparse matrices against dense ones: every operation, over random shapes, empty rows and empty matrices among them.</summary>
public sealed class SparseMatrixTests
{
    [Cases]
    public void Every_operation_is_what_dense_matrices_give(DoNotSize<int> seed)
    {
        using Scope scope = Scope.Begin();
        Random random = new(seed.Item);
        int m = random.Next(8), k = random.Next(8), n = random.Next(8);
        SparseMatrix<double> a = Make(random, m, k), b = Make(random, k, n), c = Make(random, m, k);
        Tensor<double> da = a.ToDense(), db = b.ToDense(), dc = c.ToDense();
        Tensor<double> x = Numbers(random, k, n), u = Numbers(random, n, m), left = Numbers(random, m, 1).Squeeze(1), right = Numbers(random, k, 1).Squeeze(1);

        // Below 512 columns a chain that leaves out zeros has the bits of one that adds them.
        Same(da.MatMul(x), a.MatMul(x));
        Same(da.MatMul(right), a.MatMul(right));
        Same(da.Transpose().MatMul(left), a.TransposedMatMul(left));
        Same(da.Transpose().MatMul(u.Transpose()), a.TransposedMatMul(u.Transpose()));
        Same(u.MatMul(da), a.LeftMatMul(u));
        Same(left.MatMul(da), a.LeftMatMul(left));
        Same(da.MatMul(db), a.MatMul(b).ToDense());
        Same(da + dc, (a + c).ToDense());
        Same(da - dc, (a - c).ToDense());
        Same(da - da, (a - a).ToDense());
        Same(da * -1.5, (a * -1.5).ToDense());
        Same(da.Transpose(), a.Transpose().ToDense());
        Same(da.Diagonal(), a.Diagonal());
        Same(left.Unsqueeze(1) * da, a.ScaleRows(left).ToDense());
        Same(da * right, a.ScaleColumns(right).ToDense());
        Same(da.MatMul(Tensor.Ones<double>([k])), a.SumRows());
        int first = random.Next(m + 1), end = random.Next(first, m + 1);
        Same(da.Slice(0, first, end), a.SliceRows(first, end).ToDense());
        SparseMatrix<double> taken = SparseMatrix.FromDense(da);
        Same(da, taken.ToDense());
        Assert.Equal(da.ToArray().Count(value => value != 0), taken.Count);
        Tensor<double> into = Tensor.Empty<double>([m, n]);
        a.MatMulInto(x, into);
        Same(da.MatMul(x), into);
    }

    [Fact]
    public void Triplets_of_one_place_are_added_in_the_order_given()
    {
        using Scope scope = Scope.Begin();
        SparseMatrix<float> a = SparseMatrix.FromTriplets<float>(2, 3, [1, 0, 1, 1, 0], [2, 0, 2, 2, 1], [1e8f, 5, 1, -1e8f, -0f]);
        Assert.Equal(3, a.Count);
        Assert.Equal([0, 2, 3], a.Pattern.RowStarts.ToArray());
        Assert.Equal([5f, 0f, 0f, 0f, 0f, (1e8f + 1) - 1e8f], a.ToDense().ToArray());
        Assert.Equal(1f, SparseMatrix.FromTriplets<float>(2, 3, [1, 1, 1], [2, 2, 2], [1e8f, -1e8f, 1])[1, 2]);
        Assert.Equal(0f, a[1, 0]);
        Assert.Equal("SparseMatrix<Single> [2, 3] with 3 entries", a.ToString());
    }

    [Fact]
    public void Matrices_without_rows_columns_or_entries_are_matrices()
    {
        using Scope scope = Scope.Begin();
        foreach ((int rows, int columns) in ((int, int)[])[(0, 0), (0, 4), (4, 0), (3, 4)])
        {
            SparseMatrix<float> a = SparseMatrix.FromTriplets<float>(rows, columns, [], [], ReadOnlySpan<float>.Empty);
            Assert.Equal(new float[rows * columns], a.ToDense().ToArray());
            Assert.Equal(new float[rows * 2], a.MatMul(Tensor.Ones<float>([columns, 2])).ToArray());
            Assert.Equal(new float[rows], a.MatMul(Tensor.Ones<float>([columns])).ToArray());
            Assert.Equal(new float[columns], a.TransposedMatMul(Tensor.Ones<float>([rows])).ToArray());
            Assert.Equal("[" + rows + ", 0]", a.MatMul(Tensor.Ones<float>([columns, 0])).Shape.ToString());
            Assert.Equal(0, a.MatMul(a.Transpose()).Count);
            Assert.Equal(0, (a + a).Count);
            Assert.Equal(int.Min(rows, columns), a.Diagonal().Size);
            Assert.Equal(0, SparseMatrix.FromDense(a.ToDense()).Count);
        }
    }

    [Fact]
    public void NaN_is_an_entry_and_infinities_meet_only_entries()
    {
        using Scope scope = Scope.Begin();
        SparseMatrix<double> a = SparseMatrix.FromDense(Tensor.From(new[,] { { 0, double.NaN }, { -0.0, 2 } }));
        Assert.Equal([0, 1, 2], a.Pattern.RowStarts.ToArray());
        Assert.Equal([double.NaN, 6], a.MatMul(Tensor.From<double>([double.PositiveInfinity, 3], [2])).ToArray());
        SparseMatrix<double> identity = SparseMatrix.Identity<double>(2);
        Assert.Equal([1, 0, 0, 1], identity.ToDense().ToArray());
        Assert.Equal([0, 7, 8, 0], SparseMatrix.FromTriplets<double>(2, 2, [0, 1], [1, 0], [7, 8]).ToDense().ToArray());
    }

    [Fact]
    public void A_long_row_is_one_chain()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> dense = new RandomStream(1).Normal<float>([3, 2000]), x = new RandomStream(2).Normal<float>([2000]);
        float[] a = dense.ToArray(), b = x.ToArray(), expected = new float[3];
        for (int i = 0; i < 6000; i++)
        {
            expected[i / 2000] = MathF.FusedMultiplyAdd(a[i], b[i % 2000], expected[i / 2000]);
        }

        Bits.AssertSame<float>(expected, SparseMatrix.FromDense(dense).MatMul(x).ToArray(), "long rows");
    }

    [Fact]
    public void A_matrix_lives_as_long_as_it_is_kept()
    {
        SparseMatrix<float> kept, gone;
        Tensor<float> values = Tensor.Ones<float>([2]);
        using (Scope scope = Scope.Begin())
        {
            gone = SparseMatrix.Identity<float>(2);
            kept = gone.WithValues(values).KeptIn(scope);
        }

        values.Dispose();
        Assert.Equal(1f, kept[1, 1]);
        Assert.Equal("SparseMatrix<Single> [2, 2] with 2 entries (disposed)", gone.ToString());
        Throws.Exactly<ObjectDisposedException>("The matrix was disposed, or the scope that it was made in has ended.", () => _ = gone.Values);
        Assert.Throws<ObjectDisposedException>(() => gone.MatMul(gone));
        kept.Dispose();
        kept.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kept[0, 0]);
    }

    [Fact]
    public void Operands_that_do_not_fit_are_named()
    {
        using Scope scope = Scope.Begin();
        SparseMatrix<float> a = SparseMatrix.FromTriplets<float>(2, 3, [0, 1], [0, 2], [1, 2]);
        Tensor<float> x = Tensor.Ones<float>([2, 2]), cube = Tensor.Ones<float>([2, 2, 2]);
        Throws.Exactly<ArgumentException>("sparse matmul: a vector [3] or a matrix [3, n] is needed for [2, 3]; got [2, 2].", () => a.MatMul(x));
        Throws.Exactly<ArgumentException>("sparse transposed matmul: a vector [2] or a matrix [2, n] is needed for [2, 3] transposed; got [2, 2, 2].", () => a.TransposedMatMul(cube));
        Throws.Exactly<ArgumentException>("sparse left matmul: a vector [2] or a matrix [m, 2] is needed before [2, 3]; got [2, 2, 2].", () => a.LeftMatMul(cube));
        Throws.Exactly<ArgumentException>("sparse matmul: inner dimensions differ: a [2, 3] has k = 3, b [2, 3] has k = 2.", () => a.MatMul(a));
        Throws.Exactly<ArgumentException>("sparse add: the sizes differ: [2, 3] and [3, 2].", () => a.Add(a.Transpose()));
        Throws.Exactly<ArgumentException>("sparse subtract: the sizes differ: [2, 3] and [3, 2].", () => a.Subtract(a.Transpose()));
        Throws.Exactly<ArgumentException>("sampled matmul: u [2, n] and w [3, n] are needed; got [2, 2] and [2, 2].", () => a.SampledMatMul(x, x));
        Throws.Exactly<ArgumentException>("sparse matrix: the values have shape [2, 2]; [2] is needed.", () => a.WithValues(x));
        Throws.Exactly<ArgumentException>("scale rows: the factors have shape [2, 2]; [2] is needed.", () => a.ScaleRows(x));
        Throws.Exactly<ArgumentException>("scale columns: the factors have shape [2, 2]; [3] is needed.", () => a.ScaleColumns(x));
        Throws.Exactly<ArgumentException>("sparse matrix: a matrix is needed; got [2, 2, 2].", () => SparseMatrix.FromDense(cube));
        Throws.Exactly<NotSupportedException>("sparse matrix: the element type is Int32; float (Single) and double (Double) are supported.", () => SparseMatrix.Identity<int>(2));
        Throws.Exactly<ArgumentOutOfRangeException>("sparse pattern: entry 1 is in row 2, outside 2 rows.", () => SparseMatrix.FromTriplets<float>(2, 2, [0, 2], [0, 0], [1, 2]));
        Throws.Exactly<ArgumentException>("sparse matmul: the destination [2, 2] must be contiguous.", () => a.MatMulInto(Tensor.Ones<float>([3, 2]), Tensor.Ones<float>([2, 2]).Transpose()));
        Assert.StartsWith("sparse matrix: [2, 0] is outside [2, 3].", Assert.Throws<ArgumentOutOfRangeException>(() => a[2, 0]).Message, StringComparison.Ordinal);
        Tensor<float> there = Tensor.Empty<float>([3], new Elsewhere());
        Assert.Throws<NotSupportedException>(() => a.MatMul(there));
    }

    /// <summary>A matrix with some empty rows.</summary>
    internal static SparseMatrix<double> Make(Random random, int rows, int columns)
    {
        List<int> i = [], j = [];
        List<double> values = [];
        for (int entry = random.Next((rows * columns) + 1); entry > 0; entry--)
        {
            i.Add(random.Next(rows));
            j.Add(random.Next(columns));
            values.Add(random.Next(-20, 20) / 8.0);
        }

        return SparseMatrix.FromTriplets<double>(rows, columns, i.ToArray(), j.ToArray(), values.ToArray());
    }

    /// <summary>Finite numbers, contiguous or transposed: a product with the zeros between the entries must be zero.</summary>
    private static Tensor<double> Numbers(Random random, nint rows, nint columns)
    {
        RandomStream stream = new((ulong)random.Next());
        return random.Next(2) == 0 ? stream.Normal<double>([rows, columns]) : stream.Normal<double>([columns, rows]).Transpose();
    }

    private static void Same(Tensor<double> expected, Tensor<double> actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);

        // -0 stays out of a chain that begins with +0, and zeros of differences of dense matrices have signs of their own.
        Bits.AssertSame<double>((expected + 0.0).ToArray(), (actual + 0.0).ToArray(), "sparse against dense");
    }
}
