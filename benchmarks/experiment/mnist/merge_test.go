package mnist_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

// An experiment computed in parts, some of them archived, has the same runs as one computed
// at once.
func TestReadAll(t *testing.T) {
	whole := smallPlan(t)
	few, many, other := whole, whole, whole
	few.Sizes, few.Runs = []int{3}, 2
	many.Sizes = []int{2}
	other.Seed++
	kernels := simd.Detect()
	archive := filepath.Join(t.TempDir(), "archive")
	if err := experiment.Archive(compute(t, many, kernels, 1), archive); err != nil {
		t.Fatal(err)
	}
	got, err := mnist.ReadAll(archive, compute(t, few, kernels, 1))
	if err != nil {
		t.Fatal(err)
	}
	want := readRuns(t, compute(t, whole, kernels, 1))
	var expected []mnist.Run
	for _, r := range want.Runs {
		if r.N == 2 || r.Run < 2 {
			expected = append(expected, r)
		}
	}
	if !reflect.DeepEqual(got.Runs, expected) || !got.Complete || got.Plan.Runs != many.Runs || len(got.Plan.Sizes) != 2 {
		t.Errorf("got %d runs of %+v, want %d", len(got.Runs), got.Plan, len(expected))
	}
	twice, err := mnist.ReadAll(archive, archive)
	if err != nil || len(twice.Runs) != many.Runs {
		t.Errorf("the same directory twice: %v, %d runs", err, len(twice.Runs))
	}
	if _, err := mnist.ReadAll(archive, compute(t, other, kernels, 1)); err == nil {
		t.Error("another seed was merged")
	}
}
