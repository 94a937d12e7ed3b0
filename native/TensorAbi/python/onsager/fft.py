"""Fourier transforms under the names of the array-API standard's extension. Complex numbers have no derivatives here."""

from . import _dtypes
from ._array import apply, cast, check_device
from ._creation import arange
from ._manipulation import axes_of, concat, roll

__all__ = [
    "fft", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifftn", "ifftshift", "ihfft", "irfft", "irfftn", "rfft", "rfftfreq", "rfftn",
]


def fft(x, /, *, n=None, axis=-1, norm="backward"):
    """The transform along an axis, which n cuts or fills up with zeros. Norms: backward (the inverse is divided by n), forward, or ortho (both by its root)."""
    return apply("fft", _complex(x), n=n, axis=axis, norm=norm)


def ifft(x, /, *, n=None, axis=-1, norm="backward"):
    """The inverse transform along an axis."""
    return apply("ifft", _complex(x), n=n, axis=axis, norm=norm)


def rfft(x, /, *, n=None, axis=-1, norm="backward"):
    """The first n // 2 + 1 results of the transform of real numbers."""
    return apply("rfft", x, n=n, axis=axis, norm=norm)


def irfft(x, /, *, n=None, axis=-1, norm="backward"):
    """The n real numbers of which these are the first results; n is twice the extent less 2 where it is not given."""
    return apply("irfft", _complex(x), n=n, axis=axis, norm=norm)


def hfft(x, /, *, n=None, axis=-1, norm="backward"):
    """The n real results of the transform of numbers that equal their conjugates in reverse, of which the first are given."""
    return apply("hfft", _complex(x), n=n, axis=axis, norm=norm)


def ihfft(x, /, *, n=None, axis=-1, norm="backward"):
    """The first n // 2 + 1 results of the inverse transform of real numbers."""
    return apply("ihfft", x, n=n, axis=axis, norm=norm)


def fftn(x, /, *, s=None, axes=None, norm="backward"):
    """The transform along several axes, or all; s has their extents."""
    return _along("fft", _complex(x), *_axes("fftn", x, s, axes), norm)


def ifftn(x, /, *, s=None, axes=None, norm="backward"):
    """The inverse transform along several axes, or all."""
    return _along("ifft", _complex(x), *_axes("ifftn", x, s, axes), norm)


def rfftn(x, /, *, s=None, axes=None, norm="backward"):
    """The transform of real numbers along several axes, or all, of which the last one has half of its results."""
    s, axes = _axes("rfftn", x, s, axes)
    return _along("fft", rfft(x, n=s[-1], axis=axes[-1], norm=norm), s[:-1], axes[:-1], norm)


def irfftn(x, /, *, s=None, axes=None, norm="backward"):
    """The real numbers with this transform along several axes, or all, as rfftn gives it."""
    s, axes = _axes("irfftn", x, s, axes)
    return irfft(_along("ifft", _complex(x), s[:-1], axes[:-1], norm), n=s[-1], axis=axes[-1], norm=norm)


def fftfreq(n, /, *, d=1.0, dtype=None, device=None):
    """The frequencies of a transform's n results in cycles per unit of d: 0, 1, ..., then the negative ones, divided by n d."""
    check_device(device)
    return _frequencies("fftfreq", concat([arange((n + 1) // 2), arange(-(n // 2), 0)]), n, d, dtype)


def rfftfreq(n, /, *, d=1.0, dtype=None, device=None):
    """The frequencies of the n // 2 + 1 results of rfft."""
    check_device(device)
    return _frequencies("rfftfreq", arange(n // 2 + 1), n, d, dtype)


def fftshift(x, /, *, axes=None):
    """Results in the order of their frequencies: the negative ones come first."""
    _, axes = _axes("fftshift", x, None, axes, may_be_empty=True)
    return roll(x, [x.shape[axis] // 2 for axis in axes], axis=tuple(axes))


def ifftshift(x, /, *, axes=None):
    """Undoes fftshift, which it differs from where extents are odd."""
    _, axes = _axes("ifftshift", x, None, axes, may_be_empty=True)
    return roll(x, [-(x.shape[axis] // 2) for axis in axes], axis=tuple(axes))


def _complex(x):
    return cast(x, _dtypes.COMPLEX.get(x.dtype, x.dtype))


def _axes(name, x, s, axes, may_be_empty=False):
    """Extents, or None for those that stay, and axes counted from the front: all without either, the last ones for extents alone."""
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    axes = list(axes_of(axes))
    if any(not -x.ndim <= axis < x.ndim for axis in axes) or len({axis % x.ndim for axis in axes}) < len(axes) or not (axes or may_be_empty):
        raise ValueError(f"{name}: {axes} are not axes of an array of {x.ndim}, each once")
    s = [None] * len(axes) if s is None else list(s)
    if len(s) != len(axes):
        raise ValueError(f"{name}: {len(s)} extents for {len(axes)} axes")
    return s, [axis % x.ndim for axis in axes]


def _along(name, x, s, axes, norm):
    for n, axis in zip(s, axes):
        x = apply(name, x, n=n, axis=axis, norm=norm)
    return x


def _frequencies(name, numbers, n, d, dtype):
    dtype = _dtypes.checked(dtype or _dtypes.float32)
    if n < 1 or d == 0 or dtype not in _dtypes.COMPLEX:
        raise ValueError(f"{name}: one point at least, a distance other than 0, and float32 or float64 are needed, not {n}, {d} and {dtype.name}")
    return cast(cast(numbers, _dtypes.float64) * (1.0 / (n * d)), dtype)
