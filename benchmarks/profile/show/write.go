package show

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/internal/printable"
	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// BenchName is the name of the file in the Go benchmark format.
const BenchName = "bench.txt"

// Files returns all files of a profile, and of its comparison with an older one if there is
// one: the page, its Markdown and figures, the profile itself and, of measurements, the file
// in the Go benchmark format.
func Files(p, old *profile.Profile) ([]page.File, error) {
	chapters := page.Page{Chapter(p, true)}
	if old != nil {
		chapters = append(chapters, Comparison(old, p))
	}
	files, err := chapters.Files()
	if err != nil {
		return nil, err
	}
	if p.Rough == "" {
		bench, err := page.NewFile(BenchName, func(w io.Writer) error { return WriteBench(w, p) })
		if err != nil {
			return nil, err
		}
		files = append(files, bench)
	}
	data, err := page.NewFile(profile.Name, p.Write)
	return append(files, data), err
}

// WriteText writes a chapter of this package for a terminal, without its figures.
func WriteText(w io.Writer, c *page.Chapter) error {
	var b strings.Builder
	b.WriteString(printable.Text(c.Title) + "\n" + printable.Text(c.State) + "\n")
	for _, warning := range c.Warnings {
		format.Wrap(&b, "!!! ", "    ", printable.Text(warning))
	}
	for _, s := range append([]page.Section{c.Main}, c.Sections...) {
		if len(s.Table.Rows)+len(s.Notes)+len(s.Items) == 0 {
			continue
		}
		b.WriteString("\n" + s.Title + "\n")
		writeTable(&b, s.Table)
		for _, note := range s.Notes {
			format.Wrap(&b, "", "", printable.Text(note))
		}
		for _, item := range s.Items {
			format.Wrap(&b, "", "    ", printable.Text(item))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// isNumber reports whether a cell is a number, or one with a mark before it.
func isNumber(cell string) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return strings.ContainsRune("0123456789+-!~≥", first)
}

// writeTable writes a table whose columns of texts are aligned to the left, and whose other
// columns to the right.
func writeTable(b *strings.Builder, t page.Table) {
	if len(t.Rows) == 0 {
		return
	}
	rows := [][]string{t.Head}
	if strings.Join(t.Head, "") == "" {
		rows = nil
	}
	for _, row := range t.Rows {
		rows = append(rows, slices.Collect(func(yield func(string) bool) {
			for _, cell := range row {
				if !yield(printable.Text(cell)) {
					return
				}
			}
		}))
	}
	widths := make([]int, len(t.Head))
	isText := make([]bool, len(t.Head))
	for i, row := range rows {
		for k, cell := range row {
			widths[k] = max(widths[k], utf8.RuneCountInString(cell))
			if (i > 0 || len(rows) == len(t.Rows)) && cell != "" && cell != format.Dash {
				isText[k] = isText[k] || !isNumber(cell)
			}
		}
	}
	isText[0] = true
	for _, row := range rows {
		line := ""
		for k, cell := range row {
			space := strings.Repeat(" ", widths[k]-utf8.RuneCountInString(cell))
			if isText[k] {
				line += cell + space + "  "
			} else {
				line += space + cell + "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// WriteBench writes rates and times in the Go benchmark format, for benchstat: a line for
// each kernel, peak and level.
func WriteBench(w io.Writer, p *profile.Profile) error {
	header := [][2]string{{"# commit", p.Environment.Commit}, {"# go", p.Environment.Go}, {"# platform", p.Environment.Platform}, {"# cpu", p.Environment.CPU}, {"fingerprint", p.Environment.Fingerprint}}
	for _, line := range header {
		if line[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s: %s\n", line[0], printable.Text(line[1])); err != nil {
			return err
		}
	}
	out := benchfmt.NewWriter(w)
	for _, unit := range []string{"FLOP/s", "B/s", "instr/s", "%roof"} {
		if err := out.Write(&benchfmt.UnitMetadata{UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: unit, Key: "better"}, OrigUnit: unit, Value: "higher"}); err != nil {
			return err
		}
	}
	write := func(name string, values ...benchfmt.Value) error {
		values = slices.DeleteFunc(values, func(v benchfmt.Value) bool { return !(v.Value > 0) })
		if len(values) == 0 {
			return nil
		}
		name = strings.Map(func(r rune) rune {
			if r == ' ' {
				return '-'
			}
			return r
		}, strings.ReplaceAll(printable.Text(name), ", ", "-"))
		return out.Write(&benchfmt.Result{Name: benchfmt.Name(name), Iters: 1, Values: values})
	}
	for _, k := range p.Peaks {
		if err := write(fmt.Sprintf("Peak/operation=%s/isa=%s/type=%s/bits=%d/cores=%d", k.Operation, k.ISA, orNone(k.Element), k.Bits, k.Cores), benchfmt.Value{Value: k.Rate, Unit: unit(k)}); err != nil {
			return err
		}
	}
	for _, l := range p.Memory.Levels {
		if err := write(fmt.Sprintf("Memory/level=%d/operation=%s/cores=%d", l.Level, l.Operation, l.Cores), benchfmt.Value{Value: l.Rate, Unit: "B/s"}); err != nil {
			return err
		}
	}
	for _, k := range p.Kernels {
		if err := write(fmt.Sprintf("Kernel/size=%s/kernel=%s/isa=%s", strings.ReplaceAll(k.Size, "=", ""), k.Kernel, k.ISA),
			benchfmt.Value{Value: k.Seconds, Unit: "sec/op"}, benchfmt.Value{Value: k.Rate, Unit: "FLOP/s"}, benchfmt.Value{Value: 100 * k.OfCeiling, Unit: "%roof"}); err != nil {
			return err
		}
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
