package kernels

// The sizes of network.Entry and network.Span. The words of an entry of a pair list are
// the offset of a row, in float32, and two factors. The words of a span are the indices of
// its first entry and of the entry after its last one, and of the rows of the two results.
const (
	EntryBytes = 12
	spanBytes  = 16
)

// span returns the address of a pair's first entry and the address after its last one.
func (k kernels[V, R, M]) span(list, spans R) (at, end R) {
	at, end = k.LoadUint32(spans, 0), k.LoadUint32(spans, 4)
	for _, p := range []R{at, end} {
		k.Element(p, list, p, EntryBytes)
	}
	return at, end
}

// result returns the address of one of a pair's two results.
func (k kernels[V, R, M]) result(rows, spans R, i int) R {
	at := k.LoadUint32(spans, 8+4*i)
	k.Element(at, rows, at, Row)
	return at
}

func (k kernels[V, R, M]) imageForward() {
	k.Function("ImageForward", 0, func() {
		h, w, b, list := k.Slice("h"), k.Slice("w"), k.Slice("b"), k.Slice("list")
		k.widths(func(tile width[R]) {
			g := k.PairGroup(tile.units)
			k.rowPasses(tile, g, func(unit int) {
				spans, left := k.Slice("spans"), k.Count("spans")
				k.Branch(left, EQ, 0, tile.prefix+"_none")
				next, zero := k.Count("w"), k.Vecs(1)
				k.Plus(next, w, next, 2, 0)
				k.Clear(zero)
				k.Comment("For each pair of samples")
				k.Label(tile.prefix + "_pair")
				at, end := k.span(list, spans)
				acc := k.accumulators(2, tile.units, g)
				k.Comment("z_i[u] = b[u] for both samples i of the pair")
				k.units(tile, tile.prefix+"_bias")(func(u int) {
					k.Load(acc[0][u], b, u*unit)
					k.Copies(acc[1][u], acc[0][u])
				})
				k.BranchIf(at, AtLeast, end, tile.prefix+"_relu")
				k.Scope(func() {
					// Prefetch one cache line of each row of the next tile, and another line of
					// the rows for the next pair.
					ahead := k.Copy(left)
					k.AndBits(ahead, 7)
					k.Plus(ahead, next, ahead, 6, 0)
					k.Comment("For each entry: z_i[u] = fma(w[offset+u], x_i, z_i[u])")
					k.Accumulate(tile.prefix+"_entry", k.units(tile, tile.prefix+"_entry"), w, unit, at, end, acc, &ahead)
				})
				k.Comment("h[a_i][u] = ReLU(z_i[u])")
				k.Label(tile.prefix + "_relu")
				out := []R{k.result(h, spans, 0), k.result(h, spans, 1)}
				k.units(tile, tile.prefix+"_relu")(func(u int) {
					for i := range acc {
						k.ReLU(acc[i][u], zero)
						k.Store(acc[i][u], out[i], u*unit)
					}
				})
				k.Advance(spans, spanBytes)
				k.CountDown(left, 1, NE, tile.prefix+"_pair")
				k.Label(tile.prefix + "_none")
			}, []R{h, w, b})
		})
	})
}

func (k kernels[V, R, M]) imageStep() {
	k.Function("ImageStep", 0, func() {
		w, d, list, step := k.Slice("w"), k.Slice("d"), k.Slice("list"), k.Param("step")
		k.widths(func(tile width[R]) {
			g := k.PairGroup(tile.units)
			// Where rows are divided into halves, even and odd units hold different lanes. A tile
			// has an odd number of units, so that these change places in the second pass.
			sizes := []R{step}
			if k.halves(tile, g) {
				sizes = append(sizes, k.Copy(step))
				k.Advance(sizes[1], g*k.Bytes)
			}
			k.rowPasses(tile, g, func(unit int) {
				spans, left := k.Slice("spans"), k.Count("spans")
				k.Branch(left, EQ, 0, tile.prefix+"_none")
				rates, zero, before := k.accumulators(1, len(sizes), g)[0], k.Vecs(1), k.Count("w")
				for i, at := range sizes {
					k.Load(rates[i], at, 0)
				}
				k.Clear(zero)
				k.Negate(before)
				k.Comment("For each pair of pixels, unless its list is empty: g_i[u] = +0 for both pixels i")
				k.Label(tile.prefix + "_pair")
				at, end := k.span(list, spans)
				k.BranchIf(at, AtLeast, end, tile.prefix+"_next")
				acc := k.accumulators(2, tile.units, g)
				for u := range tile.units {
					for i := range acc {
						k.Clear(acc[i][u])
					}
				}
				k.Comment("For each entry: g_i[u] = fma(d[offset+u], x_i, g_i[u])")
				k.Scope(func() {
					k.Accumulate(tile.prefix+"_entry", k.units(tile, tile.prefix+"_entry"), d, unit, at, end, acc, nil)
				})
				k.Comment("w[a_i][u] = fma(-step, g_i[u] + 0, w[a_i][u])")
				for i := range acc {
					k.Scope(func() {
						out := k.result(w, spans, i)
						behind := k.Register()
						// Prefetch the same row of the previous tile, which is updated next:
						// ImageStep is called for the tiles from the last to the first.
						k.Plus(behind, out, before, 2, 0)
						k.units(tile, tile.prefix+[]string{"_first", "_second"}[i])(func(u int) {
							k.sgd(out, u*unit, acc[i][u], rates[u%len(rates)], zero)
							if u*unit%Vec == 0 { // a line
								k.Prefetch(behind, u*unit, 2)
							}
						})
					})
				}
				k.Label(tile.prefix + "_next")
				k.Advance(spans, spanBytes)
				k.CountDown(left, 1, NE, tile.prefix+"_pair")
				k.Label(tile.prefix + "_none")
				for _, at := range sizes[1:] {
					k.Advance(at, -g*k.Bytes)
				}
			}, []R{w, d}, step)
		})
	})
}
