// Package gemmtest runs the laws on the matrix products of core/matmul and on those of
// gonum's BLAS. It is a package of its own so that the other tests do not import gonum.
package gemmtest_test

import (
	"testing"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
)

func ours32(set *simd.Set, threads int) law.Gemm[float32] {
	return func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
		matmul.Gemm32(set, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, threads)
	}
}

func ours64(set *simd.Set, threads int) law.Gemm[float64] {
	return func(transA, transB bool, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
		matmul.Gemm64(set, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, threads)
	}
}

// The products of core/matmul have the bits of the specification, with every instruction
// set and any number of threads.
func TestMatmul(t *testing.T) {
	parallel := func(name string, test func(t *testing.T)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
	for _, set := range simd.Available() {
		parallel(set.Name+"/float32", func(t *testing.T) { law.CheckGemm32(t, ours32(set, 1), law.BitExact) })
		parallel(set.Name+"/float64", func(t *testing.T) { law.CheckGemm64(t, ours64(set, 1), law.BitExact) })
		parallel(set.Name+"/threads/float32", func(t *testing.T) {
			law.Run(t, []law.Property{law.ThreadCountProperty(func(threads int) law.Gemm[float32] { return ours32(set, threads) }, law.BitExact)})
		})
		parallel(set.Name+"/threads/float64", func(t *testing.T) {
			law.Run(t, []law.Property{law.ThreadCountProperty(func(threads int) law.Gemm[float64] { return ours64(set, threads) }, law.BitExact)})
		})
	}
}

// FuzzMatmul lets the fuzzer choose the kernels, the law and the case.
func FuzzMatmul(f *testing.F) {
	var all []law.Property
	for _, set := range simd.Available() {
		all = append(all, named(set.Name+"/float32/", law.GemmProperties(ours32(set, 1), law.BitExact))...)
		all = append(all, named(set.Name+"/float64/", law.GemmProperties(ours64(set, 1), law.BitExact))...)
	}
	law.Fuzz(f, all)
}

func named(prefix string, all []law.Property) []law.Property {
	for i := range all {
		all[i].Name = prefix + all[i].Name
	}
	return all
}

// The law of thread counts catches a product that loses the last rows on some number of
// threads. Libraries use fewer threads than they may for small products: a fault on more than
// ten shows only where there is work for them.
func TestThreadCountCatches(t *testing.T) {
	setFlags(t, map[string]string{"rapid.shrinktime": "100ms"})
	const work = 1_600_000 // for a thread, with the widest vectors
	for name, loses := range map[string]func(threads int) bool{
		"seven threads":         func(threads int) bool { return threads == 7 },
		"more than ten at work": func(threads int) bool { return threads > 10 },
	} {
		losing := func(threads int) law.Gemm[float32] {
			return func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
				at := threads
				if name != "seven threads" {
					at = min(threads, m*n*k/work)
				}
				if m > at && loses(at) {
					m -= max(1, m%at)
				}
				ours32(simd.Detect(), 1)(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			}
		}
		if f := law.Falsify(law.ThreadCountProperty(losing, law.BitExact)); f == nil {
			t.Errorf("%s: not caught", name)
		}
	}
}
