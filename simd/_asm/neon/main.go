// Command neon generates the assembly of the package simd/neon: the kernels of
// simd/_asm for arm64, which avo does not know. Registers are taken from a pool
// and given back by scope, and a kernel that wants more than there are does not
// come about: nothing is ever spilled.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	group := flag.String("group", "networks", "kernels of networks, gemm: those of matrix products, or glass: those of spin glasses")
	out := flag.String("out", "", "`file` for the assembly")
	stubs := flag.String("stubs", "", "`file` for the Go declarations")
	flag.Parse()
	f := &file{command: "go run ./neon " + strings.Join(os.Args[1:], " ")}
	switch *group {
	case "networks":
		f.networks()
	case "gemm":
		for _, e := range []element{float32s, float64s} {
			f.gemm(e)
			f.panel(e)
			f.transpose(e)
		}
	case "glass":
		f.interaction()
		f.field()
		f.symv()
	default:
		fmt.Fprintf(os.Stderr, "neon: unknown group %q\n", *group)
		os.Exit(2)
	}
	if err := f.write(*out, *stubs); err != nil {
		fmt.Fprintf(os.Stderr, "neon: %v\n", err)
		os.Exit(1)
	}
}

// networks emits the kernels of networks, and the peak.
func (f *file) networks() {
	f.imageForward()
	f.imageStep()
	f.forward()
	f.backward()
	f.step()
	f.biasStep()
	f.softmaxGrad()
	f.lossSum()
	f.elementwise("Exp", (*kernel).exp)
	f.elementwise("Log", func(k *kernel, x []vreg) []vreg {
		z := k.vecs(len(x))
		k.log(z, x)
		return z
	})
	f.elementwise("ReLU", func(k *kernel, x []vreg) []vreg {
		k.relu(x, k.zero())
		return x
	})
	f.peak()
}
