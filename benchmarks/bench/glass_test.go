package bench

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// BenchmarkGlass computes energies and gradients of replicas of a 3-spin glass per
// iteration. A replica counts as n^3/3 fused multiply-adds, the leading term. The
// digest is of energies and gradients.
func BenchmarkGlass(b *testing.B) {
	for _, n := range withNamed("n", 100, 250, 500) {
		for _, replicas := range withNamed("replicas", 1, 1024) {
			for _, k := range kernelsFor([]int{n}, replicas) {
				benchmark(b, fmt.Sprintf("n=%d/isa=%s/replicas=%d", n, k.Name, replicas), func(*testing.B) subject {
					r := newReplicas(k, n, replicas)
					r.run()
					flops := 2 * float64(replicas) * float64(n*n*n/3)
					return subject{work{isa: k, samples: replicas, dense: flops, executed: flops, double: true}, r.run, r.digest()}
				})
			}
		}
	}
}

// replicas holds random starts of a spin glass with their energies and gradients.
type replicas struct {
	glass           *spinglass.Glass
	count           int
	w, grad, energy []float64
}

func newReplicas(k *simd.Set, n, count int) *replicas {
	const seed, disorder = 1, 0
	g, err := spinglass.New(context.Background(), k, 3, n, spinglass.Gauss, seed, disorder)
	if err != nil {
		panic(err)
	}
	r := &replicas{g, count, make([]float64, n*count), make([]float64, n*count), make([]float64, count)}
	spinglass.DrawStarts(r.w, n, count, seed, disorder, 0)
	return r
}

func (r *replicas) run() { r.glass.EnergyGradient(r.w, r.grad, r.energy, r.count) }

func (r *replicas) digest() string {
	sum := sha256.New()
	for _, x := range append(append([]float64{}, r.energy...), r.grad...) {
		sum.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)))
	}
	return shorten([sha256.Size]byte(sum.Sum(nil)))
}

// Every instruction set gives the same digest.
func TestGlassDigest(t *testing.T) {
	const want = "4c4c9aeea386"
	for _, k := range simd.Available() {
		r := newReplicas(k, 20, 9)
		r.run()
		if got := r.digest(); got != want {
			t.Errorf("%s: digest %s, want %s", k.Name, got, want)
		}
	}
}
