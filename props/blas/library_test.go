//go:build linux && amd64 && !static

package blas

import (
	"maps"
	"testing"
)

// Of a library with entry points of its own, only these are called: the others are those of
// another one.
func TestOwnEntryPoints(t *testing.T) {
	for fault, want := range map[int]map[string]string{
		0:  {"sgemm": "cblas_sgemm"},
		11: {"sgemm": "libxsmm_sgemm"},
	} {
		l, err := load(compiled(t, fault), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(l.symbols, want) {
			t.Errorf("FAULT=%d: calls %v, want %v", fault, l.symbols, want)
		}
	}
}
