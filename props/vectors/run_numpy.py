#!/usr/bin/env python3
"""Holds NumPy to the test vectors: run_numpy.py DIR, the directory of `lossglass vectors -out DIR`.

Prints for each operation how many tests NumPy passes with the same bits, how many within the bound,
and how many it fails, and why. Exit status 1: a failure without an explanation, or a damaged file.
"""
import collections
import hashlib
import json
import pathlib
import sys

import numpy as np

# What NumPy may fail: its BLAS decides, and another BLAS may pass.
EXPLAINED = {"zero-times-infinity": "the BLAS skips zeros, so that 0 * inf is 0 and not NaN"}


def numbers(text, dtype, offset=0):
    """Numbers that begin that many elements after a multiple of 64 bytes."""
    values = [float.fromhex(word) for word in text.split()]
    room = np.empty(len(values) + offset + 16, dtype)
    first = -room.ctypes.data % 64 // room.itemsize + offset
    room[first:first + len(values)] = values
    return room[first:first + len(values)]


def matrix(x, rows, cols, ld):
    """A rows x cols view of numbers whose rows are ld apart."""
    return np.lib.stride_tricks.as_strided(x, (rows, cols), (ld * x.itemsize, x.itemsize), writeable=False)


def product(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c):
    """alpha op(A) op(B) + beta C, where alpha = 0 and beta = 0 mean that nothing is read."""
    a = matrix(a, k, m, lda).T if transA else matrix(a, m, k, lda)
    b = matrix(b, n, k, ldb).T if transB else matrix(b, k, n, ldb)
    total = alpha * (a @ b) if alpha != 0 else np.zeros((m, n), c.dtype)
    return total + beta * c if beta != 0 else total


def gemm(i):
    c, m, n, ld = i["c"].copy(), i["m"], i["n"], i["ldc"]
    block = product(i["transA"], i["transB"], m, n, i["k"], i["alpha"], i["a"], i["lda"], i["b"], i["ldb"], i["beta"], matrix(c, m, n, ld).copy())
    for row in range(m):
        c[row * ld:row * ld + n] = block[row]
    return {"c": c}


def gemv(i):
    rows, depth = (i["n"], i["m"]) if i["transA"] else (i["m"], i["n"])
    return {"y": product(i["transA"], False, rows, 1, depth, i["alpha"], i["a"], i["lda"], i["x"], 1, i["beta"], i["y"][:, None]).ravel()}


def cross_entropy(z, label):
    shifted = z - z.max()
    e = np.exp(shifted)
    gradient = e / e.sum()
    gradient[label] -= 1
    return np.log(e.sum()) - shifted[label], gradient


def sgd_step(i):
    w, layers, at = i["params"].copy(), [], 0
    for n, m in zip(i["widths"], i["widths"][1:]):  # views into w, so that the steps below change it
        layers.append((w[at:at + m * n].reshape(m, n), w[at + m * n:at + m * n + m]))
        at += m * n + m
    inputs = [i["images"].reshape(-1, i["widths"][0])]
    for W, b in layers:
        z = inputs[-1] @ W.T + b
        inputs.append(np.maximum(z, 0))
    delta = np.stack([cross_entropy(row, label)[1] for row, label in zip(z, i["labels"])])
    step = np.float32(i["rate"] / len(delta))
    for (W, b), x in zip(layers[::-1], inputs[-2::-1]):
        below = (delta @ W) * (x > 0)  # with the weights before the step
        W -= step * (delta.T @ x)
        b -= step * delta.sum(0)
        delta = below
    return {"params": w}


def spin_glass(i):
    p, n, w = i["p"], i["n"], i["w"]
    x, gradient = i["x"].reshape((n,) * p), 0
    for axis in range(p):
        t = np.moveaxis(x, axis, 0)
        for _ in range(p - 1):
            t = t @ w
        gradient = gradient + t / n ** ((p - 1) / 2)
    return {"energy": np.array([gradient @ w / p]), "gradient": gradient}


OPERATIONS = {
    "gemm": gemm, "gemv": gemv, "dot": lambda i: {"sum": np.array([i["x"] @ i["y"]])},
    "relu": lambda i: {"y": np.maximum(i["x"], 0)}, "relu-backward": lambda i: {"dst": np.where(i["h"] > 0, i["delta"], 0)},
    "exp": lambda i: {"y": np.exp(i["x"])}, "log": lambda i: {"y": np.log(i["x"])},
    "cross-entropy": lambda i: dict(zip(("loss", "gradient"), map(np.atleast_1d, cross_entropy(i["logits"], i["label"])))),
    "sgd-step": sgd_step, "spin-glass": spin_glass,
}  # fmt: skip


def judge(test, run, dtype):
    """'same bits', 'within the bound' or 'fails'."""
    scalars, offsets = {"alpha": dtype, "beta": dtype, "rate": np.float64}, test.get("offsets", {})
    values = {k: v if not isinstance(v, str) else numbers(v, scalars[k])[0] if k in scalars else numbers(v, dtype, offsets.get(k, 0))
              for k, v in test["input"].items()}
    got, verdict = run(values), "same bits"
    for name, expected in test["expected"].items():
        result, lower, upper = (numbers(expected[key], dtype) for key in ("result", "lower", "upper"))
        x, nans = got[name].astype(dtype), np.isnan(result)
        if x.shape != result.shape or not np.all((lower <= x) & (x <= upper) | nans & np.isnan(x)):
            return "fails"
        if np.where(nans, 0, x).tobytes() != np.where(nans, 0, result).tobytes():
            verdict = "within the bound"
    return verdict


def main(directory):
    damaged = unexplained = 0
    print(f"NumPy {np.__version__}\n{'operation':14} {'tests':>5} {'same bits':>10} {'within the bound':>17} {'fails':>6}")
    for line in (directory / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        content = (directory / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            damaged += 1
            print(f"{name}: not the digest of SHA256SUMS: it was changed after it was written")
        if name == "schema.json":
            continue
        file = json.loads(content)
        operation = file["operation"]
        dtype = np.float64 if operation.endswith("64") or operation == "spin-glass" else np.float32
        count, reasons = collections.Counter(), []
        for test in file["tests"]:
            verdict = judge(test, OPERATIONS[operation.removesuffix("32").removesuffix("64")], dtype)
            count[verdict] += 1
            if verdict == "fails":
                why = [EXPLAINED[flag] for flag in test["flags"] if flag in EXPLAINED]
                unexplained += not why
                reasons.append(f"  test {test['tcId']} ({test['comment']}) fails: {why[0] if why else 'UNEXPLAINED'}")
        print(f"{operation:14} {len(file['tests']):5} {count['same bits']:10} {count['within the bound']:17} {count['fails']:6}", *reasons, sep="\n")
    return 1 if damaged or unexplained else 0


if __name__ == "__main__":
    np.seterr(all="ignore")
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1])))
