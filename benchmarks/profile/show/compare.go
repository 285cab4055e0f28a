package show

import (
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// Comparison returns two profiles side by side: of one CPU on two days, or of two CPUs. It
// says which differences are those of the CPUs and tests nothing: package regress compares
// commits.
func Comparison(before, after *profile.Profile) *page.Chapter {
	c := &page.Chapter{
		ID: "comparison", Title: "Two profiles", State: fmt.Sprintf("old: %s, %s; new: %s, %s.", name(before), before.Date, name(after), after.Date),
		Main: page.Section{Title: "What differs between the machines", Table: differences(before, after), FirstColumnIsText: true},
		Sections: []page.Section{
			{Title: "Clock", Table: side("when", "GHz", clocks(before), clocks(after)), FirstColumnIsText: true},
			{Title: "Peaks", Table: side("operation", "10^9 a second", peakRates(before), peakRates(after)), FirstColumnIsText: true},
			{Title: "Memory", Table: side("level", "GB/s", levelRates(before), levelRates(after)), FirstColumnIsText: true},
			{Title: "Kernels", Table: side("kernel", "GFLOP/s, or calls a second", kernelRates(before), kernelRates(after)), FirstColumnIsText: true},
		},
	}
	switch {
	case before.Identity.Fingerprint != after.Identity.Fingerprint:
		c.Warnings = append(c.Warnings, "Different CPUs: "+name(before)+" and "+name(after)+". Differences say nothing about a change of the program.")
	case before.Environment.Commit != after.Environment.Commit:
		c.Main.Notes = append(c.Main.Notes, fmt.Sprintf("One CPU, two programs: commit %s and commit %s.", before.Environment.Commit, after.Environment.Commit))
	default:
		c.Main.Notes = append(c.Main.Notes, "One CPU and one program: differences are those of the days.")
	}
	for _, p := range []*profile.Profile{before, after} {
		if p.Rough != "" {
			c.Warnings = append(c.Warnings, "Of "+p.Date+": not a measurement of a CPU: "+p.Rough+".")
		}
	}
	return c
}

// differences returns the facts about the machines that are not equal.
func differences(before, after *profile.Profile) page.Table {
	t := page.Table{Head: []string{"", "old", "new"}}
	a, b := identity(before), identity(after)
	values := map[string][2]string{}
	var names []string
	for i, rows := range [][][]string{a.Rows, b.Rows} {
		for _, row := range rows {
			pair, known := values[row[0]]
			if !known {
				names = append(names, row[0])
				pair = [2]string{format.Dash, format.Dash}
			}
			pair[i] = row[1]
			values[row[0]] = pair
		}
	}
	for _, n := range names {
		if pair := values[n]; pair[0] != pair[1] {
			t.Add(n, pair[0], pair[1])
		}
	}
	return t
}

// A rate is a named number.
type rate struct {
	name  string
	value float64
}

// side returns two lists of rates beside each other, by name.
func side(head, unit string, before, after []rate) page.Table {
	t := page.Table{Head: []string{head, "old " + unit, "new", "new/old"}}
	first := map[string]float64{}
	for _, r := range before {
		first[r.name] = r.value
	}
	seen := map[string]bool{}
	for _, r := range after {
		seen[r.name] = true
		ratio := format.Dash
		if first[r.name] > 0 && r.value > 0 {
			ratio = format.Decimals(r.value/first[r.name], 3)
		}
		t.Add(r.name, number(first[r.name], 2), number(r.value, 2), ratio)
	}
	for _, r := range before {
		if !seen[r.name] {
			t.Add(r.name, number(r.value, 2), format.Dash, format.Dash)
		}
	}
	return t
}

func clocks(p *profile.Profile) (all []rate) {
	for _, c := range p.Clock {
		all = append(all, rate{c.When, c.Hertz / giga})
	}
	return all
}

func peakRates(p *profile.Profile) (all []rate) {
	for _, k := range p.Peaks {
		all = append(all, rate{fmt.Sprintf("%s %d bits, %s", strings.TrimSpace(k.ISA+" "+k.Operation+" "+k.Element), k.Bits, format.Count(k.Cores, "core")), k.Rate / giga})
	}
	return all
}

func levelRates(p *profile.Profile) (all []rate) {
	for _, l := range p.Memory.Levels {
		all = append(all, rate{fmt.Sprintf("%s %s, %s", kernelpoints.LevelName(l.Level), l.Operation, format.Count(l.Cores, "core")), l.Rate / giga})
	}
	return all
}

func kernelRates(p *profile.Profile) (all []rate) {
	for _, k := range p.Kernels {
		r := rate{k.Kernel + " " + k.Size + " " + k.ISA, k.Rate / giga}
		if k.Flops == 0 && k.Seconds > 0 {
			r.value = float64(k.Calls) / k.Seconds
		}
		all = append(all, r)
	}
	return all
}
