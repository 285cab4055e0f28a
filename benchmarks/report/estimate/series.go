package estimate

// A Series is a summary of the runs of each of several sizes, with resamples of
// each summary. The resamples of different sizes are independent.
type Series[Summary any] struct {
	Summaries []Summary
	Resamples [][]Summary // by size; nil where a size has none
}

// Add appends a size.
func (s *Series[Summary]) Add(summary Summary, resamples []Summary) {
	s.Summaries = append(s.Summaries, summary)
	s.Resamples = append(s.Resamples, resamples)
}

// Select returns the series of the sizes for which keep returns true.
func (s Series[Summary]) Select(keep func(Summary) bool) Series[Summary] {
	var kept Series[Summary]
	for i, v := range s.Summaries {
		if keep(v) {
			kept.Add(v, s.Resamples[i])
		}
	}
	return kept
}

// VisitResamples calls visit with every resample of the series, which has one
// summary for each size. It makes no call if a size has no resamples. visit must
// not keep the slice.
func (s Series[Summary]) VisitResamples(visit func([]Summary)) {
	for _, r := range s.Resamples {
		if r == nil {
			return
		}
	}
	resample := make([]Summary, len(s.Summaries))
	for b := range ResampleCount {
		for i, r := range s.Resamples {
			resample[i] = r[b]
		}
		visit(resample)
	}
}

// Evaluate computes a statistic of several sizes on the series and on every
// resample of it.
func (s Series[Summary]) Evaluate(statistic func([]Summary) float64) Estimate {
	e := Estimate{Value: statistic(s.Summaries)}
	s.VisitResamples(func(resample []Summary) { e.Resamples = append(e.Resamples, statistic(resample)) })
	return e
}

// Evaluate computes a statistic of one size on its summary and on every resample.
func Evaluate[Summary any](summary Summary, resamples []Summary, statistic func(Summary) float64) Estimate {
	e := Estimate{Value: statistic(summary)}
	for _, r := range resamples {
		e.Resamples = append(e.Resamples, statistic(r))
	}
	return e
}

// PreferResampled returns the sizes that have resamples or, if none has any, all
// of them. A statistic of several sizes has an interval only if each of them has resamples;
// in an unfinished experiment, one size without them would take it away.
func PreferResampled[Size any](sizes []Size, hasResamples func(Size) bool) []Size {
	var resampled []Size
	for _, s := range sizes {
		if hasResamples(s) {
			resampled = append(resampled, s)
		}
	}
	if resampled == nil {
		return sizes
	}
	return resampled
}
