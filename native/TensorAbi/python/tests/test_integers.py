"""Integers of all eight types: every operator that takes them, what they become together, and what is refused; NumPy says what is right."""

import array
import copy
import unittest

import numpy
from test_arrays import Case

import onsager as on
from onsager._array import apply

NAMES = "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()


def drawn(name, *shape, seed=1):
    """Numbers of the whole range of a type, its ends among them."""
    limits = numpy.iinfo(name)
    n = numpy.random.default_rng(seed).integers(limits.min, limits.max, shape, dtype=name, endpoint=True)
    n.flat[:4] = limits.min, limits.max, 0, 1
    return n


def small(name, *shape, seed=2):
    """Numbers of 1 to 9."""
    return numpy.random.default_rng(seed).integers(1, 10, shape, dtype=name)


def wide(name):
    return "int64" if name.startswith("i") else "uint64"


class Operators(Case):
    """Every operator of the library that is offered for integers, over numbers of the whole range, strided views and lines longer than a vector."""

    # What NumPy does for an operator without arguments; of two operands, of those that divide, and of those whose second operand is a small count; and calls with arguments.
    UNARY = {
        "abs": numpy.abs, "negate": numpy.negative, "sign": numpy.sign, "bitwise_invert": numpy.invert, "copy": numpy.copy, "contiguous": numpy.copy,
        "share": numpy.copy, "all": numpy.all, "any": numpy.any, "count_nonzero": lambda n: numpy.int32(numpy.count_nonzero(n)), "max": numpy.max, "min": numpy.min,
        "argmax": lambda n: numpy.int32(n.argmax()), "argmin": lambda n: numpy.int32(n.argmin()), "sum": numpy.sum, "prod": numpy.prod,
        "argsort": lambda n: numpy.argsort(n, kind="stable").astype(numpy.int32), "sort": numpy.sort, "flip": numpy.flip, "tril": numpy.tril, "triu": numpy.triu,
        "nonzero": lambda n: numpy.argwhere(n).astype(numpy.int32), "diagonal": numpy.diagonal,
    }
    BINARY = {
        name: getattr(numpy, name)
        for name in "add subtract multiply minimum maximum equal not_equal less less_equal greater greater_equal bitwise_and bitwise_or bitwise_xor".split()
    }
    DIVIDING = {"floor_divide": numpy.floor_divide, "remainder": numpy.remainder}
    COUNTING = {"pow": numpy.power, "bitwise_left_shift": numpy.left_shift, "bitwise_right_shift": numpy.right_shift}
    OTHERS = {
        "reshape": (lambda x: apply("reshape", x, shape=(67, 5)), lambda n: n.reshape(67, 5)),
        "permute": (lambda x: apply("permute", x, axes=(1, 0)), lambda n: n.T),
        "expand": (lambda x: apply("expand", x, shape=(2, 5, 67)), lambda n: numpy.broadcast_to(n, (2, 5, 67))),
        "slice": (lambda x: apply("slice", x, starts=(4, 1), counts=(3, 22), steps=(-2, 3)), lambda n: n[::-2, 1:66:3]),
        "squeeze": (lambda x: apply("squeeze", apply("unsqueeze", x, axes=(1,)), axes=(1,)), lambda n: n),
        "unsqueeze": (lambda x: apply("unsqueeze", x, axes=(1,)), lambda n: n[:, None]),
        "roll": (lambda x: apply("roll", x, shifts=(2, -3), axes=(0, 1)), lambda n: numpy.roll(n, (2, -3), (0, 1))),
        "tile": (lambda x: apply("tile", x, repeats=(2, 1)), lambda n: numpy.tile(n, (2, 1))),
        "repeat": (lambda x: apply("repeat", x, repeats=2, axis=0), lambda n: n.repeat(2, 0)),
        "concatenate": (lambda x: apply("concatenate", x, x, axis=1), lambda n: numpy.concatenate([n, n], 1)),
        "stack": (lambda x: apply("stack", x, x, axis=1), lambda n: numpy.stack([n, n], 1)),
        "where": (lambda x: apply("where", x > 1, x, x[0]), lambda n: numpy.where(n > 1, n, n[0])),
        "masked_select": (lambda x: apply("masked_select", x, x > 1), lambda n: n[n > 1]),
        "take": (lambda x: apply("take", x, on.asarray([4, -4]), axis=0), lambda n: n[[4, -4]]),
        "take_along_axis": (lambda x: apply("take_along_axis", x, apply("argsort", x)), numpy.sort),
        "cumulative_sum": (lambda x: apply("cumulative_sum", x, axis=0), lambda n: n.cumsum(0)),
        "cumulative_prod": (lambda x: apply("cumulative_prod", x, axis=1), lambda n: n.cumprod(1)),
        "matmul": (lambda x: apply("matmul", x, apply("permute", x, axes=(1, 0))), lambda n: n @ n.T),
        "searchsorted": (lambda x: apply("searchsorted", apply("sort", x[0]), x), lambda n: numpy.searchsorted(numpy.sort(n[0]), n).astype(numpy.int32)),
        "unique": (lambda x: apply("unique", on.concat([x, x]))[0], numpy.unique),
        "full": (lambda x: apply("full", dtype=x.dtype.number, shape=(2, 3), value=7), lambda n: numpy.full((2, 3), 7, n.dtype)),
        "arange": (lambda x: apply("arange", dtype=x.dtype.number, start=100, stop=-1, step=-9), lambda n: numpy.arange(100, -1, -9).astype(n.dtype)),
        "eye": (lambda x: apply("eye", dtype=x.dtype.number, rows=3, columns=4, offset=1), lambda n: numpy.eye(3, 4, 1, n.dtype)),
        "cast": (lambda x: apply("cast", x, dtype=on.float64.number), lambda n: n.astype(numpy.float64)),
    }

    def test_the_list_is_whole(self):
        offered = {name for name, text in on.operators().items() if "integers" in text.rsplit(":", 1)[1] or "all types" in text.rsplit(":", 1)[1]}
        self.assertEqual(offered, {*self.UNARY, *self.BINARY, *self.DIVIDING, *self.COUNTING, *self.OTHERS})

    def test_values(self):
        for name in NAMES:
            whole, divisors = drawn(name, 5, 67), small(name, 5, 67)
            if name.startswith("i"):
                divisors = divisors * numpy.array([1, -1, 1, -1, -1], dtype=name)[:, None]
                divisors[0, 0] = -1
            counts = numpy.abs(drawn("int8", 5, 67, seed=3)).astype(name) % numpy.array(2 * 8 * whole.itemsize, dtype=name)
            for n, d, c in ((whole, divisors, counts), (whole[::-1, ::2], divisors[::-1, ::2], counts[:1, 0:68:2]), (whole[:, :0], divisors[:, :0], counts[:, :0])):
                x = on.asarray(n)
                with numpy.errstate(all="ignore"):
                    for operator, wanted in self.UNARY.items():
                        if n.size or operator not in ("max", "min", "argmax", "argmin"):
                            self.same(apply(operator, x), wanted(n))
                    for operator, wanted in self.BINARY.items():
                        self.same(apply(operator, x, on.asarray(d)), wanted(n, d))
                        self.same(apply(operator, x, on.asarray(n[2:3])), wanted(n, n[2:3]))
                    for operator, wanted in self.DIVIDING.items():
                        self.same(apply(operator, x, on.asarray(d)), wanted(n, d))
                    for operator, wanted in self.COUNTING.items():
                        self.same(apply(operator, x, on.asarray(c)), wanted(n, c))
            x = on.asarray(whole)
            for call, wanted in self.OTHERS.values():
                with numpy.errstate(all="ignore"):
                    self.same(call(x), wanted(whole))

    def test_sums_and_products_are_wide(self):
        for name in NAMES:
            n = drawn(name, 3, 40)
            x = on.asarray(n)
            for axis in (None, 0, 1):
                self.same(on.sum(x, axis=axis), n.sum(axis=axis, dtype=wide(name)))
                self.same(on.prod(x, axis=axis), n.prod(axis=axis, dtype=wide(name)))
                self.same(on.max(x, axis=axis), n.max(axis=axis))
                self.same(on.argmin(x, axis=axis), n.argmin(axis=axis))
                for other in NAMES:
                    self.same(on.sum(x, axis=axis, dtype=getattr(on, other)), n.sum(axis=axis, dtype=other))
            self.same(on.cumulative_sum(x, axis=1, include_initial=True), numpy.concatenate([numpy.zeros((3, 1), wide(name)), n.cumsum(1, dtype=wide(name))], 1))
            self.same(on.cumulative_prod(x, axis=0, dtype=x.dtype), n.cumprod(0, dtype=name))
            self.same(on.linalg.trace(x), numpy.trace(n, dtype=wide(name)))
            self.same(on.vecdot(x, x), numpy.vecdot(n, n))
            self.same(on.diff(x), numpy.diff(n))
            with self.assertRaises(TypeError):
                on.mean(x)

    def test_casts(self):
        reals = numpy.array([0.0, -0.0, 0.9, -0.9, 1.5, 100.99])
        for name in NAMES:
            n = drawn(name, 3, 67)
            x, limits = on.asarray(n), numpy.iinfo(name)
            for other in NAMES + ["bool", "float32", "float64"]:
                self.same(on.astype(x, getattr(on, other)), n.astype(other))
                self.same(on.astype(x[:, ::-2], getattr(on, other)), n[:, ::-2].astype(other))
                m = small(other, 9) if other in NAMES else reals > 0 if other == "bool" else reals.astype(other)
                self.same(on.astype(on.asarray(m), x.dtype), m.astype(name))
            with numpy.errstate(all="ignore"):
                self.same(on.astype(x, on.float16), n.astype(numpy.float32).astype(numpy.float16))
            self.same(on.astype(on.astype(on.asarray(small(name, 9)), on.bfloat16), x.dtype), small(name, 9))
            beyond = [1e30, -1e30, float("inf"), float("-inf"), float("nan")]
            wanted = numpy.array([limits.max, limits.min, limits.max, limits.min, 0], dtype=name)
            for real in (on.float32, on.float64):
                self.same(on.astype(on.asarray(beyond, dtype=real), x.dtype), wanted)

    def test_order(self):
        for name in NAMES:
            n = drawn(name, 40) // 2
            n[20:] = n[:20]
            x = on.asarray(n)
            self.same(on.sort(x, descending=True), numpy.sort(n)[::-1])
            places = numpy.asarray(on.argsort(x, descending=True))
            numpy.testing.assert_array_equal(n[places], numpy.sort(n)[::-1])
            self.assertTrue(all(a < b for a, b in zip(places, places[1:]) if n[a] == n[b]))
            values, indices, inverse, counts = on.unique_all(x)
            for found, wanted in zip((values, indices, inverse, counts), numpy.unique(n, return_index=True, return_inverse=True, return_counts=True), strict=True):
                self.same(found, wanted)
            self.same(on.isin(x, x[3:5]), numpy.isin(n, n[3:5]))
            self.same(on.clip(x, 1, 5), numpy.clip(n, 1, 5))


