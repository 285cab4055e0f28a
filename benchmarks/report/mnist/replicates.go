package mnist

import (
	"math"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// A statistic is a function of the summary of one size.
type statistic = estimate.Statistic[summary]

// A replicates list describes the uncertainty of a summary.
type replicates = []estimate.Replicates[summary]

// replicates returns the summaries without one pack each. Packs are the independent units:
// their runs share the order of the minibatches.
func (s *sizeRuns) replicates() replicates {
	return estimate.Jackknife(len(s.packs), func(i int) summary {
		others := sizeRuns{n: s.n, packs: append(append([][]runResult(nil), s.packs[:i]...), s.packs[i+1:]...)}
		return others.summary()
	})
}

// publishedReplicates describes the sampling error of what the paper shows. By normal
// theory the standard error of a mean of k runs is sd/sqrt(k), of the logarithm of a
// standard deviation 1/sqrt(2(k-1)), and of Fisher's z = artanh r 1/sqrt(k - 3). They are
// varied independently, since no statistic here uses more than one of them for the
// same size, except the correction for range restriction, whose error they overstate.
func publishedReplicates(p summary) replicates {
	k := float64(p.runs)
	pair := func(vary func(s *summary, sign float64)) estimate.Replicates[summary] {
		low, high := p, p
		vary(&low, -1)
		vary(&high, 1)
		return estimate.Pair(low, high, k-1)
	}
	mean := func(m *moments, sign float64) { m.mean += sign * m.sd / math.Sqrt(k) }
	sd := func(m *moments, sign float64) { m.sd *= math.Exp(sign / math.Sqrt(2*(k-1))) }
	return replicates{
		pair(func(s *summary, sign float64) { mean(&s.train, sign) }),
		pair(func(s *summary, sign float64) { sd(&s.train, sign) }),
		pair(func(s *summary, sign float64) { mean(&s.test, sign) }),
		pair(func(s *summary, sign float64) { sd(&s.test, sign) }),
		pair(func(s *summary, sign float64) { s.r = math.Tanh(math.Atanh(s.r) + sign/math.Sqrt(k-3)) }),
	}
}
