// Package common is what the comparisons with other libraries share: keeping to
// one core, medians, flags, the table's header and its file. It measures nothing.
package common

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
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/simd"
)

// Native returns the kernels in assembly, the fastest first, or the portable ones where there are none.
func Native() []*simd.Kernels {
	all := simd.Available()
	return all[:max(1, len(all)-1)]
}

// Peak returns the floating-point operations per second, in float32, of the
// fastest fma loop of this CPU, measured for some milliseconds.
func Peak() float64 {
	const rounds = 1 << 20
	k := Native()[0]
	began := time.Now()
	k.Peak(rounds)
	return float64(rounds*k.PeakFlops) / time.Since(began).Seconds()
}

// Median returns the median, the lower one of an even number.
func Median(values []float64) float64 {
	return stat.Quantile(0.5, stat.Empirical, slices.Sorted(slices.Values(values)), nil)
}

// A Fact is a line of a table's header: its name and what it says.
type Fact [2]string

// Machine returns the facts that every table begins with.
func Machine(command string) []Fact {
	var isas []string
	for _, k := range Native() {
		isas = append(isas, k.Name)
	}
	env := environment.Here(strings.Join(isas, ", "), 1)
	return []Fact{
		{"command", command},
		{"date", time.Now().UTC().Format(time.DateOnly)},
		{"commit", env.Commit},
		{"CPU", env.CPU},
		{"machine", env.Fingerprint},
		{"ISA", env.ISA},
		{"Go", env.Go + " " + env.Platform},
	}
}

// Lines writes facts as a list.
func Lines(facts []Fact) string {
	var b strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&b, "- %s: %s\n", f[0], f[1])
	}
	return b.String()
}

// Short writes a positive number with three digits or so.
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

// Write shows a table and, unless dir is "", puts it into a file there, in the
// place of an earlier one: prefix and the machine's fingerprint name it.
func Write(text, dir, prefix string, stdout, stderr io.Writer) error {
	if _, err := io.WriteString(stdout, text); err != nil || dir == "" {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := filepath.Join(dir, prefix+environment.Fingerprint()+".md")
	if err := experiment.ReplaceFile(name, []byte(text)); err != nil {
		return err
	}
	fmt.Fprintln(stderr, "written to", name)
	return nil
}

// A List is a flag of positive integers.
type List []int

func (l *List) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(*l)), " ", ","), "[]")
}

// Set reads integers with commas between them.
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
