package law

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law/internal/machine"
)

// A KernelUnderTest is an implementation of a kernel and what it is held to.
type KernelUnderTest[K any] struct {
	Kernel K
	// Draw draws calls.
	Draw func(t *rapid.T) KernelCall[K]
	// Spec is the specification: the kernel must give the same bits.
	Spec K
	// Verify, if not nil, takes the place of equality with Spec: it tells what is
	// wrong with an outcome, the memory of each operand after the call.
	Verify func(call KernelCall[K], after []Arg) (wrong string)
	// MinimumShares are the least shares of cases for labels of the tasks.
	MinimumShares map[string]float64
}

// Kernel runs the laws that hold for every kernel as subtests: see [KernelUnderTest.Properties].
func CheckKernel[K any](t *testing.T, j KernelUnderTest[K]) {
	t.Helper()
	Run(t, j.Properties())
}

// Properties returns the laws that hold for every kernel:
//
//   - equals-specification: the results are right, and nothing else is written;
//   - padding: what stands between the rows does not count, be it NaN or large;
//   - guard-after, guard-before: nothing outside of the operands is touched;
//   - alignment: any operand may start at any address its type may;
//   - machine-state: rounding mode and flush-to-zero stay, upper halves are clean;
//   - concurrent-callers: calls at once that share what they read do not meet;
//   - repeatable: what was computed before does not count.
func (j KernelUnderTest[K]) Properties() []Property {
	var all []Property
	law := func(name string, check func(t *rapid.T, call KernelCall[K], judge func(after [][]uint32, wrong string))) {
		all = append(all, Property{Name: name, MinimumShares: j.MinimumShares, Check: func(t *rapid.T, labels *Labels) {
			call := j.Draw(t)
			labels.Add(call.Labels...)
			want, wrong := run(call, j.Spec, plain())
			if wrong != "" {
				t.Fatalf("the specification itself: %s\n%v", wrong, call)
			}
			check(t, call, func(after [][]uint32, wrong string) {
				if wrong == "" {
					wrong = j.wrong(call, after, want)
				}
				if wrong != "" {
					t.Fatalf("%s: %s\ncase: %v", name, wrong, call)
				}
			})
		}})
	}

	law("equals-specification", func(t *rapid.T, call KernelCall[K], judge func([][]uint32, string)) {
		judge(run(call, j.Kernel, plain()))
	})
	law("padding", func(t *rapid.T, call KernelCall[K], judge func([][]uint32, string)) {
		for _, poison := range []uint32{poisonNaN, poisonLarge} {
			s := plain()
			s.poison = poison
			after, wrong := run(call, j.Kernel, s)
			if wrong == "" {
				after = call.unpoisoned(after, poison)
			}
			judge(after, wrong)
		}
	})
	for _, side := range []gen.Side{gen.After, gen.Before} {
		law("guard-"+side.String(), func(t *rapid.T, call KernelCall[K], judge func([][]uint32, string)) {
			s, release := guarded(side)
			defer release()
			judge(run(call, j.Kernel, s))
		})
	}
	law("alignment", func(t *rapid.T, call KernelCall[K], judge func([][]uint32, string)) {
		offsets := rapid.SliceOfN(rapid.IntRange(0, 15), len(call.Operands), len(call.Operands)).Draw(t, "offsets")
		judge(run(call, j.Kernel, shifted(offsets)))
	})
	law("machine-state", func(t *rapid.T, call KernelCall[K], judge func([][]uint32, string)) {
		s := plain()
		s.around = stateKept
		judge(run(call, j.Kernel, s))
	})
	law("concurrent-callers", func(t *rapid.T, call KernelCall[K], judge func([][]uint32, string)) {
		for _, outcome := range together(call, j.Kernel, 4) {
			judge(outcome.after, outcome.wrong)
		}
	})
	law("repeatable", func(t *rapid.T, call KernelCall[K], judge func([][]uint32, string)) {
		run(j.Draw(t), j.Kernel, plain())
		judge(run(call, j.Kernel, plain()))
	})
	return all
}

// wrong judges an outcome.
func (j KernelUnderTest[K]) wrong(call KernelCall[K], after, want [][]uint32) string {
	if j.Verify == nil {
		return call.differ(after, want)
	}
	args := make([]Arg, len(after))
	for i, w := range after {
		args[i] = w
	}
	return j.Verify(call, args)
}

// unpoisoned puts the usual poison in place of another one.
func (t KernelCall[K]) unpoisoned(after [][]uint32, poison uint32) [][]uint32 {
	for n, o := range t.Operands {
		usual, other := o.poisoned(poisonNaN), o.poisoned(poison)
		for i := range usual {
			if usual[i] != other[i] {
				after[n][i] = usual[i]
			}
		}
	}
	return after
}

// stateKept calls f and tells of a change in the state of the CPU.
func stateKept(f func()) string {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	machine.Reset() // another kernel's doing is not this one's
	before := machine.Read()
	f()
	after := machine.Read()
	machine.Reset()
	if after != before {
		return fmt.Sprintf("the call left %v, found %v", after, before)
	}
	return ""
}

type outcome struct {
	after [][]uint32
	wrong string
}

// together carries the call out that many times at once. All read the same
// memory and write to their own.
func together[K any](call KernelCall[K], k K, callers int) []outcome {
	shared := call.Args()
	all := make([]outcome, callers)
	var start, done sync.WaitGroup
	start.Add(1)
	for c := range all {
		done.Go(func() {
			args := make([]Arg, len(shared))
			for i, o := range call.Operands {
				args[i] = shared[i]
				if o.written {
					args[i] = plain().place(i, o)
					copy(args[i], shared[i])
				}
			}
			start.Wait()
			defer func() { // a panic in a goroutine would end the program
				if reason := recover(); reason != nil {
					all[c].wrong = fmt.Sprint("panic: ", reason)
				}
			}()
			all[c].wrong = call.invoke(k, args)
			for i, o := range call.Operands {
				all[c].after = append(all[c].after, args[i])
				if all[c].wrong == "" {
					all[c].wrong = o.clobbered(o.poisoned(poisonNaN), args[i])
				}
			}
		})
	}
	start.Done()
	done.Wait()
	return all
}
