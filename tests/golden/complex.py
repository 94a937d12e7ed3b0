"""Functions of complex numbers with mpmath (Debian: python3-mpmath), for complex.json: 40 points each, or as many as the argument says, rounded to float64.

Half of the points are random, from 2^-40 to 2^10 in size; the others are where formulas lose digits: beside the unit circle, 0, 1, -1, i and -i, and far
out. Points lie on no cut; parts whose exact value is 0 or leaves float64's range are not among them.
"""
import json
import random
import sys

from mpmath import mp, mpc, mpf

mp.prec = 4000
FUNCTIONS = {
    "exp": mp.exp, "expm1": lambda z: mp.exp(z) - 1, "log": mp.log, "log1p": lambda z: mp.log(1 + z), "log2": lambda z: mp.log(z) / mp.log(2),
    "log10": lambda z: mp.log(z) / mp.log(10), "sqrt": mp.sqrt, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "sinh": mp.sinh, "cosh": mp.cosh,
    "tanh": mp.tanh, "asin": mp.asin, "acos": mp.acos, "atan": mp.atan, "asinh": mp.asinh, "acosh": mp.acosh, "atanh": mp.atanh,
    "reciprocal": lambda z: 1 / z, "square": lambda z: z * z, "sign": lambda z: z / abs(z),
}
CENTRES = [0, 1, -1, 1j, -1j]


def point(source, kind):
    kind %= 40
    if kind < 20:
        sizes = [2.0 ** source.uniform(-40, 10) * source.choice([-1, 1]) for _ in range(2)]
        return complex(*sizes)
    if kind < 30:
        angle, beside = source.uniform(-3.1, 3.1), 1 + source.choice([-1, 1]) * 2.0 ** source.uniform(-52, -3)
        return complex(beside * float(mp.cos(angle)), beside * float(mp.sin(angle)))
    if kind < 37:
        centre = source.choice(CENTRES)
        return centre + complex(source.choice([-1, 1]) * 2.0 ** source.uniform(-60, -4), source.choice([-1, 1]) * 2.0 ** source.uniform(-60, -4))
    return complex(source.choice([-1, 1]) * 2.0 ** source.uniform(10, 450), source.choice([-1, 1]) * 2.0 ** source.uniform(-300, 450))


def usable(part):
    return part != 0 and mpf(2) ** -1000 < abs(part) < mpf(2) ** 1000


def main():
    source, count = random.Random(20), int(sys.argv[1]) if len(sys.argv) > 1 else 40
    cases = {}
    for name, function in FUNCTIONS.items():
        rows = []
        while len(rows) < count:
            z = point(source, len(rows))
            if abs(z.real) > 300 and name in ("exp", "expm1", "sinh", "cosh", "tanh") or abs(z.imag) > 300 and name in ("sin", "cos", "tan"):
                z = complex(z.real % 300, z.imag % 300)
            w = function(mpc(z.real, z.imag))
            if z.real != 0 and z.imag != 0 and usable(w.real) and usable(w.imag):
                rows.append([z.real, z.imag, float(w.real), float(w.imag)])
        cases[name] = rows
    lines = ",\n".join(f'  "{name}": {json.dumps(rows)}' for name, rows in cases.items())
    print("{\n" + lines + "\n}")


main()
