package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/regress/history"
)

type historyCmd struct {
	tables
	Unit    string `default:"%peak" placeholder:"UNIT" help:"Unit to follow: %%peak, samples/s, FLOP/s, sec/op."`
	Bench   string `default:"." placeholder:"PATTERN" help:"Benchmarks to list."`
	Machine string `placeholder:"FINGERPRINT" help:"Kind of machine, as lossglass version prints it (default: this one, or the only one with records)."`
	Results string `default:"results" placeholder:"DIR" help:"Directory of the records."`
	Out     string `placeholder:"DIR" help:"Also write a plot of each benchmark, as SVG, and a page with all of them, history.html."`
}

// Help is printed by lossglass history --help.
func (historyCmd) Help() string {
	return `Lists the medians of a unit over the commits that make record has recorded, by date, and draws
them. A value followed by a percentage in brackets is a step: all its repetitions are
on one side of all those of the record before, and the medians are 5 % or more apart. It is a
hint, since records are measured at different times: confirm it with lossglass compare.
"result" marks another digest. Records of different machines are never mixed.`
}

func (c *historyCmd) Run(s streams) error {
	pattern, err := regexp.Compile(c.Bench)
	if err != nil {
		return usageError{fmt.Errorf("-bench: %w", err)}
	}
	machines, err := history.Machines(c.Results)
	if err != nil {
		return err
	}
	machine, err := c.choose(machines)
	if err != nil {
		return err
	}
	records, err := history.Read(c.Results, machine, c.Unit)
	if err != nil {
		return err
	}
	lines := history.Lines(records, pattern)
	if len(lines) == 0 {
		return fmt.Errorf("the %d records of %s have no benchmark that matches %q with the unit %s", len(records), machine, c.Bench, c.Unit)
	}
	if c.Out != "" {
		if err := history.WriteFigures(c.Out, machine, c.Unit, records, lines); err != nil {
			return err
		}
	}
	if c.JSON {
		return history.WriteJSON(s.out, machine, records, c.Unit, lines)
	}
	fmt.Fprintf(s.out, "machine: %s\n", machine)
	return history.Write(s.out, records, c.Unit, lines)
}

// choose returns the machine whose records are shown.
func (c *historyCmd) choose(machines []string) (string, error) {
	here := environment.Fingerprint()
	switch {
	case len(machines) == 0:
		return "", fmt.Errorf("%s has no records; make record writes one", c.Results)
	case slices.Contains(machines, c.Machine):
		return c.Machine, nil
	case c.Machine != "":
		return "", fmt.Errorf("no records of machine %s; there are some of %s", c.Machine, strings.Join(machines, ", "))
	case slices.Contains(machines, here):
		return here, nil
	case len(machines) == 1:
		return machines[0], nil
	}
	return "", fmt.Errorf("no records of this machine, %s; choose one with -machine: %s", here, strings.Join(machines, ", "))
}
