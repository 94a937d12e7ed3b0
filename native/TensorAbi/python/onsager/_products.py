"""Products, and losses."""

from ._array import apply, binary
from ._manipulation import permute_dims, reshape
from ._reductions import sum

__all__ = [
    "einsum", "linear", "matmul", "softmax_cross_entropy", "tensordot", "vecdot",
]


def matmul(x1, x2, /):
    """The matrix product over the last two axes; a vector is a row on the left and a column on the right."""
    return binary("matmul", x1, x2)


def linear(x, weight, bias=None, /):
    """x [..., in] times weight [in, out], plus bias [out]."""
    return apply("linear", *([x, weight] if bias is None else [x, weight, bias]))


def einsum(equation, *arrays):
    """Sums of products by Einstein's convention."""
    return apply("einsum", *arrays, equation=equation)


def softmax_cross_entropy(logits, labels, /):
    """The mean over rows of -log softmax(logits) at the labels."""
    return apply("softmax_cross_entropy", logits, labels)


def tensordot(x1, x2, /, *, axes=2):
    """The sum of products over the last axes of x1 and the first of x2, or over lists of axes."""
    left, right = (list(range(x1.ndim - axes, x1.ndim)), list(range(axes))) if isinstance(axes, int) else map(list, axes)
    left, right = [axis % x1.ndim for axis in left], [axis % x2.ndim for axis in right]
    keep1, keep2 = [axis for axis in range(x1.ndim) if axis not in left], [axis for axis in range(x2.ndim) if axis not in right]
    if [x1.shape[axis] for axis in left] != [x2.shape[axis] for axis in right]:
        raise ValueError(f"tensordot: axes {left} of {x1.shape} and {right} of {x2.shape} differ")
    rows = reshape(permute_dims(x1, keep1 + left), (_size(x1, keep1), _size(x1, left)))
    columns = reshape(permute_dims(x2, right + keep2), (_size(x2, right), _size(x2, keep2)))
    return reshape(matmul(rows, columns), [x1.shape[axis] for axis in keep1] + [x2.shape[axis] for axis in keep2])


def vecdot(x1, x2, /, *, axis=-1):
    """The sums of products, of x1's conjugates, along an axis of both, which is not broadcast."""
    if not isinstance(axis, int) or not -min(x1.ndim, x2.ndim) <= axis < 0:
        raise ValueError(f"vecdot: axis {axis} is none from -{min(x1.ndim, x2.ndim)} to -1")
    if x1.shape[axis] != x2.shape[axis]:
        raise ValueError(f"vecdot: axis {axis} has {x1.shape[axis]} elements in {x1.shape} and {x2.shape[axis]} in {x2.shape}")
    products = binary("multiply", apply("conj", x1) if x1.dtype.is_complex else x1, x2)
    return sum(products, axis=axis, dtype=products.dtype)


def _size(x, axes):
    size = 1
    for axis in axes:
        size *= x.shape[axis]
    return size
