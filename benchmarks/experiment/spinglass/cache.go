package spinglass

import "sync"

// A cache shares disorder samples between the units that use them at the same time or one
// after the other.
type cache struct {
	draw func(n, disorder int) *disorderSample

	mu      sync.Mutex
	entries map[[2]int]*entry // by size and disorder
}

type entry struct {
	users int
	get   func() *disorderSample
}

// acquire returns a disorder sample, which it draws unless it is cached. The caller calls
// release when it no longer needs the sample. Unused samples are dropped when another one
// is drawn, so that there are at most as many samples as running units.
func (c *cache) acquire(n, disorder int) (l *disorderSample, release func()) {
	e := c.use(n, disorder)
	release = func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		e.users--
	}
	return e.get(), release
}

func (c *cache) use(n, disorder int) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [2]int{n, disorder}
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
		e = &entry{get: sync.OnceValue(func() *disorderSample { return c.draw(n, disorder) })}
		c.entries[key] = e
	}
	e.users++
	return e
}
