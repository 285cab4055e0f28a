package mnist

import (
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
)

func TestCommands(t *testing.T) {
	for _, name := range Presets() {
		plan, err := Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		plan.Data = "mnist"
		if plan.TrainSamples == 0 {
			plan.TrainSamples, plan.TestSamples = dataset.TrainImages, dataset.TestImages
		}
		if got := plan.Commands()[0]; !strings.Contains(got, "mnist -preset "+name+" -out DIR") {
			t.Errorf("%s: %s", name, got)
		}
	}
	plan, err := Preset("quick")
	if err != nil {
		t.Fatal(err)
	}
	plan.TrainSamples, plan.TestSamples = dataset.TrainImages, dataset.TestImages
	plan.Sizes, plan.Epochs, plan.Rate, plan.Data = []int{2, 37}, 3, .5, dataset.Builtin
	all := strings.Join(plan.Commands(), "\n")
	for _, want := range []string{
		"mnist -preset quick -sizes 2,37 -epochs 3 -rate 0.5 -data builtin -out DIR\n", "report DIR\n",
		"replay DIR -n 2 -run 0 -export WEIGHTS",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	lines := strings.Join(plan.WithLayers([]int{50, 25}).Commands(), "\n")
	if !strings.Contains(lines, "-preset quick -hidden 50,25 ") || strings.Contains(lines, "-sizes") || !strings.Contains(lines, "replay DIR -n 75 ") {
		t.Errorf("two hidden layers: %s", lines)
	}
	plan.Float64 = true
	if lines := strings.Join(plan.Commands(), "\n"); !strings.Contains(lines, " -float64 ") {
		t.Errorf("in float64: %s", lines)
	}
	plan.Data = "any"
	if got := plan.Commands(); !strings.Contains(got[0], "-data DATA -data-any") || !strings.Contains(got[2], "-data DATA -data-any") {
		t.Errorf("on other images: %v", got)
	}
	plan.TrainSamples = 77
	if got := plan.Commands(); got != nil {
		t.Errorf("no flags give 77 images: %v", got)
	}
}
