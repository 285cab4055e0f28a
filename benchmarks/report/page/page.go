// Package page writes reports: one HTML file that opens offline and a Markdown
// page, of tables, figures and claims with their verdicts. What stands in them
// is for others to say.
package page

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	texttemplate "text/template"

	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// claimsNote says how the claims are to be read.
const claimsNote = "A claim holds if the whole confidence interval of each of its quantities lies where the claim puts it, does not hold if one" +
	" lies wholly elsewhere, and is undecided otherwise. The intervals of a claim together cover in 95 % of experiments (Bonferroni)."

// A Page consists of one or several parts, which one reads from the top.
type Page []*Part

// A Part reports one experiment, or compares several.
type Part struct {
	ID       string // of the part among those of a page
	Title    string
	State    string // how many of the runs are there
	Warnings []string

	ClaimsTitle string
	ClaimsNote  string // added to how claims are read in all reports
	Claims      []verdict.Claim

	Main     Section // stands before the figures
	Drawings []*figure.Figure
	Images   []Image
	Sections []Section

	Facts        []Fact
	CommandsNote string
	Commands     []string

	Extra []File // that belong to the part and are not shown on the page
}

// A Section is a table under a title.
type Section struct {
	Title string
	Table Grid
	Named bool // the rows begin with texts
	Notes []string
}

// An Image is a picture made of pixels.
type Image struct {
	Name           string // of its file in Figures
	Title, Caption string
	PNG            []byte
}

// A Fact has a name.
type Fact struct{ Name, Text string }

//go:embed page.html
var htmlText string

//go:embed page.md
var markdownText string

var (
	htmlTemplate     = template.Must(template.New("page").Funcs(template.FuncMap{"class": class}).Parse(htmlText))
	markdownTemplate = texttemplate.Must(texttemplate.New("page").Parse(markdownText))
)

// Files returns the page as HTML and as Markdown and all that it consists of,
// the HTML file last: it stands for the whole.
func (p Page) Files() ([]File, error) {
	var files []File
	for _, part := range p {
		for _, f := range part.Drawings {
			both, err := FigureFiles(f)
			if err != nil {
				return nil, err
			}
			files = append(files, both...)
		}
		for _, image := range part.Images {
			files = append(files, File{image.Path(), image.PNG})
		}
		files = append(files, part.Extra...)
	}
	for _, text := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{MarkdownName, func(w io.Writer) error { return markdownTemplate.Execute(w, p) }},
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

// Title is that of the first part.
func (p Page) Title() string { return p[0].Title }

// Count says how many claims got each verdict.
func (p *Part) Count() string {
	count := make(map[verdict.Verdict]int)
	for _, c := range p.Claims {
		count[c.Verdict]++
	}
	return fmt.Sprintf("Of %s, here: %d hold, %d not, %d undecided.",
		format.Count(len(p.Claims), "claim"), count[verdict.Holds], count[verdict.DoesNot], count[verdict.Undecided])
}

// Reading says how the claims are to be read.
func (p *Part) Reading() string { return strings.TrimSpace(claimsNote + " " + p.ClaimsNote) }

// Figures are the drawings as the page shows them.
func (p *Part) Figures() []Drawing {
	var all []Drawing
	for _, f := range p.Drawings {
		all = append(all, Drawing{f})
	}
	return all
}

// HasFigures reports whether there is any picture.
func (p *Part) HasFigures() bool { return len(p.Drawings)+len(p.Images) > 0 }

// All are the sections in the order of the page, without Main.
func (p *Part) All() []Section {
	return slices.DeleteFunc(slices.Clone(p.Sections), func(s Section) bool { return len(s.Table.Rows) == 0 && len(s.Notes) == 0 })
}

// A Drawing is a figure on a page.
type Drawing struct{ *figure.Figure }

// Path is the figure's file in the directory.
func (d Drawing) Path() string { return figurePath(d.Figure, ".svg") }

// Inline returns the figure as part of a page: no size of its own, and what is
// black on white elsewhere in the colours of the page.
func (d Drawing) Inline() (template.HTML, error) {
	svg, err := d.SVG()
	if err != nil {
		return "", err
	}
	_, body, _ := bytes.Cut(svg, []byte("\n<svg "))
	w, h := d.Size()
	text := strings.NewReplacer(
		fmt.Sprintf(`width="%gpt" height="%gpt"`, w, h), fmt.Sprintf(`role="img" aria-label="%s"`, template.HTMLEscapeString(d.Title)),
		"stroke:#000000", "stroke:currentColor",
		"fill:#FFFFFF", "fill:none",
		"#0072B2", "var(--blue)", // too dark on black
	).Replace("<svg " + string(body))
	return template.HTML(text), nil
}

// Path is the image's file in the directory.
func (i Image) Path() string { return Figures + "/" + i.Name }

// Address is the whole image as the address of one.
func (i Image) Address() template.URL {
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(i.PNG))
}

// class is the verdict as the name of a style.
func class(v verdict.Verdict) string { return strings.ReplaceAll(string(v), " ", "-") }
