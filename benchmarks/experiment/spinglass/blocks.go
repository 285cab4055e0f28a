package spinglass

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// blockSize is the largest number of starts of a disorder that descend together, as one
// unit. The more there are, the smaller the share of the time in which only few of them
// are left. The results do not depend on it.
const blockSize = 512

// A block is some starts of one disorder that descend together.
type block struct {
	n, disorder  int
	first, count int // start numbers
}

func (b block) key() string {
	return fmt.Sprintf("n=%d disorder=%d starts=%d-%d", b.n, b.disorder, b.first, b.first+b.count-1)
}

// parseBlock returns the block of a key. ok is false if it has none.
func parseBlock(key string) (b block, ok bool) {
	var last int
	if _, err := fmt.Sscanf(key, "n=%d disorder=%d starts=%d-%d", &b.n, &b.disorder, &b.first, &last); err != nil {
		return b, false
	}
	b.count = last + 1 - b.first
	return b, b.count > 0 && b.key() == key
}

// unitOf returns the key of the block that a run is of, in a directory that was computed as a
// whole.
func (p Plan) unitOf(line experiment.Line) string {
	start := line.Run % p.Starts
	first := start - start%blockSize
	return block{line.N, line.Run / p.Starts, first, min(blockSize, p.Starts-first)}.key()
}

// blocks returns the blocks of the plan, if the blocks with the given keys are finished: in a
// directory that was extended by starts, the last block of a disorder had fewer than the plan's
// blocks have now. Keys of no part of the plan are left out.
func (p Plan) blocks(finished []string) []block {
	type sample struct{ n, disorder int }
	there := make(map[sample][]block)
	for _, key := range finished {
		if b, ok := parseBlock(key); ok {
			there[sample{b.n, b.disorder}] = append(there[sample{b.n, b.disorder}], b)
		}
	}
	var all []block
	for _, s := range p.Sizes {
		for disorder := range s.Disorders {
			next := 0
			fill := func(end int) {
				for ; next < end; next = min(next+blockSize, end) {
					all = append(all, block{s.N, disorder, next, min(blockSize, end-next)})
				}
			}
			kept := there[sample{s.N, disorder}]
			// The longer of two blocks that begin alike is kept, in whatever order they come.
			slices.SortFunc(kept, func(a, b block) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.count, a.count)) })
			for _, b := range kept {
				if b.first < next || b.first+b.count > p.Starts {
					continue
				}
				fill(b.first)
				all = append(all, b)
				next += b.count
			}
			fill(p.Starts)
		}
	}
	return all
}
