package emulate_test

import (
	"os"
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/emulate"
)

func TestQuick(t *testing.T) {
	for _, isa := range []string{"avx2", "avx512"} {
		p, err := emulate.Load(os.DirFS("../"+isa), "*_amd64.s")
		if err != nil {
			t.Fatal(err)
		}
		f, err := emulate.Bind[func(dst, src []float32)](p, "Exp")
		if err != nil {
			t.Fatal(err)
		}
		src, dst := make([]float32, 32), make([]float32, 32)
		want := make([]float32, 32)
		for i := range src {
			src[i] = float32(i) - 8.3
		}
		f(dst, src)
		simd.Generic().Exp(want, src)
		for i := range want {
			if want[i] != dst[i] {
				t.Errorf("%s %d: %v %v", isa, i, dst[i], want[i])
			}
		}
	}
}
