package spinglass_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"weak"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/internal/asked"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
)

func newGlass(set *simd.Set, p, n int, c spinglass.CouplingDistribution, disorder int) *spinglass.Glass {
	g, err := spinglass.New(context.Background(), set, p, n, c, 1, disorder)
	if err != nil {
		panic(err)
	}
	return g
}

func evaluate(g *spinglass.Glass, w []float64, replicas int) (energy, grad []float64) {
	energy, grad = make([]float64, replicas), make([]float64, len(w))
	g.EnergyGradient(w, grad, energy, replicas)
	return energy, grad
}

// Energies have mean 0 and the covariance N (w.w'/N)^p, with all distributions of couplings.
func TestCovariance(t *testing.T) {
	draws := 4000
	if testing.Short() {
		draws = 1000
	}
	for p := 2; p <= 4; p++ {
		for _, c := range []spinglass.CouplingDistribution{spinglass.Gauss, spinglass.Sign, spinglass.Uniform} {
			t.Run(fmt.Sprintf("p=%d/%s", p, c), func(t *testing.T) {
				t.Parallel()
				const n = 5
				wrong := law.CheckSpinGlassCovariance(p, n, draws, func(draw int, w []float64, replicas int) []float64 {
					energy, _ := evaluate(newGlass(simd.Detect(), p, n, c, draw), w, replicas)
					return energy
				})
				if wrong != "" {
					t.Error(wrong)
				}
			})
		}
	}
}

// A Gaussian coupling is one normal number times sqrt(k) instead of a sum over k orders.
// Energies have the same distribution as with a normal X for each ordered tuple.
func TestGaussIsTheSumOverOrders(t *testing.T) {
	const p, n, draws = 3, 4, 2000
	w := make([]float64, n)
	spinglass.DrawStarts(w, n, 1, 1, 0, 0)
	var direct, summed []float64
	normal := stream.New(1, "test/tensor")
	for draw := range draws {
		x := make([]float64, n*n*n)
		normal.Normals(x)
		energy, _ := evaluate(spinglass.FromTensor(simd.Detect(), p, n, x), w, 1)
		summed = append(summed, energy[0])
		energy, _ = evaluate(newGlass(simd.Detect(), p, n, spinglass.Gauss, draw), w, 1)
		direct = append(direct, energy[0])
	}
	slices.Sort(direct)
	slices.Sort(summed)
	largest := 0.0
	for i, x := range direct {
		below, _ := slices.BinarySearch(summed, x)
		largest = max(largest, math.Abs(float64(i-below))/draws)
	}
	// The Kolmogorov-Smirnov bound at the 0.1 % level is 1.95 sqrt(2/draws); the seed is fixed.
	if allowed := 1.95 * math.Sqrt(2.0/draws); largest > allowed {
		t.Errorf("the distributions are %v apart, allowed %v", largest, allowed)
	}
}

// At (sqrt n, 0, ...) the energy is X_1...1 sqrt n, which shows the coupling itself.
func TestCouplingsFollowTheirDistribution(t *testing.T) {
	const n = 3
	w := []float64{math.Sqrt(n), 0, 0}
	for draw := range 200 {
		energy, _ := evaluate(newGlass(simd.Detect(), 3, n, spinglass.Sign, draw), w, 1)
		if x := math.Abs(energy[0]) / math.Sqrt(n); math.Abs(x-1) > 1e-15 {
			t.Fatalf("a sign is %v", x)
		}
		energy, _ = evaluate(newGlass(simd.Detect(), 3, n, spinglass.Uniform, draw), w, 1)
		if x := math.Abs(energy[0]) / math.Sqrt(n); x > math.Sqrt(3) {
			t.Fatalf("a uniform number is %v", x)
		}
	}
}

// Matrices that exceed the slab, and more replicas than a batch holds, give the bits of
// a replica alone, with all kernels.
func TestLarge(t *testing.T) {
	t.Parallel()
	sizes := []struct{ p, n, replicas int }{{3, 380, 20}, {2, 400, 20}, {3, 20, 1100}, {4, 30, 70}}
	if testing.Short() {
		sizes = sizes[1:]
	}
	for _, s := range sizes {
		w := make([]float64, s.n*s.replicas)
		spinglass.DrawStarts(w, s.n, s.replicas, 1, 0, 0)
		var want []float64
		for _, set := range simd.Available() {
			g := newGlass(set, s.p, s.n, spinglass.Gauss, 0)
			if want == nil {
				last := make([]float64, s.n)
				spinglass.DrawStarts(last, s.n, 1, 1, 0, s.replicas-1)
				energy, grad := evaluate(g, last, 1)
				want = append(energy, grad...)
			}
			if set.Name == "generic" && s.n > 100 {
				continue // it takes long
			}
			energy, grad := evaluate(g, w, s.replicas)
			got := []float64{energy[s.replicas-1]}
			for j := range s.n {
				got = append(got, grad[(j+1)*s.replicas-1])
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: p %d, n %d: replica %d of %d differs from the replica alone", set.Name, s.p, s.n, s.replicas-1, s.replicas)
			}
		}
	}
}

