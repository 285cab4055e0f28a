#!/usr/bin/env python3
"""Prints a small network, images, and the gradient and Hessian of its mean loss as JSON.

usage: python3 hessian.py > hessian.json

It builds the Hessian in another way than package relunet, and shares no code with it: from
the dense Jacobian J_i of the logits of each image with respect to all parameters, as

    mean over the images i of  J_i^T (diag(p_i) - p_i p_i^T) J_i + sum over c of delta_ic D_ic

where D_ic is the matrix of second derivatives of logit c. Needs NumPy.
"""
import json

import numpy as np

INPUTS, HIDDEN, CLASSES, IMAGES = 6, 5, 4, 25

rng = np.random.default_rng(20260101)
x = np.round(rng.uniform(-2, 4, (IMAGES, INPUTS))).clip(0) / 4
labels = rng.integers(0, CLASSES, IMAGES)
w1, b1 = rng.normal(size=(HIDDEN, INPUTS)), rng.normal(size=HIDDEN)
w2, b2 = rng.normal(size=(CLASSES, HIDDEN)), rng.normal(size=CLASSES)
params = np.concatenate([w1.ravel(), b1, w2.ravel(), b2])

# Indices of the parameters.
at = np.cumsum([0, w1.size, b1.size, w2.size, b2.size])
W1 = np.arange(at[0], at[1]).reshape(w1.shape)
B1 = np.arange(at[1], at[2])
W2 = np.arange(at[2], at[3]).reshape(w2.shape)
B2 = np.arange(at[3], at[4])

gradient, hessian = np.zeros(len(params)), np.zeros((len(params), len(params)))
for image, label in zip(x, labels):
    z = w1 @ image + b1
    active, h = z > 0, np.maximum(z, 0)
    logits = w2 @ h + b2
    p = np.exp(logits - logits.max())
    p /= p.sum()
    delta = p - np.eye(CLASSES)[label]
    jacobian = np.zeros((CLASSES, len(params)))
    for c in range(CLASSES):
        jacobian[c, W2[c]], jacobian[c, B2[c]] = h, 1
        jacobian[c, B1] = w2[c] * active
        jacobian[c, W1] = np.outer(w2[c] * active, image)
        for j in np.flatnonzero(active):
            second = delta[c] * np.append(image, 1)
            inner = np.append(W1[j], B1[j])
            hessian[inner, W2[c, j]] += second
            hessian[W2[c, j], inner] += second
    gradient += jacobian.T @ delta
    hessian += jacobian.T @ (np.diag(p) - np.outer(p, p)) @ jacobian

print(json.dumps({
    "widths": [INPUTS, HIDDEN, CLASSES], "params": params.tolist(), "pixels": x.ravel().tolist(), "labels": labels.tolist(),
    "gradient": (gradient / IMAGES).tolist(), "hessian": (hessian / IMAGES).ravel().tolist(),
}))
