package estimate

import "math"

// A Scaling is the power law y = factor n^exponent, fitted as a line of log y against
// log n.
type Scaling struct {
	Line
	Goodness Goodness
}

// Exponent returns the exponent.
func (s Scaling) Exponent() float64 { return s.Slope }

// At returns the fitted y at size n.
func (s Scaling) At(n float64) float64 { return math.Exp(s.Line.At(math.Log(n))) }

// FitScaling fits a power law to a statistic of the sizes, which must have the scale Log.
func FitScaling[Summary any](s Series[Summary], size func(Summary) int, y Statistic[Summary]) Scaling {
	points := Points(s, logSize(size), y)
	line := FitLine(points)
	return Scaling{line, line.Test(points)}
}

// ScalingExponent returns the exponent that FitScaling fits, with its interval.
func ScalingExponent[Summary any](s Series[Summary], size func(Summary) int, y Statistic[Summary]) Estimate {
	return s.Evaluate(Refit(Points(s, logSize(size), y), y, func(points []Point) float64 { return FitLine(points).Slope }))
}

// LocalExponent returns log(y2/y1)/log(n2/n1) of the sizes number i - 1 and i: the exponent of
// the power law through these two.
func LocalExponent[Summary any](s Series[Summary], i int, size func(Summary) int, y Statistic[Summary]) Estimate {
	return s.Evaluate(Statistic[[]Summary]{Linear, func(v []Summary) float64 {
		return math.Log(y.Of(v[i])/y.Of(v[i-1])) / math.Log(float64(size(v[i]))/float64(size(v[i-1])))
	}})
}

func logSize[Summary any](size func(Summary) int) func(Summary) float64 {
	return func(v Summary) float64 { return math.Log(float64(size(v))) }
}

// Refit returns the statistic of several sizes that fits a law to y at each size. The
// weights of the fit are those of the points, also on replicates.
func Refit[Summary any](points []Point, y Statistic[Summary], coefficient func([]Point) float64) Statistic[[]Summary] {
	refitted := append([]Point(nil), points...)
	return Statistic[[]Summary]{Linear, func(v []Summary) float64 {
		for i := range v {
			refitted[i].Y = y.Scale.to(y.Of(v[i]))
		}
		return coefficient(refitted)
	}}
}
