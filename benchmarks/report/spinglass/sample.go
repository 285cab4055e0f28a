package spinglass

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// A sample is the runs of one size. Its disorders are independent of each other;
// the starts of one disorder share its landscape.
type sample struct {
	n         int
	planned   int // disorders
	disorders []disorder
	energies  []float64 // of all runs, ascending
	converged int
	steps     float64 // mean
}

// A disorder is the end energies of the starts on one sample of the couplings.
type disorder struct {
	energies []float64
	mean     float64
	variance float64 // divisor starts - 1; NaN for one start
	lowest   float64
	below    float64 // share below -E_inf
	values   int     // distinct, in bins of the paper's width
}

// samples sorts the runs by size and disorder. Every size of the plan gets a
// sample, even if it has no run.
func samples(runs []spinglass.Run, plan spinglass.Plan) []sample {
	all := make([]sample, len(plan.Sizes))
	for i, size := range plan.Sizes {
		s := &all[i]
		s.n, s.planned = size.N, size.Disorders
		byDisorder := make([][]float64, size.Disorders)
		for _, r := range runs {
			if r.N != size.N || r.Disorder >= size.Disorders || math.IsNaN(r.Energy) || math.IsInf(r.Energy, 0) {
				continue
			}
			byDisorder[r.Disorder] = append(byDisorder[r.Disorder], r.Energy)
			s.energies = append(s.energies, r.Energy)
			s.steps += float64(r.Steps)
			if r.Converged {
				s.converged++
			}
		}
		s.steps /= float64(len(s.energies))
		slices.Sort(s.energies)
		for _, energies := range byDisorder {
			if len(energies) > 0 {
				s.disorders = append(s.disorders, newDisorder(energies, plan.P))
			}
		}
	}
	return all
}

func newDisorder(energies []float64, p int) disorder {
	d := disorder{energies: energies, lowest: slices.Min(energies), variance: math.NaN()}
	d.mean = stat.Mean(energies, nil)
	if len(energies) > 1 {
		d.variance = stat.Variance(energies, nil)
	}
	bins := make(map[float64]bool)
	for _, e := range energies {
		d.below += isBelow(p, e) / float64(len(energies))
		bins[math.Floor(e/paperBin)] = true
	}
	d.values = len(bins)
	return d
}

// A summary is what a table says of the runs of one size. NaN stands for what too
// few runs do not give.
type summary struct {
	n, disorders int
	mean         float64 // of the means of the disorders
	between      float64 // their standard deviation
	within       float64 // that of the runs about the mean of their disorder
	all          float64 // that of all runs; not drawn
	lowest       float64 // mean over the disorders of the lowest energy of each
	below        float64 // share of the runs below -E_inf, mean over the disorders
}

func (s *sample) summary() summary {
	v := summary{n: s.n, disorders: len(s.disorders), all: sd(s.energies)}
	means := s.each(func(d disorder) float64 { return d.mean })
	v.mean, v.between = mean(means), sd(means)
	v.within = math.Sqrt(mean(known(s.each(func(d disorder) float64 { return d.variance }))))
	v.lowest = mean(s.each(func(d disorder) float64 { return d.lowest }))
	v.below = mean(s.each(func(d disorder) float64 { return d.below }))
	return v
}

// draws returns what other disorders could have given, nil for fewer than two
// disorders, which say nothing of each other's differences. Normal theory with
// the disorders as the only independent units: the percentiles of the drawn means
// are Student's interval, those of the standard deviation between disorders that
// of chi squared, each with one degree of freedom less than there are disorders.
// The logarithm of the variance within a disorder has the relative error that its
// differences from disorder to disorder give.
//
// Equal samples have equal draws: the random stream is fixed by n.
func (s *sample) draws() []summary {
	if len(s.disorders) < 2 {
		return nil
	}
	here := s.summary()
	d := newDrawer(len(s.disorders), estimate.DisorderDraws, s.n)
	lowest := sd(s.each(func(d disorder) float64 { return d.lowest }))
	below := sd(s.each(func(d disorder) float64 { return d.below }))
	variances := s.each(func(d disorder) float64 { return d.variance })
	relative := sd(variances) / (here.within * here.within)
	all := make([]summary, estimate.ResampleCount)
	for i := range all {
		v := summary{n: here.n, disorders: here.disorders}
		v.mean, v.between = d.draw(here.mean, here.between)
		v.lowest, _ = d.draw(here.lowest, lowest)
		v.below, _ = d.draw(here.below, below)
		shift, _ := d.draw(0, relative)
		v.within = here.within * math.Exp(shift/2)
		all[i] = v
	}
	return all
}

// A drawer draws the mean and the standard deviation that the normal distribution
// of some independent values may have, given those of the values.
type drawer struct {
	count  float64
	random *rand.Rand
	chi    distuv.ChiSquared
}

// newDrawer takes the number of values, two or more, and what fixes the random
// stream.
func newDrawer(count int, stream estimate.Stream, key int) drawer {
	random := estimate.NewRand(stream, uint64(key))
	return drawer{float64(count), random, distuv.ChiSquared{K: float64(count - 1), Src: random}}
}

func (d drawer) draw(mean, sd float64) (drawnMean, drawnSD float64) {
	drawnSD = sd * math.Sqrt((d.count-1)/d.chi.Rand())
	return mean + drawnSD/math.Sqrt(d.count)*d.random.NormFloat64(), drawnSD
}

func (s *sample) each(of func(disorder) float64) []float64 {
	all := make([]float64, len(s.disorders))
	for i, d := range s.disorders {
		all[i] = of(d)
	}
	return all
}

// quantile is that of all runs, NaN if there are none.
func (s *sample) quantile(q float64) float64 {
	if len(s.energies) == 0 {
		return math.NaN()
	}
	return stat.Quantile(q, stat.LinInterp, s.energies, nil)
}

// mean and sd are NaN where too few values give none.
func mean(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	return stat.Mean(x, nil)
}

func sd(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	return stat.StdDev(x, nil)
}

// known leaves out what is NaN.
func known(x []float64) []float64 {
	return slices.DeleteFunc(x, math.IsNaN)
}
