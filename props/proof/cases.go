package proof

import (
	"math"
	"slices"

	"github.com/lossglass/lossglass/simd/emulate"
)

// This file proves that two functions of one number are equal, which choose in different ways what to compute where
// both ways give the same: case by case.

// numbersOf are the values of a variable x that are one case: all NaNs, or all numbers from least to most. A zero
// among them is a case of its own, and of one sign.
type numbersOf struct {
	x           Term
	nan         bool
	least, most float32
}

// equalInCases reports whether two terms are the same, but for the bits of a NaN, in each case of the only
// variable that they have, a float32 number. The cases are the constants that it is compared with, the ranges between them,
// and NaN.
func (t *Terms) equalInCases(want, got Term) bool {
	x, limits, ok := t.limits(want, got)
	if !ok {
		return false
	}
	defer func() { t.here = nil }()
	for _, c := range cases(x, limits) {
		t.here = &c
		known := map[Term]Term{}
		w, g := t.inCase(want, known), t.inCase(got, known)
		if w != g && !(t.isNaNConstant(w) && t.isNaNConstant(g)) {
			return false
		}
	}
	return true
}

func (t *Terms) isNaNConstant(v Term) bool {
	return t.nodes[v].op == constant && t.nodes[v].width == 32 && math.IsNaN(t.float32(v))
}

// limits returns the variable of terms and the constants that it is compared with. ok is false if they have several, or one of another type.
func (t *Terms) limits(terms ...Term) (x Term, limits []float32, ok bool) {
	seen := map[Term]bool{}
	for len(terms) > 0 {
		v := terms[len(terms)-1]
		terms = terms[:len(terms)-1]
		if seen[v] {
			continue
		}
		seen[v] = true
		n := t.nodes[v]
		if n.op == variable {
			if x != 0 || n.width != 32 {
				return 0, nil, false
			}
			x = v
		}
		if n.op == less || n.op == lessOrEqual || n.op == equal {
			for _, o := range [2]Term{n.a, n.b} {
				if c := t.nodes[o]; c.op == constant && c.width == 32 && !math.IsNaN(t.float32(o)) {
					limits = append(limits, float32(t.float32(o)))
				}
			}
		}
		terms = append(terms, n.operands()...)
	}
	return x, limits, x != 0
}

// cases returns the cases of x: every float32 value is in one of them.
func cases(x Term, limits []float32) []numbersOf {
	infinity := float32(math.Inf(1))
	limits = append(limits, 0, infinity)
	slices.Sort(limits)
	all := []numbersOf{{x: x, nan: true}}
	next := -infinity
	for _, limit := range slices.Compact(limits) { // -0 == 0
		if next < limit {
			all = append(all, numbersOf{x: x, least: next, most: math.Nextafter32(limit, -infinity)})
		}
		all = append(all, numbersOf{x: x, least: limit, most: limit})
		if limit == 0 {
			all = append(all, numbersOf{x: x, least: -limit, most: -limit})
		}
		next = math.Nextafter32(limit, infinity)
	}
	return all
}

// inCase returns a term, simplified by what is known of the variable here. known remembers results.
func (t *Terms) inCase(v Term, known map[Term]Term) Term {
	if result, ok := known[v]; ok {
		return result
	}
	n := t.nodes[v]
	var o [3]Term
	for i, operand := range n.operands() {
		o[i] = t.inCase(operand, known)
	}
	result := v
	switch {
	case n.op == variable && !t.here.nan && t.here.least == t.here.most:
		result = t.Const(32, uint64(math.Float32bits(t.here.least)))
	case n.op == constant || n.op == variable:
	case n.op == relu:
		result = t.choose(t.compare(lessOrEqual, o[0], t.Const(32, 0)), t.Const(32, 0), o[0])
	case n.op == unordered:
		result = t.isNaN(o[0])
	case n.op == less || n.op == lessOrEqual || n.op == equal:
		result = t.Compare(int(t.nodes[n.a].width), map[operation]emulate.Predicate{less: 1, lessOrEqual: 2, equal: 0}[n.op], o[0], o[1])
	case n.op == largest:
		result = t.operate(largest, o[0], o[1], 0)
	default:
		switch len(n.operands()) {
		case 1:
			result = t.Unary(emulate.Op(n.op), o[0])
		case 2:
			result = t.Binary(emulate.Op(n.op), o[0], o[1])
		default:
			result = t.Ternary(emulate.Op(n.op), o[0], o[1], o[2])
		}
	}
	known[v] = result
	return result
}

// decides returns how the comparison of two terms turns out, if one is x, the other a constant, and it turns out the same
// for all numbers of the case.
func (c *numbersOf) decides(t *Terms, op operation, a, b Term) (outcome, ok bool) {
	if c == nil || (a != c.x || t.nodes[b].op != constant) && (b != c.x || t.nodes[a].op != constant) {
		return false, false
	}
	holds := func(x float32) bool {
		p, q := float64(x), float64(x)
		if a == c.x {
			q = t.float32(b)
		} else {
			p = t.float32(a)
		}
		switch op {
		case less:
			return p < q
		case lessOrEqual:
			return p <= q
		default:
			return p == q
		}
	}
	if c.nan {
		return false, true
	}
	// Each comparison changes once, at the constant, or, of equality, is false on both sides of it.
	limit := float32(t.float32(a))
	if a == c.x {
		limit = float32(t.float32(b))
	}
	if c.least < c.most && c.least <= limit && limit <= c.most {
		return false, false
	}
	return holds(c.least), true
}

// scaled returns x 2^k, where that adds k to the exponent of x: for all x of the case, x and x 2^k are positive normal
// numbers.
func (t *Terms) scaled(a, b Term) (Term, bool) {
	if t.here == nil {
		return 0, false
	}
	if b == t.here.x {
		a, b = b, a
	}
	factor, known := t.Bits(b)
	if a != t.here.x || !known || t.here.nan || factor < one || factor >= infinity || factor<<9&allOnes != 0 || t.here.least < 0x1p-126 {
		return 0, false
	}
	if most := float64(t.here.most) * t.float32(b); most > math.MaxFloat32 {
		return 0, false
	}
	return t.Binary(emulate.IntAdd, a, t.Const(32, factor-one)), true // by 2^23 k: factor has the exponent k more than 1
}

// exponent returns (x + z) >> 23 as (x + the low 23 bits of z) >> 23 plus the other bits of z, which is the same where
// x + z is below 2^32: x is not negative in this case, and z below 2^31.
func (t *Terms) exponent(a, b Term) (Term, bool) {
	const width = 23
	x, z, ok := t.plus(a)
	if !ok || t.here == nil || x != t.here.x || !t.isConst(b, width) || t.here.nan || t.here.least <= 0 || z>>31 != 0 || z>>width == 0 {
		return 0, false
	}
	low := t.Binary(emulate.IntAdd, x, t.Const(32, z&(1<<width-1)))
	return t.Binary(emulate.IntAdd, t.Binary(emulate.ShiftR, low, b), t.Const(32, z>>width)), true
}
