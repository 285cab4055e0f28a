#!/usr/bin/env python3
"""Checks a network of `lossglass index` in NumPy, with LAPACK and no code of lossglass.

usage: check_index.py INDEX REPLAY DATA N RUN

INDEX is the directory of `lossglass index`, REPLAY the -export directory of `lossglass
replay` for run RUN of N hidden units, trained to its end, and DATA that of `lossglass
data`. It builds gradient and Hessian of the mean loss from the dense Jacobian of the
log probabilities of all images, computes all eigenvalues, and compares the norm, the
counts, the zero rows and the extreme eigenvalues. Needs NumPy and the memory for three such
matrices: 3 GB for 100 hidden units.
"""
import gzip
import json
import sys
from pathlib import Path

import numpy as np

EPS = np.finfo(np.float64).eps


def read_point(directory, n, run):
    """The plan of INDEX, and what it says of the network."""
    files = sorted(directory.glob("runs.jsonl*"))
    for file in files:
        with (gzip.open if file.suffix == ".gz" else open)(file, "rt") as lines:
            for line in map(json.loads, lines):
                if (line["n"], line["run"]) == (n, run):
                    return json.loads((directory / "plan.json").read_text()), line["point"]
    sys.exit(f"{directory}: no run {run} of {n} hidden units")


def derivatives(w1, b1, w2, b2, images, labels):
    """Gradient and Hessian, with the parameters in the order W1, b1, W2, b2."""
    n, classes = len(b1), len(b2)
    total = w1.size + n + w2.size + classes
    gradient, hessian = np.zeros(total), np.zeros((total, total))
    coupling = np.zeros((n, images.shape[1] + 1, classes))  # of the weights to a unit and from it
    for at in range(0, len(images), 500):
        x, y = images[at:at + 500], labels[at:at + 500]
        x1 = np.hstack([x, np.ones((len(x), 1))])
        z = x @ w1.T + b1
        h, active = np.maximum(z, 0), z > 0
        logits = h @ w2.T + b2
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        delta = p - np.eye(classes)[y]
        # Row c of an image: sqrt(p_c) (gradient of logit c - mean of all by p). Their squares sum to the
        # Gauss-Newton matrix, J' (diag(p) - p p') J.
        mixed = (np.eye(classes) - p[:, None, :]) * np.sqrt(p)[:, :, None]
        to_unit = np.einsum("icd,dj->icj", mixed, w2) * active[:, None, :]
        rows = np.concatenate([
            (to_unit[:, :, :, None] * x[:, None, None, :]).reshape(len(x), classes, -1), to_unit,
            (mixed[:, :, :, None] * h[:, None, None, :]).reshape(len(x), classes, -1), mixed,
        ], axis=2).reshape(-1, total)
        hessian += rows.T @ rows
        back = (delta @ w2) * active
        gradient += np.concatenate([(back.T @ x).ravel(), back.sum(0), (delta.T @ h).ravel(), delta.sum(0)])
        for j in range(n):
            coupling[j] += x1[active[:, j]].T @ delta[active[:, j]]
    first = w1.size + n
    for j in range(n):
        inner = np.append(j * w1.shape[1] + np.arange(w1.shape[1]), w1.size + j)
        outer = first + np.arange(classes) * n + j
        hessian[np.ix_(inner, outer)] += coupling[j]
        hessian[np.ix_(outer, inner)] += coupling[j].T
    return gradient / len(images), hessian / len(images)


def main(index, replay, data, n, run):
    plan, point = read_point(index, n, run)
    weights = [np.load(replay / f"end_{w}.npy").astype(np.float64) for w in ("W1", "b1", "W2", "b2")]
    count = plan["train_samples"]
    images = np.load(data / "train_images.npy")[:count].astype(np.float64)
    labels = np.load(data / "train_labels.npy")[:count].astype(int)
    gradient, hessian = derivatives(*weights, images, labels)

    used = hessian.any(1)
    eigenvalues = np.linalg.eigvalsh(hessian[np.ix_(used, used)])
    error = 10 * EPS * len(hessian) * abs(eigenvalues).max()
    norm = np.linalg.norm(gradient)
    print(f"gradient norm {point['gradient_norm']:.6g}, here {norm:.6g}; zero rows {point['zero_rows']}, {np.sum(~used)}")
    assert abs(norm - point["gradient_norm"]) < 1e-12, "the gradient differs"
    assert point["zero_rows"] == np.sum(~used), "the zero rows differ"
    for name, here in (("smallest", eigenvalues[0]), ("largest", eigenvalues[-1])):
        there, residual = point[name]["value"], point[name]["residual"]
        print(f"{name} eigenvalue {there:.6g}, here {here:.6g}")
        assert abs(here - there) <= residual + error, f"the {name} eigenvalue differs"
    for c in point["counts"]:
        least, most = (int(np.sum(eigenvalues < c["at"] + side * error)) for side in (-1, 1))
        print(f"below {c['at']:g}: {c['below']} and {c['ambiguous']} ambiguous, here {least} to {most}")
        assert c["below"] <= most and c["below"] + c["ambiguous"] >= least, "the count differs"
        near = np.sum(abs(eigenvalues - c["at"]) <= 2 * point["margin"] + error)
        assert c["ambiguous"] <= near, "more eigenvalues are ambiguous than near"


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*map(Path, sys.argv[1:4]), *map(int, sys.argv[4:]))
