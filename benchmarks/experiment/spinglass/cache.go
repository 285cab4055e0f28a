package spinglass

import "sync"

// A cache shares landscapes between the units that use them at the same time or one
// after the other.
type cache struct {
	mu      sync.Mutex
	entries map[[2]int]*entry // by size and disorder
}

type entry struct {
	users int
	get   func() *landscape
}

type drawer func(n, disorder int) *landscape

// acquire returns a landscape, drawn if it is not there; release says that it is
// not needed any more. Those that nobody uses make room for a new one, so that at
// most as many are there as units run.
func (c *cache) acquire(n, disorder int, draw drawer) (l *landscape, release func()) {
	e := c.enter([2]int{n, disorder}, draw)
	release = func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		e.users--
	}
	return e.get(), release
}

func (c *cache) enter(key [2]int, draw drawer) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil {
		for k, old := range c.entries {
			if old.users == 0 {
				delete(c.entries, k)
			}
		}
		if c.entries == nil {
			c.entries = map[[2]int]*entry{}
		}
		e = &entry{get: sync.OnceValue(func() *landscape { return draw(key[0], key[1]) })}
		c.entries[key] = e
	}
	e.users++
	return e
}
