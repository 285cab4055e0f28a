"""The training in PyTorch, float32 on one thread: by autograd, as most people
write it, and with the backward pass by hand, where updates go straight from a
product into the weights.

By hand, classes come before samples in the logits and W1 is stored with a row
for each pixel; both were the faster way round.
"""
import sys
from pathlib import Path

import peer

np = peer.need("numpy")
torch = peer.need("torch")


class Autograd:
    """The first of the networks as a module, with the optimiser and loss of the library."""

    def __init__(self, problem, n, batch, rate):
        self.problem, self.batch = problem, batch
        self.order, self.images, self.labels = map(torch.from_numpy, (problem.order, problem.images, problem.labels))
        self.start = [torch.from_numpy(layer[0]) for layer in problem.start(n)]
        self.model = torch.nn.Sequential(torch.nn.Linear(problem.images.shape[1], n), torch.nn.ReLU(), torch.nn.Linear(n, peer.CLASSES))
        self.optimiser = torch.optim.SGD(self.model.parameters(), lr=rate)

    def reset(self):
        with torch.no_grad():
            for parameter, start in zip(self.model.parameters(), self.start):
                parameter.copy_(start)

    def train(self, order):
        for samples in order.split(self.batch):
            self.optimiser.zero_grad()
            loss = torch.nn.functional.cross_entropy(self.model(self.images[samples]), self.labels[samples])
            loss.backward()
            self.optimiser.step()

    def losses(self):
        with torch.no_grad():
            return self.problem.losses(self.model(torch.from_numpy(self.problem.test_images)).numpy()[None])


class ByHand:
    """SGD on one or sixteen networks; a subclass makes the arrays of its layout.

    Shapes, with ... nothing or [16]: z [..., 10, b]; W2 [..., 10, n]; b2
    [..., 10, 1]; h and d as the product of the images and W1 gives them, and by
    network [..., b, n]. product1 and product2 add a product of each layer.
    """

    product1 = product2 = staticmethod(torch.addmm)

    def __init__(self, problem, n, batch, rate):
        self.problem, self.n, self.batch, self.step = problem, n, batch, rate / batch
        self.order, self.images, self.onehot = map(torch.from_numpy, (problem.order, problem.images, problem.onehot))
        self.start = [torch.from_numpy(layer) for layer in problem.start(n)]
        self.reset()
        self.x, self.y = torch.empty(batch, problem.images.shape[1]), torch.empty(batch, peer.CLASSES)
        self.h = torch.matmul(self.x, self.W1)
        self.d = torch.empty_like(self.h)
        self.z = torch.empty(*self.W2.shape[:-1], batch)

    @torch.inference_mode()
    def train(self, order):
        step, x, y, h, d, z = self.step, self.x, self.y, self.h, self.d, self.z
        W1, b1, W2, b2 = self.W1, self.b1, self.W2, self.b2
        product1, product2, gate = self.product1, self.product2, torch.ops.aten.threshold_backward
        images, hidden, delta = self.shared(x), self.by_network(h), self.by_network(d)
        images_t, hidden_t, z_t, y_t = images.mT, hidden.mT, z.mT, y.mT
        for samples in order.split(self.batch):
            torch.index_select(self.images, 0, samples, out=x)
            torch.index_select(self.onehot, 0, samples, out=y)
            product1(b1, images, W1, out=h).relu_()
            product2(b2, W2, hidden_t, out=z)
            torch.softmax(z, -2, out=z).sub_(y_t)
            torch.matmul(z_t, W2, out=delta)
            gate(d, h, 0, grad_input=d)
            product2(W2, z, hidden, alpha=-step, out=W2)
            b2.sub_(z.sum(-1, keepdim=True), alpha=step)
            product1(W1, images_t, d, alpha=-step, out=W1)
            b1.sub_(d.sum(-2, keepdim=True), alpha=step)

    @torch.inference_mode()
    def losses(self):
        h = self.by_network((torch.from_numpy(self.problem.test_images) @ self.W1 + self.b1).relu())
        z = (self.W2 @ h.mT + self.b2).mT
        return self.problem.losses(z.reshape(-1, *z.shape[-2:]).numpy())

    def shared(self, x):
        return x

    def by_network(self, a):
        return a


class OneNetwork(ByHand):
    """The first of the networks by itself: W1 [100][n]."""

    def reset(self):
        W1, b1, W2, b2 = self.start
        self.W1, self.b1 = W1[0].t().clone(memory_format=torch.contiguous_format), b1[0][None].clone()
        self.W2, self.b2 = W2[0].clone(), b2[0][:, None].clone()


class Batched(ByHand):
    """Sixteen networks, every product a batch of sixteen: W1 [16][100][n]."""

    product1 = product2 = staticmethod(torch.baddbmm)

    def reset(self):
        W1, b1, W2, b2 = self.start
        self.W1, self.b1 = W1.mT.clone(memory_format=torch.contiguous_format), b1[:, None].clone()
        self.W2, self.b2 = W2.clone(), b2[:, :, None].clone()

    def shared(self, x):
        return x.expand(peer.NETWORKS, -1, -1)


class Joined(ByHand):
    """Sixteen networks, their first layers one product, since they share the images: W1 [100][16 n]."""

    product2 = staticmethod(torch.baddbmm)

    def reset(self):
        W1, b1, W2, b2 = self.start
        self.W1 = W1.reshape(-1, W1.shape[2]).t().clone(memory_format=torch.contiguous_format)
        self.b1 = b1.reshape(1, -1).clone()
        self.W2, self.b2 = W2.clone(), b2[:, :, None].clone()

    def by_network(self, a):
        return a.view(len(a), peer.NETWORKS, self.n).transpose(0, 1)


def main(folder):
    torch.set_num_threads(1)
    problem = peer.Problem(np, folder)
    peer.serve("PyTorch", torch.__version__, [
        (name, networks, lambda n, batch, rate, kind=kind: kind(problem, n, batch, rate))
        for name, networks, kind in (
            ("one network, autograd", 1, Autograd),
            ("one network, by hand", 1, OneNetwork),
            ("sixteen networks by hand, bmm", peer.NETWORKS, Batched),
            ("sixteen networks by hand, first layers joined", peer.NETWORKS, Joined),
        )
    ])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
