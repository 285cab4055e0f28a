// Package profiletest has a profile for tests: that of a Zen 3 at 2.945 GHz as its manuals
// describe it, rounded. No machine measured it.
package profiletest

import (
	_ "embed"
	"encoding/json"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/profile"
)

//go:embed zen3.json
var zen3 []byte

// Zen3 returns a new copy of the profile, without kernels, predictions and advice.
func Zen3(t testing.TB) *profile.Profile {
	t.Helper()
	p := new(profile.Profile)
	if err := json.Unmarshal(zen3, p); err != nil {
		t.Fatal(err)
	}
	return p
}
