"""The training in NumPy: float32, buffers made once, all products by BLAS.

Classes come before samples in the logits, so that softmax runs along samples,
and W1 is stored with a row for each pixel; both were the faster way round.
"""
import sys
from pathlib import Path

import peer

np = peer.need("numpy")


class Trainer:
    """SGD on one or sixteen networks; a subclass makes the arrays of its layout.

    Shapes, with ... nothing or [16]: z [..., 10, b]; W2 [..., 10, n]; b2
    [..., 10, 1]; h and d as the product of the images and W1 gives them, and by
    network [..., b, n].
    """

    def __init__(self, problem, n, batch, rate):
        self.problem, self.order, self.n, self.batch = problem, problem.order, n, batch
        self.step = np.float32(rate / batch)
        self.start = problem.start(n)
        self.x = np.empty((batch, problem.images.shape[1]), np.float32)
        self.y = np.empty((batch, peer.CLASSES), np.float32)
        self.reset()
        first = np.matmul(self.x, self.W1)
        self.h, self.d, self.mask = np.empty_like(first), np.empty_like(first), np.empty_like(first)
        self.positive = np.empty(first.shape, bool)
        self.g1, self.g2 = np.empty_like(self.W1), np.empty_like(self.W2)
        self.z = np.empty((*self.W2.shape[:-1], batch), np.float32)

    def train(self, order):
        problem, step, x, y = self.problem, self.step, self.x, self.y
        W1, b1, W2, b2 = self.W1, self.b1, self.W2, self.b2
        h, d, z, g1, g2, mask, positive = self.h, self.d, self.z, self.g1, self.g2, self.mask, self.positive
        hidden, delta = self.by_network(h), self.by_network(d)
        hidden_t, z_t = hidden.swapaxes(-1, -2), z.swapaxes(-1, -2)
        for at in range(0, len(order), self.batch):
            samples = order[at:at + self.batch]
            np.take(problem.images, samples, 0, out=x, mode="clip")  # "raise" would copy once more
            np.take(problem.onehot, samples, 0, out=y, mode="clip")
            np.matmul(x, W1, out=h)
            h += b1
            np.maximum(h, 0, out=h)
            np.matmul(W2, hidden_t, out=z)
            z += b2
            z -= z.max(-2, keepdims=True)
            np.exp(z, out=z)
            z /= z.sum(-2, keepdims=True)
            z -= y.T
            z *= step  # scales all gradients
            np.matmul(z_t, W2, out=delta)
            np.greater(h, 0, out=positive)
            np.copyto(mask, positive)
            d *= mask
            np.matmul(z, hidden, out=g2)
            W2 -= g2
            b2 -= z.sum(-1, keepdims=True)
            np.matmul(x.T, d, out=g1)
            W1 -= g1
            b1 -= d.sum(-2, keepdims=True)

    def losses(self):
        h = self.by_network(np.maximum(self.problem.test_images @ self.W1 + self.b1, 0))
        z = self.W2 @ h.swapaxes(-1, -2) + self.b2
        return self.problem.losses(z.swapaxes(-1, -2).reshape(-1, len(self.problem.test_labels), peer.CLASSES))


class OneNetwork(Trainer):
    """The first of the networks by itself: W1 [100][n]."""

    def reset(self):
        W1, b1, W2, b2 = self.start
        self.W1, self.b1 = W1[0].T.copy(), b1[0][None].copy()
        self.W2, self.b2 = W2[0].copy(), b2[0][:, None].copy()

    def by_network(self, a):
        return a


class Batched(Trainer):
    """Sixteen networks, every product a batch of sixteen: W1 [16][100][n]."""

    def reset(self):
        W1, b1, W2, b2 = self.start
        self.W1, self.b1 = W1.swapaxes(1, 2).copy(), b1[:, None].copy()
        self.W2, self.b2 = W2.copy(), b2[:, :, None].copy()

    def by_network(self, a):
        return a


class Joined(Trainer):
    """Sixteen networks, their first layers one product, since they share the images: W1 [100][16 n]."""

    def reset(self):
        W1, b1, W2, b2 = self.start
        self.W1, self.b1 = W1.reshape(-1, W1.shape[2]).T.copy(), b1.reshape(1, -1).copy()
        self.W2, self.b2 = W2.copy(), b2[:, :, None].copy()

    def by_network(self, a):
        return a.reshape(len(a), peer.NETWORKS, self.n).swapaxes(0, 1)


def main(folder):
    problem = peer.Problem(np, folder)
    peer.serve("NumPy", np.__version__, [
        (name, networks, lambda n, batch, rate, kind=kind: kind(problem, n, batch, rate))
        for name, networks, kind in (
            ("one network", 1, OneNetwork),
            ("sixteen networks, batched matmul", peer.NETWORKS, Batched),
            ("sixteen networks, first layers joined", peer.NETWORKS, Joined),
        )
    ])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
