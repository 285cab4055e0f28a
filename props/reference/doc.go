// Package reference defines the results of matrix products, multilayer ReLU networks
// and spherical spin glasses: plain scalar code whose results are the specification,
// bit for bit, on every architecture that Go compiles for. Fast implementations are
// tested for equality with it.
//
// It is a specification to read and to compare with, not a library to compute with: it
// has no vectors, no blocking and no skipping of zeros, and its float32 fma is exact
// arithmetic in software. It imports the standard library only, and shares no code with
// the implementations that are tested against it.
//
// Start with [Gemm], [Net] and [SpinGlass]. Functions whose name ends in Twin return the
// exact mathematical result and a proven bound on the error of the specification. In the
// formulas of these bounds, u is the unit roundoff (2^-24 in float32), eta the least
// subnormal number (2^-149), and gamma_n = n u / (1 - n u).
//
// # Conventions
//
// All arithmetic is IEEE-754, round to nearest even, with subnormals. A chain
// is one accumulator that takes one fma per term, in the stated order: [Fma32],
// or math.FMA for networks of float64. Everything else is a separately rounded + - * or /;
// products that are added are converted explicitly, because the language lets a compiler
// fuse x*y + z but not float32(x*y) + z. The bits of a NaN are not defined.
//
// A network maps an image (its pixels, +0 or positive normal numbers) through
// layers of widths n_0, n_1, ..., n_L to n_L logits, one per class:
//
//	z_j = b_j + sum_k W_jk x_k     in every layer, W being outputs x inputs
//	h_j = max(z_j, 0)              in every layer but the last
//
// and is trained by stochastic gradient descent on the mean negative
// log-likelihood of the softmax of its logits. With one hidden layer these are
// the networks that section 5.1 of Choromanska, Henaff, Mathieu, Ben Arous and
// LeCun, "The Loss Surfaces of Multilayer Networks" (AISTATS 2015), trains.
package reference
