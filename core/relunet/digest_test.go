package relunet_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// Training and evaluating sixteen networks gives the digests recorded on the first
// machine, with all kernels and on every CPU, architecture and compiler setting.
func TestDigest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		hidden       []int
		want, wide64 string
	}{
		{[]int{12}, "a59469f552e3dd3b7958e026eb51bcd1d74250b424a07d3d01ad1983f3e46a14", "383e236191856a39a4eaed9b9b9e8f53b6be21dde9fce4d9245f112f69bd8e16"},
		{[]int{7, 11, 5}, "986447c8bfd37af8df322b228cf44184ba9c91a9fe959965e7dfdad12666d12e", "17bd8a98ef1f7086cacd52293e693482fc8d15faab54b6b62243c7c808cef8ef"},
	} {
		for _, k := range simd.Available() {
			if got := digest(t, c.hidden, func(widths ...int) *relunet.Pack[float32] { return relunet.NewPack(k, widths...) }); got != c.want {
				t.Errorf("%v, %s: digest %s, want %s", c.hidden, k.Name, got, c.want)
			}
		}
		if got := digest(t, c.hidden, relunet.NewPack64); got != c.wide64 {
			t.Errorf("%v in float64: digest %s, want %s", c.hidden, got, c.wide64)
		}
	}
}

// digest trains a pack and returns the digest of the trained networks, their losses and
// numbers of correctly classified images.
func digest[T float32 | float64](t *testing.T, hidden []int, newPack func(widths ...int) *relunet.Pack[T]) string {
	const inputs, classes, images, batch = 21, 10, 57, 10
	widths := slices.Concat([]int{inputs}, hidden, []int{classes})
	s := stream.New(1, "digest")
	pixels, labels := make([]float32, images*inputs), make([]uint8, images)
	for i := range pixels {
		if s.Below(100) >= 64 {
			pixels[i] = float32(s.Below(49980)+1) / 49980
		}
	}
	for i := range labels {
		labels[i] = uint8(s.Below(classes))
	}
	im, err := relunet.NewImages(pixels, labels, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	pack := newPack(widths...)
	start := make([]float32, relunet.Params(widths...))
	var rates [relunet.Lanes]float64
	for l := range rates {
		relunet.DrawStart(start, widths, relunet.StartDistribution(l%3), stream.New(1, "start", uint64(l)))
		pack.SetNetwork(l, widened[T](start))
		rates[l] = 0.5 / float64(1+l)
	}
	order := make([]int32, images)
	s.Perm(order)
	for range 3 {
		pack.Train(im, order, batch, &rates)
	}
	loss, correct := evaluate(t, pack, im)
	h := sha256.New()
	params := make([]T, len(start))
	for l := range rates {
		pack.Network(l, params)
		digest := relunet.Digest(params)
		h.Write(digest[:])
		var b []byte
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(loss[l]))
		b = binary.LittleEndian.AppendUint64(b, uint64(correct[l]))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}
