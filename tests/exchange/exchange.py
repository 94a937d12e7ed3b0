#!/usr/bin/env python3
"""exchange.py FOLDER: reads and checks what `exchange write FOLDER` wrote, and writes what `exchange read FOLDER` reads and checks.

NumPy and safetensors' own reader are the judges. One line for each check, "ok NAME" or "FAIL NAME: why".
"""

import json
import struct
import sys

import numpy as np
import safetensors
import safetensors.numpy

FLOATS = {
    "float16": [2.0**-24, -np.inf, 0.1, 1.5, 65504, -0.0],
    "float32": [2.0**-149, -np.inf, 0.1, 1.5, np.finfo(np.float32).max, -0.0],
    "float64": [5e-324, -np.inf, 0.1, 1.5, np.finfo(np.float64).max, -0.0],
}
ELEMENTS = {
    "bool": [True, False, True, True, False, True],
    "uint8": [0, 255, 1, 2, 128, 3],
    "int8": [0, -128, 127, -1, 5, 6],
    "uint16": [0, 65535, 1, 2, 3, 256],
    "int16": [0, -(2**15), 2**15 - 1, -1, 4, 256],
    "uint32": [0, 2**32 - 1, 1, 2, 3, 1 << 24],
    "int32": [0, -(2**31), 2**31 - 1, -1, 4, 1 << 24],
    "uint64": [0, 2**64 - 1, 1, 2, 3, 1 << 56],
    "int64": [0, -(2**63), 2**63 - 1, -1, 4, 1 << 56],
    **FLOATS,
}
ARRAYS = {name: np.array(values, dtype=name).reshape(2, 3) for name, values in ELEMENTS.items()}
BFLOAT16 = np.array([0x3FC0, 0xFF80, 0x7F7F, 1, 0x8000, 0xC000], dtype="<u2").tobytes()
DTYPES = {"bool": "BOOL", "bfloat16": "BF16", **{n: n[0].upper() + "".join(filter(str.isdigit, n)) for n in ELEMENTS if n != "bool"}}
FAILED = 0


def check(name, function):
    global FAILED
    try:
        function()
        print(f"ok {name}")
    except Exception as problem:  # a check that breaks has failed
        FAILED += 1
        print(f"FAIL {name}: {type(problem).__name__}: {problem}")


def same(came, expected):
    came, expected = np.asarray(came), np.asarray(expected)
    assert came.shape == expected.shape and came.dtype == expected.dtype, (came.shape, came.dtype)
    assert np.ascontiguousarray(came).tobytes() == np.ascontiguousarray(expected).tobytes(), came


def read_npy(folder):
    for name, array in ARRAYS.items():
        check(f"NumPy reads {name}", lambda: same(np.load(f"{folder}/ours-{name}.npy", allow_pickle=False), array))
    check("NumPy reads a scalar", lambda: same(np.load(f"{folder}/ours-scalar.npy"), np.array(1.5)))
    check("NumPy reads no elements", lambda: same(np.load(f"{folder}/ours-empty.npy"), np.zeros((0, 3), np.float32)))
    check("NumPy reads eight axes", lambda: same(np.load(f"{folder}/ours-rank8.npy"), np.arange(24, dtype="f4").reshape(1, 2, 1, 3, 1, 2, 1, 2)))
    check("NumPy reads a transposed view", lambda: same(np.load(f"{folder}/ours-transposed.npy"), np.arange(6, dtype="f4").reshape(2, 3).T))
    check("NumPy maps a file", lambda: same(np.load(f"{folder}/ours-float64.npy", mmap_mode="r"), ARRAYS["float64"]))

    def npz():
        with np.load(f"{folder}/ours.npz") as file:
            same(file["x"], np.arange(6.0).reshape(2, 3))
            same(file["flags"], np.array([True, False]))

    check("NumPy reads npz", npz)
    check("NumPy reads npz, deflated", lambda: same(np.load(f"{folder}/ours-deflated.npz")["x"], np.arange(100000.0)))

    def csv():
        table = np.genfromtxt(f"{folder}/ours.csv", delimiter=",", skip_header=1)
        same(table, np.array([[0.1, np.nan], [-1e-300, np.inf], [3, np.finfo(float).max]]))

    check("NumPy reads csv", csv)


