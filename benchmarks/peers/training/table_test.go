package main

import (
	"github.com/lossglass/lossglass/benchmarks/environment"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
)

func TestTable(t *testing.T) {
	got := table{
		facts:   []environment.Fact{{"command", "bin/peers-training"}, {"gonum", "v1"}},
		rows:    []string{"lossglass, a", "gonum, b"},
		batches: []int{100},
		sizes:   []int{25, 500},
		speed: func(row, n, batch int) float64 {
			return []float64{20e6, 0.5e6}[row] * 25 / float64(n) * float64(batch) / 100
		},
	}.markdown()
	want := introduction + `- command: bin/peers-training
- gonum: v1

## Minibatch 100

Million samples x networks per second:

| | n = 25 | n = 500 |
|---|---:|---:|
| lossglass, a | 20.0 | 1.00 |
| gonum, b | 0.500 | 0.025 |

GFLOP/s, dense-equivalent: 460 n for a sample and network, skipped zeros counted too:

| | n = 25 | n = 500 |
|---|---:|---:|
| lossglass, a | 230 | 230 |
| gonum, b | 5.75 | 5.75 |

How many times as fast the first row is:

| | n = 25 | n = 500 |
|---|---:|---:|
| lossglass, a | 1.00 | 1.00 |
| gonum, b | 40.0 | 40.0 |
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestMedianAndSpread(t *testing.T) {
	s := newSetting(1, 10)
	c := comparison{speeds: map[setting][][]float64{s: {{3, 1, 2}, {10, 10, 8}}}}
	if c.median(0, s) != 2 || c.median(1, s) != 10 || c.spread() != 0.5 {
		t.Errorf("medians %v and %v, spread %v", c.median(0, s), c.median(1, s), c.spread())
	}
}

func TestMisuse(t *testing.T) {
	good := options{rounds: 1, batches: harness.List{10, 100}}
	if err := good.checkFlags(nil); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		o         options
		arguments []string
		want      string
	}{
		{options{rounds: 1}, []string{"x"}, `"x"`},
		{options{rounds: 0}, nil, "-rounds 0"},
		{options{rounds: 1, batches: harness.List{10, 7}}, nil, "-batches 7"},
	} {
		if err := c.o.checkFlags(c.arguments); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v", c.o, err)
		}
	}
}
