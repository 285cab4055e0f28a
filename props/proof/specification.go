package proof

import (
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/glass"
	"github.com/lossglass/lossglass/simd/network"
)

// specification returns the function that changes the memory of a call as the contract of
// the kernel of that name says, or nil. They are the sequences of operations that the
// comments in the families' contract.go define, written as in a textbook.
func specification[V any](kernel string) func(c *call[V]) {
	return map[string]func(c *call[V]){
		"Gemm32": specifyGemm[V], "Gemm64": specifyGemm[V],
		"Panel32": specifyPanel[V], "Panel64": specifyPanel[V],
		"Transpose32": specifyTranspose[V], "Transpose64": specifyTranspose[V],

		"Interaction64": specifyInteraction[V], "Field64": specifyField[V], "Symv64": specifySymv[V],

		"ImageForward": specifyImageForward[V], "ImageStep": specifyImageStep[V],
		"Forward": specifyForward[V], "Backward": specifyBackward[V], "Step": specifyStep[V], "BiasStep": specifyBiasStep[V],
		"SoftmaxGrad": specifySoftmaxGrad[V], "LossSum": specifyLossSum[V],

		"Exp":  func(c *call[V]) { specifyEach(c, c.exp) },
		"Log":  func(c *call[V]) { specifyEach(c, c.log) },
		"ReLU": func(c *call[V]) { specifyEach(c, c.relu) },
	}[kernel]
}

// specifyEach applies a function to each element.
func specifyEach[V any](c *call[V], f func(V) V) {
	for i, x := range c.memory["src"] {
		c.memory["dst"][i] = f(x)
	}
}

// C[i][j] = +0 or C[i][j], and the chain C[i][j] = fma(A[i][k], B[k][j], C[i][j]), k ascending.
func specifyGemm[V any](c *call[V]) {
	A, B, C := c.memory["a"], c.memory["b"], c.memory["c"]
	for i := range c.size("rows") * c.size("tiles") {
		for j := range c.size("cols") {
			element := &C[i*c.size("ldc")+j]
			if c.flag("fresh") {
				*element = c.float(0)
			}
			for k := range c.size("depth") {
				*element = c.fma(A[i*c.size("aRow")+k*c.size("aCol")], B[k*c.size("bRow")+j], *element)
			}
		}
	}
}

// dst[k][j] = src[k][j]
func specifyPanel[V any](c *call[V]) {
	dst, src := c.memory["dst"], c.memory["src"]
	cols := len(dst) / c.size("rows")
	for k := range c.size("rows") {
		for j := range cols {
			dst[k*cols+j] = src[k*c.size("lds")+j]
		}
	}
}

// dst[j][i] = src[i][j]
func specifyTranspose[V any](c *call[V]) {
	for i := range c.size("rows") {
		for j := range c.size("cols") {
			c.memory["dst"][j*c.size("ldd")+i] = c.memory["src"][i*c.size("lds")+j]
		}
	}
}

// g[j][l] = fma(s[l], x[j][l], g[j][l]), q[l] = fma(w[j][l], x[j][l], q[l]), j ascending
func specifyInteraction[V any](c *call[V]) {
	x, w := c.memory["x"], c.memory["w"]
	for j := range c.size("rows") {
		for l := range c.memory["s"] {
			at := j*len(c.memory["s"]) + l
			interact(c, j, l, x[at], w[at])
		}
	}
}

func interact[V any](c *call[V], j, l int, x, w V) {
	s, g, q := c.memory["s"], c.memory["g"], c.memory["q"]
	row := g[j*len(s):]
	row[l] = c.fma(s[l], x, row[l])
	q[l] = c.fma(w, x, q[l])
}

// x[j][l] = +0, and the chain x[j][l] = fma(m[j][k], w[k][l], x[j][l]); then Interaction
func specifyField[V any](c *call[V]) {
	m, w := c.memory["m"], c.memory["w"]
	cols := len(c.memory["s"])
	for j := range c.size("rows") * c.size("tiles") {
		for l := range cols {
			x := c.float(0)
			for k := range c.size("depth") {
				x = c.fma(m[j*c.size("ldm")+k], w[k*cols+l], x)
			}
			interact(c, j, l, x, w[(c.size("first")+j)*cols+l])
		}
	}
}

