// Package show writes a profile, or two beside each other: as text, as one HTML page that
// opens offline with the same in Markdown and figures as SVG and PNG, and in the Go benchmark
// format. It measures nothing. Start with [Chapter], whose parts all but the last are made of.
package show

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/benchmarks/profile/predict"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// Chapter returns everything that the profile has, with its figures if asked for.
func Chapter(p *profile.Profile, figures bool) *page.Chapter {
	c := &page.Chapter{
		ID: "profile", Title: "Profile of " + name(p), State: state(p), Warnings: warnings(p),
		Main: page.Section{Title: "In short", Items: summary(p)},
		Sections: []page.Section{
			{Title: "CPU", Table: identity(p), AllColumnsAreText: true},
			{Title: "Clock", Table: clock(p), FirstColumnIsText: true},
			{Title: "Peaks", Table: peaks(p), FirstColumnIsText: true, Notes: notesIf(atLeast(p.Peaks), atLeastNote)},
			{Title: "What a core waits for", Table: core(p.Core), FirstColumnIsText: true, Notes: notesIf(core(p.Core).Rows, coreNote)},
			{Title: "Memory", Table: memory(p), FirstColumnIsText: true},
			{Title: "Kernels", Table: points(p), FirstColumnIsText: true, Notes: notesIf(p.Kernels, pointsNote)},
			{Title: "Predicted and measured", Table: predicted(p), FirstColumnIsText: true, Notes: notesIf(p.Predictions, predictedNote)},
			{Title: "Advice", Items: advised(p)},
			{Title: "Not measured", Items: p.Notes},
		},
		FactsTitle: "Program",
		Facts:      []page.Fact{{Name: "measured by", Text: p.Environment.String()}, {Name: "at", Text: p.Date}},
	}
	if p.Command != "" {
		c.CommandsNote, c.Commands = "The figures of another run differ by the noise of the machine.", []string{p.Command}
	}
	if figures {
		c.Figures = Figures(p)
	}
	return c
}

// atLeast returns the peaks that may be higher.
func atLeast(peaks []profile.Peak) []profile.Peak {
	return slices.DeleteFunc(slices.Clone(peaks), func(k profile.Peak) bool { return !k.AtLeast })
}

const (
	atLeastNote = "≥: something disturbed every sample of this, such as another guest on the same core; the peak is this or higher."
	coreNote    = "Inside: how many enter the core before the first of them leaves it, in order; of these, those with a vector as their result, and the vector instructions that have not begun. A store of a vector among FMAs keeps their pipes from working for so long. Load across lines: beyond another load. Predicted loop: the longest one whose end is predicted. Wrong prediction: of a jump. Call: of a kernel that has nothing to do."
	pointsNote  = "All calls of a kernel in one training step on a minibatch of 100 with its evaluation, one product, or one gradient, repeated on one core with the operands of that computation. " +
		"Moved: bytes between registers and L1, as the instructions load and store them. Touched: different bytes. The roof is the peak or bandwidth that allows the calls the most time."
	predictedNote = "Cycles of an iteration of the inner loop. In loop: of the resource that the loop takes the most of. Predicted: all calls, instruction by instruction, with the caches and wrong predictions of jumps, by the throughputs, latencies and bandwidths measured on this CPU. " +
		"Bound by: the resource or level of memory that is busy for about all of the time; waiting: none is, but results come too late for the instructions that fit into the core. A residue of more than 15 % is marked by !: the model does not explain it. ~: something disturbed the measurement, which says little of the kernel."
)

// notesIf returns a note on rows if there are any.
func notesIf[T any](rows []T, note string) []string {
	if len(rows) == 0 {
		return nil
	}
	return []string{note}
}

// name returns the name of the CPU.
func name(p *profile.Profile) string {
	text := p.Identity.Name
	if text == "" {
		text = p.Environment.CPU
	}
	if p.Identity.Microarchitecture != "" {
		text += " (" + p.Identity.Microarchitecture + ")"
	}
	return text
}

