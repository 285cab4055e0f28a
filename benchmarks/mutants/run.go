package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/props/mutate"
)

var instructionSets = []string{"avx512", "avx2", "neon"}

// cases is how many cases of a law an ordinary test run draws.
const cases = 100

// run judges the mutants that the options choose, or runs some of them, or writes the table.
func run(ctx context.Context, o options) error {
	chosen, err := choose(o)
	if err != nil {
		return err
	}
	if len(chosen) == 0 {
		return fmt.Errorf("-only %s matches no kernel", o.only)
	}
	judge, err := judgeDigests(ctx)
	if err != nil {
		return err
	}
	sources, err := sourceDigests()
	if err != nil {
		return err
	}
	journal, err := openJournal(o.journal, judge, sources)
	if err != nil {
		return err
	}
	if o.keep {
		journal.keep()
	}
	switch {
	case o.report != "":
		if n := missing(chosen, journal); n > 0 {
			return fmt.Errorf("-report: %d of %d mutants are not yet judged, and scores would not count them", n, len(chosen))
		}
		return atomicfile.Write(o.report, []byte(table(chosen, journal)))
	case o.native > 0:
		return runNative(ctx, o, chosen, journal)
	}
	if err := judgeMutants(ctx, o, chosen, journal); err != nil || o.parts > 1 {
		return err
	}
	fmt.Print(summary(chosen, journal))
	return nil
}

// missing returns the number of mutants that the journal has no verdict on.
func missing(chosen []mutate.Mutant, j *journal) (n int) {
	for _, m := range chosen {
		if _, ok := j.verdicts[m.String()]; !ok {
			n++
		}
	}
	return n
}

// choose returns the mutants that the options choose, by instruction set.
func choose(o options) (chosen []mutate.Mutant, err error) {
	for _, isa := range instructionSets {
		all, err := mutate.Mutants(isa)
		if err != nil {
			return nil, err
		}
		for _, m := range all {
			if o.match.MatchString(m.ISA + "/" + m.Kernel) {
				chosen = append(chosen, m)
			}
		}
	}
	return chosen, nil
}

// judgeMutants judges those mutants of the share that the journal has no verdict on, and appends theirs.
func judgeMutants(ctx context.Context, o options, chosen []mutate.Mutant, j *journal) error {
	write, closeFile, err := j.create(fmt.Sprintf("%d-of-%d.jsonl", o.part, o.parts))
	if err != nil {
		return err
	}
	defer closeFile()
	fmt.Fprintf(os.Stderr, "mutants: %d of %d are known\n", len(chosen)-missing(chosen, j), len(chosen))
	if strings.HasPrefix(j.judge.verdicts, programPrefix) {
		fmt.Fprintln(os.Stderr, "mutants: there are changes that are not committed: another build will not know these verdicts")
	}
	var judge *mutate.Judge
	isa, start, last, done := "", time.Now(), time.Now(), 0
	for i, m := range chosen {
		if _, ok := j.verdicts[m.String()]; ok || i%o.parts != o.part-1 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if m.ISA != isa {
			if judge, err = mutate.NewJudge(m.ISA, cases); err != nil {
				return err
			}
			isa = m.ISA
		}
		result, err := judge.Judge(m)
		if err != nil {
			return err
		}
		if result.Verdict == mutate.Killed || result.Verdict == mutate.Equivalent {
			result.Proof = "" // as every mutant of this verdict
		}
		result.Law, result.Proof = firstLine(result.Law), firstLine(result.Proof) // a message may be long
		if err := write(entry{Result: result}); err != nil {
			return err
		}
		if done++; time.Since(last) > 10*time.Second {
			last = time.Now()
			fmt.Fprintf(os.Stderr, "mutants: %d of %d, %s %s: %d judged in %s\n", i+1, len(chosen), m.ISA, m.Kernel, done, time.Since(start).Round(time.Second))
		}
	}
	return closeFile()
}
