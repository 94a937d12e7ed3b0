"""libonsager.so: where it is, its functions, and its errors as exceptions. Nothing else in the package calls it."""

import ctypes
import os
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_int64, c_uint64, c_void_p

MAX_RANK = 8


class HandleError(ReferenceError):
    """A tensor that is not there any more, such as an argument of a differentiated function after its end."""


class CallbackError(Exception):
    """The function to differentiate has failed; its own exception is raised in its place."""


_EXCEPTIONS = {1: ValueError, 2: HandleError, 3: TypeError, 4: MemoryError, 5: ArithmeticError, 6: CallbackError}


class Info(ctypes.Structure):
    """struct onsager_info."""

    _fields_ = [
        ("dtype", c_int32), ("rank", c_int32), ("device", c_int32), ("is_contiguous", c_int32), ("size", c_int64),
        ("shape", c_int64 * MAX_RANK), ("strides", c_int64 * MAX_RANK), ("data", c_void_p),
    ]


class _Value(ctypes.Union):
    _fields_ = [("integer", c_int64), ("number", c_double), ("integers", POINTER(c_int64)), ("text", c_char_p)]


class _Argument(ctypes.Structure):
    """struct onsager_argument."""

    _fields_ = [("name", c_char_p), ("kind", c_int32), ("count", c_int32), ("value", _Value)]


FUNCTION = ctypes.CFUNCTYPE(c_int32, c_void_p, POINTER(c_uint64), c_int32, POINTER(c_uint64))

_TENSOR = POINTER(c_uint64)
_SIGNATURES = {
    "tensor_create": [c_int32, c_int32, POINTER(c_int64), c_void_p, _TENSOR],
    "tensor_free": [c_uint64],
    "tensor_info": [c_uint64, POINTER(Info)],
    "tensor_read": [c_uint64, c_void_p, c_int64],
    "tensor_write": [c_uint64, c_void_p, c_int64],
    "tensor_assign": [c_uint64, c_uint64],
    "tensor_to_device": [c_uint64, c_int32, _TENSOR],
    "device_name": [c_int32, c_char_p, c_int32],
    "operator_name": [c_int32, POINTER(c_char_p)],
    "operator_help": [c_int32, POINTER(c_char_p)],
    "call": [c_char_p, _TENSOR, c_int32, POINTER(_Argument), c_int32, _TENSOR, c_int32, POINTER(c_int32)],
    "value_and_grad": [FUNCTION, c_void_p, _TENSOR, c_int32, _TENSOR, _TENSOR],
    "stream_create": [c_uint64, c_uint64, _TENSOR],
    "stream_free": [c_uint64],
    "stream_fork": [c_uint64, c_uint64, _TENSOR],
    "stream_position": [c_uint64, _TENSOR],
    "stream_seek": [c_uint64, c_uint64],
    "stream_draw": [c_uint64, c_int32, c_int32, c_int32, POINTER(c_int64), c_double, c_double, _TENSOR],
    "to_dlpack": [c_uint64, POINTER(c_void_p)],
    "to_dlpack_versioned": [c_uint64, POINTER(c_void_p)],
    "from_dlpack": [c_void_p, _TENSOR],
    "from_dlpack_versioned": [c_void_p, _TENSOR],
}


def _check_processor():
    """The library is compiled for x86-64-v3, and would end the process on an older processor."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            flags = next((line for line in file if line.startswith("flags")), "").split()
    except OSError:
        return
    missing = [name for name in ("avx2", "bmi2", "fma") if flags and name not in flags]
    if missing:
        raise ImportError(f"onsager: this processor has no {', '.join(missing)}")


def _load():
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libonsager.so")
    path = os.environ.get("ONSAGER_LIBRARY") or (beside if os.path.exists(beside) else "libonsager.so")
    _check_processor()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"onsager: {error}; set ONSAGER_LIBRARY to the path of libonsager.so, or put it into the package's folder") from None
    for name, types in _SIGNATURES.items():
        function = getattr(library, "onsager_" + name)
        function.argtypes, function.restype = types, c_int32
    library.onsager_version.restype = c_int32
    library.onsager_live_handles.restype = c_int64
    library.onsager_error_message.restype = c_char_p
    version = library.onsager_version()
    if version >> 8 != 1:
        raise ImportError(f"onsager: {path} has version {version >> 16}.{version >> 8 & 255}, not 0.1")
    return library


library = _load()
_is_forked = False


def _forked():
    global _is_forked
    _is_forked = True


os.register_at_fork(after_in_child=_forked)


def call(function, *arguments):
    """Calls one of the library's functions; raises what it says is wrong."""
    if _is_forked:
        raise RuntimeError("onsager: the library cannot be used in a process that was forked after it was loaded; start processes by 'spawn'")
    status = getattr(library, "onsager_" + function)(*arguments)
    if status:
        raise _EXCEPTIONS.get(status, RuntimeError)(library.onsager_error_message().decode(errors="replace"))


def free(handle, kind="tensor"):
    """Frees a handle from a finalizer, where nothing can be raised."""
    if not _is_forked:
        getattr(library, f"onsager_{kind}_free")(handle)


def integers(values):
    """A sequence of int64."""
    values = [int(value) for value in values]
    for value in values:
        if not -(2**63) <= value < 2**63:
            raise ValueError(f"{value} has more than 64 bits")
    return (c_int64 * len(values))(*values)


def _argument(name, value):
    argument = _Argument(name.encode())
    if isinstance(value, str):
        argument.kind, argument.value.text = 4, value.encode()
    elif isinstance(value, (list, tuple)):
        argument.kind, argument.count = 3, len(value)
        argument.value.integers = ctypes.cast(integers(value), POINTER(c_int64))
    elif isinstance(value, float):
        argument.kind, argument.value.number = 2, value
    else:
        argument.kind, argument.value.integer = 1, integers([value])[0]
    return argument


def operator(name, handles, **arguments):
    """Calls an operator with its arguments (those that are None are left out); gives its results' handles."""
    given = [_argument(key, value) for key, value in arguments.items() if value is not None]
    outputs, count = (c_uint64 * 4)(), c_int32()
    call("call", name.encode(), (c_uint64 * len(handles))(*handles), len(handles), (_Argument * len(given))(*given), len(given), outputs, 4, byref(count))
    return list(outputs[: count.value])


def operators():
    """Every operator's name and what it takes, as onsager.h describes it."""
    found, name, text = {}, c_char_p(), c_char_p()
    for index in range(library.onsager_operator_count()):
        call("operator_name", index, byref(name))
        call("operator_help", index, byref(text))
        found[name.value.decode()] = text.value.decode()
    return found


def live_handles():
    """Tensors and streams that are not freed: constant where nothing leaks."""
    return library.onsager_live_handles()
