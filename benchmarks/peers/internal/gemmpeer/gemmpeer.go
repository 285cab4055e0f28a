// Package gemmpeer measures a library's matrix products: it holds the operands, the
// measuring loop, and the protocol between a library's process and the command that
// compares libraries. It imports the standard library only, because the cgo programs
// of module benchmarks/peers/blas import it.
package gemmpeer

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// About describes a library. A program sends it as its first line of JSON.
type About struct {
	Library string   `json:"library"`
	Version string   `json:"version"`
	Details string   `json:"details"`
	Types   []string `json:"types"` // "float32", "float64"
}

// A Request asks for a product to be computed repeatedly, in one line of JSON.
type Request struct {
	Type    string  `json:"type"`
	M       int     `json:"m"`
	N       int     `json:"n"`
	K       int     `json:"k"`
	Seconds float64 `json:"seconds"`
	Result  string  `json:"result,omitempty"` // file that receives the elements of C, or ""
}

// An Answer is the number of products and the time they took, or an error.
type Answer struct {
	Products int     `json:"products"`
	Seconds  float64 `json:"seconds"`
	Error    string  `json:"error,omitempty"`
}

// Number is an element type.
type Number interface{ float32 | float64 }

// Operands are the row-major matrices of C = A B: A is m x k, B k x n, C m x n.
type Operands[T Number] struct {
	M, N, K int
	A, B, C []T
}

// NewOperands returns operands with elements in [-1, 1), the same in every process. C is
// filled with 1e30, which no product contains.
func NewOperands[T Number](m, n, k int) *Operands[T] {
	o := &Operands[T]{m, n, k, make([]T, m*k), make([]T, k*n), make([]T, m*n)}
	fill(o.A, 1)
	fill(o.B, 2)
	for i := range o.C {
		o.C[i] = 1e30
	}
	return o
}

// fill draws each element from 24 bits of a linear congruential generator, which both
// types represent exactly.
func fill[T Number](s []T, seed uint64) {
	for i := range s {
		seed = seed*6364136223846793005 + 1442695040888963407
		s[i] = T(int64(seed)>>40) / (1 << 23)
	}
}

// Measure calls run with growing numbers of repetitions until one call takes at least
// the given time, and returns that call's number of products and duration.
func Measure(run func(times int), atLeast time.Duration) Answer {
	for times := 1; ; {
		began := time.Now()
		run(times)
		taken := time.Since(began)
		if taken >= atLeast {
			return Answer{Products: times, Seconds: max(taken, 1).Seconds()}
		}
		// Ten percent more repetitions than needed, but at most a hundred times as many.
		factor := 1.1 * float64(atLeast) / float64(max(taken, 1))
		times = max(times+1, int(float64(times)*min(factor, 100)))
	}
}

// A Library prepares a product for the given operands and returns a function that
// computes it repeatedly. The preparation, done once per size, is not measured.
type Library struct {
	About
	Float32 func(o *Operands[float32]) (run func(times int), err error)
	Float64 func(o *Operands[float64]) (run func(times int), err error) // nil if the library has no such product
}

// Serve sends the description of the library, then answers requests until the end of
// the input.
func Serve(l Library, in io.Reader, out io.Writer) error {
	encoder := json.NewEncoder(out)
	if err := encoder.Encode(l.About); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var r Request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return fmt.Errorf("%q: %w", lines.Bytes(), err)
		}
		a, err := l.Answer(r)
		if err != nil {
			a = Answer{Error: err.Error()}
		}
		if err := encoder.Encode(a); err != nil {
			return err
		}
	}
	return lines.Err()
}

// Answer measures the requested product.
func (l Library) Answer(r Request) (Answer, error) {
	switch {
	case r.Type == "float32" && l.Float32 != nil:
		return answer(l.Float32, r)
	case r.Type == "float64" && l.Float64 != nil:
		return answer(l.Float64, r)
	}
	return Answer{}, fmt.Errorf("%s has no products of %q", l.Library, r.Type)
}

func answer[T Number](prepare func(o *Operands[T]) (func(int), error), r Request) (Answer, error) {
	o := NewOperands[T](r.M, r.N, r.K)
	run, err := prepare(o)
	if err != nil {
		return Answer{}, err
	}
	atLeast := time.Duration(r.Seconds * float64(time.Second))
	began := time.Now()
	run(1)
	first := time.Since(began)
	if r.Result != "" {
		if err := write(r.Result, o.C); err != nil {
			return Answer{}, err
		}
	}
	if first > 100*atLeast { // it is slow enough that cold caches do not matter
		return Answer{Products: 1, Seconds: first.Seconds()}, nil
	}
	return Measure(run, atLeast), nil
}

// write writes numbers to a file, little-endian.
func write[T Number](name string, numbers []T) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	err = binary.Write(w, binary.LittleEndian, numbers)
	if err == nil {
		err = w.Flush()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// Read returns the numbers in a file, which must hold exactly n.
func Read[T Number](name string, n int) ([]T, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	numbers, r := make([]T, n), bufio.NewReader(f)
	if err := binary.Read(r, binary.LittleEndian, numbers); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if rest, err := io.Copy(io.Discard, r); err != nil || rest > 0 {
		return nil, fmt.Errorf("%s: %d bytes too many (%v)", name, rest, err)
	}
	return numbers, nil
}

// Main serves a library on standard input and output. It is all that a library's
// program has to call.
func Main(l Library) {
	if err := Serve(l, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", l.Library, err)
		os.Exit(1)
	}
}
