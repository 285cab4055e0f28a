// Command onednn multiplies matrices by oneDNN's dnnl_sgemm, for the comparison
// in benchmarks/peers/matmul. Row-major, float32 only.
package main

/*
#cgo LDFLAGS: -ldnnl
#include <dnnl.h>

static dnnl_status_t single(int times, int m, int n, int k, const float *a, const float *b, float *c) {
	dnnl_status_t status = dnnl_success;
	while (times-- > 0 && status == dnnl_success)
		status = dnnl_sgemm('N', 'N', m, n, k, 1, a, k, b, n, 0, c, n);
	return status;
}
*/
import "C"

import (
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/gemmpeer"
)

func main() {
	v := C.dnnl_version()
	gemmpeer.Main(gemmpeer.Library{
		About: gemmpeer.About{
			Library: "oneDNN", Version: fmt.Sprintf("%d.%d.%d", v.major, v.minor, v.patch), Details: "dnnl_sgemm",
			Types: []string{"float32"},
		},
		Float32: func(o *gemmpeer.Operands[float32]) (func(int), error) {
			run := func(times int) C.dnnl_status_t {
				return C.single(C.int(times), C.int(o.M), C.int(o.N), C.int(o.K), (*C.float)(&o.A[0]), (*C.float)(&o.B[0]), (*C.float)(&o.C[0]))
			}
			if status := run(1); status != C.dnnl_success {
				return nil, fmt.Errorf("dnnl_sgemm fails with status %d", status)
			}
			return func(times int) { run(times) }, nil
		},
	})
}
