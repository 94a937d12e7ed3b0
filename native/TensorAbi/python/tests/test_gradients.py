"""Derivatives, against those that are known and against differences; random numbers; training."""

import os
import subprocess
import sys
import threading
import unittest
from collections import namedtuple

import numpy

import onsager as on

EXAMPLE = os.path.join(os.path.dirname(__file__), "..", "examples", "two_layer_net.py")
Pair = namedtuple("Pair", ["left", "right"])


class Gradients(unittest.TestCase):
    def close(self, array, wanted, tolerance=1e-12):
        numpy.testing.assert_allclose(numpy.asarray(array), wanted, rtol=tolerance, atol=tolerance)

    def test_known_derivatives(self):
        x = on.asarray([1.0, 2.0, -3.0], dtype=on.float64)
        n = numpy.asarray(x)
        value, gradient = on.value_and_grad(lambda x: on.sum(x * x * x))(x)
        self.assertEqual(float(value), -18)
        self.close(gradient, 3 * n * n)
        self.close(on.grad(lambda x: on.sum(on.grad(lambda x: on.sum(x**4.0))(x)))(x), 12 * n * n, 1e-11)
        self.close(on.grad(lambda x: x[0] * x[2] + on.sum(x[1:]))(x), [-3, 1, 2])

    def test_levels_are_kept_apart(self):
        at = on.asarray(3.0, dtype=on.float64)
        self.close(on.grad(lambda x: x * on.grad(lambda y: x + y)(x))(at), 1)

    def test_what_does_not_come_from_the_argument_is_constant(self):
        x = on.asarray([1.0, 2.0], dtype=on.float64)
        self.close(on.grad(lambda y: on.sum(y * x))(x), [1, 2])

    def test_differences(self):
        stream = on.random.Stream(7)
        a, b = (stream.normal(shape, dtype=on.float64) for shape in ((4, 5), (5,)))
        labels = on.asarray([0, 3, 1, 1])
        functions = (
            lambda a, b: on.mean(on.logsumexp(a * b, axis=1)),
            lambda a, b: on.softmax_cross_entropy(on.linear(a, a.T, b[:4]), labels),
            lambda a, b: on.sum(on.sort(a, axis=0)[1:] * b) + on.max(a) * on.min(b),
            lambda a, b: on.sum(on.linalg.solve(a @ a.T + on.eye(4, dtype=on.float64), a) @ b),
            lambda a, b: on.sum(on.where(a > 0, a * b, on.exp(a))) + on.var(b),
            lambda a, b: on.sum(on.take(a, labels, axis=0) * on.flip(b)) + on.sum(on.concat([a, a * b], axis=1) ** 2.0),
        )
        for number, function in enumerate(functions):
            gradients = on.grad(function, argnums=(0, 1))(a, b)
            for which, (at, gradient) in enumerate(zip((a, b), gradients, strict=True)):
                n = numpy.array(at)
                for index in numpy.ndindex(n.shape):
                    sides = []
                    for step in (1e-6, -1e-6):
                        moved = n.copy()
                        moved[index] += step
                        moved = on.from_dlpack(moved)
                        sides.append(float(function(moved, b) if which == 0 else function(a, moved)))
                    self.assertAlmostEqual((sides[0] - sides[1]) / 2e-6, float(gradient[index]), delta=2e-7, msg=f"function {number}, argument {which} at {index}")

    def test_trees(self):
        tree = {"w": on.ones(2), "more": [on.ones(3), Pair(on.ones(1), on.zeros(()))]}
        gradient = on.grad(lambda tree: on.sum(tree["w"]) * 2 + on.sum(tree["more"][0]) + tree["more"][1].right * 5)(tree)
        self.assertEqual(gradient["w"].tolist(), [2, 2])
        self.assertEqual(gradient["more"][0].tolist(), [1, 1, 1])
        self.assertEqual((gradient["more"][1].left.tolist(), gradient["more"][1].right.tolist()), ([0], 5))

    def test_mistakes(self):
        x = on.ones(2)
        for function, kind, words in (
            (lambda x: 1 / 0, ZeroDivisionError, "zero"),
            (lambda x: x, ValueError, "scalar"),
            (lambda x: 3.0, TypeError, "float, not an array"),
            (lambda x: on.sum(on.astype(x, on.float64)), TypeError, "float64; float32 is needed"),
            (lambda x: x.__setitem__(0, 1.0), ValueError, "being differentiated"),
            (lambda x: on.sum(x % 2.0), TypeError, "remainder"),
        ):
            with self.assertRaisesRegex(kind, words):
                on.grad(function)(x)
        with self.assertRaisesRegex(TypeError, "holds int"):
            on.grad(lambda x: x)(1)
        with self.assertRaisesRegex(TypeError, "no argument 1"):
            on.grad(on.sum, argnums=1)(x)
        with self.assertRaisesRegex(TypeError, "int64"):
            on.grad(on.sum)(on.arange(3))

    def test_an_argument_that_escapes_is_an_array_like_others(self):
        kept = []
        on.grad(lambda x: (kept.append(x), on.sum(x))[1])(on.ones(3))
        self.assertEqual(on.tanh(kept[0]).shape, (3,))

    def test_recursion_ends_with_a_message(self):
        def deeper(x):
            return on.sum(on.grad(deeper)(x))

        found = []

        def work():
            try:
                on.grad(deeper)(on.ones(1))
            except (RecursionError, ValueError) as error:
                found.append(str(error))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        self.assertEqual(len(found), 1)
        self.assertTrue(found[0])


