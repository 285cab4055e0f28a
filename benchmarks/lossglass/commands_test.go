package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/anneal"
	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
)

// parse parses one of the command lines that a plan gives.
func parseLine(t *testing.T, line string) *commands {
	t.Helper()
	t.Setenv("LOSSGLASS_DATA", "")
	t.Setenv("LOSSGLASS_ISA", "")
	args, ok := strings.CutPrefix(line, "go run ./benchmarks/lossglass ")
	if !ok {
		t.Fatalf("command %q", line)
	}
	var cli commands
	parser := newParser(&cli, streams{}, func(int) {})
	if _, err := parse(parser, strings.Fields(args)); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return &cli
}

// The command line that a plan of networks returns is parsed to the same plan.
func TestMnistPlanGivesItsCommand(t *testing.T) {
	preset := func(name string) mnist.Plan {
		p, err := mnist.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	other := preset("paper")
	other.Sizes, other.Runs, other.Epochs, other.Batch, other.Rate, other.Decay = []int{3, 7}, 5, 9, 10, 0.123, 1.5
	other.Schedule, other.Start, other.Seed, other.Float64 = mnist.Inverse, "fanin", 99, true
	for _, p := range []mnist.Plan{preset("smoke"), preset("paper-matched"), other, other.WithLayers([]int{50, 25})} {
		want := p
		if p.TrainSamples == 0 {
			p.TrainSamples, p.TestSamples = 60000, 10000
		}
		got, err := parseLine(t, p.Commands()[0]).Mnist.plan()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\ngives %+v, %v\nwant %+v", p.Commands()[0], got, err, want)
		}
		if replay := parseLine(t, p.Commands()[2]).Replay; replay.Dir != "DIR" || replay.N != p.Sizes[0] {
			t.Errorf("%s\ngives %+v", p.Commands()[2], replay)
		}
	}
}

// The command line that a plan of spin glasses returns is parsed to the same plan.
func TestSpinglassPlanGivesItsCommand(t *testing.T) {
	for _, method := range []spinglass.Method{spinglass.GD, spinglass.SGD, spinglass.Langevin, spinglass.MALA} {
		p, err := spinglass.Preset("paper", 4, method, []int{25, 60})
		if err != nil {
			t.Fatal(err)
		}
		p.Couplings, p.Starts, p.Seed, p.Settle = "sign", 77, 5, 0
		got, err := parseLine(t, p.Commands()[0]).Spinglass.plan()
		if err != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("%s\ngives %+v, %v\nwant %+v", p.Commands()[0], got, err, p)
		}
	}
}

// The command line that a plan of landscapes returns is parsed to the same plan.
func TestLandscapePlanGivesItsCommand(t *testing.T) {
	for _, preset := range landscape.Presets() {
		p, err := landscape.Preset(preset, 2, []int{3, 5})
		if err != nil {
			t.Fatal(err)
		}
		p.Couplings, p.Starts, p.Seed, p.Descents = "sign", 77, 5, 9
		disorder.Set(p.Sizes, 5, 33)
		got, err := parseLine(t, p.Commands()[0]).Landscape.plan()
		if err != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("%s\ngives %+v, %v\nwant %+v", p.Commands()[0], got, err, p)
		}
	}
}

// The command line that a plan of annealing returns is parsed to the same plan.
func TestAnnealPlanGivesItsCommand(t *testing.T) {
	for _, preset := range anneal.Presets() {
		p, err := anneal.Preset(preset)
		if err != nil {
			t.Fatal(err)
		}
		p.Sizes, p.Hot, p.ThreeValueCooling, p.Rate, p.Seed, p.TrainSamples = []int{4, 7}, 0.25, 0.875, 0.3, 5, 77
		got, err := parseLine(t, p.Commands()[0]).Anneal.plan()
		if err != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("%s\ngives %+v, %v\nwant %+v", p.Commands()[0], got, err, p)
		}
	}
}
