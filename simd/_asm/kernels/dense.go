package kernels

import "slices"

func (k kernels[V, R, M]) forward() {
	k.Function("Forward", 0, func() {
		z, w, h := k.Slice("z"), k.Slice("w"), k.Slice("h")
		k.widths(func(tile width[R]) {
			g := k.DenseGroup(tile.units)
			k.passes(tile.prefix, g, func() {
				out, in, left := k.Copy(z), k.Copy(h), k.Param("samples")
				k.blocks(tile.prefix, "samples", left, func(m int, p string) {
					acc := k.accumulators(m, tile.units, g)
					k.rowsAndUnits(tile, p+"_load", m, func(i, u int) { k.Load(acc[i][u], out, i*Row+u*Vec) })
					a, b, inputs := k.Copy(w), k.Copy(in), k.Param("inputs")
					k.Comment("For each input j: z[s][u] = fma(w[j][u], h[s][j], z[s][u])")
					k.acrossTiles(p+"_k", inputs, func() {
						k.Multiply(Product{AUnit: Vec, BUnit: Row}, k.units(tile, p+"_k"), a, b, acc)
						k.Advance(a, Row)
					}, stride[R]{b, "hStride"})
					k.rowsAndUnits(tile, p+"_store", m, func(i, u int) { k.Store(acc[i][u], out, i*Row+u*Vec) })
					k.Advance(out, m*Row)
					k.Advance(in, m*Row)
				})
			}, z, w, h)
		})
	})
}

func (k kernels[V, R, M]) backward() {
	k.Function("Backward", 0, func() {
		d, h, w, delta := k.Slice("d"), k.Slice("h"), k.Slice("w"), k.Slice("delta")
		k.widths(func(tile width[R]) {
			g := k.DenseGroup(tile.units)
			// All passes over a block follow each other: its rows are then in the first-level cache.
			k.blocks(tile.prefix, "samples", k.Param("samples"), func(m int, p string) {
				k.passes(p, g, func() {
					acc := k.accumulators(m, tile.units, g)
					for i := range acc {
						for _, v := range acc[i] {
							k.Clear(v)
						}
					}
					a, b, outputs := k.Copy(w), k.Copy(delta), k.Param("outputs")
					k.Comment("For each output c: g[s][u] = fma(w[c][u], delta[s][c], g[s][u])")
					k.acrossTiles(p+"_k", outputs, func() {
						k.Multiply(Product{AUnit: Row, BUnit: Row}, k.units(tile, p+"_k"), a, b, acc)
					}, stride[R]{a, "wStride"}, stride[R]{b, "deltaStride"})
					k.Comment("d[s][u] = h[s][u] > 0 ? g[s][u] : +0")
					v, zero := k.Vecs(g), k.Vecs(1)
					k.Clear(zero)
					k.units(tile, p+"_gate")(func(u int) {
						for i := range acc {
							k.Scope(func() {
								k.Load(v, h, i*Row+u*Vec)
								k.Store(k.Keep(k.Compare(Greater, v, zero), acc[i][u]), d, i*Row+u*Vec)
							})
						}
					})
				}, d, h, w, delta)
				done := 0 // bytes that the passes have advanced
				if k.vecRegisters() > g {
					done = Vec
					k.Advance(w, -done)
				}
				for _, r := range []R{d, h, delta} {
					k.Advance(r, m*Row-done)
				}
			})
		})
	})
}

// step emits the gradient of a tile and its SGD step. Each block of inputs and each pass
// reads all rows of delta and h again. Up to k.Chunk samples, whose rows stay in the
// first-level cache, are summed in registers. Of more samples, the sums are computed for
// k.Chunk at a time, and are kept on the stack between these chunks.
func (k kernels[V, R, M]) step() {
	k.Function("Step", Tile*Row, func() {
		k.widths(func(tile width[R]) {
			left := k.Param("samples")
			k.Branch(left, GT, k.Chunk, tile.prefix+"_chunks")
			k.stepOfChunk(tile)
			k.Return()
			k.Label(tile.prefix + "_chunks")
			k.clearSums(tile)
			delta, h := k.Slice("delta"), k.Slice("h")
			k.Comment("For each chunk of samples, small enough for the cache")
			k.Label(tile.prefix + "_chunk")
			now := k.Copy(left)
			k.Branch(now, LE, k.Chunk, tile.prefix+"_last")
			k.Move(now, k.Chunk)
			k.Label(tile.prefix + "_last")
			k.gradient(tile, delta, h, now)
			k.Element(delta, delta, now, Row)
			k.Element(h, h, now, Row)
			k.Subtract(left, now)
			k.Branch(left, NE, 0, tile.prefix+"_chunk")
			k.update(tile)
		})
	})
}

