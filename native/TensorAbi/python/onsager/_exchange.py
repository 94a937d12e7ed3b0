"""DLPack: capsules of Python around the library's structures, by ctypes and the interpreter's own functions."""

import ctypes
from ctypes import byref, c_char_p, c_uint64, c_void_p, py_object

from . import _library

_PLAIN, _PLAIN_USED = b"dltensor", b"used_dltensor"
_VERSIONED, _VERSIONED_USED = b"dltensor_versioned", b"used_dltensor_versioned"
CPU = (1, 0)


def _python(name, result, *arguments):
    # A prototype of our own: ctypes.pythonapi's attributes are shared by all who use them.
    return ctypes.PYFUNCTYPE(result, *arguments)((name, ctypes.pythonapi))


_new = _python("PyCapsule_New", py_object, c_void_p, c_char_p, c_void_p)
_is_valid = _python("PyCapsule_IsValid", ctypes.c_int, py_object, c_char_p)
_pointer = _python("PyCapsule_GetPointer", c_void_p, py_object, c_char_p)
_rename = _python("PyCapsule_SetName", ctypes.c_int, py_object, c_char_p)

# The same for a capsule that is being destroyed, which must not become an object again.
_is_valid_at = _python("PyCapsule_IsValid", ctypes.c_int, c_void_p, c_char_p)
_pointer_at = _python("PyCapsule_GetPointer", c_void_p, c_void_p, c_char_p)
_clear = _python("PyErr_Clear", None)
_DELETER = ctypes.CFUNCTYPE(None, c_void_p)


class _Plain(ctypes.Structure):
    """DLManagedTensor as far as its deleter: DLTensor has 48 bytes."""

    _fields_ = [("tensor", ctypes.c_char * 48), ("context", c_void_p), ("deleter", c_void_p)]


class _Versioned(ctypes.Structure):
    """DLManagedTensorVersioned as far as its flags."""

    _fields_ = [("version", ctypes.c_uint32 * 2), ("context", c_void_p), ("deleter", c_void_p), ("flags", ctypes.c_uint64)]


def _destroyer(name, structure):
    @ctypes.PYFUNCTYPE(None, c_void_p)
    def destroy(capsule):
        # Where a consumer has raised, its exception is pending, through which ctypes calls nothing; Python has no way to raise it again from here.
        _clear()

        # A capsule that nobody has used still owns its structure.
        if _is_valid_at(capsule, name):
            block = _pointer_at(capsule, name)
            _DELETER(structure.from_address(block).deleter)(block)

    return destroy


_destroy_plain, _destroy_versioned = _destroyer(_PLAIN, _Plain), _destroyer(_VERSIONED, _Versioned)


def to_capsule(handle, versioned):
    """A new capsule that keeps the tensor's memory until its consumer, or the capsule, is gone."""
    block = c_void_p()
    _library.call("to_dlpack_versioned" if versioned else "to_dlpack", handle, byref(block))
    destroy = _destroy_versioned if versioned else _destroy_plain
    return _new(block, _VERSIONED if versioned else _PLAIN, ctypes.cast(destroy, c_void_p))


def from_capsule(capsule):
    """A handle to the memory of a capsule, which is used up."""
    handle = c_uint64()
    for name, used, function in ((_VERSIONED, _VERSIONED_USED, "from_dlpack_versioned"), (_PLAIN, _PLAIN_USED, "from_dlpack")):
        if _is_valid(capsule, name):
            _library.call(function, _pointer(capsule, name), byref(handle))
            _rename(capsule, used)
            return handle.value
    raise ValueError("from_dlpack: the capsule holds no tensor, or was used already")


def is_read_only(capsule):
    """Whether the producer forbids writing to the memory."""
    return bool(_is_valid(capsule, _VERSIONED) and _Versioned.from_address(_pointer(capsule, _VERSIONED)).flags & 1)
