// Package figuretest checks figures in tests: see [Check].
package figuretest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// Check fails the test unless the figure can be drawn twice as the same SVG document and
// as a PNG image of the same shape, its axes have labels, no coordinate is NaN or
// infinite, and no text leaves the frame or touches another.
func Check(t *testing.T, f *figure.Figure) {
	t.Helper()
	svg, err := f.SVG()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := f.SVG(); err != nil || !bytes.Equal(svg, again) {
		t.Errorf("%s: a second drawing differs (%v)", f.Name, err)
	}
	checkXML(t, svg)
	if strings.Contains(string(svg), "NaN") || strings.Contains(string(svg), "Inf") {
		t.Errorf("%s: NaN or Inf in the drawing", f.Name)
	}
	checkAxes(t, f)
	checkTexts(t, f)
	raw, err := f.PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	w, h := f.Size()
	if ratio := float64(img.Bounds().Dx()) / float64(img.Bounds().Dy()); math.Abs(ratio-float64(w/h)) > .01 {
		t.Errorf("%s: PNG of %v", f.Name, img.Bounds())
	}
}

func checkXML(t *testing.T, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// checkAxes fails unless each panel has a label at its y axis, and the lowest one of
// each column at its x axis.
func checkAxes(t *testing.T, f *figure.Figure) {
	t.Helper()
	for column := range f.Panels[0] {
		lowest := ""
		for _, row := range f.Panels {
			if p := row[column]; p != nil {
				lowest = p.X.Label.Text
				if p.Y.Label.Text == "" {
					t.Errorf("%s: a y axis without label", f.Name)
				}
			}
		}
		if lowest == "" {
			t.Errorf("%s: no label at the x axis of column %d", f.Name, column)
		}
	}
}

// A box is the place of a piece of text.
type box struct {
	text           string
	x0, y0, x1, y1 float64
}

func (b box) overlaps(o box) bool {
	const slack = .5 // the parts of a label touch each other
	return b.x0 < o.x1-slack && o.x0 < b.x1-slack && b.y0 < o.y1-slack && o.y0 < b.y1-slack
}

func checkTexts(t *testing.T, f *figure.Figure) {
	t.Helper()
	w, h := f.Size()
	var c recorder.Canvas
	f.Draw(draw.NewCanvas(&c, w, h))
	boxes := textBoxes(&c)
	for i, b := range boxes {
		if b.x0 < 0 || b.y0 < 0 || b.x1 > float64(w) || b.y1 > float64(h) {
			t.Errorf("%s: %q leaves the frame of %v x %v: %+v", f.Name, b.text, w, h, b)
		}
		for _, o := range boxes[:i] {
			if b.overlaps(o) {
				t.Errorf("%s: %q touches %q: %+v, %+v", f.Name, b.text, o.text, b, o)
			}
		}
	}
}

// textBoxes returns the boxes of all recorded texts. Text is turned by a quarter or not at
// all.
func textBoxes(c *recorder.Canvas) []box {
	type place struct {
		origin vg.Point
		turned bool
	}
	var boxes []box
	stack := []place{{}}
	for _, action := range c.Actions {
		at := &stack[len(stack)-1]
		switch a := action.(type) {
		case *recorder.Push:
			stack = append(stack, *at)
		case *recorder.Pop:
			stack = stack[:len(stack)-1]
		case *recorder.Translate:
			at.origin = at.origin.Add(a.Point)
		case *recorder.Rotate:
			at.turned = a.Angle != 0
		case *recorder.FillString:
			face := font.DefaultCache.Lookup(a.Font, a.Size)
			width, size := float64(face.Width(a.String)), float64(a.Size)
			x, y := float64(a.Point.X), float64(a.Point.Y)
			b := box{a.String, x, y - .2*size, x + width, y + .72*size}
			if at.turned {
				b.x0, b.y0, b.x1, b.y1 = -b.y1, b.x0, -b.y0, b.x1
			}
			b.x0, b.x1 = b.x0+float64(at.origin.X), b.x1+float64(at.origin.X)
			b.y0, b.y1 = b.y0+float64(at.origin.Y), b.y1+float64(at.origin.Y)
			boxes = append(boxes, b)
		}
	}
	return boxes
}
