package spinglass

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/core/landscape"
)

// WriteTheory draws the landscape of the spherical p-spin glass into a
// directory, as SVG and PNG in its folder figures: complexities and mean numbers
// of critical points as in the paper's Fig. 1 and 2, which have p = 3, the exact
// numbers at finite size, and the index against the energy. It returns ctx.Err() as
// soon as ctx is done, and panics if p < 2.
func WriteTheory(ctx context.Context, dir string, p int) error {
	files, err := interrupt.Await(ctx, func() (files []page.File, err error) {
		for _, f := range theoryFigures(p) {
			drawn, err := page.FigureFiles(f)
			if err != nil {
				return nil, err
			}
			files = append(files, drawn...)
		}
		return files, nil
	})
	if err != nil {
		return err
	}
	return page.WriteFiles(ctx, dir, files)
}

func theoryFigures(p int) []*figure.Figure {
	return []*figure.Figure{complexityFigure(p), meanNumberFigure(p), exactCountFigure(p), indexFractionFigure(p)}
}

const (
	theoryHeight = 260
	energyLabel  = "energy per spin u"
)

// complexityFigure shows Theta_p and Theta_{k,p}.
func complexityFigure(p int) *figure.Figure {
	theta := func(complexity float64) float64 { return complexity }
	whole := newEnergyPlot(p, "complexity Θ")
	legend := addIndices(whole, p, theta)
	whole.Y.Min, whole.Y.Max = -.1, 1.05*landscape.Complexity(p, 0)+.01
	band := newBandPlot(p, "complexity Θ")
	addIndices(band, p, theta)
	high := 1.05*landscape.Complexity(p, band.X.Max) + 1e-4
	band.Y.Min, band.Y.Max = -high/2, high
	return &figure.Figure{
		Name: "complexity", Title: "Complexity of the critical points", Height: theoryHeight,
		Caption: fmt.Sprintf("Logarithm, per spin, of the mean number of critical points with energy at most u in the limit of many spins, p = %d: of all, and of index k. Below: the band between the ground state -E0 and the threshold -E∞.", p),
		Legend:  append(legend, addEnergies(p, whole, band)...),
		Panels:  [][]*plot.Plot{{whole}, {band}},
	}
}

// meanNumberFigure shows exp(N Theta) on linear axes.
func meanNumberFigure(p int) *figure.Figure {
	const spins = 1000 // as in the paper
	var legend []figure.Entry
	panel := func(q *plot.Plot, top float64) *plot.Plot {
		power := math.Floor(spins * top / math.Ln10)
		number := func(complexity float64) float64 { return math.Exp(spins*complexity - power*math.Ln10) }
		q.Y.Label.Text += fmt.Sprintf(" / 10^{%.0f}", power)
		legend = addIndices(q, p, number)
		q.Y.Min, q.Y.Max = 0, 1.1*number(top)
		return q
	}
	whole := panel(newEnergyPlot(p, "mean number"), landscape.Complexity(p, 0))
	band := panel(newBandPlot(p, "mean number"), landscape.IndexComplexity(p, 0, 0))
	return &figure.Figure{
		Name: "mean-number", Title: "Mean number of critical points", Height: theoryHeight,
		Caption: fmt.Sprintf("exp(N Θ) for p = %d and N = %d: the mean number of critical points with energy at most u to leading order in the exponent. Below: the band, where the indices k lie in layers.", p, spins),
		Legend:  append(legend, addEnergies(p, whole, band)...),
		Panels:  [][]*plot.Plot{{whole}, {band}},
	}
}

// exactCountFigure shows the exact mean numbers of critical points with their
// limit.
func exactCountFigure(p int) *figure.Figure {
	q := newEnergyPlot(p, "log mean number / N")
	f := &figure.Figure{
		Name: "finite-size", Title: "Exact mean numbers at finite size", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{q}},
		Caption: fmt.Sprintf("Logarithm, per spin, of the exact mean number of critical points of N spins with energy at most u, p = %d, and its limit Θ.", p),
	}
	sizes := figure.NewSizeColors([]int{10, 25, 50, 100})
	for _, n := range sizes {
		f.Legend = append(f.Legend, addFunction(q, fmt.Sprintf("N = %d", n), sizes.Color(n), nil, func(u float64) float64 { return landscape.LogMeanCount(p, n, u) / float64(n) }))
	}
	f.Legend = append(f.Legend, addFunction(q, "limit", figure.Black, nil, func(u float64) float64 { return landscape.Complexity(p, u) }))
	q.Y.Min, q.Y.Max = -.2, 1.05*landscape.LogMeanCount(p, 10, 0)/10
	f.Legend = append(f.Legend, addEnergies(p, q)...)
	return f
}

