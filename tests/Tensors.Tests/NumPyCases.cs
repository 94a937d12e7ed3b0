namespace Onsager.Tensors.Tests;

/// <summary>The expressions of tests/golden/tensors.py, written with our operations. The one-letter names are the script's.</summary>
internal static class NumPyCases
{
    private const double NaN = double.NaN, Inf = double.PositiveInfinity;

    private static Tensor<double> X => GoldenValues.Ramp<double>([3, 4, 5]);

    private static Tensor<double> M => GoldenValues.Ramp<double>([4, 5], 1);

    private static Tensor<double> R => GoldenValues.Ramp<double>([5], 2);

    private static Tensor<double> C => GoldenValues.Ramp<double>([4, 1], 3);

    private static Tensor<double> T => GoldenValues.Ramp<double>([4, 6], 4, 7);

    private static Tensor<double> Z => Tensor.Zeros<double>([0, 3]);

    private static Tensor<double> S => Tensor.From([NaN, Inf, -Inf, 0.0, -0.0, 1, -1, 0.5, -0.5, 2.5, -3.5, 1e-320, 1e300]);

    private static Tensor<double> P => S.Unsqueeze(1);

    private static Tensor<double> N => Tensor.From(new double[,] { { 1, NaN, -2 }, { 0.0, -0.0, 3 }, { Inf, -Inf, 5 } });

    private static Tensor<int> I => Tensor.From([2, 0, -1, 2]);

    private static Tensor<int> J => Tensor.From(new int[,] { { 0, 3, 1, 1, -1 }, { 2, 2, 0, 3, 1 } });

    private static Tensor<double> K => GoldenValues.Ramp<double>([5, 3], 5);

    private static Tensor<double> V => GoldenValues.Ramp<double>([9], 6, 7).Sort();

    private static Tensor<double> U => GoldenValues.Ramp<double>([7], 7, 7);

    private static Tensor<double> A => GoldenValues.Ramp<double>([2, 1, 3, 4], 8);

    private static Tensor<double> B => GoldenValues.Ramp<double>([3, 4, 2], 10);

    private static Tensor<double> Q => GoldenValues.Ramp<double>([6], 11).Abs() / 4;

    private static Tensor<double> Zero => Tensor.Scalar(0.0);

    private static Tensor<double> One => Tensor.Scalar(1.0);

    public static Dictionary<string, Func<Tensor<double>[]>> All()
    {
        Dictionary<string, Func<Tensor<double>[]>> all = [];
        AddRange(Views(), x => [x]);
        AddRange(Reductions(), x => [x]);
        AddRange(Sorted(), x => [x]);
        AddRange(Moved(), x => [x]);
        AddRange(Sums(), x => [x]);
        AddRange(Functions(), x => [x]);
        AddRange(Several(), x => x);
        return all;

        void AddRange<TResult>(Dictionary<string, Func<TResult>> part, Func<TResult, Tensor<double>[]> several)
        {
            foreach ((string name, Func<TResult> f) in part)
            {
                all.Add(name, () => several(f()));
            }
        }
    }

    private static Dictionary<string, Func<Tensor<double>[]>> Several() => new()
    {
        ["np.meshgrid(r, u)"] = () => Tensor.Meshgrid<double>([R, U], isXy: true),
        ["np.meshgrid(r, u, indexing='ij')"] = () => Tensor.Meshgrid<double>([R, U]),
        ["np.unique(t, return_index=True, return_inverse=True, return_counts=True)"] = () =>
        {
            (Tensor<double> values, Tensor<int> indices, Tensor<int> inverse, Tensor<int> counts) = T.Unique();
            return [values, D(indices), D(inverse), D(counts)];
        },
    };

