package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/props/mutate"
)

// A score counts verdicts.
type score map[mutate.Verdict]int

// notEquivalent returns the number of mutants that a test could kill.
func (s score) notEquivalent() int {
	return s[mutate.Killed] + s[mutate.Survivor] + s[mutate.Doubtful]
}

// killed returns the share of the mutants that are not equivalent which a test kills.
func (s score) killed() string {
	all := s.notEquivalent()
	if all == 0 {
		return "-"
	}
	hundredths := 10000 * (all - s[mutate.Survivor]) / all // rounded down: 100 % has no survivor
	return fmt.Sprintf("%d.%02d %%", hundredths/100, hundredths%100)
}

// scores are the scores by name and instruction set.
type scores map[string]score

func (s scores) count(name string, v mutate.Verdict) {
	if s[name] == nil {
		s[name] = score{}
	}
	s[name][v]++
}

// scoresBy returns the scores of the judged mutants by ISA, and by a name of each and its ISA.
func scoresBy(chosen []mutate.Mutant, j *journal, name func(mutate.Mutant) string) scores {
	all := scores{}
	for _, m := range chosen {
		if e, ok := j.verdicts[m.String()]; ok {
			all.count(name(m), e.Verdict)
		}
	}
	return all
}

// table returns the results on mutants that are all judged, in Markdown: scores by operator and by kernel for each instruction
// set, what mutants did on a CPU, and every mutant that is neither killed nor proved equivalent.
func table(chosen []mutate.Mutant, j *journal) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Mutants of the assembly

There are %d mutants. A mutant is killed if a test of package simd fails on it
in the emulator, with as many cases as in `+"`make test`"+`: calls of every tile or quick shape, and two of the
laws. A mutant that executes more than four times as many instructions is taken for one that never ends, and
is killed. It is equivalent if none fails and it is proved
equal to the specification for the shapes that execute its line. The score is the percentage of the
killed among those not proved equivalent. Lines that are no instruction do not count. props/README.md
says what the score means and what it does not cover.
`, len(chosen))
	earlier := 0
	for _, m := range chosen {
		if j.verdicts[m.String()].Judge != j.judge.verdicts {
			earlier++
		}
	}
	if earlier > 0 {
		fmt.Fprintf(&b, "\n%d were killed, or proved, by the tests and proofs of an earlier commit and the same assembly. They were\nnot judged again by those of this commit (`-keep`); all others were.\n", earlier)
	}
	totals(&b, chosen, j)
	for _, by := range []struct {
		title string
		name  func(mutate.Mutant) string
	}{
		{"operator", func(m mutate.Mutant) string { return m.Operator }},
		{"kernel", func(m mutate.Mutant) string { return m.Kernel }},
	} {
		var names []string
		for _, m := range chosen {
			names = append(names, by.name(m))
		}
		slices.Sort(names)
		all := scoresBy(chosen, j, func(m mutate.Mutant) string { return by.name(m) + "/" + m.ISA })
		header(&b, append([]string{by.title}, instructionSets...)...)
		for _, name := range slices.Compact(names) {
			fmt.Fprintf(&b, "| %s |", name)
			for _, isa := range instructionSets {
				s := all[name+"/"+isa]
				fmt.Fprintf(&b, " %s of %d |", s.killed(), s.notEquivalent())
			}
			b.WriteString("\n")
		}
	}
	nativeTable(&b, chosen, j)
	b.WriteString("\n## Neither killed nor proved equivalent\n\n")
	neither(&b, chosen, j)
	return b.String()
}

// summary returns the scores, and the mutants that are neither killed nor proved equivalent.
func summary(chosen []mutate.Mutant, j *journal) string {
	var b strings.Builder
	totals(&b, chosen, j)
	b.WriteString("\nNeither killed nor proved equivalent:\n\n")
	neither(&b, chosen, j)
	return strings.TrimLeft(b.String(), "\n")
}

// totals writes the scores of the instruction sets.
func totals(b *strings.Builder, chosen []mutate.Mutant, j *journal) {
	header(b, "instruction set", "mutants", "killed", "equivalent", "neither", "score", "no instruction")
	all := scoresBy(chosen, j, func(m mutate.Mutant) string { return m.ISA })
	for _, isa := range instructionSets {
		if s := all[isa]; s != nil {
			fmt.Fprintf(b, "| %s | %d | %d | %d | %d | %s | %d |\n", isa, s.notEquivalent()+s[mutate.Equivalent],
				s[mutate.Killed]+s[mutate.Doubtful], s[mutate.Equivalent], s[mutate.Survivor], s.killed(), s[mutate.Invalid])
		}
	}
}

// neither lists the mutants that survive, with where their terms differ from the specification, and those that are
// killed although they are proved.
func neither(b *strings.Builder, chosen []mutate.Mutant, j *journal) {
	none := true
	for _, m := range chosen {
		switch e := j.verdicts[m.String()]; e.Verdict {
		case mutate.Doubtful:
			fmt.Fprintf(b, "- `%s`: killed, although it is proved equivalent (%s)\n", m, firstLine(e.Law))
		case mutate.Survivor:
			fmt.Fprintf(b, "- `%s` (%s)\n", m, firstLine(e.Proof))
		case mutate.Broken:
			fmt.Fprintf(b, "- `%s`: no verdict, the judge failed (%s)\n", m, firstLine(e.Law))
		default:
			continue
		}
		none = false
	}
	if none {
		b.WriteString("None.\n")
	}
}

// nativeTable writes how the verdicts compare with what the same mutants did on a CPU.
func nativeTable(b *strings.Builder, chosen []mutate.Mutant, j *journal) {
	outcomes, total := map[mutate.Verdict]map[string]int{}, 0
	var different strings.Builder
	for _, m := range chosen {
		native, ok := j.natives[m.String()]
		if !ok {
			continue
		}
		verdict := j.verdicts[m.String()]
		total++
		if outcomes[verdict.Verdict] == nil {
			outcomes[verdict.Verdict] = map[string]int{}
		}
		outcomes[verdict.Verdict][native.Native]++
		why := verdict.Law
		if why == "" {
			why = native.Law
		}
		if (verdict.Law != "") != (native.Native == nativeKilled) {
			fmt.Fprintf(&different, "- `%s`: %s, on the CPU %s: %s\n", m, verdict.Verdict, native.Native, firstLine(why))
		}
	}
	b.WriteString("\n## On a CPU\n\n")
	if total == 0 {
		b.WriteString("No mutant was run on a CPU.\n")
		return
	}
	fmt.Fprintf(b, `%d of the mutants of %s were assembled and run through `+"`go test -overlay`"+`: a sample of those that no
test kills in the emulator, which are few, and one of all others. The emulator also kills what a CPU does
not report: a register or memory that is read before it was written to, and an access within the caller's memory
but outside of the operands.
`, total, nativeISA)
	header(b, "in the emulator", "killed on the CPU", "survives", "does not assemble")
	for _, verdict := range []mutate.Verdict{mutate.Killed, mutate.Doubtful, mutate.Equivalent, mutate.Survivor} {
		if o := outcomes[verdict]; o != nil {
			fmt.Fprintf(b, "| %s | %d | %d | %d |\n", verdict, o[nativeKilled], o[nativeSurvives], o[nativeInvalid])
		}
	}
	if different.Len() > 0 {
		fmt.Fprintf(b, "\nDifferent:\n\n%s", &different)
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

func header(b *strings.Builder, columns ...string) {
	fmt.Fprintf(b, "\n| %s |\n| --- |%s\n", strings.Join(columns, " | "), strings.Repeat(" ---: |", len(columns)-1))
}
