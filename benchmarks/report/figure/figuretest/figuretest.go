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

	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// texts returns the texts of an SVG document and fails if it is not XML.
func texts(t *testing.T, svg []byte) []string {
	t.Helper()
	var texts []string
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := token.(xml.CharData); ok && strings.TrimSpace(string(s)) != "" {
			texts = append(texts, string(s))
		}
	}
}

// Check fails the test unless the figure can be drawn as an SVG document and as a
// PNG image of the same shape, every axis has its label, and no coordinate is NaN
// or infinite.
func Check(t *testing.T, f *figure.Figure) {
	t.Helper()
	svg, err := f.SVG()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(texts(t, svg), "\n")
	if strings.Contains(string(svg), "NaN") || strings.Contains(string(svg), "Inf") {
		t.Errorf("%s: NaN or Inf in the drawing", f.Name)
	}
	for _, row := range f.Panels {
		for _, p := range row {
			if p != nil && (!strings.Contains(all, p.X.Label.Text) || !strings.Contains(all, p.Y.Label.Text) || p.X.Label.Text == "") {
				t.Errorf("%s: no %q or %q", f.Name, p.X.Label.Text, p.Y.Label.Text)
			}
		}
	}
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
