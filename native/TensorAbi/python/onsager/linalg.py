"""Linear algebra under the names of the array-API standard's extension: matrices stand in the last two axes."""

import builtins
from collections import namedtuple

from . import _dtypes
from ._array import Array, apply, binary, cast, scalar
from ._creation import eye
from ._elementwise import conj
from ._manipulation import axes_of, broadcast_shapes, broadcast_to, matrix_transpose, moveaxis, stack
from ._products import matmul, tensordot, vecdot
from ._reductions import count_nonzero, max, min, sum

__all__ = [
    "cholesky", "cross", "det", "diagonal", "eigh", "eigvalsh", "inv", "matmul", "matrix_norm", "matrix_power", "matrix_rank", "matrix_transpose",
    "outer", "pinv", "qr", "slogdet", "solve", "svd", "svdvals", "tensordot", "trace", "vecdot", "vector_norm",
]

Eigh = namedtuple("Eigh", ["eigenvalues", "eigenvectors"])
Qr = namedtuple("Qr", ["Q", "R"])
Slogdet = namedtuple("Slogdet", ["sign", "logabsdet"])
Svd = namedtuple("Svd", ["U", "S", "Vh"])


def cholesky(x, /, *, upper=False):
    """The triangular factor of a symmetric or Hermitian positive definite matrix; its lower triangle is read."""
    factor = apply("cholesky", x)
    return _adjoint(factor) if upper else factor


def det(x, /):
    """The determinant."""
    return apply("determinant", x)


def slogdet(x, /):
    """The sign of the determinant, of a complex one its phase, and the logarithm of its size."""
    return Slogdet(*apply("slogdet", x))


def diagonal(x, /, *, offset=0):
    """The diagonal of the last two axes, as a view."""
    return apply("diagonal", x, offset=offset, first=-2, second=-1)


def trace(x, /, *, offset=0, dtype=None):
    """The sum of the diagonal."""
    return sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


def eigh(x, /):
    """Eigenvalues in rising order and eigenvectors of a symmetric or Hermitian matrix, of which the lower triangle is read."""
    return Eigh(*apply("eigh", x))


def eigvalsh(x, /):
    """Eigenvalues in rising order of a symmetric or Hermitian matrix."""
    return eigh(x).eigenvalues


def inv(x, /):
    """The inverse; an ArithmeticError where there is none."""
    return apply("inverse", x)


def solve(x1, x2, /):
    """The solution of x1 y = x2, a vector or columns; an ArithmeticError where x1 is singular."""
    return binary("solve", x1, x2)


def qr(x, /, *, mode="reduced"):
    """Orthonormal columns Q and a triangle R with x = Q R."""
    if mode not in ("reduced", "complete"):
        raise ValueError(f"qr: mode {mode!r} is neither 'reduced' nor 'complete'")
    return Qr(*apply("qr", x, complete=mode == "complete"))


def svd(x, /, *, full_matrices=True):
    """Singular vectors and values: x = U diag(S) Vh."""
    return Svd(*apply("svd", x, full=full_matrices))


def svdvals(x, /):
    """Singular values, the largest first."""
    return svd(x, full_matrices=False).S


def outer(x1, x2, /):
    """All products of elements of two vectors."""
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(f"outer: vectors are needed, not shapes {x1.shape} and {x2.shape}")
    return binary("multiply", x1[:, None], x2[None, :])


def cross(x1, x2, /, *, axis=-1):
    """The cross product of vectors of three elements along an axis."""
    shape = broadcast_shapes(x1.shape, x2.shape)
    if not -len(shape) <= axis < len(shape):
        raise IndexError(f"cross: arrays of {len(shape)} axes have no axis {axis}")
    place = axis % len(shape) - len(shape)
    if any(-place > x.ndim or x.shape[place] != 3 for x in (x1, x2)):
        raise ValueError(f"cross: vectors of 3 elements are needed along axis {axis}, not shapes {x1.shape} and {x2.shape}")
    (a, b, c), (p, q, r) = (moveaxis(broadcast_to(x, shape), place, 0) for x in (x1, x2))
    return stack([b * r - c * q, c * p - a * r, a * q - b * p], axis=place)


def matrix_power(x, n, /):
    """The n-th power of square matrices; of negative n the power of the inverse."""
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"matrix_power: square matrices are needed, not shape {x.shape}")
    power, n = (inv(x), -n) if n < 0 else (x, n)
    result = None
    while n:
        if n & 1:
            result = power if result is None else matmul(result, power)
        n >>= 1
        power = matmul(power, power) if n else power
    if result is None:
        result = broadcast_to(eye(x.shape[-1], dtype=x.dtype), x.shape)
    return apply("copy", result)


