package relunet_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// However many changes came before, the losses with one parameter changed are the bits of the
// naive network with this parameter, from scratch, and so are those of Evaluate.
func TestVariation(t *testing.T) {
	for _, set := range simd.Available() {
		t.Run(set.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { checkVariation(t, set) })
		})
	}
}

func checkVariation(t *rapid.T, set *simd.Set) {
	images := rapid.SampledFrom([]int{1, 2, 7, 30}).Draw(t, "images")
	if rapid.IntRange(0, 30).Draw(t, "several blocks") == 0 {
		images = relunet.LossBlock + rapid.IntRange(1, 2).Draw(t, "more")
	}
	widths := []int{rapid.IntRange(1, 9).Draw(t, "inputs"), rapid.IntRange(1, 12).Draw(t, "units"), rapid.IntRange(2, 10).Draw(t, "classes")}
	draws := stream.New(rapid.Uint64().Draw(t, "seed"), "test")
	pixels, labels := make([]float32, images*widths[0]), make([]uint8, images)
	for i := range pixels {
		if draws.Below(2) == 1 {
			pixels[i] = float32(draws.Below(256)+1) / 256
		}
	}
	var rows [][]float32
	for i := range labels {
		labels[i] = uint8(draws.Below(uint32(widths[2])))
		rows = append(rows, pixels[i*widths[0]:][:widths[0]])
	}
	im, err := relunet.NewImages(pixels, labels, widths[0], widths[2])
	if err != nil {
		t.Fatal(err)
	}
	p := relunet.NewPack(set, widths...)
	var networks [relunet.Lanes][]float32
	for l := range networks {
		networks[l] = make([]float32, relunet.Params(widths...))
		relunet.DrawStart(networks[l], widths, relunet.Uniform1, draws)
		p.SetNetwork(l, networks[l])
	}
	naive := func(l int) float64 {
		loss, _ := reference.FromFlat(networks[l], widths...).Evaluate(rows, labels)
		return loss
	}
	v := relunet.NewVariation(p, im)
	for range rapid.IntRange(1, 12).Draw(t, "changes") {
		param := int(draws.Below(uint32(v.Parameters())))
		var values [relunet.Lanes]float32
		for l := range values {
			values[l] = draws.Symmetric(3)
		}
		before, losses := v.Value(param), v.Try(param, &values)
		var keep [relunet.Lanes]bool
		for l := range keep {
			if keep[l] = draws.Below(2) == 1; keep[l] {
				networks[l][param] = values[l]
			}
		}
		// One lane of each is enough for the naive network.
		l := int(draws.Below(relunet.Lanes))
		kept := networks[l][param]
		networks[l][param] = values[l]
		if want := naive(l); losses[l] != want {
			t.Fatalf("parameter %d = %v: loss %v, naive %v", param, values[l], losses[l], want)
		}
		networks[l][param] = kept
		if now := v.Value(param); now != before {
			t.Fatalf("Try changed parameter %d from %v to %v", param, before, now)
		}
		v.Keep(&keep)
		for l := range networks {
			if v.Value(param)[l] != networks[l][param] {
				t.Fatalf("parameter %d of network %d is %v, want %v", param, l, v.Value(param)[l], networks[l][param])
			}
		}
	}
	want, _, err := p.Evaluate(t.Context(), im, nil)
	if err != nil {
		t.Fatal(err)
	}
	again := relunet.NewVariation(p, im).Energy()
	for l, loss := range v.Energy() {
		if math.Float64bits(loss) != math.Float64bits(want[l]) || again[l] != loss {
			t.Fatalf("network %d: loss %v, computed anew %v, Evaluate %v", l, loss, again[l], want[l])
		}
	}
	if l := int(draws.Below(relunet.Lanes)); v.Energy()[l] != naive(l) {
		t.Fatalf("network %d: loss %v, naive %v", l, v.Energy()[l], naive(l))
	}
}

func TestVariationPanics(t *testing.T) {
	im, err := relunet.NewImages(make([]float32, 6), []uint8{0, 4}, 3, 5)
	if err != nil {
		t.Fatal(err)
	}
	none, err := relunet.NewImages(nil, nil, 3, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		widths []int
		im     *relunet.Images
	}{{[]int{3, 4, 4, 5}, im}, {[]int{4, 4, 5}, im}, {[]int{3, 4, 4}, im}, {[]int{3, 4, 5}, none}} {
		t.Run(fmt.Sprint(c.widths, c.im.Len()), func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			relunet.NewVariation(relunet.NewPack(simd.Generic(), c.widths...), c.im)
		})
	}
}
