package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// dash stands where there is no number.
const dash = "-"

// A grid is a table of texts.
type grid struct {
	Head []string
	Rows [][]string
}

func (g *grid) add(cells ...string) { g.Rows = append(g.Rows, cells) }

// writeText aligns the columns to the right.
func (g grid) writeText(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range append([][]string{g.Head}, g.Rows...) {
		fmt.Fprintln(w, strings.Join(row, "\t")+"\t")
	}
	w.Flush()
}

func (g grid) writeMarkdown(b *strings.Builder) {
	fmt.Fprintf(b, "| %s |\n|%s\n", strings.Join(g.Head, " | "), strings.Repeat("---:|", len(g.Head)))
	for _, row := range g.Rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
	}
}

// wrap writes a text in lines of at most 100 columns.
func wrap(b *strings.Builder, first, next, text string) {
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

// decimals writes a number with so many decimals, or a dash for NaN. Very large
// numbers, as of runs on their way to divergence, are written with an exponent.
func decimals(v float64, n int) string {
	switch {
	case math.IsNaN(v):
		return dash
	case math.Abs(v) >= 1e4:
		return strconv.FormatFloat(v, 'e', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', n, 64)
}

func (m moments) String() string { return decimals(m.mean, 5) + " ± " + decimals(m.sd, 5) }

func percentText(share float64) string {
	if math.IsNaN(share) {
		return dash
	}
	return decimals(100*share, 2) + " %"
}

func (i interval) text(n int) string {
	if !i.known() {
		return dash
	}
	return decimals(i.low, n) + " to " + decimals(i.high, n)
}

// count writes a number of things: "1 run", "2 runs".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
