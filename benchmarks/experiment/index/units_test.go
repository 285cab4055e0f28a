package index

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/core/spectrum"
	"github.com/lossglass/lossglass/simd"
)

var ledger = flag.String("ledger", "", "Markdown `file` for the hidden units to which the negative eigenvalues of networks with many of them belong")

// manyNegative is the index from which on a network has many negative eigenvalues, and ledgerPacks is how many packs the
// ledger trains again: those with most such networks.
const (
	manyNegative = 5
	ledgerPacks  = 6
)

// A unitBlock describes a hidden unit: the norm of its output weights, and how many eigenvalues below -0.001 the block of
// the Hessian has that belongs to its own weights and bias.
type unitBlock struct {
	norm     float64
	negative int
}

// blocksOf returns the units of a network with n hidden units, whose Hessian is h.
func blocksOf(t *testing.T, weights, h []float64, n int) (units []unitBlock) {
	t.Helper()
	const d, c = dataset.Size, dataset.Classes
	for j := range n {
		var own []int // the unit's parameters
		for k := range d {
			own = append(own, j*d+k)
		}
		own = append(own, n*d+j)
		u := unitBlock{}
		for class := range c {
			out := n*(d+1) + class*n + j
			own = append(own, out)
			u.norm = math.Hypot(u.norm, weights[out])
		}
		block := make([]float64, 0, len(own)*len(own))
		for _, r := range own {
			for _, s := range own {
				block = append(block, h[r*len(weights)+s])
			}
		}
		values, _, err := spectrum.Eigenvalues(block, len(own))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			if v < -paperThreshold {
				u.negative++
			}
		}
		units = append(units, u)
	}
	return units
}

const paperThreshold = 1e-3

func median(values []float64) float64 {
	slices.Sort(values)
	return stat.Quantile(.5, stat.LinInterp, values, nil)
}

// No block has more eigenvalues below a threshold than the whole matrix (Cauchy). With -ledger, the networks of
// results/index/n10 with many negative eigenvalues are trained again: these belong to one small unit.
func TestUnitsOfNegativeEigenvalues(t *testing.T) {
	e := contradictory(t, 1)
	check := func(networks *mnist.Experiment, pack mnist.Pack, n int, index func(lane int, h []float64) int, row func(lane int, units []unitBlock)) {
		_, weights, err := networks.TrainParameters(t.Context(), pack, func(experiment.Work) {})
		if err != nil {
			t.Fatal(err)
		}
		loss := networks.TrainLoss(1, n)
		for lane, w := range weights {
			h, err := loss.Hessian(t.Context(), w, noLimit)
			if err != nil {
				t.Fatal(err)
			}
			k, units := index(lane, h), blocksOf(t, w, h, n)
			for _, u := range units {
				if u.negative > k {
					t.Errorf("lane %d: %d negative eigenvalues of a block, %d of the whole", lane, u.negative, k)
				}
			}
			row(lane, units)
		}
	}
	check(e.networks, e.plan.Packs()[0], 2, func(_ int, h []float64) int {
		count, err := spectrum.CountBelow(t.Context(), simd.Detect(), h, Parameters(2), -paperThreshold, 1)
		if err != nil {
			t.Fatal(err)
		}
		return count.Below + count.Ambiguous
	}, func(int, []unitBlock) {})
	if *ledger == "" {
		return
	}
	results, err := ReadRuns("../../../results/index/n10")
	if err != nil {
		t.Fatal(err)
	}
	images, err := dataset.Load(t.Context(), dataset.Options{Dir: os.Getenv("LOSSGLASS_DATA")})
	if err != nil {
		t.Fatal(err)
	}
	networks, err := mnist.New(results.Plan.Plan, images, simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	indexOf := func(run int) int {
		k, _ := results.Runs[run].Point.Index(paperThreshold)
		return k
	}
	many := func(p mnist.Pack) (count int) {
		for _, network := range p.Networks {
			if indexOf(network.Run) >= manyNegative {
				count++
			}
		}
		return count
	}
	packs := results.Plan.Packs()
	slices.SortStableFunc(packs, func(a, b mnist.Pack) int { return cmp.Compare(many(b), many(a)) })
	var rows strings.Builder
	networksWithMany, belong, largest := 0, 0, 0.
	var norms []float64
	for _, p := range packs[:ledgerPacks] {
		check(networks, p, results.Plan.Sizes[0], func(lane int, _ []float64) int { return indexOf(p.Networks[lane].Run) }, func(lane int, units []unitBlock) {
			run := p.Networks[lane].Run
			k := indexOf(run)
			if k < manyNegative {
				return
			}
			slices.SortFunc(units, func(a, b unitBlock) int { return cmp.Compare(b.negative, a.negative) })
			networksWithMany++
			if units[0].negative >= k-1 {
				belong++
			}
			largest = max(largest, units[0].norm)
			for _, u := range units {
				norms = append(norms, u.norm)
			}
			fmt.Fprintf(&rows, "| %d | %d | %.4f | %d | %.2f | %d | %.2f |\n", run, k, float64(results.Runs[run].TrainLoss), units[0].negative, units[0].norm, units[1].negative, units[1].norm)
		})
	}
	text := fmt.Sprintf(`# Hidden units with negative eigenvalues

Networks of results/index/n10 that have %d or more eigenvalues below -0.001, of the %d packs that have most of them, trained
again. Of each hidden unit: the eigenvalues below -0.001 of the block of the Hessian that belongs to its own weights and
bias, which are at most as many as those of the whole matrix (Cauchy), and the norm of its output weights.

In each of these %d networks, the unit with most has a norm of %.2f or less; the median of all units is %.2f. In %d of them, its
block alone has all of the negative eigenvalues but one at most.

| run | index | train loss | the unit with most: negative | norm | the next one: negative | norm |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
%s`, manyNegative, ledgerPacks, networksWithMany, largest, median(norms), belong, rows.String())
	if err := atomicfile.Write(*ledger, []byte(text)); err != nil {
		t.Fatal(err)
	}
}
