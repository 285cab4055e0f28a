package relunet_test

import (
	"math"
	"slices"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/props/reference"
)

// meanOfBlocks returns the mean over the images of what f returns for a block of them.
func (c *lossCase) meanOfBlocks(f func(pixels [][]float64, labels []uint8) []float64) []float64 {
	sum := make([]float64, len(c.params))
	for from := 0; from < len(c.labels); from += relunet.LossBlock {
		to := min(from+relunet.LossBlock, len(c.labels))
		for i, x := range f(c.pixels[from:to], c.labels[from:to]) {
			sum[i] += x
		}
	}
	for i := range sum {
		sum[i] /= float64(len(c.labels))
	}
	return sum
}

func (c *lossCase) definedGradient() []float64 {
	net := reference.FromFlat(c.params, c.widths...)
	return c.meanOfBlocks(func(pixels [][]float64, labels []uint8) []float64 { return net.Backward(pixels, labels).Flat() })
}

// definedProduct is the product of the Hessian with v as the documentation of MeanLoss
// defines it: one image and one sum at a time.
func (c *lossCase) definedProduct(v []float64) []float64 {
	net, along := reference.FromFlat(c.params, c.widths...), reference.FromFlat(v, c.widths...)
	last := len(net.Layers) - 1
	return c.meanOfBlocks(func(pixels [][]float64, labels []uint8) []float64 {
		sum := reference.FromFlat(make([]float64, len(v)), c.widths...)
		second := make([]func(), 0) // the terms that follow all of the first ones
		for i, image := range pixels {
			x := net.Forward(image)
			p := reference.Softmax(x[last+1])
			dashed := [][]float64{make([]float64, len(image))}
			for l, layer := range along.Layers {
				z := slices.Clone(layer.B)
				for u := range z {
					z[u] = chain(z[u], layer.W[u], x[l])
					if l > 0 {
						z[u] = chain(z[u], net.Layers[l].W[u], dashed[l])
					}
					if l < last && !(x[l+1][u] > 0) {
						z[u] = 0
					}
				}
				dashed = append(dashed, z)
			}
			delta, deltaV := slices.Clone(p), make([]float64, len(p))
			delta[labels[i]]--
			mean := chain(0, p, dashed[last+1])
			for class := range p {
				deltaV[class] = p[class] * (dashed[last+1][class] - mean)
			}
			for l := last; l >= 0; l-- {
				for u := range delta {
					for k, y := range x[l] {
						sum.Layers[l].W[u][k] = math.FMA(deltaV[u], y, sum.Layers[l].W[u][k])
						if l > 0 {
							d, y := delta[u], dashed[l][k]
							second = append(second, func() { sum.Layers[l].W[u][k] = math.FMA(d, y, sum.Layers[l].W[u][k]) })
						}
					}
					sum.Layers[l].B[u] += deltaV[u]
				}
				below, belowV := make([]float64, len(x[l])), make([]float64, len(x[l]))
				for k, h := range x[l] {
					if h > 0 {
						below[k] = chain(0, delta, column(net.Layers[l].W, k))
						belowV[k] = chain(chain(0, deltaV, column(net.Layers[l].W, k)), delta, column(along.Layers[l].W, k))
					}
				}
				delta, deltaV = below, belowV
			}
		}
		for _, add := range second {
			add()
		}
		return sum.Flat()
	})
}

func chain(sum float64, a, b []float64) float64 {
	for i := range a {
		sum = math.FMA(a[i], b[i], sum)
	}
	return sum
}

func column(w [][]float64, k int) (x []float64) {
	for _, row := range w {
		x = append(x, row[k])
	}
	return x
}

// definedHessian is the Hessian as the documentation of MeanLoss.Hessian defines it, with no
// term skipped.
func (c *lossCase) definedHessian() []float64 {
	net := reference.FromFlat(c.params, c.widths...)
	d, n, classes, size := c.widths[0], c.widths[1], c.widths[2], len(c.params)
	v := net.Layers[1].W
	sums, coupling := make([]float64, size*size), make([]float64, size*size)
	inner := func(j, k int) int { return [2]int{j*d + k, n*d + j}[btoi(k == d)] }
	outer := func(class, j int) int {
		return n*(d+1) + [2]int{class*n + j, classes*n + class}[btoi(j == n)]
	}
	add := func(to []float64, r, s int, a, b float64) {
		x := math.FMA(a, b, to[r*size+s])
		to[r*size+s], to[s*size+r] = x, x
	}
	for i, image := range c.pixels {
		activations := net.Forward(image)
		x, h, p := append(slices.Clone(image), 1), append(slices.Clone(activations[1]), 1), reference.Softmax(activations[2])
		u := make([][]float64, n) // u[j][class]
		for j := range u {
			mean := chain(0, p, column(v, j))
			for class := range p {
				u[j] = append(u[j], p[class]*(v[class][j]-mean))
			}
		}
		for j := range n + 1 {
			for to := j; to <= n; to++ {
				for one := range classes {
					for other := one; other < classes; other++ {
						s := h[j] * math.FMA(-p[one], p[other], [2]float64{0, p[one]}[btoi(one == other)])
						add(sums, outer(one, j), outer(other, to), s, h[to])
						if one != other && j != to {
							add(sums, outer(other, j), outer(one, to), s, h[to])
						}
					}
				}
				if j == n || to == n || !(h[j] > 0 && h[to] > 0) {
					continue
				}
				a := chain(0, u[j], column(v, to))
				for k := range x {
					for l := range x {
						if to > j || l >= k {
							add(sums, inner(j, k), inner(to, l), x[k]*x[l], a)
						}
					}
				}
			}
			for k := range x {
				for class := range classes {
					for to := range n + 1 {
						if j < n && h[j] > 0 {
							add(sums, inner(j, k), outer(class, to), x[k]*u[j][class], h[to])
						}
					}
					if j < n && h[j] > 0 {
						delta := p[class] - float64(btoi(class == int(c.labels[i])))
						add(coupling, inner(j, k), outer(class, j), x[k], delta)
					}
				}
			}
		}
	}
	for i := range sums {
		sums[i] = (sums[i] + coupling[i]) / float64(len(c.labels))
	}
	return sums
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
