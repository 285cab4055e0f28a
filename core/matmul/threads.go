package matmul

import (
	"runtime"
	"sync"
)

// leastTime is how long a thread must have work to repay waking it, in units of
// what the kernels' Peak takes for a round: some ten microseconds.
const leastTime = 4096

// A job is a product shared out among goroutines. It is used again, so that
// products of one size after the other allocate nothing.
type job[T number] struct {
	parts []product[T]
	start []func() // start[i] computes parts[i]
	done  sync.WaitGroup
}

var jobs32, jobs64 sync.Pool

// onThreads computes the product on up to that many threads, each a block of C.
func (p *product[T]) onThreads(threads int, jobs *sync.Pool) {
	if threads > 1 { // a small product on one thread shall not wait for a division
		worthy := int64(p.m) * int64(p.n) * int64(p.k) / p.leastWork
		threads = int(min(int64(threads), worthy))
	}
	if threads <= 1 {
		p.compute()
		return
	}
	j, ok := jobs.Get().(*job[T])
	if !ok {
		j = &job[T]{}
	}
	j.run(p, threads)
	jobs.Put(j)
}

func (j *job[T]) run(p *product[T], threads int) {
	j.share(p, threads)
	j.done.Add(len(j.parts) - 1)
	for i := 1; i < len(j.parts); i++ {
		go j.start[i]()
	}
	// The first of the others goes on here, at once, and the thread that wakes up
	// takes this goroutine over. If it were the other way round, it would wait for
	// some microseconds, in case the other is about to run here; the system makes
	// that sixty.
	runtime.Gosched()
	j.parts[0].compute()
	j.done.Wait()
	clear(j.parts) // which would keep the matrices alive
}

// share cuts C into blocks, the fewest packed elements for each thread: of the
// grids of that many blocks, the one whose blocks have the least m + n.
func (j *job[T]) share(p *product[T], threads int) {
	down := 1
	for d := 1; d <= threads; d++ {
		if threads%d == 0 && d <= p.m && p.m/d+p.n*d/threads < p.m/down+p.n*down/threads {
			down = d
		}
	}
	across := min(threads/down, ceil(p.n, p.cols))
	j.parts = j.parts[:0]
	for r := range down {
		i, m := cut(p.m, 1, down, r)
		for s := range across {
			k, n := cut(p.n, p.cols, across, s)
			part := *p
			part.m, part.n = m, n
			part.a, part.b, part.c = p.a.from(i, 0), p.b.from(0, k), p.c.from(i, k)
			j.parts = append(j.parts, part)
		}
	}
	for i := len(j.start); i < len(j.parts); i++ {
		j.start = append(j.start, func() {
			j.parts[i].compute()
			j.done.Done()
		})
	}
}
