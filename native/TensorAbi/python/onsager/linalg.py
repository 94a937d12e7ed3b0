"""Linear algebra under the names of the array-API standard's extension: matrices stand in the last two axes."""

from collections import namedtuple

from ._array import apply, binary
from ._manipulation import axes_of, matrix_transpose
from ._products import matmul, tensordot, vecdot
from ._reductions import sum

__all__ = [
    "cholesky", "det", "diagonal", "eigh", "eigvalsh", "inv", "matmul", "matrix_norm", "matrix_transpose", "outer", "qr", "slogdet", "solve", "svd",
    "svdvals", "tensordot", "trace", "vecdot", "vector_norm",
]

Eigh = namedtuple("Eigh", ["eigenvalues", "eigenvectors"])
Qr = namedtuple("Qr", ["Q", "R"])
Slogdet = namedtuple("Slogdet", ["sign", "logabsdet"])
Svd = namedtuple("Svd", ["U", "S", "Vh"])


def cholesky(x, /, *, upper=False):
    """The triangular factor of a symmetric positive definite matrix; its lower triangle is read."""
    factor = apply("cholesky", x)
    return matrix_transpose(factor) if upper else factor


def det(x, /):
    """The determinant."""
    return apply("determinant", x)


def slogdet(x, /):
    """The sign of the determinant and the logarithm of its size."""
    return Slogdet(*apply("slogdet", x))


def diagonal(x, /, *, offset=0):
    """The diagonal of the last two axes, as a view."""
    return apply("diagonal", x, offset=offset, first=-2, second=-1)


def trace(x, /, *, offset=0, dtype=None):
    """The sum of the diagonal."""
    return sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


def eigh(x, /):
    """Eigenvalues in rising order and eigenvectors of a symmetric matrix, of which the lower triangle is read."""
    return Eigh(*apply("eigh", x))


def eigvalsh(x, /):
    """Eigenvalues in rising order of a symmetric matrix."""
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


def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    """The norm of order 1, 2 or infinity over axes."""
    if ord not in (1, 2, float("inf")):
        raise ValueError(f"vector_norm: order {ord!r} is none of 1, 2 and inf")
    return apply("norm", x, axes=axes_of(axis), order=str(ord).removesuffix(".0"), keepdims=keepdims)


def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    """The Frobenius norm of the last two axes, or with order 1 or infinity the largest sum of sizes of a column or a row."""
    if ord == "fro":
        return vector_norm(x, axis=(-2, -1), keepdims=keepdims)
    if ord not in (1, float("inf")):
        raise ValueError(f"matrix_norm: order {ord!r} is none of 'fro', 1 and inf")
    sums = vector_norm(x, axis=-2 if ord == 1 else -1, keepdims=True, ord=1)
    return apply("max", sums, axes=(-2, -1), keepdims=keepdims)
