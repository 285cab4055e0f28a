#!/usr/bin/env python3
"""Checks `lossglass replay` in NumPy, in float64 and with no code of lossglass.

usage: check_replay.py REPLAY DATA BATCH

REPLAY is the -export directory of `lossglass replay`, DATA that of `lossglass
data`, BATCH the minibatch. From the same start and the same order of images it
takes the same SGD steps and compares the weights; and it compares its own
gradient with central differences of the loss. The network may have any number of
hidden layers. Needs NumPy.
"""
import sys
from pathlib import Path

import numpy as np


def load(replay, when):
    """The network W1, b1, W2, b2 ... before (when = start) or after the steps (end)."""
    layers = len(list(replay.glob(f"{when}_W*.npy")))
    names = [f"{kind}{layer}" for layer in range(1, layers + 1) for kind in "Wb"]
    return {w: np.load(replay / f"{when}_{w}.npy").astype(np.float64) for w in names}


def forward(p, x):
    """Logits of network p on images x, and what each layer reads."""
    layers, inputs = len(p) // 2, []
    for layer in range(1, layers + 1):
        inputs.append(x)
        x = x @ p[f"W{layer}"].T + p[f"b{layer}"]
        if layer < layers:
            x = np.maximum(x, 0)
    return x, inputs


def loss(p, x, y):
    """Mean negative log-likelihood."""
    z, _ = forward(p, x)
    z = z - z.max(1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(1)) - z[np.arange(len(y)), y])


def gradient(p, x, y):
    """Gradient of loss by backpropagation."""
    z, inputs = forward(p, x)
    e = np.exp(z - z.max(1, keepdims=True))
    delta = e / e.sum(1, keepdims=True)
    delta[np.arange(len(y)), y] -= 1
    delta /= len(y)
    g = {}
    for layer in range(len(inputs), 0, -1):
        h = inputs[layer - 1]
        g[f"W{layer}"], g[f"b{layer}"] = delta.T @ h, delta.sum(0)
        delta = (delta @ p[f"W{layer}"]) * (h > 0)
    return g


def main(replay, data, batch):
    start, end = load(replay, "start"), load(replay, "end")
    order, rates = np.load(replay / "order.npy"), np.load(replay / "rates.npy")
    images = np.load(data / "train_images.npy").astype(np.float64)
    labels = np.load(data / "train_labels.npy").astype(int)

    # Steps: minibatches of `batch`, a short one at the end of each epoch.
    p = {w: start[w].copy() for w in start}
    at, epoch = 0, len(images)
    for rate in rates:
        size = min(batch, epoch - at % epoch, len(order) - at)
        take = order[at:at + size]
        g = gradient(p, images[take], labels[take])
        for w in p:
            p[w] -= rate * g[w]
        at += size
    assert at == len(order), f"{at} of {len(order)} samples used"
    moved = max(np.abs(end[w] - start[w]).max() for w in start)
    off = max(np.abs(end[w] - p[w]).max() for w in start)
    print(f"{len(rates)} steps: weights moved by up to {moved:.3g}, float64 differs by up to {off:.3g}")
    assert moved > 1e-4, "the weights did not move"
    assert off < 1e-5 * max(1, moved), "that is more than float32 accounts for"

    # Gradient against central differences at the start, where no unit is at its kink.
    x, y = images[order[:batch]], labels[order[:batch]]
    g, rng, worst = gradient(start, x, y), np.random.default_rng(1), 0.0
    for w in start:
        for i in rng.choice(start[w].size, min(8, start[w].size), replace=False):
            q = {v: start[v].copy() for v in start}
            eps, sides = 1e-6, []
            for sign in (1, -1):
                q[w].flat[i] = start[w].flat[i] + sign * eps
                sides.append(loss(q, x, y))
            worst = max(worst, abs((sides[0] - sides[1]) / (2 * eps) - g[w].flat[i]))
    print(f"gradient against differences: off by up to {worst:.3g}")
    assert worst < 1e-6, "the gradient is wrong"
    print(f"loss of the first minibatch {loss(start, x, y):.6f} before, {loss(end, x, y):.6f} after")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
