package mutate

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/proof"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// A Verdict is what became of a mutant.
type Verdict string

// The verdicts.
const (
	Killed     Verdict = "killed"     // a law fails
	Equivalent Verdict = "equivalent" // all laws pass, and it is proved
	Survivor   Verdict = "survivor"   // all laws pass, and a proof fails
	Doubtful   Verdict = "doubtful"   // a law fails, and it is proved: one of them is wrong
	Invalid    Verdict = "invalid"    // it is no instruction that the emulator knows
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
	proofs  map[string]*coverage // by kernel
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
	if err := flag.Set("rapid.shrinktime", "0s"); err != nil { // the smallest counterexample is of no use here
		return nil, err
	}
	return &Judge{sets[i], program, cases, map[string]*coverage{}}, nil
}

// steps bounds the instructions of a call, because a mutant may never end.
const steps = 500_000

// Judge returns the verdict on a mutant.
func (j *Judge) Judge(m Mutant) (Result, error) {
	result := Result{Mutant: m, Verdict: Invalid}
	kernel := j.kernel(m.Kernel)
	program, err := m.Program()
	if err != nil {
		result.Proof = err.Error()
		return result, nil
	}
	program.Steps = steps
	f, err := program.Kernel(kernel)
	if err != nil {
		result.Proof = err.Error()
		return result, nil
	}
	shapes, err := j.shapesAt(kernel, m.Line)
	if err != nil {
		return result, err
	}
	original := kernel.Func()
	kernel.Replace(f)
	result.Law = j.law(kernel)
	kernel.Replace(original)
	result.Proof = prove(program, shapes)
	switch lawful, proved := result.Law == "", result.Proof == ""; {
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
func (j *Judge) kernel(name string) access.Kernel {
	kernels := j.set.Kernels()
	return kernels[slices.IndexFunc(kernels, func(k access.Kernel) bool { return k.Name == name })]
}

// law returns the first law that the kernel breaks, of those that the tests of package simd hold
// emulated kernels to, or "".
func (j *Judge) law(kernel access.Kernel) string {
	for _, p := range kerneltest.Properties(j.set, kernel) {
		if p.Name != "equals-specification" && p.Name != "padding" {
			continue
		}
		p.MinimumShares = nil
		if c := law.FalsifyCases(p, j.cases); c != nil {
			return p.Name + ": " + c.Message
		}
	}
	if err := j.shapes(kernel); err != nil {
		return "every shape: " + err.Error()
	}
	if err := j.tiles(kernel.Name); err != nil {
		return "every tile: " + err.Error()
	}
	return ""
}

// shapes holds a kernel to the test of every shape.
func (j *Judge) shapes(kernel access.Kernel) (err error) {
	if kernel.Name == "Gemm32" || kernel.Name == "Gemm64" { // which have that of every tile
		return nil
	}
	defer faultAsError(&err)
	specifications := j.set.Specification().Kernels()
	specification := specifications[slices.IndexFunc(specifications, func(k access.Kernel) bool { return k.Name == kernel.Name })]
	random := rand.New(rand.NewPCG(1, 1))
	for n, s := range proof.QuickShapes(j.set, kernel) {
		if err := s.Compare(kernel.Func(), specification.Func(), random, proof.Special(n)); err != nil {
			return err
		}
	}
	return nil
}

// tiles holds products to the test of every tile.
func (j *Judge) tiles(kernel string) (err error) {
	defer faultAsError(&err)
	switch specification, step := j.set.Specification(), kerneltest.TileStep(j.set.Name); kernel {
	case "Gemm32":
		return kerneltest.EveryTile(j.set.Gemm32, specification.Gemm32, step)
	case "Gemm64":
		return kerneltest.EveryTile(j.set.Gemm64, specification.Gemm64, step)
	}
	return nil
}

// faultAsError makes the panic of an emulated kernel an error.
func faultAsError(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("%v", fault)
	}
}

// A coverage has the shapes of a kernel, and which of them execute each line.
type coverage struct {
	shapes []proof.Shape
	at     map[int][]int
}

// mostShapes is how many shapes a mutant is proved for: of those that execute its line, as
// all others are not concerned. Where there are more, they are spread over all of them.
const mostShapes = 200

// shapesAt returns shapes of a kernel that execute a line.
func (j *Judge) shapesAt(kernel access.Kernel, line int) ([]proof.Shape, error) {
	c := j.proofs[kernel.Name]
	if c == nil {
		c = &coverage{slices.Collect(proof.Shapes(j.set, kernel)), map[int][]int{}}
		for i, s := range c.shapes {
			p, err := proof.Prove(j.program, s)
			if err != nil {
				return nil, err
			}
			for _, line := range p.Lines {
				c.at[line] = append(c.at[line], i)
			}
		}
		j.proofs[kernel.Name] = c
	}
	var shapes []proof.Shape
	all := c.at[line]
	for n := range min(len(all), mostShapes) {
		shapes = append(shapes, c.shapes[all[n*len(all)/min(len(all), mostShapes)]])
	}
	return shapes, nil
}

// prove returns why a mutant is not proved equal to the specification, or "".
func prove(program *emulate.Program, shapes []proof.Shape) string {
	if len(shapes) == 0 {
		return "no shape executes the line"
	}
	for _, s := range shapes {
		if _, err := proof.Prove(program, s); err != nil {
			return err.Error()
		}
	}
	return ""
}
