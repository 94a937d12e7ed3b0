"""Sums, extrema and what else becomes fewer elements; and what goes along one axis."""

from . import _dtypes
from ._array import apply, binary, cast, scalar
from ._manipulation import axes_of, concat, reshape

__all__ = [
    "all", "any", "argmax", "argmin", "count_nonzero", "cumulative_prod", "cumulative_sum", "diff", "log_softmax", "logsumexp", "max", "mean",
    "min", "prod", "softmax", "std", "sum", "var",
]


def _reduction(name, doc):
    def function(x, /, *, axis=None, keepdims=False):
        return apply(name, x, axes=axes_of(axis), keepdims=keepdims)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


all = _reduction("all", "Whether all elements are true, or not 0.")
any = _reduction("any", "Whether an element is true, or not 0.")
logsumexp = _reduction("logsumexp", "The logarithm of the sum of exponentials.")
max = _reduction("max", "The largest element; NaN wins.")
mean = _reduction("mean", "The mean.")
min = _reduction("min", "The smallest element; NaN wins.")


def sum(x, /, *, axis=None, dtype=None, keepdims=False):
    """The sum; of signed integers it is int64, of unsigned ones uint64."""
    return _typed(apply("sum", _before(x, dtype), axes=axes_of(axis), keepdims=keepdims), dtype)


def prod(x, /, *, axis=None, dtype=None, keepdims=False):
    """The product; of signed integers it is int64, of unsigned ones uint64."""
    return _typed(apply("prod", _before(x, dtype), axes=axes_of(axis), keepdims=keepdims), dtype)


def var(x, /, *, axis=None, correction=0.0, keepdims=False):
    """The variance: the squares' sum is divided by the number of elements less the correction."""
    return apply("var", x, axes=axes_of(axis), correction=correction, keepdims=keepdims)


def std(x, /, *, axis=None, correction=0.0, keepdims=False):
    """The square root of the variance."""
    return apply("std", x, axes=axes_of(axis), correction=correction, keepdims=keepdims)


def count_nonzero(x, /, *, axis=None, keepdims=False):
    """How many elements are true, or not 0."""
    return cast(apply("count_nonzero", x, axes=axes_of(axis), keepdims=keepdims), _dtypes.int64)


def argmax(x, /, *, axis=None, keepdims=False):
    """The place of the largest element, the first of equals."""
    return _place("argmax", x, axis, keepdims)


def argmin(x, /, *, axis=None, keepdims=False):
    """The place of the smallest element, the first of equals."""
    return _place("argmin", x, axis, keepdims)


def _place(name, x, axis, keepdims):
    places = cast(apply(name, x, axis=axis, keepdims=keepdims), _dtypes.int64)
    return reshape(places, (1,) * x.ndim) if axis is None and keepdims else places


def softmax(x, /, *, axis=-1):
    """exp(x) over its sum along an axis."""
    return apply("softmax", x, axis=axis)


def log_softmax(x, /, *, axis=-1):
    """The logarithm of softmax."""
    return apply("log_softmax", x, axis=axis)


def cumulative_sum(x, /, *, axis=None, dtype=None, include_initial=False):
    """The sums up to each element of an axis; they begin with 0 if include_initial is true. Those of integers are int64 or uint64."""
    return _cumulated("cumulative_sum", 0, x, axis, dtype, include_initial)


def cumulative_prod(x, /, *, axis=None, dtype=None, include_initial=False):
    """The products up to each element of an axis; they begin with 1 if include_initial is true. Those of integers are int64 or uint64."""
    return _cumulated("cumulative_prod", 1, x, axis, dtype, include_initial)


def _cumulated(name, initial, x, axis, dtype, include_initial):
    if axis is None:
        if x.ndim != 1:
            raise ValueError(f"{name}: an array of {x.ndim} axes needs an axis")
        axis = 0
    results = _typed(apply(name, _before(x, dtype), axis=axis), dtype)
    if not include_initial:
        return results
    shape = list(x.shape)
    shape[axis] = 1
    return concat([apply("expand", scalar(initial, results.dtype), shape=shape), results], axis=axis)


def _before(x, dtype):
    """What is summed or multiplied for results of a type: integers as they are for integers, since a cast wraps the results around."""
    return x if dtype is None or (x.dtype.is_integer and dtype.is_integer) else cast(x, dtype)


def _typed(results, dtype):
    """Results in the type that was asked for; integers wrap around."""
    return results if dtype is None else cast(results, dtype)


def diff(x, /, *, axis=-1, n=1, prepend=None, append=None):
    """The n-th differences of neighbours along an axis, of the array with others before and behind it."""
    if n < 0:
        raise ValueError(f"diff: there are no differences of order {n}")
    if not -x.ndim <= axis < x.ndim:
        raise IndexError(f"diff: an array of {x.ndim} axes has no axis {axis}")
    parts = [part for part in (prepend, x, append) if part is not None]
    x = concat(parts, axis=axis) if len(parts) > 1 else x
    for _ in range(n):
        before = (slice(None),) * (axis % x.ndim)
        x = binary("subtract", x[(*before, slice(1, None))], x[(*before, slice(None, -1))])
    return x if n else apply("copy", x)
