"""Element types, what they become together, and their limits."""

import struct


class dtype:
    """An element type; compares equal to itself alone."""

    __slots__ = ("name", "number", "kind", "itemsize", "format")

    def __init__(self, name, number, kind, itemsize, format):
        self.name, self.number, self.kind, self.itemsize, self.format = name, number, kind, itemsize, format

    @property
    def is_integer(self):
        """Whether it is a signed or an unsigned integer."""
        return self.kind in ("signed integer", "unsigned integer")

    @property
    def is_complex(self):
        """Whether it is a complex type; its format is that of the parts."""
        return self.kind == "complex floating"

    @property
    def part(self):
        """The type of the real and of the imaginary part; of real numbers the type itself."""
        return {complex64: float32, complex128: float64}.get(self, self)

    def __repr__(self):
        return f"onsager.{self.name}"

    def __reduce__(self):
        return self.name


bool = dtype("bool", 1, "bool", 1, "?")
int8 = dtype("int8", 8, "signed integer", 1, "b")
int16 = dtype("int16", 9, "signed integer", 2, "h")
int32 = dtype("int32", 2, "signed integer", 4, "i")
int64 = dtype("int64", 3, "signed integer", 8, "q")
uint8 = dtype("uint8", 10, "unsigned integer", 1, "B")
uint16 = dtype("uint16", 11, "unsigned integer", 2, "H")
uint32 = dtype("uint32", 12, "unsigned integer", 4, "I")
uint64 = dtype("uint64", 13, "unsigned integer", 8, "Q")
float16 = dtype("float16", 4, "real floating", 2, "e")
bfloat16 = dtype("bfloat16", 5, "real floating", 2, None)
float32 = dtype("float32", 6, "real floating", 4, "f")
float64 = dtype("float64", 7, "real floating", 8, "d")
complex64 = dtype("complex64", 14, "complex floating", 8, "f")
complex128 = dtype("complex128", 15, "complex floating", 16, "d")

ALL = (bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float16, bfloat16, float32, float64, complex64, complex128)
SIGNED = {one.itemsize: one for one in (int8, int16, int32, int64)}
COMPLEX = {float32: complex64, float64: complex128}
BY_NUMBER = {one.number: one for one in ALL}


def checked(value):
    """A dtype, or an error that says what was given."""
    if not isinstance(value, dtype):
        raise TypeError(f"{value!r} is no element type of onsager: there are {', '.join(one.name for one in ALL)}")
    return value


def promote(x, y):
    """
    What elements of two types become together. A signed and an unsigned integer become the shortest signed one that holds both; there is none for uint64.
    float32 and float64 become complex beside a complex type. Other types of different kinds, and the two short floating-point types, are not mixed.
    """
    if x is y:
        return x
    if x.kind == y.kind and x.itemsize != y.itemsize:
        return x if x.itemsize > y.itemsize else y
    if x.part in COMPLEX and y.part in COMPLEX:
        return COMPLEX[promote(x.part, y.part)]
    if x.is_integer and y.is_integer:
        signed, unsigned = (x, y) if x.kind == "signed integer" else (y, x)
        if unsigned is not uint64:
            return signed if signed.itemsize > unsigned.itemsize else SIGNED[2 * unsigned.itemsize]
    raise TypeError(f"{x.name} and {y.name} do not mix: use astype")


def of_scalar(value, beside):
    """The type that a Python number has beside an array."""
    if isinstance(value, _BOOL):
        kinds = ("bool",)
    elif isinstance(value, int):
        kinds = ("signed integer", "unsigned integer", "real floating", "complex floating")
    elif isinstance(value, float):
        kinds = ("real floating", "complex floating")
    elif isinstance(value, complex):
        kinds, beside = ("complex floating",), COMPLEX.get(beside, beside)
    else:
        raise TypeError(f"{type(value).__name__} is neither an array nor a number")
    if beside.kind not in kinds:
        raise TypeError(f"a Python {type(value).__name__} does not mix with {beside.name}: use astype")
    return beside


def result_type(*values):
    """The type that arrays, types and Python numbers become together; one of them has to be an array or a type."""
    types = [value if isinstance(value, dtype) else value.dtype for value in values if isinstance(value, dtype) or hasattr(value, "dtype")]
    if not types:
        raise ValueError("result_type: an array or an element type is needed")
    result = types[0]
    for one in types[1:]:
        result = promote(result, one)
    for value in values:
        if not isinstance(value, dtype) and not hasattr(value, "dtype"):
            result = of_scalar(value, result)
    return result


def can_cast(from_, to):
    """Whether a type's numbers are all numbers of another one by the rules of result_type."""
    from_ = from_ if isinstance(from_, dtype) else from_.dtype
    try:
        return promote(from_, to) is to
    except TypeError:
        return False


_KINDS = {
    "bool": ("bool",),
    "signed integer": ("signed integer",),
    "unsigned integer": ("unsigned integer",),
    "integral": ("signed integer", "unsigned integer"),
    "real floating": ("real floating",),
    "complex floating": ("complex floating",),
    "numeric": ("signed integer", "unsigned integer", "real floating", "complex floating"),
}


def isdtype(dtype, kind):
    """Whether a type is of a kind of the array-API standard, equal to another one, or either of several."""
    if isinstance(kind, tuple):
        return any(isdtype(dtype, one) for one in kind)
    if isinstance(kind, str):
        if kind not in _KINDS:
            raise ValueError(f"isdtype: {kind!r} is none of {', '.join(_KINDS)}")
        return dtype.kind in _KINDS[kind]
    return dtype is kind


class finfo:
    """The limits of a floating-point type; of a complex one those of its parts."""

    def __init__(self, type):
        self.dtype = (type if isinstance(type, dtype) else type.dtype).part
        if self.dtype.kind != "real floating":
            raise TypeError(f"finfo: {self.dtype.name} is no floating-point type")
        exponent, digits = {"float16": (15, 10), "bfloat16": (127, 7), "float32": (127, 23), "float64": (1023, 52)}[self.dtype.name]
        self.bits = 8 * self.dtype.itemsize
        self.eps = 2.0**-digits
        self.max = (2 - self.eps) * 2.0**exponent
        self.min = -self.max
        self.smallest_normal = 2.0 ** (1 - exponent)


class iinfo:
    """The limits of an integer type."""

    def __init__(self, type):
        self.dtype = type if isinstance(type, dtype) else type.dtype
        if not self.dtype.is_integer:
            raise TypeError(f"iinfo: {self.dtype.name} is no integer type")
        self.bits = 8 * self.dtype.itemsize
        signed = self.dtype.kind == "signed integer"
        self.max = 2 ** (self.bits - signed) - 1
        self.min = -(2 ** (self.bits - 1)) if signed else 0


def packed(values, type):
    """Python numbers as bytes of a type; bfloat16 has none, see asarray."""
    if type.is_complex:
        values = [part for value in map(complex, values) for part in (value.real, value.imag)]
    return struct.pack(f"={len(values)}{type.format}", *values)


_BOOL = (True).__class__