class Types(Case):
    def test_what_they_become_together(self):
        types = NAMES + ["bool", "float32", "float64"]
        for left in types:
            for right in types:
                a, b = getattr(on, left), getattr(on, right)
                integers = left in NAMES and right in NAMES
                mixes = left == right or {left, right} <= {"float32", "float64"} or (integers and ("uint64" not in (left, right) or left[0] == right[0]))
                if not mixes:
                    for wrong in (lambda: on.result_type(a, b), lambda: on.zeros(2, dtype=a) + on.zeros(2, dtype=b)):
                        with self.assertRaises(TypeError):
                            wrong()
                    self.assertFalse(on.can_cast(a, b))
                    continue
                wanted = numpy.promote_types(left, right)
                self.assertEqual(on.result_type(a, b).name, wanted.name)
                self.assertEqual(on.can_cast(a, b), numpy.can_cast(left, right))
                if integers:
                    n, m = drawn(left, 9), drawn(right, 9)
                    with numpy.errstate(all="ignore"):
                        self.same(on.asarray(n) - on.asarray(m), n - m)
                        self.same(on.asarray(n) < on.asarray(m), n < m)
                        self.same(on.concat([on.asarray(n), on.asarray(m)]), numpy.concatenate([n, m]))
                        self.same(on.where(on.asarray(n) > 1, on.asarray(n), on.asarray(m)), numpy.where(n > 1, n, m))
                    self.same(on.searchsorted(on.sort(on.asarray(n)), on.asarray(m)), numpy.searchsorted(numpy.sort(n), m))

    def test_python_numbers(self):
        for name in NAMES:
            limits, n = numpy.iinfo(name), small(name, 5)
            x = on.asarray(n)
            with numpy.errstate(all="ignore"):
                for number in (limits.max, limits.min, 3):
                    self.same(x + number, n + numpy.array(number, dtype=name))
                    self.same(number - x, numpy.array(number, dtype=name) - n)
                    self.same(x <= number, n <= number)
            for number in (limits.max + 1, limits.min - 1):
                for wrong in (lambda: x + number, lambda: number * x, lambda: x < number, lambda: on.full(2, number, dtype=x.dtype), lambda: on.asarray([1, number], dtype=x.dtype)):
                    with self.assertRaises(OverflowError):
                        wrong()
            for wrong in (lambda: x + 0.5, lambda: x + True, lambda: on.exp(x), lambda: x / x, lambda: on.asarray([0.5], dtype=x.dtype)):
                with self.assertRaises(TypeError):
                    wrong()
            with self.assertRaises(ArithmeticError):
                x // (x - x)
            with self.assertRaises(ArithmeticError):
                x % (x - x)

    def test_limits_and_kinds(self):
        for name in NAMES:
            type, limits = getattr(on, name), numpy.iinfo(name)
            self.assertEqual((on.iinfo(type).min, on.iinfo(type).max, on.iinfo(type).bits), (limits.min, limits.max, limits.bits))
            kind = "unsigned integer" if name.startswith("u") else "signed integer"
            other = "signed integer" if name.startswith("u") else "unsigned integer"
            self.assertTrue(all(on.isdtype(type, one) for one in (kind, "integral", "numeric", type, ("bool", kind))))
            self.assertFalse(any(on.isdtype(type, one) for one in (other, "bool", "real floating", on.float32, ("bool", other))))
            self.assertIs(copy.deepcopy(type), type)
            with self.assertRaises(TypeError):
                on.finfo(type)
        for wrong in (on.bool, on.float32):
            with self.assertRaises(TypeError):
                on.iinfo(wrong)


