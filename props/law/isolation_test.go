package law

import (
	"runtime"
	"sync"
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
