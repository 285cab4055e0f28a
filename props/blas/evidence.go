package blas

import (
	"fmt"
	"hash/maphash"
	"math"
	"strconv"

	"github.com/lossglass/lossglass/props/reference"
)

// Evidence shows a law broken without the law itself: by comparing elements that are
// computed from the same numbers, or an element with its exact value.
type Evidence struct {
	Got, Want Point
	// Kind says how Want follows.
	Kind Kind
}

// A Point is an element of the result of one of the calls made, or, if Call is negative,
// only a value.
type Point struct {
	Call, Element int
	Bits          uint64
	Double        bool
}

// Kind is a kind of evidence.
type Kind string

// The kinds.
const (
	Failed Kind = "failed" // the call Got.Call crashed, or did what no routine may do
	Pair   Kind = "pair"   // both elements are computed from the same numbers in the same order
	Exact  Kind = "exact"  // Want is the exact result, or that of one fma per term
	Bound  Kind = "bound"  // Want is the exact result, rounded; Got is farther from it than the bound
)

// Value returns the number.
func (p Point) Value() float64 {
	if p.Double {
		return math.Float64frombits(p.Bits)
	}
	return float64(math.Float32frombits(uint32(p.Bits)))
}

// String returns the number, shortest, and its bits.
func (p Point) String() string {
	digits, size := 8, 32
	if p.Double {
		digits, size = 16, 64
	}
	return fmt.Sprintf("%s (0x%0*x)", strconv.FormatFloat(p.Value(), 'g', -1, size), digits, p.Bits)
}

// kinds are those of the laws that are not of kind Bound. "exact" laws draw operands for
// which every order of the sum gives the same bits.
var kinds = map[string]Kind{
	"exact-integers": Exact, "subnormals": Exact, "alpha-zero": Exact, "non-finite": Exact, "scaled": Exact, "one-rounding": Exact,
	"padding": Pair, "concurrent-callers": Pair, "repeatable": Pair, "alignment": Pair, "thread-count": Pair, "beta-zero": Pair,
	"batch-rows": Pair, "batch-columns": Pair, "permuted": Pair, "split": Pair, "transposed": Pair, "symmetric": Pair,
}

// positional are the laws by which a call has the same result as another one, element by
// element.
var positional = map[string]bool{"padding": true, "concurrent-callers": true, "repeatable": true, "alignment": true, "thread-count": true, "beta-zero": true}

// Judge looks for evidence, in calls that were made, that a law is broken, the newest
// first. It returns false if there is none.
func Judge(law string, made []Made) (Evidence, bool) {
	for i := len(made) - 1; i >= 0; i-- {
		if made[i].Failure() != "" {
			return Evidence{Kind: Failed, Got: Point{Call: i}, Want: Point{Call: -1}}, true
		}
	}
	if len(made) == 0 {
		return Evidence{}, false
	}
	if _, double := splitName(made[0].Call.Routine); double {
		return judge[float64](law, made)
	}
	return judge[float32](law, made)
}

func judge[T float32 | float64](law string, made []Made) (Evidence, bool) {
	products := make([]product[T], len(made))
	for i, m := range made {
		var ok bool
		if products[i], ok = productOf[T](m); !ok {
			return Evidence{}, false
		}
	}
	if kinds[law] == Pair {
		return pairs(products, law)
	}
	for i := len(products) - 1; i >= 0; i-- {
		find := products[i].beyond
		if kinds[law] == Exact {
			find = func(call int) (Evidence, bool) { return products[i].compare(call, law) }
		}
		if e, found := find(i); found {
			return e, true
		}
	}
	return Evidence{}, false
}

// pairs looks for two elements that are computed from the same numbers and have other bits.
func pairs[T float32 | float64](products []product[T], law string) (Evidence, bool) {
	type place struct{ call, element int }
	seed, first := maphash.MakeSeed(), map[uint64]place{}
	for i, p := range products {
		for e, got := range p.got {
			inputs := p.inputs(e/p.n, e%p.n, false)
			if positional[law] { // the same element, of another call
				inputs = fmt.Appendf(inputs, "%d", e)
			}
			key := maphash.Bytes(seed, inputs)
			if at, ok := first[key]; ok {
				if want := products[at.call].got[at.element]; toBits(got) != toBits(want) && (got == got || want == want) {
					return Evidence{Kind: Pair, Got: point(i, p.elements[e], got), Want: point(at.call, products[at.call].elements[at.element], want)}, true
				}
				continue
			}
			first[key] = place{i, e}
			if (law == "symmetric" || law == "transposed") && p.alpha == 1 {
				first[maphash.Bytes(seed, p.inputs(e/p.n, e%p.n, true))] = place{i, e}
			}
		}
	}
	return Evidence{}, false
}

// compare compares with the specification. Signs of zero do not count, and for non-finite
// neither do finite numbers.
func (p product[T]) compare(call int, law string) (Evidence, bool) {
	for e, want := range p.result(reference.Gemm[T]) {
		got := p.got[e]
		if got == want || got != got && want != want || law == "non-finite" && got-got == 0 && want-want == 0 {
			continue
		}
		return Evidence{Kind: Exact, Got: point(call, p.elements[e], got), Want: point(-1, 0, want)}, true
	}
	return Evidence{}, false
}

// beyond looks for an element beyond the error bound.
func (p product[T]) beyond(call int) (Evidence, bool) {
	exact, bound := reference.LooseGemmTwin(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a, p.lda, p.b, p.ldb, p.beta, p.c, p.ldc)
	for e, got := range p.got {
		if exact[e] == nil {
			continue
		}
		want, _ := exact[e].Float64()
		allowed, _ := bound[e].Float64()
		if !(math.Abs(float64(got)-want) <= allowed) {
			return Evidence{Kind: Bound, Got: point(call, p.elements[e], got), Want: point(-1, 0, T(want))}, true
		}
	}
	return Evidence{}, false
}

func point[T float32 | float64](call, element int, x T) Point {
	_, single := any(x).(float32)
	return Point{Call: call, Element: element, Bits: toBits(x), Double: !single}
}
