package pipeline

import "github.com/lossglass/lossglass/simd/emulate"

// A predictor predicts conditional jumps: each does what it did most of the last times that the
// same jumps before it, as many as the history has, went the same ways. In a history that is new,
// a jump backwards is predicted to be taken, and one forwards not.
type predictor struct {
	outcomes []uint64 // the last, in turns
	n        int
	hash     uint64          // of all in order, the oldest first
	oldest   uint64          // the factor of the oldest in the hash
	seen     map[uint64]int8 // from 0 to 3, more the more often it was taken; from 2 on it is predicted
}

// factor of the hash, from Knuth's linear congruential generator MMIX.
const factor = 6364136223846793005

func newPredictor(history int) *predictor {
	p := &predictor{outcomes: make([]uint64, history), oldest: 1, seen: map[uint64]int8{}}
	for range history - 1 {
		p.oldest *= factor
	}
	return p
}

// isRight reports whether a jump is predicted right, and remembers what it did.
func (p *predictor) isRight(i, target int, taken bool) bool {
	context := p.hash*factor + uint64(i)
	count, known := p.seen[context]
	if !known {
		count = 1
		if target <= i {
			count = 2
		}
	}
	right := (count >= 2) == taken
	if taken {
		count = min(count+1, 3)
	} else {
		count = max(count-1, 0)
	}
	p.seen[context] = count
	outcome := uint64(2*i + 1)
	if taken {
		outcome++
	}
	last := &p.outcomes[p.n%len(p.outcomes)]
	p.hash = (p.hash-*last*p.oldest)*factor + outcome
	*last = outcome
	p.n++
	return right
}

// isConditional reports whether a step is a jump that is taken or not.
func isConditional(s *emulate.Step) bool { return s.Target >= 0 && s.Op != "JMP" && s.Op != "B" }
