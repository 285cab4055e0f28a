package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

// settings are the flags that say what is trained; those not given are the preset's.
type settings struct {
	Preset  string   `default:"quick" help:"What is run: smoke (seconds), quick (the paper's sizes, 32 runs, 10 epochs), paper (1000 runs, 200 epochs, uniform [-1,1] starts), paper-matched (the small start that meets the published losses)."`
	Sizes   []int    `xor:"sizes" placeholder:"N" help:"Numbers of hidden units, in one layer."`
	Hidden  []int    `xor:"sizes,network" placeholder:"N" help:"Units of each hidden layer, in place of -sizes: 50,50 is networks 100-50-50-10."`
	Runs    *int     `placeholder:"N" help:"Networks of each size."`
	Batch   *int     `placeholder:"N" help:"Samples of a minibatch."`
	Rate    *float64 `placeholder:"R" help:"Learning rate of the first epoch, for the mean gradient of a minibatch."`
	Decay   *float64 `placeholder:"D" help:"How the rate falls: rate x D^epoch (exp) or rate / (1 + D epoch) (inverse)."`
	Law     *string  `placeholder:"exp|inverse" help:"Law of the learning rate."`
	Init    *string  `placeholder:"uniform1|fanin|small" help:"Starts uniform on (-a, a): a = 1, 1/sqrt(inputs of the layer), or 0.05."`
	Seed    *uint64  `placeholder:"S" help:"Seed of all random numbers."`
	Float64 bool     `name:"float64" help:"Train and evaluate in float64, from the same starts, to see how far rounding to float32 matters; by portable kernels, which are slow."`
	source
	isa
}

// isa is the flag that chooses the kernels.
type isa struct {
	ISA string `name:"isa" env:"LOSSGLASS_ISA" placeholder:"NAME" help:"Kernels: generic, avx2, avx512 or neon (default: the fastest that this CPU has). The results do not depend on it."`
}

// source are the flags that say where the images come from.
type source struct {
	Data    string `env:"LOSSGLASS_DATA" placeholder:"DIR|builtin" help:"Directory with MNIST's four IDX files, plain or gzip, or the built-in digits (default: the cache, else download, else the built-in digits)."`
	DataAny bool   `help:"Accept other IDX files of the same shape in -data DIR, such as Fashion-MNIST."`
}

// load returns the images.
func (s source) load(ctx context.Context, log io.Writer) (*dataset.Data, error) {
	if s.DataAny && (s.Data == "" || s.Data == dataset.Builtin) {
		return nil, usageError{errors.New("-data-any needs the directory of the files: -data DIR")}
	}
	return dataset.Load(ctx, s.options(log))
}

func (s source) options(log io.Writer) dataset.Options {
	return dataset.Options{Dir: s.Data, Any: s.DataAny, Log: log}
}

// plan returns the preset with the given flags put over it.
func (s settings) plan() (mnist.Plan, error) {
	p, err := mnist.Preset(s.Preset)
	if err != nil {
		return p, usageError{err}
	}
	if s.Sizes != nil {
		p.Sizes = s.Sizes
	}
	if s.Hidden != nil {
		p = p.OfLayers(s.Hidden)
	}
	override(&p.Runs, s.Runs)
	override(&p.Batch, s.Batch)
	override(&p.Rate, s.Rate)
	override(&p.Decay, s.Decay)
	override(&p.Start, s.Init)
	override(&p.Seed, s.Seed)
	p.Float64 = s.Float64
	if s.Law != nil {
		p.Law = mnist.Law(*s.Law)
	}
	return p, nil
}

func override[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// kernels returns those asked for, or the fastest.
func (i isa) kernels() (*simd.Set, error) {
	if i.ISA == "" {
		return simd.Detect(), nil
	}
	k, err := simd.ByName(i.ISA)
	if err != nil {
		return nil, usageError{fmt.Errorf("-isa: %w", err)}
	}
	return k, nil
}

// experiment loads the data and prepares the plan.
func (s settings) experiment(ctx context.Context, plan mnist.Plan, log io.Writer) (*mnist.Experiment, *dataset.Data, error) {
	if err := plan.Validate(); err != nil {
		return nil, nil, usageError{err}
	}
	k, err := s.kernels()
	if err != nil {
		return nil, nil, err
	}
	if plan.Float64 && s.ISA != "" && k.Name != simd.Generic().Name {
		return nil, nil, usageError{fmt.Errorf("-isa %s: -float64 has portable kernels only, -isa generic", s.ISA)}
	}
	data, err := s.load(ctx, log)
	if err != nil {
		return nil, nil, err
	}
	e, err := mnist.New(plan, data, k)
	if err != nil {
		return nil, nil, err
	}
	p := e.Plan()
	if p.Batch > p.TrainSamples {
		return nil, nil, usageError{fmt.Errorf("minibatch of %d: there are %d training images", p.Batch, p.TrainSamples)}
	}
	networks := "each size " + strings.Trim(fmt.Sprint(p.Sizes), "[]")
	if p.Hidden != nil {
		networks = "networks with hidden layers of " + mnist.LayersText(p.Hidden) + " units"
	}
	if p.Float64 {
		networks += " in float64"
	}
	fmt.Fprintf(log, "data: %s (%s); %d runs of %s, %d epochs, minibatch %d, rate %v %s %v, start %s, seed %d; kernels %s\n",
		p.Data, data.From, p.Runs, networks, p.Epochs, p.Batch, p.Rate, p.Law, p.Decay, p.Start, p.Seed, e.Kernels())
	return e, data, nil
}
