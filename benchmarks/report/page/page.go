// Package page writes reports: one HTML file that opens offline, and the same as a
// Markdown page with its figures beside it.
//
// A [Page] has chapters, one for each experiment; a [Chapter] has claims with their
// verdicts, tables, figures and the commands that compute it again. What they say
// is decided in packages mnist and spinglass. Start with [Page.Files].
package page

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"image/color"
	"io"
	"slices"
	"strings"
	texttemplate "text/template"

	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// claimsNote explains the verdicts of all reports.
const claimsNote = "A claim that quantities lie in a region agrees with the runs if the whole confidence interval of each lies in it, and differs if the interval of one" +
	" lies wholly outside. A claim that quantities are equal states the margin within which they count as equal: it agrees if each interval lies within the margin and contains equality," +
	" and is \"equal within the margin, but measurably different\" if an interval within the margin excludes equality. All other claims are undecided."

// A Page is a list of chapters, shown in order.
type Page []*Chapter

// A Chapter reports one experiment, or compares two.
type Chapter struct {
	ID       string // anchor on the page
	Title    string
	State    string // how many of the planned runs are finished, in a sentence
	Warnings []string

	ClaimsTitle string
	ClaimsNote  string // added to the note that explains verdicts
	Claims      []verdict.Claim
	Family      verdict.Family // all comparisons of the page

	Main     Section // shown before the figures
	Figures  []*figure.Figure
	Images   []Image
	Sections []Section

	FactsTitle   string // "" means "Plan and environment"
	Facts        []Fact
	CommandsNote string
	Commands     []string

	Extra []File // further files of the report, not shown on the page
}

// A Section is a table with a title and notes.
type Section struct {
	Title             string
	Table             Table
	FirstColumnIsText bool // align the first column to the left
	AllColumnsAreText bool // align all columns to the left, and break their lines
	Notes             []string
	Items             []string // of a list, below the notes
}

// An Image is a PNG image.
type Image struct {
	Name           string // of its file in the folder of figures
	Title, Caption string
	PNG            []byte
}

//go:embed page.html
var htmlText string

//go:embed page.md
var markdownText string

var (
	htmlTemplate     = template.Must(template.New("page").Funcs(template.FuncMap{"class": class, "colors": colors}).Parse(htmlText))
	markdownTemplate = texttemplate.Must(texttemplate.New("page").Parse(markdownText))
)

// Files returns all files of the report. The HTML page is last, so that it is not
// written before the files that belong to it.
func (p Page) Files() ([]File, error) {
	var files []File
	for _, c := range p {
		for _, f := range c.Figures {
			both, err := FigureFiles(f)
			if err != nil {
				return nil, err
			}
			files = append(files, both...)
		}
		for _, image := range c.Images {
			files = append(files, File{image.Path(), image.PNG})
		}
		files = append(files, c.Extra...)
	}
	for _, text := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{MarkdownName, func(w io.Writer) error { return markdownTemplate.Execute(w, p.markdown()) }},
		{Name, func(w io.Writer) error { return htmlTemplate.Execute(w, p) }},
	} {
		f, err := NewFile(text.name, text.write)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// Title returns the title of the first chapter.
func (p Page) Title() string { return p[0].Title }

// VerdictCounts says how many claims have each verdict.
func (c *Chapter) VerdictCounts() string {
	count := make(map[verdict.Verdict]int)
	for _, claim := range c.Claims {
		count[claim.Verdict]++
	}
	var counts []string
	for _, v := range verdict.Verdicts() {
		counts = append(counts, fmt.Sprintf("%s: %d", v, count[v]))
	}
	return "Verdicts here: " + strings.Join(counts, "; ") + "."
}

// VerdictNote returns the explanation of the verdicts that is shown below their counts.
func (c *Chapter) VerdictNote() string {
	family := fmt.Sprintf("This report makes %s. The intervals of claims have the level %s, so that all comparisons are right in 95 %% of such reports (Bonferroni);"+
		" a law is rejected at p below %.2g. More sizes or directories in one report mean more comparisons and wider intervals, and change no comparison otherwise.",
		format.Count(c.Family.Comparisons, "comparison"), format.Percent(1-c.Family.Alpha, 3), c.Family.Alpha)
	return strings.TrimSpace(claimsNote + " " + family + " " + c.ClaimsNote)
}

// Decide decides the claims of all chapters together.
func (p Page) Decide() {
	var claims [][]verdict.Claim
	for _, c := range p {
		claims = append(claims, c.Claims)
	}
	family := verdict.Decide(claims...)
	for _, c := range p {
		c.Family = family
	}
}

// Drawings returns the figures as the templates show them.
func (c *Chapter) Drawings() []Drawing {
	var drawings []Drawing
	for _, f := range c.Figures {
		drawings = append(drawings, Drawing{f})
	}
	return drawings
}

// HasPictures reports whether there is any figure or image.
func (c *Chapter) HasPictures() bool { return len(c.Figures)+len(c.Images) > 0 }

// FilledSections returns the sections with rows or notes.
func (c *Chapter) FilledSections() []Section {
	return slices.DeleteFunc(slices.Clone(c.Sections), func(s Section) bool { return len(s.Table.Rows)+len(s.Notes)+len(s.Items) == 0 })
}

// A Drawing is a figure on a page.
type Drawing struct{ *figure.Figure }

// Path returns the path of the SVG file in the directory of the report.
func (d Drawing) Path() string { return figurePath(d.Figure, ".svg") }

// Inline returns the figure as an element of the HTML page: it takes the width of
// its column, and the page's colours of text and background instead of black and white.
func (d Drawing) Inline() (template.HTML, error) {
	svg, err := d.SVG()
	if err != nil {
		return "", err
	}
	_, body, _ := bytes.Cut(svg, []byte("\n<svg "))
	w, h := d.Size()
	replacements := []string{
		fmt.Sprintf(`width="%gpt" height="%gpt"`, w, h), fmt.Sprintf(`role="img" aria-label="%s"`, template.HTMLEscapeString(d.Title)),
		"stroke:" + hex(figure.Ink.Light), "stroke:currentColor",
		"fill:" + hex(figure.Ground.Light), "fill:none",
	}
	for _, p := range figure.Pairs() {
		replacements = append(replacements, hex(p.Light), "var("+property(p)+")")
	}
	return template.HTML(strings.NewReplacer(replacements...).Replace("<svg " + string(body))), nil
}

// colors returns the declarations of the colours of the page's figures, on a light or a
// dark ground.
func colors(dark bool) template.CSS {
	var b strings.Builder
	declare := func(name string, p figure.Pair) {
		c := p.Light
		if dark {
			c = p.Dark
		}
		fmt.Fprintf(&b, "%s: %s; ", name, hex(c))
	}
	declare("--ground", figure.Ground)
	declare("--ink", figure.Ink)
	for _, p := range figure.Pairs() {
		declare(property(p), p)
	}
	return template.CSS(b.String())
}

// property is the name of the CSS property of a colour.
func property(p figure.Pair) string { return "--c" + hex(p.Light)[1:] }

// hex writes a colour as SVG documents have it.
func hex(c color.NRGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

// Path returns the path of the image in the directory of the report.
func (i Image) Path() string { return FiguresName + "/" + i.Name }

// Address returns the image as a data URL.
func (i Image) Address() template.URL {
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(i.PNG))
}

// class returns the CSS class of a verdict.
func class(v verdict.Verdict) string {
	if v == verdict.WithinMargin {
		return "within-margin"
	}
	return string(v)
}
