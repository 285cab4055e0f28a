package law

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/law/internal/machine"
)

// kernel sets its one argument to one, and may do more.
type kernel func(x []float32)

// one is the kernel that does no more.
func one(x []float32) { x[0] = 1 }

// judged is a kernel held to one.
func kernelUnderTest(k kernel) KernelUnderTest[kernel] {
	return KernelUnderTest[kernel]{
		Kernel: k, Spec: one,
		Draw: func(t *rapid.T) KernelCall[kernel] {
			return KernelCall[kernel]{
				Case:     "one element",
				Operands: []Operand{F32("x", []float32{rapid.Float32Range(0, 9).Draw(t, "x")}).Written()},
				Call:     func(k kernel, args []Arg) { k(args[0].F32()) },
			}
		},
	}
}

// The law machine-state catches a kernel that leaves a flag set, or an upper half
// in use: what no comparison of results can see.
func TestMachineState(t *testing.T) {
	if !machine.Known {
		t.Skip("this machine has no state to keep")
	}
	for name, leave := range map[string]func(){
		"flush to zero":            machine.FlushToZero,
		"no VZEROUPPER at the end": machine.Soil,
	} {
		if strings.HasPrefix(name, "no") && !hasAVX() {
			continue
		}
		message := stateKept(leave)
		if !strings.Contains(message, "the call left") {
			t.Errorf("%s: %q", name, message)
		}
	}
	if message := stateKept(func() {}); message != "" {
		t.Errorf("an innocent call: %q", message)
	}
}

// All laws of kernels hold for the specification itself.
func TestInnocentKernel(t *testing.T) { CheckKernel(t, kernelUnderTest(one)) }
