package history

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/perf/benchunit"
	"gonum.org/v1/plot"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// WriteFigures writes a plot of each line, DIR/BENCHMARK.svg, and a page with all of them,
// DIR/history.html.
func WriteFigures(dir, machine, unit string, records []*Record, lines []Line) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var figures []template.HTML
	for _, l := range lines {
		svg, err := draw(unit, records, l).SVG()
		if err != nil {
			return err
		}
		if err := atomicfile.Write(filepath.Join(dir, fileName(l.Benchmark)), svg); err != nil {
			return err
		}
		_, body, _ := strings.Cut(string(svg), "<svg ")
		figures = append(figures, template.HTML("<svg "+body))
	}
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, map[string]any{"Machine": machine, "Unit": unit, "Records": records, "Lines": lines, "Figures": figures})
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, "history.html"), b.Bytes())
}

// fileName returns the name of the figure of a benchmark: slashes and whatever else a file
// system may refuse become underscores.
func fileName(benchmark string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("/\\:*?\"<>|", r) || r < ' ' {
			return '_'
		}
		return r
	}, benchmark) + ".svg"
}

// The marks of a figure.
var (
	repetition = figure.Points{Color: figure.Grey, Radius: 1.5}
	middle     = figure.Points{Color: figure.Blue, Radius: 3, Joined: true}
	faster     = figure.Points{Color: figure.Green, Radius: 6, Hollow: true}
	slower     = figure.Points{Color: figure.Vermillion, Radius: 6, Hollow: true}
	changed    = figure.Points{Color: figure.Purple, Radius: 8, Hollow: true}
)

// draw returns the plot of a line: all repetitions of each record, their median, and marks
// around the medians with which a step begins.
func draw(unit string, records []*Record, l Line) *figure.Figure {
	label := unit
	scaler := benchunit.CommonScale(l.finite(), benchunit.ClassOf(unit))
	if scaler.Prefix != "" {
		label = scaler.Prefix + unit
	}
	p := figure.NewPlot("", "", label)
	p.X.Tick.Marker = commits(records)
	var all, medians []figure.Point
	marks := map[*figure.Points][]figure.Point{}
	for i, r := range records {
		at := func(y float64) figure.Point {
			return figure.Point{X: float64(i), Y: y / scaler.Factor, Interval: estimate.NoInterval}
		}
		for _, v := range r.Values[l.Benchmark] {
			all = append(all, at(v))
		}
		medians = append(medians, at(l.Medians[i]))
		if s := l.Steps[i]; s.Speed != 0 {
			mark := &slower
			if (s.Speed > 0) == (r.Better >= 0) { // of a unit without a direction, up is green
				mark = &faster
			}
			marks[mark] = append(marks[mark], at(l.Medians[i]))
		}
		if l.Steps[i].Result {
			marks[&changed] = append(marks[&changed], at(l.Medians[i]))
		}
	}
	f := &figure.Figure{Name: l.Benchmark, Title: l.Benchmark, Height: 220, Panels: [][]*plot.Plot{{p}}}
	add := func(name string, style figure.Points, list []figure.Point) {
		if len(list) > 0 {
			style = style.WithList(list)
			p.Add(style)
			f.Legend = append(f.Legend, figure.Entry{Name: name, Thumbs: []plot.Thumbnailer{style}})
		}
	}
	add("repetition", repetition, all)
	add("median", middle, medians)
	add("better", faster, marks[&faster])
	add("worse", slower, marks[&slower])
	add("result changed", changed, marks[&changed])
	figure.AddMargins(p)
	return f
}

// finite returns the medians that are known.
func (l Line) finite() []float64 {
	var known []float64
	for _, m := range l.Medians {
		if !math.IsNaN(m) {
			known = append(known, m)
		}
	}
	return known
}

// commits are ticks at the records, with the beginnings of their hashes. Those that would touch
// each other are left out when the figure is drawn.
func commits(records []*Record) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for i, r := range records {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: fmt.Sprintf("%.7s", r.Commit)})
	}
	return ticks
}
