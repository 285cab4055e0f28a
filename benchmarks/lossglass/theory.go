package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/benchmarks/report/spinglass"
	"github.com/lossglass/lossglass/core/landscape"
)

type theoryCmd struct {
	tables
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
	t, err := interrupt.Await(ctx, func() (theory, error) { return newTheory(c.P), nil })
	if err != nil {
		return err
	}
	write := t.writeText
	if c.JSON {
		write = t.writeJSON
	}
	if err := write(s.out); err != nil || c.Out == "" {
		return err
	}
	if err := spinglass.WriteTheory(ctx, c.Out, c.P); err != nil || c.JSON {
		return err
	}
	_, err = fmt.Fprintf(s.out, "\nfigures: %s\n", c.Out)
	return err
}

// theory holds the tables, as lossglass theory -json prints them.
type theory struct {
	P                     int                `json:"p"`
	Threshold             jsontable.Number   `json:"threshold"` // E_inf
	Lowest                []jsontable.Number `json:"lowest"`    // E_0, E_1, ...: lowest energies of index 0, 1, ...
	ComplexityAtZero      jsontable.Number   `json:"complexity_at_zero"`
	ComplexityAtThreshold jsontable.Number   `json:"complexity_at_threshold"` // at -E_inf
	Totals                []totals           `json:"totals"`
	ByIndex               []byIndex          `json:"by_index"`
}

// totals are the mean numbers of all critical points and of the local minima.
type totals struct {
	N           int              `json:"n"`
	All         jsontable.Number `json:"all"`
	Minima      jsontable.Number `json:"minima"`
	MeanEnergy  jsontable.Number `json:"mean_energy"` // of the minima
	SD          jsontable.Number `json:"sd"`
	MinimaBelow jsontable.Number `json:"minima_below"` // -E_inf
}

// byIndex are the mean numbers by index 0, 1, ...; indices k and n-1-k have the same.
type byIndex struct {
	N      int                `json:"n"`
	Counts []jsontable.Number `json:"counts"`
}

func newTheory(p int) theory {
	threshold := landscape.Threshold(p)
	t := theory{P: p, Threshold: jsontable.Number(threshold),
		ComplexityAtZero:      jsontable.Number(landscape.Complexity(p, 0)),
		ComplexityAtThreshold: jsontable.Number(landscape.Complexity(p, -threshold))}
	for k := range 6 {
		t.Lowest = append(t.Lowest, jsontable.Number(landscape.LowestEnergy(p, k)))
	}
	for _, n := range []int{2, 3, 5, 10, 15, 20, 25, 50} {
		minima, below := landscape.Minima(p, n, math.Inf(1)), landscape.Minima(p, n, -threshold)
		t.Totals = append(t.Totals, totals{n, jsontable.Number(landscape.MeanCount(p, n, math.Inf(1))),
			jsontable.Number(minima.Count), jsontable.Number(minima.Mean), jsontable.Number(minima.SD), jsontable.Number(below.Count)})
	}
	for n := 2; n <= 12; n++ {
		row := byIndex{N: n}
		for _, count := range landscape.MeanCountByIndex(p, n, math.Inf(1))[:(n+1)/2] {
			row.Counts = append(row.Counts, jsontable.Number(count))
		}
		t.ByIndex = append(t.ByIndex, row)
	}
	return t
}

func (t theory) writeJSON(w io.Writer) error { return jsontable.Write(w, t) }

func (t theory) writeText(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "p = %d, energies per spin\n\nthreshold\tE_inf\t%.12f\n", t.P, t.Threshold)
	for k, energy := range t.Lowest {
		name := fmt.Sprintf("lowest of index %d", k)
		if k == 0 {
			name = "ground state"
		}
		fmt.Fprintf(w, "%s\tE_%d\t%.12f\n", name, k, energy)
	}
	fmt.Fprintf(w, "complexity at 0\tTheta(0)\t%.12f\n", t.ComplexityAtZero)
	fmt.Fprintf(w, "complexity at -E_inf\tTheta(-E_inf)\t%.12f\n", t.ComplexityAtThreshold)
	fmt.Fprintf(w, "\nMean numbers of critical points\nN\tall\tminima\tmean energy\tsd\tminima below -E_inf\n")
	for _, r := range t.Totals {
		fmt.Fprintf(w, "%d\t%.9g\t%.7g\t%.6f\t%.6f\t%.5g\n", r.N, r.All, r.Minima, r.MeanEnergy, r.SD, r.MinimaBelow)
	}
	fmt.Fprintf(w, "\nMean numbers by index k; indices k and N-1-k have the same\nN\tk = 0\t1\t2\t3\t4\t5\n")
	for _, r := range t.ByIndex {
		fmt.Fprint(w, r.N)
		for _, count := range r.Counts {
			fmt.Fprintf(w, "\t%.8g", count)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}
