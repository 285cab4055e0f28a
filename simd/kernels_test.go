package simd_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// Every kernel of every instruction set of this CPU obeys the laws. So do the portable
// kernels, which are the specification: they too must touch nothing but their operands.
func TestKernels(t *testing.T) {
	t.Parallel()
	for _, set := range simd.Available() {
		t.Run(set.Name, func(t *testing.T) {
			for _, kernel := range kerneltest.Kernels(set) {
				t.Run(kernel.Name, func(t *testing.T) {
					t.Parallel()
					law.Run(t, kerneltest.Properties(set, kernel))
				})
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

// The environment variable LOSSGLASS_REQUIRE lists, separated by commas, instruction sets
// that the other tests must have run on. This test fails if this CPU or build lacks one, or
// if this system has no unreadable pages, without which the laws of guards are left out.
func TestRequiredInstructionSets(t *testing.T) {
	var names []string
	for _, set := range simd.Available() {
		names = append(names, set.Name)
	}
	t.Logf("instruction sets: %s", strings.Join(names, ", "))
	required := strings.FieldsFunc(os.Getenv("LOSSGLASS_REQUIRE"), func(r rune) bool { return r == ',' })
	if !gen.Guards {
		t.Log("the laws guard-after and guard-before are left out: no unreadable pages")
		if len(required) > 0 {
			t.Error("LOSSGLASS_REQUIRE asks for unreadable pages, too")
		}
	}
	for _, want := range required {
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

// ByName finds every set, no kernel is missing, and no two sets share the code of a kernel:
// such a kernel would pass every comparison.
func TestTables(t *testing.T) {
	if simd.Detect().Name != simd.Available()[0].Name {
		t.Errorf("Detect returns %s, the first set is %s", simd.Detect().Name, simd.Available()[0].Name)
	}
	seen := map[string]string{}
	for _, set := range append(simd.Native(), simd.Generic()) {
		if got, err := simd.ByName(set.Name); err != nil || got.Name != set.Name {
			t.Errorf("ByName(%q) returns %v, %v", set.Name, got, err)
		}
		if set.Glass.Cols != set.Gemm64.Cols {
			t.Errorf("%s: rows of %d replicas, panels of %d columns", set.Name, set.Glass.Cols, set.Gemm64.Cols)
		}
		for name, code := range entryPoints(set) {
			if code == 0 {
				t.Errorf("%s has no %s", set.Name, name)
			}
			at := fmt.Sprintf("%s %#x", name, code)
			if other, ok := seen[at]; ok {
				t.Errorf("%s of %s is the code of %s", name, set.Name, other)
			}
			seen[at] = set.Name
		}
	}
	if _, err := simd.ByName("abacus"); err == nil || !strings.Contains(err.Error(), "generic") {
		t.Errorf("ByName of an unknown name returns the error %v, which does not list the names there are", err)
	}
}
