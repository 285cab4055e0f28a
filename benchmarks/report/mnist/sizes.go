package mnist

import (
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// A size is everything known about the networks of one size.
type size struct {
	sample
	here      summary
	resampled []summary // bootstrap of here; nil if there is none
	paper     *summary  // nil where the paper shows none
}

// measure summarises the runs of each size. The paper shows networks with one
// hidden layer only.
func measure(runs []mnist.Run, plan mnist.Plan) []size {
	var all []size
	for _, s := range samples(runs, plan.Sizes) {
		one := size{sample: s, here: s.summary(), resampled: s.bootstrap()}
		if p, ok := publishedOf(s.n); ok && plan.Hidden == nil {
			one.paper = &p
		}
		all = append(all, one)
	}
	return all
}

// correlation is the 95 % interval of here.r.
func (s *size) correlation() estimate.Interval {
	return estimate.Percentiles(each(s.resampled, func(v summary) float64 { return v.r }), .95)
}

// A series is one summary for each of several sizes, and their resamples.
type series struct {
	values    []summary
	resampled [][]summary // by size
}

// here is the series of the sizes that have resamples or, if there are none, of
// those that have runs: one size of an unfinished experiment without an interval
// would leave none for whatever is computed from several.
func here(sizes []size) series {
	var s, whole series
	for _, one := range sizes {
		if one.resampled != nil {
			s.add(one.here, one.resampled)
		}
		if one.here.runs > 0 {
			whole.add(one.here, one.resampled)
		}
	}
	if s.values == nil {
		return whole
	}
	return s
}

func (s series) has(n int) bool {
	return slices.ContainsFunc(s.values, func(v summary) bool { return v.n == n })
}

func (s *series) add(value summary, resampled []summary) {
	s.values, s.resampled = append(s.values, value), append(s.resampled, resampled)
}

// inPaper is the series of what the paper shows of those sizes.
func inPaper(sizes []size) series {
	var s series
	for _, one := range sizes {
		if one.paper != nil {
			s.add(*one.paper, drawPaper(*one.paper))
		}
	}
	return s
}

// from returns the part of the series with at least n hidden units.
func (s series) from(n int) series {
	var part series
	for i, v := range s.values {
		if v.n >= n {
			part.add(v, s.resampled[i])
		}
	}
	return part
}

// rows calls f with each resample of the series, one summary for each size; never
// if there is a size without resamples. The resamples of different sizes are
// independent. f must not keep the slice.
func (s series) rows(f func([]summary)) {
	row := make([]summary, len(s.values))
	for b := range estimate.ResampleCount {
		for i, r := range s.resampled {
			if r == nil {
				return
			}
			row[i] = r[b]
		}
		f(row)
	}
}

// estimate applies a statistic to the series and to its resamples.
func (s series) estimate(statistic func([]summary) float64) estimate.Estimate {
	e := estimate.Estimate{Value: statistic(s.values)}
	s.rows(func(row []summary) { e.Resamples = append(e.Resamples, statistic(row)) })
	return e
}

// drawPaper draws what the paper would have shown had it repeated its runs: by
// normal theory a mean has the standard error sd/sqrt(k), the logarithm of a
// standard deviation 1/sqrt(2k), Fisher's z = artanh r 1/sqrt(k - 3). The draws
// are independent; only one of them enters any statistic of one size here.
func drawPaper(p summary) []summary {
	random := estimate.NewRand(estimate.PublishedLosses, uint64(p.n))
	k := float64(p.runs)
	draw := func(m moments) moments {
		return moments{
			m.mean + m.sd/math.Sqrt(k)*random.NormFloat64(),
			m.sd * math.Exp(random.NormFloat64()/math.Sqrt(2*k)),
		}
	}
	all := make([]summary, estimate.ResampleCount)
	for i := range all {
		all[i] = p
		all[i].train, all[i].test = draw(p.train), draw(p.test)
		all[i].r = math.Tanh(math.Atanh(p.r) + random.NormFloat64()/math.Sqrt(k-3))
	}
	return all
}
