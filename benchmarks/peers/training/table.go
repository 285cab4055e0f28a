package main

import (
	"fmt"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
)

// A table shows the median speed of every row, with one column per size.
type table struct {
	facts   []environment.Fact
	rows    []string
	batches []int
	sizes   []int
	speed   func(row, n, batch int) float64 // samples x networks per second
}

const introduction = `# Training beside other libraries

The same networks 100-n-10 (ReLU, biases, softmax and cross-entropy) from the same starts, on the
same images in the same order, by SGD in float32, on one core. Each library appears in the fastest
form that was found for it (two forms if neither is fastest at all sizes) and in the form that most
people write.

`

// measures are the quantities shown for a speed at n hidden units; best is the speed
// of the first row.
var measures = []struct {
	title string
	of    func(speed, best float64, n int) float64
}{
	{"Million samples x networks per second", func(speed, _ float64, _ int) float64 { return speed / 1e6 }},
	{"GFLOP/s, dense-equivalent: 460 n for a sample and network, skipped zeros counted too", func(speed, _ float64, n int) float64 {
		return speed * mnist.TrainFLOPs(n) / 1e9
	}},
	{"How many times as fast the first row is", func(speed, best float64, _ int) float64 { return best / speed }},
}

// markdown formats the table and its header.
func (t table) markdown() string {
	var b strings.Builder
	b.WriteString(introduction)
	b.WriteString(environment.List(t.facts))
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
					fmt.Fprintf(&b, " %s |", harness.Short(m.of(t.speed(i, n, batch), t.speed(0, n, batch), n)))
				}
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}
