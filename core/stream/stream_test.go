package stream

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The exact numbers are part of every result: changing them changes all digests.
func TestPinned(t *testing.T) {
	s := New(1, "mnist/start", 25, 0)
	want := []uint64{0xf4c04c61f0541e27, 0xa5544f480e99cf62}
	for i, w := range want {
		if got := s.Uint64(); got != w {
			t.Errorf("number %d: got %#x, want %#x", i, got, w)
		}
	}
	perm := make([]int32, 8)
	New(1, "mnist/order", 25, 0).Perm(perm)
	if want := []int32{7, 0, 6, 3, 1, 5, 2, 4}; !slices.Equal(perm, want) {
		t.Errorf("permutation: got %v, want %v", perm, want)
	}
}

func TestNamesAndKeysSeparate(t *testing.T) {
	streams := map[string]*Stream{
		"base":         New(1, "a", 2, 3),
		"other seed":   New(2, "a", 2, 3),
		"other name":   New(1, "b", 2, 3),
		"other key":    New(1, "a", 2, 4),
		"swapped keys": New(1, "a", 3, 2),
		"fewer keys":   New(1, "a", 2),
	}
	seen := map[uint64]string{}
	for name, s := range streams {
		x := s.Uint64()
		if other, ok := seen[x]; ok {
			t.Errorf("streams %q and %q begin alike", name, other)
		}
		seen[x] = name
	}
}

// Symmetric and Below return what their comments say of the 64 bits that they draw, and draw no more. n = 2^31 never
// rejects, and 2^31 + 1 rejects every other number.
func TestDefinitions(t *testing.T) {
	s, raw := New(5, "definitions"), New(5, "definitions")
	for range 1000 {
		k := float64(raw.Uint64() >> 40)
		if got, want := s.Symmetric(0.7), float32((2*k+1)/(1<<24)-1)*0.7; got != want {
			t.Fatalf("k = %v: Symmetric returns %v, want %v", k, got, want)
		}
	}
	for _, n := range []uint32{1, 3, 10, 1 << 31, 1<<31 + 1, 1<<32 - 1} {
		for range 100 {
			product := raw.Uint64() >> 32 * uint64(n)
			for product<<32>>32 < (1<<32)%uint64(n) {
				product = raw.Uint64() >> 32 * uint64(n)
			}
			if got, want := s.Below(n), uint32(product>>32); got != want {
				t.Fatalf("Below(%d) returns %d, want %d", n, got, want)
			}
		}
	}
	s.Perm(make([]int32, 10))
	for n := uint32(10); n > 1; n-- {
		raw.Below(n)
	}
	if got, want := s.Uint64(), raw.Uint64(); got != want {
		t.Errorf("after Perm, the stream continues with %#x, want %#x", got, want)
	}
}

func TestSymmetric(t *testing.T) {
	s := New(7, "symmetric")
	const n = 1 << 16
	var sum, squares float64
	for range n {
		x := s.Symmetric(0.5)
		if x <= -0.5 || x >= 0.5 || x == 0 {
			t.Fatalf("%v is outside (-0.5, 0.5) or zero", x)
		}
		sum += float64(x)
		squares += float64(x) * float64(x)
	}
	// Five standard errors: sd 0.5/sqrt(3) of the mean, variance 1/12 with sd 0.0745.
	if mean := sum / n; mean > 0.0057 || mean < -0.0057 {
		t.Errorf("mean %v", mean)
	}
	if v := squares / n; v < 0.0833-0.0015 || v > 0.0833+0.0015 {
		t.Errorf("variance %v, want 1/12", v)
	}
}

func TestPermIsAPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "n")
		perm := make([]int32, n)
		New(rapid.Uint64().Draw(t, "seed"), "perm").Perm(perm)
		slices.Sort(perm)
		for i, p := range perm {
			if int(p) != i {
				t.Fatalf("element %d missing", i)
			}
		}
	})
}

func TestPermIsUniform(t *testing.T) {
	const rounds = 24000
	s := New(3, "uniform")
	counts := map[[4]int32]int{}
	var p [4]int32
	for range rounds {
		s.Perm(p[:])
		counts[p]++
	}
	// Chi-squared with 23 degrees of freedom: 49.7 at the 0.1 % level; the seed is fixed.
	var chi float64
	for _, c := range counts {
		d := float64(c) - rounds/24.0
		chi += d * d / (rounds / 24.0)
	}
	if len(counts) != 24 || chi > 49.7 {
		t.Errorf("%d of 24 permutations, chi squared %.1f", len(counts), chi)
	}
}

// A stream continues from where another one, or its encoding, is.
func TestContinue(t *testing.T) {
	s := New(1, "continue")
	for range 100 {
		s.Uint64()
	}
	text, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	copied, decoded := new(Stream), new(Stream)
	copied.Set(s)
	if err := decoded.UnmarshalBinary(text); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if want, a, b := s.Uint64(), copied.Uint64(), decoded.Uint64(); a != want || b != want {
			t.Fatalf("got %x and %x, want %x", a, b, want)
		}
	}
	if new(Stream).UnmarshalBinary(text[1:]) == nil {
		t.Error("a damaged encoding was accepted")
	}
}
