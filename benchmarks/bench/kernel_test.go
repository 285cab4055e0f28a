package bench

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/internal/direct"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/network"
)

// calls are all calls of one kernel in one training step, on the operands of that
// step, so that memory is accessed as in training and the times of the kernels add up
// to the time of the step.
type calls struct {
	work
	kernel  string
	all     []func()
	args    [][]reflect.Value // of each
	outputs []any             // the operands of floating-point numbers that are written
}

// add records a call. dense is its number of floating-point operations if zero pixels
// are not skipped, or 0 if that makes no difference.
func (c *calls) add(declared access.Kernel, kernel reflect.Value, args []reflect.Value, dense float64) {
	c.kernel = declared.Name
	c.all, c.args = append(c.all, direct.Call(kernel, args)), append(c.args, args)
	call := declared.Call(args)
	for i, name := range declared.Params {
		_, counts := args[i].Interface().(*[network.Lanes]uint32)
		written := slices.ContainsFunc(call.Regions, func(r access.Region) bool { return r.Operand == name && r.Mode&access.Write != 0 })
		if written && !counts {
			c.outputs = append(c.outputs, args[i].Interface())
		}
	}
	executed := 2 * float64(call.Terms)
	c.executed += executed
	c.dense += cmp.Or(dense, executed)
}

func (c *calls) run() {
	for _, call := range c.all {
		call()
	}
}

// digest returns the digest of what the calls write when they are repeated once.
func (c *calls) digest() string {
	c.run()
	sum := sha256.New()
	for _, output := range c.outputs {
		if err := binary.Write(sum, binary.LittleEndian, output); err != nil {
			panic(err) // outputs are of fixed size
		}
	}
	return shorten([sha256.Size]byte(sum.Sum(nil)))
}

// record returns the calls of one kernel in the training step on the first minibatch
// or, for kernels that have no part in it, in an evaluation of as many images.
func record(im *images, set *simd.Set, name string, n, batch int) (*calls, error) {
	samples := min(batch, im.data.Train.Len())
	c := &calls{work: work{isa: set, samples: relunet.Lanes * samples}}
	for _, kernel := range set.Elementwise.Declarations() {
		if kernel.Name == name {
			c.addElementwise(kernel, samples)
			return c, nil
		}
	}
	recording := set.Wrapped(func(declared access.Kernel, kernel reflect.Value, args []reflect.Value) {
		kernel.Call(args)
		if declared.Name != name {
			return
		}
		dense := 0.0
		if slices.Contains(declared.Params, "list") {
			dense = 2 * float64(args[0].Int()) * relunet.Lanes * dataset.Size * float64(samples)
		}
		c.add(declared, kernel, args, dense)
	})
	t := newTraining(im, recording, []int{n}, batch)
	t.pack.Train(newMinibatch(im.data.Train, t.order[:samples]), upTo(samples), batch, &t.rates)
	if c.all != nil {
		return c, nil
	}
	_, _, err := t.pack.Evaluate(context.Background(), newMinibatch(im.data.Train, upTo(samples)), nil)
	return c, err
}

// newMinibatch returns the images of a set with these numbers. To prepare the whole set takes
// longer than a short benchmark.
func newMinibatch(set dataset.Set, numbers []int32) *relunet.Images {
	var pixels []float32
	var labels []uint8
	for _, i := range numbers {
		pixels = append(pixels, set.Pixels[int(i)*dataset.Size:][:dataset.Size]...)
		labels = append(labels, set.Labels[i])
	}
	im, err := relunet.NewImages(pixels, labels, dataset.Size, dataset.Classes)
	if err != nil {
		panic(err) // a dataset.Set is what NewImages asks for
	}
	return im
}

