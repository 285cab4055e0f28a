package figure

import (
	"slices"
	"testing"

	"github.com/lucasb-eyer/go-colorful"
)

// A size has one colour, whatever the order of the lists, and sizes beyond the palette
// differ by their dashes.
func TestSizeColors(t *testing.T) {
	glass, networks := []int{25, 50, 100, 200, 250, 300, 400, 500}, []int{500, 25, 2}
	c := NewSizeColors(glass, networks)
	if d := NewSizeColors(networks, glass); !slices.Equal(c, d) {
		t.Errorf("%v, %v", c, d)
	}
	type style struct {
		color  any
		dashed bool
	}
	seen := make(map[style]int)
	for _, n := range c {
		s := style{c.Color(n), c.Dashes(n) != nil}
		if other, ok := seen[s]; ok {
			t.Errorf("%d looks like %d", n, other)
		}
		seen[s] = n
	}
}

// deficiencies transform linear RGB into what people without one type of cone see
// (Machado, Oliveira, Fernandes, IEEE Trans. Vis. Comput. Graph. 15, 2009, 1291-1298,
// table of severity 1).
var deficiencies = map[string][3][3]float64{
	"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}},
	"deuteranopia": {{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}},
	"tritanopia":   {{1.255528, -.076749, -.178779}, {-.078411, .930809, .147602}, {.004733, .691367, .303900}},
}

// The colours of sizes are far apart for all types of colour vision, and visible on
// white and on the dark ground of a page. A difference of 1 by CIEDE2000 is just
// noticeable.
func TestSizePalette(t *testing.T) {
	white, _ := colorful.Hex("#ffffff")
	dark, _ := colorful.Hex("#14171a") // --ground of page.html
	for name, m := range deficiencies {
		var seen []colorful.Color
		for _, c := range sizePalette {
			own, _ := colorful.MakeColor(c)
			r, g, b := own.LinearRgb()
			row := func(i int) float64 { return m[i][0]*r + m[i][1]*g + m[i][2]*b }
			seen = append(seen, colorful.LinearRgb(row(0), row(1), row(2)).Clamped())
		}
		for i, a := range seen {
			for _, b := range append([]colorful.Color{white, dark}, seen[:i]...) {
				if d := 100 * a.DistanceCIEDE2000(b); d < 9 {
					t.Errorf("%s: colour %d is %.1f from %s", name, i, d, b.Hex())
				}
			}
		}
	}
}
