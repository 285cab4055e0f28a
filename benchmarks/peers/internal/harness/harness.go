// Package harness holds what the comparisons with other libraries share: pinning
// to one core, talking to a peer's process, medians, flags, and the table's header
// and file. It measures no library itself.
package harness

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/simd"
)

// Native returns the kernels in assembly, the fastest first, or the portable ones
// on a CPU without any.
func Native() []*simd.Set {
	all := simd.Available()
	return all[:max(1, len(all)-1)]
}

// Peak returns the floating-point operations per second, in float32, of the
// fastest fma loop of this CPU, measured for some milliseconds.
func Peak() float64 {
	const rounds = 1 << 20
	k := Native()[0]
	began := time.Now()
	k.Probe.FMA(rounds)
	return float64(rounds) * float64(k.Probe.FMAFlops) / time.Since(began).Seconds()
}

// Median returns the median, the lower one of an even number.
func Median(values []float64) float64 {
	return stat.Quantile(0.5, stat.Empirical, slices.Sorted(slices.Values(values)), nil)
}

// Facts returns the header of a table that the command made.
func Facts(command string) []environment.Fact {
	var isas []string
	for _, k := range Native() {
		isas = append(isas, k.Name)
	}
	return environment.Facts(command, environment.Here(strings.Join(isas, ", "), 1))
}

// Short formats a positive number with three significant digits.
func Short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// Write prints a table and, unless dir is "", writes it to the file
// PREFIX-FINGERPRINT.md there, replacing an earlier one.
func Write(text, dir, prefix string, stdout, stderr io.Writer) error {
	if _, err := io.WriteString(stdout, text); err != nil || dir == "" {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := filepath.Join(dir, prefix+"-"+environment.Fingerprint()+".md")
	if err := atomicfile.Write(name, []byte(text)); err != nil {
		return err
	}
	fmt.Fprintln(stderr, "wrote", name)
	return nil
}

// A List is a command-line flag: positive integers separated by commas.
type List []int

func (l *List) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(*l)), " ", ","), "[]")
}

// Set parses integers separated by commas.
func (l *List) Set(text string) error {
	*l = nil
	for _, word := range strings.Split(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is not a positive integer", word)
		}
		*l = append(*l, n)
	}
	return nil
}