// indexFractionFigure shows the index against the energy.
func indexFractionFigure(p int) *figure.Figure {
	q := newEnergyPlot(p, "index / N")
	addFunction(q, "", figure.Blue, nil, func(u float64) float64 { return landscape.IndexFraction(p, u) })
	q.Y.Min, q.Y.Max = -.02, .55
	return &figure.Figure{
		Name: "index-fraction", Title: "Index against energy", Height: theoryHeight, Panels: [][]*plot.Plot{{q}},
		Caption: fmt.Sprintf("Fraction of negative eigenvalues of the Hessian at critical points of energy u in the limit of many spins, p = %d.", p),
		Legend:  addEnergies(p, q),
	}
}

// newEnergyPlot returns an empty plot over the energies up to 0, newBandPlot one over the
// band between the ground state and the threshold.
func newEnergyPlot(p int, y string) *plot.Plot {
	q := figure.NewPlot("", energyLabel, y)
	q.X.Min, q.X.Max = -1.15*landscape.LowestEnergy(p, 0), .1
	return q
}

func newBandPlot(p int, y string) *plot.Plot {
	q := figure.NewPlot("", energyLabel, y)
	threshold, ground := landscape.Threshold(p), landscape.LowestEnergy(p, 0)
	margin := max(.25*(ground-threshold), .004)
	q.X.Min, q.X.Max = -ground-margin, -threshold+margin
	return q
}

// addIndices adds a function of the complexity of all critical points, and of the
// complexity of each index that the paper's figures show.
func addIndices(q *plot.Plot, p int, function func(complexity float64) float64) []figure.Entry {
	legend := []figure.Entry{addFunction(q, "all", figure.Black, nil, func(u float64) float64 { return function(landscape.Complexity(p, u)) })}
	for k := range 6 {
		legend = append(legend, addFunction(q, fmt.Sprintf("k = %d", k), figure.CategoryColor(k), nil, func(u float64) float64 { return function(landscape.IndexComplexity(p, k, u)) }))
	}
	return legend
}

// addFunction adds a function over the x axis of a plot, whose range must have
// been set and stays.
func addFunction(q *plot.Plot, name string, c color.NRGBA, dashes []vg.Length, f func(x float64) float64) figure.Entry {
	const pieces = 200
	var points plotter.XYs
	for i := range pieces + 1 {
		x := q.X.Min + (q.X.Max-q.X.Min)*float64(i)/pieces
		points = append(points, plotter.XY{X: x, Y: f(x)})
	}
	line := figure.NewLine(points, c, dashes)
	q.Add(line)
	return figure.Entry{Name: name, Thumbs: []plot.Thumbnailer{line}}
}

// A level is an energy of the limit of many spins, with the colour it has in the
// paper.
type level struct {
	name   string
	energy float64
	color  color.NRGBA
}

func levels(p int) []level {
	return []level{{"−E_{0}", landscape.LowestEnergy(p, 0), figure.Black}, {"−E_{∞}", landscape.Threshold(p), figure.Vermillion}}
}

// histogramLevels marks the ground state and the threshold in histograms of energies.
func histogramLevels(p int) []figure.Level {
	var all []figure.Level
	for _, mark := range levels(p) {
		all = append(all, figure.Level{Name: mark.name, X: -mark.energy, Color: mark.color})
	}
	return all
}

// addEnergies marks the ground state and the threshold in plots whose ranges
// have been set, in the paper's colours.
func addEnergies(p int, plots ...*plot.Plot) (legend []figure.Entry) {
	for _, mark := range levels(p) {
		for _, q := range plots {
			q.Add(figure.NewLine(plotter.XYs{{X: -mark.energy, Y: q.Y.Min}, {X: -mark.energy, Y: q.Y.Max}}, mark.color, figure.Dashed))
		}
		legend = append(legend, figure.Entry{Name: mark.name, Thumbs: []plot.Thumbnailer{figure.NewLine(nil, mark.color, figure.Dashed)}})
	}
	return legend
}
