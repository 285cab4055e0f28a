package regress

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"percent": percent}).Parse(pageText))

// A row is a series on the page.
type row struct {
	*Series
	Name, Interval, Text string
	Figure               template.HTML
}

// page returns the page: one HTML file that opens offline.
func (c *Comparison) page() ([]byte, error) {
	var rows []row
	for i, s := range c.Series {
		svg, err := c.drawing(i, s)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{s, c.name(s.Key), s.interval(), s.verdict(), svg})
	}
	var exact []string
	for _, e := range c.Exact {
		exact = append(exact, c.name(e.Key)+": "+e.change())
	}
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, map[string]any{
		"Old": c.Old.describe(), "New": c.New.describe(), "Conclusion": c.Conclusion(), "Exact": exact, "Rows": rows, "Notes": c.Notes(),
	})
	return b.Bytes(), err
}

// drawing returns the plot of a series: its differences over the rounds in percent, one
// colour and shape for each layout, and the interval of its effect as a band of lines.
func (c *Comparison) drawing(number int, s *Series) (template.HTML, error) {
	p := figure.NewPlot("", "round", "new/old - 1, percent")
	last := float64(max(1, len(c.Rounds)-1))
	horizontal := func(y float64, dashes []vg.Length) {
		if figure.IsDrawable(y) {
			p.Add(figure.NewLine(plotter.XYs{{X: 0, Y: y}, {X: last, Y: y}}, figure.Black, dashes))
		}
	}
	horizontal(0, nil)
	horizontal(100*s.Low, figure.Dashed)
	horizontal(100*s.High, figure.Dashed)
	f := &figure.Figure{Name: fmt.Sprint("series-", number), Title: c.name(s.Key) + " " + s.Unit, Height: 200, Panels: [][]*plot.Plot{{p}}}
	for layout := range c.Options.Layouts {
		points := figure.Points{Color: figure.CategoryColor(layout), Radius: 3, Hollow: layout%12 >= 6}
		var list []figure.Point
		for i, d := range s.Differences {
			if d.Layout == layout {
				list = append(list, figure.Point{X: float64(s.Numbers[i]), Y: 100 * math.Expm1(d.Value), Interval: estimate.NoInterval})
			}
		}
		points = points.WithList(list)
		p.Add(points)
		f.Legend = append(f.Legend, figure.Entry{Name: fmt.Sprint(layout + 1), Thumbs: []plot.Thumbnailer{points}})
	}
	figure.AddMargins(p)
	svg, err := f.SVG()
	if err != nil {
		return "", err
	}
	_, body, _ := strings.Cut(string(svg), "<svg ")
	return template.HTML("<svg " + body), nil
}
