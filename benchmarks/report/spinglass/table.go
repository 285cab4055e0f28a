package spinglass

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/core/landscape"
)

// warnings are the facts without which the table misleads.
func warnings(p spinglass.Plan) []string {
	var list []string
	add := func(differs bool, format string, values ...any) {
		if differs {
			list = append(list, fmt.Sprintf(format, values...))
		}
	}
	add(p.P != paperP, "p = %d (paper's energies: p = 3)", p.P)
	add(p.Starts < paperStarts, "%s of each disorder (paper: %d)", format.Count(p.Starts, "start"), paperStarts)
	add(p.Method != "sgd", "method %s (paper: stochastic gradient descent)", p.Method)
	add(p.Couplings != "gauss", "%s couplings (paper: Gaussian)", p.Couplings)
	if list == nil {
		return nil
	}
	return []string{"Not the paper's protocol to the letter: " + strings.Join(list, "; ") + "."}
}

// notes say what is not in the numbers and how to read them.
func (s *statistics) notes() []string {
	var list []string
	for _, one := range s.sizes {
		if missing := one.planned*s.plan.Starts - len(one.energies); missing > 0 {
			list = append(list, fmt.Sprintf("Λ = %d: unfinished, %d of %d runs so far.", one.n, len(one.energies), one.planned*s.plan.Starts))
		}
		if late := len(one.energies) - one.converged; late > 0 {
			text := fmt.Sprintf("Λ = %d: %d of %d runs used up their steps before the gradient norm fell to the tolerance; their energies are included", one.n, late, len(one.energies))
			if !one.arrived() {
				text += ", but fits and claims do without this size"
			}
			list = append(list, text+".")
		}
		if len(one.energies) > 0 && one.drawn == nil {
			list = append(list, fmt.Sprintf("Λ = %d: one disorder gives no interval.", one.n))
		}
	}
	if slices.ContainsFunc(s.sizes, func(one size) bool { return one.other != nil }) {
		list = append(list, otherNote)
	}
	return append(list,
		"Λ: spins. D: disorders, that is, samples of the couplings. conv.: share of the runs that came to the tolerance. Energies are L/Λ. Mean: of the means of the disorders, ± half of Student's 95 % interval, whose independent units are the disorders, not the runs."+
			" sd D: standard deviation of the means of the disorders; in D: of the runs about the mean of their disorder; all: of all runs.",
		fmt.Sprintf("The paper's histograms hold few distinct energies at small Λ: all its starts of a size share one disorder, so its mean may differ from ours by a few times sd D, and its sd compares with ours in D."+
			" -E∞ = %.6f, -E0 = %.6f.", -landscape.Threshold(s.plan.P), -landscape.LowestEnergy(s.plan.P, 0)))
}

// grid is the table as people read it.
func (s *statistics) grid() page.Grid {
	g := page.Grid{Head: []string{"Λ", "", "D", "runs", "conv.", "mean L/Λ ± 95 %", "sd D", "in D", "all", "< -E∞"}}
	for _, one := range s.sizes {
		v := one.here
		g.Add(strconv.Itoa(one.n), "here", strconv.Itoa(len(one.disorders)), strconv.Itoa(len(one.energies)), share(float64(one.converged)/float64(len(one.energies))),
			plusMinus(v.mean, one.halfWidth()), format.Decimals(v.between, 5), format.Decimals(v.within, 5), format.Decimals(v.all, 5), share(v.below))
		if p := one.paper; p != nil {
			g.Add("", "paper", "1", strconv.Itoa(p.Runs), format.Dash, format.Decimals(p.Mean, 5), format.Dash, format.Decimals(p.SD, 5), format.Dash, share(p.BelowThreshold))
		}
		if r := one.other; r != nil {
			g.Add("", "other", strconv.Itoa(r.disorders), strconv.Itoa(r.disorders*r.starts), share(1), format.Decimals(r.mean, 4),
				format.Decimals(r.between, 4), format.Decimals(r.within, 4), format.Dash, share(r.below))
		}
	}
	return g
}

const otherNote = "other: an independent program, gradient descent at rate 0.1 (0.2 at Λ = 100)."

