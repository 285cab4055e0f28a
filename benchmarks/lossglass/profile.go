package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/measure"
	"github.com/lossglass/lossglass/benchmarks/profile/show"
	"github.com/lossglass/lossglass/benchmarks/report"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

type profileCmd struct {
	tables
	Only    []string `xor:"measured" placeholder:"SECTION" help:"Measure these sections only."`
	From    string   `xor:"measured" placeholder:"FILE" help:"Measure nothing, but show this profile.json."`
	Compare string   `placeholder:"OLD.json" help:"Print the profile beside this older one, of this CPU or another."`
	Out     string   `placeholder:"DIR" help:"Directory for the page (report.html, report.md, figures/), profile.json, and bench.txt for benchstat."`
}

// Help is printed by lossglass profile --help.
func (profileCmd) Help() string {
	var sections strings.Builder
	w := tabwriter.NewWriter(&sections, 0, 0, 2, ' ', 0)
	for _, s := range measure.Sections {
		fmt.Fprintf(w, "    %s\t%s\n", s.Name, s.Meaning)
	}
	_ = w.Flush() // into memory
	return `Measures one CPU without privileges, in under two minutes; let nothing else run:

    lossglass profile -out DIR
    lossglass profile -only peaks
    lossglass profile -compare OLD/profile.json
    lossglass profile -from NEW/profile.json -compare OLD/profile.json

The sections:

` + sections.String() + `
A prediction is what an iteration of a kernel's inner loop takes at least, by the throughputs and
latencies of single instructions measured on this CPU. Where it differs from the measured time by
more than 15 %, the model does not explain the kernel, and the tables say so. A peak above what
the microarchitecture can do is a failure. Under an emulator, no figure is called a measurement.`
}

func (c *profileCmd) Run(ctx context.Context, s streams) error {
	var old *profile.Profile
	if c.Compare != "" {
		var err error
		if old, err = profile.Read(c.Compare); err != nil {
			return err
		}
	}
	if c.Out != "" {
		if err := prepare(c.Out); err != nil {
			return err
		}
	}
	p, err := c.profile(ctx, s)
	if err != nil {
		return err
	}
	kept := c.keep(ctx, p, old)
	// What took a minute to measure is shown also where it could not be written.
	if err := c.print(s.out, p, old); err != nil {
		return err
	}
	return kept
}

// keep writes the files of the profile, if a directory for them was given.
func (c *profileCmd) keep(ctx context.Context, p, old *profile.Profile) error {
	if c.Out == "" {
		return nil
	}
	files, err := show.Files(p, old)
	if err != nil {
		return err
	}
	return page.WriteFiles(ctx, c.Out, files)
}

// print writes the profile, or its comparison with the older one.
func (c *profileCmd) print(to io.Writer, p, old *profile.Profile) error {
	switch {
	case c.JSON && old != nil:
		return jsontable.Write(to, struct {
			Old *profile.Profile `json:"old"`
			New *profile.Profile `json:"new"`
		}{old, p})
	case c.JSON:
		return p.Write(to)
	case old != nil:
		return show.WriteText(to, show.Comparison(old, p))
	}
	return show.WriteText(to, show.Chapter(p, false))
}

// prepare reports whether files may be written into a directory, which it makes, before anything
// is measured.
func prepare(dir string) error {
	if err := report.CheckTarget(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	trial, err := os.CreateTemp(dir, "*.tmp")
	if err != nil {
		return err
	}
	return errors.Join(trial.Close(), os.Remove(trial.Name()))
}

// profile reads the profile to show, or measures it.
func (c *profileCmd) profile(ctx context.Context, s streams) (*profile.Profile, error) {
	if c.From != "" {
		return profile.Read(c.From)
	}
	p, err := measure.Profile(ctx, measure.Options{Only: c.Only, Log: s.err, Command: environment.Command()})
	var unknown *measure.UnknownSectionError
	if errors.As(err, &unknown) {
		return nil, usageError{fmt.Errorf("-only: %w", err)}
	}
	return p, err
}
