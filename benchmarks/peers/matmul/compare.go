package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/gemmpeer"
	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

// slowWork is the number of multiplications from which a slow peer is measured in
// the first round only.
const slowWork = 5e8

// A comparison measures all peers at all shapes in float32 and float64, in turn,
// round after round. The products of every peer must agree with the first peer's.
type comparison struct {
	peers    []*peer
	shapes   []shape
	rounds   int
	atLeast  time.Duration // of a measurement
	dir      string        // for results
	messages io.Writer

	speeds map[setting][][]float64 // [peer][round] floating-point operations per second; none for what a peer cannot do
	peaks  map[setting][]float64   // [round] FMA peak, in the same unit
	used   float64                 // the largest error that was found, as a share of the allowed error
	cut    bool                    // whether slow peers were left out of some rounds
}

// A setting is a shape and an element type, at which all peers are measured.
type setting struct {
	kind string // element type: float32 or float64
	shape
}

func (c *comparison) close() {
	for _, p := range c.peers {
		p.close()
	}
}

func (c *comparison) run(ctx context.Context) error {
	c.speeds, c.peaks = map[setting][][]float64{}, map[setting][]float64{}
	for round := range c.rounds {
		fmt.Fprintf(c.messages, "round %d of %d\n", round+1, c.rounds)
		for _, shape := range c.shapes {
			for _, kind := range types {
				s := setting{kind, shape}
				if err := c.measure(ctx, round, s); err != nil {
					return fmt.Errorf("%s %s: %w", kind, shape, err)
				}
			}
		}
	}
	return nil
}

// measure measures every peer and the peak once at one setting. The order is drawn
// for each round, because a peer inherits the caches and the clock of the core as the
// previous one left them.
func (c *comparison) measure(ctx context.Context, round int, s setting) error {
	if c.speeds[s] == nil {
		c.speeds[s] = make([][]float64, len(c.peers))
	}
	words := map[string]float64{"float32": 1, "float64": 2}[s.kind]
	for _, i := range rand.New(rand.NewPCG(uint64(round), uint64(s.m*s.n*s.k))).Perm(len(c.peers) + 1) {
		if i == len(c.peers) {
			c.peaks[s] = append(c.peaks[s], harness.Peak()/words)
			continue
		}
		if err := c.measurePeer(ctx, i, round, s); err != nil {
			return fmt.Errorf("%s: %w", c.peers[i].name, err)
		}
	}
	if round > 0 {
		return nil
	}
	if s.kind == "float32" {
		return check(c, s, 0x1p-24, matmul.Gemm32)
	}
	return check(c, s, 0x1p-53, matmul.Gemm64)
}

// measurePeer measures one peer at one setting, if the peer supports it.
func (c *comparison) measurePeer(ctx context.Context, i, round int, s setting) error {
	p := c.peers[i]
	if !slices.Contains(p.types, s.kind) {
		return nil
	}
	if p.slow && round > 0 && s.work() > slowWork {
		c.cut = true
		return nil
	}
	r := gemmpeer.Request{Type: s.kind, M: s.m, N: s.n, K: s.k, Seconds: c.atLeast.Seconds()}
	if round == 0 {
		r.Result = c.file(i)
	}
	a, err := p.ask(ctx, r)
	if err != nil {
		return err
	}
	c.speeds[s][i] = append(c.speeds[s][i], 2*s.work()*float64(a.Products)/a.Seconds)
	return nil
}

// file returns the name of the file that receives a peer's product.
func (c *comparison) file(peer int) string { return filepath.Join(c.dir, strconv.Itoa(peer)) }

// check compares the products of all peers with the first peer's. Each is within
// gamma_k |A||B| of the exact product, gamma_k = k u / (1 - k u) (Higham, Accuracy and
// Stability of Numerical Algorithms, section 3.5). |A||B| is itself computed with
// rounding errors, hence another such factor.
func check[T gemmpeer.Number](c *comparison, s setting, u float64, gemm func(k *simd.Set, transA, transB bool, m, n, kk int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int, threads int)) error {
	o := gemmpeer.NewOperands[T](s.m, s.n, s.k)
	absolute(o.A)
	absolute(o.B)
	gemm(harness.Native()[0], false, false, s.m, s.n, s.k, 1, o.A, s.k, o.B, s.n, 0, o.C, s.n, 1)
	gamma := float64(s.k) * u / (1 - float64(s.k)*u)
	want, err := gemmpeer.Read[T](c.file(0), s.m*s.n)
	if err != nil {
		return err
	}
	for i, p := range c.peers {
		if !slices.Contains(p.types, s.kind) {
			continue
		}
		got, err := gemmpeer.Read[T](c.file(i), s.m*s.n)
		if err == nil {
			err = agree(c, s, got, want, o.C, 2*gamma*(1+gamma))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// agree returns an error if two products differ by more than factor times the bound.
func agree[T gemmpeer.Number](c *comparison, s setting, got, want, bound []T, factor float64) error {
	for i := range got {
		off, allowed := math.Abs(float64(got[i])-float64(want[i])), factor*float64(bound[i])
		if !(off <= allowed) {
			return fmt.Errorf("element %d, %d of the product is %v, lossglass's %v: %.3g times what rounding allows",
				i/s.n, i%s.n, got[i], want[i], off/allowed)
		}
		if off > 0 {
			c.used = max(c.used, off/allowed)
		}
	}
	return nil
}

func absolute[T gemmpeer.Number](s []T) {
	for i, x := range s {
		s[i] = max(x, -x)
	}
}

// speed returns the median of a peer's speed over the rounds, or NaN if it was not
// measured.
func (c *comparison) speed(peer int, s setting) float64 {
	if len(c.speeds[s][peer]) == 0 {
		return math.NaN()
	}
	return harness.Median(c.speeds[s][peer])
}

// part returns the median over the rounds of a peer's speed divided by another speed
// of the same round, or NaN if the peer was not measured.
func (c *comparison) part(peer int, s setting, others []float64) float64 {
	var parts []float64
	for round, speed := range c.speeds[s][peer] {
		parts = append(parts, speed/others[round])
	}
	if parts == nil {
		return math.NaN()
	}
	return harness.Median(parts)
}
