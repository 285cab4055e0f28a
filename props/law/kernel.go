package law

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
)

// A KernelUnderTest pairs a kernel with its specification and the generator of its
// test calls. K is the type of the kernel: a function, or a table of functions of
// which every call uses one.
type KernelUnderTest[K any] struct {
	Kernel K
	// Draw draws one call.
	Draw func(t *rapid.T) KernelCall[K]
	// Spec is the specification: the kernel must give the same bits. It is not
	// called for calls that have a Verify of their own, and may then be nil.
	Spec K
	// Deterministic says that a kernel whose calls have a Verify still promises one
	// result: the same operands give the same bits at any address, after any other
	// call and during any concurrent call. A kernel that equals Spec always promises it.
	Deterministic bool
	// MinimumShares maps labels of the calls to the smallest shares of the cases that must
	// have them.
	MinimumShares map[string]float64
}

// CheckKernel runs the laws that hold for every kernel, [KernelUnderTest.Properties],
// as subtests.
func CheckKernel[K any](t *testing.T, u KernelUnderTest[K]) {
	t.Helper()
	Run(t, u.Properties())
}

// Properties returns the laws that hold for every kernel:
//
//   - equals-specification: the results are those of Spec, or satisfy Verify, and
//     operands that are only read keep their bits;
//   - padding: the result does not depend on the contents of the gaps between rows,
//     and the gaps keep their bits;
//   - guard-after, guard-before: the call touches no memory after or before its
//     operands (only where [gen.Guards]: without unreadable pages they could not fail);
//   - alignment: the result does not depend on the addresses of the operands;
//   - machine-state: the call leaves rounding mode and flush-to-zero unchanged and
//     the upper halves of vector registers clear;
//   - concurrent-callers: concurrent calls that share read-only operands do not
//     interfere;
//   - repeatable: the result does not depend on what was computed before.
//
// Only equals-specification compares with Spec. Padding, alignment,
// concurrent-callers and repeatable compare with the kernel's own result of a plain
// call, so that a wrong result fails one law and not five. If a call has a Verify
// and the kernel is not Deterministic, they call Verify instead. The other laws
// ignore the result.
func (u KernelUnderTest[K]) Properties() []Property { return u.properties(gen.Guards) }

// properties is Properties, with the laws of guards or without them.
func (u KernelUnderTest[K]) properties(guards bool) []Property {
	all := []Property{
		u.property("equals-specification", u.checkSpecification),
		u.property("padding", u.checkPadding),
	}
	if guards {
		all = append(all,
			u.property("guard-after", func(t *rapid.T, call KernelCall[K]) string { return u.checkGuard(call, gen.After) }),
			u.property("guard-before", func(t *rapid.T, call KernelCall[K]) string { return u.checkGuard(call, gen.Before) }))
	}
	return append(all,
		u.property("alignment", u.checkAlignment),
		u.property("machine-state", u.checkMachineState),
		u.property("concurrent-callers", u.checkConcurrentCallers),
		u.property("repeatable", u.checkRepeatable))
}

// property returns the law of that name: check returns what is wrong with the
// kernel on a call, or "".
func (u KernelUnderTest[K]) property(name string, check func(t *rapid.T, call KernelCall[K]) string) Property {
	return Property{Name: name, MinimumShares: u.MinimumShares, Check: func(t *rapid.T, labels *Labels) {
		call := u.Draw(t)
		labels.Add(call.Labels...)
		if wrong := check(t, call); wrong != "" {
			t.Fatalf("%s: %s\ncase: %v", name, wrong, call)
		}
	}}
}

func (u KernelUnderTest[K]) checkSpecification(_ *rapid.T, call KernelCall[K]) string {
	got := run(call, u.Kernel, plain())
	if got.wrong != "" {
		return got.wrong
	}
	if wrong := call.overwritten(got); wrong != "" {
		return wrong
	}
	if call.Verify != nil {
		return call.verify(got)
	}
	want := run(call, u.Spec, plain())
	if want.wrong != "" {
		return "the specification itself: " + want.wrong
	}
	return call.differ(got.after, want.after)
}

// checkPadding fills the gaps with NaN, then with a large number. The bits differ
// from operand to operand, so that gaps copied together with rows are noticed.
func (u KernelUnderTest[K]) checkPadding(_ *rapid.T, call KernelCall[K]) string {
	want := run(call, u.Kernel, plain())
	if want.wrong != "" {
		return want.wrong
	}
	for _, poison := range []uint32{poisonNaN, poisonLarge} {
		s := plain()
		s.poison = poison
		got := run(call, u.Kernel, s)
		if got.wrong != "" {
			return got.wrong
		}
		for i, o := range call.Operands {
			if wrong := o.paddingWritten(got.before[i], got.after[i]); wrong != "" {
				return wrong
			}
			o.copyPadding(got.after[i], want.after[i])
		}
		if wrong := u.compare(call, got, want); wrong != "" {
			return wrong
		}
	}
	return ""
}

func (u KernelUnderTest[K]) checkGuard(call KernelCall[K], side gen.Side) string {
	s, release := guarded(side)
	defer release()
	return run(call, u.Kernel, s).wrong
}

func (u KernelUnderTest[K]) checkAlignment(t *rapid.T, call KernelCall[K]) string {
	offsets := rapid.SliceOfN(rapid.IntRange(0, 15), len(call.Operands), len(call.Operands)).Draw(t, "offsets")
	return u.compare(call, run(call, u.Kernel, shifted(offsets)), run(call, u.Kernel, plain()))
}

func (u KernelUnderTest[K]) checkMachineState(_ *rapid.T, call KernelCall[K]) string {
	s := plain()
	s.keepState = true
	return run(call, u.Kernel, s).wrong
}

// checkConcurrentCallers makes two different calls, each by several callers at once.
func (u KernelUnderTest[K]) checkConcurrentCallers(t *rapid.T, call KernelCall[K]) string {
	const callers = 2 // of each call
	other := u.Draw(t)
	calls := []KernelCall[K]{call, other}
	want := []outcome{run(call, u.Kernel, plain()), run(other, u.Kernel, plain())}
	for i, got := range runTogether(calls, u.Kernel, callers, want) {
		if wrong := u.compare(calls[i/callers], got, want[i/callers]); wrong != "" {
			return wrong
		}
	}
	return ""
}

// checkRepeatable makes the call, another one, and the first again.
func (u KernelUnderTest[K]) checkRepeatable(t *rapid.T, call KernelCall[K]) string {
	other := u.Draw(t)
	first := run(call, u.Kernel, plain())
	run(other, u.Kernel, plain())
	return u.compare(call, run(call, u.Kernel, plain()), first)
}

// compare returns how an outcome differs from that of the kernel's plain call, or,
// if the kernel does not promise one result, what Verify finds wrong with it.
func (u KernelUnderTest[K]) compare(call KernelCall[K], got, plain outcome) string {
	switch {
	case got.wrong != "":
		return got.wrong
	case call.Verify != nil && !u.Deterministic:
		return call.verify(got)
	case plain.wrong != "":
		return plain.wrong
	}
	return call.differ(got.after, plain.after)
}
