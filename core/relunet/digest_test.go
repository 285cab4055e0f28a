package relunet_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// A training of sixteen networks has the digest that it had on the first machine:
// on every CPU, architecture and compiler setting the tests are run on, so that
// those machines agree with each other too.
func TestDigest(t *testing.T) {
	const (
		inputs, hidden, classes = 21, 12, 10
		images, batch           = 57, 10
		want                    = "a59469f552e3dd3b7958e026eb51bcd1d74250b424a07d3d01ad1983f3e46a14"
	)
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
	var nets [simd.Lanes][]float32
	var rates [simd.Lanes]float64
	for l := range nets {
		nets[l] = make([]float32, relunet.Params(inputs, hidden, classes))
		relunet.Init(nets[l], inputs, hidden, classes, relunet.Start(l%3), stream.New(1, "start", uint64(l)))
		rates[l] = 0.5 / float64(1+l)
	}
	order := make([]int32, images)
	s.Perm(order)

	for _, k := range simd.Available() {
		pack := relunet.NewPack(k, inputs, hidden, classes)
		for l, params := range nets {
			pack.SetNetwork(l, params)
		}
		for range 3 {
			pack.Train(im, order, batch, &rates)
		}
		loss, correct := pack.Evaluate(im, nil)
		h := sha256.New()
		params := make([]float32, len(nets[0]))
		for l := range nets {
			pack.Network(l, params)
			digest := relunet.Digest(params)
			h.Write(digest[:])
			var b []byte
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(loss[l]))
			b = binary.LittleEndian.AppendUint64(b, uint64(correct[l]))
			h.Write(b)
		}
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%s: digest %s, want %s", k.Name, got, want)
		}
	}
}
