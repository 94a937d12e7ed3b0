"""Arrays: made, computed with, indexed, refused; NumPy says what is right."""

import copy
import gc
import threading
import unittest

import numpy

import onsager as on


def drawn(*shape, dtype=on.float64, seed=1):
    return on.random.Stream(seed).normal(shape, dtype=dtype)


class Case(unittest.TestCase):
    def same(self, array, wanted, places=None):
        """Elements, shape and type as NumPy has them; to so many units of the last place where places says."""
        found, wanted = numpy.asarray(array), numpy.asarray(wanted)
        self.assertEqual((found.shape, found.dtype), (wanted.shape, wanted.dtype))
        if places is None or wanted.dtype.kind != "f":
            numpy.testing.assert_array_equal(found, wanted)
        else:
            numpy.testing.assert_allclose(found, wanted, rtol=places * numpy.finfo(wanted.dtype).eps, atol=places * numpy.finfo(wanted.dtype).eps)


class Creation(Case):
    def test_numbers_lists_and_types(self):
        self.same(on.asarray([[1, 2], [3, 4]]), numpy.array([[1, 2], [3, 4]], dtype=numpy.int64))
        self.same(on.asarray([1, 2.5]), numpy.array([1, 2.5], dtype=numpy.float32))
        self.same(on.asarray([True, False]), numpy.array([True, False]))
        self.same(on.asarray([numpy.float64(2.5), True]), numpy.array([2.5, 1], dtype=numpy.float32))
        self.same(on.asarray([]), numpy.zeros(0, dtype=numpy.float32))
        self.same(on.asarray([[], []], dtype=on.int32), numpy.zeros((2, 0), dtype=numpy.int32))
        self.same(on.asarray(3.5, dtype=on.float64), numpy.float64(3.5))
        self.same(on.full((2, 3), 7), numpy.full((2, 3), 7))
        self.same(on.ones(3, dtype=on.float16), numpy.ones(3, dtype=numpy.float16))
        self.assertEqual(on.asarray([0.1, 1e30], dtype=on.bfloat16).tolist()[0], 0.10009765625)
        for refused in ([[1, 2], [3]], [1, [2]], ["a"], [None]):
            with self.assertRaises((ValueError, TypeError)):
                on.asarray(refused)
        with self.assertRaises(OverflowError):
            on.asarray([2**40], dtype=on.int32)
        with self.assertRaises(OverflowError):
            on.asarray([2**70])
        with self.assertRaises(OverflowError):
            on.asarray([1e39, 10**400])
        self.same(on.asarray([1.0, 1e39, -1e39]), numpy.array([1, numpy.inf, -numpy.inf], dtype=numpy.float32))
        self.same(on.asarray([1, 10**39, -(10**39)], dtype=on.float32), numpy.array([1, numpy.inf, -numpy.inf], dtype=numpy.float32))
        self.same(on.asarray([10**39], dtype=on.float64), numpy.array([1e39]))
        self.same(on.ones(1) + 10**39, numpy.array([numpy.inf], dtype=numpy.float32))
        with self.assertRaises(OverflowError):
            on.ones(1) + 10**400

    def test_sequences(self):
        self.same(on.arange(5), numpy.arange(5))
        self.same(on.arange(2, 11, 3, dtype=on.int32), numpy.arange(2, 11, 3, dtype=numpy.int32))
        self.same(on.arange(0.0, 1.0, 0.25), numpy.arange(0, 1, 0.25, dtype=numpy.float32))
        self.same(on.linspace(0, 1, 5, dtype=on.float64), numpy.linspace(0, 1, 5))
        self.same(on.eye(2, 3, k=1, dtype=on.float64), numpy.eye(2, 3, k=1))
        for found, wanted in zip(on.meshgrid(on.arange(3), on.arange(2)), numpy.meshgrid(numpy.arange(3), numpy.arange(2)), strict=True):
            self.same(found, wanted)

    def test_types_mix_as_the_standard_says(self):
        self.assertIs((on.ones(2) + on.ones(2, dtype=on.float64)).dtype, on.float64)
        self.assertIs((on.arange(2) + on.arange(2, dtype=on.int32)).dtype, on.int64)
        self.assertIs((on.ones(2) * 2).dtype, on.float32)
        self.assertIs(on.result_type(on.int32, on.int64), on.int64)
        for wrong in (lambda: on.ones(2) + on.arange(2), lambda: on.arange(2) + 0.5, lambda: on.ones(2) + "1", lambda: on.ones(2) & on.ones(2)):
            with self.assertRaises(TypeError):
                wrong()
        self.assertTrue(on.isdtype(on.float32, "real floating") and not on.isdtype(on.int32, ("bool", "real floating")))
        self.assertEqual(on.finfo(on.float64).eps, numpy.finfo(numpy.float64).eps)
        self.assertEqual((on.finfo(on.float32).max, on.finfo(on.float32).smallest_normal), (float(numpy.finfo(numpy.float32).max), float(numpy.finfo(numpy.float32).tiny)))
        self.assertEqual(on.iinfo(on.int32).min, -(2**31))
        self.assertIs(copy.deepcopy(on.float32), on.float32)


