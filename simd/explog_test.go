package simd_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

var (
	soak   = flag.Bool("soak", false, "evaluate exp and log at all 2^32 arguments: some minutes")
	ledger = flag.String("ledger", "", "with -soak: `file` for the largest errors, in Markdown")
)

type unary func(dst, src []float32)

// functions are the elementwise kernels that approximate a function: the kernel of a set,
// its specification, the function itself, the stated bound on the error in ulp, and the
// SHA-256 of all 2^32 results. These are hashed in the order of the bits of their
// arguments, as little-endian bits, with NaN as 0x7fc00000.
var functions = []struct {
	name   string
	kernel func(set *simd.Set) unary
	spec   func(float32) float32
	exact  func(float64) float64
	ulp    float64
	digest string
}{
	{"Exp", func(set *simd.Set) unary { return set.Elementwise.Exp }, reference.Exp, math.Exp, reference.ExpMaxUlp,
		"6cae34d7ffaa9b020bf2bfbd483afd7c8bc454ce7bc9630cd867af2ae0ba1a42"},
	{"Log", func(set *simd.Set) unary { return set.Elementwise.Log }, reference.Log, math.Log, reference.LogMaxUlp,
		"493bf7dd72816679eb0e2e1fba1e334aa7535318c2983b434836d3af682faae1"},
}

// anyLength returns a kernel, which asks for multiples of sixteen elements, for any number.
func anyLength(kernel unary) law.Elementwise {
	return func(dst, src []float32) {
		padded := make([]float32, (len(src)+15)/16*16)
		copy(padded, src)
		kernel(padded, padded)
		copy(dst, padded)
	}
}

// The error is within its bound, on drawn arguments and on every step-th of all arguments.
func TestExpLogWithinBound(t *testing.T) {
	t.Parallel()
	step := uint64(1009)
	if testing.Short() {
		step = 65537
	}
	for _, set := range simd.Available() {
		for _, f := range functions {
			t.Run(set.Name+"/"+f.name, func(t *testing.T) {
				law.CheckUlp(t, anyLength(f.kernel(set)), f.exact, f.ulp)
				if worst, at := law.WorstUlp(law.Elementwise(f.kernel(set)), f.exact, 0, 1<<32, step); !(worst <= f.ulp) {
					t.Errorf("%v ulp at %x, stated %v", worst, at, f.ulp)
				}
			})
		}
	}
}

// Every kernel returns the bits of the reference, which shares no code with it, on every
// step-th of all arguments.
func TestExpLogEqualReference(t *testing.T) {
	t.Parallel()
	step := uint64(4093)
	if testing.Short() {
		step = 65539
	}
	src, dst := make([]float32, 1024), make([]float32, 1024)
	for _, f := range functions {
		for base := uint64(0); base < 1<<32; base += step * uint64(len(src)) {
			for i := range src {
				src[i] = math.Float32frombits(uint32(base + uint64(i)*step))
			}
			want := make([]float32, len(src))
			for i, x := range src {
				want[i] = f.spec(x)
			}
			for _, set := range simd.Available() {
				f.kernel(set)(dst, src)
				for i, x := range src {
					if math.Float32bits(dst[i]) != math.Float32bits(want[i]) && (dst[i] == dst[i] || want[i] == want[i]) {
						t.Fatalf("%s.%s(%x) (0x%08x) = %v (0x%08x), reference %v (0x%08x)", set.Name, f.name, x, math.Float32bits(x),
							dst[i], math.Float32bits(dst[i]), want[i], math.Float32bits(want[i]))
					}
				}
			}
		}
	}
}

// TestSoak evaluates exp and log at all arguments by every kernel, and checks that the
// kernels agree, the digest of all results and the largest error.
func TestSoak(t *testing.T) {
	if !*soak {
		t.Skip("only with -soak")
	}
	var entries []law.LedgerEntry
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			var kernels []unary
			var names []string
			for _, set := range simd.Available() {
				kernels, names = append(kernels, f.kernel(set)), append(names, set.Name)
			}
			all := sweep{name: f.name, kernels: kernels, exact: f.exact}
			all.run()
			if all.differ != nil {
				t.Errorf("%s and %s differ at %x", names[0], names[all.differ.kernel], all.differ.at)
			}
			if all.digest != f.digest {
				t.Errorf("%s: digest of all results %s, want %s", names[0], all.digest, f.digest)
			}
			if !(all.worst <= f.ulp) {
				t.Errorf("%v ulp at %x, stated %v", all.worst, all.at, f.ulp)
			}
			t.Logf("largest error %v ulp at %x", all.worst, all.at)
			entries = append(entries, law.LedgerEntry{
				Kernel: f.name + " of " + strings.Join(names, ", "), Bound: fmt.Sprintf("%v ulp", f.ulp), Cases: 1 << 32, Ratio: all.worst / f.ulp,
				Where: fmt.Sprintf("%x (0x%08x): %.6f ulp; SHA-256 of all results %s", all.at, math.Float32bits(all.at), all.worst, all.digest),
			})
		})
	}
	if *ledger == "" || t.Failed() {
		return
	}
	file, err := os.Create(*ledger)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := law.WriteLedger(file, "# Error ledger: exp and log, all 2^32 arguments", entries); err != nil {
		t.Fatal(err)
	}
}
