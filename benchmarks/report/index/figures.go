package index

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// A drawing has what the figures show.
type drawing struct {
	sizes   []*sizeResult
	spectra []index.SpectrumPoint
	colors  figure.SizeColors // of all sizes of the report
}

// figures returns the figures, without those that would be empty.
func (d drawing) figures() []*figure.Figure {
	var drawn []*figure.Figure
	for _, f := range []*figure.Figure{d.histogramFigure(), d.thresholdFigure(), d.lossFigure(), d.spectrumFigure()} {
		if f != nil {
			drawn = append(drawn, f)
		}
	}
	return drawn
}

// histogramFigure shows the histograms of the index beside the paper's.
func (d drawing) histogramFigure() *figure.Figure {
	f := &figure.Figure{
		Name: "index-histogram", Title: "Index of the ends of training, as in the paper's Fig. 5", Height: 190,
		Caption: "Share of the runs with k eigenvalues of the Hessian below -0.001, on a logarithmic axis. In the colour of the axes: the paper's 1000 runs; its bars of 25 and 50 units span several k, over which their runs are spread evenly." +
			" The normalised index is k/P with P = 111 n + 10; the paper's bars are at half of that, k/(2P).",
	}
	var panels []*plot.Plot
	var paper bool
	for _, s := range withRuns(d.sizes) {
		p := figure.NewPlot(fmt.Sprintf("n = %d, P = %d, %d runs", s.N, s.parameters(), len(s.Runs)), "negative eigenvalues k", "share of runs")
		figure.SetLog(&p.Y)
		p.X.Tick.Marker = figure.IntegerTicks{}
		floor := .5 / float64(max(len(s.Runs), paperRuns))
		var own []bar
		for k := range s.largest() + 1 {
			own = append(own, bar{k, k, s.count(paperThreshold, k, k)})
		}
		last := s.largest()
		p.Y.Min, p.Y.Max = floor, 1.3
		steps(p, own, len(s.Runs), floor, d.colors.Color(s.N), true)
		if s.bars != nil {
			paper = true
			steps(p, s.bars, paperRuns, floor, figure.Black, false)
			last = max(last, s.bars[len(s.bars)-1].high)
		}
		p.X.Min, p.X.Max = -1, float64(last)+1
		panels = append(panels, p)
	}
	if panels == nil {
		return nil
	}
	if paper {
		f.Legend = []figure.Entry{{Name: "paper", Thumbs: []plot.Thumbnailer{figure.NewLine(nil, figure.Black, nil)}}}
	}
	f.Panels = figure.Grid(panels, 2)
	return f
}

// steps adds the outline of bars to a panel, each as high as the share of the runs for each k
// of it, and no lower than floor.
func steps(p *plot.Plot, bars []bar, runs int, floor float64, c color.NRGBA, filled bool) {
	points := plotter.XYs{{X: float64(bars[0].low) - .5, Y: floor}}
	for i, b := range bars {
		height := float64(b.runs) / float64(runs) / float64(b.high-b.low+1)
		points = append(points, plotter.XY{X: float64(b.low) - .5, Y: max(height, floor)})
		if next := i + 1; next == len(bars) || bars[next].low > b.high+1 {
			points = append(points, plotter.XY{X: float64(b.high) + .5, Y: floor})
		}
	}
	line := figure.NewLine(points, c, nil)
	line.StepStyle = plotter.PostStep
	if filled {
		c.A = 0x38
		line.FillColor = c
	}
	p.Add(line)
}

// thresholdFigure shows the share of the runs of index 0 over the threshold.
func (d drawing) thresholdFigure() *figure.Figure {
	p := figure.NewPlot("", "threshold t", "share of runs of index 0")
	figure.SetLog(&p.X)
	p.Y.Tick.Marker = figure.LinearTicks{MaxTicks: 5}
	f := &figure.Figure{
		Name: "index-threshold", Title: "What the threshold does to the answer", Height: 260,
		Caption: "Share of the runs that are minima if eigenvalues above -t count as zero, with 95 % intervals. The paper's threshold is 0.001. The share at a threshold of zero is in the table.",
	}
	var series []*figure.Points
	for _, s := range withRuns(d.sizes) {
		var points []figure.Point
		for _, x := range thresholds() {
			if x > 0 {
				share := s.share(x, 0, 0)
				points = append(points, figure.Point{X: x, Y: share.Value, Interval: share.Interval(.95)})
			}
		}
		style := figure.Points{Color: d.colors.Color(s.N), Radius: 4, Joined: true}.WithList(points)
		series = append(series, &style)
		f.Legend = append(f.Legend, figure.Entry{Name: fmt.Sprintf("n = %d", s.N), Thumbs: []plot.Thumbnailer{style}})
	}
	if series == nil {
		return nil
	}
	figure.Dodge(4, series...)
	for _, s := range series {
		p.Add(*s)
	}
	figure.AddMargins(p)
	p.Y.Min, p.Y.Max = -.03, 1.03
	f.Panels = figure.Grid([]*plot.Plot{p}, 1)
	return f
}

