package mutate

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/props/proof"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
)

// A Verdict is what became of a mutant.
type Verdict string

// The verdicts. The tests are those that tests.list returns: every tile or quick shape, and two of the laws of kernels. A
// mutant that passes them is proved for one shape of each set of lines that are executed and for every 50th of the others,
// not for all; one that fails is proved for all before it is called doubtful.
const (
	Killed     Verdict = "killed"     // a test fails, and a proof
	Equivalent Verdict = "equivalent" // all tests pass, and it is proved
	Survivor   Verdict = "survivor"   // all tests pass, and a proof fails
	Doubtful   Verdict = "doubtful"   // a test fails, and it is proved: one of them is wrong
	Invalid    Verdict = "invalid"    // it is no instruction that the emulator knows
	Broken     Verdict = "broken"     // the emulator, a test or a proof does not end as it should: an error in it
)

// A Result is the verdict on a mutant.
type Result struct {
	Mutant
	Verdict Verdict
	Law     string `json:",omitempty"` // that fails, with its message
	Proof   string `json:",omitempty"` // why it is not proved
}

// A Judge judges mutants of one instruction set. It changes flags of rapid, so that a process
// must not use two at a time.
type Judge struct {
	set     *simd.Set
	program *emulate.Program
	cases   int
	tests   map[string]*tests  // by kernel
	proofs  map[string]*proofs // by kernel
}

// NewJudge returns a judge for mutants of an instruction set, whose laws draw that many cases.
func NewJudge(isa string, cases int) (*Judge, error) {
	sets, err := emulate.Sets()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(sets, func(s *simd.Set) bool { return s.Name == isa })
	if i < 0 {
		return nil, fmt.Errorf("mutate: no instruction set %q", isa)
	}
	program, err := emulate.Assembly(isa)
	if err != nil {
		return nil, err
	}
	return &Judge{sets[i], program, cases, map[string]*tests{}, map[string]*proofs{}}, nil
}

// Judge returns the verdict on a mutant.
func (j *Judge) Judge(m Mutant) (result Result, err error) {
	result = Result{Mutant: m, Verdict: Invalid}
	defer func() {
		if reason := recover(); reason != nil {
			result.Verdict, result.Law = Broken, fmt.Sprint(reason)
		}
	}()
	kernel := j.kernel(m.Kernel)
	program, err := m.Apply(j.program)
	if err != nil {
		result.Proof = err.Error()
		return result, nil
	}
	tests, err := j.testsOf(kernel)
	if err != nil {
		return result, err
	}
	proofs, err := j.proofsOf(kernel)
	if err != nil {
		return result, err
	}
	if result.Law, err = tests.fail(kernel, program, m.Line); err != nil {
		return result, err
	}
	if result.Proof = proofs.fail(program, m.Line, false); result.Proof == "" && result.Law != "" {
		result.Proof = proofs.fail(program, m.Line, true)
	}
	switch lawful, proved := result.Law == "", result.Proof == ""; {
	case strings.Contains(result.Law, "runtime error"): // laws report panics as what is wrong
		result.Verdict = Broken
	case lawful && proved:
		result.Verdict = Equivalent
	case lawful:
		result.Verdict = Survivor
	case proved:
		result.Verdict = Doubtful
	default:
		result.Verdict = Killed
	}
	return result, nil
}

// kernel returns the declaration of a kernel.
func (j *Judge) kernel(name string) access.Kernel { return named(j.set.Kernels(), name) }

func named(kernels []access.Kernel, name string) access.Kernel {
	return kernels[slices.IndexFunc(kernels, func(k access.Kernel) bool { return k.Name == name })]
}

// allowance returns how many instructions a call of a mutant may execute where the kernel executes
// n of them. A mutant that executes more is taken for one that never ends.
func allowance(n uint64) uint64 { return 4*n + 1000 }

// proofs are the shapes for which a kernel is proved, and by lines of the assembly the shapes
// that execute them: all others are not concerned by a change of the line.
type proofs struct {
	shapes       []proof.Shape
	instructions []uint64 // that the kernel executes, by shape
	paths        []string // which lines it executes, by shape: a digest
	at           map[int][]int
	failed       map[int]int // by line, the shape that failed last: it will often fail again
}

// proofsOf returns the proofs of a kernel.
func (j *Judge) proofsOf(kernel access.Kernel) (*proofs, error) {
	if c := j.proofs[kernel.Name]; c != nil {
		return c, nil
	}
	c := &proofs{at: map[int][]int{}, failed: map[int]int{}}
	for s := range proof.Shapes(j.set, kernel) {
		p, err := proof.Prove(j.program, s)
		if err != nil {
			return nil, err
		}
		for _, line := range p.Lines {
			c.at[line] = append(c.at[line], len(c.shapes))
		}
		path := sha256.Sum256(fmt.Append(nil, p.Lines))
		c.shapes, c.instructions, c.paths = append(c.shapes, s), append(c.instructions, p.Instructions), append(c.paths, string(path[:]))
	}
	for _, shapes := range c.at { // a mutant that is not equivalent mostly differs in the first
		slices.SortStableFunc(shapes, func(a, b int) int { return cmp.Compare(c.instructions[a], c.instructions[b]) })
	}
	j.proofs[kernel.Name] = c
	return c, nil
}

// fail returns why a program with a change of that line is not proved equal to the specification,
// or "". If all is not set, it is proved for one shape of each set of lines that are executed, and
// for some others.
func (p *proofs) fail(program *emulate.Program, line int, all bool) string {
	const apart = 50
	shapes := p.at[line]
	if len(shapes) == 0 {
		return "no shape executes the line"
	}
	if i, ok := p.failed[line]; ok {
		if why := p.prove(program, i); why != "" {
			return why
		}
	}
	seen := map[string]bool{}
	for n, i := range shapes {
		if !all && n%apart != 0 && seen[p.paths[i]] {
			continue
		}
		seen[p.paths[i]] = true
		if why := p.prove(program, i); why != "" {
			p.failed[line] = i
			return why
		}
	}
	return ""
}

// prove returns why a program is not proved equal to the specification for shape i, or "".
func (p *proofs) prove(program *emulate.Program, i int) string {
	program.Steps = allowance(p.instructions[i])
	if _, err := proof.Prove(program, p.shapes[i]); err != nil {
		return err.Error()
	}
	return ""
}
