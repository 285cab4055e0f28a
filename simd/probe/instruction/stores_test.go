package instruction

import (
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/asmcheck"
)

// The loops of stores among FMAs have as many of both as they say, and store what they say.
func TestStoresAmongFMAs(t *testing.T) {
	architectures(t, func(t *testing.T, arch, _ string, _ []declared, functions map[string]asmcheck.Function) {
		fma, store := "VFMADD231PS", "VMOVUPS y, m"
		if arch == "arm64" {
			fma, store = "VFMLA", "FMOVQ f, m"
		}
		number := func(operand string) string { return strings.TrimLeft(strings.TrimSuffix(operand, ".S4"), "YVF") }
		for name, ofResults := range map[string]bool{"storesAmongFMAs": false, "storesOfFMAs": true} {
			results := map[string]bool{}
			last, fmas, stores := "", 0, 0
			body := functions[name].Body[functions[name].Labels["round"]:]
			for _, in := range body {
				if in.Op == fma {
					last = number(in.Operands[len(in.Operands)-1])
					results[last] = true
					fmas++
				}
			}
			for _, in := range body {
				switch {
				case in.Op == fma:
					last = number(in.Operands[len(in.Operands)-1])
				case in.Form() == store:
					stores++
					if source := number(in.Operands[0]); results[source] != ofResults || ofResults && source != last {
						t.Errorf("%s: %s after an FMA of register %s", name, in, last)
					}
				}
			}
			if fmas != 12 || len(results) != 12 || stores != 3 {
				t.Errorf("%s: %d FMAs of %d registers, %d stores", name, fmas, len(results), stores)
			}
		}
	})
}

func checkApart(t *testing.T, f asmcheck.Function, label, address, filler string, waits bool) {
	t.Helper()
	first, ok := f.Labels[label]
	if !ok {
		t.Fatalf("%s has no %s", f.Name, label)
	}
	end := first + slices.IndexFunc(f.Body[first:], func(in asmcheck.Instruction) bool { return in.Op == "JNE" || in.Op == "BNE" })
	fillers := 0
	for _, in := range f.Body[first:end] {
		if in.Op == filler {
			fillers++
		}
	}
	before := first - 2
	if waits {
		before--
		if copied := f.Body[first-1]; copied.Operands[0] != f.Body[before].Operands[1] || !strings.HasSuffix(copied.Operands[1], "1") {
			t.Errorf("%s: %s", f.Name, copied)
		}
	}
	if chain := f.Body[before]; end-first+1 != 9 || fillers != 7 || chain.Form() != address || !strings.Contains(chain.Operands[0], chain.Operands[1]) {
		t.Errorf("%s: %d instructions and %d %s after %s", f.Name, end-first+1, fillers, filler, chain)
	}
}
