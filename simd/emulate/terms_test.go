package emulate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// terms is a domain of expressions, written out; those of known bits are numbers.
type terms struct{}

type term struct {
	text  string
	bits  uint64
	known bool
}

var termNames = map[emulate.Op]string{emulate.FMA32: "fma", emulate.FNMA32: "fnma", emulate.Add32: "add", emulate.Mul32: "mul", emulate.Max32: "max",
	emulate.Maximum32: "maximum", emulate.BitSelect: "bits", emulate.And: "and", emulate.Spread: "spread", emulate.Select: "select"}

func (terms) Const(width int, bits uint64) term { return term{fmt.Sprintf("%#x", bits), bits, true} }
func (terms) Bits(v term) (uint64, bool)        { return v.bits, v.known }
func (d terms) Unary(op emulate.Op, a term) term {
	if a.known {
		return d.Const(32, emulate.Concrete{}.Unary(op, a.bits))
	}
	return term{text: termNames[op] + "(" + a.text + ")"}
}
func (d terms) Binary(op emulate.Op, a, b term) term {
	if a.known && b.known {
		return d.Const(32, emulate.Concrete{}.Binary(op, a.bits, b.bits))
	}
	return term{text: termNames[op] + "(" + a.text + "," + b.text + ")"}
}
func (terms) Ternary(op emulate.Op, a, b, c term) term {
	return term{text: termNames[op] + "(" + a.text + "," + b.text + "," + c.text + ")"}
}
func (terms) Compare(width int, p emulate.Predicate, a, b term) term {
	return term{text: fmt.Sprintf("compare%d(%s,%s)", p, a.text, b.text)}
}

// The interpreter executes kernels on terms: for a product of one row, two terms
// deep, every instruction set builds the chain of the contract.
func TestTerms(t *testing.T) {
	for _, isa := range []string{"avx2", "avx512", "neon"} {
		program, err := emulate.Assembly(isa)
		if err != nil {
			t.Fatal(err)
		}
		m := emulate.NewMachine[term](program, terms{})
		place := func(name string, n int, writable bool) (*emulate.Region[term], emulate.Memory) {
			cells := make([]term, n)
			for i := range cells {
				cells[i].text = fmt.Sprintf("%s%d", name, i)
			}
			r := emulate.NewRegion(name, cells, writable, 4)
			return r, emulate.Memory{Address: m.Place(r), Len: n}
		}
		_, a := place("a", 2, false)
		_, b := place("b", 2*3, false)
		c, ofC := place("c", 3, true)
		frame, err := program.Frame("Gemm32", 1, 1, 3, 2, a, 2, 1, b, 3, ofC, 3, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Call("Gemm32", frame); err != nil {
			t.Fatalf("%s: %v", isa, err)
		}
		for j, cell := range c.Cells {
			got := strings.NewReplacer("b"+fmt.Sprint(j)+",a0", "a0,b"+fmt.Sprint(j), "b"+fmt.Sprint(3+j)+",a1", "a1,b"+fmt.Sprint(3+j)).Replace(cell.text) // a product has no order
			if want := fmt.Sprintf("fma(a1,b%d,fma(a0,b%d,c%d))", 3+j, j, j); got != want {
				t.Errorf("%s: c%d = %s, want %s", isa, j, got, want)
			}
		}
	}
}

// An address or a branch that depends on data is an error.
func TestTermsThatDecide(t *testing.T) {
	program, err := emulate.Parse(source(0, load+"MOVL (SI), AX; RET"))
	if err != nil {
		t.Fatal(err)
	}
	m := emulate.NewMachine[term](program, terms{})
	x := emulate.Memory{Address: m.Place(emulate.NewRegion("x", make([]term, 8), true, 0)), Len: 8}
	frame, err := program.Frame("F", 8, x, x, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Call("F", frame); err == nil || !strings.Contains(err.Error(), "depends on data") {
		t.Errorf("the error is %v", err)
	}
}
