"""
Tensors with derivatives, over libonsager.so: arrays by the array-API standard as far as the engine goes, grad and value_and_grad, random streams, and
DLPack to NumPy and others without a copy. README.md beside the package says more.
"""

from . import fft, linalg, optimizers, random
from ._array import Array
from ._creation import (
    arange, asarray, empty, empty_like, eye, from_dlpack, full, full_like, linspace, meshgrid, ones, ones_like, zeros, zeros_like,
)
from ._dtypes import (
    bfloat16, bool, can_cast, complex64, complex128, finfo, float16, float32, float64, iinfo, int8, int16, int32, int64, isdtype, result_type, uint8, uint16, uint32, uint64,
)
from ._elementwise import *
from ._gradients import grad, value_and_grad
from ._information import __array_namespace_info__
from ._library import HandleError, live_handles, operators
from ._manipulation import *
from ._products import *
from ._reductions import *

__version__ = "0.1.0"
__array_api_version__ = "2024.12"

e, inf, nan, pi, newaxis = 2.718281828459045, float("inf"), float("nan"), 3.141592653589793, None
