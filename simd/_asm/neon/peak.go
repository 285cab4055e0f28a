package neon

// chains is how many independent accumulators the peak kernel keeps busy: more
// than four units of latency four can use.
const chains = 24

// peak: n rounds of one fma on each chain.
func (f *file) peak() {
	f.function("Peak", "rounds int", 0, func(k *kernel) {
		k.constantTable()
		rounds, x, acc := k.param("rounds"), k.constant(f32(1)), k.vecs(chains)
		for _, a := range acc {
			k.clear(a)
		}
		k.label("round")
		for _, a := range acc {
			k.mulAdd(a, x, x)
		}
		k.again(rounds, "round")
	})
}
