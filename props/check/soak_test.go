package check_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

var (
	soak   = flag.Int("soak", 0, "observe this many `cases` of each bound for the error ledger")
	ledger = flag.String("ledger", "", "with -soak: `file` for the error ledger, in Markdown")
)

// TestLedger measures the largest ratios of the specifications' errors and their bounds.
// The kernels give the same bits, so theirs are the same.
func TestLedger(t *testing.T) {
	cases := *soak
	if cases == 0 {
		cases = 20
	}
	entries := []law.LedgerEntry{
		{Kernel: "matmul float32", Bound: "gamma_(k+1) S + underflow"},
		{Kernel: "matmul float64", Bound: "gamma_(k+1) S + underflow"},
		{Kernel: "chain", Bound: "gamma_n S + n eta/2"},
		{Kernel: "softmax", Bound: "(2r + u) p + eta"},
		{Kernel: "loss of logits", Bound: "r + e log s + ..."},
		{Kernel: "logits of a network", Bound: "|W| e + gamma_n S, layer by layer"},
		{Kernel: "loss of a network", Bound: "2 max e + that of the loss"},
	}
	report := time.Now()
	for seed := range cases {
		if time.Since(report) > 10*time.Second {
			report = time.Now()
			fmt.Fprintf(os.Stderr, "%d of %d cases\n", seed, cases)
		}
		for i, ratio := range ratios(seed) {
			entries[i].Observe(ratio, fmt.Sprintf("seed %d", seed))
		}
	}
	for _, e := range entries {
		t.Logf("%s: %.4f of the bound %s at %s", e.Kernel, e.Ratio, e.Bound, e.Where)
		if !(e.Ratio <= 1) || e.Ratio == 0 {
			t.Errorf("%s: worst error / bound is %v at %s", e.Kernel, e.Ratio, e.Where)
		}
	}
	if *ledger == "" || t.Failed() {
		return
	}
	file, err := os.Create(*ledger)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := law.WriteLedger(file, "# Error ledger: worst observed error and proven bound", entries); err != nil {
		t.Fatal(err)
	}
}

// ratios returns error / bound of each operation for operands drawn from a seed.
func ratios(seed int) []float64 {
	rng := rand.New(rand.NewPCG(uint64(seed), 5))
	uniform := func(n int, size float32) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = size * (2*rng.Float32() - 1)
		}
		return x
	}
	worst := func(got []float32, exact, bound []float64) (w float64) {
		for i, x := range got {
			if off := math.Abs(float64(x) - exact[i]); off > 0 || bound[i] > 0 {
				w = max(w, off/bound[i])
			}
		}
		return w
	}
	single, _ := law.GemmError(reference.Gemm[float32], law.BitExact, seed)
	double, _ := law.GemmError(reference.Gemm[float64], law.BitExact, seed)

	n := 1 + rng.IntN(100)
	x, y, start := uniform(n, 1), uniform(n, 1), uniform(1, 1)[0]
	sum := start
	for i := range x {
		sum = reference.Fma32(x[i], y[i], sum)
	}
	exact, bound := reference.ChainTwin(start, x, y)
	chain := worst([]float32{sum}, []float64{exact}, []float64{bound})

	logits := uniform(1+rng.IntN(12), 20)
	label := uint8(rng.IntN(len(logits)))
	p, pBound := reference.SoftmaxTwin(logits)
	softmax := worst(reference.Softmax(logits), p, pBound)
	l, lBound := reference.LossTwin(logits, label)
	loss := worst([]float32{reference.Loss(logits, label)}, []float64{l}, []float64{lBound})

	widths := []int{1 + rng.IntN(100), 1 + rng.IntN(30), 1 + rng.IntN(11)}
	net := reference.FromFlat(uniform(widths[1]*(widths[0]+1)+widths[2]*(widths[1]+1), 1), widths...)
	image := uniform(widths[0], 1)
	for i := range image {
		image[i] = max(image[i], 0)
	}
	z, zBound := net.ForwardTwin(image)
	out := net.Forward(image)[2]
	label = uint8(rng.IntN(widths[2]))
	nl, nlBound := net.NetLossTwin(image, label)
	return []float64{single, double, chain, softmax, loss, worst(out, z, zBound),
		worst([]float32{reference.Loss(out, label)}, []float64{nl}, []float64{nlBound})}
}
