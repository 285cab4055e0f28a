package page

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/lossglass/lossglass/benchmarks/internal/printable"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A Table is a table of texts.
type Table struct {
	Head []string
	Rows [][]string
}

// Add adds a row.
func (t *Table) Add(cells ...string) { t.Rows = append(t.Rows, cells) }

// Markdown returns the table in Markdown.
func (t Table) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(t.Head, " | "), strings.Repeat("---:|", len(t.Head)))
	for _, row := range t.Rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
	}
	return b.String()
}

// writeText writes the table with columns aligned to the right.
func (t Table) writeText(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		fmt.Fprintln(w, strings.Join(row, "\t")+"\t")
	}
	w.Flush()
}

// WriteText writes the warnings, the main section and the facts of a chapter for
// a terminal of 100 columns.
func (c *Chapter) WriteText(w io.Writer) error {
	c = c.mapTexts(printable.Text)
	var b strings.Builder
	for _, warning := range c.Warnings {
		format.Wrap(&b, "!!! ", "    ", warning)
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	c.Main.Table.writeText(&b)
	b.WriteByte('\n')
	for _, note := range c.Main.Notes {
		format.Wrap(&b, "", "  ", note)
	}
	b.WriteByte('\n')
	for _, f := range c.Facts {
		format.Wrap(&b, fmt.Sprintf("%-13s", f.Name), strings.Repeat(" ", 13), f.Text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// MainMarkdown returns the warnings, the main section and the facts of a chapter
// in Markdown.
func (c *Chapter) MainMarkdown() []byte {
	c = c.mapTexts(escape)
	var b strings.Builder
	for _, warning := range c.Warnings {
		fmt.Fprintf(&b, "> **%s**\n\n", warning)
	}
	b.WriteString(c.Main.Table.Markdown())
	b.WriteByte('\n')
	for _, note := range c.Main.Notes {
		fmt.Fprintf(&b, "- %s\n", note)
	}
	b.WriteByte('\n')
	for _, f := range c.Facts {
		fmt.Fprintf(&b, "- %s: %s\n", f.Name, f.Text)
	}
	return []byte(b.String())
}