// state says how long the measurement took, and on how many cores.
func state(p *profile.Profile) string {
	verb := "Measured on"
	if p.Rough != "" {
		verb = "Not measured, but tried on"
	}
	return fmt.Sprintf("%s %s in %.0f s.", verb, format.Count(p.Conditions.Cores, "core"), p.Conditions.Seconds)
}

// warnings say why the figures may be wrong.
func warnings(p *profile.Profile) (all []string) {
	if p.Rough != "" {
		all = append(all, "Not a measurement of a CPU: "+p.Rough+".")
	}
	if q := p.Conditions.Quota; q > 0 && q < float64(max(1, p.Conditions.Cores)) {
		text := fmt.Sprintf("The control group grants %.2g CPUs for %s", q, format.Count(p.Conditions.Cores, "core"))
		if p.Conditions.Stops > 0 {
			text += fmt.Sprintf(", and stopped the process %.0f times, for %.1f s in all", p.Conditions.Stops, p.Conditions.Stopped)
		}
		all = append(all, text+". Samples in which it was stopped do not count; long work gets only its share of what is shown here.")
	}
	if rate := p.Conditions.Switches / p.Conditions.Sampled; p.Conditions.Sampled > 0 && rate > busy {
		all = append(all, fmt.Sprintf("The machine was busy: other threads interrupted the samples %.0f times a second. Some figures may be too slow.", rate))
	}
	if p.Conditions.Steal > .02 {
		all = append(all, fmt.Sprintf("The hypervisor gave %s of the time to others meanwhile.", format.Percent(p.Conditions.Steal, 0)))
	}
	return all
}

// busy is the number of interruptions by other threads in a second of samples above which
// something else ran: a program that wants a core gets it every 3 or 4 ms. The runtime's own
// threads interrupt some 50 times a second, and the ticks of a timer are no interruptions.
const busy = 150

func identity(p *profile.Profile) page.Table {
	i, c := p.Identity, p.Conditions
	t := page.Table{Head: []string{"", ""}}
	add := func(name, text string) {
		if text != "" {
			t.Add(name, text)
		}
	}
	vendor := strings.TrimSpace(i.Vendor + " " + i.Name)
	if vendor == "" {
		vendor = "of no name"
	}
	add("CPU", fmt.Sprintf("%s, family %d, model %d, stepping %d", vendor, i.Family, i.Model, i.Stepping))
	add("microarchitecture", i.Microarchitecture)
	add("features", strings.Join(kernelFeatures(i.Features), ", "))
	add("caches by CPUID", caches(i.Caches))
	add("caches by the curves", caches(p.Memory.Detected))
	add("CPUs", fmt.Sprintf("%d logical, %s a core, %s", i.LogicalCPUs, format.Count(max(1, i.ThreadsPerCore), "thread"), format.Count(max(1, i.NUMANodes), "NUMA node")))
	add("hypervisor", i.Hypervisor)
	add("huge pages", i.HugePages)
	use := fmt.Sprintf("%s, GOMAXPROCS %d", format.Count(c.Cores, "core"), c.GOMAXPROCS)
	if len(c.CPUs) > 0 {
		use += ", may run on CPUs " + format.List(c.CPUs)
	}
	if c.Quota > 0 {
		use += fmt.Sprintf(", quota of %.2g CPUs", c.Quota)
	}
	if c.Stops > 0 {
		use += fmt.Sprintf(", stopped %.0f times for %.1f s", c.Stops, c.Stopped)
	}
	add("used", use)
	if c.MemoryLimit > 0 {
		add("memory", strings.TrimSuffix(fmt.Sprintf("%s, by %s", bytesText(float64(c.MemoryLimit)), c.MemoryFrom), ", by "))
	}
	add("steal time", format.Percent(c.Steal, 1))
	if c.Sampled > 0 {
		add("disturbed", fmt.Sprintf("%s of the samples shared their core, other threads interrupted them %.0f times in %.1f s", format.Percent(c.Shared, 0), c.Switches, c.Sampled))
	}
	if !p.Counters.Available {
		add("hardware counters", "none: "+p.Counters.Reason)
	} else {
		for _, event := range sortedKeys(p.Counters.PerCycle) {
			add(event+" a cycle", fmt.Sprintf("%.3g", p.Counters.PerCycle[event]))
		}
	}
	add("fingerprint", i.Fingerprint)
	return t
}

