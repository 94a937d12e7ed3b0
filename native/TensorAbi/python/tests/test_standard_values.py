"""The functions of the array-API standard that are compositions, or rules of integers and bits; NumPy, and the standard's special cases, say what is right."""

import unittest

import numpy
from test_arrays import Case, drawn

import onsager as on

INF, NAN = float("inf"), float("nan")


class Bits(Case):
    def test_integers(self):
        for dtype in (numpy.int32, numpy.int64):
            n, m = numpy.array([-7, 7, -8, 2**31 - 1, 0], dtype=dtype), numpy.array([[3], [-3]], dtype=dtype)
            x, y = on.asarray(n), on.asarray(m)
            for name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
                self.same(getattr(on, name)(x, y), getattr(numpy, name)(n, m))
            self.same(~x, ~n)
            self.same(x & 6, n & 6)
            counts = numpy.array([[0], [1], [5], [30]], dtype=dtype)
            self.same(x << on.asarray(counts), n << counts)
            self.same(x >> on.asarray(counts), n >> counts)
            bits = 8 * n.itemsize
            self.same(on.bitwise_left_shift(x, bits), n * 0)
            self.same(x >> bits + 1, n >> (bits - 1))
            self.same(on.pow(x, 5), n**5)
            for wrong in (lambda: x << -1, lambda: x >> on.asarray(-1, dtype=x.dtype), lambda: x**-1):
                with self.assertRaises(ValueError):
                    wrong()
        with self.assertRaises(TypeError):
            on.ones(2) & on.ones(2)

    def test_floating_point(self):
        values = [0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, -NAN, 1e-45, -3e38]
        for dtype in (numpy.float32, numpy.float64):
            n = numpy.array(values, dtype=dtype)
            x = on.asarray(n)
            pairs = on.asarray(n)[:, None], numpy.array(n)[:, None]
            self.same(on.signbit(x), numpy.signbit(n))
            found, wanted = numpy.asarray(on.copysign(x, pairs[0])), numpy.copysign(n, pairs[1])
            numpy.testing.assert_array_equal(found, wanted)
            numpy.testing.assert_array_equal(numpy.signbit(found), numpy.signbit(wanted))
            found, wanted = numpy.asarray(on.nextafter(x, pairs[0])), numpy.nextafter(n, pairs[1])
            numpy.testing.assert_array_equal(found, wanted)
            numpy.testing.assert_array_equal(numpy.signbit(found)[~numpy.isnan(found)], numpy.signbit(wanted)[~numpy.isnan(found)])

    def test_remainders_of_zero_have_the_divisors_sign(self):
        found = numpy.asarray(on.remainder(on.asarray([0.0, -0.0, 6.0, -6.0]), on.asarray([[3.0], [-3.0]])))
        self.assertEqual(numpy.signbit(found).tolist(), [[False] * 4, [True] * 4])
        self.assertEqual(found.tolist(), [[0.0] * 4] * 2)

    def test_copysign_has_a_derivative(self):
        self.same(on.grad(lambda x: on.sum(on.copysign(x, on.asarray([-1.0, 1.0, -0.0])) * 3))(on.asarray([2.0, -2.0, -5.0])), numpy.array([-3, -3, 3], dtype=numpy.float32))


class Hyperbolic(Case):
    def test_inverses(self):
        x = drawn(1000)
        n = numpy.asarray(x)
        self.same(on.asinh(x * 100), numpy.arcsinh(n * 100), places=4)
        self.same(on.acosh(1 + abs(x)), numpy.arccosh(1 + abs(n)), places=4)
        self.same(on.atanh(on.sin(x)), numpy.arctanh(numpy.asarray(on.sin(x))), places=4)
        self.same(on.grad(lambda x: on.sum(on.asinh(x)))(x), 1 / numpy.sqrt(1 + n * n), places=4)
        with numpy.errstate(all="ignore"):
            specials = numpy.array([0.0, -0.0, 1, -1, 2, INF, -INF, NAN, 1e308])
            for name, other in (("asinh", "arcsinh"), ("acosh", "arccosh"), ("atanh", "arctanh")):
                found, wanted = numpy.asarray(getattr(on, name)(on.asarray(specials))), getattr(numpy, other)(specials)
                numpy.testing.assert_allclose(found, wanted, rtol=1e-15)
                numpy.testing.assert_array_equal(numpy.signbit(found[:2]) & ~numpy.isnan(wanted[:2]), numpy.signbit(wanted[:2]) & ~numpy.isnan(wanted[:2]))


