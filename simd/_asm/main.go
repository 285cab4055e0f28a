// Command asm generates the assembly of the packages simd/avx2 and simd/avx512.
package main

import (
	"flag"
	"fmt"
	"os"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	name := flag.String("isa", "", "instruction set: avx2 or avx512")
	group := flag.String("group", "networks", "kernels of networks, gemm: those of matrix products, or glass: those of spin glasses")
	// -out, -stubs and -pkg are avo's own flags.
	flag.Parse()
	t, ok := targets[*name]
	if !ok {
		fmt.Fprintf(os.Stderr, "asm: unknown instruction set %q\n", *name)
		os.Exit(2)
	}
	ConstraintExpr("amd64,!purego")
	switch *group {
	case "networks":
		t.networks()
	case "gemm":
		for _, e := range []element{float32s, float64s} {
			t.gemm(e)
			t.panel(e)
			t.transpose(e)
		}
	case "glass":
		t.interaction()
		t.field()
		t.symv()
	default:
		fmt.Fprintf(os.Stderr, "asm: unknown group %q\n", *group)
		os.Exit(2)
	}
	Generate()
}

// networks emits the kernels of networks, and the peak.
func (t target) networks() {
	t.imageForward()
	t.imageStep()
	t.forward()
	t.backward()
	t.step()
	t.biasStep()
	t.softmaxGrad()
	t.lossSum()
	t.elementwise("Exp", t.exp)
	t.elementwise("Log", t.log)
	t.elementwise("ReLU", func(x VecVirtual) VecVirtual { t.relu(x, t.zero()); return x })
	t.peak()
}
