package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

// settings are the flags that define how a network is trained. A flag that is not given has
// the value of the preset.
type settings struct {
	Preset   string   `default:"quick" placeholder:"smoke|quick|paper|paper-matched" help:"Settings of the flags that are not given: smoke (seconds), quick (the paper's sizes, 32 runs, 10 epochs), paper (1000 runs, 200 epochs, starts uniform in [-1,1]) or paper-matched (as paper, with the small starts that reproduce the published losses) (default: quick)."`
	Hidden   []int    `xor:"network" placeholder:"N" help:"Units of each hidden layer, for networks with several: 50,50 trains networks 100-50-50-10."`
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

// tables is the flag of the commands that print tables.
type tables struct {
	JSON bool `name:"json" help:"Print the tables as JSON instead of text. benchmarks/README.md describes its fields."`
}

// source are the flags that choose the images.
type source struct {
	Data    string `env:"LOSSGLASS_DATA" placeholder:"DIR|mnist|builtin" help:"Directory with MNIST's four IDX files, plain or gzip; mnist, for MNIST from the cache directory or else a download; or builtin, for the built-in drawn digits (default: mnist; if that is not available, the presets smoke and quick use the built-in digits, everything else fails)."`
	DataAny bool   `help:"Accept other IDX files of the same shape in -data DIR, such as Fashion-MNIST."`
}

// options returns the flags as dataset.Options, without a fallback.
func (s source) options(log io.Writer) (dataset.Options, error) {
	if s.DataAny && (s.Data == "" || s.Data == dataset.Builtin || s.Data == dataset.MNIST) {
		return dataset.Options{}, usageError{errors.New("-data-any needs the directory of the files: -data DIR")}
	}
	return dataset.Options{Dir: s.Data, Any: s.DataAny, Log: log}, nil
}

// imagesOf returns the options that choose the images of a plan, which a directory has, unless
// -data names others.
func (s *source) imagesOf(k *kong.Context, dir string, plan mnist.Plan) (dataset.Options, error) {
	if flagsGiven(k, "data") == "" {
		switch {
		case plan.Data == dataset.Builtin:
			s.Data = dataset.Builtin
		case plan.Data == dataset.MNIST && (s.Data == "" || s.Data == dataset.Builtin):
			s.Data = dataset.MNIST
		case s.Data == "":
			return dataset.Options{}, usageError{fmt.Errorf("%s was computed on images that are not MNIST: name their directory, -data DIR -data-any", dir)}
		}
	}
	return s.options(nil)
}

// plan returns the preset, changed by the given flags.
func (s settings) plan() (mnist.Plan, error) {
	p, err := mnist.Preset(s.Preset)
	if err != nil {
		return p, usageError{err}
	}
	if s.Hidden != nil {
		p = p.WithLayers(s.Hidden)
	}
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

// flagsGiven returns those of the named flags that are on the command line, "-rate, -decay";
// "" if none is.
func flagsGiven(k *kong.Context, names ...string) string {
	var given []string
	for _, part := range k.Path {
		if part.Flag != nil && slices.Contains(names, part.Flag.Name) {
			given = append(given, "-"+part.Flag.Name)
		}
	}
	return strings.Join(given, ", ")
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

// experiment returns the experiment of a plan and its data. On other images than MNIST, it
// falls back only where the preset is meant for that.
func (s settings) experiment(ctx context.Context, plan mnist.Plan, log io.Writer) (*mnist.Experiment, *dataset.Data, error) {
	options, err := s.options(log)
	if err != nil {
		return nil, nil, err
	}
	options.Fallback = mnist.AllowsBuiltin(s.Preset)
	return s.load(ctx, plan, options, log)
}

// load returns the experiment of a plan on the data that the options choose.
func (s settings) load(ctx context.Context, plan mnist.Plan, options dataset.Options, log io.Writer) (*mnist.Experiment, *dataset.Data, error) {
	k, err := s.kernels()
	if err != nil {
		return nil, nil, err
	}
	if plan.Float64 && s.ISA != "" && k.Name != simd.Generic().Name {
		return nil, nil, usageError{fmt.Errorf("-isa %s: -float64 has portable kernels only, -isa generic", s.ISA)}
	}
	e, data, err := mnist.Load(ctx, plan, options, k)
	if err != nil {
		return nil, nil, err
	}
	p := e.Plan()
	fmt.Fprintf(log, "data: %s (%s); kernels: %s; %s\n", p.Data, data.From, e.Kernels(), strings.Join(p.Flags(), " "))
	return e, data, nil
}

// A computation is how a command computes packs, and on which images.
type computation struct {
	workers int
	kernels *simd.Set
	images  dataset.Options
}

// newComputation returns what the flags that several commands share ask for.
func newComputation(workers int, i isa, s source, log io.Writer) (c computation, err error) {
	if c.workers, err = workersOr(workers); err != nil {
		return c, err
	}
	if c.kernels, err = i.kernels(); err != nil {
		return c, err
	}
	c.images, err = s.options(log)
	return c, err
}
