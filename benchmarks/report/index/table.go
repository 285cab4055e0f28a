package index

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/report/bysize"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// paperShare returns the share of the paper's runs without a negative eigenvalue, NaN where its
// bars do not show it, and the mean index.
func (s *sizeResult) paperShare() (share, mean float64) {
	if s.bars == nil || s.bars[0].high > 0 {
		return math.NaN(), math.NaN()
	}
	sum := 0
	for _, b := range s.bars {
		sum += b.low * b.runs
	}
	return float64(s.bars[0].runs) / paperRuns, float64(sum) / paperRuns
}

// table shows the index of each size at the paper's threshold.
func (r *Report) table() page.Table {
	t := page.Table{Head: []string{"n", "", "runs", "div.", "index 0", "95 % interval", "mean index", "mean k/P", "largest k/P", "gradient norm"}}
	for _, s := range r.sizes {
		p := float64(s.parameters())
		share, mean := s.share(paperThreshold, 0, 0), s.Here.meanIndex[0]
		t.Add(strconv.Itoa(s.N), "here", strconv.Itoa(len(s.Runs)), strconv.Itoa(s.Diverged), format.Percent(share.Value, 1), percentInterval(share.Interval(.95)),
			format.Decimals(mean, 2), format.Decimals(mean/p, 5), format.Decimals(float64(s.largest())/p, 5), format.Decimals(s.Here.gradient, 5))
		if s.bars != nil {
			share, mean := s.paperShare()
			last := s.bars[len(s.bars)-1]
			t.Add("", "paper", strconv.Itoa(paperRuns), format.Dash, format.Percent(share, 1), format.Dash, format.Decimals(mean, 2), format.Decimals(mean/p, 5), format.Decimals(float64(last.high)/p, 5), format.Dash)
		}
	}
	return t
}

func percentInterval(i estimate.Interval) string {
	if !i.Known() {
		return format.Dash
	}
	return format.Percent(i.Low, 1) + " to " + format.Percent(i.High, 1)
}

// notes say which runs are missing and explain the columns.
func (r *Report) notes() []string {
	return slices.Concat(bysize.Notes(r.sizes), r.unconverged(), []string{"n: hidden units. index: eigenvalues of the Hessian of the mean training loss below -0.001; index 0: share of the runs without one. k/P: index over the number of parameters, P = 111 n + 10.",
		"The paper's bars fit k/(2P), half of the normalised index that its text defines; they are converted here. Its bars of 25 and 50 units do not show k = 0 alone."})
}

// unconverged returns a note for each size with runs whose counts show an eigenvalue below the smallest one that
// Lanczos's method found.
func (r *Report) unconverged() (notes []string) {
	for _, s := range r.sizes {
		runs := 0
		for _, run := range s.Runs {
			if !run.Point.SmallestAgrees() {
				runs++
			}
		}
		if runs > 0 {
			notes = append(notes, fmt.Sprintf("n = %d: of %s the smallest eigenvalue is below the one that is shown, as the counts prove; the method that computes it had not converged.", s.N, format.Part(runs, len(s.Runs), "run")))
		}
	}
	return notes
}

// barTable shows each bar of the paper's histograms, and the runs here beyond them.
func (r *Report) barTable() page.Table {
	t := page.Table{Head: []string{"n", "k", "k/P", "k/(2P)", "runs here", "share here", "95 % interval", "share in the paper"}}
	for _, s := range withRuns(r.sizes) {
		p := float64(s.parameters())
		add := func(b bar, paper string) {
			share := s.share(paperThreshold, b.low, b.high)
			ends := func(scale float64) string {
				if b.low == b.high {
					return format.Decimals(float64(b.low)*scale, 5)
				}
				return format.Decimals(float64(b.low)*scale, 5) + " to " + format.Decimals(float64(b.high)*scale, 5)
			}
			k := strconv.Itoa(b.low)
			if b.low < b.high {
				k += " to " + strconv.Itoa(b.high)
			}
			t.Add(strconv.Itoa(s.N), k, ends(1/p), ends(.5/p), strconv.Itoa(s.count(paperThreshold, b.low, b.high)), format.Percent(share.Value, 1), percentInterval(share.Interval(.95)), paper)
		}
		for _, b := range s.allBars() {
			paper := format.Percent(float64(b.runs)/paperRuns, 1)
			if s.bars == nil {
				paper = format.Dash
			}
			add(b, paper)
		}
	}
	return t
}

// allBars returns the paper's bars, with bars of no runs where only runs here are, ascending.
func (s *sizeResult) allBars() []bar {
	all := slices.Clone(s.bars)
	for k := range s.largest() + 1 {
		covered := slices.ContainsFunc(s.bars, func(b bar) bool { return b.low <= k && k <= b.high })
		if !covered && s.count(paperThreshold, k, k) > 0 {
			all = append(all, bar{k, k, 0})
		}
	}
	slices.SortFunc(all, func(a, b bar) int { return a.low - b.low })
	return all
}

