package main

import (
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/experiment/train"
)

// A table shows the medians of all rows, side by side over the sizes.
type table struct {
	facts   []fact
	rows    []string
	batches []int
	sizes   []int
	speed   func(row, n, batch int) float64 // samples x networks per second
}

// A fact is a line of the header.
type fact struct{ name, text string }

const introduction = `# Training beside other libraries

The same networks 100-n-10 (ReLU, biases, softmax and cross-entropy) from the same starts, on the
same images in the same order, by SGD in float32, on one core. Each library is given the best form
that was found for it, two where neither is best at all sizes, and what most people write.

`

// measures are what is shown of a speed at size n; best is the first row's.
var measures = []struct {
	title string
	of    func(speed, best float64, n int) float64
}{
	{"Million samples x networks per second", func(speed, _ float64, _ int) float64 { return speed / 1e6 }},
	{"GFLOP/s, dense-equivalent: 460 n for a sample and network, skipped zeros counted too", func(speed, _ float64, n int) float64 {
		return speed * float64(train.TrainFLOPs(n)) / 1e9
	}},
	{"How many times as fast the first row is", func(speed, best float64, _ int) float64 { return best / speed }},
}

// markdown returns the table with its header.
func (t table) markdown() string {
	var b strings.Builder
	b.WriteString(introduction)
	for _, f := range t.facts {
		fmt.Fprintf(&b, "- %s: %s\n", f.name, f.text)
	}
	for _, batch := range t.batches {
		fmt.Fprintf(&b, "\n## Minibatch %d\n", batch)
		for _, m := range measures {
			fmt.Fprintf(&b, "\n%s:\n\n| |", m.title)
			for _, n := range t.sizes {
				fmt.Fprintf(&b, " n = %d |", n)
			}
			b.WriteString("\n|---|" + strings.Repeat("---:|", len(t.sizes)) + "\n")
			for i, name := range t.rows {
				fmt.Fprintf(&b, "| %s |", name)
				for _, n := range t.sizes {
					fmt.Fprintf(&b, " %s |", short(m.of(t.speed(i, n, batch), t.speed(0, n, batch), n)))
				}
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}

// short writes a positive number with three digits or so.
func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}