// halfWidth is half of the 95 % interval of the mean.
func (s *size) halfWidth() float64 {
	i := s.of(meanOf).Interval(.95)
	return (i.High - i.Low) / 2
}

func plusMinus(v, half float64) string {
	if math.IsNaN(half) {
		return format.Decimals(v, 5)
	}
	return format.Decimals(v, 5) + " ± " + format.Decimals(half, 5)
}

// share writes a share with one decimal, or a dash for NaN.
func share(v float64) string {
	if math.IsNaN(v) {
		return format.Dash
	}
	return format.Decimals(100*v, 1) + " %"
}

// quantileGrid shows where the energies of all runs lie.
func (s *statistics) quantileGrid() page.Grid {
	g := page.Grid{Head: []string{"Λ", "", "5 %", "25 %", "50 %", "75 %", "95 %", "lowest of D", "values", "steps"}}
	for _, one := range s.sizes {
		row := []string{strconv.Itoa(one.n), "here"}
		for _, q := range []float64{.05, .25, .5, .75, .95} {
			row = append(row, format.Decimals(one.quantile(q), 4))
		}
		values := mean(one.each(func(d disorder) float64 { return float64(d.values) }))
		g.Add(append(row, one.of(lowestOf).Text(3), format.Decimals(values, 1), format.Decimals(one.steps, 0))...)
		if p := one.paper; p != nil {
			bins := format.Dash
			if n, ok := occupied[p.N]; ok {
				bins = strconv.Itoa(n)
			}
			g.Add("", "paper", format.Decimals(p.Q05, 4), format.Decimals(p.Q25, 4), format.Decimals(p.Median, 4), format.Decimals(p.Q75, 4), format.Decimals(p.Q95, 4), format.Dash, bins, format.Dash)
		}
		if r := one.other; r != nil && !math.IsNaN(r.lowest) {
			g.Add("", "other", format.Dash, format.Dash, format.Dash, format.Dash, format.Dash, format.Decimals(r.lowest, 3), format.Dash, format.Dash)
		}
	}
	return g
}

// theoryGrid sets the energies beside exact means over all minima.
func (s *statistics) theoryGrid() page.Grid {
	g := page.Grid{Head: []string{"Λ", "mean here", "mean of all minima", "their sd", "minima", "below -E∞", "share below, here"}}
	for _, one := range s.sizes {
		if math.IsNaN(one.exact.Count) {
			continue
		}
		under := landscape.Minima(s.plan.P, one.n, -landscape.Threshold(s.plan.P)).Count
		g.Add(strconv.Itoa(one.n), one.of(meanOf).Text(4), format.Decimals(one.exact.Mean, 4), format.Decimals(one.exact.SD, 4),
			format.Decimals(one.exact.Count, 2), format.Decimals(under, 3), share(one.here.below))
	}
	return g
}

// lawGrid shows the fits.
func (s *statistics) lawGrid() page.Grid {
	g := page.Grid{Head: []string{"quantity", "here", "theory"}}
	p := s.plan.P
	g.Add("limit of the mean, law Λ^(-2/3)", s.limit.Text(4), format.Decimals(-landscape.Threshold(p), 4)+" (-E∞)")
	g.Add("slope of that law", over(s.measured, func(v []summary) float64 { return fitLaw(v).slope }).Text(3), format.Dash)
	g.Add("exponent of mean + E∞", s.exponent.Text(3), "0.667")
	if p > 2 {
		g.Add("exponent of the variance within a disorder", over(s.measured, varianceExponent(withinOf)).Text(3), format.Dash)
	}
	g.Add("exponent of the variance between disorders", over(s.measured, varianceExponent(betweenOf)).Text(3), format.Dash)
	return g
}

