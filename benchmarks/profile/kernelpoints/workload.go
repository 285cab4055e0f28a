package kernelpoints

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	glassexperiment "github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/elementwise"
)

// A Workload is something that core computes with the kernels.
type Workload struct {
	Size    string // "n=100", "256x256x256"
	run     func(set *simd.Set) error
	isLarge bool // too large for an emulator
}

// Seed of all random numbers, and the other keys of their streams.
const (
	seed     = 1
	disorder = 0
)

// Workloads returns a training step and an evaluation of networks of each size of the
// experiment, energies and gradients of spin glasses of each size, matrix products, and the
// elementwise kernels. The sizes are those of the presets that run in a minute.
func Workloads(ctx context.Context, data *dataset.Data) ([]Workload, error) {
	networks, err := mnist.Preset("quick")
	if err != nil {
		return nil, err
	}
	glasses, err := glassexperiment.Preset("quick", 3, "gd", nil)
	if err != nil {
		return nil, err
	}
	batch := data.Train.Head(min(networks.Batch, data.Train.Len()))
	images, err := relunet.NewImages(batch.Pixels, batch.Labels, dataset.Size, dataset.Classes)
	if err != nil {
		return nil, err
	}
	var all []Workload
	for i, n := range networks.Sizes {
		all = append(all, Workload{fmt.Sprintf("n=%d", n), func(set *simd.Set) error { return train(ctx, set, images, n, batch.Len()) }, i > 0})
	}
	for _, size := range products {
		all = append(all, Workload{fmt.Sprintf("%dx%dx%d", size[0], size[1], size[2]), func(set *simd.Set) error { multiply(set, size); return nil }, size[0]*size[1]*size[2] > 64*64*64})
	}
	for i, n := range glasses.Sizes {
		for _, replicas := range []int{1, manyReplicas} {
			all = append(all, Workload{fmt.Sprintf("N=%d, %s", n.N, format.Count(replicas, "replica")), func(set *simd.Set) error { return differentiate(ctx, set, n.N, replicas) }, i > 0})
		}
	}
	return append(all, Workload{fmt.Sprintf("%d elements", elements), apply, false}), nil
}

// products are rows of C, columns of C and the length of its sums: the products of a network
// with 25 hidden units and a minibatch of 100, cubes, and sizes that are no multiples of a tile.
var products = [][3]int{{100, 25, 100}, {100, 10, 25}, {100, 25, 10}, {10, 25, 100}, {64, 64, 64}, {256, 256, 256}, {511, 513, 509}, {1024, 1024, 1024}}

// Small returns those of the workloads, in their order, that an emulator of a CPU computes in seconds:
// the smallest network and glass, and products of at most 64x64x64.
func Small(all []Workload) []Workload {
	return slices.DeleteFunc(slices.Clone(all), func(w Workload) bool { return w.isLarge })
}

// manyReplicas is the number of replicas that the experiment computes at once, at most.
const manyReplicas = 100

// train takes one step of stochastic gradient descent and evaluates the networks.
func train(ctx context.Context, set *simd.Set, images *relunet.Images, n, batch int) error {
	pack := relunet.NewPack(set, dataset.Size, n, dataset.Classes)
	params := make([]float32, relunet.Params(dataset.Size, n, dataset.Classes))
	var rates [relunet.Lanes]float64
	for lane := range rates {
		relunet.DrawStart(params, []int{dataset.Size, n, dataset.Classes}, relunet.Uniform1, stream.New(seed, "mnist/start", uint64(n), uint64(lane)))
		pack.SetNetwork(lane, params)
		rates[lane] = 1
	}
	order := make([]int32, batch)
	for i := range order {
		order[i] = int32(i)
	}
	pack.Train(images, order, batch, &rates)
	_, _, err := pack.Evaluate(ctx, images, nil)
	return err
}

// multiply multiplies matrices of a size in float32 and in float64, on one thread.
func multiply(set *simd.Set, size [3]int) {
	m, n, k := size[0], size[1], size[2]
	matmul.Gemm32(set, false, false, m, n, k, 1, halves[float32](m*k), k, halves[float32](k*n), n, 0, make([]float32, m*n), n, 1)
	matmul.Gemm64(set, false, false, m, n, k, 1, halves[float64](m*k), k, halves[float64](k*n), n, 0, make([]float64, m*n), n, 1)
}

// halves returns multiples of 1/2.
func halves[T float32 | float64](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(i%13-6) / 2
	}
	return x
}

// differentiate computes energies and gradients of replicas of a 3-spin glass.
func differentiate(ctx context.Context, set *simd.Set, n, replicas int) error {
	glass, err := spinglass.New(ctx, set, 3, n, spinglass.Gauss, seed, disorder)
	if err != nil {
		return err
	}
	w := make([]float64, n*replicas)
	spinglass.DrawStarts(w, n, replicas, seed, disorder, 0)
	glass.EnergyGradient(w, make([]float64, n*replicas), make([]float64, replicas), replicas)
	return nil
}

// elements is the length of the vectors of elementwise kernels: the logits of a minibatch of
// 100 images and sixteen networks.
const elements = 100 * dataset.Classes * elementwise.Lanes

// apply calls every elementwise kernel on numbers between 1/2 and 1.
func apply(set *simd.Set) error {
	for _, kernel := range set.Elementwise.Declarations() {
		args := make([]reflect.Value, len(kernel.Params))
		for i := range args {
			x := reflect.MakeSlice(kernel.Type().In(i), elements, elements)
			for j := range elements {
				x.Index(j).SetFloat(.5 + float64(j)/(2*elements))
			}
			args[i] = x
		}
		kernel.Func().Call(args)
	}
	return nil
}
