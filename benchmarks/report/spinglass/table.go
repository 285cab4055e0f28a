package spinglass

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/core/landscape"
)

// warnings are the facts without which the results would mislead.
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

// notes say which runs are missing from the table and explain its columns.
func (s *statistics) notes() []string {
	var list []string
	for _, size := range s.sizes {
		planned, done := size.planned*s.plan.Starts, len(size.energies)
		if done < planned {
			list = append(list, fmt.Sprintf("Λ = %d: %d of %d runs are there.", size.n, done, planned))
		}
		if late := done - size.converged; late > 0 {
			text := fmt.Sprintf("Λ = %d: %d of %d runs used up their steps before the gradient norm fell to the tolerance; their energies are included", size.n, late, done)
			if !size.arrived() {
				text += ", but fits and claims leave this size out"
			}
			list = append(list, text+".")
		}
		if done > 0 && s.plan.Method == spinglass.MALA {
			list = append(list, fmt.Sprintf("Λ = %d: %s of the Metropolis steps were accepted.", size.n, format.Percent(size.accepted/float64(s.plan.Stage.Steps), 1)))
		}
		if done > 0 && size.replicates == nil {
			list = append(list, fmt.Sprintf("Λ = %d: one disorder gives no interval.", size.n))
		}
	}
	if caution := s.plan.Caution(); caution != "" {
		list = append(list, caution+".")
	}
	if slices.ContainsFunc(s.sizes, func(size sizeResult) bool { return size.other != nil }) {
		list = append(list, otherNote)
	}
	return append(list,
		"Λ: spins. D: disorders, that is, samples of the couplings. conv.: share of the runs that came to the tolerance. Energies are L/Λ."+
			" Mean: of the means of the disorders, ± half of Student's 95 % interval, whose independent units are the disorders, not the runs."+
			" sd D: standard deviation of the means of the disorders; in D: of the runs about the mean of their disorder; all: of all runs.",
		fmt.Sprintf("The paper's histograms have few distinct energies at small Λ: all its starts of a size share one disorder."+
			" Its mean may therefore differ from the mean here by a few times sd D, and its sd is comparable with the one in D."+
			" -E∞ = %.6f, -E0 = %.6f.", -landscape.Threshold(s.plan.P), -landscape.LowestEnergy(s.plan.P, 0)))
}

const otherNote = "other: an independent program, gradient descent at rate 0.1 (0.2 at Λ = 100)."

// table shows the energies of each size, with the published ones and the other
// program's below them.
func (s *statistics) table() page.Table {
	t := page.Table{Head: []string{"Λ", "", "D", "runs", "conv.", "mean L/Λ ± 95 %", "sd D", "in D", "all", "< -E∞"}}
	for _, size := range s.sizes {
		v := size.here
		t.Add(strconv.Itoa(size.n), "here", strconv.Itoa(len(size.disorders)), strconv.Itoa(len(size.energies)), share(float64(size.converged)/float64(len(size.energies))),
			meanText(v.mean, size.evaluate(meanEnergy).Interval(.95)), format.Decimals(v.between, 5), format.Decimals(v.within, 5), format.Decimals(v.all, 5), share(v.below))
		if p := size.published; p != nil {
			t.Add("", "paper", "1", strconv.Itoa(p.Runs), format.Dash, format.Decimals(p.Mean, 5), format.Dash, format.Decimals(p.SD, 5), format.Dash, share(p.BelowThreshold))
		}
		if o := size.other; o != nil {
			t.Add("", "other", strconv.Itoa(o.disorders), strconv.Itoa(o.disorders*o.starts), share(1), format.Decimals(o.mean, 4),
				format.Decimals(o.between, 4), format.Decimals(o.within, 4), format.Dash, share(o.below))
		}
	}
	return t
}

// meanText writes a mean and half of its interval.
func meanText(mean float64, i estimate.Interval) string {
	text := format.Decimals(mean, 5)
	if i.Known() {
		text += " ± " + format.Decimals((i.High-i.Low)/2, 5)
	}
	return text
}

func share(v float64) string { return format.Percent(v, 1) }

// facts are the plan and the environments.
func facts(p spinglass.Plan, t trajectories, environments []environment.Environment) []page.Fact {
	var sizes []string
	for _, s := range p.Sizes {
		sizes = append(sizes, fmt.Sprintf("%d (%s)", s.N, format.Count(s.Disorders, "disorder")))
	}
	list := []page.Fact{
		{Name: "glass", Text: fmt.Sprintf("spherical, p = %d, %s couplings over all ordered tuples, Λ = %s", p.P, p.Couplings, strings.Join(sizes, ", "))},
		{Name: "plan", Text: fmt.Sprintf("%s of each disorder, method %s%s, rate %.4g, to a gradient norm over √Λ of %v or %d steps, seed %d",
			format.Count(p.Starts, "start"), p.Method, stageText(p), p.Rate, p.Tolerance, p.MaxSteps, p.Seed)},
	}
	if t.points != nil {
		list = append(list, page.Fact{Name: "trajectories", Text: fmt.Sprintf("%s of each disorder, method %s%s, rate %.4g",
			format.Count(t.plan.Starts, "start"), t.plan.Method, stageText(t.plan), t.plan.Rate)})
	}
	list = append(list, page.ComputedOn(environments)...)
	return append(list, page.Fact{Name: "paper", Text: citation + ", Fig. 3 and 8, from their vector graphics"})
}

// stageText describes the stochastic steps before a descent, if the plan has any.
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

// csv returns a header and one row for each size. Numbers have all their digits;
// a field is empty where there is nsize. The columns paper_... are published
// numbers.
func (s *statistics) csv() [][]string {
	rows := [][]string{{"p", "n", "disorders", "runs", "converged", "mean", "mean_low", "mean_high", "sd_between_disorders", "sd_within_disorder", "sd_all",
		"q05", "q25", "median", "q75", "q95", "below_threshold", "lowest_of_disorder_mean", "steps_mean",
		"minima_exact", "minima_mean_exact", "minima_sd_exact",
		"paper_mean", "paper_sd", "paper_q05", "paper_q25", "paper_median", "paper_q75", "paper_q95", "paper_below_threshold", "paper_mean_standing",
		"planned_disorders", "planned_starts", "method", "couplings", "seed"}}
	for _, size := range s.sizes {
		v, i := size.here, size.evaluate(meanEnergy).Interval(.95)
		row := []string{strconv.Itoa(s.plan.P), strconv.Itoa(size.n), strconv.Itoa(len(size.disorders)), strconv.Itoa(len(size.energies)), strconv.Itoa(size.converged)}
		row = append(row, format.Shortest(v.mean, i.Low, i.High, v.between, v.within, v.all,
			size.quantile(.05), size.quantile(.25), size.quantile(.5), size.quantile(.75), size.quantile(.95), v.below, v.lowest, size.steps,
			size.exact.Count, size.exact.Mean, size.exact.SD)...)
		if p := size.published; p != nil {
			row = append(row, format.Shortest(p.Mean, p.SD, p.Q05, p.Q25, p.Median, p.Q75, p.Q95, p.BelowThreshold, size.publishedMeanScore().Value)...)
		} else {
			row = append(row, make([]string, 9)...)
		}
		rows = append(rows, append(row, strconv.Itoa(size.planned), strconv.Itoa(s.plan.Starts), string(s.plan.Method), string(s.plan.Couplings), strconv.FormatUint(s.plan.Seed, 10)))
	}
	return rows
}
