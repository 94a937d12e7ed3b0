"""Complex numbers and Fourier transforms: NumPy says what is right, or NumPy in twice the precision where its own formulas lose digits."""

import pathlib
import unittest

import numpy
from test_arrays import Case, drawn

import onsager as on

INF, NAN = float("inf"), float("nan")
TYPES = ((numpy.complex64, on.complex64, numpy.float32), (numpy.complex128, on.complex128, numpy.float64))
FUNCTIONS = {
    "abs": "abs", "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan", "atanh": "arctanh", "conj": "conj", "cos": "cos", "cosh": "cosh",
    "exp": "exp", "expm1": "expm1", "imag": "imag", "isfinite": "isfinite", "isinf": "isinf", "isnan": "isnan", "log": "log", "log10": "log10", "log1p": "log1p", "log2": "log2",
    "negative": "negative", "positive": "positive", "real": "real", "reciprocal": "reciprocal", "round": "round", "sign": "sign", "sin": "sin", "sinh": "sinh", "sqrt": "sqrt",
    "square": "square", "tan": "tan", "tanh": "tanh",
}


def numbers(*shape, dtype=numpy.complex128, seed=1):
    return (numpy.asarray(drawn(*shape, seed=seed)) + 1j * numpy.asarray(drawn(*shape, seed=seed + 1))).astype(dtype)


class Complex(Case):
    def near(self, array, wanted, places=16):
        """Type and shape, and each number's distance in units of its size."""
        found = numpy.asarray(array)
        self.assertEqual((found.shape, found.dtype), (wanted.shape, wanted.dtype))
        if wanted.dtype.kind in "fc":
            limit = places * numpy.finfo(wanted.dtype).eps * numpy.maximum(numpy.abs(wanted), 1e-30)
            self.assertTrue(numpy.all(numpy.abs(found - wanted) <= limit), (found, wanted))
        else:
            numpy.testing.assert_array_equal(found, wanted)