// The exact couplings and starts are part of every result: changing them changes all
// digests.
func TestPinned(t *testing.T) {
	for c, want := range map[spinglass.CouplingDistribution]string{
		spinglass.Gauss:   "0x1.36b8ded8c6bb4p-01 -0x1.f4cab6432a962p+01 0x1.368933a885904p+01",
		spinglass.Sign:    "0x1.36b8ded8c6bb4p-01 -0x1.71956a287b41cp+01 -0x1.10485730ecdfcp+02",
		spinglass.Uniform: "0x1.36b8ded8c6bb4p-01 0x1.39ffae5043fb3p-02 -0x1.4aa21ab3ac03p+00",
	} {
		w := make([]float64, 7)
		spinglass.DrawStarts(w, 7, 1, 1, 2, 3)
		energy, grad := evaluate(newGlass(simd.Detect(), 3, 7, c, 2), w, 1)
		if got := fmt.Sprintf("%x %x %x", w[0], energy[0], grad[6]); got != want {
			t.Errorf("%s: got %q, want %q", c, got, want)
		}
	}
}

func TestStartsAreIndependentAndOnTheSphere(t *testing.T) {
	const n, replicas = 11, 5
	w := make([]float64, n*replicas)
	spinglass.DrawStarts(w, n, replicas, 1, 0, 3)
	one := make([]float64, n)
	for r := range replicas {
		spinglass.DrawStarts(one, n, 1, 1, 0, 3+r)
		sum := 0.0
		for j, x := range one {
			sum += x * x
			if w[j*replicas+r] != x {
				t.Fatalf("start %d depends on the others", 3+r)
			}
		}
		if math.Abs(sum-n) > 1e-13 {
			t.Errorf("start %d has length^2 %v", 3+r, sum)
		}
	}
}

func TestCouplingBytes(t *testing.T) {
	if got := spinglass.CouplingBytes(40, 1<<(strconv.IntSize-24)); got != math.MaxUint64 {
		t.Errorf("far too many couplings in interactions of 40 take %d bytes", got)
	}
	// n^3/6 couplings and the padding of blocks
	if got, want := spinglass.CouplingBytes(3, 500), uint64(8*500*500*500/6); got < want || got > want*11/10 {
		t.Errorf("500 spins take %d bytes, the couplings are %d", got, want)
	}
}

