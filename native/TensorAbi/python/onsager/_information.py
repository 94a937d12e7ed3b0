"""What the array-API standard asks of a namespace about itself."""

from . import _dtypes


class _Information:
    def capabilities(self):
        """What is optional in the standard."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 8}

    def default_device(self):
        """The processor."""
        return "cpu"

    def devices(self):
        """All devices."""
        return ["cpu"]

    def default_dtypes(self, *, device=None):
        """The types of arrays for which none is said."""
        return {"real floating": _dtypes.float32, "complex floating": _dtypes.complex64, "integral": _dtypes.int64, "indexing": _dtypes.int64}

    def dtypes(self, *, device=None, kind=None):
        """The types of the standard that there are, of some kinds."""
        standard = [one for one in _dtypes.ALL if one not in (_dtypes.float16, _dtypes.bfloat16)]
        return {one.name: one for one in standard if kind is None or _dtypes.isdtype(one, kind)}


def __array_namespace_info__():
    """What this namespace has."""
    return _Information()
