package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// A Grid is a table of texts.
type Grid struct {
	Head []string
	Rows [][]string
}

// Add adds a row.
func (g *Grid) Add(cells ...string) { g.Rows = append(g.Rows, cells) }

// WriteText aligns the columns to the right.
func (g Grid) WriteText(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range append([][]string{g.Head}, g.Rows...) {
		fmt.Fprintln(w, strings.Join(row, "\t")+"\t")
	}
	w.Flush()
}

// Markdown is the grid as a table of a Markdown document.
func (g Grid) Markdown() string {
	var b strings.Builder
	g.WriteMarkdown(&b)
	return b.String()
}

// WriteMarkdown writes the grid as a table of a Markdown document.
func (g Grid) WriteMarkdown(b *strings.Builder) {
	fmt.Fprintf(b, "| %s |\n|%s\n", strings.Join(g.Head, " | "), strings.Repeat("---:|", len(g.Head)))
	for _, row := range g.Rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
	}
}

// Wrap writes a text in lines of at most 100 columns.
func Wrap(b *strings.Builder, first, next, text string) {
	const width = 100
	line, empty := first, true
	for word := range strings.FieldsSeq(text) {
		switch {
		case empty:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			b.WriteString(line + "\n")
			line = next + word
		default:
			line += " " + word
		}
		empty = false
	}
	b.WriteString(line + "\n")
}

// Digits writes numbers in the shortest form that reads back the same, NaN as
// an empty field.
func Digits(values ...float64) []string {
	all := make([]string, len(values))
	for i, v := range values {
		if !math.IsNaN(v) {
			all[i] = strconv.FormatFloat(v, 'g', -1, 64)
		}
	}
	return all
}
