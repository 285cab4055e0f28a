package spectrum

import (
	"encoding/hex"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// The exact numbers are part of the results of experiments: every CPU must give them.
func TestDigest(t *testing.T) {
	const n, want = 101, "c6963fae4dabcc4a25da08f9d0b5e792d554f0c0745e02f7327741e78253f93f"
	for _, set := range simd.Available() {
		a := symmetric(stream.New(1, "digest"), n)
		f := newFactorisation(set, a, n, 2)
		if err := f.compute(t.Context(), 0.125); err != nil {
			t.Fatal(err)
		}
		numbers := append(append(append([]float64{}, f.d...), f.e...), f.backwardError())
		f.restore()
		tangent := NewTangent(a[:n])
		numbers = append(numbers, tangent.Restrict(a)...)
		op := tangent.Operator(Dense(a, n))
		smallest, largest, err := Extremes(t.Context(), op, n-1, 30, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []Ritz{smallest, largest} {
			numbers = append(append(numbers, r.Value, r.Residual), r.Vector...)
		}
		density, err := NewDensity(t.Context(), op, n-1, 3, 20, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []Estimate{density.At(1, 0.5), density.At(1e9, 0.5), density.Moment(3)} {
			numbers = append(numbers, e.Mean, e.Error)
		}
		digest := relunet.Digest(numbers)
		if got := hex.EncodeToString(digest[:]); got != want {
			t.Errorf("%s: digest %s, want %s", set.Name, got, want)
		}
	}
}
