package page

import (
	"fmt"
	"strings"
	"text/tabwriter"
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
