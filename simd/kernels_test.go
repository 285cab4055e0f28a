package simd_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// Every kernel of every instruction set of this CPU obeys the laws; the portable
// ones are the specification, and obey the laws of memory too.
func TestKernels(t *testing.T) {
	for _, set := range simd.Available() {
		t.Run(set.Name, func(t *testing.T) {
			for _, kernel := range kerneltest.Kernels(set) {
				t.Run(kernel.Name, func(t *testing.T) { law.Run(t, kerneltest.Properties(set, kernel)) })
			}
		})
	}
}

// FuzzKernels lets the fuzzer choose the instruction set, the kernel, the law and the case.
func FuzzKernels(f *testing.F) {
	var all []law.Property
	for _, set := range simd.Available() {
		for _, kernel := range kerneltest.Kernels(set) {
			for _, p := range kerneltest.Properties(set, kernel) {
				p.Name = fmt.Sprintf("%s/%s/%s", set.Name, kernel.Name, p.Name)
				p.MinimumShares = nil
				all = append(all, p)
			}
		}
	}
	law.Fuzz(f, all)
}

// The environment variable LOSSGLASS_REQUIRE names instruction sets, separated by
// commas, that the other tests must have run on: a set that this CPU or build
// lacks is then no reason to pass.
func TestRequiredInstructionSets(t *testing.T) {
	var names []string
	for _, k := range simd.Available() {
		names = append(names, k.Name)
	}
	t.Logf("instruction sets: %s", strings.Join(names, ", "))
	for _, want := range strings.FieldsFunc(os.Getenv("LOSSGLASS_REQUIRE"), func(r rune) bool { return r == ',' }) {
		if !slices.Contains(names, want) {
			t.Errorf("LOSSGLASS_REQUIRE asks for %s; there are only %s", want, strings.Join(names, ", "))
		}
	}
}

// entryPoints returns the code address of each kernel.
func entryPoints(set *simd.Set) map[string]uintptr {
	at := map[string]uintptr{}
	for _, k := range set.Kernels() {
		at[k.Name] = k.Func().Pointer()
	}
	return at
}

// Each table is complete, found by its name, and runs code of its own: two sets
// that share a kernel would pass every comparison.
func TestTables(t *testing.T) {
	if simd.Detect().Name != simd.Available()[0].Name {
		t.Errorf("Detect gives %s, the first of %s", simd.Detect().Name, simd.Available()[0].Name)
	}
	seen := map[string]string{}
	for _, k := range append(simd.Native(), simd.Generic()) {
		if got, err := simd.ByName(k.Name); err != nil || got.Name != k.Name {
			t.Errorf("ByName(%q) gives %v, %v", k.Name, got, err)
		}
		for name, code := range entryPoints(k) {
			if code == 0 {
				t.Errorf("%s has no %s", k.Name, name)
			}
			at := fmt.Sprintf("%s %#x", name, code)
			if other, ok := seen[at]; ok {
				t.Errorf("%s of %s is that of %s", name, k.Name, other)
			}
			seen[at] = k.Name
		}
	}
	if _, err := simd.ByName("abacus"); err == nil || !strings.Contains(err.Error(), "generic") {
		t.Errorf("ByName of an unknown name gives the error %v, which does not name those there are", err)
	}
}
