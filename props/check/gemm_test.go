package check_test

import (
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

func TestReferenceGemm(t *testing.T) {
	t.Run("float32", func(t *testing.T) { law.CheckGemm32(t, reference.Gemm[float32], law.BitExact) })
	t.Run("float64", func(t *testing.T) { law.CheckGemm64(t, reference.Gemm[float64], law.BitExact) })
}
