package blas

import (
	"math/big"
	"slices"

	"github.com/lossglass/lossglass/props/law"
)

// vectorCall returns a call of a routine on vectors, with its operands, as package law has it.
func vectorCall[T float32 | float64](c Call, operands [][]T) (v law.VectorCall[T], a, x, y []T) {
	base, _ := splitName(c.Routine)
	s := c.Sizes
	v = law.VectorCall[T]{Operation: law.VectorOperation(base), N: s[0], Alpha: 1}
	lengthX, lengthY, inc := s[0], s[0], s[1:]
	if len(c.Factors) > 0 {
		v.Alpha = T(c.Factors[0])
	}
	if v.Operation == law.OpGemv {
		v.TransA, v.M, v.N, v.Beta = c.Flags[0], s[0], s[1], T(c.Factors[1])
		a, operands, inc = operands[0], operands[1:], s[3:]
		v.A = law.Matrix[T]{Rows: v.M, Cols: v.N, LD: s[2], Data: a}
		if lengthX = v.N; v.TransA {
			lengthX, lengthY = lengthY, lengthX
		}
	}
	x = operands[0]
	v.X = law.Vector[T]{N: lengthX, Inc: inc[0], Data: x}
	if len(operands) > 1 {
		y = operands[1]
		v.Y = law.Vector[T]{N: lengthY, Inc: inc[1], Data: y}
	}
	return v, a, x, y
}

// vectors returns the library's routines on vectors, called by do in a process in which the
// library uses that many threads.
func vectors[T float32 | float64](do caller, threads int) law.VectorRoutine[T] {
	return func(v law.VectorCall[T], a, x, y []T) T {
		c := Call{Routine: typed[T](string(v.Operation)), Sizes: []int{v.N, v.X.Inc}, Threads: threads}
		operands := [][]byte{memory(x)}
		switch v.Operation {
		case law.OpGemv:
			c.Flags, c.Sizes, c.Factors = []bool{v.TransA}, []int{v.M, v.N, v.A.LD, v.X.Inc, v.Y.Inc}, []float64{float64(v.Alpha), float64(v.Beta)}
			operands = [][]byte{memory(a), memory(x), memory(y)}
		case law.OpAxpy:
			c.Factors = []float64{float64(v.Alpha)}
			fallthrough
		case law.OpDot:
			c.Sizes, operands = append(c.Sizes, v.Y.Inc), append(operands, memory(y))
		}
		value := do(c, operands...)
		if v.Operation == law.OpAmax {
			return T(value)
		}
		return fromBits[T](value)
	}
}

// A vectorOutcome is a call of a routine on vectors with its result.
type vectorOutcome[T float32 | float64] struct {
	law.VectorCall[T]
	result []T
}

func vectorOutcomeOf[T float32 | float64](m Made) vectorOutcome[T] {
	v, _, _, _ := vectorCall(m.Call, operandElements[T](m.Call))
	r := []T{fromBits[T](m.Answer.Value)}
	switch v.Operation {
	case law.OpAmax:
		r[0] = T(m.Answer.Value)
	case law.OpAxpy, law.OpGemv:
		y := v.Y
		y.Data = elements[T](m.Answer.Operands[len(m.Answer.Operands)-1])
		r = y.Values()
	}
	return vectorOutcome[T]{v, r}
}

func (o vectorOutcome[T]) got() []T { return o.result }

func (o vectorOutcome[T]) element(i int) int {
	if o.Operation == law.OpAxpy || o.Operation == law.OpGemv {
		return o.Y.Index(i)
	}
	return 0
}

func (o vectorOutcome[T]) specified(name string) []T {
	switch {
	case o.Operation == law.OpGemv && o.X.N == 0: // netlib's leaves y without beta
		return slices.Clone(o.result)
	case name == "open-increments":
		return o.Netlib()
	}
	return o.Specified()
}

func (o vectorOutcome[T]) exact(law string) (exact, bound []*big.Float) {
	if law == "norm-range" {
		return o.NormRange()
	}
	return o.Exact()
}

// inputs are all numbers of the call: only the same element of another call is computed from them.
func (o vectorOutcome[T]) inputs(int, string) [][]byte {
	y := o.Y.Values()
	if o.Operation == law.OpGemv && o.Beta == 0 {
		y = nil
	}
	var a []T
	for i := range o.A.Rows {
		a = append(a, o.A.Data[i*o.A.LD:][:o.A.Cols]...)
	}
	return [][]byte{memory(slices.Concat([]T{o.Alpha, o.Beta}, a, o.X.Values(), y))}
}