class Elements(Case):
    def test_functions_of_one_number(self):
        x = drawn(7, 5)
        n = numpy.asarray(x)
        names = "abs atan ceil cos cosh exp expm1 floor isfinite isinf isnan negative positive round sign sin sinh square tan tanh trunc"
        for name in names.split():
            self.same(getattr(on, name)(x), getattr(numpy, {"atan": "arctan"}.get(name, name))(n), places=8)
        for name in ("log", "log10", "log1p", "log2", "sqrt", "reciprocal"):
            self.same(getattr(on, name)(on.abs(x)), getattr(numpy, name)(numpy.abs(n)), places=8)
        for name, other in (("acos", "arccos"), ("asin", "arcsin")):
            self.same(getattr(on, name)(on.tanh(x)), getattr(numpy, other)(numpy.tanh(n)), places=16)

    def test_functions_of_two_numbers(self):
        x, y = drawn(4, 1, 3), drawn(5, 1, seed=2)
        n, m = numpy.asarray(x), numpy.asarray(y)
        for name, other in (
            ("add", "add"), ("subtract", "subtract"), ("multiply", "multiply"), ("divide", "divide"), ("maximum", "maximum"), ("minimum", "minimum"), ("hypot", "hypot"),
            ("atan2", "arctan2"), ("less", "less"), ("greater_equal", "greater_equal"), ("equal", "equal"), ("not_equal", "not_equal"), ("logaddexp", "logaddexp"),
            ("floor_divide", "floor_divide"), ("remainder", "remainder"),
        ):
            self.same(getattr(on, name)(x, y), getattr(numpy, other)(n, m), places=8)
        self.same(on.pow(on.abs(x), y), numpy.abs(n) ** m, places=8)
        self.same(on.clip(x, -0.5, 0.5), numpy.clip(n, -0.5, 0.5))
        self.same(on.where(x > 0, x, 0.0), numpy.where(n > 0, n, 0))
        self.same(2 - x / 4, 2 - n / 4)

    def test_integers(self):
        x, y = on.asarray([-7, 7, -8, 8, 0]), on.asarray([[3], [-3]])
        n, m = numpy.asarray(x), numpy.asarray(y)
        for name in ("add", "subtract", "multiply", "floor_divide", "remainder", "maximum", "minimum", "less", "equal"):
            self.same(getattr(on, name)(x, y), getattr(numpy, name)(n, m))
            self.same(getattr(on, name)(on.astype(x, on.int32), on.astype(y, on.int32)), getattr(numpy, name)(n.astype(numpy.int32), m.astype(numpy.int32)))
        self.same(abs(x), abs(n))
        self.same(-x, -n)
        self.same(on.sum(x * y, axis=1), (n * m).sum(axis=1))
        self.same(on.max(x * y, axis=0), (n * m).max(axis=0))
        self.same(on.sum(on.astype(x, on.int32)), numpy.int64(0))
        smallest = on.asarray([-(2**63)])
        self.same(smallest % -1, numpy.array([0]))
        with self.assertRaises(ArithmeticError):
            x // 0

    def test_booleans(self):
        x, y = on.asarray([True, True, False, False]), on.asarray([True, False, True, False])
        n, m = numpy.asarray(x), numpy.asarray(y)
        for found, wanted in ((x & y, n & m), (x | y, n | m), (x ^ y, n ^ m), (~x, ~n), (x == y, n == m)):
            self.same(found, wanted)
        self.assertTrue(on.any(x) and not on.all(x))
        self.same(on.count_nonzero(x), numpy.int64(2))

    def test_storage_types_are_compared_and_moved(self):
        values = [1.5, float("nan"), -0.0, 0.0, float("inf"), -2.25, 6e-8, 1.5, float("-inf"), -6e-8, 65504]
        n = numpy.array(values, dtype=numpy.float16)
        x, y = on.asarray(n), on.asarray(values, dtype=on.bfloat16)
        for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
            self.same(getattr(on, name)(x, x[:, None]), getattr(numpy, name)(n, n[:, None]))
            self.same(getattr(on, name)(y, y[:, None]), getattr(numpy, name)(*[numpy.asarray(on.astype(y, on.float32))[key] for key in (slice(None), (slice(None), None))]))
        self.same(on.sort(x), numpy.sort(n))
        self.same(on.argsort(x), numpy.argsort(n, kind="stable"))
        self.same(on.unique_counts(x).counts, numpy.array([1, 1, 1, 2, 1, 2, 1, 1, 1]))
        self.same(on.nonzero(x)[0], numpy.nonzero(n)[0])
        self.same(on.count_nonzero(x), numpy.int64(9))
        self.assertTrue(on.any(y) and not on.all(y) and on.all(y[4:]))
        self.same(on.searchsorted(on.sort(x), x[4:6]), numpy.array([9, 1]))
        for moved in (on.sort(y), on.unique_values(y), on.where(y > 0, y, y[0]), on.flip(y), on.take(y, on.asarray([1]))):
            self.assertIs(moved.dtype, on.bfloat16)
        self.assertEqual(on.sort(y).tolist()[:2], [float("-inf"), -2.25])
        self.assertEqual(numpy.signbit(numpy.asarray(on.unique_values(x)))[3], True)

    def test_casts(self):
        x = on.asarray([-1.5, 0.0, 2.5], dtype=on.float64)
        for dtype, other in ((on.bool, bool), (on.int32, numpy.int32), (on.int64, numpy.int64), (on.float16, numpy.float16), (on.float32, numpy.float32)):
            self.same(on.astype(x, dtype), numpy.asarray(x).astype(other))
        self.same(on.astype(on.astype(on.arange(3), on.bfloat16), on.int32), numpy.arange(3, dtype=numpy.int32))


