package experiment_test

import (
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

func TestDifferencesText(t *testing.T) {
	type stage struct {
		Steps int `json:"steps"`
	}
	type plan struct {
		Method  string `json:"method"`
		Float64 bool   `json:"float64,omitempty"`
		Sizes   []int  `json:"sizes"`
		Hidden  []int  `json:"hidden,omitempty"`
		Stage   *stage `json:"stage,omitempty"`
		Seed    uint64 `json:"seed"`
	}
	a := plan{Method: "gd", Sizes: []int{25}, Seed: 1}
	b := plan{Method: "sgd", Float64: true, Sizes: []int{25, 50}, Hidden: []int{20, 30}, Stage: &stage{500}, Seed: 1}
	want := "precision (float32 against float64), hidden layers (none against 20, 30), method (gd against sgd), number of stochastic steps (none against 500)"
	if got := experiment.DifferencesText(a, b, "sizes"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	type other struct {
		Experiment string `json:"experiment"`
		Data       string `json:"data_sha256"`
	}
	digest := strings.Repeat("0123456789abcdef", 4)
	if got := experiment.DifferencesText(other{"mnist", digest}, other{"mnist", strings.ToUpper(digest)}); got != "digest of the data (0123456789ab against 0123456789AB)" {
		t.Errorf("long digests: %s", got)
	}
	if got := experiment.DifferencesText(other{"mnist", digest}, other{"spinglass", ""}); got != "experiment (mnist against spinglass)" {
		t.Errorf("two experiments: %s", got)
	}
	if got := experiment.DifferencesText(a, a); got != "" {
		t.Errorf("equal plans: %s", got)
	}
	if got := experiment.DifferencesText(a, b); strings.ContainsAny(got, "{}[]\"&") || !strings.Contains(got, "sizes (25 against 25, 50)") {
		t.Errorf("%s", got)
	}
}