class Elements(Complex):
    def test_functions(self):
        for dtype, _, _ in TYPES:
            n = numbers(5, 7, dtype=dtype)
            for x in (on.asarray(n), on.asarray(n.T.copy()).T, on.asarray(n[::-1].copy())[::-1], on.asarray(n[2, 3])):
                for name, other in FUNCTIONS.items():
                    self.near(getattr(on, name)(x), numpy.asarray(getattr(numpy, other)(numpy.asarray(x))), places=64)

    def test_functions_where_naive_formulas_lose_digits(self):
        n = numpy.array([1e-5 + 1e-3j, -1e-4j, 1 + 1e-4j, 0.6 + 0.8j, -1e-3 + 1e-6j, 30 + 1j, 1e15 + 1e15j, 1e-15j], dtype=numpy.complex64)
        wide = n.astype(numpy.complex128)
        for name in ("log", "log1p", "expm1", "sqrt", "asin", "acos", "atan", "asinh", "acosh", "atanh", "tanh", "reciprocal", "abs", "sign"):
            with numpy.errstate(all="ignore"):
                wanted = getattr(numpy, FUNCTIONS[name])(wide)
                wanted = wanted.astype(numpy.float32 if name == "abs" else numpy.complex64)
            known = numpy.isfinite(wanted) & (numpy.abs(wanted) > 1e-30) & ~((name == "expm1") & (numpy.abs(wide) > 1e3))
            self.near(on.asarray(numpy.asarray(getattr(on, name)(on.asarray(n)))[known].copy()), wanted[known], places=3)

    def test_operators_and_promotion(self):
        for dtype, ours, part in TYPES:
            n, m, r = numbers(4, 3, dtype=dtype), numbers(3, dtype=dtype, seed=3), numpy.asarray(drawn(3, seed=5)).astype(part)
            scope, other = {"x": on.asarray(n), "y": on.asarray(m), "r": on.asarray(r)}, {"x": n, "y": m, "r": r}
            for text in ("x + y", "x - y", "x * y", "x / y", "x ** y", "x + r", "r - x", "x * r", "x / r", "r / x", "x + 1", "2.5 * x", "x * (1 - 2j)", "1j / x", "x ** 2", "x ** 0", "x ** -3",
                         "x ** (0.5 + 1j)", "r * 1j", "(1 + 2j) - r", "x == y", "x != x", "x == 1j", "-x", "+x"):
                self.near(eval(text, scope), eval(text, other), places=64)
            self.assertIs(on.result_type(ours, on.float32), ours)
            self.assertIs(on.result_type(ours, on.float64), on.complex128)
            self.assertIs(on.result_type(scope["r"], 1j), ours)
        self.assertTrue(on.can_cast(on.float32, on.complex64) and not on.can_cast(on.float64, on.complex64) and not on.can_cast(on.complex64, on.float64))
        self.assertTrue(on.isdtype(on.complex64, "complex floating") and on.isdtype(on.complex64, "numeric") and not on.isdtype(on.complex64, "real floating"))
        self.assertEqual((on.finfo(on.complex64).bits, on.finfo(on.complex128).dtype), (32, on.float64))

    def test_what_has_no_order_is_refused(self):
        x = on.asarray([1j, 2])
        for wrong in (lambda: x < x, lambda: x // 2, lambda: x % 2, lambda: on.max(x), lambda: on.sort(x), lambda: on.argsort(x), lambda: on.floor(x), lambda: on.atan2(x, x), lambda: on.var(x),
                      lambda: on.astype(x, on.float32), lambda: on.asarray([1j], dtype=on.float32), lambda: on.arange(2) + 1j, lambda: x + on.arange(2), lambda: float(x[0]),
                      lambda: on.asarray([1.0])[0].__setitem__((), 1j), lambda: on.linspace(0, 1j, 3, dtype=on.float32)):
            with self.assertRaises(TypeError):
                wrong()
        with self.assertRaises(TypeError) as caught:
            on.grad(lambda t: on.sum(on.abs(t * 1j)))(on.ones(3))
        self.assertIn("no derivative", str(caught.exception))
        with self.assertRaises(TypeError):
            on.value_and_grad(lambda t: on.sum(on.abs(t)))(x)
        deep = on.ones((1,) * 8, dtype=on.complex64)
        self.assertEqual(deep[(0,) * 7].tolist(), [1])
        with self.assertRaises(TypeError):
            on.exp(deep)


