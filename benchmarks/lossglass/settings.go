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

// settings are the flags that define what is trained. A flag that is not given has the
// value of the preset.
type settings struct {
	Preset   string   `default:"quick" placeholder:"smoke|quick|paper|paper-matched" help:"Settings of the flags that are not given: smoke (seconds), quick (the paper's sizes, 32 runs, 10 epochs), paper (1000 runs, 200 epochs, starts uniform in [-1,1]) or paper-matched (as paper, with the small starts that reproduce the published losses) (default: quick)."`
	Sizes    []int    `xor:"sizes" placeholder:"N" help:"Numbers of hidden units, in one layer."`
	Hidden   []int    `xor:"sizes,network" placeholder:"N" help:"Units of each hidden layer, instead of -sizes: 50,50 trains networks 100-50-50-10."`
	Runs     *int     `placeholder:"N" help:"Number of networks of each size."`
	Batch    *int     `placeholder:"N" help:"Samples of a minibatch."`
	Rate     *float64 `placeholder:"R" help:"Learning rate of the first epoch, for the mean gradient of a minibatch."`
	Decay    *float64 `placeholder:"D" help:"Decay of the learning rate, see -schedule."`
	Schedule *string  `placeholder:"exp|inverse" help:"Learning rate of epoch e, counted from 0: R D^e (exp) or R / (1 + D e) (inverse)."`
	Init     *string  `placeholder:"uniform1|fanin|small" help:"Starting weights and biases, uniform on (-a, a) with a = 1, 1/sqrt(inputs of the layer) or 0.05."`
	Seed     *uint64  `placeholder:"S" help:"Seed of all random numbers."`
	Float64  bool     `name:"float64" help:"Train and evaluate in float64, from the same starts, to see how much rounding to float32 matters. Uses portable kernels, which are slow."`
	source
	isa
}

// isa is the flag that chooses the instruction set.
type isa struct {
	ISA string `name:"isa" env:"LOSSGLASS_ISA" placeholder:"generic|avx2|avx512|neon" help:"Instruction set of the kernels (default: the fastest of this CPU). The results do not depend on it."`
}

// source are the flags that choose the images.
type source struct {
	Data    string `env:"LOSSGLASS_DATA" placeholder:"DIR|builtin" help:"Directory with MNIST's four IDX files, plain or gzip; or builtin, for the built-in digits (default: the files in the cache directory, else a download, else the built-in digits)."`
	DataAny bool   `help:"Accept other IDX files of the same shape in -data DIR, such as Fashion-MNIST."`
}

// options returns the flags as dataset.Options.
func (s source) options(log io.Writer) (dataset.Options, error) {
	if s.DataAny && (s.Data == "" || s.Data == dataset.Builtin) {
		return dataset.Options{}, usageError{errors.New("-data-any needs the directory of the files: -data DIR")}
	}
	return dataset.Options{Dir: s.Data, Any: s.DataAny, Log: log}, nil
}

// plan returns the preset, changed by the given flags.
func (s settings) plan() (mnist.Plan, error) {
	p, err := mnist.Preset(s.Preset)
	if err != nil {
		return p, usageError{err}
	}
	if s.Sizes != nil {
		p.Sizes = s.Sizes
	}
	if s.Hidden != nil {
		p = p.WithLayers(s.Hidden)
	}
	override(&p.Runs, s.Runs)
	override(&p.Batch, s.Batch)
	override(&p.Rate, s.Rate)
	override(&p.Decay, s.Decay)
	override(&p.Start, s.Init)
	override(&p.Seed, s.Seed)
	p.Float64 = s.Float64
	if s.Schedule != nil {
		p.Schedule = mnist.Schedule(*s.Schedule)
	}
	return p, nil
}

// override sets *to to *from, unless from is nil because its flag is not given.
func override[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// kernels returns the kernels of the chosen instruction set, or the fastest.
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

// experiment returns the experiment of a plan and its data.
func (s settings) experiment(ctx context.Context, plan mnist.Plan, log io.Writer) (*mnist.Experiment, *dataset.Data, error) {
	k, err := s.kernels()
	if err != nil {
		return nil, nil, err
	}
	if plan.Float64 && s.ISA != "" && k.Name != simd.Generic().Name {
		return nil, nil, usageError{fmt.Errorf("-isa %s: -float64 has portable kernels only, -isa generic", s.ISA)}
	}
	options, err := s.options(log)
	if err != nil {
		return nil, nil, err
	}
	e, data, err := mnist.Load(ctx, plan, options, k)
	if err != nil {
		return nil, nil, err
	}
	p := e.Plan()
	if p.Batch > p.TrainSamples {
		return nil, nil, usageError{fmt.Errorf("minibatch of %d: there are %d training images", p.Batch, p.TrainSamples)}
	}
	fmt.Fprintf(log, "data: %s (%s); kernels: %s; %s\n", p.Data, data.From, e.Kernels(), strings.Join(p.Flags(), " "))
	return e, data, nil
}
