package mutate

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/proof"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// A test is one of those that package simd holds an emulated kernel to in an ordinary test run.
type test struct {
	name         string
	run          func() error
	instructions uint64 // that the longest call of the kernel executes
}

// tests are the tests of a kernel, and by lines of the assembly those that execute them: no other
// test can fail by a change of the line.
type tests struct {
	all    []test
	at     map[int][]int
	failed map[int]int // by line, the test that failed last: it will often fail again
}

// testsOf returns the tests of a kernel, which are run once to learn what they execute.
func (j *Judge) testsOf(kernel access.Kernel) (*tests, error) {
	if c := j.tests[kernel.Name]; c != nil {
		return c, nil
	}
	f, err := j.program.Kernel(kernel)
	if err != nil {
		return nil, err
	}
	kernel.Replace(f)
	defer func() { j.program.Called = nil }()
	c := &tests{all: j.list(kernel), at: map[int][]int{}, failed: map[int]int{}}
	for i := range c.all {
		lines := map[int]bool{}
		j.program.Called = func(executed []int, counts emulate.Counts) {
			for _, line := range executed {
				lines[line] = true
			}
			c.all[i].instructions = max(c.all[i].instructions, counts.Instructions)
		}
		if err := c.all[i].run(); err != nil {
			return nil, fmt.Errorf("mutate: the kernel itself fails %s: %w", c.all[i].name, err)
		}
		for line := range lines {
			c.at[line] = append(c.at[line], i)
		}
	}
	j.tests[kernel.Name] = c
	return c, nil
}

// fail runs the tests on a program with a change of that line, and returns the first that fails, with
// its message, or "".
func (c *tests) fail(kernel access.Kernel, program *emulate.Program, line int) (string, error) {
	f, err := program.Kernel(kernel)
	if err != nil {
		return "", err
	}
	original := kernel.Func()
	kernel.Replace(f)
	defer kernel.Replace(original)
	order := c.at[line]
	if i, ok := c.failed[line]; ok {
		order = append([]int{i}, order...)
	}
	for _, i := range order {
		program.Steps = allowance(c.all[i].instructions)
		if err := c.all[i].run(); err != nil {
			c.failed[line] = i
			return c.all[i].name + ": " + err.Error(), nil
		}
	}
	return "", nil
}

// list returns the tests of a kernel: calls of every shape or tile, and the laws on drawn calls.
func (j *Judge) list(kernel access.Kernel) []test {
	var all []test
	add := func(name string, run func() error) {
		all = append(all, test{name: name, run: func() (err error) {
			defer faultAsError(&err)
			return run()
		}})
	}
	specification, step := j.set.Specification(), kerneltest.TileStep(j.set.Name)
	switch kernel.Name {
	case "Gemm32":
		for t := range kerneltest.Tiles(j.set.Gemm32, step) {
			add("every tile", func() error { return kerneltest.CompareTile(t, j.set.Gemm32, specification.Gemm32) })
		}
	case "Gemm64":
		for t := range kerneltest.Tiles(j.set.Gemm64, step) {
			add("every tile", func() error { return kerneltest.CompareTile(t, j.set.Gemm64, specification.Gemm64) })
		}
	default:
		wanted := named(specification.Kernels(), kernel.Name)
		for n, s := range proof.QuickShapes(j.set, kernel) {
			add("every shape", func() error {
				random := rand.New(rand.NewPCG(1, uint64(n)))
				for _, data := range proof.Few(n) {
					if err := s.Compare(kernel.Func(), wanted.Func(), random, data); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	for _, p := range kerneltest.Properties(j.set, kernel) {
		if p.Name == "equals-specification" || p.Name == "padding" {
			add(p.Name, func() error { return j.draw(kernel, p.Name) })
		}
	}
	return all
}

// draw holds a kernel to a law, always on the same cases.
func (j *Judge) draw(kernel access.Kernel, name string) error {
	for _, p := range kerneltest.Properties(j.set, kernel) {
		if p.Name == name {
			if c := law.Search(p, j.cases, 1, 0).Counterexample; c != nil {
				return errors.New(c.Message)
			}
		}
	}
	return nil
}

// faultAsError makes the fault of an emulated kernel an error. Any other panic is an error of the emulator or
// of the test.
func faultAsError(err *error) {
	switch reason := recover().(type) {
	case nil:
	case *emulate.Fault:
		*err = reason
	default:
		panic(reason)
	}
}
