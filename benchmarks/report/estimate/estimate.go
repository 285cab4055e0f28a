// Package estimate holds numbers computed from the runs of an experiment,
// together with their confidence intervals.
//
// Runs that share something (the networks of a pack, the starts of a disorder) are
// not independent; packs and disorders are. The standard error of a statistic
// therefore comes from a jackknife that leaves out one such unit at a time, and its
// interval is Student's, on a scale on which the statistic is about normal. The same
// method serves means, standard deviations, correlations and fitted coefficients, and
// draws no random numbers. The tests measure its coverage by simulation.
//
// Start with [Series.Evaluate]; [FitLine] and [FitPower] fit laws to several sizes
// and test how well they fit. What an interval says about a claim is decided in
// package verdict.
package estimate

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// An Estimate is a number computed from the runs, with its confidence intervals.
type Estimate struct {
	Value    float64
	interval func(level float64) Interval // nil if there is none
}

// New returns an estimate with the given interval at each level such as 0.95.
func New(value float64, interval func(level float64) Interval) Estimate {
	return Estimate{value, interval}
}

// Unknown returns the estimate, NaN without an interval, of a number that the runs do not
// determine.
func Unknown() Estimate { return Estimate{Value: math.NaN()} }

// Interval returns the confidence interval of a level such as 0.95.
func (e Estimate) Interval(level float64) Interval {
	if e.interval == nil || math.IsNaN(e.Value) {
		return NoInterval
	}
	return e.interval(level)
}

// Plus returns the estimate with a constant added.
func (e Estimate) Plus(constant float64) Estimate {
	return Estimate{e.Value + constant, func(level float64) Interval {
		i := e.Interval(level)
		return Interval{i.Low + constant, i.High + constant}
	}}
}

// Difference returns a - b of two independent estimates. Its interval follows from
// theirs by the method of variance estimates recovery,
//
//	low = a - b - sqrt((a - low a)^2 + (high b - b)^2),
//
// and high likewise (Zou and Donner, Stat. Med. 27, 2008, 1693-1702). It is
// Student's if theirs are and have as many degrees of freedom, and keeps the asymmetry of
// intervals of correlations.
func Difference(a, b Estimate) Estimate {
	return Estimate{a.Value - b.Value, func(level float64) Interval {
		i, k := a.Interval(level), b.Interval(level)
		return Interval{
			a.Value - b.Value - math.Hypot(a.Value-i.Low, k.High-b.Value),
			a.Value - b.Value + math.Hypot(i.High-a.Value, b.Value-k.Low),
		}
	}}
}

// Ratio returns a / b of two independent positive estimates: the exponential of the
// difference of their logarithms.
func Ratio(a, b Estimate) Estimate {
	difference := Difference(a.log(), b.log())
	return Estimate{a.Value / b.Value, func(level float64) Interval {
		i := difference.Interval(level)
		return Interval{math.Exp(i.Low), math.Exp(i.High)}
	}}
}

func (e Estimate) log() Estimate {
	return Estimate{math.Log(e.Value), func(level float64) Interval {
		i := e.Interval(level)
		return Interval{math.Log(i.Low), math.Log(i.High)}
	}}
}

// Text writes the estimate with its 95 % interval, if it has one.
func (e Estimate) Text(decimals int) string { return e.Interval(.95).TextAround(e.Value, decimals) }

// A Scale is a transformation under which a statistic is about normal, with about the
// same standard error whatever its value.
type Scale int

// The scales.
const (
	Linear Scale = iota
	Log          // of positive numbers: means of losses, standard deviations, ratios
	Fisher       // z = artanh r of correlations (Fisher, Metron 1, 1921, 3-32)
)

func (s Scale) to(v float64) float64 {
	switch s {
	case Log:
		return math.Log(v)
	case Fisher:
		return math.Atanh(v)
	}
	return v
}

func (s Scale) from(z float64) float64 {
	switch s {
	case Log:
		return math.Exp(z)
	case Fisher:
		return math.Tanh(z)
	}
	return z
}

// FromError returns the estimate with Student's interval on a scale, on which it has
// the given standard error with some degrees of freedom, possibly +Inf.
func FromError(value float64, scale Scale, standardError, degrees float64) Estimate {
	z := scale.to(value)
	if math.IsNaN(z) || math.IsInf(z, 0) || math.IsNaN(standardError) {
		return Estimate{Value: value}
	}
	return Estimate{value, func(level float64) Interval {
		half := 0.0
		if standardError > 0 {
			half = studentQuantile((1+level)/2, degrees) * standardError
		}
		return Interval{scale.from(z - half), scale.from(z + half)}
	}}
}

// studentQuantile is the quantile of Student's distribution, normal from a million
// degrees of freedom on.
func studentQuantile(p, degrees float64) float64 {
	if degrees > 1e6 {
		return distuv.UnitNormal.Quantile(p)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: degrees}.Quantile(p)
}

// Mean returns the mean, or NaN if there are no values.
func Mean(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	return stat.Mean(x, nil)
}

// StdDev returns the standard deviation with divisor len(x) - 1, or NaN if there are fewer
// than two values.
func StdDev(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	return stat.StdDev(x, nil)
}

// OfMean returns the mean of independent values with Student's interval; none for
// fewer than two values.
func OfMean(values []float64) Estimate {
	k := float64(len(values))
	return FromError(Mean(values), Linear, StdDev(values)/math.Sqrt(k), k-1)
}

// Negative returns the estimate with the other sign.
func Negative(e Estimate) Estimate {
	return Estimate{-e.Value, func(level float64) Interval {
		i := e.Interval(level)
		return Interval{-i.High, -i.Low}
	}}
}
