package report

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path"
	"strings"
	texttemplate "text/template"

	"github.com/lossglass/lossglass/benchmarks/experiment/train"
)

// sheetPath is the contact sheet in the directory.
const sheetPath = figuresFolder + "/images.png"

// How the sections are to be read.
const (
	claimsNote = "A claim holds if the whole confidence interval of each of its quantities lies where the claim puts it, does not hold if one" +
		" lies wholly elsewhere, and is undecided otherwise. The intervals of a claim together cover in 95 % of experiments (Bonferroni)." +
		" Comparisons with the paper include the sampling error of its own runs."
	fitNote = "E[L] = c exp(alpha n^beta) by least squares on the logarithm of the mean test loss, Var[L] = v n^-gamma likewise;" +
		" 95 % intervals from resampled packs. The paper prints no coefficients: alpha and beta of its own scaling follow from the factors" +
		" between its Fig. 7 and Fig. 3. They are not the optimum of this form for its own means; that stands in the second line."
	correctionNote = "The train losses of large networks spread less than those of small ones, and a narrower range lowers a correlation by itself." +
		" Corrected (Thorndike's case 2): r u / sqrt(1 - r² + r² u²), u = sd(train loss, n = 25) / sd(train loss, n). It supposes that slope and scatter" +
		" of the regression of test on train loss stay the same over the wider range. 95 % intervals."
	likenessNote = "Sixteen runs that follow one another (a pack) share the order of their minibatches. ICC: the share of the variance that lies between packs" +
		" (one-way analysis of variance, 95 % interval by Searle's F method); about 0 if runs of a pack are no more alike than others. p: the share of" +
		" 2000 random divisions into packs with an ICC at least as large."
)

// ClaimsNote and the others are for the templates.
func (*page) ClaimsNote() string     { return claimsNote }
func (*page) FitNote() string        { return fitNote }
func (*page) CorrectionNote() string { return correctionNote }
func (*page) LikenessNote() string   { return likenessNote }

// path is the figure's file in the directory, with slashes.
func (f *figure) path(extension string) string { return path.Join(figuresFolder, f.Name+extension) }

// A page is what the templates show.
type page struct {
	Title    string
	State    string // how many of the runs are there
	Warnings []string
	Notes    []string
	Claims   []claim
	Table    grid
	Fits     grid
	Correct  grid
	Likeness grid
	Figures  []drawn
	Facts    []fact
	Commands []string

	sheet []byte
}

// A drawn figure.
type drawn struct {
	*figure
	svg []byte
}

func newPage(results *train.Results, s *statistics, figures []*figure, sheet []byte) (*page, error) {
	p := &page{
		Title: "Loss surfaces of multilayer networks: " + results.Plan.Data, State: state(results),
		Warnings: s.table.warnings, Notes: append(s.table.notes, results.Notes...), Claims: s.claims,
		Table: s.table.grid(), Fits: s.fitGrid(), Correct: s.correlationGrid(), Likeness: s.likenessGrid(),
		Facts: s.table.facts, Commands: commands(results.Plan), sheet: sheet,
	}
	for _, f := range figures {
		svg, err := f.svg()
		if err != nil {
			return nil, err
		}
		p.Figures = append(p.Figures, drawn{f, svg})
	}
	return p, nil
}

// state says how much of the plan is done.
func state(r *train.Results) string {
	planned := len(r.Plan.Sizes) * r.Plan.Runs
	if r.Complete {
		return "Complete: " + count(len(r.Runs), "run") + "."
	}
	return fmt.Sprintf("UNFINISHED: %d of %d runs so far. What follows is about these.", len(r.Runs), planned)
}

//go:embed page.html
var htmlText string

//go:embed page.md
var markdownText string

var (
	htmlTemplate     = template.Must(template.New("page").Parse(htmlText))
	markdownTemplate = texttemplate.Must(texttemplate.New("page").Parse(markdownText))
)

func (p *page) writeHTML(w io.Writer) error     { return htmlTemplate.Execute(w, p) }
func (p *page) writeMarkdown(w io.Writer) error { return markdownTemplate.Execute(w, p) }

// Count says how many claims got each verdict.
func (p *page) Count() string {
	count := make(map[verdict]int)
	for _, c := range p.Claims {
		count[c.Verdict]++
	}
	return fmt.Sprintf("Of %d claims, here: %d hold, %d not, %d undecided.", len(p.Claims), count[holds], count[doesNot], count[isUndecided])
}

// Inline returns the figure as part of a page: no size of its own, and what is
// black on white elsewhere in the colours of the page.
func (d drawn) Inline() template.HTML {
	_, body, _ := bytes.Cut(d.svg, []byte("\n<svg "))
	w, h := d.size()
	svg := strings.NewReplacer(
		fmt.Sprintf(`width="%gpt" height="%gpt"`, w, h), fmt.Sprintf(`role="img" aria-label="%s"`, template.HTMLEscapeString(d.Title)),
		"stroke:#000000", "stroke:currentColor",
		"fill:#FFFFFF", "fill:none",
		"#0072B2", "var(--blue)", // too dark on black
	).Replace("<svg " + string(body))
	return template.HTML(svg)
}

// Sheet is the contact sheet as the address of an image, "" if there is none.
func (p *page) Sheet() template.URL {
	if p.sheet == nil {
		return ""
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(p.sheet))
}

// SheetPath is the contact sheet's file, "" if there is none.
func (p *page) SheetPath() string {
	if p.sheet == nil {
		return ""
	}
	return sheetPath
}

// Markdown is the grid as a table of a Markdown document.
func (g grid) Markdown() string {
	var b strings.Builder
	g.writeMarkdown(&b)
	return b.String()
}

// Path is the figure's file in the directory.
func (d drawn) Path() string { return d.path(".svg") }

// Class is the verdict as the name of a style.
func (v verdict) Class() string { return strings.ReplaceAll(string(v), " ", "-") }