    private static Dictionary<string, Func<Tensor<double>>> Views() => new()
    {
        ["x[::-1]"] = () => X[AxisSlice.Stepped(-1)],
        ["x[:, ::-2, 1:4:2]"] = () => X[.., AxisSlice.Stepped(-2), AxisSlice.Stepped(2, 1, 4)],
        ["x[-1, ..., ::3]"] = () => X[-1, AxisSlice.Ellipsis, AxisSlice.Stepped(3)],
        ["x[2:0:-1, None, 1]"] = () => X[AxisSlice.Stepped(-1, 2, 0), AxisSlice.NewAxis, 1],
        ["x[1:1]"] = () => X[1..1],
        ["x[:, -3:-1]"] = () => X[.., ^3..^1],
        ["x.transpose(2, 0, 1)[::2]"] = () => X.Permute(2, 0, 1)[AxisSlice.Stepped(2)],
        ["np.flip(x, (0, 2))"] = () => X.Flip(0, 2),
        ["np.rot90(m, 3)"] = () => M.Rot90(3),
        ["np.moveaxis(x, 0, 2)"] = () => X.MoveAxis(0, 2),
        ["np.diagonal(m, 1)"] = () => M.Diagonal(1),
        ["np.diagonal(x, -1, 1, 2)"] = () => X.Diagonal(-1, 1, 2),
        ["np.tril(m, -1)"] = () => M.Tril(-1),
        ["np.triu(x, 1)"] = () => X.Triu(1),
        ["np.eye(3, 4, 1)"] = () => Tensor.Eye<double>(3, 4, 1),
        ["m + r"] = () => M + R,
        ["m - c"] = () => M - C,
        ["c * r"] = () => C * R,
        ["m / c"] = () => M / C,
        ["np.maximum(m, c)"] = () => M.Maximum(C),
        ["np.minimum(c, r)"] = () => C.Minimum(R),
        ["np.broadcast_to(c, (2, 4, 3))"] = () => C.Expand([2, 4, 3]),
        ["np.concatenate([m, 2 * m], 0)"] = () => Tensor.Concatenate(0, M, 2 * M),
        ["np.stack([m, m + 1, -m], 1)"] = () => Tensor.Stack(1, M, M + 1, -M),
    };

    private static Dictionary<string, Func<Tensor<double>>> Reductions() => new()
    {
        ["np.max(x, 1)"] = () => X.Max(1),
        ["np.min(x, (0, 2), keepdims=True)"] = () => X.Min([0, 2], keepDimensions: true),
        ["np.argmax(t, 1)"] = () => D(T.ArgMax(1)),
        ["np.argmin(t, 0)"] = () => D(T.ArgMin(0)),
        ["np.argmax(n, 1)"] = () => D(N.ArgMax(1)),
        ["np.argmin(n, 1)"] = () => D(N.ArgMin(1)),
        ["np.max(n, 1)"] = () => N.Max(1),
        ["np.min(n, 0)"] = () => N.Min(0),
        ["np.any(t, 0)"] = () => D(T.Any([0])),
        ["np.all(t, 1)"] = () => D(T.All([1])),
        ["np.count_nonzero(t, 1, keepdims=True)"] = () => D(T.CountNonzero([1], keepDimensions: true)),
        ["np.any(n, 1)"] = () => D(N.Any([1])),
        ["np.any(z, 0)"] = () => D(Z.Any([0])),
        ["np.all(z, 0)"] = () => D(Z.All([0])),
        ["np.sum(z, 0)"] = () => Z.Sum(0),
        ["np.sum(z, 1)"] = () => Z.Sum(1),
        ["np.mean(z, 0)"] = () => Z.Mean(0),
        ["np.var(z, 0)"] = () => Z.Variance(0),
        ["np.isclose(n, n + 1e-9)"] = () => D(N.IsClose(N + 1e-9)),
        ["np.isclose(n, n.T, equal_nan=True)"] = () => D(N.IsClose(N.Transpose(), equalNaN: true)),
    };