class Along(Case):
    def test_products(self):
        for length in (0, 1, 2, 3, 7, 64):
            n = numpy.asarray(drawn(2, length, 3))
            x = on.asarray(n)
            for axis in (None, 0, 1, -1, (0, 2), ()):
                self.same(on.prod(x, axis=axis), n.prod(axis=axis), places=64)
            self.same(on.prod(x, axis=1, keepdims=True), n.prod(axis=1, keepdims=True), places=64)
            self.same(on.cumulative_prod(x, axis=1), n.cumprod(axis=1), places=64)
            self.same(on.cumulative_prod(x, axis=-2, include_initial=True), numpy.concatenate([numpy.ones((2, 1, 3)), n.cumprod(1)], 1), places=64)

    def test_results_share_no_memory(self):
        for x in (drawn(2, 3)[:1], drawn(2, 1), drawn(), drawn(0, 2)):
            for name in ("sum", "prod", "max", "min", "mean", "logsumexp", "var", "std", "cumulative_sum", "cumulative_prod", "softmax"):
                for axis in ((), (0,), (1,), None) if name not in ("cumulative_sum", "cumulative_prod", "softmax") else (0, -1):
                    if x.ndim == 0 and axis not in ((), None) or x.size == 0 and name in ("max", "min", "mean", "var", "std"):
                        continue
                    before = x.tolist()
                    getattr(on, name)(x, axis=axis)[...] = 77.0
                    self.assertEqual(x.tolist(), before, (name, axis))
        self.same(on.grad(lambda x: on.prod(x[:1], axis=0))(on.asarray([2.0, 3.0])), numpy.array([1, 0], dtype=numpy.float32))

    def test_products_of_large_and_small_factors(self):
        for length in (2, 3, 4, 5, 8):
            n = numpy.array([1e200, 1e-200] * length)
            self.same(on.prod(on.asarray(n)), n.prod(), places=16 * length)

    def test_integers(self):
        n = numpy.array([[3, -1, 2**20], [7, 2**20, 2**20]])
        for dtype in (numpy.int32, numpy.int64):
            m = n.astype(dtype)
            x = on.asarray(m)
            for axis in (None, 0, 1):
                self.same(on.prod(x, axis=axis), m.prod(axis=axis, dtype=numpy.int64))
                self.same(on.argmax(x, axis=axis), m.argmax(axis=axis))
                self.same(on.argmin(x, axis=axis, keepdims=True), m.argmin(axis=axis, keepdims=True))
            for axis in (0, 1):
                self.same(on.cumulative_prod(x, axis=axis), m.cumprod(axis=axis, dtype=numpy.int64))
                self.same(on.cumulative_sum(x, axis=axis), m.cumsum(axis=axis, dtype=numpy.int64))
            self.same(on.cumulative_sum(x.T[:, 0], dtype=on.int32), m[0].cumsum(dtype=numpy.int32))
            self.same(on.prod(x, dtype=on.int32), m.prod(dtype=numpy.int32))
        n = numpy.array([2**31, -(2**31), 2**33 + 3, 5])
        x = on.asarray(n)
        for found, wanted in (
            (on.sum(x[:2], dtype=on.int32), 0), (on.prod(x[2:], dtype=on.int32), 15), (on.cumulative_sum(x, dtype=on.int32), n.cumsum(dtype=numpy.int32)),
            (on.cumulative_prod(x[::-1], dtype=on.int32), n[::-1].cumprod(dtype=numpy.int32)), (on.linalg.trace(on.reshape(x, (2, 2))[::-1], dtype=on.int32), 3 - 2**31),
            (on.sum(on.asarray([2**31 - 1] * 2, dtype=on.int32), dtype=on.int64), numpy.int64(2**32 - 2)),
        ):
            self.same(found, numpy.int32(wanted) if isinstance(wanted, int) else wanted)
        with self.assertRaises(ValueError):
            on.argmax(on.asarray([], dtype=on.int64))

    def test_products_have_derivatives_beside_zeros(self):
        x = on.asarray([2.0, 0.0, 3.0, 4.0, 5.0], dtype=on.float64)
        self.same(on.grad(on.prod)(x), numpy.array([0.0, 120, 0, 0, 0]))
        self.same(on.grad(lambda x: on.cumulative_prod(x)[3])(x), numpy.array([0.0, 24, 0, 0, 0]))
        y = drawn(4, 3)
        self.same(on.grad(lambda y: on.sum(on.prod(y, axis=0)))(y), numpy.prod(numpy.asarray(y), axis=0) / numpy.asarray(y), places=16)

    def test_differences(self):
        n = numpy.asarray(drawn(3, 5))
        x = on.asarray(n)
        for order in (0, 1, 2, 6):
            for axis in (0, -1):
                self.same(on.diff(x, n=order, axis=axis), numpy.diff(n, n=order, axis=axis))
        self.same(on.diff(x, axis=1, prepend=x[:, :2], append=x), numpy.diff(n, axis=1, prepend=n[:, :2], append=n))
        self.same(on.diff(on.asarray([1, 4, 9])), numpy.array([3, 5]))
        with self.assertRaises(ValueError):
            on.diff(x, n=-1)

    def test_bounds_and_choices_keep_their_type(self):
        x = on.asarray([-7, 3, 100], dtype=on.int8)
        clipped = on.clip(x, on.asarray([-5, -5, -5], dtype=on.int16), 50)
        self.assertEqual((clipped.dtype, clipped.tolist()), (on.int8, [-5, 3, 50]))
        copy = on.clip(x)
        copy[0] = 1
        self.assertEqual(x.tolist(), [-7, 3, 100])
        for call in (lambda: on.where(x > 0, 1, 2), lambda: on.fft.fftshift(x, axes=5), lambda: on.fft.fftfreq(3, d=0), lambda: on.arange(0, 3, 0)):
            with self.assertRaises((TypeError, ValueError)) as raised:
                call()
            self.assertGreater(len(str(raised.exception)), 20)
        self.assertEqual(on.fft.fftn(on.asarray([[1.0, 1.0]]), axes=1).tolist(), [[2, 0]])
        self.assertEqual(on.arange(0, 2**64, 2**62, dtype=on.float64).tolist(), [0, 2.0**62, 2.0**63, 3 * 2.0**62])
        with self.assertRaisesRegex(OverflowError, "arange"):
            on.arange(0, 2**65, dtype=on.uint64)
        with self.assertRaisesRegex(ArithmeticError, "remainder: element 1 of y is 0"):
            x % on.asarray([1, 0, 2], dtype=on.int8)

    def test_membership_and_repeats(self):
        n, m = numpy.array([[1.0, NAN, 3], [4, 5, -0.0]]), numpy.array([5.0, 0, NAN, 1])
        x, y = on.asarray(n), on.asarray(m)
        self.same(on.isin(x, y), numpy.isin(n, m))
        self.same(on.isin(x, y, invert=True), numpy.isin(n, m, invert=True))
        self.same(on.isin(x, y[:0]), numpy.zeros((2, 3), dtype=bool))
        self.same(on.repeat(x, on.asarray([2, 0, 3]), axis=1), n.repeat([2, 0, 3], axis=1))
        self.same(on.repeat(x, on.asarray([2])), n.repeat(2))
        with self.assertRaises(ValueError):
            on.repeat(x, on.asarray([1, 2]), axis=1)
        for wrong in (on.asarray([1.5, 2.0]), on.asarray([1.5]), on.asarray([True, False]), 2.0):
            with self.assertRaises(TypeError):
                on.repeat(x, wrong, axis=0)


