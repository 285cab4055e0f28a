package relunet

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/lossglass/lossglass/core/matmul"
)

// A Kink is a place where the mean loss of a network with one hidden layer has no gradient: what
// a hidden unit computes for an image, before ReLU, is zero. In the direction in which
// it becomes positive the derivative jumps.
type Kink struct {
	Unit, Image int
	// Gate is between 0 and 1: the share of the derivative with the unit active in a generalised
	// gradient, see [MeanLoss.SmallestGradient].
	Gate float64

	slope float64 // derivative of the image's loss with respect to what the unit computes, if it is active
}

// Convex reports whether the derivative increases across the kink. Where it decreases, the loss is
// lower on one side at least, and there is no minimum.
func (k Kink) Convex() bool { return k.slope >= 0 }

// Normal writes the derivative of what the unit computes for the image with respect to the
// parameters to out: the direction across the kink. It panics if out has another length than
// the number of parameters.
func (m *MeanLoss) Normal(k Kink, out []float64) {
	checkParams(len(out), m.widths)
	clear(out)
	own := m.inputsOf(k.Unit, out)
	for i, x := range m.im.row(k.Image)[:len(own.w)] {
		own.w[i] = float64(x)
	}
	own.b[0] = 1
}

// inputsOf returns the parameters of one hidden unit of a network with one hidden layer.
func (m *MeanLoss) inputsOf(unit int, params []float64) weightsAndBiases {
	all, d := layers(m.widths)[0].of(params), m.widths[0]
	return weightsAndBiases{all.w[unit*d:][:d], all.b[unit : unit+1]}
}

// SmallestGradient returns the norm of the smallest generalised gradient of the mean loss at
// params that it finds, and the kinks that are at params or so near that the loss cannot be told
// from one whose kinks are there: to which the distance in the space of the parameters is at
// most within. It is for networks with one hidden layer, and returns an error for others, and
// ctx.Err() if ctx is done. It panics if params has another length than the number of
// parameters.
//
// The generalised gradients of a piecewise smooth function (Clarke, Optimization and
// Nonsmooth Analysis, 1983) are the convex hull of the gradients of the pieces that meet at a
// point. Zero is among them where the point is a local minimum. Here each kink, of unit j and
// image i, contributes g_k = (sum over the classes of delta_c v_cj) (x_i, 1)/N to the gradient with
// respect to the weights and the bias of the unit where the unit is active, and nothing where
// it is not. The generalised gradients are those with gates t_k from 0 to 1,
//
//	g + sum over the kinks of t_k g_k
//
// as long as there are no more kinks of a unit than it has parameters, in general position, so
// that all combinations of active units meet.
//
// The norm is minimised one gate at a time (coordinate descent), from the gates that the units have at
// params. Kinks are sorted by unit and image. So the norm is an upper bound of the
// smallest one, and where it is small, it proves that the point is stationary.
func (m *MeanLoss) SmallestGradient(ctx context.Context, params []float64, within float64) (smallest float64, kinks []Kink, err error) {
	if len(m.widths) != 3 {
		return 0, nil, fmt.Errorf("relunet: generalised gradients are for one hidden layer, not %d", len(m.widths)-2)
	}
	checkParams(len(params), m.widths)
	gradient := make([]float64, len(params))
	var lock sync.Mutex
	_, err = m.sumBlocks(ctx, gradient, func(b *lossBlock, sum []float64) {
		b.forward(params)
		b.backward(params, nil, func(l layerViews) {
			b.accumulate(b.delta[l.index+1], b.h[l.index], l.of(sum), true)
		})
		own := b.kinks(params, within)
		lock.Lock()
		defer lock.Unlock()
		kinks = append(kinks, own...)
	})
	if err != nil {
		return 0, nil, err
	}
	slices.SortFunc(kinks, func(a, b Kink) int { return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Image, b.Image)) })
	for from := 0; from < len(kinks); {
		to := from
		for to < len(kinks) && kinks[to].Unit == kinks[from].Unit {
			to++
		}
		if err := ctx.Err(); err != nil {
			return 0, nil, err
		}
		m.chooseGates(kinks[from:to], gradient)
		from = to
	}
	return math.Sqrt(chain(gradient, gradient)), kinks, nil
}

// kinks returns the kinks of the block that are near params, with the gates that the units have. The
// block's activations and deltas have been computed.
func (b *lossBlock) kinks(params []float64, within float64) (near []Kink) {
	units, classes, inputs := b.widths[1], b.widths[2], b.widths[0]
	hidden, out := b.layers[0].of(params), b.layers[1].of(params)
	z := make([]float64, b.images*units)
	fillRows(z, hidden.b)
	matmul.Gemm64(b.set, false, true, b.images, units, inputs, 1, b.h[0], inputs, hidden.w, inputs, 1, z, units, 1)
	for i := range b.images {
		x, delta := b.h[0][i*inputs:][:inputs], b.delta[2][i*classes:][:classes]
		most := float64(within * math.Sqrt(1+chain(x, x)))
		for j, y := range z[i*units:][:units] {
			if !(math.Abs(y) <= most) {
				continue
			}
			k := Kink{Unit: j, Image: b.from + i}
			for c, d := range delta {
				k.slope = math.FMA(d, out.w[c*units+j], k.slope)
			}
			if _, k.Gate, _ = roundedReLU(y, b.width); y == 0 && b.width == 0 {
				k.Gate = 0
			}
			near = append(near, k)
		}
	}
	return near
}

// Coordinate descent ends after so many passes over the gates, or when a pass lowers the square of
// the norm by less than such a part.
const (
	gatePasses   = 10000
	gateProgress = 1e-6
)

// chooseGates sets the gates of the kinks of one unit so that the norm of its part of the
// gradient is as small as possible, and changes the gradient accordingly.
func (m *MeanLoss) chooseGates(kinks []Kink, gradient []float64) {
	own, n := m.inputsOf(kinks[0].Unit, gradient), float64(m.im.Len())
	d := len(own.w)
	parts, squares := make([]float64, len(kinks)*(d+1)), make([]float64, len(kinks)) // g_k and its square
	for i, k := range kinks {
		part := parts[i*(d+1):][:d+1]
		for p, x := range m.im.row(k.Image)[:d] {
			part[p] = float64(k.slope*float64(x)) / n
		}
		part[d] = k.slope / n
		squares[i] = chain(part, part)
	}
	rest := append(slices.Clone(own.w), own.b[0])
	square := chain(rest, rest)
	for range gatePasses {
		for i := range kinks {
			if squares[i] == 0 {
				continue
			}
			part, k := parts[i*(d+1):][:d+1], &kinks[i]
			gate := min(1, max(0, k.Gate-chain(part, rest)/squares[i]))
			change := gate - k.Gate
			k.Gate = gate
			for p, x := range part {
				rest[p] = math.FMA(change, x, rest[p])
			}
		}
		before := square
		if square = chain(rest, rest); !(square < before*(1-gateProgress)) {
			break
		}
	}
	copy(own.w, rest)
	own.b[0] = rest[d]
}
