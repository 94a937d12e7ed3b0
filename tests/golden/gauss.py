"""Nodes and weights of Gauss rules with 60 digits, for tests/Tensors.Tests/GaussRuleTests.cs:

    python3 tests/golden/gauss.py > tests/golden/gauss.json

Debian: python3-mpmath. Nodes are found by bisection on Sturm counts and by Newton steps on the monic recurrence, so nothing is shared with what is tested.
"""
import json
from mpmath import mp, mpf, gamma, sqrt, pi, nstr

mp.dps = 60


def jacobi(a, b):
    a, b = mpf(a), mpf(b)

    def diagonal(k):
        return (b - a) / (a + b + 2) if k == 0 else (b * b - a * a) / ((2 * k + a + b) * (2 * k + a + b + 2))

    def off(k):
        if k == 1:
            return 4 * (1 + a) * (1 + b) / ((2 + a + b) ** 2 * (3 + a + b))
        s = 2 * k + a + b
        return 4 * k * (k + a) * (k + b) * (k + a + b) / (s * s * (s + 1) * (s - 1))

    return diagonal, off, 2 ** (a + b + 1) * gamma(a + 1) * gamma(b + 1) / gamma(a + b + 2)


FAMILIES = {
    "legendre": (lambda k: mpf(0), lambda k: mpf(k * k) / (4 * k * k - 1), mpf(2)),
    "hermite": (lambda k: mpf(0), lambda k: mpf(k) / 2, sqrt(pi)),
    "normal": (lambda k: mpf(0), lambda k: mpf(k), mpf(1)),
    "laguerre": (lambda k: mpf(2 * k + 1), lambda k: mpf(k * k), mpf(1)),
    "laguerre 2.5": (lambda k: 2 * k + mpf("3.5"), lambda k: k * (k + mpf("2.5")), gamma(mpf("3.5"))),
    "jacobi 0.5 -0.25": jacobi("0.5", "-0.25"),
    "jacobi -0.5 -0.5": jacobi("-0.5", "-0.5"),
    "jacobi 3 0": jacobi("3", "0"),
}


def evaluate(x, n, a, b):
    before, at, slope_before, slope = mpf(0), mpf(1), mpf(0), mpf(0)
    for k in range(n):
        bk = b[k] if k else mpf(0)
        before, at, slope_before, slope = at, (x - a[k]) * at - bk * before, slope, at + (x - a[k]) * slope - bk * slope_before
    return before, at, slope


def node(i, n, a, b):
    fa, fb = [float(v) for v in a], [float(v) for v in b]

    def below(x):
        count, q = 0, 1.0
        for k in range(n):
            q = fa[k] - x - (fb[k] / q if k else 0.0)
            q = q if q != 0 else 1e-300
            count += q < 0
        return count

    radius = max(abs(v) for v in fa) + 2 * max([0.0] + [v ** 0.5 for v in fb[1:n]]) + 1
    low, high = -radius, radius
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if below(middle) > i else (middle, high)
    x = mpf(low + high) / 2
    for _ in range(8):
        _, value, slope = evaluate(x, n, a, b)
        x -= value / slope
    return x


rows = []
for name, (diagonal, off, total) in FAMILIES.items():
    for n in (1, 2, 5, 16, 64, 200, 500):
        a, b = [diagonal(k) for k in range(n)], [mpf(0)] + [off(k) for k in range(1, n)]
        product = total
        for k in range(1, n):
            product *= b[k]
        for i in sorted({0, 1, 2, n // 4, n // 2, n - 2, n - 1} & set(range(n))):
            x = node(i, n, a, b)
            before, _, slope = evaluate(x, n, a, b)
            x = mpf(0) if abs(x) < mpf(10) ** -50 else x
            rows.append({"rule": name, "n": n, "i": i, "node": nstr(x, 40), "weight": nstr(product / (slope * before), 40)})
print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
