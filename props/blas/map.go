package blas

import (
	"math/big"

	"github.com/lossglass/lossglass/props/law"
)

// kernelRoutine returns a kernel as a function that the laws take, called by do.
func kernelRoutine[T float32 | float64](do caller, k Kernel) law.MapRoutine[T] {
	name := k.String()
	return func(m law.MapCall[T], x, y []T) {
		c := Call{Routine: name, Sizes: []int{m.Rows, m.Cols}}
		if m.InPlace {
			do(c, memory(y))
			return
		}
		do(c, memory(x), memory(y))
	}
}

// A mapOutcome is a call of a kernel with its results.
type mapOutcome[T float32 | float64] struct {
	law.MapCall[T]
	results []T
}

func mapOutcomeOf[T float32 | float64](m Made, o law.MapOperation) mapOutcome[T] {
	s, last := m.Call.Sizes, len(m.Call.Operands)-1
	n := s[0] * s[1]
	return mapOutcome[T]{law.MapCall[T]{Operation: o, Rows: s[0], Cols: s[1], InPlace: last == 0, X: elements[T](m.Call.Operands[0].Data)[:n]},
		elements[T](m.Answer.Operands[last])[:n]}
}

func (o mapOutcome[T]) got() []T          { return o.results }
func (o mapOutcome[T]) element(e int) int { return e }

func (o mapOutcome[T]) specified(string) []T { return o.SpecialValues(o.results) }

func (o mapOutcome[T]) exact(law string) (results, bounds []*big.Float) {
	return o.Exact(law == "subnormals")
}

// inputs are an element, or, for a softmax, its row and its place there.
func (o mapOutcome[T]) inputs(e int, law string) [][]byte {
	if o.Operation != "softmax" {
		return [][]byte{memory(o.X[e : e+1])}
	}
	row := append([]T{T(e % o.Cols)}, o.X[e/o.Cols*o.Cols:][:o.Cols]...)
	if law == "shifted" { // by integers, as the difference from one of them says
		first := row[1]
		for j := range row[1:] {
			row[1+j] -= first
		}
	}
	return [][]byte{memory(row)}
}
