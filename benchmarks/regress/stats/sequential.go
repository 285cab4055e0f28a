package stats

import (
	"math/bits"
	"slices"
)

// Alpha is the error rate of a whole comparison: the probability that an interval misses
// the truth at any of its looks, and the false discovery rate of the differences that
// are called worse or better.
const Alpha = 0.01

// Sampling stops when all is decided, so the data are looked at several times. The error
// is spent over the looks as Lan and DeMets (1983, Biometrika 70:659) propose, here by the
// union bound, which holds whatever the dependence between looks: the interim looks after 2,
// 4, 8, ... blocks have the shares 1/2, 1/4, 1/8, ... of interimShare, and a last look at
// the end of the budget has the rest.
const interimShare = 0.4

// interim returns the share of Alpha that the look after so many blocks may spend, a block
// being one round of each layout; 0 if there is no look then.
func interim(blocks int) float64 {
	if blocks < MinPerLayout || bits.OnesCount(uint(blocks)) != 1 {
		return 0
	}
	return interimShare / float64(blocks)
}

// last is the share of the last look.
const last = 1 - interimShare

// LookAfter reports whether there is a look after so many blocks.
func LookAfter(blocks int) bool { return interim(blocks) > 0 }

// BenjaminiHochberg returns which hypotheses are rejected, by their p-values, at a false
// discovery rate (Benjamini and Hochberg, 1995, J. R. Statist. Soc. B 57:289).
func BenjaminiHochberg(p []float64, rate float64) []bool {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	rejected := make([]bool, len(p))
	for rank := len(order); rank > 0; rank-- {
		if p[order[rank-1]] <= rate*float64(rank)/float64(len(p)) {
			for _, i := range order[:rank] {
				rejected[i] = true
			}
			break
		}
	}
	return rejected
}