class Arrays(Complex):
    def test_made_and_read(self):
        self.assertIs(on.asarray([1, 2.5, 1j]).dtype, on.complex64)
        self.assertEqual(on.asarray([[1, 2j], [3.5, True]], dtype=on.complex128).tolist(), [[1, 2j], [3.5, 1]])
        self.assertEqual(complex(on.asarray(1 + 2j)), 1 + 2j)
        self.assertEqual(repr(on.asarray([1j])), "Array([1j], shape=(1,), dtype=complex64)")
        self.assertIs(on.__array_namespace_info__().default_dtypes()["complex floating"], on.complex64)
        for dtype, ours, part in TYPES:
            self.near(on.full((2, 3), 1 - 2j, dtype=ours), numpy.full((2, 3), 1 - 2j, dtype=dtype))
            self.near(on.eye(2, 3, k=1, dtype=ours), numpy.eye(2, 3, k=1, dtype=dtype))
            self.near(on.ones(3, dtype=ours), numpy.ones(3, dtype=dtype))
            self.near(on.linspace(1j, 2 - 1j, 5, dtype=ours), numpy.linspace(1j, 2 - 1j, 5, dtype=dtype))
            for other in (on.bool, on.int8, on.uint64, on.int32, on.float16, on.float32, on.float64):
                self.near(on.astype(on.asarray([0, 1, 1], dtype=other), ours), numpy.array([0, 1, 1], dtype=dtype))
            self.near(on.astype(on.asarray([0, 1j, 1], dtype=ours), on.bool), numpy.array([False, True, True]))
            self.near(on.astype(on.asarray([1 + 2j], dtype=ours), on.complex64), numpy.array([1 + 2j], dtype=numpy.complex64))
            self.near(on.asarray(memoryview(numpy.array([1 + 2j, 3], dtype=dtype))), numpy.array([1 + 2j, 3], dtype=dtype))
        self.assertEqual(on.asarray([1e39 - 1e39j]).tolist(), [complex(INF, -INF)])

    def test_movement(self):
        for dtype, ours, _ in TYPES:
            n = numbers(4, 3, 2, dtype=dtype)
            x = on.asarray(n)
            self.near(x[1:, ::-2], n[1:, ::-2])
            self.near(x[on.asarray([2, 0]), 1], n[[2, 0], 1])
            self.near(x[on.real(x) > 0], n[n.real > 0])
            self.near(on.permute_dims(x, (2, 0, 1)), n.transpose(2, 0, 1))
            self.near(on.reshape(x, (6, 4)), n.reshape(6, 4))
            self.near(on.concat([x, on.ones((1, 3, 2), dtype=ours)]), numpy.concatenate([n, numpy.ones((1, 3, 2), dtype)]))
            self.near(on.stack([x, x], axis=1), numpy.stack([n, n], 1))
            self.near(on.take(x, on.asarray([1, 1, 0]), axis=2), n[:, :, [1, 1, 0]])
            self.near(on.take_along_axis(x, on.asarray([[[1, 0]]] * 4), axis=1), numpy.take_along_axis(n, numpy.array([[[1, 0]]] * 4), 1))
            self.near(on.repeat(x, 2, axis=1), n.repeat(2, 1))
            self.near(on.tile(x, (2, 1, 3)), numpy.tile(n, (2, 1, 3)))
            self.near(on.roll(x, (1, -1), axis=(0, 1)), numpy.roll(n, (1, -1), (0, 1)))
            self.near(on.flip(x, axis=0), n[::-1])
            self.near(on.tril(x, k=-1), numpy.tril(n, -1))
            self.near(on.where(on.real(x) > 0, x, 1j), numpy.where(n.real > 0, n, dtype(1j)))
            self.near(on.diff(x, axis=1), numpy.diff(n, axis=1))
            x[0, :, 0] = 7j
            self.assertEqual(numpy.asarray(n[0, :, 0]).tolist(), [7j] * 3)
            x[on.imag(x) == 7] = 1
            self.assertEqual(n[0, 0, 0], 1)

    def test_searching(self):
        for dtype, ours, _ in TYPES:
            values = numpy.array([1 + 1j, 2, 1 - 1j, 0, 2, complex(1, 1), complex(0, -0.0), 2j], dtype=dtype)
            found, wanted = on.unique_all(on.asarray(values)), numpy.unique_all(values)
            for one, other in zip(found, wanted, strict=True):
                self.near(one, other)
            x = on.asarray([0, 1j, NAN, complex(NAN, 1), 0], dtype=ours)
            self.assertEqual(on.unique_counts(x).counts.tolist(), [2, 1, 1, 1])
            self.assertEqual([one.tolist() for one in on.nonzero(x)], [[1, 2, 3]])
            self.assertEqual((int(on.count_nonzero(x)), bool(on.any(x)), bool(on.all(x))), (3, True, False))
            self.assertEqual(on.isin(x, on.asarray([1j, 0], dtype=ours)).tolist(), [True, True, False, False, True])


