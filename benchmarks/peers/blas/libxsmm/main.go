// Command libxsmm multiplies matrices by libxsmm, for the comparison in
// benchmarks/peers/matmul, with the kernel that libxsmm generates for the size
// (libxsmm is made for products up to about 64^3). It is column-major and receives
// the transposed problem C' = B' A', which is the same memory.
package main

/*
#cgo LDFLAGS: -lxsmm -lxsmmnoblas -lpthread -lrt -ldl -lm
#include <libxsmm.h>

static libxsmm_smmfunction dispatchSingle(int m, int n, int k) {
	const float one = 1, zero = 0;
	return libxsmm_smmdispatch(n, m, k, NULL, NULL, NULL, &one, &zero, NULL, NULL);
}

static libxsmm_dmmfunction dispatchDouble(int m, int n, int k) {
	const double one = 1, zero = 0;
	return libxsmm_dmmdispatch(n, m, k, NULL, NULL, NULL, &one, &zero, NULL, NULL);
}

static void single(libxsmm_smmfunction f, int times, const float *a, const float *b, float *c) {
	while (times-- > 0)
		f(b, a, c);
}

static void twice(libxsmm_dmmfunction f, int times, const double *a, const double *b, double *c) {
	while (times-- > 0)
		f(b, a, c);
}
*/
import "C"

import (
	"errors"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/gemmpeer"
)

var errSize = errors.New("libxsmm generates no kernel for this size")

func main() {
	C.libxsmm_init()
	gemmpeer.Main(gemmpeer.Library{
		About: gemmpeer.About{
			Library: "libxsmm", Version: C.LIBXSMM_VERSION, Details: "a kernel generated for the size, " + C.GoString(C.libxsmm_get_target_arch()),
			Types: []string{"float32", "float64"},
		},
		Float32: func(o *gemmpeer.Operands[float32]) (func(int), error) {
			f := C.dispatchSingle(C.int(o.M), C.int(o.N), C.int(o.K))
			if f == nil {
				return nil, errSize
			}
			return func(times int) {
				C.single(f, C.int(times), (*C.float)(&o.A[0]), (*C.float)(&o.B[0]), (*C.float)(&o.C[0]))
			}, nil
		},
		Float64: func(o *gemmpeer.Operands[float64]) (func(int), error) {
			f := C.dispatchDouble(C.int(o.M), C.int(o.N), C.int(o.K))
			if f == nil {
				return nil, errSize
			}
			return func(times int) {
				C.twice(f, C.int(times), (*C.double)(&o.A[0]), (*C.double)(&o.B[0]), (*C.double)(&o.C[0]))
			}, nil
		},
	})
}
