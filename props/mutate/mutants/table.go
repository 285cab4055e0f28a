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
// set, and every mutant that is neither killed nor proved equivalent.
func table(chosen []mutate.Mutant, known map[string]entry) string {
	scores := map[string]map[string]score{"operator": {}, "kernel": {}}
	totals := map[string]score{}
	var left []entry
	missing := 0
	for _, m := range chosen {
		e, ok := known[m.String()]
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
	fmt.Fprintf(&b, "# Mutants of the assembly\n\n%d mutants are chosen, %d of them not yet judged. A mutant is killed if a law fails in the\nemulator; it is equivalent if none fails and it is proved equal to the specification for the shapes\nthat execute its line. The percentage is that of the killed among those not proved equivalent. Lines\nthat are no instruction do not count.\n", len(chosen), missing)
	header(&b, "instruction set", "mutants", "killed", "equivalent", "survive", "score")
	for _, isa := range instructionSets {
		s := totals[isa]
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %s |\n", isa, s[mutate.Killed]+s[mutate.Doubtful]+s[mutate.Equivalent]+s[mutate.Survivor], s[mutate.Killed]+s[mutate.Doubtful], s[mutate.Equivalent], s[mutate.Survivor], s.killed())
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
	fmt.Fprintf(&b, "\n## Neither killed nor proved equivalent\n\n")
	for _, e := range left {
		fmt.Fprintf(&b, "- %s: `%s`", e.Verdict, e.Mutant)
		if first, _, _ := strings.Cut(e.Proof, "\n"); first != "" {
			fmt.Fprintf(&b, " (%s)", first)
		}
		b.WriteString("\n")
	}
	if len(left) == 0 {
		b.WriteString("None.\n")
	}
	return b.String()
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
