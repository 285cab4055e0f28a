package main

import (
	"fmt"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"math"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
)

// A table shows the medians of all peers, with one column per peer.
type table struct {
	*comparison
	facts []environment.Fact
}

const introduction = `# Matrix products beside other libraries

C = A B by one call on row-major matrices, A of M x K and B of K x N, on one thread; operands stay in
the caches as far as they fit. Libraries that are column-major get the transposed problem, which is
the same memory: nothing is copied for them.

`

// measures are the quantities shown for a peer at a setting.
var measures = []struct {
	title string
	of    func(c *comparison, peer int, s setting) float64
}{
	{"GFLOP/s", func(c *comparison, peer int, s setting) float64 { return c.speed(peer, s) / 1e9 }},
	{"Percent of the peak in the same rounds", func(c *comparison, peer int, s setting) float64 { return 100 * c.part(peer, s, c.peaks[s]) }},
	{"How many times as fast the first column is, in the same rounds", func(c *comparison, peer int, s setting) float64 {
		return 1 / c.part(peer, s, c.speeds[s][0])
	}},
}

// markdown formats the table and its header.
func (t table) markdown() string {
	var b strings.Builder
	b.WriteString(introduction + environment.List(t.facts))
	for _, kind := range types {
		fmt.Fprintf(&b, "\n## %s\n", kind)
		for _, m := range measures {
			fmt.Fprintf(&b, "\n%s:\n\n| M x N x K |", m.title)
			for _, p := range t.peers {
				fmt.Fprintf(&b, " %s |", p.name)
			}
			b.WriteString(" peak |\n|---|" + strings.Repeat("---:|", len(t.peers)+1) + "\n")
			for _, shape := range t.shapes {
				s := setting{kind, shape}
				fmt.Fprintf(&b, "| %s |", shape)
				for i := range t.peers {
					fmt.Fprintf(&b, " %s |", short(m.of(t.comparison, i, s)))
				}
				fmt.Fprintf(&b, " %s |\n", harness.Short(harness.Median(t.peaks[s])/1e9))
			}
		}
	}
	return b.String()
}

// short formats a figure, or a dash for NaN.
func short(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return harness.Short(v)
}