class Indices(Case):
    def test_arrays_and_integers(self):
        n = numpy.arange(60).reshape(3, 4, 5)
        x = on.asarray(n)
        rows, columns = numpy.array([[0, -1], [2, 1]]), numpy.array([3, -4])
        for key in ((rows, columns, 2), (rows, columns), (1, columns), rows, (columns % 3, columns, columns), (numpy.zeros((0,), dtype=int), 1)):
            own = tuple(on.asarray(part) if isinstance(part, numpy.ndarray) else part for part in (key if isinstance(key, tuple) else (key,)))
            self.same(x[own if isinstance(key, tuple) else own[0]], n[key])
        for key in ((on.asarray([3]), 0), (on.asarray([0]), -5), (on.asarray([0]),) * 4, (on.asarray([0]), None), (on.asarray([0]), slice(1))):
            with self.assertRaises(IndexError):
                x[key]
        with self.assertRaises(IndexError):
            x[on.asarray([True, False])]

    def test_exact_sequences(self):
        self.same(on.arange(2**53 + 1, 2**53 + 4), numpy.arange(2**53 + 1, 2**53 + 4))
        self.same(on.eye(2, 3, k=2**70), numpy.zeros((2, 3), dtype=numpy.float32))
        self.same(on.linalg.trace(on.ones((2, 2)), offset=5), numpy.float32(0))


