package proof

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/simd/emulate"
)

// ops are the operations of a domain: the widths of their operands and of their result.
var ops = []struct {
	op     emulate.Op
	widths []int
	result int
}{
	{emulate.Low, []int{64}, 32}, {emulate.High, []int{64}, 32}, {emulate.SignBit, []int{32}, 1}, {emulate.Spread, []int{1}, 32}, {emulate.Not1, []int{1}, 1},
	{emulate.IntToFloat, []int{32}, 32}, {emulate.FloatToDouble, []int{32}, 64}, {emulate.Join, []int{32, 32}, 64},
	{emulate.Add32, []int{32, 32}, 32}, {emulate.Add64, []int{64, 64}, 64}, {emulate.Sub32, []int{32, 32}, 32}, {emulate.Sub64, []int{64, 64}, 64},
	{emulate.Mul32, []int{32, 32}, 32}, {emulate.Mul64, []int{64, 64}, 64}, {emulate.Div32, []int{32, 32}, 32}, {emulate.Div64, []int{64, 64}, 64},
	{emulate.Min32, []int{32, 32}, 32}, {emulate.Min64, []int{64, 64}, 64}, {emulate.Max32, []int{32, 32}, 32}, {emulate.Max64, []int{64, 64}, 64},
	{emulate.Maximum32, []int{32, 32}, 32}, {emulate.Maximum64, []int{64, 64}, 64}, {emulate.Minimum32, []int{32, 32}, 32}, {emulate.Minimum64, []int{64, 64}, 64},
	{emulate.IntAdd, []int{32, 32}, 32}, {emulate.IntSub, []int{32, 32}, 32}, {emulate.IntEq, []int{32, 32}, 1},
	{emulate.And, []int{32, 32}, 32}, {emulate.AndNot, []int{32, 32}, 32}, {emulate.Or, []int{32, 32}, 32}, {emulate.Xor, []int{32, 32}, 32},
	{emulate.And1, []int{1, 1}, 1}, {emulate.Or1, []int{1, 1}, 1}, {emulate.Xor1, []int{1, 1}, 1},
	{emulate.FMA32, []int{32, 32, 32}, 32}, {emulate.FMS32, []int{32, 32, 32}, 32}, {emulate.FNMA32, []int{32, 32, 32}, 32}, {emulate.FNMS32, []int{32, 32, 32}, 32},
	{emulate.FMA64, []int{64, 64, 64}, 64}, {emulate.FMS64, []int{64, 64, 64}, 64}, {emulate.FNMA64, []int{64, 64, 64}, 64}, {emulate.FNMS64, []int{64, 64, 64}, 64},
	{emulate.Select, []int{1, 32, 32}, 32}, {emulate.Select, []int{1, 64, 64}, 64}, {emulate.Select, []int{1, 1, 1}, 1}, {emulate.BitSelect, []int{32, 32, 32}, 32},
}

// constants are those that identities are about, and others.
var constants = map[int][]uint64{
	1:  {0, 1},
	32: {0, 1 << 31, allOnes, one, 1, 31, 0xbf800000, 0x7f800000, 0x7fc00000, 0x00000001},
	64: {0, 1 << 63, 1<<64 - 1, 0x3ff0000000000000, 0x7ff0000000000000, 0x7ff8000000000000, 1},
}

