package landscape

import (
	"fmt"
	"math"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/core/spinglass"
)

// countTable shows the mean numbers of critical points beside the exact ones.
func countTable(p int, sizes []sizeResult) page.Table {
	t := page.Table{Head: []string{"N", "index", "samples", "exact mean", "mean here ± se", "z"}}
	for _, s := range sizes {
		row := func(index string, c count) {
			n, samples := "", ""
			if index == "0" {
				n, samples = strconv.Itoa(s.n), strconv.Itoa(len(s.runs))
			}
			t.Add(n, index, samples, format.Decimals(c.exact, 4), meanText(c.mean, c.standardError, 4), format.Decimals(c.score(), 2))
		}
		for k := range s.independent(p) {
			row(strconv.Itoa(k), s.count(k))
		}
		row("all", s.total())
	}
	return t
}

// meanText writes a mean and its standard error, if that is known.
func meanText(mean, standardError float64, decimals int) string {
	text := format.Decimals(mean, decimals)
	if !math.IsNaN(standardError) {
		text += " ± " + format.Decimals(standardError, decimals)
	}
	return text
}

// completenessTable shows what is known of points that were not found.
func completenessTable(sizes []sizeResult) page.Table {
	t := page.Table{Head: []string{"N", "starts", "last: mean", "largest", "consistent", "once", "share unknown", "closest", "ambiguous", "lost"}}
	for _, s := range sizes {
		if len(s.runs) == 0 {
			continue
		}
		c := s.completeness()
		closest := format.Dash
		if !math.IsInf(c.closest, 1) {
			closest = strconv.FormatFloat(c.closest, 'g', 2, 64)
		}
		t.Add(strconv.Itoa(s.n), format.Decimals(c.starts, 0), format.Decimals(c.last, 0), format.Decimals(c.latest, 0), fmt.Sprintf("%d of %d", c.consistent, len(s.runs)),
			strconv.Itoa(c.once), strconv.FormatFloat(c.unknown, 'g', 2, 64), closest, strconv.Itoa(c.ambiguous), fmt.Sprintf("%d of %d", c.lost, s.descents*len(s.runs)))
	}
	return t
}

// basinTable shows the minima and where descents end.
func basinTable(sizes []sizeResult) page.Table {
	t := page.Table{Head: []string{"N", "minima", "exact", "here", "descents", "lowest", "to lowest", "even share", "rank"}}
	for _, s := range sizes {
		if len(s.runs) == 0 {
			continue
		}
		mean := func(of func(landscape.Run) float64) float64 { return estimate.Mean(s.known(of)) }
		t.Add(strconv.Itoa(s.n), format.Decimals(s.count(0).mean, 3), format.Decimals(s.minima.Mean, 4), s.minimaEnergy().Text(3), estimate.OfMean(s.known(descentEnergy)).Text(3),
			format.Decimals(mean(lowestEnergy), 4), format.Percent(mean(toLowest), 1), format.Percent(mean(evenShare), 1), format.Decimals(mean(rankCorrelation), 3))
	}
	return t
}

// warnings are the facts without which the results would mislead.
func warnings(plan landscape.Plan, sizes []sizeResult) []string {
	var list []string
	if plan.Couplings != spinglass.Gauss {
		list = append(list, fmt.Sprintf("The exact means are those of Gaussian couplings. With %s couplings the means need not be the same, and nothing is claimed of them.", plan.Couplings))
	}
	for _, s := range sizes {
		if missing := len(s.runs) - s.completeness().consistent; missing > 0 {
			list = append(list, fmt.Sprintf("N = %d: critical points of %s are missing: the identities that all of them satisfy do not hold. Their numbers are included.",
				s.n, format.Count(missing, "disorder sample")))
		}
	}
	return list
}

// notes explain the table of counts.
func notes(p int, sizes []sizeResult) []string {
	list := []string{"N: spins. index: number of negative eigenvalues of the Hessian on the sphere. z: mean here minus exact mean, in standard errors (se) over the disorder samples."}
	if p == 3 {
		list = append(list, "Index N-1-k has the same number as index k in every sample, because L(-w) = -L(w), and is not shown. The numbers of a sample are not independent: with odd N, their alternating sum is 2.")
	}
	for _, s := range sizes {
		if len(s.runs) < s.planned {
			list = append(list, fmt.Sprintf("N = %d: %s there.", s.n, format.Part(len(s.runs), s.planned, "sample")))
		}
	}
	return list
}

// csv returns a header and one row for each size and index. The numbers of minima and basins are
// in the row of index 0.
func csv(p landscape.Plan, sizes []sizeResult) [][]string {
	rows := [][]string{{"p", "n", "index", "samples", "planned_samples", "exact", "mean", "standard_error", "z", "energy",
		"starts", "last_start", "latest_start", "consistent", "once", "ambiguous", "lost", "descents",
		"minima_energy_exact", "minima_energy", "minima_energy_low", "minima_energy_high", "descent_energy", "descent_energy_low", "descent_energy_high",
		"lowest_energy", "to_lowest", "even_share", "rank_correlation", "couplings", "seed"}}
	for _, s := range sizes {
		for k := range s.n {
			c := s.count(k)
			row := []string{strconv.Itoa(p.P), strconv.Itoa(s.n), strconv.Itoa(k), strconv.Itoa(len(s.runs)), strconv.Itoa(s.planned)}
			row = append(row, format.Shortest(c.exact, c.mean, c.standardError, c.score(), s.energy(k))...)
			rows = append(rows, append(append(row, s.basinFields(k)...), string(p.Couplings), strconv.FormatUint(p.Seed, 10)))
		}
	}
	return rows
}

// basinFields returns the fields of a row that are of the size, empty but for index 0.
func (s sizeResult) basinFields(k int) []string {
	if k > 0 || len(s.runs) == 0 {
		return make([]string, 19)
	}
	c, minima, descents := s.completeness(), s.minimaEnergy(), estimate.OfMean(s.known(descentEnergy))
	i, d := minima.Interval(.95), descents.Interval(.95)
	mean := func(of func(landscape.Run) float64) float64 { return estimate.Mean(s.known(of)) }
	return format.Shortest(c.starts, c.last, c.latest, float64(c.consistent), float64(c.once), float64(c.ambiguous), float64(c.lost), float64(s.descents*len(s.runs)),
		s.minima.Mean, minima.Value, i.Low, i.High, descents.Value, d.Low, d.High, mean(lowestEnergy), mean(toLowest), mean(evenShare), mean(rankCorrelation))
}