class Matrices(Case):
    def test_products_of_integers(self):
        for left, right in (((3, 4), (4, 2)), ((4,), (4, 2)), ((3, 4), (4,)), ((4,), (4,)), ((2, 1, 3, 4), (5, 4, 2)), ((0, 4), (4, 2)), ((3, 0), (0, 2))):
            for dtype in (numpy.int32, numpy.int64):
                n = numpy.arange(numpy.prod(left, dtype=int), dtype=dtype).reshape(left) * 65537
                m = 3 - numpy.arange(numpy.prod(right, dtype=int), dtype=dtype).reshape(right)
                self.same(on.asarray(n) @ on.asarray(m), n @ m)
        self.same(on.tensordot(on.asarray(n), on.asarray(m)[:0], axes=1), numpy.zeros((3, 2), dtype=numpy.int64))
        self.same(on.vecdot(on.arange(6), on.ones((2, 6), dtype=on.int64)), numpy.array([15, 15]))
        with self.assertRaises(ValueError):
            on.arange(3) @ on.arange(4)
        with self.assertRaises(ValueError):
            on.vecdot(on.ones((2, 3)), on.ones((2, 1)))

    def test_powers_and_cross_products(self):
        n = numpy.asarray(drawn(2, 3, 3))
        x = on.asarray(n)
        for power in (0, 1, 2, 5, -1, -3):
            self.same(on.linalg.matrix_power(x, power), numpy.linalg.matrix_power(n, power), places=1e5)
        self.same(on.linalg.cross(x, x[0, :1]), numpy.cross(n, n[0, :1]), places=8)
        self.same(on.linalg.cross(x, x[1:], axis=1), numpy.cross(n, n[1:], axis=1), places=8)
        self.same(on.linalg.cross(on.asarray([1, 2, 3]), on.asarray([4, 5, 6])), numpy.array([-3, 6, -3]))
        for wrong in (lambda: on.linalg.cross(x[..., :2], x[..., :2]), lambda: on.linalg.matrix_power(x[:, :2], 2)):
            with self.assertRaises(ValueError):
                wrong()

    def test_ranks_and_pseudo_inverses(self):
        n = numpy.asarray(drawn(3, 5, 4))
        n = numpy.concatenate([n, n[..., :2]], axis=-1)
        x = on.asarray(n)
        for rtol in (None, 1e-3, numpy.array([1e-3, 0.5, 0.9])):
            own = on.asarray(rtol) if isinstance(rtol, numpy.ndarray) else rtol
            self.same(on.linalg.matrix_rank(x, rtol=own), numpy.linalg.matrix_rank(n, rtol=1e-12 if rtol is None else rtol))
            self.same(on.linalg.pinv(x, rtol=own), numpy.linalg.pinv(n, rtol=1e-12 if rtol is None else rtol), places=1e4)
        for shape in ((2, 0, 3), (2, 3, 0)):
            for rtol in (0.5, on.asarray([0.5, 0.25])):
                self.same(on.linalg.matrix_rank(on.zeros(shape), rtol=rtol), numpy.zeros(2, dtype=numpy.int64))
                self.same(on.linalg.pinv(on.zeros(shape), rtol=rtol), numpy.zeros((2, shape[2], shape[1]), dtype=numpy.float32))

    def test_norms(self):
        n = numpy.asarray(drawn(3, 4, 5))
        x = on.asarray(n)
        for order in ("fro", "nuc", 1, -1, 2, -2, INF, -INF):
            self.same(on.linalg.matrix_norm(x, ord=order), numpy.linalg.norm(n, order, (-2, -1)), places=64)
            self.same(on.linalg.matrix_norm(x, ord=order, keepdims=True), numpy.linalg.norm(n, order, (-2, -1), keepdims=True), places=64)
        for order in (0, 1, -1, 2, -2, 3, 0.5, INF, -INF):
            self.same(on.linalg.vector_norm(x, axis=1, ord=order), numpy.linalg.norm(n, order, 1), places=64)
            self.same(on.linalg.vector_norm(x[0, 0], ord=order, keepdims=True), numpy.linalg.norm(n[0, 0], order, keepdims=True), places=64)
        self.same(on.linalg.vector_norm(on.asarray([3e300, 4e300], dtype=on.float64), ord=3), numpy.float64(91 ** (1 / 3) * 1e300), places=8)
        self.same(on.linalg.vector_norm(on.asarray([[0.0, 0.0], [INF, 1.0]]), axis=1, ord=3), numpy.array([0, INF], dtype=numpy.float32))
        self.same(on.linalg.vector_norm(on.asarray([0.0, 2.0]), ord=-1), numpy.float32(0))
        for order in (-INF, -2, -0.5, 0, 0.5, 1, 2, 3, INF):
            self.same(on.linalg.vector_norm(on.zeros((2, 0)), axis=1, ord=order), numpy.full(2, INF if order < 0 else 0, dtype=numpy.float32))


if __name__ == "__main__":
    unittest.main()
