package figure

import (
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// A label is typeset with superscripts and subscripts: "Λ^{−2/3}" and "E_{∞}". All
// parts are ordinary text of the same font, so that an SVG file can be searched and
// needs no font of its own; gonum's LaTeX handler sets single glyphs of a serif font.

// A part of a label is set at a multiple of the font's size, and raised by another.
type part struct {
	text        string
	size, raise float64
}

const (
	scriptSize       = .72
	superscriptRaise = .36
	subscriptRaise   = -.17
)

// parts splits a label at its ^{...} and _{...}. Other braces stay as they are.
func parts(label string) []part {
	var all []part
	add := func(text string, size, raise float64) {
		if text != "" {
			all = append(all, part{hardenSpaces(text), size, raise})
		}
	}
	for {
		open := strings.Index(label, "{")
		length := strings.Index(label[max(open, 0):], "}")
		if open < 1 || length < 0 || !strings.ContainsRune("^_", rune(label[open-1])) {
			add(label, 1, 0)
			return all
		}
		add(label[:open-1], 1, 0)
		raise := superscriptRaise
		if label[open-1] == '_' {
			raise = subscriptRaise
		}
		add(label[open+1:open+length], scriptSize, raise)
		label = label[open+length+1:]
	}
}

// hardenSpaces replaces a space at either end, which SVG would not show, by one that
// it does.
func hardenSpaces(text string) string {
	const noBreakSpace = "\u00a0"
	if inner, found := strings.CutPrefix(text, " "); found {
		text = noBreakSpace + inner
	}
	if inner, found := strings.CutSuffix(text, " "); found {
		text = inner + noBreakSpace
	}
	return text
}

// scripts is the text handler of all labels. A label has one line.
type scripts struct{ text.Plain }

var typeset = scripts{text.Plain{Fonts: font.DefaultCache}}

// Box implements text.Handler.
func (h scripts) Box(label string, f font.Font) (width, height, depth vg.Length) {
	for _, p := range parts(label) {
		face := h.face(f, p)
		width += face.Width(p.text)
	}
	_, height, depth = h.Plain.Box("", f)
	return width, height, depth
}

func (h scripts) face(f font.Font, p part) font.Face {
	return h.Fonts.Lookup(f, f.Size*vg.Length(p.size))
}

// Draw implements text.Handler.
func (h scripts) Draw(c vg.Canvas, label string, style text.Style, at vg.Point) {
	c.SetColor(style.Color)
	if style.Rotation != 0 {
		c.Push()
		defer c.Pop()
		c.Translate(at)
		c.Rotate(style.Rotation)
		at = vg.Point{}
	}
	width, height, depth := h.Box(label, style.Font)
	at.X += width * vg.Length(style.XAlign)
	at.Y += (height+depth)*vg.Length(style.YAlign) + style.Font.Size - height
	for _, p := range parts(label) {
		face := h.face(style.Font, p)
		c.FillString(face, at.Add(vg.Point{Y: style.Font.Size * vg.Length(p.raise)}), p.text)
		at.X += face.Width(p.text)
	}
}

// setStyle gives a text the common font and handler.
func setStyle(s *text.Style) {
	s.Font, s.Handler = sansSerif(labelSize), typeset
}

// newLegend returns an empty legend in the common style.
func newLegend() plot.Legend {
	l := plot.NewLegend()
	setStyle(&l.TextStyle)
	return l
}

// Number writes a number as a figure shows it: a true minus sign, and a power of ten as
// 3×10^{−5} instead of 3e-05.
func Number(digits string) string {
	mantissa, exponent, _ := strings.Cut(digits, "e")
	if power, err := strconv.Atoi(exponent); err == nil {
		ones := strings.TrimSuffix(mantissa, "1")
		if ones != "" && ones != "-" {
			ones = mantissa + "×"
		}
		mantissa = ones + "10^{" + strconv.Itoa(power) + "}"
	}
	return strings.ReplaceAll(mantissa, "-", "−")
}

var _ text.Handler = scripts{}