    private static Dictionary<string, Func<Tensor<double>>> Sorted() => new()
    {
        ["np.sort(t, 1)"] = () => T.Sort(1),
        ["np.sort(t, 0)"] = () => T.Sort(0),
        ["np.sort(n, 1)"] = () => N.Sort(1),
        ["np.flip(np.sort(n, 1), 1) + 0"] = () => N.Sort(1, isDescending: true) + 0,
        ["np.sort(t.ravel())"] = () => T.Flatten().Sort(),
        ["np.argsort(t, 1, stable=True)"] = () => D(T.ArgSort(1)),
        ["np.argsort(-t, 0, stable=True)"] = () => D(T.ArgSort(0, isDescending: true)),
        ["np.argsort(n, 1, stable=True)"] = () => D(N.ArgSort(1)),
        ["np.flip(np.sort(t, 1), 1)[:, :3]"] = () => T.TopK(3, 1).Values,
        ["np.sort(t, 0)[:2]"] = () => T.TopK(2, 0, isLargest: false).Values,
        ["np.unique(n, equal_nan=False) + 0"] = () => N.Unique().Values + 0,
        ["np.searchsorted(v, u)"] = () => D(V.SearchSorted(U)),
        ["np.searchsorted(v, u, side='right')"] = () => D(V.SearchSorted(U, isRight: true)),
        ["np.searchsorted(v, s)"] = () => D(V.SearchSorted(S)),
        ["np.searchsorted(np.sort(s), s, side='right')"] = () => D(S.Sort().SearchSorted(S, isRight: true)),
        ["np.argwhere(t)"] = () => D(T.Nonzero()),
        ["np.argwhere(n)"] = () => D(N.Nonzero()),
    };

    private static Dictionary<string, Func<Tensor<double>>> Moved() => new()
    {
        ["np.pad(m, ((2, 1), (0, 3)), constant_values=1.5)"] = () => M.Pad([(2, 1), (0, 3)], 1.5),
        ["np.pad(m, ((2, 1), (1, 4)), mode='reflect')"] = () => M.Pad(PadMode.Reflect, (2, 1), (1, 4)),
        ["np.pad(m, ((2, 1), (1, 6)), mode='edge')"] = () => M.Pad(PadMode.Edge, (2, 1), (1, 6)),
        ["np.pad(m, ((2, 1), (1, 5)), mode='wrap')"] = () => M.Pad(PadMode.Circular, (2, 1), (1, 5)),
        ["np.roll(x, 2, 1)"] = () => X.Roll(2, 1),
        ["np.roll(x, (1, -3), (0, 2))"] = () => X.Roll([1, -3], [0, 2]),
        ["np.roll(m, -7, 0)"] = () => M.Roll(-7, 0),
        ["np.tile(m, 2)"] = () => M.Tile(2),
        ["np.tile(m, (2, 1, 3))"] = () => M.Tile(2, 1, 3),
        ["np.tile(x, (2, 1))"] = () => X.Tile(2, 1),
        ["np.repeat(m, 3, 0)"] = () => M.RepeatInterleave(3, 0),
        ["np.repeat(m, [1, 0, 2, 1], 0)"] = () => M.RepeatInterleave(Tensor.From([1, 0, 2, 1]), 0),
        ["np.take(m, i, 0)"] = () => M.Take(0, I),
        ["np.take(x, j, 1)"] = () => X.Take(1, J),
        ["np.take_along_axis(m, j, 0)"] = () => M.TakeAlongAxis(0, J),
        ["np.take_along_axis(m, j[:, :1], 0)"] = () => M.TakeAlongAxis(0, J[.., ..1]),
        ["m[m > 0]"] = () => M[M.GreaterThan(Zero)],
        ["x[:, m[:, 0] > 0]"] = () => X.SwapAxes(0, 1)[M[.., 0].GreaterThan(Zero)].SwapAxes(0, 1),
        ["put(m, [0, 3, -1, 7, 3], [10, 20, 30, 40, 50])"] = () => Put(M, Tensor.From([0, 3, -1, 7, 3]), Tensor.From([10.0, 20, 30, 40, 50])),
        ["put(m, [[0, 3], [5, 6]], 7.5)"] = () => Put(M, Tensor.From([[0, 3], [5, 6]]), Tensor.Scalar(7.5)),
        ["put_along(m, j, m[2:], 0)"] = () => M.Scatter(0, J, M[2..]),
        ["add_at(m, i, m)"] = () => M.IndexAdd(0, I, M),
        ["np.where(m > r, m, r)"] = () => Tensor.Where(M.GreaterThan(R), M, R),
        ["np.where(m > 0, c, np.nan)"] = () => Tensor.Where(M.GreaterThan(Zero), C, Tensor.Scalar(NaN)),
        ["np.select([m > 1, m > 0], [m, -m], 9)"] = () => Tensor.Select([M.GreaterThan(One), M.GreaterThan(Zero)], [M, -M], Tensor.Scalar(9.0)),
        ["np.choose([[1, 0, 1, 1, 0]], [m, 2 * m])"] = () => Tensor.Choose(Tensor.From(new int[,] { { 1, 0, 1, 1, 0 } }), M, 2 * M),
        ["np.arange(2, -1, -0.25)"] = () => Tensor.Arange(2, -1, -0.25),
        ["np.linspace(-1, 2, 7)"] = () => Tensor.Linspace(-1.0, 2, 7),
        ["np.linspace(0, 1, 4, endpoint=False)"] = () => Tensor.Linspace(0.0, 1, 4, includeStop: false),
        ["s.astype(np.float32).astype(float)"] = () => S.Cast<float>().Cast<double>(),
        ["s.astype(np.float16).astype(float)"] = () => S.Cast<Half>().Cast<double>(),
        ["s.astype(bool)"] = () => D(S.Cast<bool>()),
        ["m.astype(np.int32)"] = () => D(M.Cast<int>()),
    };

