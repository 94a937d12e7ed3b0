"""Every name of the array-API standard 2024.12: there, or absent on purpose."""

import unittest

import onsager as on

FUNCTIONS = """
    arange asarray empty empty_like eye from_dlpack full full_like linspace meshgrid ones ones_like tril triu zeros zeros_like
    astype broadcast_arrays broadcast_to can_cast finfo iinfo isdtype result_type
    abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_left_shift bitwise_invert bitwise_or bitwise_right_shift bitwise_xor ceil clip conj copysign
    cos cosh divide equal exp expm1 floor floor_divide greater greater_equal hypot imag isfinite isinf isnan less less_equal log log1p log2 log10 logaddexp
    logical_and logical_not logical_or logical_xor maximum minimum multiply negative nextafter not_equal positive pow real reciprocal remainder round sign signbit
    sin sinh square sqrt subtract tan tanh trunc
    take take_along_axis matmul matrix_transpose tensordot vecdot
    concat expand_dims flip moveaxis permute_dims repeat reshape roll squeeze stack tile unstack
    argmax argmin count_nonzero nonzero searchsorted where unique_all unique_counts unique_inverse unique_values argsort sort
    cumulative_prod cumulative_sum max mean min prod std sum var all any diff
    __array_namespace_info__ __array_api_version__
""".split()
CONSTANTS = "e inf nan newaxis pi".split()
TYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128".split()
LINALG = """
    cholesky cross det diagonal eigh eigvalsh inv matmul matrix_norm matrix_power matrix_rank matrix_transpose outer pinv qr slogdet solve svd svdvals tensordot
    trace vecdot vector_norm
""".split()
FFT = "fft fftfreq fftn fftshift hfft ifft ifftn ifftshift ihfft irfft irfftn rfft rfftfreq rfftn".split()
INFORMATION = "capabilities default_device default_dtypes devices dtypes".split()
ATTRIBUTES = "dtype device mT ndim shape size T".split()
METHODS = """
    abs add and array_namespace bool complex dlpack dlpack_device eq float floordiv ge getitem gt index int invert le lshift lt matmul mod mul ne neg or pos pow rshift
    setitem sub truediv xor
""".split()
OPERATORS = "+ - * / // % ** & | ^ << >> @".split()

# The namespace has names of later editions, too.
LATER = "broadcast_shapes isin".split()


class Names(unittest.TestCase):
    def there(self, owner, names):
        self.assertEqual([name for name in names if not hasattr(owner, name)], [])

    def test_functions_and_constants(self):
        self.there(on, FUNCTIONS + CONSTANTS + LATER)

    def test_types(self):
        self.there(on, TYPES)
        self.assertEqual(set(on.__array_namespace_info__().dtypes()), set(TYPES))

    def test_extensions(self):
        self.there(on.linalg, LINALG)
        self.there(on.fft, FFT)

    def test_information(self):
        information = on.__array_namespace_info__()
        self.there(information, INFORMATION)
        self.assertEqual(information.capabilities(), {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 8})
        self.assertIs(information.default_dtypes()["complex floating"], on.complex64)
        self.assertEqual(set(information.dtypes(kind="complex floating")), {"complex64", "complex128"})
        self.assertEqual(set(information.dtypes(kind="integral")), {name for name in TYPES if "int" in name})
        self.assertEqual(set(information.dtypes(kind="unsigned integer")), {"uint8", "uint16", "uint32", "uint64"})
        self.assertEqual(set(information.dtypes(kind=("bool", "signed integer"))), {"bool", "int8", "int16", "int32", "int64"})

    def test_arrays(self):
        x = on.asarray([1.0, 2.0])
        self.there(x, [name for name in ATTRIBUTES if name not in ("mT", "T")] + ["to_device"] + [f"__{name}__" for name in METHODS])
        self.there(on.ones((2, 3)), ATTRIBUTES)
        for version in ("2021.12", "2022.12", "2023.12", "2024.12", None):
            self.assertIs(x.__array_namespace__(api_version=version), on)
        with self.assertRaises(ValueError):
            x.__array_namespace__(api_version="2099.12")

    def test_operators(self):
        """x + y, 2 + x and x += y, for all operators; Python makes the third out of the first."""
        for operator in OPERATORS:
            x = on.asarray([[5, 3], [2, 9]]) if operator in ("&", "|", "^", "<<", ">>") else on.asarray([[5.0, 3.0], [2.0, 9.0]])
            scope = {"x": x, "y": x - x + 2}
            wanted = eval(f"x {operator} y", scope)
            exec(f"x {operator}= y", scope)
            self.assertEqual(scope["x"].tolist(), wanted.tolist())
            if operator != "@":
                self.assertEqual(eval(f"2 {operator} z", {"z": x}).tolist(), eval(f"y {operator} z", {"y": scope["y"], "z": x}).tolist())
                self.assertEqual(eval(f"z {operator} 2", {"z": x}).tolist(), wanted.tolist())


if __name__ == "__main__":
    unittest.main()
