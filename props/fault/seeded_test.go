package fault_test

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lossglass/lossglass/props/fault"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/proof"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// emulated is a kernel with a fault, in the emulator.
type emulated struct {
	program *emulate.Program
	set     *simd.Set // without the fault
	kernel  access.Kernel
}

// newEmulated makes a fault in a kernel.
func newEmulated(t *testing.T, f fault.Fault) emulated {
	t.Helper()
	folder, source := path.Dir(f.Edit.File), fstest.MapFS{}
	files, err := filepath.Glob(filepath.Join(root, folder, "*.s"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text := read(t, file)
		if filepath.Base(file) == path.Base(f.Edit.File) {
			if text, _, _, _, err = f.Edit.Apply(text); err != nil {
				t.Fatal(err)
			}
		}
		source[filepath.Base(file)] = &fstest.MapFile{Data: []byte(text)}
	}
	program, err := emulate.Load(fs.FS(source), "*.s")
	if err != nil {
		t.Fatal(err)
	}
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	set := sets[slices.IndexFunc(sets, func(s *simd.Set) bool { return s.Name == path.Base(folder) })]
	kernels := set.Kernels()
	return emulated{program, set, kernels[slices.IndexFunc(kernels, func(k access.Kernel) bool { return k.Name == f.Edit.Function })]}
}

// lawFails returns the message of a law that draws calls, as many as in an ordinary run, or "".
func (e emulated) lawFails(t *testing.T, name string) string {
	t.Helper()
	faulty, err := e.program.Kernel(e.kernel)
	if err != nil {
		t.Fatal(err)
	}
	e.kernel.Replace(faulty)
	properties := kerneltest.Properties(e.set, e.kernel)
	p := properties[slices.IndexFunc(properties, func(p law.Property) bool { return p.Name == name })]
	if c := law.Search(p, 100, 1, 0).Counterexample; c != nil {
		return c.Message
	}
	return ""
}

// proofFails returns why the kernel is not proved equal to its specification.
func (e emulated) proofFails(t *testing.T) *proof.Difference {
	t.Helper()
	for s := range proof.Shapes(e.set, e.kernel) {
		if _, err := proof.Prove(e.program, s); err != nil {
			var d *proof.Difference
			if !errors.As(err, &d) {
				t.Fatal(err)
			}
			return d
		}
	}
	return nil
}

// movesOnly are the kernels that build no terms, so that no instruction of theirs can build a wrong one.
var movesOnly = []string{"Panel32", "Panel64", "Transpose32", "Transpose64"}

// checkProof checks that a proof of the kernel fails and says what differs, and which instruction makes the
// difference. It returns the message.
func checkProof(t *testing.T, f fault.Fault) string {
	t.Helper()
	d := newEmulated(t, f).proofFails(t)
	switch {
	case d == nil:
		t.Errorf("%s, %s: proved in spite of it", f.Edit.File, f.Name)
		return ""
	case d.Element == "" || d.Want == "" || d.Got == "" || d.Want == d.Got:
		t.Errorf("%s, %s: the message names no element or no terms: %v", f.Edit.File, f.Name, d)
	case d.Instruction == (proof.Place{}) && !slices.Contains(movesOnly, f.Edit.Function):
		t.Errorf("%s, %s: the message names no instruction: %v", f.Edit.File, f.Name, d)
	}
	return d.Error()
}

// Ten faults of each instruction set, over all kernels, are found by a law in the emulator and by a proof
// that fails. This test takes one in five of those whose law is quick; TestFaults with -faults takes all.
func TestSeeded(t *testing.T) {
	const drawn = "/equals-specification"
	count, kernels, quick := map[string]int{}, map[string]bool{}, 0
	for _, f := range fault.Seeded {
		isa := path.Base(path.Dir(f.Edit.File))
		count[isa]++
		kernels[f.Edit.Function] = true
		if !strings.HasSuffix(f.Laws[0].Test, drawn) {
			continue
		}
		if quick++; quick%5 != 0 {
			continue
		}
		t.Run(isa+"/"+f.Edit.Function, func(t *testing.T) {
			message := newEmulated(t, f).lawFails(t, drawn[1:])
			if message == "" {
				t.Errorf("%s: %s holds in spite of it", f.Name, f.Laws[0].Test)
			}
			t.Logf("%s\n%s", message, checkProof(t, f))
		})
	}
	for _, isa := range []string{"avx2", "avx512", "neon"} {
		if count[isa] != 10 {
			t.Errorf("%s has %d faults, want 10", isa, count[isa])
		}
	}
	if len(kernels) != 20 {
		t.Errorf("%d kernels have a fault, want all 20", len(kernels))
	}
}
