package law

import (
	"fmt"
	"io"
	"strings"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
)

// A LedgerEntry is the largest observed ratio of error and proven bound of one kernel.
// Near one, the bound is sharp; far below one, faults could hide under it.
type LedgerEntry struct {
	Kernel string
	Bound  string // the formula
	Cases  int64
	Ratio  float64
	Where  string // the seed, or argument, that gave it
}

// Observe counts a case with that ratio; where names its seed or argument.
func (e *LedgerEntry) Observe(ratio float64, where string) {
	e.Cases++
	if ratio > e.Ratio || e.Where == "" {
		e.Ratio, e.Where = ratio, where
	}
}

// WriteLedger writes entries as a table in Markdown under a header.
func WriteLedger(w io.Writer, header string, entries []LedgerEntry) error {
	if _, err := fmt.Fprintf(w, "%s\n\n| kernel | bound | cases | worst error / bound | at |\n| --- | --- | --- | --- | --- |\n", header); err != nil {
		return err
	}
	for _, e := range entries {
		if _, err := fmt.Fprintf(w, "| %s | %s | %d | %.6f | %s |\n", e.Kernel, strings.ReplaceAll(e.Bound, "|", `\|`), e.Cases, e.Ratio, e.Where); err != nil {
			return err
		}
	}
	return nil
}

// GemmError returns the largest ratio of error and bound among the elements of the
// product that a seed draws, and describes the case. The ratio is infinite if an
// element is outside of its bound.
func GemmError[T float32 | float64](impl Gemm[T], contract Contract, seed int) (ratio float64, text string) {
	p := rapid.Custom(func(t *rapid.T) GemmCall[T] { return drawGemmCall(t, gen.Tame[T](), false) }).Example(seed)
	ratio, _, wrong := p.worst(p.Result(impl), contract)
	return ratio, fmt.Sprintf("%v %s", p, wrong)
}
