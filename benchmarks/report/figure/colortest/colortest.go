// Package colortest says in tests how well people see colours: see [Contrast] and
// [Vision.Distance]. It knows no palette.
package colortest

import (
	"image/color"

	"github.com/lucasb-eyer/go-colorful"
)

// Contrast returns the contrast ratio of two colours, from 1 to 21 (WCAG 2.2).
func Contrast(a, b color.Color) float64 {
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + .05) / (dark + .05)
}

func luminance(c color.Color) float64 {
	own, _ := colorful.MakeColor(c)
	_, y, _ := own.Xyz()
	return y
}

// A Vision is a type of colour vision: it transforms linear RGB into what people see.
type Vision struct {
	Name   string
	matrix [3][3]float64
}

// Visions are the common type and those of people without one type of cone (Machado, Oliveira,
// Fernandes, IEEE Trans. Vis. Comput. Graph. 15, 2009, 1291-1298, table of severity 1).
var Visions = []Vision{
	{"all cones", [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
	{"protanopia", [3][3]float64{{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}}},
	{"deuteranopia", [3][3]float64{{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}}},
	{"tritanopia", [3][3]float64{{1.255528, -.076749, -.178779}, {-.078411, .930809, .147602}, {.004733, .691367, .303900}}},
}

// Distance returns how different two colours look, by CIEDE2000, where 1 is just
// noticeable and black and white are 100 apart.
func (v Vision) Distance(a, b color.Color) float64 { return 100 * v.see(a).DistanceCIEDE2000(v.see(b)) }

func (v Vision) see(c color.Color) colorful.Color {
	own, _ := colorful.MakeColor(c)
	r, g, b := own.LinearRgb()
	row := func(i int) float64 { return v.matrix[i][0]*r + v.matrix[i][1]*g + v.matrix[i][2]*b }
	return colorful.LinearRgb(row(0), row(1), row(2)).Clamped()
}
