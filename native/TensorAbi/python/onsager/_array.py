"""The array: a tensor's handle, what is known of it, operators, indexing, and the ways to other libraries."""

import struct
import sys
from ctypes import addressof, byref, c_uint64, create_string_buffer
from numbers import Number

from . import _dtypes, _exchange, _indexing, _library

# An address for arrays without elements: NumPy takes no null.
_NOTHING = create_string_buffer(16)


class Array:
    """
    A tensor of libonsager.so. Made by asarray and the functions of this package, not by its constructor. Views (reshape, transposes, slices) share
    memory; the memory goes with the last array over it.
    """

    __slots__ = ("_handle", "_known", "__weakref__")
    __hash__ = None

    def __init__(self, *_):
        raise TypeError("onsager: arrays are made by asarray, zeros and other functions")

    @classmethod
    def _of(cls, handle):
        """The array that owns a handle."""
        self = object.__new__(cls)
        self._handle, self._known = handle, None
        return self

    def __del__(self):
        handle = getattr(self, "_handle", 0)
        if handle:
            _library.free(handle)

    @property
    def _info(self):
        """What the library knows of the tensor: fixed as long as it lives."""
        if self._known is None:
            info = _library.Info()
            _library.call("tensor_info", self._handle, byref(info))
            self._known = _dtypes.BY_NUMBER[info.dtype], tuple(info.shape[: info.rank]), tuple(info.strides[: info.rank]), info.data
        return self._known

    dtype = property(lambda self: self._info[0], doc="The element type.")
    shape = property(lambda self: self._info[1], doc="The extents.")
    ndim = property(lambda self: len(self._info[1]), doc="The number of axes.")
    device = property(lambda self: "cpu", doc="Where the elements are: the processor is the only device.")

    @property
    def size(self):
        """The number of elements."""
        size = 1
        for extent in self.shape:
            size *= extent
        return size

    @property
    def T(self):
        """The transpose of a matrix, as a view."""
        if self.ndim != 2:
            raise ValueError(f"T is for matrices; this array has {self.ndim} axes: use permute_dims or mT")
        return apply("permute", self, axes=(1, 0))

    @property
    def mT(self):
        """The last two axes exchanged, as a view."""
        if self.ndim < 2:
            raise ValueError(f"mT needs two axes; this array has {self.ndim}")
        return apply("permute", self, axes=(*range(self.ndim - 2), self.ndim - 1, self.ndim - 2))

    def to_device(self, device, /, *, stream=None):
        """The array itself: there is one device, "cpu"."""
        check_device(device)
        return self

    # Elements for Python.

    def tolist(self):
        """The elements as Python numbers, in lists of lists."""
        source = apply("cast", self, dtype=_dtypes.float32.number) if self.dtype is _dtypes.bfloat16 else self
        data = create_string_buffer(source.size * source.dtype.itemsize)
        _library.call("tensor_read", source._handle, data, len(data.raw))
        values = list(struct.unpack(f"={source.size * (1 + source.dtype.is_complex)}{source.dtype.format}", data.raw))
        if source.dtype.is_complex:
            values = [complex(*parts) for parts in zip(values[::2], values[1::2])]
        for extent in reversed(self.shape[1:]):
            values = [values[i * extent : (i + 1) * extent] for i in range(len(values) // extent)] if extent else [[] for _ in range(_product(self.shape[: self.ndim - 1]))]
        return values if self.ndim else values[0]

    def _item(self):
        if self.ndim:
            raise TypeError(f"an array of shape {self.shape} is no single number: only shape () is")
        return self.tolist()

    def __bool__(self):
        return bool(self._item())

    def __int__(self):
        return int(self._item())

    def __float__(self):
        return float(self._item())

    def __complex__(self):
        return complex(self._item())

    def __index__(self):
        if not self.dtype.is_integer:
            raise TypeError(f"an array of {self.dtype.name} is no index")
        return self._item()

    def __len__(self):
        if not self.ndim:
            raise TypeError("an array without axes has no length")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __repr__(self):
        if self.size <= 1000:
            text = repr(self.tolist())
        else:
            text = "..."
        return f"Array({text}, shape={self.shape}, dtype={self.dtype.name})"

    # Indexing.

    def __getitem__(self, key):
        if _indexing.is_basic(key):
            return self._view(key)
        if isinstance(key, Array) and key.dtype is _dtypes.bool:
            return self._masked(key)
        parts = key if isinstance(key, tuple) else (key,)
        if _indexing.is_chosen(parts):
            return self._chosen(parts)
        raise IndexError("an index is made of integers, slices, ... and None, or of integers and arrays of integers, or is one array of bool")

    def __setitem__(self, key, value):
        if isinstance(key, Array) and key.dtype is _dtypes.bool:
            if self._is_covered(key):
                mask = apply("reshape", key, shape=(*key.shape, *[1] * (self.ndim - key.ndim)))
                _assign(self, apply("where", mask, self._spread(key, cast(scalar_like(value, self), self.dtype)), self))
        elif _indexing.is_basic(key):
            _assign(self._view(key), scalar_like(value, self))
        else:
            raise IndexError("elements are assigned by integers, slices, ... and None, or by one array of bool")

    def _view(self, key):
        (starts, counts, steps), gone, new = _indexing.plan(key, self.shape)
        result = apply("slice", self, starts=starts, counts=counts, steps=steps)
        if gone:
            result = apply("squeeze", result, axes=gone)
        return apply("unsqueeze", result, axes=new) if new else result

    def _is_covered(self, mask):
        """Whether a mask has the shape of the first axes; one without elements fits as well, and chooses nothing."""
        if mask.ndim > self.ndim or any(own not in (extent, 0) for own, extent in zip(mask.shape, self.shape)):
            raise IndexError(f"a mask of shape {mask.shape} is not that of the first axes of {self.shape}")
        return mask.shape == self.shape[: mask.ndim]

    def _masked(self, mask):
        """The slices where a mask of the first axes is true."""
        if not self._is_covered(mask):
            return new(self.dtype, (0, *self.shape[mask.ndim :]))
        return apply("masked_select", self, mask)

    def _spread(self, mask, value):
        """What is to stand where a mask is true, in this array's shape: one number, or as many slices as the mask chooses, in their order."""
        if not value.ndim:
            return value
        rest = self.shape[mask.ndim :]
        slices = apply("expand", value, shape=(int(apply("count_nonzero", mask)), *rest))
        if not slices.size:
            return self
        before = apply("cumulative_sum", cast(apply("reshape", mask, shape=(mask.size,)), _dtypes.int64), axis=0) - 1
        return apply("reshape", apply("take", slices, binary("maximum", before, 0), axis=0), shape=self.shape)

    def _chosen(self, parts):
        """The elements, or slices, at integers and arrays of integers for the first axes, broadcast together."""
        if len(parts) > self.ndim:
            raise IndexError(f"{len(parts)} indices for an array with {self.ndim} axes")
        rows = scalar(0, _dtypes.int64)
        for axis, part in enumerate(parts):
            extent = self.shape[axis]
            at = _places(part) if isinstance(part, Array) else scalar(part, _dtypes.int64)
            inside = apply("logical_and", binary("less_equal", -extent, at), binary("less", at, extent))
            if not apply("all", inside):
                raise IndexError(f"an index is outside axis {axis} of {self.shape}")
            rows = rows * extent + apply("where", binary("less", at, 0), at + extent, at)
        rest = self.shape[len(parts):]
        flat = apply("reshape", self, shape=(_product(self.shape[: len(parts)]), *rest))
        return apply("reshape", apply("take", flat, apply("reshape", rows, shape=(rows.size,)), axis=0), shape=rows.shape + rest)

    # Other libraries.

    def __array_namespace__(self, /, *, api_version=None):
        if api_version not in (None, "2021.12", "2022.12", "2023.12", "2024.12"):
            raise ValueError(f"onsager follows the array-API standard up to 2024.12, not {api_version}")
        return sys.modules[__package__]

    def __dlpack_device__(self):
        return _exchange.CPU

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        if stream is not None:
            raise ValueError("__dlpack__: the processor has no streams")
        if dl_device not in (None, _exchange.CPU):
            raise BufferError(f"__dlpack__: the elements are on the processor {_exchange.CPU}, not on {dl_device}")
        source = apply("copy", self) if copy else self
        return _exchange.to_capsule(source._handle, versioned=max_version is not None and max_version[0] >= 1)

    @property
    def __array_interface__(self):
        """For NumPy, which shares the memory: numpy.asarray(x)."""
        dtype, shape, strides, data = self._info
        if dtype.format is None:
            raise AttributeError(f"NumPy has no {dtype.name}: use astype")
        letter = {"bool": "b", "signed integer": "i", "unsigned integer": "u", "real floating": "f", "complex floating": "c"}[dtype.kind]
        name = f"{'<' if dtype.itemsize > 1 else '|'}{letter}{dtype.itemsize}"
        return {"version": 3, "shape": shape, "typestr": name, "data": (data or addressof(_NOTHING), False), "strides": tuple(stride * dtype.itemsize for stride in strides)}

    # Operators, which also take Python numbers.

    def __neg__(self):
        return apply("negate", self)

    def __pos__(self):
        return apply("copy", self)

    def __abs__(self):
        return apply("abs", self)

    def __invert__(self):
        return apply("bitwise_invert", self)

    def __matmul__(self, other):
        return binary("matmul", self, other) if isinstance(other, Array) else NotImplemented


def apply(name, *arrays, **arguments):
    """An operator of the library; one array, or a tuple where it has several results."""
    results = [Array._of(handle) for handle in _library.operator(name, [array._handle for array in arrays], **arguments)]
    return results[0] if len(results) == 1 else tuple(results)


def new(dtype, shape, data=None):
    """An array of a shape, of zeros or of bytes."""
    handle = c_uint64()
    shape = _library.integers(shape)
    if len(shape) > _library.MAX_RANK:
        raise ValueError(f"an array has at most {_library.MAX_RANK} axes, not {len(shape)}")
    _library.call("tensor_create", dtype.number, len(shape), shape, data, byref(handle))
    return Array._of(handle.value)


def scalar(value, dtype):
    """A number as an array without axes."""
    if not isinstance(value, Number):
        raise TypeError(f"{type(value).__name__} is neither an array nor a number")
    if isinstance(value, complex) and not dtype.is_complex:
        raise TypeError(f"{value} is no {dtype.name}: complex numbers are complex64 or complex128")
    if dtype.format is None:
        return apply("cast", scalar(value, _dtypes.float32), dtype=dtype.number)
    try:
        return new(dtype, (), rounded(value, dtype))
    except (struct.error, OverflowError):
        raise OverflowError(f"{value} is no {dtype.name}") from None


def rounded(value, dtype):
    """A number's bytes; what float64 holds and a shorter floating-point type does not is infinite, as arithmetic would have it."""
    if dtype.is_complex:
        value = complex(value)
        return rounded(value.real, dtype.part) + rounded(value.imag, dtype.part)
    value = float(value) if dtype.kind == "real floating" else value
    try:
        return _dtypes.packed([value], dtype)
    except OverflowError:
        return _dtypes.packed([float("inf") if value > 0 else float("-inf")], dtype)


def scalar_like(value, like):
    """An array as it is, a number in the type of another array; a complex one in the complex type of its width."""
    return value if isinstance(value, Array) else scalar(value, _dtypes.of_scalar(value, like.dtype))


def cast(array, dtype):
    """The array in a type: itself where it has it already."""
    return array if array.dtype is dtype else apply("cast", array, dtype=dtype.number)


def pair(x, y):
    """Two operands, of which one may be a Python number, in the type that they become together."""
    if not isinstance(x, Array) and not isinstance(y, Array):
        raise TypeError(f"an array is needed, not {type(x).__name__} and {type(y).__name__}")
    x, y = (x, scalar_like(y, x)) if isinstance(x, Array) else (scalar_like(x, y), y)
    dtype = _dtypes.promote(x.dtype, y.dtype)
    return cast(x, dtype), cast(y, dtype)


def binary(name, x, y):
    """An operator of two operands."""
    return apply(name, *pair(x, y))


def check_device(device):
    if device not in (None, "cpu"):
        raise ValueError(f"there is no device {device!r}: 'cpu' is the only one")


def _assign(destination, source):
    source = cast(source, destination.dtype)
    _library.call("tensor_assign", destination._handle, source._handle)


def _places(indices):
    """Indices as int64: those of uint64 that are beyond it become its greatest number, which no axis has, and not a negative one."""
    return cast(binary("minimum", indices, 2**63 - 1) if indices.dtype is _dtypes.uint64 else indices, _dtypes.int64)


def _product(extents):
    product = 1
    for extent in extents:
        product *= extent
    return product


def _operator(name, reflected=False):
    def method(self, other):
        if not isinstance(other, (Array, bool, int, float, complex)):
            return NotImplemented
        return binary(name, other, self) if reflected else binary(name, self, other)

    return method


for _method, _name in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide", "mod": "remainder", "pow": "pow",
    "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor", "lshift": "bitwise_left_shift", "rshift": "bitwise_right_shift",
}.items():
    setattr(Array, f"__{_method}__", _operator(_name))
    setattr(Array, f"__r{_method}__", _operator(_name, reflected=True))
for _method, _name in {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}.items():
    setattr(Array, f"__{_method}__", _operator(_name))
