package proof

import (
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// The bits of a number that an operation may have made NaN are found where an operation on integers takes them, behind
// choices, halves and changes of the sign, and those of data are not.
func TestUsesBits(t *testing.T) {
	terms := NewTerms()
	x, y, wide := terms.Var(32, "x"), terms.Var(32, "y"), terms.Var(64, "wide")
	sum, bit := terms.Binary(emulate.Add32, x, y), terms.compare(less, x, y)
	signBit, one := terms.Const(32, 1<<31), terms.Const(32, 1)
	minus := terms.Binary(emulate.Xor, sum, signBit)
	for _, c := range []struct {
		name string
		v    Term
		want bool
	}{
		{"the sign of a sum", terms.Unary(emulate.SignBit, sum), true},
		{"a shifted sum", terms.Binary(emulate.ShiftL, sum, one), true},
		{"an integer added to a choice of a sum", terms.Binary(emulate.IntAdd, terms.choose(bit, x, sum), one), true},
		{"a half of a sum", terms.Binary(emulate.And, terms.Unary(emulate.High, terms.Binary(emulate.Mul64, wide, wide)), one), true},
		{"the sign of minus a sum", terms.Unary(emulate.SignBit, minus), true},
		{"minus a sum", minus, false},
		{"minus a sum and a number", terms.Binary(emulate.Add32, minus, x), false},
		{"the sign of data", terms.Unary(emulate.SignBit, x), false},
		{"a number of an integer", terms.Unary(emulate.IntToFloat, terms.Binary(emulate.IntAdd, x, one)), false},
		{"an integer of a number of an integer", terms.Binary(emulate.IntAdd, terms.Unary(emulate.IntToFloat, x), one), false},
		{"a comparison", bit, false},
	} {
		if got := terms.usesBits(c.v); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// A kernel that uses such bits is proved only if it is reviewed, and all that are reviewed use them.
func TestReviewed(t *testing.T) {
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	program, err := emulate.Assembly(sets[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, kernel := range sets[0].Kernels() {
		if !reviewed[kernel.Name] {
			continue
		}
		found++
		var last Shape
		for s := range Shapes(sets[0], kernel) {
			if last = s; s.FLOPs() > 0 {
				break
			}
		}
		delete(reviewed, kernel.Name)
		_, err := Prove(program, last)
		reviewed[kernel.Name] = true
		if err == nil || !strings.Contains(err.Error(), "not proved until it is reviewed") {
			t.Errorf("%s without a review: %v", kernel.Name, err)
		}
		if _, err := Prove(program, last); err != nil {
			t.Error(err)
		}
	}
	if found != len(reviewed) {
		t.Errorf("%d of %d kernels", found, len(reviewed))
	}
}