    private static Dictionary<string, Func<Tensor<double>>> Sums() => new()
    {
        ["np.sum(x)"] = () => X.Sum(),
        ["np.sum(x, (0, 2), keepdims=True)"] = () => X.Sum([0, 2], keepDimensions: true),
        ["np.sum(x, 1)"] = () => X.Sum(1),
        ["np.mean(x, (1, 2))"] = () => X.Mean([1, 2]),
        ["np.mean(x, 0, keepdims=True)"] = () => X.Mean(0, keepDimension: true),
        ["np.var(x)"] = () => X.Variance(),
        ["np.var(x, 1, ddof=1)"] = () => X.Variance(1, 1),
        ["np.std(x, (0, 2), ddof=1.5)"] = () => X.StandardDeviation([0, 2], 1.5),
        ["np.std(m, 0, keepdims=True)"] = () => M.StandardDeviation(0, keepDimension: true),
        ["np.var(m[:, :1], 1, ddof=1)"] = () => M[.., ..1].Variance(1, 1),
        ["np.sum(n, 1)"] = () => N.Sum(1),
        ["np.mean(n, 0)"] = () => N.Mean(0),
        ["np.var(n, 1)"] = () => N.Variance(1),
        ["np.linalg.norm(m)"] = () => M.Norm(),
        ["np.linalg.norm(m, axis=1)"] = () => M.Norm(1),
        ["np.linalg.norm(m, 1, axis=0)"] = () => M.Norm1(0),
        ["np.linalg.norm(m, np.inf, axis=1, keepdims=True)"] = () => M.NormInfinity(1, keepDimension: true),
        ["np.logaddexp.reduce(m, 1)"] = () => M.LogSumExp(1),
        ["np.logaddexp.reduce(n, 1)"] = () => N.LogSumExp(1),
        ["np.cumsum(x, 0)"] = () => X.CumulativeSum(0),
        ["np.cumsum(x, 2)"] = () => X.CumulativeSum(2),
        ["np.cumsum(n, 1)"] = () => N.CumulativeSum(1),
        ["np.cumsum(z, 1)"] = () => Z.CumulativeSum(1),
        ["m @ k"] = () => M.MatMul(K),
        ["r @ k"] = () => R.MatMul(K),
        ["m @ r"] = () => M.MatMul(R),
        ["r @ r"] = () => R.MatMul(R),
        ["a @ b"] = () => A.MatMul(B),
        ["np.matmul(b, a[0, 0, :2, :])"] = () => B.MatMul(A[0, 0, ..2, ..]),
        ["z @ k[:3]"] = () => Z.MatMul(K[..3]),
        ["z.T @ z"] = () => Z.Transpose().MatMul(Z),
        ["np.einsum('ij,jk->ik', m, k)"] = () => Tensor.Einsum("ij,jk->ik", M, K),
        ["np.einsum('ij,ij->j', m, m)"] = () => Tensor.Einsum("ij,ij->j", M, M),
        ["np.einsum('ijk,jk', x, m)"] = () => Tensor.Einsum("ijk,jk", X, M),
        ["np.einsum('ijk->kj', x)"] = () => Tensor.Einsum("ijk->kj", X),
        ["np.einsum('ii->i', m[:, :4])"] = () => Tensor.Einsum("ii->i", M[.., ..4]),
        ["np.einsum('i,j,k->kij', r, u, r)"] = () => Tensor.Einsum("i,j,k->kij", R, U, R),
        ["np.einsum('...ij,...jk->...ik', a, b)"] = () => Tensor.Einsum("...ij,...jk->...ik", A, B),
        ["np.einsum('ij,jk,kl->il', m, k, k.T)"] = () => Tensor.Einsum("ij,jk,kl->il", M, K, K.Transpose()),
        ["np.einsum('ij->', m)"] = () => Tensor.Einsum("ij->", M),
    };