// x[j] = +0, and the chain x[j] = fma(M[j][k], w[k], x[j]), k ascending
func specifySymv[V any](c *call[V]) {
	blocks := (c.size("m") + glass.Block - 1) / glass.Block
	first := make([]int, blocks) // the index in packed of each diagonal block
	for b := 1; b < blocks; b++ {
		first[b] = first[b-1] + blocks - (b - 1)
	}
	M := func(j, k int) V { // M is symmetric, and packed has the blocks on and above the diagonal
		if j/glass.Block >= k/glass.Block {
			j, k = k, j
		}
		block := first[j/glass.Block] + k/glass.Block - j/glass.Block
		return c.memory["packed"][(block*glass.Block+j%glass.Block)*glass.Block+k%glass.Block]
	}
	for j := range blocks * glass.Block {
		x := c.float(0)
		for k := range c.size("m") {
			x = c.fma(M(j, k), c.memory["w"][k], x)
		}
		c.memory["x"][j] = x
	}
}

// at returns the index of lane l of unit u in row r of a tile.
func at(r, u, l int) int { return r*network.Row + u*network.Lanes + l }

// tiled returns the index of lane l of unit u of a layer in row r of its tiles, stride apart.
func tiled(r, u, l, stride int) int {
	return u/network.Tile*stride + at(r, u%network.Tile, l)
}

// pairs calls do for both results of each pair list, each unit and each lane: with the index
// of the result, whether its list has entries, and a function that continues the chain
// sum = fma(rows[offset], x, sum) over the list.
func pairs[V any](c *call[V], rows string, do func(result, u, l int, any bool, chain func(sum V) V)) {
	for p := range len(c.memory["spans"]) / len(network.Span{}) {
		span := func(i int) int { return c.known("spans", p*len(network.Span{})+i) }
		for side := range 2 {
			for i := range c.size("width") * network.Lanes {
				u, l := i/network.Lanes, i%network.Lanes
				do(span(2+side), u, l, span(0) < span(1), func(sum V) V {
					for e := span(0); e < span(1); e++ {
						entry := e * len(network.Entry{})
						sum = c.fma(c.memory[rows][c.known("list", entry)+at(0, u, l)], c.memory["list"][entry+1+side], sum)
					}
					return sum
				})
			}
		}
	}
}

// h[a][u] = ReLU(z[u] + (+0)), with z[u] = b[u] continued over the list
func specifyImageForward[V any](c *call[V]) {
	pairs(c, "w", func(a, u, l int, _ bool, chain func(V) V) {
		z := chain(c.memory["b"][at(0, u, l)])
		c.memory["h"][at(a, u, l)] = c.relu(c.add(z, c.float(0)))
	})
}

// w[a][u] = fma(-step, g[u] + (+0), w[a][u]), with g[u] = +0 continued over the list
func specifyImageStep[V any](c *call[V]) {
	pairs(c, "d", func(a, u, l int, any bool, chain func(V) V) {
		if any {
			update(c, &c.memory["w"][at(a, u, l)], c.add(chain(c.float(0)), c.float(0)), l)
		}
	})
}

// update is w = fma(-step, g, w).
func update[V any](c *call[V], w *V, g V, l int) { *w = c.fnma(c.memory["step"][l], g, *w) }

// eachUnit calls do for each unit of a tile and each lane.
func eachUnit[V any](c *call[V], rows int, do func(r, u, l int)) {
	for r := range rows {
		for i := range c.size("width") * network.Lanes {
			do(r, i/network.Lanes, i%network.Lanes)
		}
	}
}

// z[s][u] = fma(w[j][u], h[s][j], z[s][u]), j ascending
func specifyForward[V any](c *call[V]) {
	eachUnit(c, c.size("samples"), func(s, u, l int) {
		z := &c.memory["z"][at(s, u, l)]
		for j := range c.size("inputs") {
			*z = c.fma(c.memory["w"][at(j, u, l)], c.memory["h"][tiled(s, j, l, c.size("hStride"))], *z)
		}
	})
}

