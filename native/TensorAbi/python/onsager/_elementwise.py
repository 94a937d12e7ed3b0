"""Functions of single elements, under the names of the array-API standard and of the library; and choices and types."""

from . import _dtypes
from ._array import Array, apply, binary, cast, new, pair, scalar, scalar_like
from ._manipulation import broadcast_arrays, stack

__all__ = [
    "abs", "acos", "acosh", "add", "asin", "asinh", "astype", "atan", "atan2", "atanh", "bitwise_and", "bitwise_invert", "bitwise_left_shift",
    "bitwise_or", "bitwise_right_shift", "bitwise_xor", "cbrt", "ceil", "clip", "conj", "copysign", "cos", "cosh", "digamma", "divide", "equal",
    "erf", "erfc", "erfinv", "exp", "exp2", "expm1", "floor", "floor_divide", "gelu", "greater", "greater_equal", "hypot", "imag", "isfinite",
    "isinf", "isnan", "less", "less_equal", "lgamma", "log", "log10", "log1p", "log2", "logaddexp", "logical_and", "logical_not", "logical_or",
    "logical_xor", "maximum", "minimum", "mish", "multiply", "negative", "nextafter", "normal_cdf", "not_equal", "positive", "pow", "real",
    "reciprocal", "relu", "remainder", "round", "rsqrt", "sigmoid", "sign", "signbit", "silu", "sin", "sinh", "softplus", "sqrt", "square",
    "subtract", "tan", "tanh", "trunc", "where",
]


def _unary(name, doc, keeps_integers=False):
    def function(x, /):
        if keeps_integers and x.dtype.is_integer:
            return apply("copy", x)
        return apply(name, x)

    return _named(function, name, doc)


def _predicate(name, doc, of_integers):
    def function(x, /):
        if x.dtype.is_integer:
            return apply("copy", apply("expand", scalar(of_integers, _dtypes.bool), shape=x.shape))
        return apply(name, x)

    return _named(function, name, doc)


def _binary(name, doc):
    def function(x1, x2, /):
        return binary(name, x1, x2)

    return _named(function, name, doc)


def _named(function, name, doc):
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


abs = _unary("abs", "|x|.")
acos = _unary("acos", "The angle in [0, pi] of this cosine.")
acosh = _unary("acosh", "The number from 0 on whose hyperbolic cosine is x; NaN below 1.")
asin = _unary("asin", "The angle in [-pi/2, pi/2] of this sine.")
asinh = _unary("asinh", "The number whose hyperbolic sine is x.")
atan = _unary("atan", "The angle in (-pi/2, pi/2) of this tangent.")
atanh = _unary("atanh", "The number whose hyperbolic tangent is x; NaN beyond -1 and 1.")
bitwise_invert = _unary("bitwise_invert", "Every bit of an integer turned; not x for bool.")
cbrt = _unary("cbrt", "The cube root.")
ceil = _unary("ceil", "The least integer at or above x.", keeps_integers=True)
cos = _unary("cos", "The cosine.")
cosh = _unary("cosh", "The hyperbolic cosine.")
digamma = _unary("digamma", "The derivative of lgamma.")
erf = _unary("erf", "The error function.")
erfc = _unary("erfc", "1 - erf, without cancellation.")
erfinv = _unary("erfinv", "The number whose erf is x.")
exp = _unary("exp", "e to the power x.")
exp2 = _unary("exp2", "2 to the power x.")
expm1 = _unary("expm1", "exp(x) - 1, without cancellation.")
floor = _unary("floor", "The greatest integer at or below x.", keeps_integers=True)
gelu = _unary("gelu", "x times the normal distribution function.")
isfinite = _predicate("isfinite", "Whether x is neither infinite nor NaN.", True)
isinf = _predicate("isinf", "Whether x is infinite.", False)
isnan = _predicate("isnan", "Whether x is NaN.", False)
lgamma = _unary("lgamma", "The logarithm of |gamma(x)|.")
log = _unary("log", "The natural logarithm.")
log10 = _unary("log10", "The logarithm to base 10.")
log1p = _unary("log1p", "log(1 + x), without cancellation.")
log2 = _unary("log2", "The logarithm to base 2.")
logical_not = _unary("logical_not", "Not x.")
mish = _unary("mish", "x tanh(softplus(x)).")
negative = _unary("negate", "-x.")
normal_cdf = _unary("normal_cdf", "The normal distribution function.")
reciprocal = _unary("reciprocal", "1 / x.")
relu = _unary("relu", "x above 0, otherwise 0.")
rsqrt = _unary("rsqrt", "1 / sqrt(x).")
sigmoid = _unary("sigmoid", "1 / (1 + exp(-x)).")
sign = _unary("sign", "-1, 0 or 1, and x / |x| for complex numbers; NaN for NaN.")
signbit = _unary("signbit", "Whether the sign's bit is set, as it is for -0.")
silu = _unary("silu", "x sigmoid(x).")
sin = _unary("sin", "The sine.")
sinh = _unary("sinh", "The hyperbolic sine.")
softplus = _unary("softplus", "log(1 + exp(x)).")
sqrt = _unary("sqrt", "The square root.")
tan = _unary("tan", "The tangent.")
tanh = _unary("tanh", "The hyperbolic tangent.")
trunc = _unary("trunc", "The integer toward 0.", keeps_integers=True)

