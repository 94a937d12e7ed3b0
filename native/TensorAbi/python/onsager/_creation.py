"""Arrays out of numbers, of other arrays, and of nothing. Floats are float32, complex numbers complex64 and integers int64 where no type is said."""

import struct

from . import _dtypes, _exchange, _library
from ._array import Array, apply, cast, check_device, new, rounded, scalar


def asarray(obj, /, *, dtype=None, device=None, copy=None):
    """
    An array of a number, of nested lists of numbers, of a buffer (bytes, array.array, memoryview), which is copied, or of another array: without a copy
    where the elements may stay where they are. copy=True always copies, copy=False never does: a ValueError says where one would be needed.
    """
    check_device(device)
    if dtype is not None:
        _dtypes.checked(dtype)
    if isinstance(obj, Array):
        result = obj
    elif hasattr(obj, "__dlpack__"):
        result = from_dlpack(obj, copy=copy)
        copy = None if copy else copy
    elif copy is False:
        raise ValueError("asarray: Python numbers and buffers cannot be used without a copy")
    elif isinstance(obj, (bool, int, float, complex, list, tuple)):
        return _of_numbers(obj, dtype)
    else:
        result, copy = _of_buffer(obj), None
    if dtype is not None and result.dtype is not dtype:
        if copy is False:
            raise ValueError(f"asarray: {result.dtype.name} cannot become {dtype.name} without a copy")
        return cast(result, dtype)
    return apply("copy", result) if copy else result


def _of_numbers(obj, dtype):
    shape, at = [], obj
    while isinstance(at, (list, tuple)):
        shape.append(len(at))
        if not at:
            break
        at = at[0]
    values = []
    _flatten(obj, shape, 0, values)
    if dtype is None:
        dtype = _type_of(values)
    elif dtype.is_integer and any(isinstance(value, float) for value in values):
        raise TypeError(f"asarray: floats are no {dtype.name}")
    if not dtype.is_complex and any(isinstance(value, complex) for value in values):
        raise TypeError(f"asarray: complex numbers are no {dtype.name}")
    if dtype.format is None:
        return cast(_of_numbers(obj, _dtypes.float32), dtype)
    try:
        return new(dtype, shape, _bytes(values, dtype))
    except (struct.error, OverflowError):
        raise OverflowError(f"asarray: a number is no {dtype.name}") from None


def _type_of(values):
    if not values or any(isinstance(value, (float, complex)) for value in values):
        return _dtypes.complex64 if any(isinstance(value, complex) for value in values) else _dtypes.float32
    return _dtypes.bool if all(isinstance(value, bool) for value in values) else _dtypes.int64


def _of_buffer(obj):
    try:
        view = memoryview(obj)
    except TypeError:
        raise TypeError(f"asarray: {type(obj).__name__} is neither a number, nor lists of numbers, nor a buffer, nor an array") from None
    letter = view.format.lstrip("@=<")
    for dtype in _dtypes.ALL:
        # Some of C's integers have the same width.
        if (len(letter) == 1 or letter in ("Zf", "Zd")) and view.itemsize == dtype.itemsize and letter in _LETTERS.get(dtype.kind, dtype.format or " "):
            return new(dtype, view.shape, view.tobytes())
    raise TypeError(f"asarray: a buffer of format {view.format!r} has no elements of onsager's")


_LETTERS = {"signed integer": "bhilqn", "unsigned integer": "BHILQN", "complex floating": ("Zf", "Zd")}


def _bytes(values, dtype):
    try:
        return _dtypes.packed(values, dtype)
    except (struct.error, OverflowError):
        return b"".join(rounded(value, dtype) for value in values)


def _flatten(obj, shape, axis, values):
    if axis == len(shape):
        if isinstance(obj, Array) and obj.ndim == 0:
            obj = obj.tolist()
        if not isinstance(obj, (bool, int, float, complex)):
            raise TypeError(f"asarray: {type(obj).__name__} in the place of a number")
        values.append(obj)
    elif not isinstance(obj, (list, tuple)) or len(obj) != shape[axis]:
        raise ValueError("asarray: the lists have different lengths")
    else:
        for one in obj:
            _flatten(one, shape, axis + 1, values)


def from_dlpack(x, /, *, device=None, copy=None):
    """
    An array over the memory of another library's, which stays as long as it is needed: written to on one side, it changes on the other. Memory
    that must not be written to is copied, unless copy is False.
    """
    check_device(device)
    if tuple(x.__dlpack_device__()) != _exchange.CPU:
        raise BufferError("from_dlpack: the elements are not on the processor")
    try:
        capsule = x.__dlpack__(max_version=(1, 0))
    except TypeError:
        capsule = x.__dlpack__()
    if _exchange.is_read_only(capsule):
        if copy is False:
            raise ValueError("from_dlpack: the memory is read-only, and has to be copied")
        capsule = x.__dlpack__(max_version=(1, 0), copy=True)
    result = Array._of(_exchange.from_capsule(capsule))
    return apply("copy", result) if copy else result


def _extents(shape):
    return (shape,) if isinstance(shape, int) else tuple(shape)


def zeros(shape, *, dtype=None, device=None):
    """Zeros."""
    check_device(device)
    return new(_dtypes.checked(dtype or _dtypes.float32), _extents(shape))


def empty(shape, *, dtype=None, device=None):
    """Elements to be written; they are zeros."""
    return zeros(shape, dtype=dtype, device=device)


def ones(shape, *, dtype=None, device=None):
    """Ones."""
    return full(shape, 1, dtype=dtype or _dtypes.float32, device=device)


