package law

import (
	"fmt"
	"math"
	"math/big"
	"slices"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/internal/exact"
	"github.com/lossglass/lossglass/props/reference"
)

// A MapOperation is a function of rows of numbers to rows of the same length.
type MapOperation string

// The operations. All but OpSoftmax compute each element from one element.
const (
	OpReLU        MapOperation = "relu"        // max(x, 0)
	OpExp         MapOperation = "exp"         // e^x
	OpLog         MapOperation = "log"         // the natural logarithm
	OpSoftmax     MapOperation = "softmax"     // e^x_j / sum of e^x_l, in each row
	OpElementwise MapOperation = "elementwise" // any function of one element, of which nothing else is known
)

// MapOperations are all of them.
var MapOperations = []MapOperation{OpReLU, OpExp, OpLog, OpSoftmax, OpElementwise}

// A MapForm is how an implementation takes its operands.
type MapForm struct {
	Rows    bool // OpSoftmax: several rows
	Scalars bool // it is a function of one number, so that laws about memory say nothing
	// Whether results can be written to other memory than the arguments, and over them.
	OutOfPlace, InPlace bool
}

// A MapCall is a call of an operation on Rows rows of Cols elements, one after the other.
// Calls of functions of one element have one row.
type MapCall[T float32 | float64] struct {
	Operation  MapOperation
	Rows, Cols int
	InPlace    bool
	X          []T // the arguments
}

// A MapRoutine makes a call: it sets y to the results for the arguments x. In a call in place
// x is nil, and y contains the arguments.
type MapRoutine[T float32 | float64] func(c MapCall[T], x, y []T)

func (c MapCall[T]) String() string {
	place := ""
	if c.InPlace {
		place = ", in place"
	}
	return fmt.Sprintf("%s: %d x %d%s", c.Operation, c.Rows, c.Cols, place)
}

// KernelCall returns the call with operands in memory.
func (c MapCall[T]) KernelCall() KernelCall[MapRoutine[T]] {
	call := KernelCall[MapRoutine[T]]{Case: c.String(), Labels: c.labels()}
	if c.InPlace {
		call.Operands = []Operand{Numbers("y", c.X).Written()}
		call.Call = func(f MapRoutine[T], args []Arg) { f(c, nil, View[T](args[0])) }
		return call
	}
	call.Operands = []Operand{Numbers("x", c.X), Numbers("y", make([]T, len(c.X))).Written()}
	call.Call = func(f MapRoutine[T], args []Arg) { f(c, View[T](args[0]), View[T](args[1])) }
	return call
}

func (c MapCall[T]) labels() []string {
	var l []string
	for name, is := range map[string]bool{"empty": len(c.X) == 0, "in place": c.InPlace, "rows": c.Rows > 1, "not a multiple of 16": c.Cols%16 != 0} {
		if is {
			l = append(l, name)
		}
	}
	return l
}

// Result returns the results of f. The drawn arguments stay as they are.
func (c MapCall[T]) Result(f MapRoutine[T]) []T {
	x, y := slices.Clone(c.X), make([]T, len(c.X))
	if c.InPlace {
		x, y = nil, x
	}
	isolated(func() { f(c, x, y) })
	return y
}

// Exact returns the exact results and how far from them a result may be: 4 units in the last
// place ([LooseUlp]) for exp and log, nothing for ReLU, and for an element p of a softmax of n
// elements, with d its argument less the largest and s the mean of |d|, weighted by the results,
//
//	2 u (|d| + s + n + 18) p + 4 times the least normal number
//
// which is twice what the differences, exponentials of that accuracy, their sum and a product
// with its reciprocal can be off by, and what is flushed to zero. An element is nil if it is not
// compared: where the result is infinite, NaN or, of a function of one element, not normal, or
// the argument is not; tiny says that these numbers are compared too.
func (c MapCall[T]) Exact(tiny bool) (results, bounds []*big.Float) {
	results, bounds = make([]*big.Float, len(c.X)), make([]*big.Float, len(c.X))
	if c.Operation == OpSoftmax {
		for r := range c.Rows {
			softmaxTwin(c.X[r*c.Cols:][:c.Cols], results[r*c.Cols:], bounds[r*c.Cols:])
		}
		return results, bounds
	}
	for e, x := range c.X {
		value := c.exact(float64(x))
		if value == nil {
			continue
		}
		normal := leastNormal[T]()
		size, _ := value.Float64()
		if !tiny && (math.Abs(size) < normal && size != 0 || math.Abs(float64(x)) < normal && x != 0) {
			continue
		}
		results[e], bounds[e] = value, new(big.Float)
		if c.Operation != OpReLU {
			unit := math.Ldexp(float64(2*unitRoundoff[T]()), math.Ilogb(max(math.Abs(size), normal)))
			bounds[e].SetFloat64(LooseUlp * unit)
		}
	}
	return results, bounds
}

// exact returns the value of a function of one element, or nil if it is infinite, NaN, not known,
// or so large that a result within the bound may be infinite.
func (c MapCall[T]) exact(x float64) *big.Float {
	overflow := math.Log(math.MaxFloat64) - 1
	if single[T]() {
		overflow = math.Log(math.MaxFloat32) - 1
	}
	switch {
	case x-x != 0:
		return nil
	case c.Operation == OpReLU:
		return exact.Number(max(x, 0))
	case c.Operation == OpExp && x < overflow:
		return exact.Exp(exact.Number(max(x, -2000))) // below, no number is near
	case c.Operation == OpLog && x == 1:
		return new(big.Float)
	case c.Operation == OpLog && x > 0:
		return exact.Log(exact.Number(x))
	}
	return nil
}

