"""Arrays of others and for others: NumPy on both sides, without a copy, for as long as memory is needed."""

import ctypes
import gc
import multiprocessing
import unittest
import weakref

import numpy

import onsager as on

TYPES = tuple(
    (numpy.dtype(name), getattr(on, name))
    for name in "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
)


class Watched(numpy.ndarray):
    """An array of NumPy whose end can be seen."""


class Foreign:
    """A producer of before 2022, which knows no versions."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, stream=None):
        return self.array.__dlpack__()

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


class Opaque(Foreign):
    """A producer of elements that only their maker knows: kDLOpaqueHandle, the byte behind data, device and rank."""

    def __dlpack__(self, stream=None):
        capsule = self.array.__dlpack__()
        pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))(capsule, b"dltensor")
        ctypes.c_uint8.from_address(pointer + 20).value = 3
        return capsule


class Exchange(unittest.TestCase):
    def test_a_consumer_that_raises_leaves_nothing(self):
        live = on.live_handles()
        for _ in range(5):
            with self.assertRaises(Exception):
                numpy.from_dlpack(on.ones(1000, dtype=on.bfloat16))
        self.assertEqual(on.live_handles(), live)

    def test_types_and_strides_in_and_out(self):
        for theirs, ours in TYPES:
            for n in (numpy.arange(24).reshape(2, 3, 4).astype(theirs), numpy.zeros((0, 3), theirs), numpy.array(1, theirs)):
                views = (n, n.T, n[..., ::-1], n[::-1, ::2]) if n.ndim == 3 else (n,)
                for view in views:
                    x = on.from_dlpack(view)
                    self.assertIs(x.dtype, ours)
                    numpy.testing.assert_array_equal(numpy.asarray(x), view)
                    numpy.testing.assert_array_equal(numpy.from_dlpack(x), view)
                    numpy.testing.assert_array_equal(numpy.asarray(on.asarray(x, copy=True)), view)

    def test_memory_is_shared_both_ways(self):
        n = numpy.zeros((2, 3))
        x = on.asarray(n)
        n[1, 2] = 5
        self.assertEqual(x[1, 2].tolist(), 5)
        x[0, 0] = 7.0
        self.assertEqual(n[0, 0], 7)
        for m in (numpy.asarray(x), numpy.from_dlpack(x)):
            self.assertTrue(numpy.shares_memory(m, n))
        y = on.zeros((2, 2))
        m = numpy.asarray(y.T)
        m[0, 1] = 3
        self.assertEqual(y.tolist(), [[0, 0], [3, 0]])

    def test_the_producer_lives_as_long_as_a_view(self):
        n = numpy.arange(6.0).view(Watched)
        gone = weakref.ref(n)
        x = on.from_dlpack(n)[2:]
        del n
        gc.collect()
        self.assertIsNotNone(gone())
        self.assertEqual(x.tolist(), [2, 3, 4, 5])
        m = numpy.from_dlpack(x)
        del x
        gc.collect()
        self.assertEqual(m.tolist(), [2, 3, 4, 5])
        del m
        gc.collect()
        self.assertIsNone(gone())

    def test_our_memory_lives_as_long_as_a_consumer(self):
        wanted = list(range(1000))
        for consume in (numpy.asarray, numpy.from_dlpack):
            held = [consume(on.arange(1000)) for _ in range(20)]
            for _ in range(20):
                on.zeros(1000, dtype=on.int64)
            self.assertTrue(all(n.tolist() == wanted for n in held))

    def test_capsules(self):
        gc.collect()
        before = on.live_handles()
        x = on.ones(3)
        for version in (None, (1, 0), (2, 5)):
            x.__dlpack__(max_version=version)
        gc.collect()
        self.assertEqual(on.live_handles(), before + 1)
        self.assertEqual(x.__dlpack_device__(), (1, 0))
        self.assertFalse(numpy.shares_memory(numpy.asarray(x), numpy.from_dlpack(x, copy=True)))
        self.assertTrue(on.from_dlpack(Foreign(numpy.ones(2))).tolist() == [1, 1])
        with self.assertRaises(ValueError):
            x.__dlpack__(stream=1)
        with self.assertRaises(BufferError):
            x.__dlpack__(dl_device=(2, 0))

    def test_what_must_not_be_written_to_is_copied(self):
        n = numpy.ones(3)
        n.flags.writeable = False
        x = on.from_dlpack(n)
        x[0] = 5.0
        self.assertEqual(n[0], 1)
        with self.assertRaises(ValueError):
            on.from_dlpack(n, copy=False)

    def test_refused(self):
        with self.assertRaisesRegex(TypeError, "type code 3"):
            on.from_dlpack(Opaque(numpy.ones(2)))
        with self.assertRaisesRegex(ValueError, "9"):
            on.from_dlpack(numpy.ones((1,) * 9))
        with self.assertRaisesRegex(ValueError, "aligned"):
            on.from_dlpack(numpy.frombuffer(bytearray(17), numpy.float64, 2, 1))
        with self.assertRaises(AttributeError):
            on.from_dlpack([1, 2])
        with self.assertRaises(ValueError):
            on.asarray([1, 2], copy=False)

    def test_derivatives_by_shared_memory(self):
        n = numpy.array([1.0, 2.0])
        self.assertEqual(on.grad(lambda x: on.sum(x * x * on.asarray(n)))(on.asarray(n)).tolist(), [2, 8])

    def test_the_namespace(self):
        x = on.ones(2)
        space = x.__array_namespace__(api_version="2024.12")
        self.assertIs(space, on)
        self.assertEqual(space.__array_namespace_info__().default_dtypes()["integral"], on.int64)
        self.assertEqual(set(space.__array_namespace_info__().dtypes(kind="real floating")), {"float32", "float64"})
        with self.assertRaises(ValueError):
            x.__array_namespace__(api_version="1999.01")

    def test_a_forked_process_is_told(self):
        context = multiprocessing.get_context("fork")
        queue = context.SimpleQueue()
        process = context.Process(target=_forked, args=(queue,))
        process.start()
        said = queue.get()
        process.join()
        self.assertIn("forked", said)
        self.assertEqual(process.exitcode, 0)


def _forked(queue):
    try:
        on.ones(3)
        queue.put("worked")
    except RuntimeError as error:
        queue.put(str(error))


if __name__ == "__main__":
    unittest.main()
