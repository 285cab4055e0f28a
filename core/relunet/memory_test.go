package relunet_test

import (
	"runtime"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// The memory that is reckoned for packs and images is what they allocate, whether weights,
// a large minibatch or the evaluation takes most.
func TestBytes(t *testing.T) {
	const inputs, classes, images = 100, 10, 3000
	pixels := make([]float32, images*inputs)
	for i := range pixels {
		if i%inputs%50 < 18 { // as many as MNIST has, but the same ones in all images
			pixels[i] = .5
		}
	}
	var held []any
	growth := func(allocate func()) float64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		allocate()
		runtime.GC()
		runtime.ReadMemStats(&after)
		return float64(after.HeapAlloc) - float64(before.HeapAlloc)
	}
	var im *relunet.Images
	got := growth(func() {
		var err error
		if im, err = relunet.NewImages(pixels, make([]uint8, images), inputs, classes); err != nil {
			t.Fatal(err)
		}
	})
	if want := relunet.ImagesBytes(images, inputs); got < want/1.4 || got > 1.2*want {
		t.Errorf("images take %g bytes, reckoned %g", got, want)
	}
	order := make([]int32, images)
	for _, c := range []struct {
		batch  int
		widths []int
	}{{100, []int{inputs, 500, classes}}, {3000, []int{inputs, 50, classes}}, {10, []int{inputs, 3, classes}}, {100, []int{inputs, 200, 300, classes}}} {
		got := growth(func() {
			p := relunet.NewPack(simd.Detect(), c.widths...)
			p.Train(im, order[:c.batch], c.batch, new([relunet.Lanes]float64))
			if _, _, err := p.Evaluate(t.Context(), im, nil); err != nil {
				t.Fatal(err)
			}
			held = append(held, p)
		})
		if want := relunet.PackBytes[float32](c.batch, images, c.widths...); got < want/1.2 || got > 1.2*want {
			t.Errorf("a pack %v with minibatches of %d takes %g bytes, reckoned %g", c.widths, c.batch, got, want)
		}
	}
	runtime.KeepAlive(held)
	runtime.KeepAlive(pixels)
}
