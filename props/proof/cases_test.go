package proof

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/simd/emulate"
)

// What a term is simplified to in a case has the same value for every number of the case.
func TestCases(t *testing.T) {
	limits := []float32{0, 1, -1, 0x1p-126, 0x1p-126 - 0x1p-149, 3, float32(math.Inf(1)), float32(math.Inf(-1))}
	binary := []emulate.Op{emulate.Mul32, emulate.Mul32, emulate.Add32, emulate.Sub32, emulate.IntAdd, emulate.IntAdd, emulate.IntSub, emulate.And, emulate.Max32, emulate.Maximum32}
	rapid.Check(t, func(rt *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		terms := NewTerms()
		x := terms.Var(32, "x")
		float := func(f float32) Term { return terms.Const(32, uint64(math.Float32bits(f))) }
		known := []Term{float(limits[random.IntN(len(limits))]), float(0x1p23), float(2)}
		for _, integer := range []uint64{23 << 23, 0x004afb0d, 0xc04afb0d, 1<<23 - 1, 0x00550055} {
			known = append(known, terms.Const(32, integer))
		}
		pool := []Term{x, x, x}
		pick := func() Term {
			if n := random.IntN(2 * len(pool)); n < len(pool) {
				return pool[n]
			}
			return known[random.IntN(len(known))]
		}
		for range 16 {
			switch random.IntN(5) {
			case 0:
				bit := terms.Compare(32, emulate.Predicate(random.IntN(16)), pick(), pick())
				pool = append(pool, terms.Ternary(emulate.Select, bit, pick(), pick()))
			case 1: // which the identities are about
				sum := terms.Binary(emulate.IntAdd, x, known[3+random.IntN(5)])
				pool = append(pool, terms.Binary(emulate.ShiftR, sum, terms.Const(32, 23)), terms.Binary(emulate.And, sum, known[3+random.IntN(5)]))
			case 2:
				shift := func(op emulate.Op, v Term, by int) Term { return terms.Binary(op, v, terms.Const(32, uint64(by))) }
				right := []emulate.Op{emulate.ShiftR, emulate.ShiftRA}[random.IntN(2)]
				sum := terms.Binary(emulate.IntAdd, pick(), known[3+random.IntN(5)])
				half := shift(right, sum, 1+random.IntN(24))
				rest := terms.Binary(emulate.IntAdd, terms.Binary(emulate.IntSub, sum, half), terms.Const(32, 127))
				pool = append(pool, half, shift(emulate.ShiftL, half, 23), shift(emulate.ShiftL, rest, 23))
			default:
				pool = append(pool, terms.Binary(binary[random.IntN(len(binary))], pick(), pick()))
			}
		}
		for _, c := range cases(x, limits) {
			for _, v := range pool[3:] {
				bits := c.member(random)
				terms.here = &c
				simplified := terms.inCase(v, map[Term]Term{})
				terms.here = nil
				variables, values, before := map[Term]uint64{x: bits}, map[Term]uint64{}, map[Term]uint64{}
				got, want := terms.evaluate(simplified, variables, values), terms.evaluate(v, variables, before)
				if got != want && !bothNaN(got, want, 32) && !terms.usedBitsOfNaN(values) && !terms.usedBitsOfNaN(before) {
					rt.Fatalf("at %#x, %s is %#x, but %s, as it is from %x to %x, is %#x", bits, terms.String(v, 8), want, terms.String(simplified, 8), c.least, c.most, got)
				}
			}
		}
	})
}

// usedBitsOfNaN reports whether an operation on integers took the bits of a NaN that another operation made, given the values of
// terms. Package proof looks for that in kernels, see checkBits.
func (t *Terms) usedBitsOfNaN(values map[Term]uint64) bool {
	for v := range values {
		n := t.nodes[v]
		if !onIntegers[n.op] {
			continue
		}
		for _, o := range n.operands() {
			if makesNaN[t.nodes[o].op] && bothNaN(values[o], values[o], 32) {
				return true
			}
		}
	}
	return false
}

