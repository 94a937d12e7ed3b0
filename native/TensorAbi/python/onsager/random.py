"""Random arrays by Philox streams: the same numbers on every machine and for every number of threads."""

from ctypes import byref, c_uint64

from . import _dtypes, _library
from ._array import Array


class Stream:
    """
    A stream of random numbers, known by seed and number: draws follow one another, streams of different numbers are independent, and each stream has
    children of its own (fork).
    """

    __slots__ = ("_handle",)

    def __init__(self, seed, number=0):
        for value in (seed, number):
            if not 0 <= value < 2**64:
                raise ValueError(f"stream: {value} is no number from 0 to 2^64 - 1")
        handle = c_uint64()
        _library.call("stream_create", seed, number, byref(handle))
        self._handle = handle.value

    def __del__(self):
        handle = getattr(self, "_handle", 0)
        if handle:
            _library.free(handle, "stream")

    @property
    def position(self):
        """Where the next draw begins; set to an earlier value, the same numbers come again."""
        position = c_uint64()
        _library.call("stream_position", self._handle, byref(position))
        return position.value

    @position.setter
    def position(self, value):
        if not 0 <= value < 2**64:
            raise ValueError(f"stream: {value} is no position")
        _library.call("stream_seek", self._handle, value)

    def fork(self, index):
        """The child stream of an index below 2^62: the same whenever it is asked for."""
        if not 0 <= index < 2**64:
            raise ValueError(f"fork: {index} is no index below 2^62")
        child, handle = object.__new__(Stream), c_uint64()
        _library.call("stream_fork", self._handle, index, byref(handle))
        child._handle = handle.value
        return child

    def uniform(self, shape=(), low=0.0, high=1.0, *, dtype=_dtypes.float32):
        """Uniform numbers from low to before high."""
        return self._draw(1, dtype, shape, low, high)

    def normal(self, shape=(), mean=0.0, std=1.0, *, dtype=_dtypes.float32):
        """Normal numbers."""
        return self._draw(2, dtype, shape, mean, std)

    def exponential(self, shape=(), rate=1.0, *, dtype=_dtypes.float32):
        """Exponential numbers of mean 1 / rate."""
        return self._draw(3, dtype, shape, rate)

    def bernoulli(self, shape=(), p=0.5, *, dtype=_dtypes.float32):
        """1 with probability p, otherwise 0."""
        return self._draw(4, dtype, shape, p)

    def rademacher(self, shape=(), *, dtype=_dtypes.float32):
        """-1 or 1."""
        return self._draw(5, dtype, shape)

    def integers(self, shape, below, *, dtype=_dtypes.int32):
        """Integers from 0 to before a number of at most 2^31 - 1; the same ones in every integer type that holds them."""
        return self._draw(6, dtype, shape, below)

    def poisson(self, shape, rate):
        """Poisson numbers, int32."""
        return self._draw(7, _dtypes.int32, shape, rate)

    def sphere(self, shape, *, dtype=_dtypes.float32):
        """Points uniform on the unit sphere of the last axis."""
        return self._draw(8, dtype, shape)

    def permutation(self, n):
        """0 to n - 1 in random order, int32."""
        return self._draw(9, _dtypes.int32, (n,))

    def _draw(self, distribution, dtype, shape, first=0.0, second=0.0):
        shape = _library.integers((shape,) if isinstance(shape, int) else shape)
        handle = c_uint64()
        _library.call("stream_draw", self._handle, distribution, _dtypes.checked(dtype).number, len(shape), shape, first, second, byref(handle))
        return Array._of(handle.value)
