package bench

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/network"
)

// calls are all calls of one kernel in one training step, on the operands of
// that step, so that memory is walked as in training and the times of the
// kernels add up to the step's.
type calls struct {
	work
	batch   int // samples of the minibatch
	nonzero int // their pixels that are not zero
	all     []func()
	outputs []any // what they write
}

// add records a call and carries it out. flops are for one network.
func (c *calls) add(output any, dense, executed int, call func()) {
	call()
	c.all = append(c.all, call)
	c.outputs = append(c.outputs, output)
	c.dense += relunet.Lanes * dense
	c.executed += relunet.Lanes * executed
}

func (c *calls) run() {
	for _, call := range c.all {
		call()
	}
}

// digest48 is that of what the calls write when they are repeated once.
func (c *calls) digest48() float64 {
	c.run()
	sum := sha256.New()
	for _, output := range c.outputs {
		if err := binary.Write(sum, binary.LittleEndian, output); err != nil {
			panic(err) // outputs are of fixed size
		}
	}
	return digest48([sha256.Size]byte(sum.Sum(nil)))
}

// A watcher replaces one kernel of a table by one that records its calls.
type watcher struct {
	name  string
	sized bool // whether it depends on the number of hidden units
	watch func(k *simd.Set, c *calls)
}

var watchers = []watcher{
	{"ImageForward", true, func(k *simd.Set, c *calls) {
		kernel := k.Network.ImageForward
		k.Network.ImageForward = func(width int, h, w, b []float32, list [][3]uint32, spans [][4]uint32) {
			c.add(h, 2*width*dataset.Size*c.batch, 2*width*c.nonzero, func() { kernel(width, h, w, b, list, spans) })
		}
	}},
	{"ImageStep", true, func(k *simd.Set, c *calls) {
		kernel := k.Network.ImageStep
		k.Network.ImageStep = func(width int, w, d []float32, list [][3]uint32, spans [][4]uint32, step *[16]float32) {
			c.add(w, 2*width*dataset.Size*c.batch, 2*width*c.nonzero, func() { kernel(width, w, d, list, spans, step) })
		}
	}},
	{"Forward", true, func(k *simd.Set, c *calls) {
		kernel := k.Network.Forward
		k.Network.Forward = func(width int, z, w, h []float32, samples, inputs, hStride int) {
			flops := 2 * width * inputs * samples
			c.add(z, flops, flops, func() { kernel(width, z, w, h, samples, inputs, hStride) })
		}
	}},
	{"Backward", true, func(k *simd.Set, c *calls) {
		kernel := k.Network.Backward
		k.Network.Backward = func(width int, d, h, w, delta []float32, samples, outputs, wStride, deltaStride int) {
			flops := 2 * width * outputs * samples
			c.add(d, flops, flops, func() { kernel(width, d, h, w, delta, samples, outputs, wStride, deltaStride) })
		}
	}},
	{"Step", true, func(k *simd.Set, c *calls) {
		kernel := k.Network.Step
		k.Network.Step = func(width int, w, delta, h []float32, samples, inputs int, step *[16]float32) {
			flops := 2 * width * inputs * samples
			c.add(w, flops, flops, func() { kernel(width, w, delta, h, samples, inputs, step) })
		}
	}},
	{"BiasStep", true, func(k *simd.Set, c *calls) {
		kernel := k.Network.BiasStep
		k.Network.BiasStep = func(width int, b, d []float32, samples int, step *[16]float32) {
			flops := width * samples // additions
			c.add(b, flops, flops, func() { kernel(width, b, d, samples, step) })
		}
	}},
	{"SoftmaxGrad", false, func(k *simd.Set, c *calls) {
		kernel := k.Network.SoftmaxGrad
		k.Network.SoftmaxGrad = func(z []float32, labels []uint32, classes, stride int) {
			c.add(z, 0, 0, func() { kernel(z, labels, classes, stride) })
		}
	}},
	{"LossSum", false, func(k *simd.Set, c *calls) {
		kernel := k.Network.LossSum
		k.Network.LossSum = func(z []float32, labels []uint32, classes, stride int, sum *[16]float64, correct *[16]uint32) {
			c.add(sum, 0, 0, func() { kernel(z, labels, classes, stride, sum, correct) })
		}
	}},
	// Training takes e^x and log within the two kernels above; these are as many.
	{"Exp", false, func(k *simd.Set, c *calls) {
		src := ramp(dataset.Classes*c.batch, -20, 0)
		dst := make([]float32, len(src))
		c.add(dst, 0, 0, func() { k.Elementwise.Exp(dst, src) })
	}},
	{"Log", false, func(k *simd.Set, c *calls) {
		src := ramp(c.batch, 1, dataset.Classes)
		dst := make([]float32, len(src))
		c.add(dst, 0, 0, func() { k.Elementwise.Log(dst, src) })
	}},
}

// ramp returns that many vectors of values from one number to another.
func ramp(vectors int, from, to float32) []float32 {
	s := make([]float32, relunet.Lanes*vectors)
	for i := range s {
		part := float32(i) / float32(len(s))
		s[i] = from + float32((to-from)*part)
	}
	return s
}

// record returns the calls of one kernel in the training step on the first
// minibatch or, for LossSum, which has no part in it, in an evaluation of as many
// images.
func (w watcher) record(im *images, k *simd.Set, n, batch int) (*calls, error) {
	order := newTraining(im, k, []int{n}, batch).order
	order = order[:min(batch, len(order))]
	c := &calls{work: work{isa: k, samples: relunet.Lanes * len(order)}, batch: len(order), nonzero: im.nonzero(order)}
	watched := *k
	w.watch(&watched, c)
	t := newTraining(im, &watched, []int{n}, batch) // with the kernels as they are now
	t.pack.Train(im.train, order, batch, &t.rates)
	if c.all != nil {
		return c, nil
	}
	head := im.data.Train.Head(len(order))
	some, err := relunet.NewImages(head.Pixels, head.Labels, dataset.Size, dataset.Classes)
	if err == nil {
		_, _, err = t.pack.Evaluate(context.Background(), some, nil)
	}
	return c, err
}

// BenchmarkKernel repeats all calls of one kernel in a training step on one
// minibatch, kernels that know nothing of hidden units under n=any. A call costs
// some nanoseconds by itself, which shows in BiasStep and at minibatch 1. The
// exact unit is the digest of what a first repetition writes.
func BenchmarkKernel(b *testing.B) {
	for _, n := range sizes() {
		benchmarkKernels(b, strconv.Itoa(n), n, true)
	}
	benchmarkKernels(b, "any", network.Tile, false)
}

func benchmarkKernels(b *testing.B, label string, n int, sized bool) {
	for _, w := range watchers {
		if w.sized != sized {
			continue
		}
		for _, batch := range minibatches() {
			for _, k := range kernelsFor([]int{n}, batch) {
				b.Run(fmt.Sprintf("n=%s/kernel=%s/isa=%s/batch=%d", label, w.name, k.Name, batch), func(b *testing.B) {
					c, err := w.record(benchmarkImages(b), k, n, batch)
					if err != nil {
						b.Fatal(err)
					}
					digest := c.digest48()
					c.measure(b, c.run)
					b.ReportMetric(digest, "digest48")
				})
			}
		}
	}
}