// member draws the bits of a number of the case.
func (c *numbersOf) member(random *rand.Rand) uint64 {
	if c.nan {
		return 0x7fc00000
	}
	if c.least == c.most {
		return uint64(math.Float32bits(c.least))
	}
	least, most := math.Float32bits(c.least), math.Float32bits(c.most)
	if c.least < 0 { // bits ascend with the magnitude
		least, most = most, least
	}
	return uint64(least + uint32(random.Uint64N(uint64(most-least)+1)))
}

// Every number is in a case, and in one only.
func TestCasesCoverAllNumbers(t *testing.T) {
	all := cases(1, []float32{float32(math.Copysign(0, -1)), -1, 2, 2, float32(math.Inf(-1))})
	for _, bits := range []uint32{0, 1 << 31, 1, 1<<31 + 1, 0x3f800000, 0xbf800000, 0xbf800001, 0xbf7fffff, 0x40000000, 0x40000001, 0x7f7fffff, 0x7f800000, 0xff800000, 0xff7fffff, 0x7fc00000, 0xffffffff} {
		x, n := math.Float32frombits(bits), 0
		for _, c := range all {
			sameZero := x != 0 || c.least != 0 || math.Signbit(float64(x)) == math.Signbit(float64(c.least))
			if c.nan && x != x || !c.nan && c.least <= x && x <= c.most && sameZero {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%#x is in %d cases", bits, n)
		}
	}
}

// A function that chooses elsewhere is equal if both choices give the same there, and not if they
// differ for one number or for the sign of a zero.
func TestEqualInCases(t *testing.T) {
	terms := NewTerms()
	spec := numbers[Term]{terms, 32}
	x, y := terms.Var(32, "x"), terms.Var(32, "y")
	log := func(p emulate.Predicate, least float64) Term { // scaled where x is below the least number
		small := terms.Compare(32, p, x, spec.float(least))
		z := spec.logNormal(x, spec.choose(small, spec.mul(x, spec.float(0x1p23)), x), spec.choose(small, spec.integer(150), spec.integer(127)))
		z = spec.choose(spec.less(x, spec.float(0)), spec.integer(0x7fc00000), z)
		return spec.choose(spec.equal(x, spec.float(0)), spec.float(math.Inf(-1)), z)
	}
	const less, lessOrEqual = 1, 2
	for _, c := range []struct {
		name      string
		want, got Term
		equal     bool
	}{
		{"itself", spec.log(x), log(less, 0x1p-126), true},
		{"the smallest normal number is scaled, too", spec.log(x), log(lessOrEqual, 0x1p-126), true},
		{"more numbers are scaled", spec.log(x), log(less, 0x1p105), true},
		{"numbers are scaled that overflow", spec.log(x), log(less, 0x1p106), false},
		{"the largest subnormal number is not scaled", spec.log(x), log(less, 0x1p-126-0x1p-149), true},
		{"a number that has another logarithm is not scaled", spec.log(x), log(less, 0x1p-127), false},
		{"at 1", spec.choose(spec.less(x, spec.float(1)), x, spec.float(1)), spec.choose(spec.lessOrEqual(x, spec.float(1)), x, spec.float(1)), true},
		{"at zero", spec.choose(spec.less(x, spec.float(0)), x, spec.float(0)), spec.choose(spec.lessOrEqual(x, spec.float(0)), x, spec.float(0)), false},
		{"NaN", spec.choose(spec.less(x, spec.float(1)), x, spec.float(1)), spec.smaller(spec.float(1), x), false},
		{"of two variables", spec.choose(spec.less(x, spec.float(1)), y, spec.float(1)), spec.choose(spec.lessOrEqual(x, spec.float(1)), y, spec.float(1)), false},
	} {
		if got := c.want == c.got || terms.equalInCases(c.want, c.got); got != c.equal {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
