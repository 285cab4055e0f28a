package mnist

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/benchmarks/dataset"
)

func TestPresets(t *testing.T) {
	five := []int{25, 50, 100, 250, 500}
	plan := func(sizes []int, runs, epochs int, rate, decay float64, start string, train, test int) Plan {
		return Plan{
			Experiment: "mnist", Format: 1, Sizes: sizes, Runs: runs, Epochs: epochs, Batch: 100,
			Rate: rate, Decay: decay, Schedule: Exp, Start: start, Seed: 1, TrainSamples: train, TestSamples: test,
		}
	}
	wants := map[string]Plan{
		"smoke":         plan([]int{2, 25}, 40, 1, 1.177, 0.8, "uniform1", 2000, 500),
		"quick":         plan(five, 32, 10, 1.177, 0.8, "uniform1", 0, 0),
		"paper":         plan(five, 1000, 200, 1.41, 0.77, "uniform1", 0, 0),
		"paper-matched": plan(five, 1000, 200, 1.1, 0.775, "small", 0, 0),
	}
	for _, name := range Presets() {
		p, err := Preset(name)
		if err == nil {
			err = p.Validate()
		}
		if err != nil || !reflect.DeepEqual(p, wants[name]) {
			t.Errorf("%s: got %+v, want %+v, error %v", name, p, wants[name], err)
		}
	}
	if _, err := Preset("papre"); err == nil || !strings.Contains(err.Error(), "paper-matched") {
		t.Errorf("unknown preset: error %v", err)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		change func(p *Plan)
		want   string
	}{
		{func(p *Plan) { p.Sizes = nil }, "sizes"},
		{func(p *Plan) { p.Sizes = []int{5, 0} }, "size 0"},
		{func(p *Plan) { p.Sizes = []int{maxSize + 1} }, "size 65537"},
		{func(p *Plan) { p.Hidden = []int{10, 15} }, "10-15"},
		{func(p *Plan) { *p = p.WithLayers([]int{5, 0}) }, "size 0"},
		{func(p *Plan) { *p = p.WithLayers([]int{1 << 12, 1 << 12}) }, "at most 8388608"},
		{func(p *Plan) { p.Runs = 0 }, "0 runs"},
		{func(p *Plan) { p.Runs = maxRuns + 1 }, "runs"},
		{func(p *Plan) { p.Sizes, p.Runs = []int{2, 5, 6, 7, 8}, maxRuns }, "each of 5 sizes"},
		{func(p *Plan) { p.Epochs = 0 }, "0 epochs"},
		{func(p *Plan) { p.Epochs = math.MaxInt }, "epochs"},
		{func(p *Plan) { p.Sizes, p.Batch = []int{maxSize}, 60000 }, "minibatch of 60000 with 65536 hidden units"},
		{func(p *Plan) { p.Batch = 0 }, "minibatch of 0"},
		{func(p *Plan) { p.Rate = 0 }, "rate 0"},
		{func(p *Plan) { p.Rate = math.Inf(1) }, "rate +Inf"},
		{func(p *Plan) { p.Rate = math.NaN() }, "rate NaN"},
		{func(p *Plan) { p.Decay = -1 }, "decay -1"},
		{func(p *Plan) { p.Decay = math.NaN() }, "decay NaN"},
		{func(p *Plan) { p.Schedule = "expo" }, "expo"},
		{func(p *Plan) { p.Start = "zero" }, "zero"},
	} {
		p, err := Preset("smoke")
		if err != nil {
			t.Fatal(err)
		}
		c.change(&p)
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that names %q", err, c.want)
		}
	}
}

// Several hidden layers are one size. A plan with one layer of float32 is stored as by the
// versions that had nothing else.
func TestWithLayers(t *testing.T) {
	preset, err := Preset("smoke")
	if err != nil {
		t.Fatal(err)
	}
	deep := preset.WithLayers([]int{50, 30})
	if err := deep.Validate(); err != nil || !slices.Equal(deep.Sizes, []int{80}) || !slices.Equal(deep.Layers(80), []int{50, 30}) {
		t.Errorf("got %+v, error %v", deep, err)
	}
	one := deep.WithLayers([]int{7})
	preset.Sizes = []int{7}
	if !reflect.DeepEqual(one, preset) || !slices.Equal(one.Layers(7), []int{7}) {
		t.Errorf("got %+v, want %+v", one, preset)
	}
	if raw, err := json.Marshal(one); err != nil || strings.Contains(string(raw), "hidden") || strings.Contains(string(raw), "float64") {
		t.Errorf("one layer is written as %s, error %v", raw, err)
	}
}

func TestPlanOnData(t *testing.T) {
	set := func(n int) dataset.Set { return dataset.Set{Labels: make([]uint8, n)} }
	data := &dataset.Data{Train: set(9), Test: set(4), Source: "any", Digest: "abc"}
	p, err := Plan{Sizes: []int{7, 2, 7}, TrainSamples: 5}.on(data)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Sizes, []int{2, 7}) || p.TrainSamples != 5 || p.TestSamples != 4 || p.Data != "any" || p.DataSHA256 != "abc" {
		t.Errorf("got %+v", p)
	}
	for _, p := range []Plan{{TrainSamples: 10}, {TestSamples: 5}, {TestSamples: -1}} {
		if _, err := p.on(data); err == nil {
			t.Errorf("%d of 9 and %d of 4 images were accepted", p.TrainSamples, p.TestSamples)
		}
	}
	if _, err := (Plan{}).on(&dataset.Data{Train: set(9)}); err == nil {
		t.Error("data without test images were accepted")
	}
}

func TestRates(t *testing.T) {
	for _, c := range []struct {
		s    rates
		want []float64
	}{
		{rates{schedule: Exp, rate: 8, decay: 0.5}, []float64{8, 4, 2, 1}},
		{rates{schedule: Exp, rate: 1.177, decay: 0.8}, []float64{1.177, 0.9416000000000001, 0.7532800000000002, 0.6026240000000002}},
		{rates{schedule: Exp, rate: 3, decay: 0}, []float64{3, 0, 0}},
		{rates{schedule: Inverse, rate: 6, decay: 1}, []float64{6, 3, 2, 1.5}},
		{rates{schedule: Inverse, rate: 6, decay: 0}, []float64{6, 6, 6}},
	} {
		s := c.s
		for epoch, want := range c.want {
			if got := s.next(); got != want {
				t.Errorf("%s rate %v decay %v: epoch %d has %v, want %v", c.s.schedule, c.s.rate, c.s.decay, epoch, got, want)
			}
		}
	}
}

// Every finite measure is read back unchanged from JSON, every other one as NaN.
func TestMeasureRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := math.Float64frombits(rapid.Uint64().Draw(r, "bits"))
		raw, err := json.Marshal(NullableFloat(x))
		if err != nil {
			r.Fatal(err)
		}
		back := NullableFloat(1)
		if err := json.Unmarshal(raw, &back); err != nil {
			r.Fatal(err)
		}
		finite := !math.IsNaN(x) && !math.IsInf(x, 0)
		if finite && math.Float64bits(float64(back)) != math.Float64bits(x) || !finite && !math.IsNaN(float64(back)) {
			r.Fatalf("%v is written as %s and read as %v", x, raw, back)
		}
	})
}