// Whatever operations build a term, its value is what these operations compute of the values of
// the variables, but for the bits of a NaN. With an assumption, those of variables that satisfy it.
func TestIdentities(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		terms, d := NewTerms(), emulate.Concrete{}
		type pair struct {
			term  Term
			value uint64
		}
		pool := map[int][]pair{}
		variables := map[Term]uint64{}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		for width, known := range constants {
			for _, bits := range known {
				pool[width] = append(pool[width], pair{terms.Const(width, bits), bits})
			}
			if width == 1 {
				continue
			}
			for i := range 4 {
				v := terms.Var(width, fmt.Sprintf("x%d", i))
				variables[v] = kind{special: true, scale: 1}.value(random, width, 0)
				pool[width] = append(pool[width], pair{v, variables[v]})
			}
		}
		if random.IntN(2) == 0 { // with an assumption, of a variable that satisfies it
			p, s := &pool[32][len(constants[32])], &pool[32][len(constants[32])+1]
			p.value = uint64(math.Float32bits(float32(math.Exp2(-80 * random.Float64()))))
			s.value = uint64(math.Float32bits(float32(math.Exp2(24 * random.Float64()))))
			variables[p.term], variables[s.term] = p.value, s.value
			small := d.Compare(32, 1, p.value, smallest)
			terms.assumed = &assumption{smallest, func(n int) bool {
				if n > 0 {
					panic("another term is compared")
				}
				return small == 1
			}, ""}
			pool[1] = append(pool[1], pair{terms.Compare(32, 1, p.term, terms.Const(32, smallest)), small})
			inverse := pair{terms.Binary(emulate.Div32, terms.Const(32, one), s.term), d.Binary(emulate.Div32, one, s.value)}
			q := pair{terms.Binary(emulate.Mul32, p.term, inverse.term), d.Binary(emulate.Mul32, p.value, inverse.value)}
			r := pair{terms.Ternary(emulate.FNMA32, q.term, s.term, p.term), d.Ternary(emulate.FNMA32, q.value, s.value, p.value)}
			quotient := pair{terms.Ternary(emulate.FMA32, r.term, inverse.term, q.term), d.Ternary(emulate.FMA32, r.value, inverse.value, q.value)}
			if isDivision := terms.is(quotient.term, emulate.Div32); isDivision == (small == 1) {
				rt.Fatalf("%#x / %#x: a division, %v", p.value, s.value, isDivision)
			}
			if got := terms.evaluate(quotient.term, variables, map[Term]uint64{}); got != quotient.value {
				rt.Fatalf("%#x / %#x: %#x, but the operations give %#x", p.value, s.value, got, quotient.value)
			}
			pool[32] = append(pool[32], inverse, q, r, quotient)
		}
		unary := func(op emulate.Op, width int, a pair) {
			pool[width] = append(pool[width], pair{terms.Unary(op, a.term), d.Unary(op, a.value)})
		}
		for i := range 2 { // what many identities are about: halves, masks, choices
			x := pool[64][len(constants[64])+i:]
			unary(emulate.Low, 32, x[0])
			unary(emulate.High, 32, x[0])
			is := pair{terms.Compare(64, 1, x[0].term, x[1].term), d.Compare(64, 1, x[0].value, x[1].value)}
			pool[1] = append(pool[1], is)
			unary(emulate.Spread, 32, is)
			pool[64] = append(pool[64], pair{terms.Ternary(emulate.Select, is.term, x[0].term, x[1].term), d.Ternary(emulate.Select, is.value, x[0].value, x[1].value)})
		}
		for range 4 { // shifts of integers, and of what was shifted before
			x, y := pool[32][random.IntN(len(pool[32]))], pool[32][random.IntN(len(pool[32]))]
			binary := func(op emulate.Op, a, b pair) pair {
				return pair{terms.Binary(op, a.term, b.term), d.Binary(op, a.value, b.value)}
			}
			by := func(n int) pair { return pair{terms.Const(32, uint64(n)), uint64(n)} }
			right := []emulate.Op{emulate.ShiftR, emulate.ShiftRA}
			dropped := 1 + random.IntN(30)
			half := binary(right[random.IntN(2)], x, by(max(1, dropped-1+random.IntN(3))))
			sum := binary([]emulate.Op{emulate.IntAdd, emulate.IntSub}[random.IntN(2)], y, half)
			pool[32] = append(pool[32], half, binary(emulate.ShiftL, half, by(dropped)), binary(emulate.ShiftL, sum, by(dropped)), binary(right[random.IntN(2)], sum, by(dropped)))
			for _, p := range pool[32][len(pool[32])-4:] {
				if got := terms.evaluate(p.term, variables, map[Term]uint64{}); got != p.value {
					rt.Fatalf("%s is %#x, but the operations give %#x", terms.String(p.term, 6), got, p.value)
				}
			}
		}
		for range 40 {
			pick := func(width int) pair {
				from := pool[width]
				if n := len(from); random.IntN(2) == 0 && n > 12 { // a recent one
					return from[n-1-random.IntN(12)]
				}
				return from[random.IntN(len(from))]
			}
			var result pair
			width := 1
			if i := random.IntN(len(ops) + 8); i < len(ops) {
				o := ops[i]
				width = o.result
				var args []pair
				for _, w := range o.widths {
					args = append(args, pick(w))
				}
				switch len(args) {
				case 1:
					result = pair{term: terms.Unary(o.op, args[0].term), value: d.Unary(o.op, args[0].value)}
				case 2:
					result = pair{term: terms.Binary(o.op, args[0].term, args[1].term), value: d.Binary(o.op, args[0].value, args[1].value)}
				default:
					result = pair{term: terms.Ternary(o.op, args[0].term, args[1].term, args[2].term), value: d.Ternary(o.op, args[0].value, args[1].value, args[2].value)}
				}
			} else {
				w, p := 32<<random.IntN(2), emulate.Predicate(random.IntN(32))
				a, b := pick(w), pick(w)
				result = pair{term: terms.Compare(w, p, a.term, b.term), value: d.Compare(w, p, a.value, b.value)}
			}
			got := terms.evaluate(result.term, variables, map[Term]uint64{})
			if width > 1 && bothNaN(got, result.value, width) {
				continue // its bits are not those that the term states, and what uses them is not either
			}
			if got != result.value {
				rt.Fatalf("%s is %#x, but the operations give %#x", terms.String(result.term, 6), got, result.value)
			}
			pool[width] = append(pool[width], result)
		}
	})
}

