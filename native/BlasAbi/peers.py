"""native/BlasAbi/peers.py LIBRARIES [--lapack] [--threads 1,2] [--machine TEXT]: numpy.dot on Debian's OpenBLAS, on the reference BLAS and on ours, as a table for
bench/results/blas.md; --lapack: numpy.linalg's solve, eigh and svd instead, for which Debian's reference LAPACK is unpacked beside LIBRARIES, as .ci/blas leaves it.

Each BLAS is preloaded into NumPy processes of its own; rounds of them are interleaved, and a table shows medians of the rounds. Only the time of
the call is measured, over operands that are already there. Run it on an idle machine: `.ci/trixie python3 native/BlasAbi/peers.py artifacts/blas`.
"""

import argparse
import datetime
import os
import statistics
import subprocess
import sys
import time

SIZES = [256, 512, 1024, 2048]
ORDERS = [100, 300, 1000]
SLOW_ORDER = 1000
CALLS = ["solve", "eigh", "svd"]
SLOW = 1024
LIBRARY = "/usr/lib/x86_64-linux-gnu"


def measure(dtype, sizes):
    """GFLOP/s of the best of several calls, for each size."""
    import numpy as np

    for n in sizes:
        random = np.random.default_rng(n)
        a, b = random.standard_normal((2, n, n)).astype(dtype)
        c = np.empty((n, n), dtype)
        best, spent = float("inf"), 0.0
        for _ in range(3):
            np.dot(a, b, out=c)
        while spent < 0.4:
            start = time.perf_counter()
            np.dot(a, b, out=c)
            took = time.perf_counter() - start
            best, spent = min(best, took), spent + took
        print(n, 2e-9 * n**3 / best)


def decompose(dtype, orders):
    """Milliseconds of the best of several calls, for each size: one right side, vectors and values."""
    import numpy as np

    for n in orders:
        random = np.random.default_rng(n)
        a, b = random.standard_normal((n, n)).astype(dtype), random.standard_normal((n, 1)).astype(dtype)
        symmetric = a + a.T
        for call, work in zip(CALLS, [lambda: np.linalg.solve(a, b), lambda: np.linalg.eigh(symmetric), lambda: np.linalg.svd(a)]):
            best, spent = float("inf"), 0.0
            work()
            while spent < 0.25:
                start = time.perf_counter()
                work()
                took = time.perf_counter() - start
                best, spent = min(best, took), spent + took
            print(f"{n}-{call}", 1e3 * best)


def run(blas, preload, threads, command, path=None):
    environment = {**os.environ, "LD_PRELOAD": preload, "OPENBLAS_NUM_THREADS": str(threads), "ONSAGER_NUM_THREADS": str(threads)}
    if path:
        environment["LD_LIBRARY_PATH"] = path
    done = subprocess.run([sys.executable, __file__, *command], env=environment, capture_output=True, text=True, check=True)
    if done.stderr:
        sys.exit(f"{blas}: {done.stderr}")
    return {key: float(value) for key, value in map(str.split, done.stdout.splitlines())}


def lapack(options):
    reference = f"{options.libraries}/debian{LIBRARY}/lapack:{LIBRARY}/blas"
    peers = {"Onsager": (f"{options.libraries}/libonsager_blas.so", reference), "OpenBLAS": ("", None), "reference": ("", reference)}
    print("# numpy.linalg on three LAPACKs\n")
    print(f"{options.machine}{', ' if options.machine else ''}{datetime.date.today()}. Milliseconds, medians of {options.rounds} interleaved rounds of the best call of each;", end=" ")
    print(f"`.ci/trixie python3 native/BlasAbi/peers.py artifacts/blas --lapack --rounds {options.rounds} --threads {options.threads}` measured it. The reference is Debian's LAPACK on its BLAS, of one thread, and is measured to n = 300.\n")
    print("| call | n | type | threads | Onsager | OpenBLAS | reference | OpenBLAS / Onsager |")
    print("|:--|--:|:--|--:|--:|--:|--:|--:|")
    for threads in map(int, options.threads.split(",")):
        for dtype in ("float32", "float64"):
            times = {peer: {} for peer in peers}
            for turn in range(options.rounds):
                for peer in (list(peers) if turn % 2 == 0 else list(peers)[::-1]):
                    if peer != "reference" or (turn == 0 and threads == 1):
                        preload, path = peers[peer]
                        orders = [n for n in ORDERS if peer != "reference" or n < SLOW_ORDER]
                        for key, took in run(peer, preload, threads, ["--decompose", dtype, ",".join(map(str, orders))], path).items():
                            times[peer].setdefault(key, []).append(took)
            for call in CALLS:
                for n in ORDERS:
                    ours, theirs, plain = (statistics.median(times[peer].get(f"{n}-{call}", [0])) for peer in peers)
                    print(f"| {call} | {n} | {dtype} | {threads} | {ours:.3g} | {theirs:.3g} | {f'{plain:.3g}' if plain else '-'} | {theirs / ours:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("libraries")
    parser.add_argument("--lapack", action="store_true")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--machine", default="")
    options = parser.parse_args()
    if options.lapack:
        lapack(options)
        return
    peers = {
        "Onsager": f"{options.libraries}/libonsager_blas.so",
        "OpenBLAS": f"{LIBRARY}/openblas-pthread/libblas.so.3",
        "reference": f"{LIBRARY}/blas/libblas.so.3",
    }
    print("# numpy.dot on three BLAS\n")
    print(f"{options.machine}{', ' if options.machine else ''}{datetime.date.today()}. GFLOP/s, medians of {options.rounds} interleaved rounds of the best call of each;", end=" ")
    print(f"`.ci/trixie python3 native/BlasAbi/peers.py artifacts/blas --rounds {options.rounds}` measured it. The reference has one thread and is measured to n = 1024.\n")
    print("| n | type | threads | Onsager | OpenBLAS | reference | Onsager / OpenBLAS |")
    print("|--:|:--|--:|--:|--:|--:|--:|")
    for threads in map(int, options.threads.split(",")):
        for dtype in ("float32", "float64"):
            speeds = {blas: {n: [] for n in SIZES} for blas in peers}
            for turn in range(options.rounds):
                for blas in (list(peers) if turn % 2 == 0 else list(peers)[::-1]):
                    if blas == "reference" and (turn > 0 or threads > 1):
                        continue
                    sizes = [n for n in SIZES if blas != "reference" or n <= SLOW]
                    for n, speed in run(blas, peers[blas], threads, ["--measure", dtype, ",".join(map(str, sizes))]).items():
                        speeds[blas][int(n)].append(speed)
            for n in SIZES:
                ours, theirs, plain = (statistics.median(speeds[blas][n]) if speeds[blas][n] else None for blas in peers)
                print(f"| {n} | {dtype} | {threads} | {ours:.1f} | {theirs:.1f} | {f'{plain:.1f}' if plain else '-'} | {ours / theirs:.2f} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--measure":
        measure(sys.argv[2], list(map(int, sys.argv[3].split(","))))
    elif sys.argv[1] == "--decompose":
        decompose(sys.argv[2], list(map(int, sys.argv[3].split(","))))
    else:
        main()
