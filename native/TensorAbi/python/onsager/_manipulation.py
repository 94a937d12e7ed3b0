"""Shapes, joins, and elements by index and in order. Views share memory; the rest is new."""

from collections import namedtuple

from . import _dtypes
from ._array import Array, apply, binary, cast, scalar

__all__ = [
    "argsort", "broadcast_arrays", "broadcast_shapes", "broadcast_to", "concat", "expand_dims", "flip", "isin", "matrix_transpose", "moveaxis",
    "nonzero", "permute_dims", "repeat", "reshape", "roll", "searchsorted", "sort", "squeeze", "stack", "take", "take_along_axis", "tile", "tril", "triu",
    "unique_all", "unique_counts", "unique_inverse", "unique_values", "unstack",
]


UniqueAll = namedtuple("UniqueAll", ["values", "indices", "inverse_indices", "counts"])
UniqueCounts = namedtuple("UniqueCounts", ["values", "counts"])
UniqueInverse = namedtuple("UniqueInverse", ["values", "inverse_indices"])


def axes_of(axis):
    """An axis, several, or None, as the library takes them."""
    return axis if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)


def reshape(x, /, shape, *, copy=None):
    """The elements in another shape: a view where strides allow it, unless copy is true."""
    return apply("reshape", x, shape=(shape,) if isinstance(shape, int) else tuple(shape), copy=copy)


def permute_dims(x, /, axes):
    """The axes in another order, as a view."""
    return apply("permute", x, axes=tuple(axes))


def matrix_transpose(x, /):
    """The last two axes exchanged, as a view."""
    return x.mT


def moveaxis(x, source, destination, /):
    """Axes moved to other places, as a view."""
    source, destination = ([value] if isinstance(value, int) else list(value) for value in (source, destination))
    for axis in (*source, *destination):
        if not -x.ndim <= axis < x.ndim:
            raise IndexError(f"moveaxis: an array of {x.ndim} axes has no axis {axis}")
    moved = dict(zip([axis % x.ndim for axis in destination], [axis % x.ndim for axis in source], strict=True))
    rest = iter([axis for axis in range(x.ndim) if axis not in moved.values()])
    return permute_dims(x, [moved[axis] if axis in moved else next(rest) for axis in range(x.ndim)])


def broadcast_to(x, /, shape):
    """The array repeated along axes of extent 1 and new ones, as a view."""
    return apply("expand", x, shape=tuple(shape))


def broadcast_shapes(*shapes):
    """The shape that shapes broadcast to."""
    rank = 0
    for shape in shapes:
        rank = len(shape) if len(shape) > rank else rank
    result = [1] * rank
    for shape in shapes:
        for at, extent in enumerate(shape, rank - len(shape)):
            if extent != 1 and result[at] not in (1, extent):
                raise ValueError(f"shapes {', '.join(map(str, shapes))} do not broadcast")
            result[at] = extent if extent != 1 else result[at]
    return tuple(result)


def broadcast_arrays(*arrays):
    """Arrays as views of one shape."""
    shape = broadcast_shapes(*[array.shape for array in arrays])
    return [broadcast_to(array, shape) for array in arrays]


def expand_dims(x, /, axis):
    """A new axis of extent 1, as a view."""
    if not -x.ndim - 1 <= axis <= x.ndim:
        raise IndexError(f"expand_dims: an array of {x.ndim} axes has no place {axis}")
    return apply("unsqueeze", x, axes=axes_of(axis))


def squeeze(x, /, axis):
    """Without axes of extent 1, as a view."""
    return apply("squeeze", x, axes=axes_of(axis))


def flip(x, /, *, axis=None):
    """The elements in the opposite order along axes, as a view."""
    return apply("flip", x, axes=axes_of(axis))


def roll(x, /, shift, *, axis=None):
    """The elements moved along axes; what leaves at one end comes in at the other."""
    if axis is None:
        return reshape(roll(reshape(x, (-1,)), shift, axis=0), x.shape)
    axes = axes_of(axis)
    return apply("roll", x, shifts=(shift,) * len(axes) if isinstance(shift, int) else tuple(shift), axes=axes)


def tile(x, repetitions, /):
    """The array repeated along its axes."""
    repetitions = tuple(repetitions)
    shape = (1,) * (len(repetitions) - x.ndim) + x.shape
    return apply("tile", reshape(x, shape), repeats=(1,) * (len(shape) - len(repetitions)) + repetitions)


