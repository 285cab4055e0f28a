package simd_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

var (
	soak   = flag.Bool("soak", false, "evaluate exp and log at all 2^32 arguments: some minutes")
	ledger = flag.String("ledger", "", "with -soak: `file` for the worst errors, in Markdown")
)

// functions are the elementwise kernels, their specification, the exact value,
// the stated bound in ulp, and the SHA-256 of all 2^32 results, as little-endian
// bits, NaN as 0x7fc00000, arguments ascending as bits.
var functions = []struct {
	name   string
	of     func(k *simd.Kernels) unary
	spec   func(float32) float32
	exact  func(float64) float64
	ulp    float64
	digest string
}{
	{"Exp", func(k *simd.Kernels) unary { return k.Exp }, reference.Exp, math.Exp, reference.ExpMaxUlp,
		"6cae34d7ffaa9b020bf2bfbd483afd7c8bc454ce7bc9630cd867af2ae0ba1a42"},
	{"Log", func(k *simd.Kernels) unary { return k.Log }, reference.Log, math.Log, reference.LogMaxUlp,
		"493bf7dd72816679eb0e2e1fba1e334aa7535318c2983b434836d3af682faae1"},
}

// The bound holds on drawn arguments and on a stratum of all.
func TestExpLogWithinBound(t *testing.T) {
	step := uint64(1009)
	if testing.Short() {
		step = 65537
	}
	for _, k := range simd.Available() {
		for _, f := range functions {
			t.Run(k.Name+"/"+f.name, func(t *testing.T) {
				law.Ulp(t, law.Elementwise(f.of(k)), f.exact, f.ulp)
				if worst, at := law.WorstUlp(law.Elementwise(f.of(k)), f.exact, 0, 1<<32, step); !(worst <= f.ulp) {
					t.Errorf("%v ulp at %x, stated %v", worst, at, f.ulp)
				}
			})
		}
	}
}

// Every kernel's bits are those of the reference, which shares no code with them,
// on another stratum.
func TestExpLogEqualReference(t *testing.T) {
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
			for _, k := range simd.Available() {
				f.of(k)(dst, src)
				for i, x := range src {
					if math.Float32bits(dst[i]) != math.Float32bits(want[i]) && (dst[i] == dst[i] || want[i] == want[i]) {
						t.Fatalf("%s.%s(%x) (0x%08x) = %v (0x%08x), reference %v (0x%08x)", k.Name, f.name, x, math.Float32bits(x),
							dst[i], math.Float32bits(dst[i]), want[i], math.Float32bits(want[i]))
					}
				}
			}
		}
	}
}

// TestSoak evaluates exp and log at all arguments, with every kernel: the digest
// of all results, and the worst error.
func TestSoak(t *testing.T) {
	if !*soak {
		t.Skip("only with -soak")
	}
	var entries []law.Entry
	for _, f := range functions {
		for _, k := range simd.Available() {
			t.Run(f.name+"/"+k.Name, func(t *testing.T) {
				if got := digest(f.of(k)); got != f.digest {
					t.Errorf("digest of all results %s, want %s", got, f.digest)
				}
			})
		}
		t.Run(f.name+"/worst", func(t *testing.T) {
			worst, at := worstOfAll(law.Elementwise(f.of(simd.Detect())), f.exact)
			if !(worst <= f.ulp) {
				t.Errorf("%v ulp at %x, stated %v", worst, at, f.ulp)
			}
			t.Logf("worst error %v ulp at %x", worst, at)
			entries = append(entries, law.Entry{
				Kernel: f.name, Bound: fmt.Sprintf("%v ulp", f.ulp), Cases: 1 << 32, Ratio: worst / f.ulp,
				Where: fmt.Sprintf("%x (0x%08x): %.6f ulp", at, math.Float32bits(at), worst),
			})
		})
	}
	if *ledger == "" {
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

// digest returns the SHA-256 of all 2^32 results. One goroutine computes ahead
// of the hash.
func digest(f unary) string {
	const block = 1 << 16
	blocks := make(chan []byte, 4)
	go func() {
		defer close(blocks)
		src, dst := make([]float32, block), make([]float32, block)
		for base := uint64(0); base < 1<<32; base += block {
			for i := range src {
				src[i] = math.Float32frombits(uint32(base) + uint32(i))
			}
			f(dst, src)
			b := make([]byte, 4*block)
			for i, x := range dst {
				bits := math.Float32bits(x)
				if x != x {
					bits = 0x7fc00000
				}
				binary.LittleEndian.PutUint32(b[4*i:], bits)
			}
			blocks <- b
		}
	}()
	h := sha256.New()
	for b := range blocks {
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// worstOfAll is law.WorstUlp over all arguments, on all processors.
func worstOfAll(f law.Elementwise, exact func(float64) float64) (worst float64, at float32) {
	const parts = 256
	var mutex sync.Mutex
	var group sync.WaitGroup
	next := make(chan uint64)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for part := range next {
				w, x := law.WorstUlp(f, exact, part<<32/parts, (part+1)<<32/parts, 1)
				mutex.Lock()
				if w > worst {
					worst, at = w, x
				}
				mutex.Unlock()
			}
		})
	}
	for part := range uint64(parts) {
		next <- part
	}
	close(next)
	group.Wait()
	return worst, at
}
