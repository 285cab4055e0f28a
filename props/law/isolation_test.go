package law

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/lossglass/lossglass/props/internal/machine"
)

// A kernel that makes subnormals zero leaves no thread in that state, whatever law it
// went through: otherwise the next kernel on that thread is called wrong.
func TestKernelsLeaveThreadsAsTheyWere(t *testing.T) {
	if !machine.Known {
		t.Skip("this CPU has no state to read")
	}
	flush := func(dst, src []float32) { double(dst, src); machine.FlushToZero() }
	gemm := func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
		machine.FlushToZero()
	}
	defer changeFlag("rapid.shrinktime", "1ms")() // the counterexamples do not matter
	properties := append(doublingUnderTest(flush, false, false).Properties(), GemmProperties(gemm, BitExact)...)
	for i, p := range properties {
		FalsifyCases(p, 10) // one call of a kernel is enough to change a thread
		for _, s := range threadStates() {
			if s.Control != clean.Control {
				t.Fatalf("after law %d, %s: a thread has %v, a clean one %v", i, p.Name, s, clean)
			}
		}
	}
}

// clean is the state with which the test's first thread starts.
var clean = machine.Read()

// threadStates returns the states of more threads than the laws use, all of them
// occupied at once.
func threadStates() []machine.State {
	states := make([]machine.State, 4*runtime.GOMAXPROCS(0)+16)
	var occupied, done sync.WaitGroup
	occupied.Add(len(states))
	for i := range states {
		done.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			states[i] = machine.Read()
			occupied.Done()
			occupied.Wait()
		})
	}
	done.Wait()
	return states
}

// On one CPU, short calls do not overlap by themselves. Callers then go on, so that the system may interrupt one of them
// in its call.
func TestCallersGoOnUntilCallsOverlap(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	src, dst := F32("src", []float32{1, 2}), F32("dst", make([]float32, 2)).Written()
	var made atomic.Int64
	call := KernelCall[doubling]{Operands: []Operand{dst, src}, Call: func(k doubling, args []Arg) { k(args[0].F32(), args[1].F32()) }}
	counted := func(dst, src []float32) { made.Add(1); double(dst, src) }
	want := run(call, double, plain())
	runTogether([]KernelCall[doubling]{call}, counted, 2, []outcome{want})
	if n := made.Load(); n < 2*mostCalls {
		t.Errorf("2 callers have made %d calls", n)
	}
}