class Reductions(Complex):
    def test_sums_products_and_norms(self):
        for dtype, ours, _ in TYPES:
            n = numbers(4, 3, 5, dtype=dtype)
            x = on.asarray(n)
            for axis in (None, 0, -1, (0, 2), ()):
                for keepdims in (False, True):
                    for name in ("sum", "prod", "mean", "any", "all", "count_nonzero"):
                        wanted = getattr(numpy, name)(n, axis=axis, keepdims=keepdims)
                        self.near(getattr(on, name)(x, axis=axis, keepdims=keepdims), numpy.asarray(wanted), places=512)
            self.near(on.cumulative_sum(x, axis=1, include_initial=True), numpy.concatenate([numpy.zeros((4, 1, 5), dtype), n.cumsum(1)], 1), places=512)
            self.near(on.cumulative_prod(x, axis=-1), n.cumprod(-1), places=64)
            for order in (1, 2, INF, -INF, 3, 0):
                self.near(on.linalg.vector_norm(x, axis=1, ord=order), numpy.linalg.norm(n, axis=1, ord=order).astype(n.real.dtype), places=16)
            self.near(on.linalg.matrix_norm(x), numpy.linalg.matrix_norm(n), places=16)
            self.near(on.linalg.matrix_norm(x, ord=1), numpy.linalg.matrix_norm(n, ord=1), places=16)
            self.near(on.sum(x, dtype=on.complex128), numpy.asarray(n.sum(dtype=numpy.complex128)), places=512)
            self.near(on.prod(on.asarray(n[:0])), numpy.asarray(n[:0].prod()))

    def test_matrices(self):
        for dtype, ours, _ in TYPES:
            n, m = numbers(2, 3, 4, dtype=dtype), numbers(4, 5, dtype=dtype, seed=7)
            x, y = on.asarray(n), on.asarray(m)
            for found, wanted in ((x @ y, n @ m), (x @ y[:, 0], n @ m[:, 0]), (on.tensordot(x, y, axes=1), numpy.tensordot(n, m, 1)), (on.linalg.outer(y[0], y[1]), numpy.outer(m[0], m[1])),
                                  (on.vecdot(x, x[0]), numpy.linalg.vecdot(n, n[0])), (on.linalg.trace(x), numpy.linalg.trace(n)), (on.linalg.matrix_power(y[:4, :4], 3), numpy.linalg.matrix_power(m[:, :4], 3)),
                                  (x @ on.real(y), n @ m.real)):
                self.assertEqual(numpy.asarray(found).dtype, wanted.dtype)
                numpy.testing.assert_allclose(numpy.asarray(found), wanted, rtol=0, atol=64 * numpy.finfo(dtype).eps * numpy.abs(wanted).max())


    def test_empty_and_unaligned_arrays_of_numpy(self):
        for dtype, ours, part in TYPES:
            x = on.asarray(numpy.zeros((0, 3), dtype))
            for found in (on.astype(x, on.complex64), on.astype(x, on.complex128), x + on.zeros((0, 3), dtype=on.complex128), on.concat([x, x], axis=0), on.real(x), on.imag(x), -x):
                self.assertEqual(found.shape, (0, 3))
            self.assertEqual(on.unique_values(x).shape, (0,))
            self.assertEqual(on.sum(x, dtype=on.complex128).tolist(), 0)
            n = numpy.arange(9, dtype=part)[1:].view(dtype)
            self.same_numbers(on.asarray(n), n)

    def same_numbers(self, found, wanted):
        numpy.testing.assert_array_equal(numpy.asarray(found), wanted)

    def test_numbers_of_numpy(self):
        self.same_numbers(on.full(2, numpy.complex64(1 + 1j)), numpy.full(2, 1 + 1j, numpy.complex64))
        self.same_numbers(on.linspace(0, numpy.complex64(2j), 3), numpy.linspace(0, 2j, 3).astype(numpy.complex64))
        for value, dtype in ((1j, on.bool), (1j, on.float32), (1j, on.int8), ("", on.bool)):
            with self.assertRaises(TypeError):
                on.full(2, value, dtype=dtype)

    def test_powers_by_integers_do_not_depend_on_their_number(self):
        for dtype, ours, _ in TYPES:
            n = numbers(7, dtype=dtype)
            x = on.asarray(n)
            exponents = on.asarray([2, -1, 0, 1, 0.5, 3, 2j], dtype=ours)
            powers = x ** exponents
            for i in range(7):
                self.assertEqual(powers[i].tolist(), (x[i] ** exponents[i]).tolist())

    def test_angles_and_membership(self):
        for dtype, ours, part in TYPES:
            n = numbers(300, dtype=dtype)
            x = on.asarray(n)
            self.near(on._array.apply("angle", x), numpy.angle(n).astype(part), places=4)
            some = on.concat([x[::3], on.asarray([complex("nan")], dtype=ours)])
            self.same_numbers(on.isin(x, some), numpy.arange(300) % 3 == 0)
            self.same_numbers(on.isin(some, some, invert=True), numpy.arange(101) == 100)

    def test_every_rule_is_asked_for_here(self):
        """Operators of complex numbers, by what the library says of them, against the text of these tests and of the package that calls them."""
        package = pathlib.Path(on.__file__).parent
        text = pathlib.Path(__file__).read_text() + "".join((package / name).read_text() for name in ("_array.py", "_elementwise.py", "_reductions.py", "_products.py", "_manipulation.py", "fft.py", "linalg.py"))
        for name, types in on.operators().items():
            if "complex64" in types:
                self.assertRegex(text, rf'"{name}"|\b{name}\(', name)
                self.assertEqual(types.count("complex64"), 1, types)


