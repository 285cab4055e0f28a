package spinglass

import (
	"context"
	"runtime/debug"
	"sync"
)

// A cache shares disorder samples between the units that use them at the same time or one
// after the other.
type cache struct {
	draw  func(ctx context.Context, n, disorder int) (*disorderSample, error)
	bytes func(n int) float64 // memory of a sample

	mu      sync.Mutex
	entries map[[2]int]*entry // by size and disorder
}

type entry struct {
	users int
	get   func() (*disorderSample, error)
}

// acquire returns a disorder sample, which it draws unless it is cached. The caller calls
// release when it no longer needs the sample. Unused samples are dropped when another one
// is drawn, and their memory is freed before, so that there are at most as many samples in
// memory as running units.
func (c *cache) acquire(ctx context.Context, n, disorder int) (l *disorderSample, release func(), err error) {
	e := c.use(ctx, n, disorder)
	release = func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		e.users--
	}
	if l, err = e.get(); err != nil {
		release()
		return nil, nil, err
	}
	return l, release, nil
}

func (c *cache) use(ctx context.Context, n, disorder int) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [2]int{n, disorder}
	e := c.entries[key]
	if e == nil {
		dropped := 0.0
		for k, old := range c.entries {
			if old.users == 0 {
				delete(c.entries, k)
				dropped += c.bytes(k[0])
			}
		}
		if c.entries == nil {
			c.entries = map[[2]int]*entry{}
		}
		e = &entry{get: sync.OnceValues(func() (*disorderSample, error) {
			// Small samples may wait for the garbage collector.
			if dropped >= 8<<20 {
				debug.FreeOSMemory()
			}
			return c.draw(ctx, n, disorder)
		})}
		c.entries[key] = e
	}
	e.users++
	return e
}
