// Package neon generates the assembly of the package simd/neon: the kernels of
// simd/_asm for arm64, which avo does not know. Registers are taken from a pool
// and given back by scope. A kernel that wants more than there are panics: nothing
// is ever spilled.
package neon

import "path/filepath"

// Write writes the files of each family of kernels to a folder.
func Write(folder string) error {
	for family, kernels := range families {
		f := &file{}
		kernels(f)
		name := filepath.Join(folder, family+"_arm64")
		if err := f.write(name+".s", name+".go"); err != nil {
			return err
		}
	}
	return nil
}

// families are the files, with what emits their kernels.
var families = map[string]func(f *file){
	"network": func(f *file) {
		f.imageForward()
		f.imageStep()
		f.forward()
		f.backward()
		f.step()
		f.biasStep()
		f.softmaxGrad()
		f.lossSum()
	},
	"elementwise": func(f *file) {
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
	},
	"gemm": func(f *file) {
		for _, e := range []element{float32s, float64s} {
			f.gemm(e)
			f.panel(e)
			f.transpose(e)
		}
	},
	"glass": func(f *file) {
		f.interaction()
		f.field()
		f.symv()
	},
	"probe": func(f *file) { f.peak() },
}
