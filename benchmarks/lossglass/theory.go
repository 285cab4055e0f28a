package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/report/spinglass"
	"github.com/lossglass/lossglass/core/landscape"
)

type theoryCmd struct {
	P   int    `default:"3" placeholder:"P" help:"Spins in an interaction, 2 to 1000; the paper's H (default: 3)."`
	Out string `placeholder:"DIR" help:"Also write figures of the theory, as SVG and PNG, to DIR/figures."`
}

// Help is printed by lossglass theory --help.
func (theoryCmd) Help() string {
	return `Prints the threshold energy and the lowest energies of the spherical p-spin glass in the
limit of many spins, and the exact mean numbers of its critical points at finite numbers N of
spins (Auffinger, Ben Arous and Cerny, theorem 2.1). Energies are per spin, in the paper's
normalisation. In the normalisation of the physics literature, they are smaller by a factor
sqrt(2).`
}

func (c *theoryCmd) Run(ctx context.Context, s streams) error {
	if c.P < 2 || c.P > 1000 {
		return usageError{fmt.Errorf("-p %d: 2 to 1000 is possible", c.P)}
	}
	text, err := interrupt.Await(ctx, func() ([]byte, error) { return theoryTables(c.P) })
	if err != nil {
		return err
	}
	if _, err := s.out.Write(text); err != nil || c.Out == "" {
		return err
	}
	if err := spinglass.WriteTheory(ctx, c.Out, c.P); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "\nfigures: %s\n", c.Out)
	return err
}

func theoryTables(p int) ([]byte, error) {
	var text bytes.Buffer
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	writeConstants(t, p)
	writeTotals(t, p)
	writeIndices(t, p)
	err := t.Flush()
	return text.Bytes(), err
}

func writeConstants(w io.Writer, p int) {
	fmt.Fprintf(w, "p = %d, energies per spin\n\nthreshold\tE_inf\t%.12f\n", p, landscape.Threshold(p))
	for k := range 6 {
		name := "lowest of index " + fmt.Sprint(k)
		if k == 0 {
			name = "ground state"
		}
		fmt.Fprintf(w, "%s\tE_%d\t%.12f\n", name, k, landscape.LowestEnergy(p, k))
	}
	fmt.Fprintf(w, "complexity at 0\tTheta(0)\t%.12f\n", landscape.Complexity(p, 0))
	fmt.Fprintf(w, "complexity at -E_inf\tTheta(-E_inf)\t%.12f\n", landscape.Complexity(p, -landscape.Threshold(p)))
}

// writeTotals writes mean numbers of all critical points and of the local minima.
func writeTotals(w io.Writer, p int) {
	fmt.Fprintf(w, "\nMean numbers of critical points\nN\tall\tminima\tmean energy\tsd\tminima below -E_inf\n")
	for _, n := range []int{2, 3, 5, 10, 15, 20, 25, 50} {
		minima := landscape.Minima(p, n, math.Inf(1))
		below := landscape.Minima(p, n, -landscape.Threshold(p))
		fmt.Fprintf(w, "%d\t%.9g\t%.7g\t%.6f\t%.6f\t%.5g\n", n, landscape.MeanCount(p, n, math.Inf(1)), minima.Count, minima.Mean, minima.SD, below.Count)
	}
}

// writeIndices writes the mean numbers by index.
func writeIndices(w io.Writer, p int) {
	fmt.Fprintf(w, "\nMean numbers by index k; indices k and N-1-k have the same\nN\tk = 0\t1\t2\t3\t4\t5\n")
	for n := 2; n <= 12; n++ {
		fmt.Fprint(w, n)
		for _, count := range landscape.MeanCountByIndex(p, n, math.Inf(1))[:(n+1)/2] {
			fmt.Fprintf(w, "\t%.8g", count)
		}
		fmt.Fprintln(w)
	}
}
