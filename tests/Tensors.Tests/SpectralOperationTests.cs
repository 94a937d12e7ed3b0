namespace Onsager.Tensors.Tests;

/// <summary>Orthogonal decompositions as operations: batches, threads, views, what follows from singular values, what is refused, memory that runs out.</summary>
[Collection(Alone.Name)]
public sealed class SpectralOperationTests
{
    private static readonly RandomStream Stream = new(78);

    [Fact]
    public void Matrices_of_a_batch_have_the_bits_that_they_have_alone_on_any_number_of_threads()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> all = Random(3, 4, 20, 20), tall = Random(12, 30, 20);
        int threads = Device.Cpu.Threads;
        try
        {
            foreach (int count in (int[])[1, 2, 3, 7])
            {
                Device.Cpu.Threads = count;
                (Tensor<double> q, Tensor<double> r) = Qr.Factor(tall);
                (Tensor<double> w, Tensor<double> v) = SymmetricEigen.Factor(all);
                (Tensor<double> u, Tensor<double> s, Tensor<double> vt) = Svd.Factor(tall);
                (Tensor<double> real, Tensor<double> imaginary) = GeneralEigen.Values(all);
                (ComplexTensor<double> values, ComplexTensor<double> vectors) = GeneralEigen.Factor(all);
                Same.Bits(real, values.Real());
                Same.Bits(imaginary, values.Imaginary());
                for (int i = 0; i < 12; i++)
                {
                    Tensor<double> one = all.Select(0, i / 4).Select(0, i % 4);
                    (Tensor<double> q1, Tensor<double> r1) = Qr.Factor(tall.Select(0, i));
                    (Tensor<double> w1, Tensor<double> v1) = SymmetricEigen.Factor(one);
                    (Tensor<double> u1, Tensor<double> s1, Tensor<double> vt1) = Svd.Factor(tall.Select(0, i));
                    (Tensor<double> real1, Tensor<double> imaginary1) = GeneralEigen.Values(one);
                    Same.Bits(q1, q.Select(0, i));
                    Same.Bits(r1, r.Select(0, i));
                    Same.Bits(w1, w.Select(0, i / 4).Select(0, i % 4));
                    Same.Bits(v1, v.Select(0, i / 4).Select(0, i % 4));
                    Same.Bits(u1, u.Select(0, i));
                    Same.Bits(s1, s.Select(0, i));
                    Same.Bits(vt1, vt.Select(0, i));
                    Same.Bits(real1, real.Select(0, i / 4).Select(0, i % 4));
                    Same.Bits(GeneralEigen.Factor(one).Vectors.Planes, vectors.Planes.Select(1, i / 4).Select(1, i % 4));
                    Same.Bits(imaginary1, imaginary.Select(0, i / 4).Select(0, i % 4));
                }
            }
        }
        finally
        {
            Device.Cpu.Threads = threads;
        }
    }

    [Fact]
    public void Views_count_as_their_elements()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> wide = Random(9, 14), view = wide.Transpose().Slice(0, 2, 12, 2);
        Same.Bits(Svd.Factor(view.Clone()).U, Svd.Factor(view).U);
        Same.Bits(Qr.Factor(view.Clone()).Q, Qr.Factor(view).Q);
        Tensor<double> square = wide.Slice(1, 3, 12);
        Same.Bits(SymmetricEigen.Factor(square.Clone()).Vectors, SymmetricEigen.Factor(square).Vectors);
        Same.Bits(GeneralEigen.Values(square.Clone()).Real, GeneralEigen.Values(square).Real);
        Same.Bits(GeneralEigen.Factor(square.Clone()).Vectors.Planes, GeneralEigen.Factor(square).Vectors.Planes);
    }

    [Fact]
    public void Known_values_come_out()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.From(new[,] { { 3.0, 0.0 }, { 4.0, 5.0 } });
        Close([Math.Sqrt(45), Math.Sqrt(5)], Svd.Values(a));
        Close([Math.Sqrt(45)], Norms.Spectral(a));
        Close([Math.Sqrt(45) + Math.Sqrt(5)], Norms.Nuclear(a));
        Close([3], LinearAlgebra.ConditionNumber(a));
        Close([1, 3], SymmetricEigen.Values(Tensor.From(new[,] { { 2.0, 1.0 }, { 1.0, 2.0 } })));
        Assert.Equal([2, 1, 0], LinearAlgebra.MatrixRank(Tensor.From<double>([1, 2, 3, 4, 1, 2, 2, 4, 0, 0, 0, 0], [3, 2, 2])).ToArray());
        Assert.True(double.IsPositiveInfinity(LinearAlgebra.ConditionNumber(Tensor.Ones<double>([2, 2]).Tril().MatMul(Tensor.From(new[,] { { 1.0, 0.0 }, { 0.0, 0.0 } }))).Item()));

        // The companion matrix of (x - 2)(x^2 + 1).
        (Tensor<double> real, Tensor<double> imaginary) = GeneralEigen.Values(Tensor.From(new[,] { { 2.0, -1, 2 }, { 1, 0, 0 }, { 0, 1, 0 } }));
        Assert.Equal((double[])[0, 0, 2], real.ToArray().Order().ToArray(), new Near(1e-14));
        Assert.Equal((double[])[-1, 0, 1], imaginary.ToArray().Order().ToArray(), new Near(1e-14));

        // A quarter turn: values i and -i, vectors (1, i) and (1, -i) over the root of 2, the largest component real.
        (ComplexTensor<double> values, ComplexTensor<double> vectors) = GeneralEigen.Factor(Tensor.From(new[,] { { 0.0, 1 }, { -1, 0 } }));
        Assert.Equal([0.0, 0, 1, -1], values.Planes.ToArray(), new Near(1e-15));
        double root = Math.Sqrt(0.5);
        Assert.Equal([root, root, 0, 0, 0, 0, root, -root], vectors.Planes.ToArray(), new Near(1e-15));
        Assert.True(GeneralEigen.Factor(Tensor.Zeros<double>([3, 0, 0])).Vectors.Shape == Shape.Create([3, 0, 0]));
    }

    [Fact]
    public void A_pseudo_inverse_meets_the_four_conditions_of_Penrose_and_solves_in_the_least_squares_sense()
    {
        using Scope scope = Scope.Begin();
        foreach ((int m, int n, int rank) in ((int, int, int)[])[(6, 4, 4), (4, 6, 4), (7, 5, 3), (5, 5, 1), (3, 3, 0)])
        {
            Tensor<double> a = Random(m, rank).MatMul(Random(rank, n)), p = LinearAlgebra.PseudoInverse(a, 1e-12), b = Random(m, 3);
            Close(a.MatMul(p).MatMul(a).ToArray(), a);
            Close(p.MatMul(a).MatMul(p).ToArray(), p);
            Close(a.MatMul(p).Transpose().ToArray(), a.MatMul(p));
            Close(p.MatMul(a).Transpose().ToArray(), p.MatMul(a));
            (Tensor<double> x, Tensor<double> residuals, Tensor<int> counted) = LeastSquares.Solve(a, b, 1e-12);
            Close(p.MatMul(b).ToArray(), x);
            Close(new double[n * 3], a.Transpose().MatMul(a.MatMul(x) - b));
            Close((a.MatMul(x) - b).Square().Sum(0).ToArray(), residuals);
            Assert.Equal(rank, counted.Item());
            if (rank == n)
            {
                Close(x.ToArray(), LeastSquares.SolveFullRank(a, b).X);
            }
        }

        Assert.True(LinearAlgebra.PseudoInverse(Tensor.Zeros<double>([0, 3])).Shape == Shape.Create([3, 0]));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> vector = Random(3), wide = Random(2, 3);
        Throws.Exactly<ArgumentException>("qr: [3] has rank 1; matrices are needed.", () => Qr.Factor(vector));
        Throws.Exactly<ArgumentException>("svd: [3] has rank 1; matrices are needed.", () => Svd.Factor(vector));
        Throws.Exactly<ArgumentException>("eigh: a square matrix is needed; got [2, 3].", () => SymmetricEigen.Factor(wide));
        Throws.Exactly<ArgumentException>("eig: a square matrix is needed; got [2, 3].", () => GeneralEigen.Values(wide));
        Throws.Exactly<ArgumentException>("eig: a square matrix is needed; got [2, 3].", () => GeneralEigen.Factor(wide));
        Throws.Exactly<NotSupportedException>("qr (complete): this operation has no derivative yet, and its input is being differentiated.", () => Autodiff.Grad(Random(3, 2), x => Qr.Factor(x, isComplete: true).R.Sum()));
        Throws.Exactly<NotSupportedException>("svd (full): this operation has no derivative yet, and its input is being differentiated.", () => Autodiff.Grad(Random(3, 2), x => Svd.Factor(x, isFull: true).S.Sum()));
        Throws.Exactly<ArgumentException>("least squares: the matrix has shape [2, 3]; the right side [3] must be [..., 2, columns].", () => LeastSquares.Solve(wide, vector));
        Throws.Exactly<ArgumentException>("least squares: [2, 3] has fewer rows than columns, so its columns are dependent; use Solve.", () => LeastSquares.SolveFullRank(wide, Random(2, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearAlgebra.MatrixRank(wide, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearAlgebra.PseudoInverse(wide, double.NaN));
        Throws.Exactly<ArgumentException>("condition number: [0, 3] has no elements.", () => LinearAlgebra.ConditionNumber(Tensor.Zeros<double>([0, 3])));
        Assert.Throws<NotSupportedException>(() => Qr.Factor(Tensor.Zeros<int>([2, 2])));
    }

    [Fact]
    public void Where_memory_runs_out_nothing_is_lost()
    {
        Tensor<double> a = Random(2, 5, 4), square = Random(2, 4, 4), b = Random(2, 5, 2);
        foreach (Action work in (Action[])[
            () => Qr.Factor(a).Dispose(), () => Qr.R(a).Dispose(), () => Svd.Factor(a).Dispose(), () => Svd.Values(a.Transpose()).Dispose(), () => SymmetricEigen.Factor(square).Dispose(),
            () => SymmetricEigen.Values(square).Dispose(), () => GeneralEigen.Values(square).Dispose(), () => GeneralEigen.Factor(square).Dispose(), () => GeneralEigen.Factor(square.Cast<float>()).Dispose(),
            () => Autodiff.Grad(square, x => GeneralEigen.Factor(x).Vectors.Planes.Sum()).Dispose(), () => LinearAlgebra.PseudoInverse(a).Dispose(), () => LeastSquares.Solve(a, b).Dispose(),
            () => LeastSquares.SolveFullRank(a, b).Dispose(), () => LinearAlgebra.MatrixRank(a).Dispose(), () => LinearAlgebra.ConditionNumber(a).Dispose(),
            () => Autodiff.Grad(a, x => Svd.Factor(x).U.Sum() + Qr.Factor(x).Q.Sum()).Dispose(), () => Autodiff.Grad(square, x => SymmetricEigen.Factor(x).Vectors.Sum()).Dispose()])
        {
            using (Scope scope = Scope.Begin())
            {
                work();
            }

            long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
            for (int request = 1; ; request++)
            {
                bool hasFailed = false;
                Device.Cpu.RefuseAllocation(request);
                try
                {
                    using Scope scope = Scope.Begin();
                    work();
                }
                catch (OutOfMemoryException)
                {
                    hasFailed = true;
                }
                finally
                {
                    Device.Cpu.RefuseAllocation(0);
                }

                Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
                if (!hasFailed)
                {
                    break;
                }
            }
        }

        a.Dispose();
        square.Dispose();
        b.Dispose();
    }

    private static void Close(double[] expected, Tensor<double> actual) => Assert.Equal(expected, actual.ToArray(), new Near(1e-11 * Math.Max(1, expected.Select(Math.Abs).DefaultIfEmpty(0).Max())));

    private static Tensor<double> Random(params ReadOnlySpan<nint> extents) => Stream.Normal<double>(Shape.Create(extents));
}
