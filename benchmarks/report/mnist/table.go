package mnist

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// A Table is the result of the experiment: for each size the train and test
// losses, the test accuracy and the correlation of the losses, each above the
// paper's figure, with the plan and the environment under them.
type Table struct {
	plan     mnist.Plan
	sizes    []size
	warnings []string    // what no reader may miss
	notes    []string    // what was left out and how to read the columns
	facts    []page.Fact // plan, data, environment
}

// NewTable computes the table of a plan's runs. Some or all of the runs may be
// missing and some may have diverged; the table says so and uses the others.
// The environments are those of experiment.ReadEnvironments.
func NewTable(runs []mnist.Run, plan mnist.Plan, environments []environment.Environment) *Table {
	return newTable(measure(runs, plan), plan, environments)
}

func newTable(sizes []size, plan mnist.Plan, environments []environment.Environment) *Table {
	t := &Table{plan: plan, sizes: sizes, warnings: warnings(plan), facts: facts(plan, environments)}
	t.notes = t.explain()
	return t
}

// warnings are the facts without which the table misleads.
func warnings(p mnist.Plan) []string {
	var list []string
	if p.Data == "builtin" {
		list = append(list, "data: builtin. These are digits drawn by this program, NOT MNIST; no figure compares with the paper's.")
	}
	if d := departures(p); len(d) > 0 {
		list = append(list, "Not the paper's protocol, so its figures are no like-for-like comparison: "+strings.Join(d, "; ")+".")
	}
	return list
}

// explain says what is not in the numbers.
func (t *Table) explain() []string {
	var list []string
	few, fitted := false, here(t.sizes)
	for _, one := range t.sizes {
		s := one.here
		if missing := t.plan.Runs - s.runs - s.diverged; missing > 0 {
			list = append(list, fmt.Sprintf("n = %d: %d of %d runs are there.", s.n, t.plan.Runs-missing, t.plan.Runs))
		}
		if s.diverged > 0 {
			list = append(list, fmt.Sprintf("n = %d: %d of %d runs diverged and are left out.", s.n, s.diverged, s.runs+s.diverged))
		}
		if s.runs > 0 && !fitted.has(s.n) {
			list = append(list, fmt.Sprintf("n = %d: one pack gives no interval; fits and claims do without this size.", s.n))
		}
		few = few || one.resampled != nil && s.packs < fewPacks
	}
	units := "n: hidden units"
	if hidden := t.plan.Hidden; hidden != nil {
		units += fmt.Sprintf(", in %d layers of %s", len(hidden), mnist.LayersText(hidden))
	}
	list = append(list, units+". Losses: mean negative log-likelihood in nats, mean and standard deviation over the runs.",
		"r: Pearson correlation of train and test loss; interval: percentile bootstrap over packs of 16 runs"+
			" that share their minibatch order.")
	if few {
		list = append(list, fmt.Sprintf("Fewer than %d packs: the runs within each pack are resampled as well. The intervals are rough.", fewPacks))
	}
	return list
}

// facts are the plan and the environment as a list of names and texts.
func facts(p mnist.Plan, environments []environment.Environment) []page.Fact {
	list := []page.Fact{
		{Name: "data", Text: fmt.Sprintf("%s, %d training and %d test images of 10x10 pixels", p.Data, p.TrainSamples, p.TestSamples)},
		{Name: "data sha256", Text: p.DataSHA256},
		{Name: "plan", Text: fmt.Sprintf("%s of each size, %s, minibatch %d, rate %s, %s starts, seed %d",
			format.Count(p.Runs, "run"), format.Count(p.Epochs, "epoch"), p.Batch, rateText(p), p.Start, p.Seed)},
	}
	if p.Float64 {
		list = append(list, page.Fact{Name: "precision", Text: "float64 (without -float64: float32)"})
	}
	for _, e := range environments {
		list = append(list, page.Fact{Name: "computed on", Text: e.String()})
	}
	if len(environments) == 0 {
		list = append(list, page.Fact{Name: "computed on", Text: "not recorded"})
	}
	return append(list, page.Fact{Name: "paper", Text: citation + ", Table 1 and Fig. 7"})
}