// thresholdTable shows the index at all thresholds.
func (r *Report) thresholdTable() page.Table {
	t := page.Table{Head: []string{"n", "threshold", "index 0", "95 % interval", "mean index ± sd", "largest", "ambiguous"}}
	for _, s := range withRuns(r.sizes) {
		for _, x := range thresholds() {
			indices := indicesOf(s.Runs, x)
			share := s.share(x, 0, 0)
			t.Add(strconv.Itoa(s.N), strconv.FormatFloat(x, 'g', -1, 64), format.Percent(share.Value, 1), percentInterval(share.Interval(.95)),
				fmt.Sprintf("%s ± %s", format.Decimals(estimate.Mean(indices), 2), format.Decimals(estimate.StdDev(indices), 2)),
				format.Decimals(slices.Max(indices), 0), format.Decimals(estimate.Mean(ambiguousOf(s.Runs, x)), 1))
		}
	}
	return t
}

// pointTable shows what else is known of the points.
func (r *Report) pointTable() page.Table {
	t := page.Table{Head: []string{"n", "gradient norm", "curvature", "distance", "gain", "zero rows", "dead", "near zero", "smallest", "largest"}}
	for _, s := range withRuns(r.sizes) {
		mean := func(of func(p *index.Point) float64) float64 { return estimate.Mean(values(s.Runs, of)) }
		smallest := values(s.Runs, func(p *index.Point) float64 { return p.Smallest.Value })
		largest := values(s.Runs, func(p *index.Point) float64 { return p.Largest.Value })
		t.Add(strconv.Itoa(s.N), short(s.Here.gradient), short(mean(func(p *index.Point) float64 { return p.Curvature })),
			short(medianOfCurved(s.Runs, func(p *index.Point) float64 { return p.GradientNorm / p.Curvature })),
			short(medianOfCurved(s.Runs, func(p *index.Point) float64 { return p.GradientNorm * p.GradientNorm / (2 * p.Curvature) })),
			format.Decimals(mean(func(p *index.Point) float64 { return float64(p.ZeroRows) }), 1), format.Decimals(mean(func(p *index.Point) float64 { return float64(p.DeadUnits) }), 2),
			format.Percent(mean(func(p *index.Point) float64 { return float64(p.NearZero()) })/float64(s.parameters()), 1),
			fmt.Sprintf("%s (%s)", short(estimate.Mean(smallest)), short(slices.Min(smallest))), fmt.Sprintf("%s (%s)", short(estimate.Mean(largest)), short(slices.Max(largest))))
	}
	return t
}

// medianOfCurved returns the median of a number over the runs whose loss has a positive curvature along the gradient; NaN if
// there is none. A curvature near zero makes it large, so that a mean would say little.
func medianOfCurved(runs []index.Run, of func(p *index.Point) float64) float64 {
	var all []float64
	for _, r := range runs {
		if r.Point.Curvature > 0 {
			all = append(all, of(r.Point))
		}
	}
	if all == nil {
		return math.NaN()
	}
	slices.Sort(all)
	return stat.Quantile(.5, stat.LinInterp, all, nil)
}

// short writes a number with three significant digits.
func short(v float64) string {
	if math.IsNaN(v) {
		return format.Dash
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// csv returns a header and one row for each size, with all digits; a field is empty where
// there is no number.
func (r *Report) csv() [][]string {
	rows := [][]string{{"n", "runs", "planned_runs", "diverged", "parameters"}}
	for _, x := range thresholds() {
		suffix := strconv.FormatFloat(x, 'g', -1, 64)
		rows[0] = append(rows[0], "index0_share_"+suffix, "mean_index_"+suffix, "mean_ambiguous_"+suffix)
	}
	rows[0] = append(rows[0], "index0_share_low", "index0_share_high", "largest_index", "gradient_norm_mean", "index_loss_correlation", "paper_index0_share", "paper_mean_index")
	rows[0] = append(rows[0], continuedHead()...)
	for _, s := range r.sizes {
		row := []string{strconv.Itoa(s.N), strconv.Itoa(len(s.Runs)), strconv.Itoa(s.Planned), strconv.Itoa(s.Diverged), strconv.Itoa(s.parameters())}
		for i, x := range thresholds() {
			row = append(row, format.Shortest(s.share(x, 0, 0).Value, s.Here.meanIndex[i], estimate.Mean(ambiguousOf(s.Runs, x)))...)
		}
		interval := s.share(paperThreshold, 0, 0).Interval(.95)
		share, mean := s.paperShare()
		row = append(row, format.Shortest(interval.Low, interval.High, float64(s.largest()), s.Here.gradient, s.Here.r, share, mean)...)
		rows = append(rows, append(row, s.continuedFields()...))
	}
	return rows
}