// d[s][u] = +0, and the chain d[s][u] = fma(w[u][k], delta[s][k], d[s][u]), k ascending;
// then +0 unless h[s][u] > 0
func specifyBackward[V any](c *call[V]) {
	eachUnit(c, c.size("samples"), func(s, u, l int) {
		d := c.float(0)
		for k := range c.size("outputs") {
			d = c.fma(c.memory["w"][tiled(u, k, l, c.size("wStride"))], c.memory["delta"][tiled(s, k, l, c.size("deltaStride"))], d)
		}
		positive := c.less(c.float(0), c.memory["h"][at(s, u, l)])
		c.memory["d"][at(s, u, l)] = c.choose(positive, d, c.float(0))
	})
}

// g = +0, and the chain g = fma(delta[s][u], h[s][j], g), s ascending; then
// w[j][u] = fma(-step, g + (+0), w[j][u])
func specifyStep[V any](c *call[V]) {
	eachUnit(c, c.size("inputs"), func(j, u, l int) {
		g := c.float(0)
		for s := range c.size("samples") {
			g = c.fma(c.memory["delta"][at(s, u, l)], c.memory["h"][at(s, j, l)], g)
		}
		update(c, &c.memory["w"][at(j, u, l)], c.add(g, c.float(0)), l)
	})
}

// g = +0 + the sum of d[s][u], s ascending; then b[u] = fma(-step, g, b[u])
func specifyBiasStep[V any](c *call[V]) {
	eachUnit(c, 1, func(_, u, l int) {
		g := c.float(0)
		for s := range c.size("samples") {
			g = c.add(g, c.memory["d"][at(s, u, l)])
		}
		update(c, &c.memory["b"][at(0, u, l)], g, l)
	})
}

// logits calls do for each sample and lane, with its label and its logits.
func logits[V any](c *call[V], do func(label, l int, z []*V)) {
	for s := range c.memory["labels"] {
		for l := range network.Lanes {
			z := make([]*V, c.size("classes"))
			for k := range z {
				z[k] = &c.memory["z"][tiled(s, k, l, c.size("stride"))]
			}
			do(c.known("labels", s), l, z)
		}
	}
}

// max = z_0, then max = z_k > max ? z_k : max; e_k = Exp(z_k - max); z_k = e_k / sum of e_k,
// minus 1 for the label. No z_k is above max, unless it is NaN.
func specifySoftmaxGrad[V any](c *call[V]) { softmaxGrad(c, c.larger) }

// softmaxGrad is SoftmaxGrad with a rule for the maximum of two numbers.
func softmaxGrad[V any](c *call[V], larger func(x, y V) V) {
	logits(c, func(label, _ int, z []*V) {
		top, sum := *z[0], c.float(0)
		for _, v := range z {
			top = larger(*v, top)
		}
		for _, v := range z {
			*v = c.expNotAbove0(c.sub(*v, top))
			sum = c.add(sum, *v)
		}
		for _, v := range z {
			*v = c.div(*v, sum)
		}
		*z[label] = c.sub(*z[label], c.float(1))
	})
}

// sum += float64(Log(sum of Exp(z_k - max)) - (z_label - max)); correct += 1 if no z_k is NaN
// and the label is the first class that attains the maximum. Unless it is NaN, the sum is finite, and not
// below 1, which is the term of the maximum: no rounded sum with a positive number is below it.
func specifyLossSum[V any](c *call[V]) {
	wide := numbers[V]{c.Domain, 64}
	logits(c, func(label, l int, z []*V) {
		top, total := *z[0], c.float(0)
		best, nan := c.integer(0), c.isNaN(*z[0])
		for k, v := range z {
			greater := c.less(top, *v)
			top, best = c.choose(greater, *v, top), c.choose(greater, c.integer(uint32(k)), best)
			nan = c.Binary(emulate.Or1, nan, c.isNaN(*v))
		}
		for _, v := range z {
			total = c.add(total, c.expNotAbove0(c.sub(*v, top)))
		}
		loss := c.sub(c.logFromOne(total), c.sub(*z[label], top))
		sum, correct := &c.memory["sum"][l], &c.memory["correct"][l]
		*sum = wide.add(*sum, c.Unary(emulate.FloatToDouble, loss))
		right := c.Binary(emulate.IntEq, best, c.integer(uint32(label)))
		*correct = c.intAdd(*correct, c.choose(nan, c.integer(0), c.choose(right, c.integer(1), c.integer(0))))
	})
}
