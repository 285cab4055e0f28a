package spinglass

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// resample returns summaries that other disorders could have given, nil for fewer
// than two disorders, which do not show how much disorders differ. They are drawn
// from normal theory (a parametric bootstrap) with the disorders as the only
// independent units: the percentiles of the means are Student's interval, those
// of the standard deviation between disorders the interval of chi squared, each
// with one degree of freedom less than there are disorders. The relative error of
// the variance within a disorder follows from its differences between disorders.
//
// Equal runs have equal resamples: the random numbers depend on n alone.
func (s *sizeRuns) resample() []summary {
	if len(s.disorders) < 2 {
		return nil
	}
	here := s.summary()
	draws := newNormalDraws(len(s.disorders), estimate.DisorderDraws, s.n)
	sdLowest := estimate.StdDev(s.each(disorder.lowestEnergy))
	sdBelow := estimate.StdDev(s.each(disorder.shareBelow))
	relative := estimate.StdDev(s.each(disorder.varianceOfEnergies)) / (here.within * here.within)
	resamples := make([]summary, estimate.ResampleCount)
	for i := range resamples {
		v := summary{n: here.n, disorders: here.disorders, all: math.NaN()}
		v.mean, v.between = draws.next(here.mean, here.between)
		v.lowest, _ = draws.next(here.lowest, sdLowest)
		v.below, _ = draws.next(here.below, sdBelow)
		shift, _ := draws.next(0, relative)
		v.within = here.within * math.Exp(shift/2)
		resamples[i] = v
	}
	return resamples
}

// normalDraws draws a mean and a standard deviation of a normal distribution, given the mean
// and the standard deviation of independent values from it: the variance from the scaled
// inverse chi-squared distribution, then the mean given the variance.
type normalDraws struct {
	count      float64 // number of values
	random     *rand.Rand
	chiSquared distuv.ChiSquared
}

// newNormalDraws takes the number of values, at least two.
func newNormalDraws(count int, stream estimate.Stream, key int) normalDraws {
	random := estimate.NewRand(stream, uint64(key))
	return normalDraws{float64(count), random, distuv.ChiSquared{K: float64(count - 1), Src: random}}
}

func (d normalDraws) next(mean, sd float64) (drawnMean, drawnSD float64) {
	drawnSD = sd * math.Sqrt((d.count-1)/d.chiSquared.Rand())
	return mean + drawnSD/math.Sqrt(d.count)*d.random.NormFloat64(), drawnSD
}

// estimateMean returns the mean of independent values with resamples whose
// percentiles are Student's interval; no resamples for fewer than two values.
func estimateMean(values []float64, key int) estimate.Estimate {
	e := estimate.Estimate{Value: estimate.Mean(values)}
	if len(values) < 2 {
		return e
	}
	draws, sd := newNormalDraws(len(values), estimate.TrajectoryMeans, key), estimate.StdDev(values)
	for range estimate.ResampleCount {
		mean, _ := draws.next(e.Value, sd)
		e.Resamples = append(e.Resamples, mean)
	}
	return e
}

// standardise returns (x - mean)/sd, the distance of x from the mean of
// independent normal values in units of their standard deviation, with the
// uncertainty of mean and sd. Fewer than two values, and equal ones, have none.
func standardise(x float64, values []float64, key int) estimate.Estimate {
	e := estimate.Estimate{Value: (x - estimate.Mean(values)) / estimate.StdDev(values)}
	if math.IsNaN(e.Value) || math.IsInf(e.Value, 0) {
		return estimate.Unknown()
	}
	draws := newNormalDraws(len(values), estimate.PublishedScores, key)
	for range estimate.ResampleCount {
		mean, sd := draws.next(0, 1)
		e.Resamples = append(e.Resamples, (e.Value-mean)/sd)
	}
	return e
}
