package reporttest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// Verdicts returns the verdicts by the texts of the claims.
func Verdicts(claims []verdict.Claim) map[string]verdict.Verdict {
	verdicts := make(map[string]verdict.Verdict)
	for _, c := range claims {
		verdicts[c.Text] = c.Verdict
	}
	return verdicts
}

// CheckTexts fails the test if a text is empty or has traces of a number or a
// value that could not be written.
func CheckTexts(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, bad := range []string{"NaN", "Inf ", "+Inf", "-Inf", "%!", "<no value>", "ZgotmplZ"} {
			if text == "" || strings.Contains(text, bad) {
				t.Errorf("empty or with %q:\n%.2000s", bad, text)
			}
		}
	}
}

// CheckPage checks the page and the Markdown file among the files of a report: the
// page refers to nothing outside, its links have targets, both show the same
// figures, and the figures of the Markdown file exist.
func CheckPage(t *testing.T, files map[string][]byte) {
	t.Helper()
	html, markdown := string(files[page.Name]), string(files[page.MarkdownName])
	CheckTexts(t, html, markdown)
	for _, bad := range []string{"stroke:#000000", "fill:#FFFFFF"} {
		if strings.Contains(html, bad) {
			t.Errorf("%q in the page: not the colours of the page", bad)
		}
	}
	if outside := regexp.MustCompile(`(?i)(src|href)="(https?:)?//|url\(|@import|<script`).FindString(html); outside != "" {
		t.Errorf("the page refers to something outside: %s", outside)
	}
	for _, link := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if !strings.Contains(html, `id="`+link[1]+`"`) {
			t.Errorf("a link to %s, which does not exist", link[1])
		}
	}
	shown := regexp.MustCompile(`\]\((figures/[^)]*)\)`).FindAllStringSubmatch(markdown, -1)
	if pictures := strings.Count(html, "<svg") + strings.Count(html, "<img"); len(shown) != pictures {
		t.Errorf("%d figures in the Markdown, %d in the page", len(shown), pictures)
	}
	for _, name := range shown {
		if len(files[name[1]]) == 0 {
			t.Errorf("%s shows %s, which does not exist", page.MarkdownName, name[1])
		}
		if svg, isSVG := strings.CutSuffix(name[1], ".svg"); isSVG && len(files[svg+".png"]) == 0 {
			t.Errorf("%s.png does not exist", svg)
		}
	}
}