def matrix_rank(x, /, *, rtol=None):
    """How many singular values are above rtol, which is max(m, n) epsilon if it is not given, times the largest."""
    if not isinstance(rtol, Array) and not x.dtype.is_complex:
        return cast(apply("matrix_rank", x, rtol=rtol if rtol is None else float(rtol)), _dtypes.int64)
    return count_nonzero(_large(svdvals(x), _part(x, rtol)), axis=-1)


def pinv(x, /, *, rtol=None):
    """The inverse of Moore and Penrose: singular values up to rtol, which is max(m, n) epsilon if it is not given, times the largest count as 0."""
    if not isinstance(rtol, Array) and not x.dtype.is_complex:
        return apply("pinv", x, rtol=rtol if rtol is None else float(rtol))
    u, values, vh = svd(x, full_matrices=False)
    kept = _large(values, _part(x, rtol))
    inverses = apply("where", kept, 1 / apply("where", kept, values, values * 0 + 1), values * 0)
    return matmul(_adjoint(vh) * inverses[..., None, :], _adjoint(u))


def _adjoint(x):
    """The transpose, of complex numbers the conjugate one."""
    return matrix_transpose(conj(x) if x.dtype.is_complex else x)


def _part(x, rtol):
    """The part of the largest singular value that counts as 0, as an array."""
    if rtol is None:
        rtol = builtins.max(x.shape[-2:]) * _dtypes.finfo(x.dtype).eps
    return rtol if isinstance(rtol, Array) else scalar(float(rtol), x.dtype.part)


def _large(values, rtol):
    """Which singular values are above an array's part of the largest."""
    return values > rtol[..., None] * (max(values, axis=-1, keepdims=True) if values.shape[-1] else 0)


def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    """
    The norm of an order over axes: (sum |x|^ord)^(1/ord), the largest and smallest size for inf and -inf, the number of elements other than 0 for 0. Of no elements it is
    infinite for negative orders, else 0.
    """
    axes = axes_of(axis)
    if ord in (1, 2, float("inf")):
        return apply("norm", x, axes=axes, order=str(ord).removesuffix(".0"), keepdims=keepdims)
    sizes = apply("abs", x)
    if ord == 0:
        return cast(apply("count_nonzero", x, axes=axes, keepdims=keepdims), sizes.dtype)
    if x.size == 0:
        return apply("sum", sizes, axes=axes, keepdims=keepdims) + (0.0 if ord > 0 else float("inf"))
    if ord == float("-inf"):
        return apply("min", sizes, axes=axes, keepdims=keepdims)

    # By the element that decides, so that no power overflows; it decides alone where it is 0 or infinite.
    name = "max" if ord > 0 else "min"
    scale = apply(name, sizes, axes=axes, keepdims=True)
    ordinary = apply("logical_and", scale > 0, apply("isfinite", scale))
    divisor = apply("where", ordinary, scale, scale * 0 + 1)
    sums = apply("sum", (sizes / divisor) ** float(ord), axes=axes, keepdims=keepdims)
    scale, ordinary = (scale, ordinary) if keepdims else (apply(name, sizes, axes=axes), apply("reshape", ordinary, shape=sums.shape))
    return apply("where", ordinary, scale * sums ** (1.0 / ord), scale)


def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    """
    The Frobenius norm of the last two axes; with order "nuc" the sum of the singular values, with 2 and -2 the largest and the smallest one, with 1, -1, inf and -inf the
    largest and smallest sum of sizes of a column, or of a row.
    """
    if ord == "fro":
        return vector_norm(x, axis=(-2, -1), keepdims=keepdims)
    if ord in ("nuc", 2, -2):
        values = svdvals(x)
        norm = (sum if ord == "nuc" else max if ord == 2 else min)(values, axis=-1)
    elif ord in (1, -1, float("inf"), float("-inf")):
        sums = vector_norm(x, axis=-2 if ord in (1, -1) else -1, ord=1)
        norm = (max if ord > 0 else min)(sums, axis=-1)
    else:
        raise ValueError(f"matrix_norm: order {ord!r} is none of 'fro', 'nuc', 1, -1, 2, -2, inf and -inf")
    return apply("unsqueeze", norm, axes=(-2, -1)) if keepdims else norm
