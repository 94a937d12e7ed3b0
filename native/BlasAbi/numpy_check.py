"""native/BlasAbi/numpy_check.py LOADER: NumPy's linear algebra with the library preloaded, beside the same on the BLAS that NumPy finds.

For decompositions to come through the BLAS that is preloaded, NumPy must find a LAPACK that calls one, as Debian's liblapack3 does (OpenBLAS's own calls its kernels).

The same work is done in two processes, one of them with LOADER preloaded, and their results are compared: products element by element with a bound
on rounding errors; solutions, eigenvalues and singular values through what they must satisfy as well. Says "ok ..." or "FAIL ..." of each check.
"""

import os
import subprocess
import sys
import tempfile

import numpy as np

SHAPES = [(1, 1, 1), (1, 7, 3), (5, 1, 9), (2, 3, 4), (16, 16, 16), (17, 31, 13), (64, 1, 64), (100, 90, 80), (255, 257, 129), (300, 40, 600), (33, 520, 1025)]
BOUND = 200  # units of rounding of the largest element: the longest sum has 1025 terms, whose errors mostly cancel, and every matrix is well-conditioned
WRONG = """
import ctypes
wrong, zero, number = ctypes.c_int(-1), ctypes.c_int(0), ctypes.c_double(0)
operands = (wrong, zero, zero, number, number, zero, number, zero, number, number, zero)
ctypes.CDLL(None).dgemm_(b"N", b"N", *map(ctypes.byref, operands))
"""
ORDERS = [1, 2, 3, 5, 16, 31, 64, 100, 129, 257]


def work(path):
    """Every result by a name, into a file."""
    results = {}
    for dtype in (np.float32, np.float64):
        random = np.random.default_rng(7)
        name = np.dtype(dtype).name
        for m, k, n in SHAPES:
            a, b = random.standard_normal((m, k)).astype(dtype), random.standard_normal((k, n)).astype(dtype)
            bt = np.ascontiguousarray(b.T)
            key = f"{name} {m} {k} {n}"
            results[f"dot {key}"] = a @ b
            results[f"dot NT {key}"] = a @ bt.T
            results[f"dot strided {key}"] = np.dot(np.repeat(a, 2, axis=1)[:, ::2], b)
            results[f"syrk {key}"] = a @ a.T
            results[f"gemv {key}"] = a @ b[:, 0]
            results[f"inner {key}"] = np.asarray(a.ravel() @ a.ravel()[::-1])
        for n in ORDERS:
            a, b = random.standard_normal((n, n)).astype(dtype), random.standard_normal((n, 3)).astype(dtype)
            a += n * np.eye(n, dtype=dtype)
            symmetric = a + a.T
            values, vectors = np.linalg.eigh(symmetric)
            u, s, vt = np.linalg.svd(a)
            key = f"{name} {n}"
            results[f"solve {key}"] = np.linalg.solve(a, b)
            results[f"inverse {key}"] = np.linalg.inv(a)
            results[f"cholesky {key}"] = np.linalg.cholesky(a @ a.T + n * np.eye(n, dtype=dtype))
            results[f"eigh {key}"] = values
            results[f"eigh vectors {key}"] = vectors @ np.diag(values) @ vectors.T
            results[f"svd {key}"] = s
            results[f"svd vectors {key}"] = (u * s) @ vt
            results[f"qr {key}"] = np.abs(np.linalg.qr(a)[1])
            results[f"lstsq {key}"] = np.linalg.lstsq(a, b, rcond=None)[0]
    np.savez(path, **results)


def run(path, **environment):
    done = subprocess.run([sys.executable, __file__, "--work", path], env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode != 0 or "onsager" in done.stderr:
        sys.exit(f"FAIL numpy runs\n{done.stderr}")
    return np.load(path)


def main(loader):
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        own = run(f"{folder}/own.npz")
        ours = run(f"{folder}/ours.npz", LD_PRELOAD=loader)
        worst, wrong, same = {}, [], 0
        for name in own:
            x, y = own[name], ours[name]
            kind, scale = name.split(" float")[0], max(1e-30, float(np.abs(x).max()))
            bound = BOUND * np.finfo(x.dtype).eps
            error = float(np.abs(x.astype(np.float64) - y).max()) / scale
            worst[kind] = max(worst.get(kind, 0), error / np.finfo(x.dtype).eps)
            same += np.array_equal(x, y)
            if not (x.shape == y.shape and error <= bound):
                wrong.append(f"{name}: {error:.3g}")
        for kind, error in worst.items():
            bad = [line for line in wrong if line.split(" float")[0] == kind]
            failures += bool(bad)
            print("FAIL" if bad else "ok", f"numpy {kind} agrees with its own BLAS: {error:.1f} units of rounding apart, {BOUND} at most", *bad)
        if same == len(own.files):
            failures += 1
            print("FAIL numpy: not one result differs by a rounding, so the library was not called")
        said = subprocess.run([sys.executable, "-c", WRONG], env={**os.environ, "LD_PRELOAD": loader}, capture_output=True, text=True, check=False)
        good = said.returncode == 0 and said.stderr == " ** On entry to DGEMM parameter number  3 had an illegal value\n"
        failures += not good
        print("ok" if good else "FAIL", "a program without an XERBLA is told of a wrong argument and goes on", *([] if good else [repr(said.stderr)]))
    return failures > 0


if __name__ == "__main__":
    if sys.argv[1] == "--work":
        work(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1]))
