package relunet_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// A task is networks with starting parameters in float32, and the data to train them on.
type task struct {
	widths []int
	pixels []float32
	labels []uint8
	order  []int32
	batch  int
	starts [relunet.Lanes][]float32
	rates  [relunet.Lanes]float64
}

func newTask(s *stream.Stream, widths []int, samples, batch int) *task {
	t := &task{widths: widths, batch: batch}
	const images = 13
	for range images {
		for range widths[0] {
			t.pixels = append(t.pixels, float32(s.Below(3))/3) // zeros too
		}
		t.labels = append(t.labels, uint8(s.Below(uint32(widths[len(widths)-1]))))
	}
	for range samples {
		t.order = append(t.order, int32(s.Below(images)))
	}
	for lane := range t.starts {
		t.starts[lane] = make([]float32, relunet.Params(widths...))
		relunet.DrawStart(t.starts[lane], widths, relunet.FanIn, s)
		t.rates[lane] = 0.03 * float64(lane)
	}
	return t
}

// train trains a pack and returns the parameters of one lane, its loss and the number of
// images that it classifies correctly.
func train[T float32 | float64](t fataler, c *task, p *relunet.Pack[T], lane int) (params []T, loss float64, correct int) {
	im, err := relunet.NewImages(c.pixels, c.labels, c.widths[0], c.widths[len(c.widths)-1])
	if err != nil {
		t.Fatal(err)
	}
	for l, start := range c.starts {
		p.SetNetwork(l, widened[T](start))
	}
	p.Train(im, c.order, c.batch, &c.rates)
	params = make([]T, len(c.starts[lane]))
	p.Network(lane, params)
	losses, hits := evaluate(t, p, im)
	return params, losses[lane], hits[lane]
}

// A fataler is a testing.TB or a rapid.T.
type fataler interface{ Fatal(args ...any) }

// evaluate evaluates a pack and does not cancel.
func evaluate[T float32 | float64](t fataler, p *relunet.Pack[T], im *relunet.Images) (loss [relunet.Lanes]float64, correct [relunet.Lanes]int) {
	loss, correct, err := p.Evaluate(context.Background(), im, nil)
	if err != nil {
		t.Fatal(err)
	}
	return loss, correct
}

func widened[T float32 | float64](x []float32) []T {
	y := make([]T, len(x))
	for i := range x {
		y[i] = T(x[i])
	}
	return y
}

// Packs in float64 equal the specification in float64, bit for bit.
func TestFloat64EqualsReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		widths := slices.Concat([]int{rapid.IntRange(1, 9).Draw(t, "inputs")},
			rapid.SliceOfN(rapid.IntRange(1, 12), 1, 4).Draw(t, "hidden"), []int{rapid.IntRange(1, 11).Draw(t, "classes")})
		batch, samples := rapid.IntRange(1, 30).Draw(t, "batch"), rapid.IntRange(1, 60).Draw(t, "samples")
		lane := rapid.IntRange(0, relunet.Lanes-1).Draw(t, "lane")
		c := newTask(stream.New(rapid.Uint64().Draw(t, "seed"), "float64"), widths, samples, batch)
		if rapid.IntRange(0, 9).Draw(t, "diverges") == 9 {
			c.rates[lane] = 1e200
		}
		got, loss, correct := train(t, c, relunet.NewPack64(widths...), lane)

		net := reference.FromFlat(widened[float64](c.starts[lane]), widths...)
		images := slices.Collect(slices.Chunk(widened[float64](c.pixels), widths[0]))
		net.Train(images, c.labels, c.order, batch, c.rates[lane])
		want := net.Flat()
		if slices.ContainsFunc(want, infinite) { // once diverged, a pack that skips pixels need only stay diverged
			if !slices.ContainsFunc(got, infinite) {
				t.Fatal("finite, but the specification has diverged")
			}
			return
		}
		for i := range want {
			if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
				t.Fatalf("parameter %d is %v, want %v", i, got[i], want[i])
			}
		}
		wantLoss, wantCorrect := net.Evaluate(images, c.labels)
		if math.Float64bits(loss) != math.Float64bits(wantLoss) || correct != wantCorrect {
			t.Fatalf("loss %v and %d right, want %v and %d", loss, correct, wantLoss, wantCorrect)
		}
	})
}

func infinite(x float64) bool { return x-x != 0 }

// Over a few steps from the same start, float32 and float64 differ by some units of 2^-24
// for parameters around one, as expected from rounding. (In these networks no hidden unit
// is so close to zero that rounding decides whether it is active.)
func TestFloat32StaysCloseToFloat64(t *testing.T) {
	t.Parallel()
	for seed, hidden := range [][]int{{7}, {12}, {6, 5}, {11, 4, 10}} {
		widths := slices.Concat([]int{20}, hidden, []int{10})
		c := newTask(stream.New(uint64(seed), "close"), widths, 40, 10)
		for lane := range relunet.Lanes {
			narrow, loss32, _ := train(t, c, relunet.NewPack(simd.Detect(), widths...), lane)
			wide, loss64, _ := train(t, c, relunet.NewPack64(widths...), lane)
			worst, same := 0.0, true
			for i, w := range wide {
				worst = max(worst, math.Abs(float64(narrow[i])-w))
				same = same && float64(narrow[i]) == w
			}
			if lane > 0 && same {
				t.Errorf("%v, lane %d: no rounding at all", hidden, lane)
			}
			if worst > 32*0x1p-24 || math.Abs(loss32-loss64) > 32*0x1p-24 {
				t.Errorf("%v, lane %d: parameters %.3g apart, losses %.3g", hidden, lane, worst, math.Abs(loss32-loss64))
			}
		}
	}
}

// In float64 training settles at much lower rates than in float32.
func TestSettledInFloat64(t *testing.T) {
	const inputs, hidden, classes = 3, 6, 2
	im, err := relunet.NewImages([]float32{0.5, 1, 0, 0, 0.25, 1}, []uint8{0, 1}, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	pack, params := relunet.NewPack64(inputs, hidden, classes), slices.Repeat([]float64{0.5}, relunet.Params(inputs, hidden, classes))
	for _, c := range []struct {
		rate    float64
		settled bool
	}{{0x1p-40, false}, {0x1p-70, true}} {
		var rates [relunet.Lanes]float64
		for l := range rates {
			pack.SetNetwork(l, params)
			rates[l] = c.rate
		}
		if pack.Settled(im, &rates) != c.settled {
			t.Errorf("settled %v at a rate of %v", !c.settled, c.rate)
		}
		got := make([]float64, len(params))
		pack.Train(im, []int32{0, 1, 1}, 2, &rates)
		if pack.Network(3, got); slices.Equal(got, params) != c.settled {
			t.Errorf("at a rate of %v a parameter changes: %v", c.rate, c.settled)
		}
	}
}

func TestDigestInFloat64(t *testing.T) {
	nan := math.Float64frombits(0xfff8000000000001)
	raw, err := hex.DecodeString("000000000000f03f" + "000000000000f87f")
	if got := relunet.Digest([]float64{1, nan}); err != nil || got != sha256.Sum256(raw) {
		t.Errorf("digest %x, error %v", got, err)
	}
}