add = _binary("add", "x1 + x2.")
atan2 = _binary("atan2", "The angle of the point (x2, x1).")
bitwise_and = _binary("bitwise_and", "x1 and x2, bit by bit.")
bitwise_left_shift = _binary("bitwise_left_shift", "x1 shifted left by x2 bits, of which none is negative; 0 from the type's bits on.")
bitwise_or = _binary("bitwise_or", "x1 or x2, bit by bit.")
bitwise_right_shift = _binary("bitwise_right_shift", "x1 shifted right by x2 bits, of which none is negative; the sign comes in.")
bitwise_xor = _binary("bitwise_xor", "Either x1 or x2, bit by bit.")
divide = _binary("divide", "x1 / x2.")
equal = _binary("equal", "Whether x1 is x2.")
floor_divide = _binary("floor_divide", "floor(x1 / x2).")
greater = _binary("greater", "Whether x1 is above x2.")
greater_equal = _binary("greater_equal", "Whether x1 is x2 or above.")
hypot = _binary("hypot", "sqrt(x1^2 + x2^2), without overflow on the way.")
less = _binary("less", "Whether x1 is below x2.")
less_equal = _binary("less_equal", "Whether x1 is x2 or below.")
logical_and = _binary("logical_and", "x1 and x2.")
logical_or = _binary("logical_or", "x1 or x2.")
logical_xor = _binary("logical_xor", "Either x1 or x2.")
maximum = _binary("maximum", "The larger one; NaN wins.")
minimum = _binary("minimum", "The smaller one; NaN wins.")
multiply = _binary("multiply", "x1 x2.")
nextafter = _binary("nextafter", "The number next to x1 on the way to x2. It has no derivative.")
not_equal = _binary("not_equal", "Whether x1 is not x2.")
pow = _binary("pow", "x1 to the power x2; of integers, which wrap around, none is negative.")
remainder = _binary("remainder", "x1 - x2 floor(x1 / x2), of x2's sign.")
subtract = _binary("subtract", "x1 - x2.")


def positive(x, /):
    """A copy."""
    return apply("copy", x)


def round(x, /):
    """The nearest integer, of two the even one; of complex numbers that of each part."""
    if x.dtype.is_complex:
        return apply("complex", round(real(x)), round(imag(x)))
    return apply("copy" if x.dtype.is_integer else "round", x)


def square(x, /):
    """x x."""
    return apply("square", x) if x.dtype.kind in ("real floating", "complex floating") else binary("multiply", x, x)


def clip(x, /, min=None, max=None):
    """x, no less than min and no more than max, in x's type; a copy where there is neither."""
    result = apply("copy", x) if min is None and max is None else x
    result = result if min is None else binary("maximum", result, min)
    return cast(result if max is None else binary("minimum", result, max), x.dtype)


def logaddexp(x1, x2, /):
    """log(exp(x1) + exp(x2)), without overflow on the way."""
    return apply("logsumexp", stack(broadcast_arrays(*pair(x1, x2))), axes=(0,))


def copysign(x1, x2, /):
    """|x1| with x2's sign, also that of zeros and NaN. It is differentiable by x1."""
    x1, x2 = pair(x1, x2)
    return apply("where", binary("equal", signbit(x1), signbit(x2)), x1, negative(x1))


def conj(x, /):
    """The complex conjugate; a copy of real numbers."""
    return apply("conj" if x.dtype.is_complex else "copy", x)


def real(x, /):
    """The real part; a copy of real numbers."""
    return apply("real" if x.dtype.is_complex else "copy", x)


def imag(x, /):
    """The imaginary part; zeros for real numbers."""
    return apply("imag", x) if x.dtype.is_complex else new(x.dtype, x.shape)


def where(condition, x1, x2, /):
    """x1 where the condition is true, x2 elsewhere."""
    return apply("where", condition, *pair(x1, x2))


def astype(x, dtype, /, *, copy=True, device=None):
    """The elements in another type."""
    _dtypes.checked(dtype)
    return x if x.dtype is dtype and not copy else apply("cast", x, dtype=dtype.number)
