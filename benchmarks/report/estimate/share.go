package estimate

import "gonum.org/v1/gonum/stat/distuv"

// OfShare returns the share k/n of independent things, with the interval of Clopper and
// Pearson (Biometrika 26, 1934, 404-413): one with the level or more at every true share. It
// is unknown for n = 0.
func OfShare(k, n int) Estimate {
	if n == 0 {
		return Unknown()
	}
	in, out := float64(k), float64(n-k)
	return Estimate{in / float64(n), func(level float64) Interval {
		i := Interval{0, 1}
		if in > 0 {
			i.Low = distuv.Beta{Alpha: in, Beta: out + 1}.Quantile((1 - level) / 2)
		}
		if out > 0 {
			i.High = distuv.Beta{Alpha: in + 1, Beta: out}.Quantile((1 + level) / 2)
		}
		return i
	}}
}
