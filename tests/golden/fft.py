"""Golden values of Fourier transforms: what NumPy itself computes, in float64.

    python3 tests/golden/fft.py > tests/golden/fft.json      # needs Debian's python3-numpy

A case's name is the expression that was evaluated; complex results are their real parts followed by their imaginary parts.
tests/Tensors.Tests/FftGoldenTests.cs has the same cases by the same names.
"""

import json
import math

import numpy as np


def ramp(shape, seed=0, modulus=101):
    i = np.arange(math.prod(shape))
    return ((((37 * i) + (11 * seed)) % modulus - (modulus // 2)) / 16).reshape(shape)


x = ramp([6]) + 1j * ramp([6], 1)
y = ramp([3, 4, 5], 2) + 1j * ramp([3, 4, 5], 3)
p = ramp([37], 4) + 1j * ramp([37], 5)
r = ramp([2, 7], 6)
h = ramp([2, 5], 7) + 1j * ramp([2, 5], 8)
u = ramp([9], 9)

CASES = """
np.fft.fft(x) | np.fft.ifft(x) | np.fft.fft(x, norm='ortho') | np.fft.ifft(x, norm='ortho') | np.fft.fft(x, norm='forward') | np.fft.ifft(x, norm='forward')
np.fft.fft(x, 4) | np.fft.fft(x, 11) | np.fft.fft(p) | np.fft.ifft(p) | np.fft.fft(y, axis=0) | np.fft.fft(y, axis=1) | np.fft.ifft(y, 7, axis=1) | np.fft.fft(r)
np.fft.fft2(y) | np.fft.ifft2(y) | np.fft.fftn(y) | np.fft.ifftn(y) | np.fft.fftn(y, axes=[0, 2]) | np.fft.ifftn(y, axes=[0, 1], norm='ortho')
np.fft.rfft(r) | np.fft.rfft(r, 6) | np.fft.rfft(r, 10) | np.fft.rfft(r, axis=0) | np.fft.rfft(r, norm='ortho') | np.fft.irfft(h) | np.fft.irfft(h, 9) | np.fft.irfft(h, 4) | np.fft.irfft(h, 13)
np.fft.irfft(h, axis=0) | np.fft.irfft(h, norm='forward') | np.fft.hfft(h) | np.fft.hfft(h, 9) | np.fft.ihfft(r) | np.fft.ihfft(r, norm='ortho')
np.fft.rfftn(y.real) | np.fft.rfftn(y.real, axes=[2, 0]) | np.fft.irfftn(y) | np.fft.irfftn(y, [3, 4, 7], axes=[0, 1, 2])
np.fft.fftfreq(8) | np.fft.fftfreq(9, 0.1) | np.fft.rfftfreq(8) | np.fft.rfftfreq(9, 0.1) | np.fft.fftshift(u) | np.fft.ifftshift(u) | np.fft.fftshift(y) | np.fft.ifftshift(y, axes=[1])
np.convolve(u, r[0]) | np.hanning(8) | np.hanning(9) | np.hamming(8) | np.blackman(9) | np.kaiser(9, 8.6) | np.kaiser(6, 0.0) | np.hanning(1)
"""


def case(expression):
    value = np.asarray(eval(expression))
    parts = np.stack([value.real, value.imag]) if np.iscomplexobj(value) else value
    return dict(shape=list(parts.shape), values=parts.ravel().tolist())


print("{")
names = [name.strip() for name in CASES.replace("\n", "|").split("|") if name.strip()]
print(",\n".join(f"  {json.dumps(name)}: {json.dumps(case(name))}" for name in names))
print("}")
