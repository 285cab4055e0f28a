package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/reg"
)

// stores emits the stores of all rows, with a label for each number of rows.
func (g gemmLoop) stores(width string) {
	for n := len(g.acc); n > 0; n-- {
		Label(fmt.Sprintf("%s_store%d", width, n))
		for _, store := range g.storesOf(n - 1) {
			store()
		}
	}
}

// storesOf returns functions that emit the stores of acc[i], after which c is at the next row.
func (g gemmLoop) storesOf(i int) (all []func()) {
	last := len(g.acc[i]) - 1
	for j, v := range g.acc[i] {
		all = append(all, func() {
			g.store(v, g.at(g.c, j))
			if j == last {
				ADDQ(g.ldc, g.c)
			}
		})
	}
	return all
}

const (
	spreadDepth = 3 // the last columns of A and rows of B, of a tile whose stores are spread
	spreadRows  = 2 // that are added to at a time
)

// spreads reports whether the stores of a tile are to be spread over the FMAs of other rows.
//
// On Zen 3, stores of vectors keep FMAs waiting, as if both read a register through the same port:
// the twelve stores behind a tile take the time of forty FMAs, and most of that is saved if they are
// far enough from each other. lossglass profile measures it. With AVX-512 nobody has.
func (g gemmLoop) spreads() bool { return !g.masks() }

// spread adds the last products of a tile of n rows, of few rows at a time, and stores the rows
// before meanwhile.
func (g gemmLoop) spread(n int, a column, b Register) {
	Comment("Add the last products to a few rows, while those before are stored.")
	var stores []func()
	store := func() {
		if len(stores) > 0 {
			stores[0]()
			stores = stores[1:]
		}
	}
	for first := 0; first < n; first += spreadRows {
		if first > 0 {
			for range spreadDepth - 1 {
				g.advance(SUBQ, n, a, b)
			}
		}
		last := min(first+spreadRows, n) - 1
		for k := range spreadDepth {
			if k > 0 {
				g.advance(ADDQ, n, a, b)
			}
			g.step(n, first, last, a, b, store)
		}
		for i := first; i <= last; i++ {
			stores = append(stores, g.storesOf(n-1-i)...)
		}
	}
	for len(stores) > 0 {
		store()
	}
}
