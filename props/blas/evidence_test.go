package blas

import (
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

// A result that a law does not allow is evidence against it, and one that it allows is none.
func TestJudge(t *testing.T) {
	vector := func(routine string, inc int, value float32) Made {
		return Made{Call: Call{Routine: routine, Sizes: []int{3, inc}, Operands: []Memory{{Data: memory([]float32{1, 3, 1})}}},
			Answer: Answer{Value: uint64(math.Float32bits(value)), Operands: [][]byte{memory([]float32{1, 3, 1})}}}
	}
	index := func(inc int, value uint64) Made {
		m := vector("isamax", inc, 0)
		m.Answer.Value = value
		return m
	}
	root := float32(math.Sqrt(11))
	for _, c := range []struct {
		law    string
		made   Made
		broken bool
	}{
		{Undefined, vector("sasum", -1, 5), true},
		{Undefined, vector("sasum", -1, 0), false},
		{Undefined, vector("sasum", 0, 3), true},
		{Undefined, vector("snrm2", -1, root), false},
		{Undefined, vector("snrm2", -1, math.Nextafter32(root, 0)), false},
		{Undefined, vector("snrm2", -1, 0), true},
		{Undefined, index(-1, 1), true},
		{Undefined, index(-1, 0), false},
		{"exact-integers", vector("sasum", 1, 6), true},
		{"exact-integers", vector("sasum", 1, 5), false},
	} {
		if _, broken := Judge(c.law, []Made{c.made}); broken != c.broken {
			t.Errorf("%s, %s with increment %d and result %#x: broken %v", c.law, c.made.Call.Routine, c.made.Call.Sizes[1], c.made.Answer.Value, broken)
		}
	}
}

// Where alpha is applied decides which zero a sum of zero gives, and no law forbids either.
func TestScaledIgnoresSignOfZero(t *testing.T) {
	last := func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
		if alpha == 1 || alpha == -1 {
			reference.Gemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			return
		}
		reference.Gemm(transA, transB, m, n, k, 1, a, lda, b, ldb, 0, c, ldc)
		for i := range m {
			for j := range n {
				c[i*ldc+j] *= alpha
			}
		}
	}
	all := law.ReproducibilityProperties(law.Gemm[float32](last))
	i := slices.IndexFunc(all, func(p law.Property) bool { return p.Name == "scaled" })
	if found := law.FalsifyCases(all[i], 300); found != nil {
		t.Error(found.Message)
	}
}
