package mnist

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

const permutations = 2000

// A likeness says how much more alike the runs of a pack are than runs of
// different packs: the intra-pack correlation of one measure, which is the share
// of its variance that lies between packs. Without two packs, more runs than
// packs and some spread there is none, and icc and p are NaN.
type likeness struct {
	icc float64
	p   float64 // share of random divisions into packs with an icc at least as large

	f               float64 // ratio of the mean squares between and within packs
	size            float64 // effective pack size
	between, within float64 // degrees of freedom
}

// likenessOf computes the intra-class correlation of a one-way analysis of
// variance (Donner, Int. Stat. Rev. 54, 1986, 67-82) and the p-value of the
// permutation test, whose random stream seed fixes.
func likenessOf(packs [][]float64, seed uint64) likeness {
	l := anova(packs)
	if !(l.f >= 0) {
		return likeness{icc: math.NaN(), p: math.NaN()}
	}
	l.icc = intraClass(l.f, l.size)
	random := estimate.NewRand(estimate.PackShuffles, seed)
	shuffled, all := copyPacks(packs)
	atLeast := 0
	for range permutations {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		// The same division in another order differs by rounding.
		if anova(shuffled).f >= (1-1e-9)*l.f {
			atLeast++
		}
	}
	l.p = float64(atLeast+1) / (permutations + 1)
	return l
}

// at is the confidence interval of icc at a level such as 0.95, by Searle's F
// method (Donner, as above), with the effective pack size where packs are
// unequal.
func (l likeness) at(level float64) estimate.Interval {
	if math.IsNaN(l.icc) {
		return estimate.NoInterval
	}
	tail := (1 - level) / 2
	f := distuv.F{D1: l.between, D2: l.within}
	return estimate.Interval{Low: intraClass(l.f/f.Quantile(1-tail), l.size), High: intraClass(l.f/f.Quantile(tail), l.size)}
}

// intraClass is (F - 1) / (F + size - 1), F being the ratio of mean squares.
func intraClass(f, size float64) float64 { return (f - 1) / (f + size - 1) }

// anova is the one-way analysis of variance over packs; icc and p are left open.
// The effective pack size is (N - sum n_i^2 / N) / (k - 1) for k packs of n_i
// runs, N in all.
func anova(packs [][]float64) likeness {
	total, runs, squares := 0.0, 0.0, 0.0
	for _, pack := range packs {
		for _, v := range pack {
			total += v
		}
		runs += float64(len(pack))
		squares += float64(len(pack) * len(pack))
	}
	between, within := 0.0, 0.0
	for _, pack := range packs {
		mean := stat.Mean(pack, nil)
		between += float64(len(pack)) * (mean - total/runs) * (mean - total/runs)
		for _, v := range pack {
			within += (v - mean) * (v - mean)
		}
	}
	k := float64(len(packs))
	return likeness{
		f:       between / (k - 1) / (within / (runs - k)),
		size:    (runs - squares/runs) / (k - 1),
		between: k - 1,
		within:  runs - k,
	}
}

// copyPacks returns packs of the same sizes over one new array.
func copyPacks(packs [][]float64) (copied [][]float64, all []float64) {
	for _, pack := range packs {
		all = append(all, pack...)
	}
	rest := all
	for _, pack := range packs {
		copied = append(copied, rest[:len(pack)])
		rest = rest[len(pack):]
	}
	return copied, all
}

// measures returns a measure of the runs, pack by pack.
func (s *sample) measures(of func(point) float64) [][]float64 {
	all := make([][]float64, len(s.packs))
	for i, pack := range s.packs {
		for _, p := range pack {
			all[i] = append(all[i], of(p))
		}
	}
	return all
}

// A pairOfLikeness is that of the train and of the test losses of one size.
type pairOfLikeness struct {
	n, packs    int
	train, test likeness
}

func likenesses(sizes []size) []pairOfLikeness {
	var all []pairOfLikeness
	for _, s := range sizes {
		all = append(all, pairOfLikeness{
			s.n, len(s.packs),
			likenessOf(s.measures(trainLoss), uint64(2*s.n)), likenessOf(s.measures(testLoss), uint64(2*s.n+1)),
		})
	}
	return all
}

func trainLoss(p point) float64 { return p.train }
func testLoss(p point) float64  { return p.test }
