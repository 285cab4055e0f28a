package figure

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/recorder"
)

func TestNumber(t *testing.T) {
	for digits, want := range map[string]string{
		"1e-05": "10^{−5}", "-1e+300": "−10^{300}", "2.5e+10": "2.5×10^{10}", "-0.50": "−0.50", "1e+00": "10^{0}", "12": "12",
	} {
		if got := Number(digits); got != want {
			t.Errorf("%s: got %s, want %s", digits, got, want)
		}
	}
}

// Scripts are smaller and raised or lowered, and follow each other without a gap.
func TestTypeset(t *testing.T) {
	style := newLegend().TextStyle
	var c recorder.Canvas
	style.Handler.Draw(&c, "E_{∞} ~ Λ^{−2/3} {x}", style, vg.Point{})
	var texts []string
	end, base := vg.Length(0), vg.Length(0)
	for _, action := range c.Actions {
		s, ok := action.(*recorder.FillString)
		if !ok {
			continue
		}
		texts = append(texts, s.String)
		if s.Point.X != end {
			t.Errorf("%q at %v, want %v", s.String, s.Point.X, end)
		}
		face := font.DefaultCache.Lookup(s.Font, s.Size)
		end += face.Width(s.String)
		if len(texts) == 1 {
			base = s.Point.Y
		}
		wantBelow, wantAbove := s.String == "∞", s.String == "−2/3"
		if (s.Point.Y < base) != wantBelow || (s.Point.Y > base) != wantAbove || (s.Size < labelSize) != (wantBelow || wantAbove) {
			t.Errorf("%q at height %v, of size %v", s.String, s.Point.Y, s.Size)
		}
	}
	if got := strings.Join(texts, "|"); got != "E|∞|\u00a0~ Λ|−2/3|\u00a0{x}" {
		t.Errorf("parts %s", got)
	}
	if width := style.Width("E_{∞} ~ Λ^{−2/3} {x}"); width != end {
		t.Errorf("width %v, drawn %v", width, end)
	}
}

// The font has all characters that labels use; others would be drawn as a box.
func TestGlyphs(t *testing.T) {
	face := font.DefaultCache.Lookup(sansSerif(labelSize), labelSize).Face
	for _, r := range "−×∞ΛΘαβγ√²′\u00a0" {
		if index, err := face.GlyphIndex(nil, r); err != nil || index == 0 {
			t.Errorf("no glyph for %c", r)
		}
	}
}
