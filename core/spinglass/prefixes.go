package spinglass

// An event is what happens in a step of the walk over the prefixes.
type event int

const (
	enter       event = iota // a prefix of length 1 to p-3 is extended next
	visitFull                // full prefixes that differ in their last index only
	leavePrefix              // all extensions of a prefix of length 0 to p-3 have been visited
)

// A step is one step of the depth-first walk over the prefixes of a glass.
type step struct {
	event  event
	length int // of the prefix
	last   int // its last index, 0 if it is empty
	// For visitFull, the full prefixes have the last indices last, ..., end-1, and
	// couplings holds their packed matrices in this order.
	end       int
	couplings []float64
}

// walk calls visit for each step of the depth-first walk over all prefixes, which
// reaches the full ones in lexicographic order.
func (g *Glass) walk(visit func(step)) {
	if g.p == 2 { // the empty prefix is full
		visit(step{event: visitFull, end: 1, couplings: g.couplings})
		return
	}
	g.walkExtensions(0, 0, g.couplings, visit)
}

// walkExtensions visits all extensions of the prefix with the given length and last
// index, whose couplings come first in the given ones, and returns the others.
func (g *Glass) walkExtensions(length, last int, couplings []float64, visit func(step)) (rest []float64) {
	if length == g.p-3 {
		size := 0
		for a := last; a < g.n; a++ {
			size += packedLen(g.n - a)
		}
		visit(step{visitFull, length + 1, last, g.n, couplings[:size]})
		couplings = couplings[size:]
	} else {
		for i := last; i < g.n; i++ {
			visit(step{event: enter, length: length + 1, last: i})
			couplings = g.walkExtensions(length+1, i, couplings, visit)
		}
	}
	visit(step{event: leavePrefix, length: length, last: last})
	return couplings
}

// A fullPrefix is p-2 sorted indices with their packed matrix.
type fullPrefix struct {
	indices []int
	last    int // the last index, 0 if there are none
	packed  []float64
}

// eachFull calls visit for each full prefix in lexicographic order. The indices are
// valid until visit returns.
func (g *Glass) eachFull(visit func(fullPrefix)) {
	indices := make([]int, g.p-2)
	g.walk(func(s step) {
		switch s.event {
		case enter:
			indices[s.length-1] = s.last
		case visitFull:
			packed := s.couplings
			for last := s.last; last < s.end; last++ {
				if s.length > 0 {
					indices[s.length-1] = last
				}
				size := packedLen(g.n - last)
				visit(fullPrefix{indices, last, packed[:size]})
				packed = packed[size:]
			}
		}
	})
}

// productWithout returns the product of w over the indices of the prefix, leaving out
// positions x and y; -1 leaves out none.
func (u fullPrefix) productWithout(w []float64, x, y int) float64 {
	s := 1.0
	for position, i := range u.indices {
		if position != x && position != y {
			s *= w[i]
		}
	}
	return s
}
