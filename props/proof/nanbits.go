package proof

import (
	"fmt"

	"github.com/lossglass/lossglass/simd/emulate"
)

// This file finds where the bits of a NaN might decide a result. A sum or product of two NaNs has the bits of the
// first on amd64, so that a + b = b + a, which the identities use, holds for the bits only where the result is not NaN. If
// an operation on integers takes such bits, its result may be another number.

// reviewed are the kernels that use the bits of floating-point results as integers, and yet return NaN where these are
// NaN, as somebody has read in their code: e^x and log x end with a product or a choice that is NaN if x is.
var reviewed = map[string]bool{"Exp": true, "Log": true, "SoftmaxGrad": true, "LossSum": true}

// checkBits returns an error if a term uses the bits of a floating-point result as an integer, and the kernel is not
// reviewed.
func (t *Terms) checkBits(kernel string) error {
	if reviewed[kernel] {
		return nil
	}
	for v := range t.nodes {
		if t.usesBits(Term(v)) {
			return fmt.Errorf("proof: %s uses the bits of a floating-point result as an integer, which may be those of one NaN or another: %s. It is not proved until it is reviewed", kernel, t.String(Term(v), 4))
		}
	}
	return nil
}

// usesBits reports whether v is an operation on integers, of which an operand may be a NaN that an operation made. To change
// the sign of a number leaves a NaN one.
func (t *Terms) usesBits(v Term) bool {
	n := &t.nodes[v]
	if _, isNegation := t.negated(v); isNegation || !onIntegers[n.op] {
		return false
	}
	for _, operand := range n.operands() {
		if t.mayBeMadeNaN(operand) {
			return true
		}
	}
	return false
}

var onIntegers = map[operation]bool{}

// makesNaN are the operations that may return another NaN if their operands change places.
var makesNaN = map[operation]bool{relu: true, largest: true}

func init() {
	for _, op := range []emulate.Op{emulate.SignBit, emulate.IntAdd, emulate.IntSub, emulate.IntEq, emulate.And, emulate.AndNot, emulate.Or, emulate.Xor,
		emulate.ShiftL, emulate.ShiftR, emulate.ShiftRA, emulate.BitSelect, emulate.IntToFloat} {
		onIntegers[operation(op)] = true
	}
	for _, op := range []emulate.Op{emulate.Add32, emulate.Sub32, emulate.Mul32, emulate.Div32, emulate.Add64, emulate.Sub64, emulate.Mul64, emulate.Div64,
		emulate.Maximum32, emulate.Minimum32, emulate.Maximum64, emulate.Minimum64,
		emulate.FMA32, emulate.FMS32, emulate.FNMA32, emulate.FNMS32, emulate.FMA64, emulate.FMS64, emulate.FNMA64, emulate.FNMS64} {
		makesNaN[operation(op)] = true
	}
}

// mayBeMadeNaN reports whether v, or what it may be a choice or a half of, is such a NaN.
func (t *Terms) mayBeMadeNaN(v Term) bool {
	n := &t.nodes[v]
	switch {
	case makesNaN[n.op]:
		return true
	case t.is(v, emulate.Select):
		return t.mayBeMadeNaN(n.b) || t.mayBeMadeNaN(n.c)
	case t.is(v, emulate.Low), t.is(v, emulate.High), t.is(v, emulate.FloatToDouble):
		return t.mayBeMadeNaN(n.a)
	case t.is(v, emulate.Join):
		return t.mayBeMadeNaN(n.a) || t.mayBeMadeNaN(n.b)
	}
	if x, ok := t.negated(v); ok {
		return t.mayBeMadeNaN(x)
	}
	return false
}
