// Package product is how a matrix library is measured: the operands, the
// measuring loop, and what is said between a library's process and the command
// that compares them. It imports nothing but the standard library, as the
// programs of module benchmarks/peers/blas, which are in C for a part, import it.
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

// About is what a library says of itself, in one line of JSON.
type About struct {
	Library string   `json:"library"`
	Version string   `json:"version"`
	Details string   `json:"details"`
	Types   []string `json:"types"` // of numbers that it multiplies
}

// A Request asks to multiply again and again, in one line of JSON.
type Request struct {
	Type    string  `json:"type"`
	M       int     `json:"m"`
	N       int     `json:"n"`
	K       int     `json:"k"`
	Seconds float64 `json:"seconds"`
	Result  string  `json:"result,omitempty"` // a file for the product's numbers, or none
}

// An Answer is how long so many products took, or why there are none.
type Answer struct {
	Products int     `json:"products"`
	Seconds  float64 `json:"seconds"`
	Error    string  `json:"error,omitempty"`
}

// Number is a type of numbers.
type Number interface{ float32 | float64 }

// Operands are those of C = A B, row after row: A is m x k, B k x n, C m x n.
type Operands[T Number] struct {
	M, N, K int
	A, B, C []T
}

// New returns operands of numbers from -1 to 1, the same in every process, with
// C full of what no product has.
func New[T Number](m, n, k int) *Operands[T] {
	o := &Operands[T]{m, n, k, make([]T, m*k), make([]T, k*n), make([]T, m*n)}
	fill(o.A, 1)
	fill(o.B, 2)
	for i := range o.C {
		o.C[i] = 1e30
	}
	return o
}

// fill takes 24 bits of a linear congruential generator for each number: exact in both types.
func fill[T Number](s []T, seed uint64) {
	for i := range s {
		seed = seed*6364136223846793005 + 1442695040888963407
		s[i] = T(int64(seed)>>40) / (1 << 23)
	}
}

// Measure calls run, which computes the product that many times, until one call
// takes as long as asked, and returns that call's number of products and seconds.
func Measure(run func(times int), atLeast time.Duration) Answer {
	for times := 1; ; {
		began := time.Now()
		run(times)
		taken := time.Since(began)
		if taken >= atLeast {
			return Answer{Products: times, Seconds: max(taken, 1).Seconds()}
		}
		// A tenth more than it should need, at most a hundred times as many.
		factor := 1.1 * float64(atLeast) / float64(max(taken, 1))
		times = max(times+1, int(float64(times)*min(factor, 100)))
	}
}

// A Library returns a function that computes the product of the operands that
// many times; ready to run, so that what is done once for a size is not measured.
type Library struct {
	About
	Float32 func(o *Operands[float32]) (run func(times int), err error)
	Float64 func(o *Operands[float64]) (run func(times int), err error) // nil if there is none
}

// Serve says what the library is, then answers requests until there are no more.
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

// Answer does what is asked for.
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
	o := New[T](r.M, r.N, r.K)
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
	if first > 100*atLeast { // what the caches held does not matter then
		return Answer{Products: 1, Seconds: first.Seconds()}, nil
	}
	return Measure(run, atLeast), nil
}

// write puts numbers into a file, little-endian.
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

// Read returns the numbers of a file, of which there must be n.
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

// Main serves on standard input and output, as the whole of a library's program.
func Main(l Library) {
	if err := Serve(l, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", l.Library, err)
		os.Exit(1)
	}
}