// evaluate returns the value of a term, given those of the variables.
func (t *Terms) evaluate(v Term, variables, known map[Term]uint64) uint64 {
	if bits, ok := known[v]; ok {
		return bits
	}
	n := t.nodes[v]
	var args [3]uint64
	for i, operand := range n.operands() {
		args[i] = t.evaluate(operand, variables, known)
	}
	d, width := emulate.Concrete{}, int(t.nodes[n.a].width)
	var bits uint64
	switch {
	case n.op == constant:
		bits = n.bits
	case n.op == variable:
		bits = variables[v]
	case n.op == relu:
		if bits = args[0]; d.Compare(width, 2, bits, 0) == 1 {
			bits = 0
		}
	case n.op == unordered:
		bits = d.Compare(width, 3, args[0], args[0])
	case n.op == less || n.op == lessOrEqual || n.op == equal:
		bits = d.Compare(width, map[operation]emulate.Predicate{less: 1, lessOrEqual: 2, equal: 0}[n.op], args[0], args[1])
	default:
		switch len(n.operands()) {
		case 1:
			bits = d.Unary(emulate.Op(n.op), args[0])
		case 2:
			bits = d.Binary(emulate.Op(n.op), args[0], args[1])
		default:
			bits = d.Ternary(emulate.Op(n.op), args[0], args[1], args[2])
		}
	}
	known[v] = bits
	return bits
}

// The terms that quotient recognises have the value of a division, for the numbers that it
// names: those of a softmax.
func TestQuotient(t *testing.T) {
	terms := NewTerms()
	terms.assumed = smallNumerators(0)[0]
	p, s := terms.Var(32, "p"), terms.Var(32, "s")
	inverse := terms.Binary(emulate.Div32, terms.Const(32, one), s)
	step := func(d func(op emulate.Op, operands ...any) any, p, s, inverse any) any {
		q := d(emulate.Mul32, p, inverse)
		return d(emulate.FMA32, d(emulate.FNMA32, q, s, p), inverse, q)
	}
	symbolic := func(op emulate.Op, x ...any) any {
		if len(x) == 2 {
			return terms.Binary(op, x[0].(Term), x[1].(Term))
		}
		return terms.Ternary(op, x[0].(Term), x[1].(Term), x[2].(Term))
	}
	quotient := terms.Binary(emulate.Div32, p, s)
	compare := func(v Term) { terms.Compare(32, 1, v, terms.Const(32, smallest)) }
	for _, other := range []Term{inverse, s, terms.Const(32, one)} {
		if compare(other); step(symbolic, p, s, inverse) == any(quotient) {
			t.Fatal("a quotient is recognised whose numerator may be small")
		}
	}
	compare(p)
	if got, want := step(symbolic, p, s, inverse), quotient; got != any(want) {
		t.Fatalf("the quotient is not recognised: %s", terms.String(got.(Term), 4))
	}
	d := emulate.Concrete{}
	concrete := func(op emulate.Op, x ...any) any {
		if len(x) == 2 {
			return d.Binary(op, x[0].(uint64), x[1].(uint64))
		}
		return d.Ternary(op, x[0].(uint64), x[1].(uint64), x[2].(uint64))
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		x := uint64(math.Float32bits(float32(math.Exp2(-64 * random.Float64()))))
		y := uint64(math.Float32bits(float32(math.Exp2(24 * random.Float64()))))
		if got, want := step(concrete, x, y, d.Binary(emulate.Div32, one, y)), d.Binary(emulate.Div32, x, y); got != any(want) {
			t.Fatalf("%#x / %#x is %#x, the step gives %#x", x, y, want, got)
		}
	}
}