def read_safetensors(folder):
    path = f"{folder}/ours.safetensors"

    def every():
        with open(path, "rb") as file:
            entries = dict(safetensors.deserialize(file.read()))
        assert len(entries) == 16, list(entries)
        for name, array in ARRAYS.items():
            entry = entries[name]
            assert entry["dtype"] == DTYPES[name] and entry["shape"] == [2, 3], entry
            assert bytes(entry["data"]) == array.tobytes(), name
        assert entries["bfloat16"]["dtype"] == "BF16" and bytes(entries["bfloat16"]["data"]) == BFLOAT16
        assert entries["scalar"]["shape"] == [] and entries["empty"]["shape"] == [0, 3]
        assert bytes(entries['transposed "π"\n']["data"]) == np.arange(6, dtype="f4").reshape(2, 3).T.copy().tobytes()

    def opened():
        with safetensors.safe_open(path, framework="np") as file:
            assert file.metadata() == {"format": "np", "said": 'ü\n"'}, file.metadata()
            same(file.get_tensor("float64"), ARRAYS["float64"])
            same(file.get_slice("int32")[:, 1:2], ARRAYS["int32"][:, 1:2])

    def aligned():
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
        assert (8 + length) % 64 == 0
        ends = sorted(entry["data_offsets"] for name, entry in header.items() if name != "__metadata__")
        assert all(before[1] == after[0] for before, after in zip(ends, ends[1:])), ends

    check("safetensors reads every type", every)
    check("safetensors opens metadata, tensors and slices", opened)
    check("safetensors' elements lie without holes", aligned)


def write_npy(folder):
    for name, array in ARRAYS.items():
        np.save(f"{folder}/theirs-{name}.npy", array)
        np.save(f"{folder}/theirs-{name}-big.npy", array.astype(array.dtype.newbyteorder(">")))
    for version in (1, 2, 3):
        with open(f"{folder}/theirs-version{version}.npy", "wb") as file:
            np.lib.format.write_array(file, np.arange(6.0).reshape(2, 3), version=(version, 0))
    np.save(f"{folder}/theirs-scalar.npy", np.float64(1.5))
    np.save(f"{folder}/theirs-empty.npy", np.zeros((0, 3), np.float32))
    np.save(f"{folder}/theirs-fortran.npy", np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)))
    np.save(f"{folder}/theirs-structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
    np.save(f"{folder}/theirs-complex.npy", np.zeros(2, dtype=complex))
    np.save(f"{folder}/theirs-text.npy", np.array(["a", "bc"]))
    np.save(f"{folder}/theirs-object.npy", np.array([None, 1], dtype=object), allow_pickle=True)
    six = np.arange(6.0).reshape(2, 3)
    arrays = {"x": six, "turned": np.asfortranarray(six.T), "big": np.array([1, -2, 256], dtype=">i2"), "zeros": np.zeros((1000, 100), np.float32)}
    np.savez(f"{folder}/theirs.npz", **arrays)
    np.savez_compressed(f"{folder}/theirs-compressed.npz", **arrays)
    np.savetxt(f"{folder}/theirs.csv", np.array([[0.1, 2], [1e-300, -np.inf]]), delimiter=",", fmt="%.17g")
    with open(f"{folder}/theirs-missing.csv", "w", encoding="utf-8") as file:
        file.write('a,"b, c"\n,0.25\n2.5,-3\n')


def write_safetensors(folder):
    tensors = {name: {"dtype": name, "shape": [2, 3], "data": array.tobytes()} for name, array in ARRAYS.items()}
    tensors["bfloat16"] = {"dtype": "bfloat16", "shape": [2, 3], "data": BFLOAT16}
    tensors["scalar"] = {"dtype": "float64", "shape": [], "data": np.float64(1.5).tobytes()}
    tensors["empty"] = {"dtype": "float32", "shape": [0, 3], "data": b""}
    with open(f"{folder}/theirs.safetensors", "wb") as file:
        file.write(safetensors.serialize(tensors, metadata={"said": 'ü\n"'}))


def main():
    folder = sys.argv[1]
    print(f"NumPy {np.__version__}, safetensors {safetensors.__version__}")
    read_npy(folder)
    read_safetensors(folder)
    check("NumPy writes", lambda: write_npy(folder))
    check("safetensors writes", lambda: write_safetensors(folder))
    sys.exit(1 if FAILED else 0)


main()