class Matrices(Complex):
    def same(self, found, wanted, places=256):
        self.assertEqual((found.shape, found.dtype), (wanted.shape, wanted.dtype))
        numpy.testing.assert_allclose(found, wanted, rtol=0, atol=places * numpy.finfo(wanted.dtype).eps * numpy.abs(wanted).max(initial=0))

    def test_factors_multiply_back(self):
        for dtype, _, part in TYPES:
            for shape in ((5, 5), (3, 6, 4), (2, 4, 6), (1, 1), (0, 3), (2, 3, 0)):
                n = numbers(*shape, dtype=dtype)
                x = on.asarray(n)
                for mode in ("reduced", "complete"):
                    q, r = map(numpy.asarray, on.linalg.qr(x, mode=mode))
                    wanted = [numpy.linalg.qr(n, mode=mode)] if n.ndim == 2 else [numpy.linalg.qr(one, mode=mode) for one in n]
                    self.assertEqual((q.shape[-2:], r.shape[-2:]), (wanted[0][0].shape, wanted[0][1].shape))
                    self.same(q @ r, n)
                    self.same(numpy.abs(r), numpy.abs(numpy.stack([one[1] for one in wanted]).reshape(r.shape)))
                for full in (False, True):
                    u, s, vh = map(numpy.asarray, on.linalg.svd(x, full_matrices=full))
                    wanted = numpy.linalg.svd(n, full_matrices=full)
                    self.assertEqual([one.shape for one in (u, s, vh)], [one.shape for one in wanted])
                    self.same(s, wanted[1])
                    self.same(u[..., :, : s.shape[-1]] * s[..., None, :] @ vh[..., : s.shape[-1], :], n)
                self.same(numpy.asarray(on.linalg.svdvals(x)), numpy.linalg.svd(n, compute_uv=False))
                self.same(numpy.asarray(on.linalg.pinv(x)), numpy.linalg.pinv(n, rcond=1e-6), places=4096)
                if n.size:
                    self.assertEqual(on.linalg.matrix_rank(x).tolist(), numpy.linalg.matrix_rank(n).tolist())

    def test_square_matrices(self):
        for dtype, ours, part in TYPES:
            n, m = numbers(3, 6, 6, dtype=dtype), numbers(3, 6, 2, dtype=dtype, seed=9)
            n = n + 3 * numpy.eye(6, dtype=dtype)
            positive = n @ n.conj().swapaxes(-1, -2)
            x, y, p = on.asarray(n), on.asarray(m), on.asarray(positive)
            self.same(numpy.asarray(on.linalg.det(x)), numpy.linalg.det(n))
            sign, logarithm = map(numpy.asarray, on.linalg.slogdet(x))
            self.same(sign, numpy.linalg.slogdet(n).sign)
            self.same(logarithm, numpy.linalg.slogdet(n).logabsdet)
            self.same(numpy.asarray(on.linalg.inv(x)), numpy.linalg.inv(n))
            self.same(numpy.asarray(on.linalg.solve(x, y)), numpy.linalg.solve(n, m))
            self.same(numpy.asarray(on.linalg.solve(x[0, ...], y[0, :, 0])), numpy.linalg.solve(n[0], m[0, :, 0]))
            self.same(numpy.asarray(on.linalg.solve(x, on.real(y))), numpy.linalg.solve(n, m.real.astype(part)))
            for upper in (False, True):
                factor = numpy.asarray(on.linalg.cholesky(p, upper=upper))
                self.same(factor.conj().swapaxes(-1, -2) @ factor if upper else factor @ factor.conj().swapaxes(-1, -2), positive)
            values, vectors = map(numpy.asarray, on.linalg.eigh(p))
            self.same(values, numpy.linalg.eigvalsh(positive))
            self.same(positive @ vectors, vectors * values[:, None, :])
            self.same(numpy.asarray(on.linalg.eigvalsh(p)), numpy.linalg.eigvalsh(positive))
            self.same(numpy.asarray(on.linalg.matrix_power(x, -2)), numpy.linalg.matrix_power(n, -2))
            for order in ("nuc", 2, -2):
                self.same(numpy.asarray(on.linalg.matrix_norm(x, ord=order)), numpy.linalg.matrix_norm(n, ord=order))
            with self.assertRaises(ArithmeticError):
                on.linalg.inv(on.asarray([[1, 1j], [1j, -1]], dtype=ours))
            with self.assertRaises(ArithmeticError):
                on.linalg.cholesky(on.asarray([[1, 2j], [-2j, 1]], dtype=ours))


