package proof

import "fmt"

// An assumption says how the comparisons with one constant turn out on which a kernel branches. It is made
// comparison by comparison, of the terms in the order in which they are compared first, so that what follows from it
// is known of those terms alone.
type assumption struct {
	constant uint64
	outcome  func(n int) bool // of the nth term that is compared with the constant
	text     string           // for messages: for which terms the comparison holds
}

// decision is how a comparison of one term with the constant of the assumption turned out.
type decision struct {
	op    operation
	holds bool
}

// decide returns the outcome that is assumed of a op b, if there is an assumption about it. Of a term, only
// the kind of comparison that is made first is decided: one outcome for both a < b and a <= b would leave out a = b.
func (t *Terms) decide(op operation, a, b Term) (holds, ok bool) {
	if t.assumed == nil || op != less && op != lessOrEqual || !t.isConst(b, t.assumed.constant) {
		return false, false
	}
	d, known := t.decided[a]
	if !known {
		d = decision{op, t.assumed.outcome(len(t.decided))}
		t.decided[a] = d
	}
	return d.holds, d.op == op
}

// notSmall reports whether it was decided that a number is not below the smallest numerator that a kernel divides
// without a division instruction: either not p < c, or not p <= c.
func (t *Terms) notSmall(p Term) bool {
	d, known := t.decided[p]
	return known && !d.holds && t.assumed.constant == smallest
}

// smallNumerators are the assumptions about the numerators of a softmax: none is small, all are, and in about every
// other vector exactly one. Of those vectors, the small lane is another one each time, and the first is given.
func smallNumerators(first int) []*assumption {
	const lanes = 16
	const apart = 2*lanes + 1
	text := fmt.Sprintf("x < %#x", smallest)
	return []*assumption{
		{smallest, func(int) bool { return false }, text + " for no numerator"},
		{smallest, func(int) bool { return true }, text + " for every numerator"},
		{smallest, func(n int) bool { return n%apart == first%apart }, fmt.Sprintf("%s for one of each %d numerators, the first of which is number %d", text, apart, first%apart)},
	}
}
