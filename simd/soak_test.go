package simd_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"runtime"
	"time"

	"github.com/lossglass/lossglass/props/law"
)

// A sweep evaluates one elementwise function at all 2^32 arguments.
type sweep struct {
	name    string
	kernels []unary
	exact   func(float64) float64 // within one ulp of float64, which is 2^-29 ulp of float32

	differ *difference // the first argument at which a kernel differs from the first kernel
	digest string      // SHA-256 of the results as little-endian bits, NaN as 0x7fc00000, arguments ascending
	worst  float64     // error in ulp
	at     float32     // the first argument with this error
}

type difference struct {
	kernel int
	at     float32
}

// A chunk is the results for consecutive arguments.
type chunk struct {
	first  uint32
	bytes  []byte
	differ *difference
	worst  float64
	at     float32
	done   chan struct{}
}

// chunkSize is the number of arguments in a chunk.
const chunkSize = 1 << 16

// run evaluates all chunks on all processors, and combines them in ascending order.
func (s *sweep) run() {
	workers := runtime.GOMAXPROCS(0)
	work, inOrder := make(chan *chunk), make(chan *chunk, 4*workers)
	go func() {
		for first := uint64(0); first < 1<<32; first += chunkSize {
			p := &chunk{first: uint32(first), done: make(chan struct{})}
			inOrder <- p
			work <- p
		}
		close(work)
		close(inOrder)
	}()
	for range workers {
		go func() {
			src, dst, other := make([]float32, chunkSize), make([]float32, chunkSize), make([]float32, chunkSize)
			for p := range work {
				s.evaluate(p, src, dst, other)
				close(p.done)
			}
		}()
	}
	h := sha256.New()
	report := time.Now()
	for p := range inOrder {
		<-p.done
		h.Write(p.bytes)
		if s.differ == nil {
			s.differ = p.differ
		}
		if p.worst > s.worst {
			s.worst, s.at = p.worst, p.at
		}
		if time.Since(report) > 10*time.Second {
			report = time.Now()
			fmt.Fprintf(os.Stderr, "%s: %.1f %% of all arguments\n", s.name, 100*float64(p.first)/(1<<32))
		}
	}
	s.digest = hex.EncodeToString(h.Sum(nil))
}

// evaluate computes a chunk. The slices are scratch memory of chunkSize elements.
func (s *sweep) evaluate(p *chunk, src, dst, other []float32) {
	for i := range src {
		src[i] = math.Float32frombits(p.first + uint32(i))
	}
	s.kernels[0](dst, src)
	for n, f := range s.kernels[1:] {
		f(other, src)
		for i, x := range other {
			if p.differ == nil && canonical(x) != canonical(dst[i]) {
				p.differ = &difference{n + 1, src[i]}
			}
		}
	}
	p.bytes = make([]byte, 0, 4*chunkSize)
	for i, x := range dst {
		p.bytes = binary.LittleEndian.AppendUint32(p.bytes, canonical(x))
		if e := law.Ulps(x, s.exact(float64(src[i]))); e > p.worst {
			p.worst, p.at = e, src[i]
		}
	}
}

// canonical returns the bits of x, and the same bits for every NaN.
func canonical(x float32) uint32 {
	if x != x {
		return 0x7fc00000
	}
	return math.Float32bits(x)
}