// WorkBytes is what a descent allocates, and MALAWorkBytes what MALA does: with one replica more
// than evaluated singly, with a batch, and with more than a batch.
func TestWorkBytes(t *testing.T) {
	if simd.Detect().Name == simd.Generic().Name {
		t.Skip("the portable kernels allocate in each call, which is free again at once and not reckoned")
	}
	allocated := func() float64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.TotalAlloc)
	}
	for _, replicas := range []int{3, 4, 500, 1500} {
		for _, p := range []int{2, 3, 5} {
			const n = 12
			check := func(name string, want uint64, compute func(g *spinglass.Glass)) {
				g := newGlass(simd.Detect(), p, n, spinglass.Gauss, 0)
				before := allocated()
				compute(g)
				if got, want := allocated()-before, float64(want); got < want/1.2 || got > 1.2*want+16<<10 {
					t.Errorf("%s, p = %d, %d replicas: %g bytes allocated, reckoned %g", name, p, replicas, got, want)
				}
			}
			w, noise, accepted := starts(n, replicas, 0), spinglass.NoiseStreams(n, replicas, 1, 0, 0), make([]int, replicas)
			check("Descend", spinglass.WorkBytes(simd.Detect(), p, n, replicas), func(g *spinglass.Glass) {
				descend(t, g, w, replicas, spinglass.DescentRule{Rate: .01, MaxSteps: 2})
			})
			check("MALA", spinglass.MALAWorkBytes(simd.Detect(), p, n, replicas), func(g *spinglass.Glass) {
				if err := g.MALA(t.Context(), w, replicas, .01, 1, noise, 2, accepted, nil); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

// A glass that is no longer used is freed by the next garbage collection, also after
// evaluations of many replicas and of one.
func TestDroppedGlassIsFreed(t *testing.T) {
	const n = 9
	g := newGlass(simd.Detect(), 3, n, spinglass.Gauss, 0)
	for _, replicas := range []int{1, 20} {
		evaluate(g, starts(n, replicas, 0), replicas)
	}
	dropped := weak.Make(g)
	g = nil
	runtime.GC()
	if dropped.Value() != nil {
		t.Error("the couplings are still in memory")
	}
}

// Couplings that cannot be drawn are refused with a sentence that names what is wrong.
func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		p, n      int
		couplings spinglass.CouplingDistribution
		want      string
	}{
		{1, 5, spinglass.Gauss, "p = 1"},
		{-3, 5, spinglass.Gauss, "p = -3"},
		{2, 0, spinglass.Gauss, "0 spins"},
		{2, 5, "cauchy", `"cauchy"`},
		{40, 1 << (strconv.IntSize - 24), spinglass.Gauss, "address space"},
		{1030, 8, spinglass.Gauss, "address space"},
		{1030, 2, spinglass.Gauss, "float64"},
		{math.MaxInt, 2, spinglass.Gauss, "address space"},
		{60, 4, spinglass.Uniform, "random numbers"},
		{60, 4, spinglass.Sign, "random numbers"},
	} {
		g, err := spinglass.New(t.Context(), simd.Detect(), c.p, c.n, c.couplings, 1, 0)
		if g != nil || err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("p = %d, n = %d, %s: %v, want an error with %q", c.p, c.n, c.couplings, err, c.want)
		}
	}
}

// With the largest p that is possible, energies and gradients are finite.
func TestLargestP(t *testing.T) {
	for _, n := range []int{1, 2, 3} {
		p := 2
		for spinglass.Check(p+1, n, spinglass.Gauss) == nil && p < 2000 {
			p++
		}
		if n == 3 {
			p /= 2 // it takes long
		}
		energy, grad := evaluate(newGlass(simd.Detect(), p, n, spinglass.Gauss, 0), starts(n, 5, 0), 5)
		for _, x := range append(energy, grad...) {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Fatalf("p = %d, n = %d: energies %v, gradients %v", p, n, energy, grad)
			}
		}
	}
}

// Drawing and splitting end with their context, also within one coupling that is a sum of
// very many random numbers.
func TestDrawingTakesTheContext(t *testing.T) {
	for name, draw := range map[string]func(ctx context.Context) error{
		"many couplings": func(ctx context.Context) error {
			_, err := spinglass.New(ctx, simd.Detect(), 3, 1000, spinglass.Gauss, 1, 0)
			return err
		},
		"one large sum of signs": func(ctx context.Context) error {
			_, err := spinglass.New(ctx, simd.Detect(), 40, 2, spinglass.Sign, 1, 0)
			return err
		},
		"one large sum": func(ctx context.Context) error {
			_, err := spinglass.New(ctx, simd.Detect(), 20, 4, spinglass.Uniform, 1, 0)
			return err
		},
		"parts": func(ctx context.Context) error {
			_, err := gaussGlass(3, 100, 0).Split(ctx, 1<<12, 1, 0)
			return err
		},
	} {
		if err := draw(asked.New(t.Context(), 5)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"tensor":        func() { spinglass.FromTensor(simd.Detect(), 2, 5, make([]float64, 24)) },
		"Hessian":       func() { gaussGlass(3, 5, 0).Hessian(make([]float64, 4)) },
		"HessianVector": func() { gaussGlass(3, 5, 0).HessianVector(make([]float64, 5), make([]float64, 5), make([]float64, 4)) },
		"SGD": func() {
			parts := []*spinglass.Glass{gaussGlass(3, 5, 0), gaussGlass(3, 6, 0)}
			_ = spinglass.SGD(t.Context(), parts, make([]float64, 5), 1, .1, 0, 0, 1, nil)
		},
		"noise": func() {
			_ = gaussGlass(3, 5, 0).Langevin(t.Context(), make([]float64, 10), 2, .1, 1, spinglass.NoiseStreams(5, 1, 1, 0, 0), 1, nil)
		},
		"acceptance": func() {
			_ = gaussGlass(3, 5, 0).MALA(t.Context(), make([]float64, 10), 2, .1, 1, spinglass.NoiseStreams(5, 2, 1, 0, 0), 1, make([]int, 1), nil)
		},
		"replicas": func() { newGlass(simd.Detect(), 2, 5, spinglass.Gauss, 0).EnergyGradient(nil, nil, nil, 0) },
		"length": func() {
			newGlass(simd.Detect(), 2, 5, spinglass.Gauss, 0).EnergyTangent(make([]float64, 9), make([]float64, 10), make([]float64, 2), 2)
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