def full(shape, fill_value, *, dtype=None, device=None):
    """One number everywhere."""
    check_device(device)
    fill_value = _number(fill_value)
    if dtype is None and isinstance(fill_value, Array):
        dtype = fill_value.dtype
    elif dtype is None:
        dtype = _dtypes.bool if isinstance(fill_value, bool) else _dtypes.int64 if isinstance(fill_value, int) else _dtypes.complex64 if isinstance(fill_value, complex) else _dtypes.float32
    _dtypes.checked(dtype)
    value = cast(fill_value, dtype) if isinstance(fill_value, Array) else scalar(fill_value, dtype)
    return apply("copy", apply("expand", value, shape=_extents(shape)))


def zeros_like(x, /, *, dtype=None, device=None):
    """Zeros in another array's shape and type."""
    return zeros(x.shape, dtype=dtype or x.dtype, device=device)


def empty_like(x, /, *, dtype=None, device=None):
    """Elements to be written in another array's shape and type; they are zeros."""
    return zeros(x.shape, dtype=dtype or x.dtype, device=device)


def ones_like(x, /, *, dtype=None, device=None):
    """Ones in another array's shape and type."""
    return full(x.shape, 1, dtype=dtype or x.dtype, device=device)


def full_like(x, /, fill_value, *, dtype=None, device=None):
    """One number everywhere in another array's shape and type."""
    return full(x.shape, fill_value, dtype=dtype or x.dtype, device=device)


def _number(value):
    """A Python number, or what other libraries mean by one as an array without axes, so that nothing of it is lost."""
    if isinstance(value, (bool, int, float, complex)):
        return value
    value = asarray(value)
    if value.ndim:
        raise ValueError(f"one number is needed, not an array of shape {value.shape}")
    return value


def arange(start, /, stop=None, step=1, *, dtype=None, device=None):
    """start, start + step, ... before stop; from 0 to before start where stop is not given."""
    check_device(device)
    start, stop = (0, start) if stop is None else (start, stop)
    if step == 0:
        raise ValueError("arange: the step is 0")
    isreal = any(isinstance(value, float) for value in (start, stop, step))
    dtype = _dtypes.checked(dtype or (_dtypes.float32 if isreal else _dtypes.int64))
    if dtype.is_integer and not isreal and not all(-(2**63) <= value < 2**63 for value in (start, stop, step)):
        return _of_range(range(start, stop, step), dtype)
    if not dtype.is_integer:
        start, stop, step = map(float, (start, stop, step))
    return _made("arange", dtype, start=start, stop=stop, step=step)


def _of_range(numbers, dtype):
    """A range that the library's arguments, which are int64, cannot say."""
    limits, count = _dtypes.iinfo(dtype), max(0, -((numbers.start - numbers.stop) // numbers.step))
    if count and not all(limits.min <= end <= limits.max for end in (numbers.start, numbers.start + (count - 1) * numbers.step)):
        raise OverflowError(f"arange: {numbers} is not all {dtype.name}")
    start, step = ((value - limits.min) % 2**limits.bits + limits.min for value in (numbers.start, numbers.step))
    return cast(_made("arange", _dtypes.int64, stop=count), dtype) * step + start


def linspace(start, stop, /, num, *, dtype=None, device=None, endpoint=True):
    """num numbers at equal distances from start to stop."""
    check_device(device)
    start, stop = (value._item() if isinstance(value, Array) else value for value in map(_number, (start, stop)))
    start, stop = (value if isinstance(value, complex) else float(value) for value in (start, stop))
    has_complex = isinstance(start, complex) or isinstance(stop, complex)
    dtype = _dtypes.checked(dtype or (_dtypes.complex64 if has_complex else _dtypes.float32))
    if not dtype.is_complex:
        if has_complex:
            raise TypeError(f"linspace: complex numbers are no {dtype.name}")
        return _made("linspace", dtype, start=start, stop=stop, count=num, endpoint=endpoint)
    parts = [(start.real, stop.real), (start.imag, stop.imag)]
    return apply("complex", *[_made("linspace", dtype.part, start=first, stop=last, count=num, endpoint=endpoint) for first, last in parts])


def eye(n_rows, n_cols=None, /, *, k=0, dtype=None, device=None):
    """Ones on diagonal number k of a matrix, zeros beside it."""
    check_device(device)
    # Beyond the corners there is nothing, however far.
    n_cols = n_rows if n_cols is None else n_cols
    return _made("eye", _dtypes.checked(dtype or _dtypes.float32), rows=n_rows, columns=n_cols, offset=max(-n_rows, min(n_cols, k)))


def meshgrid(*arrays, indexing="xy"):
    """The coordinates of all points of a grid, an array for each vector."""
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing {indexing!r} is neither 'xy' nor 'ij'")
    if any(array.ndim != 1 for array in arrays):
        raise ValueError("meshgrid: vectors are needed")
    order = list(range(len(arrays)))
    if indexing == "xy" and len(arrays) > 1:
        order[:2] = [1, 0]
    sizes = [arrays[axis].size for axis in order]
    grids = []
    for number, array in enumerate(arrays):
        place = order.index(number)
        shape = [array.size if axis == place else 1 for axis in range(len(arrays))]
        grids.append(apply("copy", apply("expand", apply("reshape", array, shape=shape), shape=sizes)))
    return grids


def _made(name, dtype, **arguments):
    return Array._of(_library.operator(name, [], dtype=dtype.number, **arguments)[0])