class Shapes(Case):
    def test_views_share_memory(self):
        x = on.zeros((2, 3))
        x.T[1, :] = 5
        on.reshape(x, (6,))[0] = 7
        self.same(x, numpy.array([[7, 5, 0], [0, 5, 0]], dtype=numpy.float32))

    def test_indexing(self):
        x = on.reshape(on.arange(60), (3, 4, 5))
        n = numpy.asarray(x)
        keys = [0, -1, (1, 2), (1, 2, 3), slice(1, None), slice(None, None, -1), (slice(None), slice(3, 0, -2)), (..., 1), (None, 1, ..., None)]
        for key in (*keys, (slice(5, 2),), ..., (), (slice(-2, 100, 3), 2)):
            self.same(x[key], n[key])
        self.same(x[x % 2 == 0], n[n % 2 == 0])
        self.same(x[on.asarray([True, False, True])], n[[True, False, True]])
        self.same(x[on.asarray([2, 0, -1])], n[[2, 0, -1]])
        for key in (3, -4, (0, 0, 0, 0), (..., ...), "a", 1.5, [0, 1]):
            with self.assertRaises(IndexError):
                x[key]

    def test_assignment(self):
        x, n = on.reshape(on.arange(12.0), (3, 4)), numpy.arange(12, dtype=numpy.float32).reshape(3, 4)
        for key, value in (((0, 1), 9.0), (slice(1, 3), on.asarray([1.0, 2.0, 3.0, 4.0])), ((slice(None), slice(None, None, -2)), 0.5), (..., 2)):
            x[key] = value
            n[key] = numpy.asarray(value) if isinstance(value, on.Array) else value
            self.same(x, n)
        x[x > 1] = -1.0
        n[n > 1] = -1
        self.same(x, n)
        x[0] = x[1]
        n[0] = n[1]
        for wrong in (on.asarray([True]), on.asarray([[True] * 4]), on.asarray([True] * 4), on.zeros((0, 3), dtype=on.bool), on.zeros((3, 4, 1), dtype=on.bool)):
            with self.assertRaises(IndexError):
                x[wrong] = 5.0
            with self.assertRaises(IndexError):
                x[wrong]
        x[on.zeros((0, 4), dtype=on.bool)] = 5.0
        self.same(x, n)
        names = "bool int8 int64 uint8 uint64 float16 float32 float64 complex64 complex128".split()
        for left in names:
            for right in names[:8] if "complex" not in left else names:
                found, wanted = on.zeros(2, dtype=getattr(on, left)), numpy.zeros(2, left)
                found[0] = on.asarray(1, dtype=getattr(on, right))
                wanted[0] = numpy.asarray(1, right)
                self.same(found, wanted)
        for shape, mask in (((3, 4), n > 0), ((3, 4), [True, False, True]), ((4, 3), [True, False, True, True]), ((3, 3), numpy.eye(3) > 0), ((2, 3, 2), numpy.ones((2, 3)) > 0), ((2, 3), numpy.zeros((2, 3)) > 0), ((), True)):
            mask = numpy.asarray(mask)
            count, rest = int(mask.sum()), shape[mask.ndim :]
            for value in ((count, *rest), (1, *rest), rest[-1:], ()):
                wanted, given = numpy.zeros(shape, numpy.float32), numpy.asarray(drawn(*value, seed=3), numpy.float32)
                found = on.asarray(wanted.copy())
                wanted[mask] = given
                found[on.asarray(mask)] = on.asarray(given)
                self.assertEqual(found.tolist(), wanted.tolist())
        with self.assertRaises(ValueError):
            x[x > 0] = on.ones(7)
        x[on.asarray([True, False, True])] = 5.0
        n[[0, 2]] = 5
        self.same(x, n)
        with self.assertRaises(ValueError):
            x[0] = on.ones(3)
        with self.assertRaises(ValueError):
            on.broadcast_to(x[0], (3, 4))[...] = 1.0

    def test_manipulation(self):
        x = drawn(2, 3, 4)
        n = numpy.asarray(x)
        for found, wanted in (
            (on.permute_dims(x, (2, 0, 1)), n.transpose(2, 0, 1)), (x.mT, n.swapaxes(1, 2)), (on.moveaxis(x, 0, -1), numpy.moveaxis(n, 0, -1)), (on.flip(x, axis=1), numpy.flip(n, 1)),
            (on.roll(x, 2, axis=2), numpy.roll(n, 2, 2)), (on.roll(x, 1), numpy.roll(n, 1)), (on.tile(x, (2, 1)), numpy.tile(n, (2, 1))), (on.repeat(x, 2, axis=0), n.repeat(2, 0)),
            (on.expand_dims(x, axis=1), n[:, None]), (on.squeeze(x[:, :1], 1), n[:, 0]),
            (on.concat([x, x], axis=1), numpy.concatenate([n, n], 1)), (on.concat([x, x], axis=None), numpy.concatenate([n, n], None)),
            (on.stack([x, x], axis=-1), numpy.stack([n, n], -1)), (on.unstack(x, axis=1)[2], n[:, 2]), (on.broadcast_to(x[0], (5, 3, 4)), numpy.broadcast_to(n[0], (5, 3, 4))),
            (on.reshape(x.mT, (-1,)), n.swapaxes(1, 2).reshape(-1)), (on.tril(x, k=1), numpy.tril(n, 1)), (on.triu(x), numpy.triu(n)),
        ):
            self.same(found, wanted)

    def test_order_and_places(self):
        x = on.asarray([[3, 1, 2], [1, 1, 5]])
        n = numpy.asarray(x)
        self.same(on.sort(x, axis=0), numpy.sort(n, 0))
        self.same(on.argsort(x), numpy.argsort(n, kind="stable"))
        self.same(on.take(x, on.asarray([2, 0]), axis=1), n[:, [2, 0]])
        self.same(on.take_along_axis(x, on.argsort(x)), numpy.sort(n))
        self.same(on.nonzero(x - 1)[1], numpy.nonzero(n - 1)[1])
        self.same(on.searchsorted(on.arange(10), x, side="right"), numpy.searchsorted(numpy.arange(10), n, "right"))
        self.same(on.unique_counts(x)[1], numpy.unique(n, return_counts=True)[1])
        self.same(on.unique_inverse(x)[1], numpy.unique(n, return_inverse=True)[1].reshape(2, 3))
        y = drawn(3, 4)
        self.same(on.argmax(y, axis=1), numpy.asarray(y).argmax(1))
        self.same(on.argmin(y, keepdims=True), numpy.asarray(y).argmin(keepdims=True))


