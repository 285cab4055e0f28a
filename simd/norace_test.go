//go:build !race

package simd_test

import (
	"maps"
	"testing"

	"github.com/lossglass/lossglass/simd"
)

// Without the race detector the sets contain the kernels themselves, not wrappers.
func TestKernelsAreNotWrapped(t *testing.T) {
	for i, set := range simd.Native() {
		if !maps.Equal(entryPoints(set), entryPoints(simd.Available()[i])) {
			t.Errorf("%s: a kernel is wrapped", set.Name)
		}
	}
}