// kernelFeatures returns the features that matter for arithmetic.
func kernelFeatures(features []string) []string {
	return slices.DeleteFunc(slices.Clone(features), func(f string) bool {
		return !slices.ContainsFunc([]string{"SSE", "AVX", "FMA", "BMI", "AMX", "ASIMD", "SVE", "FP"}, func(prefix string) bool { return strings.HasPrefix(f, prefix) })
	})
}

func caches(all []profile.Cache) string {
	var texts []string
	for _, c := range all {
		texts = append(texts, fmt.Sprintf("L%d %s", c.Level, bytesText(float64(c.Bytes))))
	}
	return strings.Join(texts, ", ")
}

func clock(p *profile.Profile) page.Table {
	t := page.Table{Head: []string{"when", "GHz"}}
	for _, c := range p.Clock {
		t.Add(c.When, format.Decimals(c.Hertz/giga, 3))
	}
	return t
}

func peaks(p *profile.Profile) page.Table {
	t := page.Table{Head: []string{"operation", "bits", "cores", "rate", "a cycle", "published", "latency"}}
	for _, k := range p.Peaks {
		t.Add(strings.TrimSpace(k.ISA+" "+k.Operation+" "+k.Element), number(float64(k.Bits), 0), fmt.Sprint(k.Cores), peakRate(k)+" G"+unit(k), number(k.PerCycle, 2), number(k.Bound, 0), number(k.Latency, 1))
	}
	return t
}

// peakRate returns the rate of a peak in units of 10^9, marked if it may be higher.
func peakRate(k profile.Peak) string {
	text := format.Decimals(k.Rate/giga, 1)
	if k.AtLeast {
		text = "≥ " + text
	}
	return text
}

// core returns what is known of the time that a core hides.
func core(c profile.Core) page.Table {
	t := page.Table{Head: []string{"", "measured", "published"}}
	add := func(name, unit string, measured, published float64, decimals int) {
		if measured > 0 || published > 0 {
			t.Add(name, with(number(measured, decimals), unit), with(number(published, decimals), unit))
		}
	}
	add("instructions inside", "", float64(c.Window), float64(c.PublishedWindow), 0)
	add("vector results inside", "", float64(c.Results), 0, 0)
	add("waiting to begin", "", float64(c.Queue), 0, 0)
	add("stores inside", "", 0, float64(c.Stores), 0)
	add("store among FMAs", "cycles", c.StoreAmong, 0, 1)
	add("store of an FMA's result", "cycles", c.StoreResult, 0, 1)
	add("store and load again", "cycles", c.Forward, 0, 1)
	add("load across lines", "cycles", c.Crossing, 0, 1)
	add("predicted loop", "iterations", float64(c.History), 0, 0)
	add("wrong prediction", "cycles", c.Mispredict, 0, 1)
	add("call", "cycles", c.Call, 0, 1)
	return t
}

// unit returns the unit of a peak's rate.
func unit(k profile.Peak) string {
	switch k.Operation {
	case "load", "store":
		return "B/s"
	case "nop":
		return "instr/s"
	}
	return "FLOP/s"
}