// rateText is the learning rate at epoch e, counted from 0.
func rateText(p mnist.Plan) string {
	if p.Schedule == mnist.Inverse {
		return fmt.Sprintf("%v/(1 + %v e) at epoch e", p.Rate, p.Decay)
	}
	return fmt.Sprintf("%v*%v^e at epoch e", p.Rate, p.Decay)
}

// grid is the table as people read it.
func (t *Table) grid() page.Grid {
	g := page.Grid{Head: []string{"n", "", "runs", "div.", "train loss ± sd", "test loss ± sd", "accuracy", "r", "95 % interval"}}
	for _, one := range t.sizes {
		s := one.here
		g.Add(strconv.Itoa(s.n), "here", strconv.Itoa(s.runs), strconv.Itoa(s.diverged),
			s.train.String(), s.test.String(), format.Percent(s.accuracy.mean, 2), format.Decimals(s.r, 4), one.correlation().Text(3))
		if p := one.paper; p != nil {
			g.Add("", "paper", strconv.Itoa(p.runs), format.Dash, p.train.String(), p.test.String(), format.Dash, format.Decimals(p.r, 4), format.Dash)
		}
	}
	return g
}

// WriteText writes the table for a terminal or a text file of 100 columns.
func (t *Table) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, line := range t.warnings {
		format.Wrap(&b, "!!! ", "    ", line)
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	t.grid().WriteText(&b)
	b.WriteByte('\n')
	for _, line := range t.notes {
		format.Wrap(&b, "", "  ", line)
	}
	b.WriteByte('\n')
	for _, f := range t.facts {
		format.Wrap(&b, fmt.Sprintf("%-13s", f.Name), strings.Repeat(" ", 13), f.Text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteMarkdown writes the table for a Markdown document.
func (t *Table) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	for _, line := range t.warnings {
		fmt.Fprintf(&b, "> **%s**\n\n", line)
	}
	t.grid().WriteMarkdown(&b)
	b.WriteByte('\n')
	for _, line := range t.notes {
		fmt.Fprintf(&b, "- %s\n", line)
	}
	b.WriteByte('\n')
	for _, f := range t.facts {
		fmt.Fprintf(&b, "- %s: %s\n", f.Name, f.Text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteCSV writes one line for each size, with a header. Numbers have all their
// digits; a field is empty where there is none. The columns named paper_ are
// the published figures.
func (t *Table) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Write([]string{"n", "runs", "diverged", "packs",
		"train_loss_mean", "train_loss_sd", "test_loss_mean", "test_loss_sd",
		"test_accuracy_mean", "test_accuracy_sd", "correlation", "correlation_low", "correlation_high",
		"paper_runs", "paper_train_loss_mean", "paper_train_loss_sd", "paper_test_loss_mean", "paper_test_loss_sd", "paper_correlation",
		"planned_runs", "epochs", "seed", "data", "data_sha256", "environment"})
	for _, one := range t.sizes {
		s, r := one.here, one.correlation()
		row := []string{strconv.Itoa(s.n), strconv.Itoa(s.runs), strconv.Itoa(s.diverged), strconv.Itoa(s.packs)}
		row = append(row, format.Shortest(s.train.mean, s.train.sd, s.test.mean, s.test.sd,
			s.accuracy.mean, s.accuracy.sd, s.r, r.Low, r.High)...)
		if p := one.paper; p != nil {
			row = append(row, strconv.Itoa(p.runs))
			row = append(row, format.Shortest(p.train.mean, p.train.sd, p.test.mean, p.test.sd, p.r)...)
		} else {
			row = append(row, make([]string, 6)...)
		}
		row = append(row, strconv.Itoa(t.plan.Runs), strconv.Itoa(t.plan.Epochs), strconv.FormatUint(t.plan.Seed, 10),
			t.plan.Data, t.plan.DataSHA256, t.computedOn())
		c.Write(row)
	}
	c.Flush()
	return c.Error()
}

func (t *Table) computedOn() string {
	var all []string
	for _, f := range t.facts {
		if f.Name == "computed on" {
			all = append(all, f.Text)
		}
	}
	return strings.Join(all, "; ")
}