    private static Dictionary<string, Func<Tensor<double>>> Functions() => new()
    {
        ["np.abs(s)"] = () => S.Abs(),
        ["-s"] = () => -S,
        ["np.sqrt(s)"] = () => S.Sqrt(),
        ["np.floor(s)"] = () => S.Floor(),
        ["np.ceil(s)"] = () => S.Ceiling(),
        ["np.trunc(s)"] = () => S.Truncate(),
        ["np.rint(s)"] = () => S.Round(),
        ["np.square(s)"] = () => S.Square(),
        ["1 / s"] = () => S.Reciprocal(),
        ["np.isnan(s)"] = () => S.IsNaN(),
        ["np.isfinite(s)"] = () => S.IsFinite(),
        ["np.isinf(s)"] = () => S.IsInfinity(),
        ["s + p"] = () => S + P,
        ["s - p"] = () => S - P,
        ["s * p"] = () => S * P,
        ["s / p"] = () => S / P,
        ["np.less(s, p)"] = () => S.Less(P),
        ["np.less_equal(s, p)"] = () => D(S.LessThanOrEqualTo(P)),
        ["np.equal(s, p)"] = () => D(S.EqualTo(P)),
        ["np.not_equal(s, p)"] = () => S.NotEqual(P),
        ["np.exp(s)"] = () => S.Exp(),
        ["np.expm1(s)"] = () => S.Expm1(),
        ["np.exp2(s)"] = () => S.Exp2(),
        ["np.log(s)"] = () => S.Log(),
        ["np.log1p(s)"] = () => S.Log1p(),
        ["np.log2(s)"] = () => S.Log2(),
        ["np.log10(s)"] = () => S.Log10(),
        ["np.sin(s[:12])"] = () => S[..12].Sin(),
        ["np.cos(s[:12])"] = () => S[..12].Cos(),
        ["np.tan(s[:12])"] = () => S[..12].Tan(),
        ["np.sinh(s)"] = () => S.Sinh(),
        ["np.cosh(s)"] = () => S.Cosh(),
        ["np.tanh(s)"] = () => S.Tanh(),
        ["np.arcsin(s)"] = () => S.Asin(),
        ["np.arccos(s)"] = () => S.Acos(),
        ["np.arctan(s)"] = () => S.Atan(),
        ["np.cbrt(s)"] = () => S.Cbrt(),
        ["np.power(s, p)"] = () => S.Pow(P),
        ["np.hypot(s, p)"] = () => S.Hypot(P),
        ["np.arctan2(s, p)"] = () => S.Atan2(P),
        ["np.exp(m)"] = () => M.Exp(),
        ["np.expm1(m / 64)"] = () => (M / 64).Expm1(),
        ["np.log(q)"] = () => Q.Log(),
        ["np.log1p(q)"] = () => Q.Log1p(),
        ["np.sin(9 * m)"] = () => (9 * M).Sin(),
        ["np.cos(9 * m)"] = () => (9 * M).Cos(),
        ["np.tan(m)"] = () => M.Tan(),
        ["np.sinh(m)"] = () => M.Sinh(),
        ["np.tanh(m)"] = () => M.Tanh(),
        ["np.arcsin(m / 4)"] = () => (M / 4).Asin(),
        ["np.arctan2(m, c)"] = () => M.Atan2(C),
        ["np.power(q, r[:, None])"] = () => Q.Pow(R.Unsqueeze(1)),
    };

    private static Tensor<double> D(Tensor<int> x) => x.Cast<double>();

    private static Tensor<double> D(Tensor<bool> x) => x.Cast<double>();

    private static Tensor<double> Put(Tensor<double> x, Tensor<int> indices, Tensor<double> values)
    {
        x.Put(indices, values);
        return x;
    }
}
