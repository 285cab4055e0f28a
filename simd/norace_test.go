//go:build !race

package simd_test

import (
	"maps"
	"testing"

	"github.com/lossglass/lossglass/simd"
)

// Without the race detector the tables hold the kernels themselves.
func TestNothingBetween(t *testing.T) {
	for i, k := range simd.Native() {
		if !maps.Equal(entryPoints(k), entryPoints(simd.Available()[i])) {
			t.Errorf("%s: the table holds something else than its kernels", k.Name)
		}
	}
}
