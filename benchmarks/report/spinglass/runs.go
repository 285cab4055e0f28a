package spinglass

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/core/landscape"
)

// sizeRuns are the runs of one size. Its disorders are independent of each other;
// the starts of one disorder share its energy landscape.
type sizeRuns struct {
	n         int
	planned   int // disorders
	disorders []disorder
	energies  []float64 // of all runs, ascending
	notFinite int       // runs without a finite energy, which are left out
	converged int       // runs
	steps     float64   // mean
	accepted  float64   // mean of the stochastic steps that were accepted
}

// A disorder has the final energies of the starts on one sample of the couplings.
type disorder struct {
	number   int
	energies []float64
	mean     float64
	variance float64 // divisor starts - 1; NaN for one start
	lowest   float64
	below    float64 // share of the starts below -E_inf
	values   int     // occupied bins of the paper's width
}

// groupRuns groups the runs by size and disorder. Every planned size has an entry,
// even if it has no run; runs without a finite energy are left out.
func groupRuns(runs []spinglass.Run, plan spinglass.Plan) []sizeRuns {
	groups := make([]sizeRuns, len(plan.Sizes))
	for i, size := range plan.Sizes {
		s := &groups[i]
		s.n, s.planned = size.N, size.Disorders
		byDisorder := make([][]float64, size.Disorders)
		for _, r := range runs {
			if r.N != size.N || r.Disorder >= size.Disorders {
				continue
			}
			if math.IsNaN(r.Energy) || math.IsInf(r.Energy, 0) {
				s.notFinite++
				continue
			}
			byDisorder[r.Disorder] = append(byDisorder[r.Disorder], r.Energy)
			s.energies = append(s.energies, r.Energy)
			s.steps += float64(r.Steps)
			s.accepted += float64(r.Accepted)
			if r.Converged {
				s.converged++
			}
		}
		s.steps /= float64(len(s.energies))
		s.accepted /= float64(len(s.energies))
		slices.Sort(s.energies)
		for number, energies := range byDisorder {
			if len(energies) > 0 {
				d := newDisorder(energies, plan.P)
				d.number = number
				s.disorders = append(s.disorders, d)
			}
		}
	}
	return groups
}

func newDisorder(energies []float64, p int) disorder {
	d := disorder{energies: energies, lowest: slices.Min(energies), variance: math.NaN()}
	d.mean = stat.Mean(energies, nil)
	if len(energies) > 1 {
		d.variance = stat.Variance(energies, nil)
	}
	bins := make(map[float64]bool)
	for _, e := range energies {
		if e < -landscape.Threshold(p) {
			d.below += 1 / float64(len(energies))
		}
		bins[math.Floor(e/paperBin)] = true
	}
	d.values = len(bins)
	return d
}

// each returns a statistic of every disorder.
func (s *sizeRuns) each(statistic func(disorder) float64) []float64 {
	values := make([]float64, len(s.disorders))
	for i, d := range s.disorders {
		values[i] = statistic(d)
	}
	return values
}

// quantile returns a quantile of the energies of all runs, by linear
// interpolation of their distribution function (stat.LinInterp); NaN if there are
// none.
func (s *sizeRuns) quantile(q float64) float64 {
	if len(s.energies) == 0 {
		return math.NaN()
	}
	return stat.Quantile(q, stat.LinInterp, s.energies, nil)
}

// arrived reports whether at least 95 % of the runs came to the tolerance.
func (s *sizeRuns) arrived() bool { return 20*s.converged >= 19*len(s.energies) }

// A summary describes the runs of one size. Fields for which there are too
// few runs are NaN.
type summary struct {
	n, disorders int
	starts       float64 // of a disorder, mean
	mean         float64 // of the means of the disorders
	between      float64 // their standard deviation
	within       float64 // standard deviation of the runs about the mean of their disorder
	all          float64 // standard deviation of all runs; NaN in replicates
	lowest       float64 // mean over the disorders of the lowest energy of each
	below        float64 // share of the runs below -E_inf, mean over the disorders
}

func (s *sizeRuns) summary() summary {
	v := summary{n: s.n, disorders: len(s.disorders), all: estimate.StdDev(s.energies)}
	v.starts = estimate.Mean(s.each(func(d disorder) float64 { return float64(len(d.energies)) }))
	means := s.each(disorder.meanEnergy)
	v.mean, v.between = estimate.Mean(means), estimate.StdDev(means)
	v.within = math.Sqrt(estimate.Mean(withoutNaN(s.each(disorder.varianceOfEnergies))))
	v.lowest = estimate.Mean(s.each(disorder.lowestEnergy))
	v.below = estimate.Mean(s.each(disorder.shareBelow))
	return v
}

// The statistics of one disorder.
func (d disorder) meanEnergy() float64         { return d.mean }
func (d disorder) varianceOfEnergies() float64 { return d.variance }
func (d disorder) lowestEnergy() float64       { return d.lowest }
func (d disorder) shareBelow() float64         { return d.below }

func withoutNaN(x []float64) []float64 { return slices.DeleteFunc(x, math.IsNaN) }
