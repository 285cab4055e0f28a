package gemmpeer

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// naive is a library with the textbook's loops, in float32 only.
var naive = Library{
	About: About{Library: "naive", Version: "1", Types: []string{"float32"}},
	Float32: func(o *Operands[float32]) (func(int), error) {
		if o.K > 100 {
			return nil, errors.New("too long")
		}
		return func(times int) {
			for range times {
				for i := range o.M {
					for j := range o.N {
						var sum float32
						for k := range o.K {
							sum += o.A[i*o.K+k] * o.B[k*o.N+j]
						}
						o.C[i*o.N+j] = sum
					}
				}
			}
		}, nil
	},
}

// The operands are the same in both types, and all their elements differ, so that a product
// with a wrong layout is found.
func TestOperands(t *testing.T) {
	single, double := NewOperands[float32](3, 5, 7), NewOperands[float64](3, 5, 7)
	if len(single.A) != 21 || len(single.B) != 35 || len(single.C) != 15 {
		t.Fatalf("%d, %d and %d elements", len(single.A), len(single.B), len(single.C))
	}
	seen := map[float32]bool{}
	for i, x := range append(slices.Clone(single.A), single.B...) {
		y := append(slices.Clone(double.A), double.B...)[i]
		if float64(x) != y || x < -1 || x >= 1 || seen[x] {
			t.Errorf("element %d is %v and %v", i, x, y)
		}
		seen[x] = true
	}
}

func TestServe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c")
	requests := []Request{
		{Type: "float32", M: 2, N: 3, K: 4, Seconds: 1e-9, Result: file},
		{Type: "float64", M: 2, N: 3, K: 4},
		{Type: "float32", M: 1, N: 1, K: 101},
	}
	var in, out bytes.Buffer
	for _, r := range requests {
		if err := json.NewEncoder(&in).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := Serve(naive, &in, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 4 || !strings.Contains(lines[0], `"library":"naive"`) ||
		!strings.Contains(lines[2], `no products of \"float64\"`) || !strings.Contains(lines[3], "too long") {
		t.Fatalf("answers:\n%s", out.String())
	}
	var a Answer
	if err := json.Unmarshal([]byte(lines[1]), &a); err != nil || a.Products < 1 || !(a.Seconds > 0) || a.Error != "" {
		t.Errorf("%s: %+v, %v", lines[1], a, err)
	}
	c, err := Read[float32](file, 6)
	o := NewOperands[float32](2, 3, 4)
	if err != nil || c[5] != o.A[4]*o.B[2]+o.A[5]*o.B[5]+o.A[6]*o.B[8]+o.A[7]*o.B[11] {
		t.Errorf("the product is %v, %v", c, err)
	}
	for _, n := range []int{5, 7} {
		if c, err := Read[float32](file, n); err == nil {
			t.Errorf("%d of 6 numbers were read: %v", n, c)
		}
	}
	if err := Serve(naive, strings.NewReader("multiply\n"), &out); err == nil {
		t.Error("a request that is no JSON was accepted")
	}
}

// Only the last call is measured, and it takes at least the requested time.
func TestMeasure(t *testing.T) {
	var calls []int
	a := Measure(func(times int) {
		calls = append(calls, times)
		time.Sleep(time.Duration(times) * 100 * time.Microsecond)
	}, 2*time.Millisecond)
	if a.Products != calls[len(calls)-1] || a.Seconds < 0.002 || !slices.IsSorted(calls) || calls[0] != 1 {
		t.Errorf("%+v after calls of %v", a, calls)
	}
}
