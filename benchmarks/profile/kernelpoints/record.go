package kernelpoints

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/internal/direct"
	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/pipeline"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
)

// A Point is all calls of one kernel in one workload.
type Point struct {
	profile.KernelPoint

	// Steps are the instructions of the kernel and how often all calls execute them; nil if
	// it has no assembly.
	Steps []emulate.Step
	// Executed is what each call executes, and where their operands were.
	Executed []pipeline.Call

	run      []func()
	touched  spans
	recorded map[region]bool
}

// A recorder records the calls of one set of kernels.
type recorder struct {
	ctx     context.Context
	set     *simd.Set
	program *emulate.Program // nil if the set has no assembly
	shapes  map[string]counts
	onData  map[string]bool // of each kernel that was asked for: what branchesOnData returns
	err     error           // the first
}

// counts are what calls of one shape do.
type counts struct {
	flops, bytes, moved float64
	steps               []emulate.Step
	trace               []pipeline.Executed
}

func newRecorder(ctx context.Context, set *simd.Set) (*recorder, error) {
	r := &recorder{ctx: ctx, set: set, shapes: map[string]counts{}, onData: map[string]bool{}}
	if set.Name == simd.Generic().Name {
		return r, nil
	}
	var err error
	r.program, err = emulate.Assembly(set.Name)
	return r, err
}

// record computes a workload once, and returns a point for each kernel that it calls. Each call is counted, and executed
// by the emulator, on the data that the workload calls it with. A kernel that updates an operand is timed on what the
// call before left there: SoftmaxGrad of avx512 then finds no small numerators, whatever there were.
func (r *recorder) record(w Workload) ([]*Point, error) {
	var points []*Point
	byName := map[string]*Point{}
	err := w.run(r.set.Wrapped(func(declared access.Kernel, kernel reflect.Value, args []reflect.Value) {
		defer kernel.Call(args) // after it was recorded: it may overwrite what decides its path
		if r.err != nil || r.ctx.Err() != nil {
			return
		}
		p := byName[declared.Name]
		if p == nil {
			p = &Point{KernelPoint: profile.KernelPoint{ISA: r.set.Name, Kernel: declared.Name, Size: w.Size, Element: element(declared)}, recorded: map[region]bool{}}
			byName[declared.Name], points = p, append(points, p)
		}
		r.err = r.add(p, declared, kernel, args)
	}))
	for _, p := range points {
		p.Working = p.touched.total()
	}
	return points, firstError(err, r.err, r.ctx.Err())
}

func firstError(errors ...error) error {
	for _, err := range errors {
		if err != nil {
			return err
		}
	}
	return nil
}

// element returns the type of the numbers that a kernel computes with.
func element(kernel access.Kernel) string {
	name := ""
	for i := range kernel.Type().NumIn() {
		if t := kernel.Type().In(i); t.Kind() == reflect.Slice && name == "" {
			if kind := t.Elem().Kind(); kind == reflect.Float32 || kind == reflect.Float64 {
				name = kind.String()
			}
		}
	}
	return name
}

// add adds a call to a point.
func (r *recorder) add(p *Point, declared access.Kernel, kernel reflect.Value, args []reflect.Value) error {
	call := declared.Call(args)
	p.touch(declared, call, args)
	key := shape(declared, args, r.branchesOnData(declared.Name))
	c, known := r.shapes[key]
	if !known {
		c = counts{flops: float64(call.FLOPs), bytes: unique(declared, call, args)}
		if r.program != nil {
			if err := r.trace(&c, declared, call, args); err != nil {
				return err
			}
		}
		r.shapes[key] = c
	}
	p.run = append(p.run, direct.Call(kernel, args))
	p.Calls++
	if c.trace != nil {
		p.Executed = append(p.Executed, pipeline.Call{Trace: c.trace, Arguments: addresses(args)})
	}
	p.Flops += c.flops
	p.Bytes += c.bytes
	p.Moved += c.moved
	if p.Steps == nil {
		p.Steps = slices.Clone(c.steps)
		for i := range p.Steps {
			p.Steps[i].Times = 0
		}
	}
	for i := range c.steps {
		p.Steps[i].Times += c.steps[i].Times
		p.Steps[i].Accessed = max(p.Steps[i].Accessed, c.steps[i].Accessed)
		p.Instructions += float64(c.steps[i].Times)
	}
	return nil
}

// trace executes a call in the emulator, on copies of those elements that it accesses, and counts
// what it does.
func (r *recorder) trace(c *counts, declared access.Kernel, call access.Call, args []reflect.Value) error {
	copies := make([]any, len(args))
	for i, arg := range args {
		switch arg.Kind() {
		case reflect.Slice:
			n := min(call.Len(declared.Params[i]), arg.Len())
			own := reflect.MakeSlice(arg.Type(), n, n)
			reflect.Copy(own, arg)
			copies[i] = own.Interface()
		case reflect.Pointer:
			own := reflect.New(arg.Type().Elem())
			own.Elem().Set(arg.Elem())
			copies[i] = own.Interface()
		default:
			copies[i] = arg.Interface()
		}
	}
	visit := func(step, argument int, offset int64) {
		c.trace = append(c.trace, pipeline.Executed{Step: uint16(step), Argument: int8(argument), Offset: int32(offset)})
	}
	total, steps, err := r.program.Follow(declared.Name, visit, copies...)
	c.moved, c.steps = float64(total.BytesRead+total.BytesWritten), steps
	return err
}

// addresses returns where the memory of each argument begins, 0 for numbers.
func addresses(args []reflect.Value) []uintptr {
	all := make([]uintptr, len(args))
	for i, arg := range args {
		if kind := arg.Kind(); kind == reflect.Slice || kind == reflect.Pointer {
			all[i] = arg.Pointer()
		}
	}
	return all
}

// branchesOnData reports whether the path of a kernel depends on numbers that it computes with: whether it moves a
// mask, the result of comparisons, to a general register. On arm64, and without masks, no kernel's does.
func (r *recorder) branchesOnData(kernel string) bool {
	if r.program == nil {
		return false
	}
	known, isKnown := r.onData[kernel]
	if !isKnown { // a product of 1024 rows asks ten thousand times
		steps, err := r.program.Flow(kernel)
		known = err == nil && slices.ContainsFunc(steps, func(s emulate.Step) bool { return s.Form == "KMOVW k, r" })
		r.onData[kernel] = known
	}
	return known
}

// shape returns a key that calls have in common which execute the same instructions: their
// numbers, and the contents of lists and labels, and of all other operands if the path depends on them.
func shape(declared access.Kernel, args []reflect.Value, onData bool) string {
	key := declared.Name
	for _, arg := range args {
		kind := arg.Kind()
		if kind == reflect.Int || kind == reflect.Bool {
			key += fmt.Sprint(" ", arg)
			continue
		}
		element := reflect.Invalid
		if kind == reflect.Slice {
			element = arg.Type().Elem().Kind()
		}
		switch isData := element == reflect.Float32 || element == reflect.Float64; {
		case element == reflect.Invalid:
		case isData && !onData:
			if len(declared.Params) == 2 { // elementwise kernels have no other size
				key += fmt.Sprint(" ", arg.Len())
			}
		default:
			digest := fnv.New64a()
			_ = binary.Write(digest, binary.LittleEndian, arg.Interface()) // a hash does not fail
			key += fmt.Sprintf(" %d %x", arg.Len(), digest.Sum64())
		}
	}
	return key
}