func memory(p *profile.Profile) page.Table {
	t := page.Table{Head: []string{"level", "cores", "read", "write", "copy"}}
	type row struct{ level, cores int }
	var rows []row
	rates := map[row]map[string]float64{}
	for _, l := range p.Memory.Levels {
		r := row{l.Level, l.Cores}
		if rates[r] == nil {
			rates[r], rows = map[string]float64{}, append(rows, r)
		}
		rates[r][l.Operation] = l.Rate
	}
	for _, r := range rows {
		cells := []string{kernelpoints.LevelName(r.level), fmt.Sprint(r.cores)}
		for _, operation := range []string{"read", "write", "copy"} {
			cells = append(cells, with(number(rates[r][operation]/giga, 1), "GB/s"))
		}
		t.Add(cells...)
	}
	return t
}

func points(p *profile.Profile) page.Table {
	t := page.Table{Head: []string{"kernel", "size", "GFLOP/s", "flops/byte", "moved", "touched", "calls", "time", "instr./cycle", "% of", "roof"}}
	for _, k := range p.Kernels {
		instructions := math.NaN()
		if k.Cycles > 0 && k.Instructions > 0 {
			instructions = k.Instructions / k.Cycles
		}
		t.Add(kernel(p, k.ISA, k.Kernel), k.Size, number(k.Rate/giga, 1), number(k.Intensity, 2), bytesText(k.Moved), bytesText(float64(k.Working)),
			fmt.Sprint(k.Calls), seconds(k.Seconds), format.Decimals(instructions, 2), number(100*k.OfCeiling, 0), k.Binding)
	}
	return t
}

func predicted(p *profile.Profile) page.Table {
	t := page.Table{Head: []string{"kernel", "size", "in loop", "predicted", "measured", "residue", "bound by"}}
	for _, x := range p.Predictions {
		residue := format.Percent(predict.Residue(x), 0)
		if r := predict.Residue(x); r >= 0 {
			residue = "+" + residue
		}
		switch {
		case isShared(p, x):
			residue = "~ " + residue
		case predict.IsUnexplained(x):
			residue = "! " + residue
		}
		t.Add(kernel(p, x.ISA, x.Kernel), x.Size, number(x.InLoop, 2), number(x.Predicted, 2), number(x.Measured, 2), residue, x.Binding)
	}
	return t
}

// isShared reports whether something disturbed the measurement of a kernel.
func isShared(p *profile.Profile, x profile.Prediction) bool {
	return slices.ContainsFunc(p.Kernels, func(k profile.KernelPoint) bool {
		return k.Shared && k.ISA == x.ISA && k.Kernel == x.Kernel && k.Size == x.Size
	})
}

// kernel names a kernel, with its instruction set where there are several.
func kernel(p *profile.Profile, isa, name string) string {
	if slices.ContainsFunc(p.Kernels, func(k profile.KernelPoint) bool { return k.ISA != p.Kernels[0].ISA }) {
		return name + " " + isa
	}
	return name
}

func advised(p *profile.Profile) (lines []string) {
	for _, a := range p.Advice {
		lines = append(lines, fmt.Sprintf("%s %s: %s", kernel(p, a.ISA, a.Kernel), a.Size, a.Text))
	}
	return lines
}

// number writes a number, or a dash for one that was not measured.
func number(v float64, decimals int) string {
	if v == 0 {
		return format.Dash
	}
	return format.Decimals(v, decimals)
}

// with adds a unit to a number.
func with(number, unit string) string {
	if number == format.Dash {
		return number
	}
	return strings.TrimSpace(number + " " + unit)
}

func seconds(v float64) string {
	switch {
	case v == 0:
		return format.Dash
	case v < 1e-3:
		return format.Decimals(1e6*v, 1) + " µs"
	}
	return format.Decimals(1e3*v, 2) + " ms"
}

func bytesText(v float64) string {
	switch {
	case v == 0:
		return format.Dash
	case v >= 1<<30:
		return format.Decimals(v/(1<<30), 1) + " GiB"
	case v >= 1<<20:
		return format.Decimals(v/(1<<20), 1) + " MiB"
	case v >= 1<<10:
		return format.Decimals(v/(1<<10), 0) + " KiB"
	}
	return format.Decimals(v, 0) + " B"
}

func sortedKeys(m map[string]float64) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
