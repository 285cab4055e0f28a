package pipeline

import (
	"strings"

	"github.com/lossglass/lossglass/simd/emulate"
)

// Line is the size of a cache line in bytes.
const Line = 64

// A unit executes instructions: each occupies it for some cycles or a part of one.
type unit struct {
	first int // no cycle before it has room
	slots [1 << 12]slot
}

// A slot is a cycle of a unit.
type slot struct {
	cycle int
	used  float64
}

// take occupies the unit for so many cycles, in the first that have room from a time on, and
// returns when that begins. Nothing will be taken from a time before now.
func (u *unit) take(now, from, cycles float64) (begins float64) {
	const none = 1e-9
	begins = from
	begun := false
	u.first = max(u.first, int(now))
	for c := max(int(from), u.first); cycles > none; c++ {
		s := &u.slots[c%len(u.slots)]
		if s.cycle != c {
			*s = slot{cycle: c}
		}
		room := 1 - s.used
		if room > none {
			if !begun {
				begins, begun = max(from, float64(c)), true
			}
			part := min(room, cycles)
			s.used += part
			cycles -= part
		}
		if c == u.first && s.used >= 1-none {
			u.first++
		}
	}
	return begins
}

// A cache keeps the lines of each set that were used last.
type cache struct {
	ways  int
	sets  uintptr
	lines []cached
}

// A cached is a line in a cache. It may still be on its way.
type cached struct {
	line   uintptr // 0 if there is none
	arrive float64
}

func newCache(bytes int64, ways int) cache {
	sets := max(1, bytes/Line/int64(ways))
	return cache{ways, uintptr(sets), make([]cached, sets*int64(ways))}
}

// use makes a line the last used one of its set, and returns it. found is false if it was not
// in the cache, and takes the place of another one now.
func (c *cache) use(line uintptr) (entry *cached, found bool) {
	first := int(line%c.sets) * c.ways
	set := c.lines[first : first+c.ways]
	if set[0].line == line {
		return &set[0], true
	}
	i := 1
	for i < len(set)-1 && set[i].line != line {
		i++
	}
	i = min(i, len(set)-1)
	here := set[i]
	found = here.line == line
	copy(set[1:i+1], set[:i])
	if !found {
		here = cached{line: line}
	}
	set[0] = here
	return &set[0], found
}

// fetch makes a line the last used one of all caches. If at is not nil, the line is needed then,
// and fetch returns when its data are there.
func (s *state) fetch(line uintptr, write bool, at *float64) (there float64) {
	entry, found := s.caches[0].use(line)
	if !found {
		entry.arrive = s.transfer(1, line, write, at)
	}
	if at == nil {
		return 0
	}
	return max(*at+s.Levels[0].Latency, entry.arrive)
}

// transfer brings a line into the caches from a level on, and returns when it arrives.
func (s *state) transfer(first int, line uintptr, write bool, at *float64) (arrives float64) {
	from := first
	for from < len(s.caches) {
		if _, found := s.caches[from].use(line); found {
			break
		}
		from++
	}
	from = min(from, len(s.Levels)-1)
	ahead := from > 1 && s.recent.follows(line)
	if at == nil {
		return 0
	}
	latency := s.Levels[from].Latency
	if ahead {
		latency = s.Levels[1].Latency
	}
	for l := first; l <= from; l++ {
		cycles := s.Levels[l].Line
		if write {
			cycles = s.Levels[l].Store
		}
		s.lines[l] += cycles
		arrives = max(arrives, s.supply[l].take(s.now, *at, cycles)+latency)
	}
	return arrives
}

// prefetch brings a line near: into the first-level cache, or into the second if the
// instruction says so.
func (s *state) prefetch(step *emulate.Step, line uintptr, at *float64) {
	if strings.HasSuffix(step.Op, "T1") && len(s.caches) > 1 {
		if _, found := s.caches[1].use(line); !found {
			s.transfer(2, line, false, at)
		}
		return
	}
	s.fetch(line, false, at)
}

// lineList are some lines that were fetched last.
type lineList struct {
	lines [32]uintptr
	next  int
}

// follows reports whether one of the lines is a neighbour of a line, and adds that line.
func (l *lineList) follows(line uintptr) bool {
	found := false
	for _, before := range l.lines {
		found = found || before == line-1 || before == line+1
	}
	l.lines[l.next%len(l.lines)] = line
	l.next++
	return found
}
