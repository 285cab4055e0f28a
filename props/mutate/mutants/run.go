package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/lossglass/lossglass/props/mutate"
)

var instructionSets = []string{"avx512", "avx2", "neon"}

// run judges the mutants that the options choose, or writes the table.
func run(ctx context.Context, o options) error {
	chosen, err := choose(o)
	if err != nil {
		return err
	}
	known, err := readJournal(o.journal)
	if err != nil {
		return err
	}
	if o.report != "" {
		return os.WriteFile(o.report, []byte(table(chosen, known)), 0o644)
	}
	if len(chosen) == 0 {
		return fmt.Errorf("-only %s matches no kernel", o.only)
	}
	if err := os.MkdirAll(o.journal, 0o755); err != nil {
		return err
	}
	name := filepath.Join(o.journal, fmt.Sprintf("%d-of-%d.jsonl", o.part, o.parts))
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	return judge(ctx, o, chosen, known, file)
}

// judge appends the verdicts on those mutants of the share that are not known.
func judge(ctx context.Context, o options, chosen []mutate.Mutant, known map[string]entry, file *os.File) error {
	var judge *mutate.Judge
	isa, start, done := "", time.Now(), 0
	for i, m := range chosen {
		if _, ok := known[m.String()]; ok || i%o.parts != o.part-1 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if m.ISA != isa {
			var err error
			if judge, err = mutate.NewJudge(m.ISA, o.cases); err != nil {
				return err
			}
			isa = m.ISA
		}
		result, err := judge.Judge(m)
		if err != nil {
			return err
		}
		line, err := json.Marshal(entry{commit(), result})
		if err != nil {
			return err
		}
		if _, err := file.Write(append(line, '\n')); err != nil {
			return err
		}
		if done++; done%100 == 0 {
			fmt.Fprintf(os.Stderr, "mutants: %d of %d, %s: %d judged in %s\n", i+1, len(chosen), m.ISA, done, time.Since(start).Round(time.Second))
		}
	}
	return file.Sync()
}

// An entry is one line of the journal.
type entry struct {
	Commit string
	mutate.Result
}

// readJournal returns the results of this commit in a directory, by their mutants.
func readJournal(dir string) (map[string]entry, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	known := map[string]entry{}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		scanner := bufio.NewScanner(file)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			var e entry
			if json.Unmarshal(scanner.Bytes(), &e) != nil {
				continue // a line that was cut off; its mutant is judged again
			}
			if e.Commit == commit() && !strings.HasSuffix(e.Commit, "-dirty") {
				known[e.Mutant.String()] = e
			}
		}
		file.Close()
		if err := scanner.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return known, nil
}

// commit is what Go stamped into the program.
func commit() string {
	info, _ := debug.ReadBuildInfo()
	name := "unknown-dirty"
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			name = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			name += "-dirty"
		}
	}
	return name
}

// choose returns the mutants that the options choose, by instruction set.
func choose(o options) (chosen []mutate.Mutant, err error) {
	for _, isa := range instructionSets {
		all, err := mutate.Mutants(isa)
		if err != nil {
			return nil, err
		}
		if o.only != "" {
			chosen = append(chosen, slices.DeleteFunc(all, func(m mutate.Mutant) bool { return !o.match.MatchString(m.Kernel) })...)
			continue
		}
		families := map[string][]mutate.Mutant{}
		for _, m := range all {
			families[m.File] = append(families[m.File], m)
		}
		var files []string
		for file := range families {
			files = append(files, file)
		}
		slices.Sort(files)
		for _, file := range files {
			family, random := families[file], rand.New(rand.NewPCG(o.seed, 0))
			random.Shuffle(len(family), func(i, j int) { family[i], family[j] = family[j], family[i] })
			chosen = append(chosen, family[:min(o.sample, len(family))]...)
		}
	}
	return chosen, nil
}