class Random(unittest.TestCase):
    def test_streams(self):
        stream = on.random.Stream(5)
        start = stream.position
        first = stream.normal((1000, 4))
        self.assertFalse(on.all(first == stream.normal((1000, 4))))
        stream.position = start
        self.assertTrue(on.all(first == stream.normal((1000, 4))))
        self.assertTrue(on.all(stream.fork(3).uniform(9) == on.random.Stream(5).fork(3).uniform(9)))
        self.assertLess(abs(float(on.mean(first))), 0.1)
        self.assertLess(abs(float(on.std(first)) - 1), 0.1)

    def test_distributions(self):
        stream = on.random.Stream(6)
        uniform = numpy.asarray(stream.uniform(10000, 2, 3, dtype=on.float64))
        self.assertTrue((uniform >= 2).all() and (uniform < 3).all() and abs(uniform.mean() - 2.5) < 0.02)
        self.assertLess(abs(float(on.mean(stream.exponential(10000, 4))) - 0.25), 0.02)
        self.assertLess(abs(float(on.mean(stream.bernoulli(10000, 0.3))) - 0.3), 0.03)
        self.assertEqual(set(numpy.asarray(stream.rademacher(100)).tolist()), {-1, 1})
        self.assertEqual(set(numpy.asarray(stream.integers(1000, 6)).tolist()), set(range(6)))
        self.assertLess(abs(numpy.asarray(stream.poisson(10000, 3.0)).mean() - 3), 0.1)
        self.assertTrue(numpy.allclose(on.linalg.vector_norm(stream.sphere((50, 3)), axis=1), 1))
        self.assertEqual(sorted(stream.permutation(20).tolist()), list(range(20)))
        for wrong in (lambda: stream.normal(3, 0, -1), lambda: stream.uniform(3, 2, 1), lambda: stream.integers(3, 0), lambda: on.random.Stream(-1), lambda: stream.poisson(2, -1.0)):
            with self.assertRaises(ValueError):
                wrong()


class Training(unittest.TestCase):
    def test_the_example_has_20_lines_and_learns(self):
        with open(EXAMPLE, encoding="utf-8") as file:
            lines = [line for line in file if line.strip() and not line.startswith('"""')]
        self.assertLessEqual(len(lines), 20)
        said = [subprocess.run([sys.executable, EXAMPLE], capture_output=True, text=True, check=True, env={**os.environ, "ONSAGER_NUM_THREADS": threads}).stdout for threads in ("1", "2")]
        self.assertEqual(said[0], said[1])
        losses = [float(line.split()[-1]) for line in said[0].splitlines()]
        self.assertLess(losses[-1], 0.01)
        self.assertLess(losses[-1], losses[0] / 3)

    def test_momentum(self):
        x = on.asarray([4.0, -3.0])
        sgd = on.optimizers.Sgd(x, rate=0.05, momentum=0.5)
        for _ in range(200):
            sgd.step(on.grad(lambda x: on.sum(x * x))(x))
        self.assertLess(float(on.max(on.abs(x))), 1e-5)


if __name__ == "__main__":
    unittest.main()
