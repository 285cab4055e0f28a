package proof_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lossglass/lossglass/props/proof"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/avx2"
	"github.com/lossglass/lossglass/simd/avx512"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/kerneltest"
	"github.com/lossglass/lossglass/simd/neon"
)

var (
	all    = flag.Bool("proof", false, "prove all shapes, not a sample of them: two minutes")
	ledger = flag.String("ledger", "", "with -proof: `file` for what was proved, in Markdown")
)

// Every kernel of every instruction set returns the bits that its specification states, for all
// data.
func TestKernels(t *testing.T) {
	table := map[string]map[string]row{}
	var lock sync.Mutex
	var names []string
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("all", func(t *testing.T) {
		for _, set := range sets {
			program, err := emulate.Assembly(set.Name)
			if err != nil {
				t.Fatal(err)
			}
			for _, kernel := range kerneltest.Kernels(set) {
				t.Run(set.Name+"/"+kernel.Name, func(t *testing.T) {
					t.Parallel()
					r := proveSome(t, program, slices.Collect(proof.Shapes(set, kernel)))
					lock.Lock()
					defer lock.Unlock()
					if table[kernel.Name] == nil {
						table[kernel.Name] = map[string]row{}
						names = append(names, kernel.Name)
					}
					table[kernel.Name][set.Name] = r
				})
			}
		}
	})
	if *ledger != "" && !t.Failed() {
		slices.Sort(names)
		if err := os.WriteFile(*ledger, []byte(markdown(names, sets, table)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A row is what was proved of a kernel.
type row struct {
	shapes, terms int
	took          time.Duration
}

// proveSome proves shapes: all with -proof, else a share of them.
func proveSome(t *testing.T, program *emulate.Program, shapes []proof.Shape) (r row) {
	t.Helper()
	step := 1 + len(shapes)/10
	if testing.Short() {
		step = 1 + len(shapes)/3
	}
	if *all {
		step = 1
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := cpuTime()
	for i := 0; i < len(shapes); i += step {
		p, err := proof.Prove(program, shapes[i])
		if err != nil {
			t.Fatal(err)
		}
		r.shapes++
		r.terms += p.Terms
	}
	if r.shapes == 0 {
		t.Error("no shape")
	}
	r.took = cpuTime() - start
	return r
}

// markdown returns the table of what was proved.
func markdown(names []string, sets []*simd.Set, table map[string]map[string]row) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Kernels proved equal to their specification, for all data

For every shape, the terms that the assembly computes are those of the specification
(props/README.md says what that means, and what it rests on). The columns are the numbers of shapes and of
different terms, in thousands, and the seconds of one CPU. props/proof/shapes.go lists the
shapes: every width and height of a tile, and other sizes to more than twice what a loop does in
one step. Larger sizes repeat the same steps, and are tested but not proved.

| kernel |`)
	for _, set := range sets {
		fmt.Fprintf(&b, " %s: shapes | terms/1000 | s |", set.Name)
	}
	fmt.Fprintf(&b, "\n| --- |%s\n", strings.Repeat(" ---: | ---: | ---: |", len(sets)))
	sum := map[string]row{}
	for _, name := range append(names, "all") {
		fmt.Fprintf(&b, "| %s |", name)
		for _, set := range sets {
			r := table[name][set.Name]
			if name == "all" {
				r = sum[set.Name]
			}
			fmt.Fprintf(&b, " %d | %d | %.1f |", r.shapes, r.terms/1000, r.took.Seconds())
			s := sum[set.Name]
			sum[set.Name] = row{s.shapes + r.shapes, s.terms + r.terms, s.took + r.took}
		}
		b.WriteString("\n")
	}
	b.WriteString(`
FMA, the kernel of the probe, has no operands. Prefetches have no effect on results. SoftmaxGrad of
avx512 divides with fused multiply-adds where no numerator is small, and with an instruction
elsewhere: each case is proved, the first by going through the quotients that are hard to round (props/proof/division.go).
`)
	return b.String()
}

// Faults of the assembly are found, and the message names the line that was changed.
func TestFaults(t *testing.T) {
	sources := map[string]fs.FS{"avx2": avx2.Source, "avx512": avx512.Source, "neon": neon.Source}
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	// built is in the text of the instruction that the message names, if it is not the changed one.
	for _, f := range []struct{ isa, kernel, old, new, built string }{
		{"avx2", "Gemm32", "VFMADD231PS", "VFNMADD231PS", ""},         // another sign
		{"avx2", "Gemm64", "VFMADD231PD", "VFMADD213PD", ""},          // another addend
		{"avx2", "Exp", "$0x01, Y2", "$0x03, Y2", ""},                 // another shift
		{"avx2", "Exp", "VMINPS  Y0, Y2", "VMINPS  Y2, Y0", ""},       // NaN is lost, deep within the result
		{"avx2", "LossSum", "VCMPPS    $0x1e", "VCMPPS    $0x1d", ""}, // the last maximum in place of the first
		{"avx2", "ReLU", "VADDPS", "VSUBPS", "VMAXPS"},                // -0 for -0
		{"avx2", "SoftmaxGrad", "VDIVPS", "VMULPS", ""},
		{"avx512", "Backward", "$0x1e", "$0x1d", ""},                                                  // at zero
		{"avx512", "SoftmaxGrad", "VFNMADD231PS", "VFMADD231PS", "VDIVPS"},                            // the reciprocal, no longer a part of a quotient,
		{"avx512", "SoftmaxGrad", "word1f800000<>+0(SB), Z5", "word1f800000<>+0(SB), Z4", "VDIVPS"},   // not the numerator is compared
		{"avx512", "SoftmaxGrad", "TESTL   R8, R8", "TESTB   R8, R8", "VDIVPS Z2, Z4"},                // of lanes 0 to 7 alone,
		{"avx512", "SoftmaxGrad", "VDIVPS Z2, Z5, Z5", "VDIVPS Z2, Z5, Z4\nVMOVAPS Z4, Z5", "VMULPS"}, // 1/sum is lost, which later vectors need,
		{"avx512", "Transpose32", "VUNPCKLPS", "VUNPCKHPS", "none"},                                   // which builds no terms,
		{"avx512", "Symv64", "VFMADD231PD.BCST 8(DX)", "VFMADD231PD.BCST 16(DX)", ""},
		{"neon", "Interaction64", "VFMLA V8.D2, V12.D2, V4.D2", "VFMLA V8.D2, V13.D2, V4.D2", ""},
		{"neon", "Step", "VFMLS", "VFMLA", ""},
	} {
		t.Run(f.isa+"/"+f.kernel, func(t *testing.T) {
			program, line := edited(t, sources[f.isa], f.kernel, f.old, f.new)
			set := sets[slices.IndexFunc(sets, func(s *simd.Set) bool { return s.Name == f.isa })]
			kernels := set.Kernels()
			kernel := kernels[slices.IndexFunc(kernels, func(k access.Kernel) bool { return k.Name == f.kernel })]
			for s := range proof.Shapes(set, kernel) {
				if _, err := proof.Prove(program, s); err != nil {
					var d *proof.Difference
					if !errors.As(err, &d) {
						t.Errorf("a fault of another kind: %v", err)
					} else if d.Want == d.Got {
						t.Errorf("the terms look the same: %v", d)
					} else if at := d.Instruction; f.built == "" && at.Line != line || f.built != "" && !strings.Contains(at.Text, f.built) && f.built != "none" {
						t.Errorf("line %d was changed, and the error is %v", line, d)
					}
					return
				}
			}
			t.Error("every shape is proved")
		})
	}
}

// Changes of the assembly that change no result are proved, with the reasons that go beyond equal terms: cases of a
// number, exponents in other parts, bounds of sums, and maxima of which any will do.
func TestEquivalentChanges(t *testing.T) {
	sources := map[string]fs.FS{"avx2": avx2.Source, "avx512": avx512.Source, "neon": neon.Source}
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		isa, kernel, old, new string
		proved                bool
	}{
		{"avx2", "Exp", "$0x01, Y2", "$0x02, Y2", true},
		{"avx2", "Log", "$0x11, word00800000", "$0x12, word00800000", true}, // 2^-126 is scaled, too
		{"avx2", "Log", "$0x11, word7f800000", "$0x12, word7f800000", false},
		{"neon", "Log", "208(R26)", "272(R26)", true},                                           // the largest subnormal number is not scaled
		{"neon", "Log", "208(R26)", "144(R26)", true},                                           // all numbers below 1/6 are scaled
		{"neon", "Log", "208(R26)", "480(R26)", false},                                          // all finite numbers are
		{"neon", "Log", "VBIT V25.B16, V24.B16, V4.B16", "VBIT V25.B16, V25.B16, V4.B16", true}, // another NaN
		{"avx2", "SoftmaxGrad", "Y1, Y3, Y1", "Y3, Y1, Y1", true},
		{"avx2", "SoftmaxGrad", "Y5, Y7, Y5", "Y7, Y5, Y5", false}, // of -104 and NaN, that is -104
		{"avx512", "SoftmaxGrad", "$0x11, word1f800000", "$0x12, word1f800000", true},
		{"avx512", "SoftmaxGrad", "$0x11, word1f800000", "$0x1e, word1f800000", false},
		{"avx512", "LossSum", "$0x11, word7f800000", "$0x12, word7f800000", true},
	} {
		set := sets[slices.IndexFunc(sets, func(s *simd.Set) bool { return s.Name == c.isa })]
		program, line := edited(t, sources[c.isa], c.kernel, c.old, c.new)
		kernels := set.Kernels()
		kernel := kernels[slices.IndexFunc(kernels, func(k access.Kernel) bool { return k.Name == c.kernel })]
		shapes, proved := slices.Collect(proof.Shapes(set, kernel)), true
		for i := 0; proved && i < len(shapes); i += 1 + len(shapes)/20 {
			_, err := proof.Prove(program, shapes[i])
			proved = err == nil
		}
		if proved != c.proved {
			t.Errorf("%s %s, line %d, %s -> %s: proved %v", c.isa, c.kernel, line, c.old, c.new, proved)
		}
	}
}

// edited returns the program with the first line of the kernel changed that contains old, and
// the number of that line.
func edited(t *testing.T, source fs.FS, kernel, old, new string) (*emulate.Program, int) {
	t.Helper()
	folder, changed := fstest.MapFS{}, 0
	files, err := fs.Glob(source, "*.s")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(source, file)
		if err != nil {
			t.Fatal(err)
		}
		lines, inside := strings.Split(string(text), "\n"), false
		for i, line := range lines {
			if strings.HasPrefix(line, "TEXT ") {
				inside = strings.HasPrefix(line, "TEXT ·"+kernel+"(SB)")
			}
			if inside && changed == 0 && strings.Contains(line, old) {
				lines[i], changed = strings.Replace(line, old, new, 1), i+1
			}
		}
		folder[file] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
	}
	if changed == 0 {
		t.Fatalf("no line of %s contains %q", kernel, old)
	}
	program, err := emulate.Load(folder, "*.s")
	if err != nil {
		t.Fatal(err)
	}
	return program, changed
}
