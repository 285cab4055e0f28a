package glass

import (
	"sync"

	"github.com/lossglass/lossglass/core/spinglass"
)

// A cache shares glasses between the units that use them at the same time or one
// after the other.
type cache struct {
	mu      sync.Mutex
	entries map[[2]int]*entry // by size and disorder
}

type entry struct {
	users int
	get   func() (*spinglass.Glass, error)
}

// acquire returns a glass, drawn if it is not there; release says that it is not
// needed any more. Glasses that nobody uses make room for a new one, so that at
// most as many are there as units run.
func (c *cache) acquire(n, disorder int, draw func() (*spinglass.Glass, error)) (g *spinglass.Glass, release func(), err error) {
	e := c.enter([2]int{n, disorder}, draw)
	release = func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		e.users--
	}
	if g, err = e.get(); err != nil {
		release()
		return nil, nil, err
	}
	return g, release, nil
}

func (c *cache) enter(key [2]int, draw func() (*spinglass.Glass, error)) *entry {
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
		e = &entry{get: sync.OnceValues(draw)}
		c.entries[key] = e
	}
	e.users++
	return e
}
