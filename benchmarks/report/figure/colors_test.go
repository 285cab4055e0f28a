package figure

import (
	"image/color"
	"math"
	"testing"

	"github.com/lucasb-eyer/go-colorful"

	"github.com/lossglass/lossglass/benchmarks/report/figure/colortest"
)

// The colours of a list are far apart for all types of colour vision, on white and on the
// dark ground of a page, from each other as from ground and ink, and visible there. A
// difference of 1 by CIEDE2000 is just noticeable; graphics need a contrast of 3
// (WCAG 2.2, 1.4.11).
func TestPalettes(t *testing.T) {
	const apart, contrast = 11, 3.2
	for name, palette := range map[string][]Pair{"sizes": sizePalette, "categories": categories} {
		for scheme, of := range map[string]func(Pair) color.NRGBA{
			"light": func(p Pair) color.NRGBA { return p.Light }, "dark": func(p Pair) color.NRGBA { return p.Dark },
		} {
			for _, vision := range colortest.Visions {
				others := []color.NRGBA{of(Ground), of(Ink)}
				for _, p := range palette {
					for _, other := range others {
						if d := vision.Distance(of(p), other); d < apart {
							t.Errorf("%s, %s, %s: %v is %.1f from %v", name, scheme, vision.Name, of(p), d, other)
						}
					}
					others = append(others, of(p))
				}
			}
			for _, p := range append([]Pair{grey}, palette...) {
				if c := colortest.Contrast(of(p), of(Ground)); c < contrast {
					t.Errorf("%s, %s: %v has the contrast %.2f", name, scheme, of(p), c)
				}
			}
		}
	}
}

// The same thing has about the same hue in both schemes.
func TestPairsHaveOneHue(t *testing.T) {
	for _, p := range Pairs() {
		if p == grey {
			continue
		}
		light, _ := colorful.MakeColor(p.Light)
		dark, _ := colorful.MakeColor(p.Dark)
		_, _, a := light.OkLch()
		_, _, b := dark.OkLch()
		if d := min(math.Abs(a-b), 360-math.Abs(a-b)); d > 20 {
			t.Errorf("%v and %v: %.0f degrees", p.Light, p.Dark, d)
		}
	}
}