class Sums(Case):
    def test_reductions(self):
        x = drawn(3, 4, 5)
        n = numpy.asarray(x)
        for axis in (None, 0, -1, (0, 2)):
            for name in ("sum", "mean", "max", "min", "var", "std"):
                self.same(getattr(on, name)(x, axis=axis), getattr(numpy, name)(n, axis=axis), places=16)
        self.same(on.var(x, axis=1, correction=1.0, keepdims=True), n.var(axis=1, ddof=1, keepdims=True), places=16)
        self.same(on.logsumexp(x, axis=1), numpy.log(numpy.exp(n).sum(1)), places=16)
        self.same(on.softmax(x, axis=0), numpy.exp(n) / numpy.exp(n).sum(0), places=16)
        self.same(on.cumulative_sum(x, axis=1, include_initial=True), numpy.concatenate([numpy.zeros((3, 1, 5)), n.cumsum(1)], 1), places=16)

    def test_products(self):
        x, y = drawn(2, 3, 4), drawn(4, 5, seed=2)
        n, m = numpy.asarray(x), numpy.asarray(y)
        self.same(x @ y, n @ m, places=32)
        self.same(on.tensordot(x, y, axes=1), numpy.tensordot(n, m, 1), places=32)
        self.same(on.tensordot(x, y, axes=([2], [0])), numpy.tensordot(n, m, ([2], [0])), places=32)
        self.same(on.einsum("abc,cd->adb", x, y), numpy.einsum("abc,cd->adb", n, m), places=32)
        self.same(on.vecdot(x, x), (n * n).sum(-1), places=32)

    def test_linear_algebra(self):
        a = drawn(3, 4, 4)
        n = numpy.asarray(a)
        spd = a @ a.mT + on.eye(4, dtype=on.float64)
        s = numpy.asarray(spd)
        self.same(on.linalg.solve(a, a[..., :2]) @ on.eye(2, dtype=on.float64), numpy.linalg.solve(n, n[..., :2]), places=1e5)
        self.same(on.linalg.inv(spd), numpy.linalg.inv(s), places=1e4)
        self.same(on.linalg.det(a), numpy.linalg.det(n), places=1e3)
        self.same(on.linalg.cholesky(spd), numpy.linalg.cholesky(s), places=1e3)
        self.same(on.linalg.eigvalsh(spd), numpy.linalg.eigvalsh(s), places=1e3)
        self.same(on.linalg.svdvals(a), numpy.linalg.svd(n, compute_uv=False), places=1e3)
        u, values, vh = on.linalg.svd(a[0, :3])
        self.same(u @ on.concat([values[:, None] * on.eye(3, dtype=on.float64), on.zeros((3, 1), dtype=on.float64)], axis=1) @ vh, n[0, :3], places=1e3)
        q, r = on.linalg.qr(a[0, :, :2], mode="complete")
        self.same(q @ r, n[0, :, :2], places=1e3)
        self.same(on.linalg.slogdet(a).logabsdet, numpy.linalg.slogdet(n).logabsdet, places=1e3)
        self.same(on.linalg.trace(a, offset=1), numpy.trace(n, 1, -2, -1), places=16)
        for order in ("fro", 1, float("inf")):
            self.same(on.linalg.matrix_norm(a, ord=order), numpy.linalg.norm(n, order, (-2, -1)), places=32)
        with self.assertRaisesRegex(ArithmeticError, "inverse"):
            on.linalg.inv(on.zeros((2, 2)))


