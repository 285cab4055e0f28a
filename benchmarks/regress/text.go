package regress

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/perf/benchunit"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

// WriteText writes the result for a terminal.
func (c *Comparison) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "old: %s\nnew: %s\n\n", c.Old.describe(), c.New.describe())
	c.writeExact(&b)
	if len(c.Series) > 0 {
		c.writeTable(&b)
	}
	for _, note := range c.Notes() {
		fmt.Fprintf(&b, "%s\n", note)
	}
	fmt.Fprintf(&b, "%s\n", c.Conclusion())
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *Comparison) writeExact(b *strings.Builder) {
	if len(c.Exact) == 0 {
		return
	}
	b.WriteString("exact results that differ:\n")
	for _, e := range c.Exact {
		fmt.Fprintf(b, "  %s: %s\n", c.name(e.Key), e.change())
	}
	b.WriteString("\n")
}

func (e ExactResult) change() string {
	text := fmt.Sprintf("%s %s -> %s", e.Unit, strings.Join(e.Old, " or "), strings.Join(e.New, " or "))
	if len(e.Details) > 0 {
		const shown = 3
		text += ": " + strings.Join(e.Details[:min(shown, len(e.Details))], ", ")
		if more := len(e.Details) - shown; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
	}
	if e.isCount() {
		return text
	}
	for i, values := range [][]string{e.Old, e.New} {
		if len(values) > 1 {
			text += fmt.Sprintf(" (not reproducible on the %s side)", measure.Arm(i))
		}
	}
	return text
}

func (c *Comparison) writeTable(b *strings.Builder) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "benchmark\tunit\told\tnew\tnew/old - 1\t%g %% interval\tverdict\n", 100*(1-stats.Alpha))
	for _, s := range c.Series {
		class := benchunit.ClassOf(s.Unit)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.name(s.Key), s.Unit,
			benchunit.Scale(s.Old, class), benchunit.Scale(s.New, class), percent(s.Effect), s.interval(), s.verdict())
	}
	t.Flush()
	b.WriteString("\n")
}

// name returns the name of a benchmark, with its package if there are several.
func (c *Comparison) name(key measure.Key) string {
	name := strings.TrimPrefix(key.Benchmark, "Benchmark")
	if slices.ContainsFunc(c.Series, func(s *Series) bool { return s.Package != c.Series[0].Package }) {
		return key.Package + "." + name
	}
	return name
}

func percent(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return fmt.Sprintf("%+.2f %%", 100*x)
}

func (s *Series) interval() string {
	if math.IsNaN(s.Low) {
		return "-"
	}
	return fmt.Sprintf("%+.2f to %+.2f", 100*s.Low, 100*s.High)
}

func (s *Series) verdict() string {
	if s.Verdict == stats.Undecided && !math.IsNaN(s.Detectable) {
		return fmt.Sprintf("undecided, sees %.1f %%", 100*s.Detectable)
	}
	return string(s.Verdict)
}

// Notes returns the sentences below the table.
func (c *Comparison) Notes() []string {
	var notes []string
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if len(c.Rounds) > 0 {
		add("%d rounds of %d layouts, %s, in %s. Equivalent means within %g %%.",
			len(c.Rounds), c.Options.Layouts, c.planText(), c.Elapsed.Round(1e9), 100*c.Options.Margin)
		add("variance of a difference: %s", c.sharesText())
		add("null: %d of %d series of the old side against itself called different", len(c.NullAlarms), len(c.Series))
	}
	if c.NullOutOfBounds() {
		add("  that is more than chance allows (%s): do not trust the speeds above", strings.Join(c.NullAlarms, ", "))
	}
	if excluded := c.Excluded(); len(excluded) > 0 {
		add("the host changed in %d rounds, which do not count; in round %d %s", len(excluded), excluded[0].Number, excluded[0].Host.Excluded)
	}
	for _, f := range c.functions {
		if f.Alone != "" {
			add("%s does not run in several processes at once (%s), and was measured alone", f.Name, f.Alone)
		}
	}
	if len(c.Unjudged) > 0 {
		add("without a result in some process, and not judged (what prints to standard output breaks its results): %s", strings.Join(c.Unjudged, ", "))
	}
	if zeros := c.zeros(); zeros != nil {
		add("not judged, since a value is zero: %s", strings.Join(zeros, ", "))
	}
	if c.Identical > 0 {
		add("test binaries that are the same bytes on both sides: %d", c.Identical)
	}
	notes = append(notes, c.instructionNotes()...)
	for i, only := range c.Only {
		if len(only) > 0 {
			add("only on the %s side: %s", measure.Arm(i), strings.Join(only, ", "))
		}
	}
	return notes
}

// planText says how much was measured in each process.
func (c *Comparison) planText() string {
	if c.Plan.Slices > 0 {
		return fmt.Sprintf("%d slices of %v a benchmark and process", c.Plan.Slices, c.Plan.Benchtime)
	}
	return fmt.Sprintf("%v a benchmark and process", c.Plan.Benchtime)
}

// sharesText says how much of the variance comes from where, the mean over the series.
func (c *Comparison) sharesText() string {
	var sum stats.Shares
	n := 0.0
	for _, s := range c.Series {
		if s.Shares != (stats.Shares{}) {
			n++
			sum.Layout += s.Shares.Layout
			sum.Process += s.Shares.Process
			sum.Machine += s.Shares.Machine
		}
	}
	if n == 0 {
		return "too few rounds to split it"
	}
	return fmt.Sprintf("layout %.0f %%, process %.0f %%, machine %.0f %%", 100*sum.Layout/n, 100*sum.Process/n, 100*sum.Machine/n)
}

// Conclusion returns the last line.
func (c *Comparison) Conclusion() string {
	if len(c.Rounds) == 0 {
		return "SAME: every test binary is the same bytes on both sides"
	}
	counts := fmt.Sprintf("%d worse, %d better, %d equivalent, %d undecided, %d exact results differ",
		c.Count(stats.Worse), c.Count(stats.Better), c.Count(stats.Equivalent), c.Count(stats.Undecided), len(c.Exact))
	switch c.Status() {
	case StatusSame:
		return "NO REGRESSION: " + counts
	case StatusRegressed:
		return "REGRESSION: " + counts
	}
	switch {
	case c.judgesNothing():
		return "NOTHING JUDGED: " + counts
	case c.NullOutOfBounds():
		return "NOT TO BE TRUSTED: " + counts
	}
	return "UNDECIDED: " + counts
}
