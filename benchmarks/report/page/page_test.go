package page

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lucasb-eyer/go-colorful"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/figure/colortest"
)

// schemes returns the colours that a page declares, by property: those of light and of dark
// pages.
func schemes(t *testing.T, html string) (light, dark map[string]colorful.Color) {
	t.Helper()
	declared := func(root string) map[string]colorful.Color {
		all := make(map[string]colorful.Color)
		for _, d := range regexp.MustCompile(`--([\w-]+): *(#[0-9A-Fa-f]{6});`).FindAllStringSubmatch(root, -1) {
			c, err := colorful.Hex(strings.ToLower(d[2]))
			if err != nil {
				t.Fatal(err)
			}
			all[d[1]] = c
		}
		return all
	}
	roots := regexp.MustCompile(`:root \{[^}]*\}`).FindAllString(html, -1)
	if len(roots) != 2 {
		t.Fatalf("%d lists of colours", len(roots))
	}
	return declared(roots[0]), declared(roots[1])
}

// Texts have a contrast of 4.5 or more to what they stand on, in both schemes (WCAG 2.2,
// 1.4.3), and all colours that the page uses are declared in both.
func TestContrastOfTexts(t *testing.T) {
	p := figure.NewPlot("", "x", "y")
	for i, c := range figure.Pairs() {
		p.Add(figure.NewLine(plotter.XYs{{X: 0, Y: float64(i)}, {X: 1, Y: 0}}, c.Light, nil))
	}
	chapter := hostileChapter()
	chapter.Figures = []*figure.Figure{{Name: "all", Title: "All colours", Height: 200, Panels: [][]*plot.Plot{{p}}}}
	files, err := Page{chapter}.Files()
	if err != nil {
		t.Fatal(err)
	}
	html := string(files[len(files)-1].Content)
	light, dark := schemes(t, html)
	for name, colors := range map[string]map[string]colorful.Color{"light": light, "dark": dark} {
		for text, grounds := range map[string][]string{
			"ink": {"ground", "panel"}, "soft": {"ground"}, "good": {"ground"}, "bad": {"ground"}, "blue": {"ground"}, "warn-ink": {"warn"},
		} {
			for _, ground := range grounds {
				if c := colortest.Contrast(colors[text], colors[ground]); c < 4.5 {
					t.Errorf("%s: %s on %s has the contrast %.2f", name, text, ground, c)
				}
			}
		}
		for _, used := range regexp.MustCompile(`var\(--([\w-]+)\)`).FindAllStringSubmatch(html, -1) {
			if _, ok := colors[used[1]]; !ok {
				t.Errorf("%s: %s is not declared", name, used[1])
			}
		}
	}
	// No figure has a colour of its own, which a dark page could not change.
	svg := html[strings.Index(html, "<svg"):strings.Index(html, "</svg>")]
	if own := regexp.MustCompile(`(stroke|fill):#\w+`).FindString(svg); own != "" {
		t.Errorf("the figure has %s", own)
	}
	if used := strings.Count(svg, "var(--c"); used < len(figure.Pairs()) {
		t.Errorf("the figure has %d of the colours", used)
	}
}
