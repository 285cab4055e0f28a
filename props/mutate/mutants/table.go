package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/props/mutate"
)

// A score counts verdicts.
type score map[mutate.Verdict]int

// killed returns the share of the mutants that are not equivalent which a law kills.
func (s score) killed() string {
	all := s[mutate.Killed] + s[mutate.Survivor] + s[mutate.Doubtful]
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", 100*float64(all-s[mutate.Survivor])/float64(all))
}

// table returns the results in Markdown: scores by operator and by kernel for each instruction
// set, what mutants did on a CPU, and every mutant that is neither killed nor proved equivalent.
func table(chosen []mutate.Mutant, j *journal) string {
	scores := map[string]map[string]score{"operator": {}, "kernel": {}}
	totals := map[string]score{}
	var left []entry
	missing := 0
	for _, m := range chosen {
		e, ok := j.verdicts[m.String()]
		if !ok {
			missing++
			continue
		}
		for by, name := range map[string]string{"operator": m.Operator, "kernel": m.Kernel} {
			count(scores[by], name+"/"+m.ISA, e.Verdict)
		}
		count(totals, m.ISA, e.Verdict)
		if e.Verdict == mutate.Survivor || e.Verdict == mutate.Doubtful {
			left = append(left, e)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# Mutants of the assembly

There are %d mutants, %d of them not yet judged. A mutant is killed if a test of package simd fails on it
in the emulator, with as many cases as in `+"`make test`"+`. It is equivalent if none fails and it is proved
equal to the specification for the shapes that execute its line. The score is the percentage of the
killed among those not proved equivalent. Lines that are no instruction do not count. props/README.md
says what the score means and what it does not cover.
`, len(chosen), missing)
	header(&b, "instruction set", "mutants", "killed", "equivalent", "neither", "score", "no instruction")
	for _, isa := range instructionSets {
		s := totals[isa]
		killed := s[mutate.Killed] + s[mutate.Doubtful]
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %s | %d |\n", isa, killed+s[mutate.Equivalent]+s[mutate.Survivor], killed, s[mutate.Equivalent], s[mutate.Survivor], s.killed(), s[mutate.Invalid])
	}
	for _, by := range []string{"operator", "kernel"} {
		var names []string
		for name := range scores[by] {
			name, _, _ = strings.Cut(name, "/")
			names = append(names, name)
		}
		slices.Sort(names)
		header(&b, append([]string{by}, instructionSets...)...)
		for _, name := range slices.Compact(names) {
			fmt.Fprintf(&b, "| %s |", name)
			for _, isa := range instructionSets {
				s := scores[by][name+"/"+isa]
				fmt.Fprintf(&b, " %s of %d |", s.killed(), s[mutate.Killed]+s[mutate.Survivor]+s[mutate.Doubtful])
			}
			b.WriteString("\n")
		}
	}
	nativeTable(&b, chosen, j)
	fmt.Fprintf(&b, "\n## Neither killed nor proved equivalent\n\n")
	for _, e := range left {
		fmt.Fprintf(&b, "- `%s`", e.Mutant)
		switch {
		case e.Verdict == mutate.Doubtful:
			fmt.Fprintf(&b, ": killed, although it is proved equivalent (%s)", firstLine(e.Law))
		case e.Proof != "":
			fmt.Fprintf(&b, " (%s)", firstLine(e.Proof))
		}
		b.WriteString("\n")
	}
	if len(left) == 0 {
		b.WriteString("None.\n")
	}
	return b.String()
}

// nativeTable writes how the verdicts compare with what the same mutants did on a CPU.
func nativeTable(b *strings.Builder, chosen []mutate.Mutant, j *journal) {
	outcomes, total := map[[2]string]int{}, 0
	var different []entry
	for _, m := range chosen {
		e, ok := j.natives[m.String()]
		if !ok {
			continue
		}
		verdict := j.verdicts[m.String()]
		killed := verdict.Verdict == mutate.Killed || verdict.Verdict == mutate.Doubtful
		total++
		outcomes[[2]string{map[bool]string{true: nativeKilled, false: nativeSurvives}[killed], e.Native}]++
		if killed != (e.Native == nativeKilled) {
			verdict.Native = e.Native
			if !killed {
				verdict.Law = e.Law
			}
			different = append(different, verdict)
		}
	}
	fmt.Fprintf(b, "\n## On a CPU\n\n")
	if total == 0 {
		b.WriteString("No mutant was run on a CPU.\n")
		return
	}
	fmt.Fprintf(b, "%d of the mutants of %s, half of them of the few that survive in the emulator, were assembled and run through\n`go test -overlay`. In the emulator, one is killed by what a CPU does not report, too: a register or\nmemory that is read before it was written to, or an access within the caller's memory but outside of\nthe operands.\n", total, nativeISA)
	header(b, "in the emulator", "killed on the CPU", "survives", "does not assemble")
	for _, verdict := range []string{nativeKilled, nativeSurvives} {
		fmt.Fprintf(b, "| %s | %d | %d | %d |\n", verdict, outcomes[[2]string{verdict, nativeKilled}], outcomes[[2]string{verdict, nativeSurvives}], outcomes[[2]string{verdict, nativeInvalid}])
	}
	if len(different) > 0 {
		b.WriteString("\nDifferent:\n\n")
	}
	for _, e := range different {
		fmt.Fprintf(b, "- `%s`: on the CPU %s; %s\n", e.Mutant, e.Native, firstLine(e.Law))
	}
}

// firstLine returns the beginning of a message.
func firstLine(message string) string {
	const most = 200
	first, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	if len(first) > most {
		first = strings.ToValidUTF8(first[:most], "") + "..."
	}
	return first
}

func count(scores map[string]score, name string, v mutate.Verdict) {
	if scores[name] == nil {
		scores[name] = score{}
	}
	scores[name][v]++
}

func header(b *strings.Builder, columns ...string) {
	fmt.Fprintf(b, "\n| %s |\n| --- |%s\n", strings.Join(columns, " | "), strings.Repeat(" ---: |", len(columns)-1))
}