// upTo returns 0, 1, ..., n-1.
func upTo(n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// A ramp describes an operand of a kernel: vectors of sixteen lanes for each sample, with
// values that rise evenly from from to to.
type ramp struct {
	vectors  int
	from, to float32
}

// ramps are the operands of elementwise kernels whose time or results depend on them.
// Training computes as many exponentials and logarithms within SoftmaxGrad and LossSum.
var ramps = map[string]ramp{
	"Exp": {dataset.Classes, -20, 0},
	"Log": {1, 1, dataset.Classes},
}

// benchmarked returns the kernels that BenchmarkKernel measures: those of networks and
// the elementwise ones. Products and spin glasses have benchmarks of their own.
func benchmarked(set *simd.Set) []access.Kernel {
	return slices.Concat(set.Network.Declarations(), set.Elementwise.Declarations())
}

// addElementwise makes a call of an elementwise kernel whose operands are all ramps, and
// records it.
func (c *calls) addElementwise(kernel access.Kernel, samples int) {
	r, ok := ramps[kernel.Name]
	if !ok {
		r = ramp{dataset.Classes, -1, 1}
	}
	args := make([]reflect.Value, len(kernel.Params))
	for i := range args {
		t := kernel.Type().In(i)
		if t.Kind() == reflect.Pointer {
			args[i] = reflect.New(t.Elem())
			args[i].Elem().Index(0).SetFloat(float64(r.to))
			continue
		}
		x := make([]float32, relunet.Lanes*r.vectors*samples)
		for j := range x {
			part := float32(j) / float32(len(x))
			x[j] = r.from + float32((r.to-r.from)*part)
		}
		args[i] = reflect.ValueOf(x)
	}
	kernel.Func().Call(args)
	c.add(kernel, kernel.Func(), args, 0)
}

// BenchmarkKernel repeats all calls of one kernel in a training step on one
// minibatch, kernels that know nothing of hidden units under n=any. A call costs
// some nanoseconds by itself, which shows in BiasStep and at minibatch 1. The
// digest is of what a first repetition writes.
func BenchmarkKernel(b *testing.B) {
	for _, n := range sizes() {
		benchmarkKernels(b, strconv.Itoa(n), n, true)
	}
	benchmarkKernels(b, "any", network.Tile, false)
}

// benchmarkKernels measures the kernels that depend on the number of hidden units, which
// have a width, or the others.
func benchmarkKernels(b *testing.B, label string, n int, sized bool) {
	for _, kernel := range benchmarked(simd.Generic()) {
		if slices.Contains(kernel.Params, "width") != sized {
			continue
		}
		for _, batch := range minibatches() {
			for _, set := range kernelsFor([]int{n}, batch) {
				name := fmt.Sprintf("n=%s/kernel=%s/isa=%s/batch=%d", label, kernel.Name, set.Name, batch)
				benchmark(b, name, func(b *testing.B) subject {
					c, err := recordedOnce(name, func() (*calls, error) { return record(benchmarkImages(b), set, kernel.Name, n, batch) })
					if err != nil {
						b.Fatal(err)
					}
					return subject{c.work, c.run, c.digest()}
				})
			}
		}
	}
}

// latest are the calls of the latest benchmark, with what their outputs were at first.
var latest struct {
	name    string
	calls   *calls
	outputs []reflect.Value
}

// recordedOnce returns what prepare does, with the number of instructions, and in the other
// repetitions of a benchmark the same calls with their outputs as they were at first. To
// record, and to count, takes longer than a short benchmark.
func recordedOnce(name string, prepare func() (*calls, error)) (*calls, error) {
	if latest.name == name {
		for i, output := range latest.calls.outputs {
			reflect.Copy(elements(output), latest.outputs[i])
		}
		return latest.calls, nil
	}
	c, err := prepare()
	if err != nil {
		return nil, err
	}
	if c.instructions, err = instructionsOf(c); err != nil {
		return nil, err
	}
	latest.name, latest.calls, latest.outputs = name, c, nil
	for _, output := range c.outputs {
		latest.outputs = append(latest.outputs, elements(copyOf(reflect.ValueOf(output)).Interface()))
	}
	return c, nil
}

// elements returns an operand of numbers, a slice or a pointer to an array, as what reflect.Copy
// takes.
func elements(operand any) reflect.Value {
	v := reflect.ValueOf(operand)
	if v.Kind() == reflect.Pointer {
		return v.Elem()
	}
	return v
}