def repeat(x, repeats, /, *, axis=None):
    """Each element so many times, one after another; an array of integers says how often for each place of the axis."""
    x, axis = (reshape(x, (-1,)), 0) if axis is None else (x, axis)
    if isinstance(repeats, int):
        return apply("repeat", x, repeats=repeats, axis=axis)
    if not isinstance(repeats, Array) or not repeats.dtype.is_integer:
        raise TypeError(f"repeat: repeats are an integer or an array of integers, not {repeats.dtype.name if isinstance(repeats, Array) else type(repeats).__name__}")
    if not -x.ndim <= axis < x.ndim or repeats.ndim > 1 or repeats.size not in (1, x.shape[axis]):
        raise ValueError(f"repeat: {repeats.shape} repeats do not fit axis {axis} of {x.shape}")
    if repeats.size == 1:
        return apply("repeat", x, repeats=int(reshape(repeats, ())), axis=axis)
    if repeats.size == 0:
        return apply("copy", x)
    repeats = cast(repeats, _dtypes.int64)
    if int(apply("min", repeats)) < 0:
        raise ValueError("repeat: a number of repeats is negative")
    ends = apply("cumulative_sum", repeats, axis=0)
    places = apply("arange", dtype=_dtypes.int64.number, stop=int(ends[-1]))
    return take(x, searchsorted(ends, places, side="right"), axis=axis)


def concat(arrays, /, *, axis=0):
    """Arrays one after the other along an axis."""
    arrays = _alike(arrays)
    return apply("concatenate", *([reshape(array, (-1,)) for array in arrays] if axis is None else arrays), axis=axis or 0)


def stack(arrays, /, *, axis=0):
    """Arrays beside each other along a new axis."""
    return apply("stack", *_alike(arrays), axis=axis)


def unstack(x, /, *, axis=0):
    """The slices along an axis, as views."""
    return tuple(moveaxis(x, axis, 0))


def _alike(arrays):
    arrays = list(arrays)
    if not arrays:
        raise ValueError("there are no arrays to join")
    dtype = _dtypes.result_type(*arrays)
    return [cast(array, dtype) for array in arrays]


def tril(x, /, *, k=0):
    """The elements below diagonal k and on it, zeros above."""
    return apply("tril", x, offset=k)


def triu(x, /, *, k=0):
    """The elements above diagonal k and on it, zeros below."""
    return apply("triu", x, offset=k)


# Elements by index, and in order.


def take(x, indices, /, *, axis=None):
    """The slices at the indices of an axis."""
    if axis is None and x.ndim != 1:
        raise ValueError(f"take: an array of {x.ndim} axes needs an axis")
    return apply("take", x, indices, axis=axis or 0)


def take_along_axis(x, indices, /, *, axis=-1):
    """Along an axis the elements at indices of their own for each line."""
    return apply("take_along_axis", x, indices, axis=axis)


def nonzero(x, /):
    """The indices of the elements that are not 0, a vector for each axis."""
    if x.ndim == 0:
        raise ValueError("nonzero: an array without axes has no indices")
    return tuple(cast(apply("copy", column), _dtypes.int64) for column in unstack(apply("nonzero", x), axis=1))


def searchsorted(x1, x2, /, *, side="left", sorter=None):
    """Where each of x2 would be inserted into the sorted vector x1."""
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted: side {side!r} is neither 'left' nor 'right'")
    x1 = x1 if sorter is None else take(x1, sorter, axis=0)
    x1, x2 = _alike([x1, x2])
    return cast(apply("searchsorted", x1, x2, right=side == "right"), _dtypes.int64)


def isin(x1, x2, /, *, invert=False):
    """For each element of x1 whether x2 has it, or with invert whether it has not; NaN is nowhere."""
    x1, x2 = _alike([x1, x2])
    if x1.dtype.is_complex:
        # By which of the distinct numbers of both each one is.
        places = unique_inverse(concat([reshape(x1, (-1,)), reshape(x2, (-1,))])).inverse_indices
        return isin(reshape(places[: x1.size], x1.shape), places[x1.size :], invert=invert)
    if x2.size == 0:
        return apply("copy", apply("expand", scalar(invert, _dtypes.bool), shape=x1.shape))
    order, flat = sort(reshape(x2, (-1,))), reshape(x1, (-1,))
    places = binary("minimum", searchsorted(order, flat), order.size - 1)
    found = reshape(apply("equal", take(order, places, axis=0), flat), x1.shape)
    return apply("logical_not", found) if invert else found


def sort(x, /, *, axis=-1, descending=False, stable=True):
    """The elements in order along an axis."""
    return apply("sort", x, axis=axis, descending=descending)


def argsort(x, /, *, axis=-1, descending=False, stable=True):
    """The places of the elements along an axis, in their order."""
    return cast(apply("argsort", x, axis=axis, descending=descending), _dtypes.int64)


def unique_values(x, /):
    """The distinct elements, in order."""
    return apply("unique", x)[0]


def unique_all(x, /):
    """The distinct elements, where each stands first in the flattened array, for each element which of them it is, and how often each stands."""
    values, indices, inverse, counts = apply("unique", x)
    indices, inverse, counts = (cast(one, _dtypes.int64) for one in (indices, inverse, counts))
    return UniqueAll(values, indices, reshape(inverse, x.shape), counts)


def unique_counts(x, /):
    """The distinct elements, and how often each stands."""
    values, _, _, counts = unique_all(x)
    return UniqueCounts(values, counts)


def unique_inverse(x, /):
    """The distinct elements, and for each element which of them it is."""
    values, _, inverse, _ = unique_all(x)
    return UniqueInverse(values, inverse)
