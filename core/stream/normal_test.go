package stream

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := math.Float64frombits(rapid.Uint64Range(1<<52, 0x7ff<<52-1).Draw(t, "bits of x"))
		if rapid.Bool().Draw(t, "near 1") {
			x = math.Float64frombits(0x3ff0000000000000 + uint64(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "ulps")))
		}
		got := naturalLog(x)
		exact := preciseLog(x)
		want, _ := exact.Float64()
		ulp := math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want)
		off, _ := exact.Sub(exact, big.NewFloat(got)).Float64()
		if !(math.Abs(off) <= ulp) {
			t.Fatalf("log(%x) = %x, rounded %x", x, got, want)
		}
	})
}

// preciseLog returns the logarithm to more than 100 bits. It does not use math.Log, which is
// 5 ulp off next to the subnormals on s390x.
func preciseLog(x float64) *big.Float {
	fraction, exponent := math.Frexp(x)
	if fraction < math.Sqrt2/2 {
		fraction, exponent = 2*fraction, exponent-1
	}
	// log(x) = 2 atanh((f-1)/(f+1)) + e log(2), log(2) = 2 atanh(1/3)
	s := precise().Quo(precise().SetFloat64(fraction-1), precise().Add(big.NewFloat(fraction), big.NewFloat(1)))
	ln2 := precise().Mul(atanh(precise().Quo(big.NewFloat(1), big.NewFloat(3))), big.NewFloat(2*float64(exponent)))
	return ln2.Add(ln2, precise().Mul(atanh(s), big.NewFloat(2)))
}

func precise() *big.Float { return new(big.Float).SetPrec(200) }

// atanh returns s + s^3/3 + s^5/5 + ... for |s| <= 1/3.
func atanh(s *big.Float) *big.Float {
	sum, power, square := precise(), precise().Set(s), precise().Mul(s, s)
	for i := int64(1); i < 70; i += 2 {
		sum.Add(sum, precise().Quo(power, big.NewFloat(float64(i))))
		power.Mul(power, square)
	}
	return sum
}

// The exact numbers are part of every spin-glass result: changing them changes all digests.
func TestNormalsPinned(t *testing.T) {
	x := make([]float64, 3)
	New(1, "normal").Normals(x)
	if want := []float64{-0x1.44a68c82b6a32p-01, 0x1.0d36e1258b772p-03, -0x1.9bd64c553a8fep-01}; !slices.Equal(x, want) {
		t.Errorf("got %x, want %x", x, want)
	}
}

func TestNormalsAreNormal(t *testing.T) {
	const n = 1 << 17
	x := make([]float64, n)
	New(1, "normal/test").Normals(x)
	product := 0.0
	for i := 0; i < n; i += 2 {
		product += x[i] * x[i+1]
	}
	if r := product / (n / 2); math.Abs(r) > 5/math.Sqrt(n/2) {
		t.Errorf("the two of a pair are correlated: %v", r)
	}
	slices.Sort(x)
	largest := 0.0
	for i, v := range x {
		largest = max(largest, math.Abs(math.Erfc(-v/math.Sqrt2)/2-float64(i)/n))
	}
	// The Kolmogorov-Smirnov bound at the 0.1 % level is 1.95/sqrt(n); the seed is fixed.
	if largest > 1.95/math.Sqrt(n) {
		t.Errorf("the distribution is %v off the normal one", largest)
	}
	// The tails: 2 n P(x > 4) = 8.3 expected.
	out := 0
	for _, v := range x {
		if math.Abs(v) > 4 {
			out++
		}
	}
	if out < 1 || out > 20 {
		t.Errorf("%d of %d numbers beyond 4", out, n)
	}
}

// The exact numbers are part of the results of Metropolis-adjusted Langevin steps.
func TestExponential(t *testing.T) {
	const n = 1 << 17
	x := make([]float64, n)
	s := New(1, "exponential")
	for i := range x {
		x[i] = s.Exponential()
	}
	if want := []float64{0x1.f7cd592b6ed27p-04}; !slices.Equal(x[:1], want) {
		t.Errorf("got %x, want %x", x[:1], want)
	}
	slices.Sort(x)
	largest := 0.0
	for i, v := range x {
		largest = max(largest, math.Abs(-math.Expm1(-v)-float64(i)/n))
	}
	if x[0] < 0 || largest > 1.95/math.Sqrt(n) { // as for the normal numbers
		t.Errorf("from %v up, the distribution is %v off the exponential one", x[0], largest)
	}
}

func TestSigned(t *testing.T) {
	s := New(7, "signed")
	const n = 1 << 16
	sum, squares := 0.0, 0.0
	for range n {
		x := s.Signed()
		if !(x > -1 && x < 1) || x == 0 {
			t.Fatalf("%v is outside (-1, 1) or zero", x)
		}
		sum += x
		squares += x * x
	}
	// Five standard errors: sd 1/sqrt(3) of the mean; variance 1/3 with sd sqrt(4/45).
	if mean := sum / n; math.Abs(mean) > 0.0113 {
		t.Errorf("mean %v", mean)
	}
	if v := squares / n; math.Abs(v-1./3) > 0.0059 {
		t.Errorf("variance %v, want 1/3", v)
	}
}