// lossFigure shows the index of each run over its loss.
func (d drawing) lossFigure() *figure.Figure {
	var panels []*plot.Plot
	for _, s := range withRuns(d.sizes) {
		p := figure.NewPlot(fmt.Sprintf("n = %d", s.N), "train loss (nats)", "eigenvalues below −0.001")
		p.X.Tick.Marker, p.Y.Tick.Marker = figure.LinearTicks{MaxTicks: 4}, figure.IntegerTicks{}
		var points []figure.Point
		for _, r := range s.Runs {
			k, _ := r.Point.Index(paperThreshold)
			points = append(points, figure.Point{X: float64(r.TrainLoss), Y: float64(k), Interval: estimate.NoInterval})
		}
		p.Add(figure.Points{Color: d.colors.Color(s.N), Radius: 2}.WithList(points))
		figure.AddMargins(p)
		panels = append(panels, p)
	}
	if panels == nil {
		return nil
	}
	return &figure.Figure{
		Name: "index-loss", Title: "Index against loss", Height: 190, Panels: figure.Grid(panels, 2),
		Caption: "Each point is a run: its number of eigenvalues below -0.001 over its mean loss on the training images. The table of claims has the correlations.",
	}
}

// spectrumFigure shows the spectral density of one network of each size.
func (d drawing) spectrumFigure() *figure.Figure {
	var panels []*plot.Plot
	for _, s := range d.sizes {
		points := slices.DeleteFunc(slices.Clone(d.spectra), func(q index.SpectrumPoint) bool { return q.N != s.N })
		if len(points) == 0 {
			continue
		}
		run := points[0].Run
		points = slices.DeleteFunc(points, func(q index.SpectrumPoint) bool { return q.Run != run })
		p := figure.NewPlot(fmt.Sprintf("n = %d, run %d", s.N, run), "eigenvalue", "density")
		figure.SetLog(&p.Y)
		p.X.Tick.Marker = figure.LinearTicks{MaxTicks: 4}
		const floor = 1e-6
		var middle, band plotter.XYs
		for _, q := range points {
			middle = append(middle, plotter.XY{X: q.Eigenvalue, Y: max(q.Density, floor)})
			band = append(band, plotter.XY{X: q.Eigenvalue, Y: max(q.Density+2*q.Error, floor)})
		}
		for _, q := range slices.Backward(points) {
			band = append(band, plotter.XY{X: q.Eigenvalue, Y: max(q.Density-2*q.Error, floor)})
		}
		area, err := plotter.NewPolygon(band)
		if err == nil {
			c := d.colors.Color(s.N)
			c.A = 0x58
			area.Color, area.LineStyle.Width = c, 0
			p.Add(area)
		}
		p.Add(figure.NewLine(middle, d.colors.Color(s.N), nil))
		p.Y.Min, p.Y.Max = floor, math.Max(p.Y.Max, 1)
		panels = append(panels, p)
	}
	if panels == nil {
		return nil
	}
	return &figure.Figure{
		Name: "index-spectrum", Title: "Spectra of the Hessian", Height: 190, Panels: figure.Grid(panels, 2),
		Caption: "Density of the eigenvalues of the Hessian of the first network with a recorded spectrum of each size, zero rows left out, by stochastic Lanczos quadrature with 10 random vectors of 150 steps," +
			" smoothed by a Gaussian with a standard deviation of a fiftieth of the eigenvalue furthest from zero. The band is two standard errors of the choice of vectors to either side. Most eigenvalues are near zero; what is left of zero by less than four standard deviations is the smoothing.",
	}
}
