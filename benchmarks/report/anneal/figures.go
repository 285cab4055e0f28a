package anneal

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// A drawing has the sizes that the figures show.
type drawing []*sizeResult

var methodColors = [methods]color.NRGBA{figure.Blue, figure.Vermillion, figure.Green}

// figures returns the figures; none without runs.
func (d drawing) figures() []*figure.Figure {
	d = withRuns(d)
	if len(d) == 0 {
		return nil
	}
	return []*figure.Figure{d.histograms(), d.means()}
}

// histograms shows the test losses of descent and annealing, as the paper's Fig. 6 does.
func (d drawing) histograms() *figure.Figure {
	f := &figure.Figure{
		Name: "anneal-histograms", Title: "Test losses of SGD and of simulated annealing, as in the paper's Fig. 6", Height: 170,
		Caption: "Share of the runs by mean test loss. Dashed: the means of the paper's runs, which were on other images of MNIST.",
	}
	var panels []*plot.Plot
	paper := false
	for _, s := range d {
		p := figure.NewPlot(fmt.Sprintf("n = %d, %d runs", s.N, len(s.Runs)), "test loss (nats)", "runs")
		var samples [][]float64
		for m := range threeValued {
			samples = append(samples, values(s.Runs, m, testLoss))
		}
		bins := figure.NewBins(samples)
		for m := range threeValued {
			figure.AddHistogram(p, bins, samples[m], methodColors[m], nil)
		}
		p.X.Tick.Marker, p.Y.Tick.Marker = figure.LinearTicks{MaxTicks: 4}, figure.PercentTicks{LinearTicks: figure.LinearTicks{MaxTicks: 4}}
		p.Y.Min = 0
		for m := range threeValued {
			if mean := s.paper(m).mean; mean == mean {
				paper = true
				p.Add(figure.NewLine(plotter.XYs{{X: mean, Y: 0}, {X: mean, Y: p.Y.Max}}, methodColors[m], figure.Dashed))
			}
		}
		panels = append(panels, p)
	}
	f.Panels = figure.Grid(panels, 2)
	for m := range threeValued {
		f.Legend = append(f.Legend, figure.Entry{Name: methodNames[m], Thumbs: []plot.Thumbnailer{figure.NewLine(nil, methodColors[m], nil)}})
	}
	if paper {
		f.Legend = append(f.Legend, figure.Entry{Name: "mean in the paper", Thumbs: []plot.Thumbnailer{figure.NewLine(nil, figure.Grey, figure.Dashed)}})
	}
	return f
}

// means shows the mean test losses over the size.
func (d drawing) means() *figure.Figure {
	var sizes []int
	for _, s := range d {
		sizes = append(sizes, s.N)
	}
	p := figure.NewSizePlot("hidden units n", "mean test loss (nats)", sizes)
	figure.SetLog(&p.Y)
	f := &figure.Figure{
		Name: "anneal-means", Title: "Mean test losses by size", Height: 300,
		Caption: "Filled: here, with 95 % intervals, where there are several packs of runs. Hollow: the means of the paper's runs, which were on other images of MNIST. three-valued: annealed networks whose parameters are -1, 0 or 1.",
	}
	var series []*figure.Points
	for m := range methods {
		var here, paper []figure.Point
		for _, s := range d {
			e := s.test(m)
			here = append(here, figure.Point{X: float64(s.N), Y: e.Value, Interval: e.Interval(.95)})
			paper = append(paper, figure.Point{X: float64(s.N), Y: s.paper(m).mean, Interval: estimate.NoInterval})
		}
		points := figure.Points{Color: methodColors[m], Radius: 4, Joined: true}.WithList(here)
		theirs := figure.Points{Color: methodColors[m], Radius: 5, Hollow: true}.WithList(paper)
		series = append(series, &points)
		f.Legend = append(f.Legend, figure.Entry{Name: methodNames[m], Thumbs: []plot.Thumbnailer{points}})
		if len(theirs.List) > 0 {
			series = append(series, &theirs)
			f.Legend = append(f.Legend, figure.Entry{Name: methodNames[m] + ", paper", Thumbs: []plot.Thumbnailer{theirs}})
		}
	}
	figure.Dodge(3, series...)
	for _, s := range series {
		p.Add(*s)
	}
	figure.AddMargins(p)
	f.Panels = figure.Grid([]*plot.Plot{p}, 1)
	return f
}