class Fourier(Complex):
    def close(self, found, wanted):
        found = numpy.asarray(found)
        self.assertEqual((found.shape, found.dtype), (wanted.shape, wanted.dtype))
        numpy.testing.assert_allclose(found, wanted, rtol=0, atol=16 * numpy.finfo(wanted.dtype).eps * numpy.abs(wanted).max())

    def test_along_an_axis(self):
        for dtype, _, part in TYPES:
            n = numbers(6, 5, dtype=dtype)
            for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
                m = n.real.copy() if name in ("rfft", "ihfft") else n
                for arguments in ({}, {"axis": 0}, {"n": 4}, {"n": 9, "axis": 0}, {"norm": "ortho"}, {"norm": "forward", "axis": -2}):
                    self.close(getattr(on.fft, name)(on.asarray(m), **arguments), getattr(numpy.fft, name)(m, **arguments))
            self.close(on.fft.fft(on.asarray(n.real.copy())), numpy.fft.fft(n.real))

    def test_along_several_axes(self):
        for dtype, _, _ in TYPES:
            n = numbers(4, 3, 6, dtype=dtype)
            for name in ("fftn", "ifftn", "rfftn", "irfftn"):
                m = n.real.copy() if name == "rfftn" else n
                for arguments in ({}, {"axes": (0, 2)}, {"axes": (2, 0), "norm": "ortho"}, {"s": (2, 8), "axes": (1, 2)}, {"norm": "forward"}):
                    self.close(getattr(on.fft, name)(on.asarray(m), **arguments), getattr(numpy.fft, name)(m, **arguments))

    def test_frequencies_and_their_order(self):
        for n in (1, 2, 7, 8):
            for name in ("fftfreq", "rfftfreq"):
                self.close(getattr(on.fft, name)(n, d=0.25, dtype=on.float64), getattr(numpy.fft, name)(n, d=0.25))
                self.close(getattr(on.fft, name)(n), getattr(numpy.fft, name)(n).astype(numpy.float32))
        n = numbers(4, 5)
        for name in ("fftshift", "ifftshift"):
            for axes in (None, 0, (0, 1), (-1,)):
                self.near(getattr(on.fft, name)(on.asarray(n), axes=axes), getattr(numpy.fft, name)(n, axes=axes))

    def test_mistakes(self):
        x = on.ones(4, dtype=on.complex64)
        for wrong in (lambda: on.fft.fft(x, norm="none"), lambda: on.fft.fft(x, n=0), lambda: on.fft.fft(x, axis=1), lambda: on.fft.fftn(x, axes=(0, 0)), lambda: on.fft.fftn(x, s=(1, 2), axes=(0,)),
                      lambda: on.fft.fftfreq(0), lambda: on.fft.fft(on.zeros((0,)))):
            with self.assertRaises(ValueError):
                wrong()
        for wrong in (lambda: on.fft.rfft(x), lambda: on.fft.fft(on.arange(3)), lambda: on.grad(lambda t: on.sum(on.abs(on.fft.rfft(t))))(on.ones(4))):
            with self.assertRaises(TypeError):
                wrong()


if __name__ == "__main__":
    unittest.main()