// softmaxTwin sets the exact softmax of a row, and the bounds that [MapCall.Exact] states.
func softmaxTwin[T float32 | float64](x []T, results, bounds []*big.Float) {
	largest := math.Inf(-1)
	for _, v := range x {
		if v-v != 0 {
			return
		}
		largest = max(largest, float64(v))
	}
	sum, powers, distances := exact.Number(0), make([]*big.Float, len(x)), make([]float64, len(x))
	for j, v := range x {
		d := new(big.Float).Sub(exact.Number(float64(v)), exact.Number(largest))
		distances[j], _ = d.Float64()
		powers[j] = exact.Number(0)
		if distances[j] > -2000 { // below, no number is near
			powers[j] = exact.Exp(d)
		}
		sum.Add(sum, powers[j])
	}
	mean := 0.0
	for j := range x {
		results[j] = powers[j].Quo(powers[j], sum)
		p, _ := results[j].Float64()
		mean += p * min(-distances[j], 2000)
	}
	u := float64(unitRoundoff[T]())
	for j := range x {
		relative := 2 * u * (min(-distances[j], 2000) + mean + float64(len(x)) + 18)
		bounds[j] = new(big.Float).Mul(results[j], big.NewFloat(relative))
		bounds[j].Add(bounds[j], big.NewFloat(4*leastNormal[T]()))
	}
}

// Specified returns the results by the specification. They are the only ones where they are
// infinite or NaN.
func (c MapCall[T]) Specified() []T {
	var y []T
	for r := range c.Rows {
		switch x := c.X[r*c.Cols:][:c.Cols]; c.Operation {
		case OpSoftmax:
			if len(x) > 0 {
				y = append(y, reference.Softmax(x)...)
			}
		default:
			for _, v := range x {
				y = append(y, specifiedElement(c.Operation, v))
			}
		}
	}
	return y
}

func specifiedElement[T float32 | float64](o MapOperation, x T) T {
	switch {
	case o == OpReLU:
		return reference.ReLU(x)
	case o == OpExp && single[T]():
		return T(reference.Exp(float32(x)))
	case o == OpExp:
		return T(reference.Exp64(float64(x)))
	case o == OpLog && single[T]():
		return T(reference.Log(float32(x)))
	case o == OpLog:
		return T(reference.Log64(float64(x)))
	}
	panic("law: no specification of " + string(o))
}

// SpecialValues returns the results that IEEE 754 and C's annex F demand: the specified ones
// where they, the argument or the result got are infinite or NaN, and elsewhere those got.
func (c MapCall[T]) SpecialValues(got []T) []T {
	want := c.Specified()
	for e, x := range c.X {
		if x-x == 0 && want[e]-want[e] == 0 && got[e]-got[e] == 0 {
			want[e] = got[e]
		}
	}
	return want
}

func single[T float32 | float64]() bool { _, ok := any(T(0)).(float32); return ok }

// leastNormal returns the least normal number.
func leastNormal[T float32 | float64]() float64 {
	if single[T]() {
		return 0x1p-126
	}
	return 0x1p-1022
}

// mapBorders are lengths at which implementations switch code.
var mapBorders = []int{4, 8, 16, 32, 64}

// drawMapCall draws a call with arguments of one of the patterns times one of the factors, and
// single values of spikes.
func drawMapCall[T float32 | float64](t *rapid.T, o MapOperation, f MapForm, patterns []gen.Pattern[T], factors, spikes []T) MapCall[T] {
	c := MapCall[T]{Operation: o, Rows: 1, Cols: gen.Size(t, "n", 0, 100, mapBorders...)}
	if f.Rows {
		c.Rows, c.Cols = gen.Size(t, "rows", 0, 9, 4), gen.Size(t, "cols", 1, 40, mapBorders...)
	} else if o == OpSoftmax {
		c.Cols = max(1, c.Cols) // the softmax of nothing is not defined
	}
	c.InPlace = !f.OutOfPlace || f.InPlace && rapid.IntRange(0, 3).Draw(t, "in place") == 3
	c.X, _ = gen.Matrix(t, "x", c.Rows, c.Cols, patterns, spikes)
	factor := rapid.SampledFrom(factors).Draw(t, "factor")
	for i := range c.X {
		c.X[i] *= factor
	}
	return c
}

// DrawMapCall draws a call as most laws do: of finite and other numbers, in the ranges in which
// the operation does not overflow, and, for a softmax, of finite ones.
func DrawMapCall[T float32 | float64](t *rapid.T, o MapOperation, f MapForm) MapCall[T] {
	tame := gen.Tame[T]()
	switch o {
	case OpExp:
		wide := T(88)
		if !single[T]() {
			wide = 708
		}
		return drawMapCall(t, o, f, append(tame, gen.Uniform[T](), gen.Uniform[T]()), []T{1, 2, 16, wide}, gen.Spikes[T]())
	case OpLog:
		c := drawMapCall(t, o, f, gen.Wild[T](), []T{1}, gen.Spikes[T]())
		for i, x := range c.X { // negative numbers have no logarithm
			c.X[i] = T(math.Abs(float64(x)))
		}
		return c
	case OpSoftmax:
		c := drawMapCall(t, o, f, append(tame[:len(tame)-1], gen.Uniform[T](), gen.Uniform[T]()), []T{1, 4, 20}, nil)
		shift := rapid.SampledFrom([]T{0, 0, 100, -100, 1000, -2000}).Draw(t, "shift")
		for i := range c.X {
			c.X[i] += shift
		}
		return c
	}
	return drawMapCall(t, o, f, gen.Wild[T](), []T{1}, gen.Spikes[T]())
}
