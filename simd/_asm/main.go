// Command asm generates the assembly of the packages simd/avx2 and simd/avx512.
package main

import (
	"flag"
	"fmt"
	"os"

	. "github.com/mmcloughlin/avo/build"
)

func main() {
	name := flag.String("isa", "", "instruction set: avx2 or avx512")
	// -out, -stubs and -pkg are avo's own flags.
	flag.Parse()
	t, ok := targets[*name]
	if !ok {
		fmt.Fprintf(os.Stderr, "asm: unknown instruction set %q\n", *name)
		os.Exit(2)
	}
	ConstraintExpr("amd64,!purego")
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
	t.peak()
	Generate()
}
