package mnist

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// warnings are the facts without which the results would mislead.
func warnings(p mnist.Plan) []string {
	list := page.DataWarnings(p.Data)
	if d := departures(p); len(d) > 0 {
		list = append(list, "Not the paper's protocol, so its results are not directly comparable: "+strings.Join(d, "; ")+".")
	}
	return list
}

// notes say which runs are missing from the table and explain its columns.
func (s *statistics) notes() []string {
	var list []string
	for _, size := range s.sizes {
		v := size.here
		list = append(list, page.RunNotes(v.n, v.runs+v.diverged, v.diverged, s.planned[v.n])...)
		if far := size.farAbove(); far >= .01 {
			list = append(list, fmt.Sprintf("n = %d: %s of the runs end far above the others: at a test loss above the median by more than %d times its robust standard deviation (interquartile range / 1.349). They dominate mean and sd.",
				v.n, format.Percent(far, 1), farDeviations))
		}
		if v.runs > 0 && !contains(s.here, v.n) {
			list = append(list, fmt.Sprintf("n = %d: one pack gives no interval; fits and claims leave this size out.", v.n))
		}
	}
	units := "n: hidden units"
	if hidden := s.plan.Hidden; hidden != nil {
		units += fmt.Sprintf(", in %d layers of %s", len(hidden), mnist.LayersText(hidden))
	}
	list = append(list, units+". Losses: mean negative log-likelihood in nats, mean and standard deviation over the runs.",
		"r: Pearson correlation of train and test loss. Its interval is Student's on Fisher's scale artanh r, with the standard error of a jackknife over the packs of"+
			" 16 runs that share their minibatch order; of two or three packs it is wide, and varies much by chance.",
		"div.: diverged runs: "+mnist.DivergedMeaning+". They enter no other number.")
	return list
}

// facts are the plan and the environments.
func facts(p mnist.Plan, planned map[int]int, environments []environment.Environment) []page.Fact {
	list := []page.Fact{
		{Name: "data", Text: fmt.Sprintf("%s, %d training and %d test images of 10x10 pixels", p.Data, p.TrainSamples, p.TestSamples)},
		{Name: "data sha256", Text: p.DataSHA256},
		{Name: "plan", Text: fmt.Sprintf("%s, %s, minibatch %d, rate %s, %s starts, seed %d",
			runsText(p.Sizes, planned), format.Count(p.Epochs, "epoch"), p.Batch, rateText(p), p.Start, p.Seed)},
	}
	if p.Float64 {
		list = append(list, page.Fact{Name: "precision", Text: "float64 (without -float64: float32)"})
	}
	list = append(list, page.ComputedOn(environments)...)
	return append(list, page.Fact{Name: "paper", Text: citation + ", Table 1 and Fig. 7"})
}

// runsText writes the numbers of runs: "32 runs of each size", or "1000 runs of n = 25, 50; 208
// runs of n = 500".
func runsText(sizes []int, planned map[int]int) string {
	byNumber := make(map[int][]string)
	var numbers []int
	for _, n := range sizes {
		runs := planned[n]
		if byNumber[runs] == nil {
			numbers = append(numbers, runs)
		}
		byNumber[runs] = append(byNumber[runs], strconv.Itoa(n))
	}
	if len(numbers) == 1 {
		return format.Count(numbers[0], "run") + " of each size"
	}
	var texts []string
	for _, runs := range numbers {
		texts = append(texts, format.Count(runs, "run")+" of n = "+strings.Join(byNumber[runs], ", "))
	}
	return strings.Join(texts, "; ")
}

// rateText writes the learning rate as a function of the epoch e, counted from 0.
func rateText(p mnist.Plan) string {
	if p.Schedule == mnist.Inverse {
		return fmt.Sprintf("%v/(1 + %v e) at epoch e", p.Rate, p.Decay)
	}
	return fmt.Sprintf("%v*%v^e at epoch e", p.Rate, p.Decay)
}

// table shows, for each size, losses, test accuracy and the correlation of the
// losses, with the published numbers below them.
func (s *statistics) table() page.Table {
	t := page.Table{Head: []string{"n", "", "runs", "div.", "train loss ± sd", "test loss ± sd", "accuracy", "r", "95 % interval"}}
	for _, size := range s.sizes {
		v := size.here
		t.Add(strconv.Itoa(v.n), "here", strconv.Itoa(v.runs), strconv.Itoa(v.diverged), v.train.String(), v.test.String(),
			format.Percent(v.accuracy.mean, 2), format.Decimals(v.r, 4), size.evaluate(pearson).Interval(.95).Text(3))
		if p := size.published; p != nil {
			t.Add("", "paper", strconv.Itoa(p.runs), format.Dash, p.train.String(), p.test.String(), format.Dash, format.Decimals(p.r, 4), format.Dash)
		}
	}
	return t
}

// csv returns a header and one row for each size. Numbers have all their digits;
// a field is empty where there is none. The columns paper_... are published
// numbers.
func (s *statistics) csv(facts []page.Fact) [][]string {
	rows := [][]string{{"n", "runs", "diverged", "packs",
		"train_loss_mean", "train_loss_sd", "test_loss_mean", "test_loss_sd",
		"test_accuracy_mean", "test_accuracy_sd", "correlation", "correlation_low", "correlation_high",
		"paper_runs", "paper_train_loss_mean", "paper_train_loss_sd", "paper_test_loss_mean", "paper_test_loss_sd", "paper_correlation",
		"planned_runs", "epochs", "seed", "data", "data_sha256", "environment"}}
	for _, size := range s.sizes {
		v, r := size.here, size.evaluate(pearson).Interval(.95)
		row := []string{strconv.Itoa(v.n), strconv.Itoa(v.runs), strconv.Itoa(v.diverged), strconv.Itoa(v.packs)}
		row = append(row, format.Shortest(v.train.mean, v.train.sd, v.test.mean, v.test.sd,
			v.accuracy.mean, v.accuracy.sd, v.r, r.Low, r.High)...)
		if p := size.published; p != nil {
			row = append(row, strconv.Itoa(p.runs))
			row = append(row, format.Shortest(p.train.mean, p.train.sd, p.test.mean, p.test.sd, p.r)...)
		} else {
			row = append(row, make([]string, 6)...)
		}
		rows = append(rows, append(row, strconv.Itoa(s.planned[v.n]), strconv.Itoa(s.plan.Epochs), strconv.FormatUint(s.plan.Seed, 10),
			s.plan.Data, s.plan.DataSHA256, page.ComputedOnText(facts)))
	}
	return rows
}
