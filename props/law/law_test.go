package law

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A property whose cases are never of a required kind fails as MISTRUSTED.
func TestMistrusted(t *testing.T) {
	p := Property{Name: "vacuous", MinimumShares: map[string]float64{"negative": 0.1, "positive": 0.1}, Check: func(t *rapid.T, labels *Labels) {
		labels.If(rapid.IntRange(1, 9).Draw(t, "x") > 0, "positive")
	}}
	f := Falsify(p)
	if f == nil || !strings.Contains(f.Log, `MISTRUSTED: "negative" in 0.0 %`) || strings.Contains(f.Log, `"positive" in`) {
		t.Errorf("%+v", f)
	}
}

// The products that are drawn are of the required kinds as often as is required, under every contract.
func TestGemmShares(t *testing.T) {
	t.Run("float32", gemmSharesOf[float32])
	t.Run("float64", gemmSharesOf[float64])
}

func gemmSharesOf[T float32 | float64](t *testing.T) {
	const cases = 1000
	for _, contract := range []Contract{BitExact, WithinBound} {
		found := Search(Property{Check: func(t *rapid.T, labels *Labels) { labels.Add(DrawGemmCall[T](t, contract).labels()...) }}, cases, 1, 0)
		for label, required := range gemmShares {
			got := float64(found.Labels[label]) / float64(found.Cases)
			t.Logf("contract %v: %q in %.3f of the calls (required %g)", contract, label, got, required)
			if got < required {
				t.Errorf("contract %v: %q in %.1f %% of %d calls, required %.1f %%", contract, label, 100*got, found.Cases, 100*required)
			}
		}
	}
}

// atMost returns the probabilities of the binomial distribution.
func TestAtMost(t *testing.T) {
	for _, test := range []struct {
		count, n int
		share    float64
		want     float64
	}{
		{0, 10, 0.5, 0x1p-10}, {9, 10, 0.5, 1 - 0x1p-10}, {10, 10, 0.3, 1}, {1, 2, 0.25, 1 - 0.0625},
		{0, 1, 1, 0}, {0, 0, 0.5, 1}, {0, 5, 0, 1}, {18, 100, 0.188, 0.48006},
	} {
		if got := atMost(test.count, test.n, test.share); !(math.Abs(got-test.want) < 1e-3*test.want+1e-15) {
			t.Errorf("%d or fewer of %d at %v: %v, want %v", test.count, test.n, test.share, got, test.want)
		}
	}
}

// A label that comes up as often as is required is no reason to mistrust a run,
// however often the run is repeated.
func TestSharesRaiseNoFalseAlarm(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	repetitions := 20000
	if testing.Short() {
		repetitions /= 10
	}
	for range repetitions {
		l := newLabels()
		for range 100 {
			l.cases++
			l.If(rng.Float64() < 0.2, "rare")
		}
		r := &recorder{}
		if l.report(r, map[string]float64{"rare": 0.2}); r.failed {
			t.Fatal(r.log.String())
		}
	}
}

// A failure names the element, both bit patterns, their distance, and how to
// see it again.
func TestReport(t *testing.T) {
	f := Falsify(KernelUnderTest[func(x []float32)]{
		Kernel: func(x []float32) { x[0] = 1 + 0x1p-22 },
		Spec:   func(x []float32) { x[0] = 1 },
		Draw: func(*rapid.T) KernelCall[func(x []float32)] {
			return KernelCall[func(x []float32)]{
				Case:     "one element",
				Operands: []Operand{F32("x", []float32{5}).Written()},
				Call:     func(k func(x []float32), args []Arg) { k(args[0].F32()) },
			}
		},
	}.Properties()[0])
	if f == nil {
		t.Fatal("not caught")
	}
	for _, want := range []string{"equals-specification", "x[0] = 1.0000002 (0x3f800002), want 1 (0x3f800000), 2 ulp apart"} {
		if !strings.Contains(f.Message, want) {
			t.Errorf("%q does not say %q", f.Message, want)
		}
	}
	command := replay("TestX/avx2/guard-after")
	if want := "-run '^TestX$/^avx2$/^guard-after$'"; !strings.Contains(command, want) || !strings.Contains(command, "go test ") {
		t.Errorf("%q does not contain %q", command, want)
	}
}

