package page

import (
	"testing"

	"github.com/lossglass/lossglass/benchmarks/environment"
)

func TestComputedOn(t *testing.T) {
	e := environment.Environment{CPU: "Fake CPU", Workers: 1, ISA: "generic", Go: "go1.26", Platform: "linux/amd64", Commit: "abcdef"}
	const want = "Fake CPU, generic kernels, 1 worker, go1.26 linux/amd64, commit abcdef"
	if got := ComputedOnText(ComputedOn([]environment.Environment{e, e})); got != want+"; "+want {
		t.Errorf("got %s", got)
	}
	if got := ComputedOnText(ComputedOn(nil)); got != "not recorded" {
		t.Errorf("without environments: %s", got)
	}
}

func TestProgress(t *testing.T) {
	for _, tt := range []struct {
		progress          Progress
		unfinished, state string
	}{
		{Progress{1, 1, true}, "", "Complete: 1 run."},
		{Progress{80, 160, false}, "80 of 160 runs", "UNFINISHED: 80 of 160 runs so far. This report covers these."},
	} {
		if tt.progress.Unfinished() != tt.unfinished || tt.progress.State() != tt.state {
			t.Errorf("%+v: %q, %q", tt.progress, tt.progress.Unfinished(), tt.progress.State())
		}
	}
}
