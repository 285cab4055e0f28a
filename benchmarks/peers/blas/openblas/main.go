// Command openblas multiplies matrices by OpenBLAS, for the comparison in
// benchmarks/peers/matmul. Row-major, as cblas has it.
package main

/*
#cgo LDFLAGS: -lopenblas
#include <cblas.h>

static void single(int times, int m, int n, int k, const float *a, const float *b, float *c) {
	while (times-- > 0)
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
}

static void twice(int times, int m, int n, int k, const double *a, const double *b, double *c) {
	while (times-- > 0)
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
}
*/
import "C"

import (
	"strings"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/gemmpeer"
)

func main() {
	C.openblas_set_num_threads(1)
	config := strings.Fields(C.GoString(C.openblas_get_config())) // OpenBLAS 0.3.21 ...
	gemmpeer.Main(gemmpeer.Library{
		About: gemmpeer.About{
			Library: "OpenBLAS", Version: config[1], Details: "kernels " + C.GoString(C.openblas_get_corename()),
			Types: []string{"float32", "float64"},
		},
		Float32: func(o *gemmpeer.Operands[float32]) (func(int), error) {
			return func(times int) {
				C.single(C.int(times), C.int(o.M), C.int(o.N), C.int(o.K), (*C.float)(&o.A[0]), (*C.float)(&o.B[0]), (*C.float)(&o.C[0]))
			}, nil
		},
		Float64: func(o *gemmpeer.Operands[float64]) (func(int), error) {
			return func(times int) {
				C.twice(C.int(times), C.int(o.M), C.int(o.N), C.int(o.K), (*C.double)(&o.A[0]), (*C.double)(&o.B[0]), (*C.double)(&o.C[0]))
			}, nil
		},
	})
}
