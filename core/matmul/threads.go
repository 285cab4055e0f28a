package matmul

import (
	"runtime"
	"sync"
)

// leastRounds is the work that a thread must have to be worth waking, some ten
// microseconds: the operations of so many rounds of the kernel FMA.
const leastRounds = 4096

// A job is a product divided among goroutines. Jobs are used again, so that repeated
// products of one size allocate nothing.
type job[T number] struct {
	parts []gemmCall[T]
	start []func() // start[i] computes parts[i]
	done  sync.WaitGroup
}

// onThreads computes the product on up to that many threads, with a block of C for each;
// fmaFlops is the set's Probe.FMAFlops.
func (g *gemmCall[T]) onThreads(threads, fmaFlops int) {
	if threads > 1 { // a small product on one thread should not wait for a division
		worthwhile := int64(g.m) * int64(g.n) * int64(g.k) / (leastRounds * int64(fmaFlops))
		threads = int(min(int64(threads), worthwhile))
	}
	if threads <= 1 {
		g.compute()
		return
	}
	j, ok := g.pools.jobs.Get().(*job[T])
	if !ok {
		j = &job[T]{}
	}
	j.run(g, threads)
	g.pools.jobs.Put(j)
}

func (j *job[T]) run(g *gemmCall[T], threads int) {
	j.divide(g, threads)
	j.done.Add(len(j.parts) - 1)
	for i := 1; i < len(j.parts); i++ {
		go j.start[i]()
	}
	// After Gosched one of the new goroutines runs on this thread at once, and the thread
	// that is woken takes this goroutine over. Otherwise the woken thread would first wait
	// some microseconds for the new goroutine to be run here, and the operating system
	// makes that sixty.
	runtime.Gosched()
	j.parts[0].compute()
	j.done.Wait()
	clear(j.parts) // which would keep the matrices alive
}

// divide cuts C into a grid of one block for each thread. Of all grids it takes the one
// with the least m + n of a block: each thread packs the fewest elements.
func (j *job[T]) divide(g *gemmCall[T], threads int) {
	down := 1
	for d := 1; d <= threads; d++ {
		if threads%d == 0 && d <= g.m && g.m/d+g.n*d/threads < g.m/down+g.n*down/threads {
			down = d
		}
	}
	across := min(threads/down, ceil(g.n, g.Cols))
	j.parts = j.parts[:0]
	for r := range down {
		row, m := part(g.m, 1, down, r)
		for s := range across {
			col, n := part(g.n, g.Cols, across, s)
			block := *g
			block.m, block.n = m, n
			block.a, block.b, block.c = g.a.from(row, 0), g.b.from(0, col), g.c.from(row, col)
			j.parts = append(j.parts, block)
		}
	}
	for i := len(j.start); i < len(j.parts); i++ {
		j.start = append(j.start, func() {
			j.parts[i].compute()
			j.done.Done()
		})
	}
}
