package show

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// A label is a text beside a point.
type label struct {
	x, y float64
	text string
}

// labels draws each text where it covers neither another one nor a point nor the edge of the
// panel, as near to its point as it can, and joins the two by a thin line. A text that fits
// nowhere is left out.
type labels struct {
	list   []label
	points []label // that no text may cover
	style  text.Style
}

// labelSize is the size of the texts of labels.
const labelSize = 10

func newLabels(p *plot.Plot, list, points []label) labels {
	style := p.X.Tick.Label
	style.Font.Size = labelSize
	style.XAlign, style.YAlign = text.XLeft, text.YBottom
	return labels{list, points, style}
}

// Plot implements plot.Plotter.
func (l labels) Plot(c draw.Canvas, p *plot.Plot) {
	boxes, anchors := l.place(c.Rectangle, func(at label) vg.Point {
		x, y := p.Transforms(&c)
		return vg.Point{X: x(at.x), Y: y(at.y)}
	})
	line := draw.LineStyle{Color: figure.Grey, Width: .5}
	for i, box := range boxes {
		if box.Size().X == 0 {
			continue
		}
		nearest := vg.Point{X: clamp(anchors[i].X, box.Min.X, box.Max.X), Y: clamp(anchors[i].Y, box.Min.Y, box.Max.Y)}
		c.StrokeLine2(line, anchors[i].X, anchors[i].Y, nearest.X, nearest.Y)
		c.FillText(l.style, box.Min, l.list[i].text)
	}
}

// place returns the boxes of the texts, an empty one for a text without a place, and the
// points that they belong to.
func (l labels) place(panel vg.Rectangle, at func(label) vg.Point) (boxes []vg.Rectangle, anchors []vg.Point) {
	const (
		radius = 4 // of a point
		gap    = 5 // between texts side by side
	)
	var taken []vg.Rectangle
	for _, p := range l.points {
		center := at(p)
		taken = append(taken, vg.Rectangle{Min: vg.Point{X: center.X - radius, Y: center.Y - radius}, Max: vg.Point{X: center.X + radius, Y: center.Y + radius}})
	}
	for _, one := range l.list {
		anchor := at(one)
		box := l.free(panel, taken, anchor, vg.Point{X: l.style.Width(one.text), Y: labelSize})
		if box.Size().X > 0 {
			taken = append(taken, vg.Rectangle{Min: vg.Point{X: box.Min.X - gap, Y: box.Min.Y}, Max: vg.Point{X: box.Max.X + gap, Y: box.Max.Y}})
		}
		boxes, anchors = append(boxes, box), append(anchors, anchor)
	}
	return boxes, anchors
}

// free returns the free box of a size nearest to a point, on circles around it.
func (l labels) free(panel vg.Rectangle, taken []vg.Rectangle, anchor, size vg.Point) vg.Rectangle {
	const directions, step, farthest = 24, 4, 160
	for distance := vg.Length(6); distance <= farthest; distance += step {
		for d := range directions {
			angle := 2 * math.Pi * float64(d) / directions
			dx, dy := vg.Length(math.Cos(angle)), vg.Length(math.Sin(angle))
			center := vg.Point{X: anchor.X + dx*(distance+size.X/2), Y: anchor.Y + dy*(distance+size.Y/2)}
			box := vg.Rectangle{Min: vg.Point{X: center.X - size.X/2, Y: center.Y - size.Y/2}, Max: vg.Point{X: center.X + size.X/2, Y: center.Y + size.Y/2}}
			if contains(panel, box) && !overlapsAny(taken, box) {
				return box
			}
		}
	}
	return vg.Rectangle{}
}

func contains(outer, inner vg.Rectangle) bool {
	return inner.Min.X >= outer.Min.X && inner.Min.Y >= outer.Min.Y && inner.Max.X <= outer.Max.X && inner.Max.Y <= outer.Max.Y
}

func overlapsAny(taken []vg.Rectangle, box vg.Rectangle) bool {
	for _, t := range taken {
		if box.Min.X < t.Max.X && t.Min.X < box.Max.X && box.Min.Y < t.Max.Y && t.Min.Y < box.Max.Y {
			return true
		}
	}
	return false
}

func clamp(x, low, high vg.Length) vg.Length { return min(max(x, low), high) }
