"""What numpy_peer.py and torch_peer.py share: the problem, the clock, the lines.

A peer is started with the folder of the problem. It prints one line that says
what it is, or what is not installed, and then answers each line of its standard
input, a measurement asked for, with one line, the measurement; all are JSON.
"""
import ctypes
import importlib
import json
import os
import platform
import signal
import sys
import time
from pathlib import Path

CLASSES = 10
NETWORKS = 16


def need(name):
    """Imports a library, or ends the peer with a line that names it as missing."""
    try:
        return importlib.import_module(name)
    except ImportError as err:
        say({"missing": err.name or name, "why": str(err)})
        sys.exit()


def say(line):
    print(json.dumps(line), flush=True)


class Problem:
    """Images, labels and order of training, the images that losses are taken on, and the starts."""

    def __init__(self, np, folder):
        self.np, self.folder = np, folder
        self.images, self.test_images = (np.load(folder / f"{part}_images.npy") for part in ("train", "test"))
        self.labels, self.test_labels = (np.load(folder / f"{part}_labels.npy").astype(np.int64) for part in ("train", "test"))
        self.onehot = np.eye(CLASSES, dtype=np.float32)[self.labels]
        self.order = np.load(folder / "order.npy").astype(np.int64)

    def start(self, n):
        """W1 [16][n][100], b1 [16][n], W2 [16][10][n], b2 [16][10] of the sixteen networks."""
        params = self.np.load(self.folder / f"start_{n}.npy")
        inputs, layers = self.images.shape[1], []
        for shape in ((n, inputs), (n,), (CLASSES, n), (CLASSES,)):
            size = int(self.np.prod(shape))
            layers.append(params[:, :size].reshape(len(params), *shape))
            params = params[:, size:]
        return layers

    def losses(self, logits):
        """Mean negative log-likelihoods of logits [networks][image][class] on the test images."""
        z = logits.astype(self.np.float64)
        z -= z.max(-1, keepdims=True)
        nll = self.np.log(self.np.exp(z).sum(-1)) - z[..., self.np.arange(len(self.test_labels)), self.test_labels]
        return nll.mean(-1).tolist()


def measure(trainer, order, batch, networks, seconds):
    """Trains on the whole order from the start, again and again for so many seconds at least."""
    trainer.reset()
    trainer.train(order[:max(1, len(order) // batch // 10) * batch])  # caches and allocators warm up
    taken, repetitions = 0.0, 0
    while repetitions == 0 or taken < seconds:
        trainer.reset()
        start = time.perf_counter()
        trainer.train(order)
        taken += time.perf_counter() - start
        repetitions += 1
    return {"samples": repetitions * len(order) * networks, "seconds": taken, "losses": trainer.losses()}


def blas():
    """Which BLAS this process has loaded: OpenBLAS with its kernels, or another by its file."""
    try:
        maps = Path("/proc/self/maps").read_text()
    except OSError:
        return "BLAS unknown"
    files = sorted({line.split()[-1] for line in maps.splitlines() if "blas" in line.rsplit("/", 1)[-1]})
    for name in files:
        try:
            config = ctypes.CDLL(name).openblas_get_config
        except (OSError, AttributeError):
            continue
        config.restype = ctypes.c_char_p
        return config().decode()
    return "not OpenBLAS: " + (", ".join(map(os.path.realpath, files)) or "BLAS unknown")


def serve(library, version, forms):
    """Answers requests until there are no more. forms is a list of (name, networks, make),
    where make(n, batch, rate) returns a trainer with reset, train and losses."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the program that started this one reports
    say({
        "library": library,
        "version": version,
        "details": f"Python {platform.python_version()}, {blas()}",
        "forms": [{"name": name, "networks": networks} for name, networks, _ in forms],
    })
    makers = {name: (networks, make) for name, networks, make in forms}
    for line in sys.stdin:
        asked = json.loads(line)
        networks, make = makers[asked["form"]]
        n, batch = asked["n"], asked["batch"]
        trainer = make(n, batch, asked["rate"])
        result = measure(trainer, trainer.order, batch, networks, asked["seconds"])
        say({"form": asked["form"], "n": n, "batch": batch, **result})
