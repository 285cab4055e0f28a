package bench

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

// gemmSizes are rows of C, columns of C, and the length of its sums: products of the
// experiment's networks, cubes, and sizes that are no multiples of a tile.
var gemmSizes = [][3]int{{100, 25, 100}, {100, 10, 25}, {10, 25, 100}, {64, 64, 64}, {256, 256, 256}, {511, 513, 509}, {1024, 1024, 1024}}

// twoThreads is the number of multiplications from which two threads are measured too.
const twoThreads = 1 << 24

// BenchmarkGemm multiplies matrices with core/matmul. %peak is relative to the float32
// or float64 peak of as many cores as there are threads. The digest is that
// of C.
func BenchmarkGemm(b *testing.B) {
	for _, size := range gemmSizes {
		for _, threads := range []int{1, 2} {
			if threads > 1 && size[0]*size[1]*size[2] < twoThreads {
				continue
			}
			for _, k := range kernelsFor(size[:1], size[1]) {
				benchmarkGemm(b, "float32", matmul.Gemm32, size, k, threads)
				benchmarkGemm(b, "float64", matmul.Gemm64, size, k, threads)
			}
		}
	}
}

type gemm[T float32 | float64] func(k *simd.Set, transA, transB bool, m, n, kk int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int, threads int)

func benchmarkGemm[T float32 | float64](b *testing.B, name string, product gemm[T], size [3]int, k *simd.Set, threads int) {
	benchmark(b, fmt.Sprintf("type=%s/size=%dx%dx%d/isa=%s/threads=%d", name, size[0], size[1], size[2], k.Name, threads), func(*testing.B) subject {
		w, run, digest := gemmWork(product, size, k, threads)
		w.double, w.threads = name == "float64", threads
		return subject{w, run, digest()}
	})
}

// gemmWork returns a product of matrices whose elements are multiples of 1/2, and a
// function that returns the digest of its result.
func gemmWork[T float32 | float64](product gemm[T], size [3]int, k *simd.Set, threads int) (w work, run func(), digest func() string) {
	m, n, depth := size[0], size[1], size[2]
	a, b, c := make([]T, m*depth), make([]T, depth*n), make([]T, m*n)
	for i := range a {
		a[i] = T(i%13-6) / 2
	}
	for i := range b {
		b[i] = T(i%11-5) / 2
	}
	run = func() { product(k, false, false, m, n, depth, 1, a, depth, b, n, 0, c, n, threads) }
	digest = func() string {
		run()
		sum := sha256.New()
		if err := binary.Write(sum, binary.LittleEndian, c); err != nil {
			panic(err) // cannot happen: the slice has a fixed element size
		}
		return shorten([sha256.Size]byte(sum.Sum(nil)))
	}
	flops := 2 * float64(m) * float64(n) * float64(depth)
	return work{isa: k, dense: flops, executed: flops}, run, digest
}

// The digest depends neither on the kernels nor on the number of threads.
func TestGemmWork(t *testing.T) {
	size := [3]int{130, 70, 40}
	w, _, digest := gemmWork(matmul.Gemm32, size, simd.Generic(), 1)
	if w.dense != 2*130*70*40 || w.executed != w.dense {
		t.Errorf("%+v", w)
	}
	want := digest()
	for _, k := range simd.Available() {
		if _, _, digest := gemmWork(matmul.Gemm32, size, k, 2); digest() != want {
			t.Errorf("%s on two threads: another digest", k.Name)
		}
	}
	size[2]--
	if _, _, digest := gemmWork(matmul.Gemm32, size, simd.Generic(), 1); digest() == want {
		t.Error("a shorter sum has the same digest")
	}
}