class Ends(Case):
    def test_messages(self):
        for wrong, kind, words in (
            (lambda: on.ones((2, 3)) @ on.ones((2, 3)), ValueError, "inner dimensions"),
            (lambda: on.ones((2, 3)) + on.ones(2), ValueError, "broadcast"),
            (lambda: on.reshape(on.ones(6), (4, 2)), ValueError, "6 elements"),
            (lambda: on.sum(on.ones(3), axis=1), ValueError, "axis 1"),
            (lambda: on.zeros((1,) * 9), ValueError, "8 axes"),
            (lambda: on.zeros(-1), ValueError, "negative"),
            (lambda: on.zeros(2**60, dtype=on.bool), (ValueError, MemoryError), "memory"),
            (lambda: on.exp(on.arange(3)), TypeError, "int64"),
            (lambda: on.zeros(3, dtype="float32"), TypeError, "no element type"),
            (lambda: on.zeros(3, device="cuda"), ValueError, "no device"),
            (lambda: on.Array(), TypeError, "asarray"),
            (lambda: bool(on.zeros(2)), TypeError, "single number"),
            (lambda: on.max(on.zeros(0)), ValueError, "no elements"),
        ):
            with self.assertRaisesRegex(kind, words):
                wrong()

    def test_nothing_leaks(self):
        gc.collect()
        before = on.live_handles()
        for _ in range(100):
            x = drawn(3, 4)
            on.value_and_grad(lambda x: on.sum(on.tanh(x @ x.T)))(x)
            numpy.from_dlpack(x[1:])
            on.from_dlpack(numpy.ones(3))
            x.__dlpack__()
            with self.assertRaises(ValueError):
                x @ x
        del x
        gc.collect()
        self.assertEqual(on.live_handles(), before)

    def test_threads(self):
        x = drawn(8, 8)
        wanted, found = (on.grad(lambda x: on.sum(on.tanh(x @ x)))(x)).tolist(), []

        def work():
            for _ in range(50):
                found.append(on.grad(lambda x: on.sum(on.tanh(x @ x)))(x).tolist() == wanted)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [True] * 200)

    def test_operators_are_listed(self):
        self.assertGreater(len(on.operators()), 120)
        self.assertIn("axes: integers = all", on.operators()["sum"])


if __name__ == "__main__":
    unittest.main()
