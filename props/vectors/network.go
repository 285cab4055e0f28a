package vectors

import (
	"math/big"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// entropyInput is a call of the cross-entropy of the softmax of logits.
type entropyInput struct {
	Logits numbers `json:"logits"`
	Label  int     `json:"label"`
}

// stepInput is a step of stochastic gradient descent.
type stepInput struct {
	Widths []int   `json:"widths"`
	Params numbers `json:"params"`
	Images numbers `json:"images"`
	Labels []int   `json:"labels"`
	Rate   numbers `json:"rate"`
}

const ballBound = "lower and upper are the least and the largest float32 of an interval that contains the result of every implementation that computes these formulas in float32, with sums in any order and products fused or not. The interval follows the operations by the standard model of rounding: k roundings of a number of size S are off by at most gamma_k S + k eta/2 (1 + gamma_k), with gamma_k = k u / (1 - k u), u = 2^-24, eta = 2^-149, and a sum of n products by n + 1 roundings of the sum of their sizes. Errors of operands are carried on as in interval arithmetic; exact values are computed in 512 bits."

const ballSource = "Source: Higham, Accuracy and Stability of Numerical Algorithms (2nd edition, 2002), sections 2.2, 3.1 and 4.2; the code is props/vectors/ball.go."

func networks() []operation {
	return []operation{
		{"cross-entropy", []string{
			"loss = log(sum_c exp(z_c - max)) - (z_label - max) and gradient_c = exp(z_c - max) / sum - [c = label] of the logits z, in float32, where max is the largest logit.",
			"e_c = exp(z_c - max), by the test vectors' exp; sum = e_0, then sum = sum + e_c for c = 1, 2, ...; p_c = e_c / sum; gradient_c = p_c, minus 1 where c = label; loss = log(sum) - (z_label - max), by the test vectors' log. All are NaN if a logit is NaN or +inf.",
		}, []string{ballBound, "exp and log may be off by 4 units in the last place, a division may be a product with the reciprocal, and p_c may be computed as exp(z_c - max - log(sum)).", ballSource}, entropyTest},
		{"sgd-step", []string{
			"One step of stochastic gradient descent of a ReLU network on the mean negative log-likelihood of a minibatch, in float32.",
			"widths n_0, n_1, ..., n_L: inputs, hidden units of each layer, classes. params holds, layer by layer, the weights W (outputs x inputs, row after row) and then the biases b. images holds b rows of n_0 pixels, which are +0 or positive normal numbers.",
			"Forward: z_j = b_j, then z_j = fma(W_jk, x_k, z_j) for k = 0, 1, ...; in the first layer finally z_j + (+0); h_j = z_j if z_j > 0, else +0, in every layer but the last. delta of the last layer is gradient_c of cross-entropy. Backward: delta_k = +0, then delta_k = fma(W_jk, delta_j, delta_k) for j = 0, 1, ..., with the weights before the step; +0 unless h_k > 0.",
			"Gradient: g_jk = +0, then g_jk = fma(delta_j, x_k, g_jk) over the images in order, finally g_jk + (+0); for biases the plain sum of delta_j from +0. Step: step = float32(rate / float64(b)), w = fma(-step, g, w).",
		}, []string{ballBound, "exp and log may be off by 4 units in the last place, and the mean over the minibatch may be taken of the deltas, of the gradient or in the rate, which may be a float32 number. Where the sign of a z is uncertain, its delta is anything from zero to its value.", ballSource}, stepTest},
	}
}

// softmax returns the balls of p_c, of log(sum) and of z_c - max, for logits that are balls.
func softmax(z []ball) (p, shifted []ball, logSum ball) {
	largest := z[0]
	off := num(0)
	for _, x := range z {
		if x.mid.Cmp(largest.mid) > 0 {
			largest = x
		}
		if x.rad.Cmp(off) > 0 {
			off = x.rad
		}
	}
	largest = ball{largest.mid, off} // the largest of numbers that are each off by that much
	var e []ball
	for _, x := range z {
		d := ball{add(x.mid, new(big.Float).Neg(largest.mid)), add(x.rad, largest.rad)}.rounded(1)
		shifted = append(shifted, d)
		e = append(e, d.exp())
	}
	total := sum(e...)
	logSum = total.log()
	for c, x := range e {
		quotient := x.divided(total)
		difference := sum(shifted[c], logSum.negative()).exp()
		if difference.rad.Cmp(quotient.rad) > 0 {
			quotient.rad = difference.rad
		}
		p = append(p, quotient)
	}
	return p, shifted, logSum
}

// entropyDeltas returns the balls of p_c - [c = label].
func entropyDeltas(p []ball, label int) []ball {
	deltas := append([]ball{}, p...)
	deltas[label] = sum(p[label], point(-1.0))
	return deltas
}

// entropyRecipes describe the logits: uniform on shift + [-spread, spread].
var entropyRecipes = []struct {
	comment       string
	flags         []string
	spread, shift float32
	special       []float32 // one of these in one place
	last          bool
}{
	{"logits uniform on [-1, 1]", nil, 1, 0, nil, false},
	{"logits of a trained network", nil, 15, 0, nil, false},
	{"the last class", []string{"last-class"}, 4, 0, nil, true},
	{"all logits are equal", nil, 0, 2.5, nil, false},
	{"logits far from zero", []string{"shifted"}, 10, 1000, nil, false},
	{"logits far apart", []string{"wide-spread"}, 100, 0, nil, false},
	{"a logit is NaN or +inf", []string{"special"}, 2, 0, []float32{nan[float32](), inf[float32]()}, false},
}

func entropyTest(d *drawer, i int) test {
	r := entropyRecipes[i%len(entropyRecipes)]
	logits := make([]float32, one(d, 2, 3, 5, 7, 10, 10, 17))
	for c, x := range gen.Uniform[float32]().Fill(d.seed(), 1, len(logits)) {
		logits[c] = r.shift + float32(r.spread*x)
	}
	label := d.below(len(logits))
	if r.last {
		label = len(logits) - 1
	}
	if len(r.special) > 0 {
		logits[d.below(len(logits))] = one(d, r.special...)
	}
	gradient := reference.Softmax(logits)
	gradient[label]--
	var losses, gradients outputs[float32]
	loss := reference.Loss(logits, uint8(label))
	if len(r.special) > 0 {
		losses.add(loss)
		for _, g := range gradient {
			gradients.add(g)
		}
	} else {
		p, shifted, logSum := softmax(points(logits))
		losses.addWithin(loss, sum(logSum, shifted[label].negative()))
		for c, delta := range entropyDeltas(p, label) {
			gradients.addWithin(gradient[c], delta)
		}
	}
	return test{Comment: r.comment, Flags: append([]string{}, r.flags...), Input: entropyInput{write(logits...), label},
		Expected: map[string]output{"loss": losses.output(), "gradient": gradients.output()}}
}

// A stepCase is a step that is being drawn.
type stepCase struct {
	widths []int
	net    *reference.Net[float32]
	batch  int
	sparse bool
	images [][]float32
	labels []uint8
	rate   float64
}

// stepRecipes describe the steps: before changes the sizes, after the network.
var stepRecipes = []struct {
	comment       string
	flags         []string
	before, after func(d *drawer, s *stepCase)
}{
	{"a small network", nil, nil, nil},
	{"sizes beside multiples of the vectors' lengths", []string{"tail"}, func(d *drawer, s *stepCase) {
		s.widths = []int{one(d, 3, 5, 9), one(d, 3, 5, 7), one(d, 2, 3, 5)}
		s.batch = one(d, 3, 5, 7)
	}, nil},
	{"images whose pixels are mostly zero", []string{"zero-pixels"}, func(_ *drawer, s *stepCase) { s.sparse = true }, nil},
	{"one image", []string{"short-batch"}, func(_ *drawer, s *stepCase) { s.batch = 1 }, nil},
	{"two hidden layers", []string{"several-layers"}, func(d *drawer, s *stepCase) { s.widths = []int{6, 2 + d.below(4), 2 + d.below(4), 3} }, nil},
	{"a unit that is zero for every image", []string{"dead-unit"}, nil, func(d *drawer, s *stepCase) {
		l := &s.net.Layers[0]
		j := d.below(len(l.B))
		l.B[j] = -100
	}},
	{"a unit whose sum is exactly zero", []string{"kink"}, nil, func(d *drawer, s *stepCase) {
		l := &s.net.Layers[0]
		j := d.below(len(l.B))
		l.B[j] = 0
		clear(l.W[j])
	}},
}

func stepTest(d *drawer, i int) test {
	r := stepRecipes[i%len(stepRecipes)]
	s := stepCase{widths: []int{one(d, 4, 6, 8, 9), one(d, 2, 4, 5, 6), one(d, 2, 3, 4)}, batch: 2 + d.below(5), rate: one(d, 0.1, 0.5, 1.177)}
	if r.before != nil {
		r.before(d, &s)
	}
	params := 0
	for l, n := range s.widths[1:] {
		params += n * (s.widths[l] + 1)
	}
	s.net = reference.FromFlat(gen.Uniform[float32]().Fill(d.seed(), 1, params), s.widths...)
	pixels := gen.Uniform[float32]()
	if s.sparse {
		pixels = gen.Sparse[float32]()
	}
	labels := make([]int, s.batch)
	var flat []float32
	for b := range s.batch {
		image := pixels.Fill(d.seed(), 1, s.widths[0])
		for k, x := range image {
			image[k] = max(x, -x)
		}
		flat = append(flat, image...)
		labels[b] = d.below(s.widths[len(s.widths)-1])
		s.images, s.labels = append(s.images, image), append(s.labels, uint8(labels[b]))
	}
	if r.after != nil {
		r.after(d, &s)
	}
	input := stepInput{s.widths, write(s.net.Flat()...), write(flat...), labels, write(s.rate)}
	balls := s.step()
	s.net.Step(s.images, s.labels, s.rate)
	var o outputs[float32]
	for j, w := range s.net.Flat() {
		o.addWithin(w, balls[j])
	}
	return test{Comment: r.comment, Flags: append([]string{}, r.flags...), Input: input, Expected: map[string]output{"params": o.output()}}
}

// step returns the balls of the parameters after the step.
func (s stepCase) step() []ball {
	layers := s.net.Layers
	last := len(layers) - 1
	inputs, deltas := make([][][]ball, len(layers)), make([][][]ball, len(layers)) // [layer][image]
	for b, image := range s.images {
		x, sums := points(image), make([][]ball, len(layers))
		for l, layer := range layers {
			inputs[l] = append(inputs[l], x)
			for j, row := range layer.W {
				sums[l] = append(sums[l], dot(point(layer.B[j]), points(row), x))
			}
			x = make([]ball, len(layer.B))
			for j, z := range sums[l] {
				x[j] = z.rectified()
			}
		}
		p, _, _ := softmax(sums[last])
		delta := entropyDeltas(p, int(s.labels[b]))
		for c := range delta { // divided by the size of the minibatch here or later
			delta[c] = delta[c].rounded(2).wider(num(float64(len(s.images)) * eta))
		}
		for l := last; ; l-- {
			deltas[l] = append(deltas[l], delta)
			if l == 0 {
				break
			}
			below := make([]ball, len(layers[l-1].B))
			for k := range below {
				column := make([]float32, len(layers[l].W))
				for j, row := range layers[l].W {
					column[j] = row[k]
				}
				below[k] = dot(point(0.0), points(column), delta).gated(sums[l-1][k])
			}
			delta = below
		}
	}
	var out []ball
	for l, layer := range layers {
		updated := func(w float32, j int, x func(b int) ball) {
			var terms, factors []ball
			for b := range s.images {
				terms, factors = append(terms, deltas[l][b][j]), append(factors, x(b))
			}
			gradient := dot(point(0.0), terms, factors)
			// Up to four roundings on the way: of the rate, of its quotient with the size
			// of the minibatch, of a mean, and of the product with the gradient.
			rate := quo(num(s.rate), num(float64(len(s.images))))
			product := ball{mul(rate, gradient.mid), mul(rate, gradient.rad)}.rounded(4)
			out = append(out, sum(point(w), product.negative()))
		}
		for j, row := range layer.W {
			for k, w := range row {
				updated(w, j, func(b int) ball { return inputs[l][b][k] })
			}
		}
		for j, w := range layer.B {
			updated(w, j, func(int) ball { return point(1.0) })
		}
	}
	return out
}
