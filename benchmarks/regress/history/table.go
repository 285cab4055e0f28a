package history

import (
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/perf/benchunit"
	"gonum.org/v1/gonum/stat"
)

// A Line is one benchmark over the records.
type Line struct {
	Benchmark string
	Medians   []float64 // NaN where a record does not have it
	Steps     []Step    // what changed since the last record that has it
}

// A Step is what changed from one record to the next.
type Step struct {
	Speed  float64 // ratio of the medians - 1 if that is a step; else 0
	Result bool    // the digest
}

// String returns "" for no step, else "+8 %", "result" or both.
func (s Step) String() string {
	var marks []string
	if s.Speed != 0 {
		marks = append(marks, fmt.Sprintf("%+.0f %%", 100*s.Speed))
	}
	if s.Result {
		marks = append(marks, "result")
	}
	return strings.Join(marks, ", ")
}

// stepSize is the smallest difference between medians that is called a step.
const stepSize = 0.05

// Lines returns the benchmarks that match the pattern, by name.
func Lines(records []*Record, pattern *regexp.Regexp) []Line {
	names := map[string]bool{}
	for _, r := range records {
		for name := range r.Values {
			if pattern.MatchString(name) {
				names[name] = true
			}
		}
	}
	var lines []Line
	for _, name := range slices.Sorted(maps.Keys(names)) {
		l := Line{Benchmark: name}
		var last *Record
		for _, r := range records {
			values := r.Values[name]
			if len(values) == 0 {
				l.Medians, l.Steps = append(l.Medians, math.NaN()), append(l.Steps, Step{})
				continue
			}
			l.Medians = append(l.Medians, median(values))
			l.Steps = append(l.Steps, step(last, r, name))
			last = r
		}
		lines = append(lines, l)
	}
	return lines
}

// step says what changed between two records. The speed did if all repetitions of one are
// above all of the other, and the medians are at least stepSize apart.
func step(before, now *Record, name string) (s Step) {
	if before == nil {
		return s
	}
	a, b := before.Values[name], now.Values[name]
	ratio := median(b)/median(a) - 1
	apart := slices.Min(a) > slices.Max(b) || slices.Max(a) < slices.Min(b)
	if apart && math.Abs(ratio) >= stepSize {
		s.Speed = ratio
	}
	x, y := before.Exact[name], now.Exact[name]
	s.Result = x != "" && y != "" && x != y
	return s
}

func median(values []float64) float64 {
	return stat.Quantile(0.5, stat.Empirical, slices.Sorted(slices.Values(values)), nil)
}

// Write writes the lines as a table, one column for each record. The first value after a
// step is followed by the step in brackets.
func Write(w io.Writer, records []*Record, unit string, lines []Line) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s\t", unit)
	for _, r := range records {
		fmt.Fprintf(t, "%s\t", r.Commit)
	}
	fmt.Fprint(t, "\n\t")
	for _, r := range records {
		fmt.Fprintf(t, "%.10s\t", r.Date)
	}
	fmt.Fprintln(t)
	class := benchunit.ClassOf(unit)
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t", strings.TrimPrefix(l.Benchmark, "Benchmark"))
		for i, m := range l.Medians {
			text := "-"
			if m == m {
				text = benchunit.Scale(m, class)
			}
			if step := l.Steps[i].String(); step != "" {
				text += " [" + step + "]"
			}
			fmt.Fprintf(t, "%s\t", text)
		}
		fmt.Fprintln(t, sparkline(l.Medians))
	}
	return t.Flush()
}

// sparkline draws the medians in one line of text, scaled from their least to their largest;
// nothing for fewer than two.
func sparkline(medians []float64) string {
	low, high, known := math.Inf(1), math.Inf(-1), 0
	for _, m := range medians {
		if m == m {
			low, high = min(low, m), max(high, m)
			known++
		}
	}
	if known < 2 {
		return ""
	}
	levels := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, m := range medians {
		switch {
		case m != m:
			b.WriteByte(' ')
		case high == low:
			b.WriteRune(levels[0])
		default:
			b.WriteRune(levels[int((m-low)/(high-low)*float64(len(levels)-1)+0.5)])
		}
	}
	return b.String()
}
