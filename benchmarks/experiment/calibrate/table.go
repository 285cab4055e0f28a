package calibrate

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
)

// A Table is the result of a search: every setting tried, by rung.
type Table struct {
	rungs      []rung
	Search     Search
	Data       string
	DataSHA256 string
	Rungs      [][]Trial
}

// Winners returns the best setting of the last rung for each preset.
func (t *Table) Winners() map[string]Trial {
	best := map[string]Trial{}
	for _, c := range contests {
		best[c.preset] = c.ranking(t.Rungs[len(t.Rungs)-1])[0]
	}
	return best
}

func (t *Table) facts(header []environment.Fact) []environment.Fact {
	return append(slices.Clone(header),
		environment.Fact{"data", t.Data}, environment.Fact{"data sha256", t.DataSHA256}, environment.Fact{"seed", strconv.FormatUint(t.Search.Seed, 10)},
		environment.Fact{"published", "Choromanska et al., AISTATS 2015, means of Fig. 7"})
}

const introduction = `# Calibration

Settings that the paper does not state, by the worst relative deviation of their mean losses from the published ones.

The first three rungs choose; the last measures the two that were chosen, on starts and minibatches of its own, and
chooses nothing. The figures of the first three are means over few networks: the best of many settings looks better
than it is, and differences of a few per cent are not significant. A start, minibatch and schedule is taken into the
second rung, and so tried at 500 units, by its losses at 25 and 100 units.

`

// WriteMarkdown writes the winners beside the published means, and then all settings, rung
// by rung, the best first.
func (t *Table) WriteMarkdown(w io.Writer, header []environment.Fact) error {
	var b strings.Builder
	b.WriteString(introduction)
	b.WriteString(environment.List(t.facts(header)))
	b.WriteString(t.Summary())
	for i, trials := range t.Rungs {
		writeRung(&b, i, t.rungs[i], trials)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Summary returns, in Markdown, the winners' means beside the published ones.
func (t *Table) Summary() string {
	var b strings.Builder
	winners := t.Winners()
	for _, c := range contests {
		writeWinner(&b, c, winners[c.preset])
	}
	return b.String()
}

func writeWinner(b *strings.Builder, c contest, m Trial) {
	fmt.Fprintf(b, "\n## Best of %s (preset %s)\n\n%s; worst deviation %s, rms %s, %d epochs.\n\n",
		c.name, c.preset, m.Setting, percent(m.Worst), percent(m.RMS), m.Epochs)
	b.WriteString("| n | runs | train | published | deviation | test | published | deviation |\n|" + strings.Repeat("---:|", 8) + "\n")
	for _, s := range m.Sizes {
		p, d := published(s.N), s.deviations()
		fmt.Fprintf(b, "| %d | %d | %.5f | %.5f | %s | %.5f | %.5f | %s |\n",
			s.N, s.Runs, s.Train, p.Train, signed(d[0]), s.Test, p.Test, signed(d[1]))
	}
}

func writeRung(b *strings.Builder, i int, r rung, trials []Trial) {
	fmt.Fprintf(b, "\n## Rung %d: %s\n\nNetworks of each setting: ", i+1, r.title)
	for j, n := range r.sizes {
		fmt.Fprintf(b, "%d of n = %d, ", r.runs[j], n)
	}
	b.WriteString("with the same starts and minibatches for all settings. Means are train / test.\n\n")
	b.WriteString("| start | minibatch | schedule | rate | decay | sum of rates | epochs |")
	for _, n := range r.sizes {
		fmt.Fprintf(b, " n = %d |", n)
	}
	b.WriteString(" worst | rms |\n|---|---:|---|" + strings.Repeat("---:|", 6+len(r.sizes)) + "\n")
	b.WriteString("| published | | | | | | |")
	for _, n := range r.sizes {
		p := published(n)
		fmt.Fprintf(b, " %.4f / %.4f |", p.Train, p.Test)
	}
	b.WriteString(" | |\n")
	for _, m := range ranking(trials) {
		s := m.Setting
		fmt.Fprintf(b, "| %s | %d | %s | %v | %v | %.3g | %d |", s.Start, s.Batch, s.Schedule, s.Rate, s.Decay, s.RateSum(), m.Epochs)
		for _, z := range m.Sizes {
			if math.IsNaN(z.Train + z.Test) {
				b.WriteString(" diverged |")
			} else {
				fmt.Fprintf(b, " %.4f / %.4f |", z.Train, z.Test)
			}
		}
		fmt.Fprintf(b, " %s | %s |\n", percent(m.Worst), percent(m.RMS))
	}
}

// WriteCSV writes one line for each setting, rung and size, in the order of the
// search, with all digits; losses are empty where a network diverged. Header
// lines begin with #.
func (t *Table) WriteCSV(w io.Writer, header []environment.Fact) error {
	for _, f := range t.facts(header) {
		if _, err := fmt.Fprintf(w, "# %s: %s\n", f[0], f[1]); err != nil {
			return err
		}
	}
	c := csv.NewWriter(w)
	// law is the schedule: the name that format 1 has always had, as in plan.json.
	c.Write([]string{"rung", "start", "minibatch", "law", "rate", "decay", "rate_sum", "epochs", "n", "runs",
		"train_loss_mean", "test_loss_mean", "paper_train_loss_mean", "paper_test_loss_mean", "worst_deviation", "rms_deviation"})
	for _, trials := range t.Rungs {
		for _, m := range trials {
			s := m.Setting
			for _, z := range m.Sizes {
				p := published(z.N)
				c.Write([]string{strconv.Itoa(m.Rung), s.Start, strconv.Itoa(s.Batch), string(s.Schedule), digits(s.Rate), digits(s.Decay),
					digits(s.RateSum()), strconv.Itoa(m.Epochs), strconv.Itoa(z.N), strconv.Itoa(z.Runs),
					digits(z.Train), digits(z.Test), digits(p.Train), digits(p.Test), digits(m.Worst), digits(m.RMS)})
			}
		}
	}
	c.Flush()
	return c.Error()
}

// String describes the setting.
func (s Setting) String() string {
	schedule := fmt.Sprintf("%v x %v^e", s.Rate, s.Decay)
	if s.Schedule == mnist.Inverse {
		schedule = fmt.Sprintf("%v / (1 + %v e)", s.Rate, s.Decay)
	}
	return fmt.Sprintf("start %s, minibatch %d, rate %s at epoch e", s.Start, s.Batch, schedule)
}

func percent(share float64) string {
	if math.IsInf(share, 0) {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*share)
}

func signed(share float64) string { return fmt.Sprintf("%+.1f %%", 100*share) }

// digits formats a number in the shortest form that reads back as the same number; "" if
// it is not finite.
func digits(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