// stepOfChunk emits the gradient and the SGD step for samples that are one chunk.
func (k kernels[V, R, M]) stepOfChunk(tile width[R]) {
	k.Scope(func() {
		delta, h, w, step := k.Slice("delta"), k.Slice("h"), k.Slice("w"), k.Param("step")
		g := k.DenseGroup(tile.units)
		k.passes(tile.prefix+"_direct", g, func() {
			in, out, left := k.Copy(h), k.Copy(w), k.Param("inputs")
			k.blocks(tile.prefix+"_direct", "inputs", left, func(m int, p string) {
				acc := k.accumulators(m, tile.units, g)
				for i := range acc {
					for _, v := range acc[i] {
						k.Clear(v)
					}
				}
				k.Scope(func() {
					a, b, left := k.Copy(delta), k.Copy(in), k.Param("samples")
					k.Comment("For each sample s: g[j][u] = fma(delta[s][u], h[s][j], g[j][u])")
					k.Label(p + "_k")
					k.Multiply(Product{AUnit: Vec, BUnit: Vec}, k.units(tile, p+"_k"), a, b, acc)
					k.Advance(a, Row)
					k.Advance(b, Row)
					k.CountDown(left, 1, NE, p+"_k")
				})
				k.Comment("For each input j: w[j][u] = fma(-step, g[j][u] + 0, w[j][u])")
				rate, zero := k.Vecs(g), k.Vecs(1)
				k.Load(rate, step, 0)
				k.Clear(zero)
				k.rowsAndUnits(tile, p+"_update", m, func(i, u int) { k.sgd(out, i*Row+u*Vec, acc[i][u], rate, zero) })
				k.Advance(out, m*Row)
				k.Advance(in, m*Vec)
			})
		}, delta, h, w, step)
	})
}

// clearSums emits the clearing of the sums on the stack.
func (k kernels[V, R, M]) clearSums(tile width[R]) {
	k.Scope(func() {
		at, zero, left := k.Locals(), k.Vecs(1), k.Set(Tile)
		k.Clear(zero)
		k.Comment("g[j][u] = +0, on the stack")
		k.Label(tile.prefix + "_clear")
		for u := range Tile {
			k.Store(slices.Repeat(zero, k.vecRegisters()), at, u*Vec)
		}
		k.Advance(at, Row)
		k.CountDown(left, 1, NE, tile.prefix+"_clear")
	})
}

// gradient adds the products of a chunk of samples to the sums on the stack.
func (k kernels[V, R, M]) gradient(tile width[R], delta, h, samples R) {
	k.Scope(func() {
		first, last, sums := k.Copy(delta), k.Copy(h), k.Locals()
		g := k.DenseGroup(tile.units)
		k.passes(tile.prefix+"_gradient", g, func() {
			sum, in, left := k.Copy(sums), k.Copy(last), k.Param("inputs")
			k.blocks(tile.prefix, "inputs", left, func(m int, p string) {
				acc := k.accumulators(m, tile.units, g)
				k.rowsAndUnits(tile, p+"_load", m, func(i, u int) { k.Load(acc[i][u], sum, i*Row+u*Vec) })
				a, b, left := k.Copy(first), k.Copy(in), k.Copy(samples)
				k.Comment("For each sample s: g[j][u] = fma(delta[s][u], h[s][j], g[j][u])")
				k.Label(p + "_k")
				k.Multiply(Product{AUnit: Vec, BUnit: Vec}, k.units(tile, p+"_k"), a, b, acc)
				k.Advance(a, Row)
				k.Advance(b, Row)
				k.CountDown(left, 1, NE, p+"_k")
				k.rowsAndUnits(tile, p+"_store", m, func(i, u int) { k.Store(acc[i][u], sum, i*Row+u*Vec) })
				k.Advance(sum, m*Row)
				k.Advance(in, m*Vec)
			})
		}, first, last, sums)
	})
}

// update emits the SGD step with the sums on the stack.
func (k kernels[V, R, M]) update(tile width[R]) {
	sums, w, step := k.Locals(), k.Slice("w"), k.Param("step")
	g := k.DefaultGroup
	k.passes(tile.prefix+"_update", g, func() {
		from, to, left := k.Copy(sums), k.Copy(w), k.Param("inputs")
		rate, zero, v := k.Vecs(g), k.Vecs(1), k.Vecs(g)
		k.Load(rate, step, 0)
		k.Clear(zero)
		k.Comment("For each input j: w[j][u] = fma(-step, g[j][u] + 0, w[j][u])")
		k.Label(tile.prefix + "_row")
		k.units(tile, tile.prefix+"_row")(func(u int) {
			k.Load(v, from, u*Vec)
			k.sgd(to, u*Vec, v, rate, zero)
		})
		k.Advance(from, Row)
		k.Advance(to, Row)
		k.CountDown(left, 1, NE, tile.prefix+"_row")
	}, sums, w, step)
}

func (k kernels[V, R, M]) biasStep() {
	k.Function("BiasStep", 0, func() {
		b, d, step := k.Slice("b"), k.Slice("d"), k.Param("step")
		k.widths(func(tile width[R]) {
			g := k.DefaultGroup
			k.passes(tile.prefix, g, func() {
				in, left := k.Copy(d), k.Param("samples")
				sum := k.accumulators(1, tile.units, g)[0]
				for _, v := range sum {
					k.Clear(v)
				}
				k.Comment("For each sample s: g[u] += d[s][u]")
				k.Label(tile.prefix + "_sample")
				k.units(tile, tile.prefix+"_sample")(func(u int) { k.AddFrom(sum[u], in, u*Vec) })
				k.Advance(in, Row)
				k.CountDown(left, 1, NE, tile.prefix+"_sample")
				k.Comment("b[u] = fma(-step, g[u], b[u])")
				rate, v := k.Vecs(g), k.Vecs(g)
				k.Load(rate, step, 0)
				k.units(tile, tile.prefix+"_bias")(func(u int) {
					k.Load(v, b, u*Vec)
					k.Op(MulSub, v, rate, sum[u])
					k.Store(v, b, u*Vec)
				})
			}, b, d, step)
		})
	})
}