// Two NaNs agree, whatever their bits; a NaN and a number do not, nor do zeros of
// different signs.
func TestDiffer(t *testing.T) {
	nan, other := math.Float32frombits(0x7fc00000), math.Float32frombits(0xffc0beef)
	zero := float32(0)
	for _, test := range []struct {
		x, y float32
		same bool
	}{{1, 1, true}, {nan, other, true}, {nan, 1, false}, {1, nan, false}, {zero, zero, true}, {zero, -zero, false}, {1, math.Nextafter32(1, 2), false}} {
		o := F32("x", []float32{test.x})
		if got := o.differ(words([]float32{test.x}), words([]float32{test.y})) < 0; got != test.same {
			t.Errorf("%v and %v: same is %v", test.x, test.y, got)
		}
		o = F64("x", []float64{float64(test.x)})
		if got := o.differ(words([]float64{float64(test.x)}), words([]float64{float64(test.y)})) < 0; got != test.same {
			t.Errorf("float64 %v and %v: same is %v", test.x, test.y, got)
		}
	}
}

func TestUlps(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, test := range []struct {
		got  float32
		want float64
		ulps float64
	}{
		{1, 1, 0}, {1 + 0x1p-23, 1, 1}, {1, 1 + 0x1p-24, 0.5}, {0x1p-149, 0, 1}, {0, -0x1p-150, 0.5},
		{inf, math.Inf(1), 0}, {inf, 1e300, 0}, {math.MaxFloat32, 0x1p128, 1}, {inf, math.MaxFloat32, 1},
		{-inf, math.Inf(1), math.Inf(1)}, {float32(math.NaN()), math.NaN(), 0}, {1, math.NaN(), math.Inf(1)}, {float32(math.NaN()), 1, math.Inf(1)},
	} {
		got := Ulps(test.got, test.want)
		if test.ulps == math.Inf(1) && got > 0x1p20 {
			continue
		}
		if got != test.ulps {
			t.Errorf("Ulps(%v, %v) = %v, want %v", test.got, test.want, got, test.ulps)
		}
	}
}

// The law of ulps catches a function that is off by two of them, and one that
// turns NaN into a number.
func TestUlpBoundCatches(t *testing.T) {
	for name, f := range map[string]func(x float32) float32{
		"two ulp": func(x float32) float32 { return x * (1 + 0x1p-22) },
		"NaN": func(x float32) float32 {
			if x != x {
				return 0
			}
			return x
		},
	} {
		p := UlpProperty(func(dst, src []float32) {
			for i, x := range src {
				dst[i] = f(x)
			}
		}, func(x float64) float64 { return x }, 0.5)
		if Falsify(p) == nil {
			t.Errorf("%s was not caught", name)
		}
	}
}

// Falsify tries all its cases, with -short too.
func TestFalsifyTriesEnoughCases(t *testing.T) {
	cases := 0
	holds := Property{Name: "holds", Check: func(*rapid.T, *Labels) { cases++ }}
	if found := Falsify(holds); found != nil || cases < falsifyCases {
		t.Errorf("%d cases, found %v", cases, found)
	}
}

// A failure that does not occur again keeps its message.
func TestFalsifyFlaky(t *testing.T) {
	cases := 0
	once := Property{Name: "once", Check: func(t *rapid.T, _ *Labels) {
		rapid.Int().Draw(t, "x")
		if cases++; cases == 7 {
			t.Fatalf("the seventh case")
		}
	}}
	found := Falsify(once)
	if found == nil || found.Message != "not every time: the seventh case" {
		t.Errorf("%+v", found)
	}
}