// facts are the plan and the environment.
func facts(p spinglass.Plan, along trajectories, environments []environment.Environment) []page.Fact {
	var sizes []string
	for _, s := range p.Sizes {
		sizes = append(sizes, fmt.Sprintf("%d (%s)", s.N, format.Count(s.Disorders, "disorder")))
	}
	list := []page.Fact{
		{Name: "glass", Text: fmt.Sprintf("spherical, p = %d, %s couplings over all ordered tuples, Λ = %s", p.P, p.Couplings, strings.Join(sizes, ", "))},
		{Name: "plan", Text: fmt.Sprintf("%s of each disorder, method %s%s, rate %.4g, to a gradient norm over √Λ of %v or %d steps, seed %d",
			format.Count(p.Starts, "start"), p.Method, stageText(p), p.Rate, p.Tolerance, p.MaxSteps, p.Seed)},
	}
	if along.points != nil {
		list = append(list, page.Fact{Name: "trajectories", Text: fmt.Sprintf("%s of each disorder, method %s%s, rate %.4g",
			format.Count(along.plan.Starts, "start"), along.plan.Method, stageText(along.plan), along.plan.Rate)})
	}
	for _, e := range environments {
		list = append(list, page.Fact{Name: "computed on", Text: e.String()})
	}
	if len(environments) == 0 {
		list = append(list, page.Fact{Name: "computed on", Text: "not recorded"})
	}
	return append(list, page.Fact{Name: "paper", Text: citation + ", Fig. 3 and 8, from their vector graphics"})
}

// stageText says what a plan does before it descends.
func stageText(p spinglass.Plan) string {
	s := p.Stage
	if s == nil {
		return ""
	}
	text := fmt.Sprintf(" (first %d stochastic steps, rate %.4g", s.Steps, s.Rate)
	if p.Method == spinglass.SGD {
		return text + fmt.Sprintf("/(1 + %v t), the couplings in %d parts)", s.Decay, s.Parts)
	}
	return text + fmt.Sprintf(", temperature %v)", s.Temperature)
}

// WriteText writes the table for a terminal or a text file of 100 columns.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, line := range warnings(r.statistics.plan) {
		format.Wrap(&b, "!!! ", "    ", line)
		b.WriteByte('\n')
	}
	r.statistics.grid().WriteText(&b)
	b.WriteByte('\n')
	for _, line := range r.statistics.notes() {
		format.Wrap(&b, "", "  ", line)
	}
	b.WriteByte('\n')
	for _, f := range r.facts {
		format.Wrap(&b, fmt.Sprintf("%-13s", f.Name), strings.Repeat(" ", 13), f.Text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// csv is one line for each size, with a header. Numbers have all their digits; a
// field is empty where there is none.
func (s *statistics) csv() [][]string {
	rows := [][]string{{"p", "n", "disorders", "runs", "converged", "mean", "mean_low", "mean_high", "sd_between_disorders", "sd_within_disorder", "sd_all",
		"q05", "q25", "median", "q75", "q95", "below_threshold", "lowest_of_disorder_mean", "steps_mean",
		"minima_exact", "minima_mean_exact", "minima_sd_exact",
		"paper_mean", "paper_sd", "paper_q05", "paper_q25", "paper_median", "paper_q75", "paper_q95", "paper_below_threshold", "paper_mean_standing",
		"planned_disorders", "planned_starts", "method", "couplings", "seed"}}
	for _, one := range s.sizes {
		v, i := one.here, one.of(meanOf).Interval(.95)
		row := []string{strconv.Itoa(s.plan.P), strconv.Itoa(one.n), strconv.Itoa(len(one.disorders)), strconv.Itoa(len(one.energies)), strconv.Itoa(one.converged)}
		row = append(row, format.Shortest(v.mean, i.Low, i.High, v.between, v.within, v.all,
			one.quantile(.05), one.quantile(.25), one.quantile(.5), one.quantile(.75), one.quantile(.95), v.below, v.lowest, one.steps,
			one.exact.Count, one.exact.Mean, one.exact.SD)...)
		if p := one.paper; p != nil {
			row = append(row, format.Shortest(p.Mean, p.SD, p.Q05, p.Q25, p.Median, p.Q75, p.Q95, p.BelowThreshold, one.meanStanding().Value)...)
		} else {
			row = append(row, make([]string, 9)...)
		}
		rows = append(rows, append(row, strconv.Itoa(one.planned), strconv.Itoa(s.plan.Starts), string(s.plan.Method), string(s.plan.Couplings), strconv.FormatUint(s.plan.Seed, 10)))
	}
	return rows
}
