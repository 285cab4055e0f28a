package blas

import (
	"fmt"
	"hash/maphash"
	"math"
	"math/big"
	"strconv"
)

// Evidence shows a law broken without the law itself: by comparing elements that are
// computed from the same numbers, or an element with its exact value.
type Evidence struct {
	Got, Want Point
	// Kind says how Want follows.
	Kind Kind
	What string // for Failed: what the call did
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
	"exact-integers": Exact, "subnormals": Exact, "alpha-zero": Exact, "non-finite": Exact, "scaled": Exact, "one-rounding": Exact, Undefined: Exact, "special-values": Exact,
	"padding": Pair, "concurrent-callers": Pair, "repeatable": Pair, "alignment": Pair, "thread-count": Pair, "beta-zero": Pair,
	"length-invariance": Pair, "in-place": Pair, "shifted": Pair,
	"batch-rows": Pair, "batch-columns": Pair, "permuted": Pair, "split": Pair, "transposed": Pair, "symmetric": Pair,
}

// positional are the laws by which a call has the same result as another one, element by
// element.
var positional = map[string]bool{"padding": true, "concurrent-callers": true, "repeatable": true, "alignment": true, "thread-count": true, "beta-zero": true}

// An outcome is a call that was made, with the elements of its result.
type outcome[T float32 | float64] interface {
	got() []T
	element(e int) int        // where element e is in the operand that was written to
	specified(law string) []T // the right result, where every order of a sum gives the same
	exact(law string) (results, bounds []*big.Float)
	// inputs are all numbers from which element e is computed, and other numbers from which,
	// by the law, the same result is computed.
	inputs(e int, law string) [][]byte
}

// trespassing are the laws that forbid to write to what a call only reads, and to the elements
// between those of an operand.
var trespassing = map[string]bool{"padding": true, "equals-specification": true, "negative-increments": true, "read-only": true}

// Judge looks for evidence, in calls that were made, that a law is broken, the newest
// first. It returns false if there is none.
func Judge(law string, made []Made) (Evidence, bool) {
	for i := len(made) - 1; i >= 0; i-- {
		what := made[i].Failure()
		if what == "" && trespassing[law] {
			what = made[i].trespass()
		}
		if what != "" {
			return Evidence{Kind: Failed, Got: Point{Call: i}, Want: Point{Call: -1}, What: what}, true
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
	outcomes := make([]outcome[T], len(made))
	for i, m := range made {
		outcomes[i] = outcomeOf[T](m)
	}
	if kinds[law] == Pair {
		return pairs(outcomes, law)
	}
	for i := len(outcomes) - 1; i >= 0; i-- {
		find := beyond[T]
		if kinds[law] == Exact && !made[i].Call.rounded(law) {
			find = compare[T]
		}
		if e, found := find(outcomes[i], i, law); found {
			return e, true
		}
	}
	return Evidence{}, false
}

// rounded reports whether the results of a call are rounded under a law by which those of others
// are exact: norms are square roots, and the results of kernels for subnormal arguments are not
// all subnormal.
func (c Call) rounded(law string) bool {
	_, kernel := c.Kernel()
	return law == Undefined && c.Base() == "nrm2" || law == "subnormals" && kernel
}

func outcomeOf[T float32 | float64](m Made) outcome[T] {
	if k, ok := m.Call.Kernel(); ok {
		return mapOutcomeOf[T](m, k.Operation)
	}
	if m.Call.Base() == "gemm" {
		return productOf[T](m)
	}
	return vectorOutcomeOf[T](m)
}

// pairs looks for two elements that are computed from the same numbers and have other bits.
func pairs[T float32 | float64](outcomes []outcome[T], law string) (Evidence, bool) {
	type place struct{ call, element int }
	seed, first := maphash.MakeSeed(), map[uint64]place{}
	for i, o := range outcomes {
		for e, got := range o.got() {
			inputs := o.inputs(e, law)
			if positional[law] { // the same element, of another call
				inputs[0] = fmt.Appendf(inputs[0], "%d", e)
			}
			key := maphash.Bytes(seed, inputs[0])
			if at, ok := first[key]; ok {
				other := outcomes[at.call]
				if want := other.got()[at.element]; toBits(got) != toBits(want) && (got == got || want == want) {
					return Evidence{Kind: Pair, Got: point(i, o.element(e), got), Want: point(at.call, other.element(at.element), want)}, true
				}
				continue
			}
			for _, same := range inputs {
				first[maphash.Bytes(seed, same)] = place{i, e}
			}
		}
	}
	return Evidence{}, false
}

// compare compares with the specification. Signs of zero do not count, and for non-finite
// neither do finite numbers.
func compare[T float32 | float64](o outcome[T], call int, law string) (Evidence, bool) {
	all := o.got()
	for e, want := range o.specified(law) {
		got := all[e]
		if got == want || got != got && want != want || law == "non-finite" && got-got == 0 && want-want == 0 {
			continue
		}
		return Evidence{Kind: Exact, Got: point(call, o.element(e), got), Want: point(-1, 0, want)}, true
	}
	return Evidence{}, false
}

// beyond looks for an element beyond the error bound.
func beyond[T float32 | float64](o outcome[T], call int, law string) (Evidence, bool) {
	exact, bound := o.exact(law)
	for e, got := range o.got() {
		if exact[e] == nil {
			continue
		}
		want, _ := exact[e].Float64()
		allowed, _ := bound[e].Float64()
		if !(math.Abs(float64(got)-want) <= allowed) {
			return Evidence{Kind: Bound, Got: point(call, o.element(e), got), Want: point(-1, 0, T(want))}, true
		}
	}
	return Evidence{}, false
}

func point[T float32 | float64](call, element int, x T) Point {
	_, single := any(x).(float32)
	return Point{Call: call, Element: element, Bits: toBits(x), Double: !single}
}
