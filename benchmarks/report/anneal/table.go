package anneal

import (
	"math"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/report/bysize"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// meanAndSD writes a mean with the standard deviation of the values.
func meanAndSD(mean, sd float64, decimals int) string {
	if math.IsNaN(mean) || math.IsNaN(sd) {
		return format.Decimals(mean, decimals)
	}
	return format.Decimals(mean, decimals) + " ± " + format.Decimals(sd, decimals)
}

// intervalText writes a 95 % interval.
func intervalText(e estimate.Estimate, decimals int) string {
	if !e.Interval(.95).Known() {
		return format.Dash
	}
	return e.Interval(.95).Text(decimals)
}

// table shows the losses of each size and method.
func (r *Report) table() page.Table {
	t := page.Table{Head: []string{"n", "method", "runs", "train loss ± sd", "test loss ± sd", "95 % interval", "accuracy", "paper's test loss ± sd"}}
	for _, s := range r.sizes {
		for m := range methods {
			n := ""
			if m == descent {
				n = strconv.Itoa(s.N)
			}
			train, test := values(s.Runs, m, trainLoss), values(s.Runs, m, testLoss)
			paper := s.paper(m)
			t.Add(n, methodNames[m], strconv.Itoa(len(s.Runs)), meanAndSD(estimate.Mean(train), estimate.StdDev(train), 4), meanAndSD(estimate.Mean(test), estimate.StdDev(test), 4),
				intervalText(s.test(m), 4), format.Percent(s.Here.accuracy[m], 2), meanAndSD(paper.mean, paper.sd, 3))
		}
	}
	return t
}

// notes say which runs are missing and explain the columns.
func (r *Report) notes() []string {
	return append(bysize.Notes(r.sizes), "n: hidden units. SGD: stochastic gradient descent. Losses are mean negative log-likelihoods in nats; sd: standard deviation over the runs; 95 % interval: of the mean test loss. accuracy: on the test images.",
		"The paper's means are those of about 1000 runs each, on a part of MNIST that it does not state.")
}

// differenceTable compares the methods.
func (r *Report) differenceTable() page.Table {
	t := page.Table{Head: []string{"n", "test loss, annealing - SGD", "the same in the paper", "train loss, annealing - SGD", "accuracy lost to SGD", "to annealing"}}
	for _, s := range withRuns(r.sizes) {
		paper := s.paper(annealing).mean - s.paper(descent).mean
		t.Add(strconv.Itoa(s.N), s.testDifference().Text(4), format.Decimals(paper, 3), s.trainDifference().Text(4), percents(s.accuracyLost(descent)), percents(s.accuracyLost(annealing)))
	}
	return t
}

// percents writes a fraction in percent, with its interval.
func percents(e estimate.Estimate) string {
	in := estimate.New(100*e.Value, func(level float64) estimate.Interval {
		i := e.Interval(level)
		return estimate.Interval{Low: 100 * i.Low, High: 100 * i.High}
	})
	return in.Text(2)
}

// csv returns a header and one row for each size, with all digits; a field is empty where
// there is no number.
func (r *Report) csv() [][]string {
	head := []string{"n", "runs", "planned_runs", "diverged", "images", "sweeps"}
	for m := range methods {
		name := strings.ReplaceAll(strings.ToLower(methodNames[m]), "-", "_")
		for _, field := range []string{"train", "test", "test_sd", "test_low", "test_high", "accuracy", "paper_test", "paper_test_sd"} {
			head = append(head, name+"_"+field)
		}
	}
	rows := [][]string{append(head, "difference", "difference_low", "difference_high", "accuracy_lost", "accuracy_lost_low", "accuracy_lost_high")}
	for _, s := range r.sizes {
		row := []string{strconv.Itoa(s.N), strconv.Itoa(len(s.Runs)), strconv.Itoa(s.Planned), strconv.Itoa(s.Diverged), strconv.Itoa(r.results.Plan.TrainSamples), strconv.Itoa(r.results.Plan.Epochs)}
		for m := range methods {
			i, paper := s.test(m).Interval(.95), s.paper(m)
			row = append(row, format.Shortest(s.Here.train[m], s.Here.test[m], estimate.StdDev(values(s.Runs, m, testLoss)), i.Low, i.High, s.Here.accuracy[m], paper.mean, paper.sd)...)
		}
		for _, e := range []estimate.Estimate{s.testDifference(), s.accuracyLost(descent)} {
			i := e.Interval(.95)
			row = append(row, format.Shortest(e.Value, i.Low, i.High)...)
		}
		rows = append(rows, row)
	}
	return rows
}