class Ways(Case):
    """In and out, and beside other arrays."""

    def test_lists_and_numbers(self):
        for name in NAMES:
            n, type = drawn(name, 3, 4), getattr(on, name)
            self.same(on.asarray(n.tolist(), dtype=type), n)
            self.assertEqual(on.asarray(n).tolist(), n.tolist())
            self.assertEqual(int(on.asarray(n)[0, 1]), numpy.iinfo(name).max)
            self.assertEqual([10, 11, 12][on.asarray(2, dtype=type)], 12)
            self.same(on.asarray([True, False], dtype=type), numpy.array([1, 0], dtype=name))
            self.same(on.zeros_like(on.asarray(n)), numpy.zeros_like(n))
            x = on.asarray(n, copy=True)
            x[1, ::2] = 7
            n[1, ::2] = 7
            self.same(x, n)

    def test_buffers(self):
        for letter in "bBhHiIlLqQ":
            values = array.array(letter, [0, 1, 2, 100, 7, 8])
            self.same(on.asarray(values), numpy.array(values))
            self.same(on.asarray(memoryview(values)[::-2]), numpy.array(values)[::-2])
            self.same(on.asarray(memoryview(values), dtype=on.uint64), numpy.array(values, dtype=numpy.uint64))
        self.same(on.asarray(b"\x00\x7f\xff"), numpy.array([0, 127, 255], dtype=numpy.uint8))
        self.same(on.asarray(bytearray(2)), numpy.zeros(2, dtype=numpy.uint8))
        self.same(on.asarray(array.array("f", [0.5])), numpy.array([0.5], dtype=numpy.float32))
        self.same(on.asarray(memoryview(array.array("d", [1, 2, 3, 4])).cast("B").cast("d", (2, 2))), numpy.array([[1.0, 2], [3, 4]]))
        for wrong in ("12", None, memoryview(b"12").cast("c"), {}, memoryview(numpy.zeros(2, dtype=[("a", "i4"), ("b", "i4")]))):
            with self.assertRaises(TypeError):
                on.asarray(wrong)
        with self.assertRaises(ValueError):
            on.asarray(b"12", copy=False)

    def test_sequences(self):
        for name in NAMES:
            limits, type = numpy.iinfo(name), getattr(on, name)
            for numbers in (range(0, 50, 7), range(100, -1, -9), range(limits.max - 5, limits.max + 1, 2), range(limits.min, limits.min + 9), range(5, 5), range(3, 9, -1)):
                self.same(on.arange(numbers.start, numbers.stop, numbers.step, dtype=type), numpy.array(list(numbers), dtype=name))
            for numbers in (range(limits.max - 5, limits.max + 2), range(3, limits.min - 2, -1) if limits.min == 0 else range(limits.min - 1, limits.min + 2)):
                with self.assertRaises((OverflowError, ValueError)):
                    on.arange(numbers.start, numbers.stop, numbers.step, dtype=type)
            with self.assertRaises(ValueError):
                on.arange(0, 5, 0, dtype=type)
        self.same(on.arange(2**63 - 1, 2**64, 2**62, dtype=on.uint64), numpy.array([2**63 - 1, 2**63 + 2**62 - 1, 2**64 - 1], dtype=numpy.uint64))
        self.same(on.arange(-(2**63), 2**63, 2**63, dtype=on.int64), numpy.array([-(2**63), 0]))

    def test_indices_of_every_type(self):
        n = numpy.arange(60.0).reshape(3, 4, 5)
        x = on.asarray(n)
        for name in NAMES:
            at = numpy.array([[2, 0], [1, 1]], dtype=name)
            i = on.asarray(at)
            self.same(on.take(x, i[0], axis=1), n.take(at[0], axis=1))
            self.same(x[i], n[at])
            self.same(x[i, 1, i], n[at, 1, at])
            self.same(on.take_along_axis(x[0, :2, :3], i), numpy.take_along_axis(n[0, :2, :3], at.astype(int), -1))
            self.same(on.repeat(x[:, 0, 0], on.asarray(numpy.array([2, 0, 3], dtype=name))), n[:, 0, 0].repeat([2, 0, 3]))
            self.same(on.softmax_cross_entropy(on.zeros((2, 2)), i[1]), numpy.float32(numpy.log(2)), places=2)
            gradient = on.grad(lambda x: on.sum(on.take(x, i[0], axis=0) * 3))(x)
            self.same(gradient, numpy.array([3.0, 0, 3])[:, None, None] + numpy.zeros((3, 4, 5)))
            beyond = on.asarray([numpy.iinfo(name).max], dtype=i.dtype)
            for wrong in (lambda: on.take(x, beyond, axis=0), lambda: x[beyond]):
                with self.assertRaises((ValueError, IndexError)):
                    wrong()
        with self.assertRaises(TypeError):
            on.take(x, on.asarray([1.0]), axis=0)

    def test_random_numbers(self):
        wanted = numpy.asarray(on.random.Stream(3).integers((50,), 100))
        for name in NAMES:
            self.same(on.random.Stream(3).integers((50,), 100, dtype=getattr(on, name)), wanted.astype(name))
        self.same(on.random.Stream(3).integers((50,), 256, dtype=on.uint8), numpy.asarray(on.random.Stream(3).integers((50,), 256)).astype(numpy.uint8))
        for type, below in ((on.int8, 129), (on.uint8, 257), (on.uint16, 2**16 + 1), (on.uint64, 2**31), (on.int64, 0), (on.uint8, -1), (on.int32, 0.5)):
            with self.assertRaises(ValueError):
                on.random.Stream(3).integers((2,), below, dtype=type)
        with self.assertRaises(TypeError):
            on.random.Stream(3).integers((2,), 5, dtype=on.float32)


if __name__ == "__main__":
    unittest.main()
