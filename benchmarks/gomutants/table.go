package main

import (
	"fmt"
	"strings"
)

// A row is what became of the mutants of a target.
type row struct {
	target                            target
	all, chosen, judged, killed, none int // none are no Go
	left                              []mutant
}

// summary counts the verdicts on the chosen mutants of a target that has so many in all.
func summary(t target, all int, chosen []mutant, j *journal) (row, error) {
	r := row{target: t, all: all, chosen: len(chosen)}
	tests, err := t.digest()
	if err != nil {
		return r, err
	}
	for _, m := range chosen {
		v, ok := j.verdict(m, tests)
		if !ok {
			continue
		}
		r.judged++
		switch v {
		case killed:
			r.killed++
		case invalid:
			r.none++
		case survivor:
			r.left = append(r.left, m)
		}
	}
	return r, nil
}

// table returns the verdicts in Markdown.
func table(rows []row) string {
	var b strings.Builder
	b.WriteString(`# Mutants of the Go code

A mutant is Go code with one operator changed, as gremlins does it. It is killed if one of the tests named fails on it, first
those of ` + "`go test -short`" + ` and then all, or if they do not end. A survivor is equivalent if a line below says why
no test could notice it. The score is the percentage of the killed among those that compile and are not
equivalent. Of packages with many mutants a sample is judged, always the same one. props/README.md says what the score does not cover.

| package | tests in | mutants | judged | do not compile | killed | equivalent | survive | score |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
`)
	total := row{}
	equal := 0
	var unfinished []string
	for _, r := range rows {
		var folders []string
		for _, p := range r.target.tests {
			folders = append(folders, p.folder)
		}
		e := r.equivalent()
		line(&b, r.target.folder, strings.Join(folders, ", "), r, e)
		total.all, total.judged, total.killed, total.none, total.left = total.all+r.all, total.judged+r.judged, total.killed+r.killed, total.none+r.none, append(total.left, r.left...)
		total.chosen += r.chosen
		if r.judged < r.chosen {
			unfinished = append(unfinished, r.target.folder)
		}
		equal += e
	}
	line(&b, "all", "", total, equal)
	if total.judged < total.chosen {
		fmt.Fprintf(&b, "\n%d of the sample of %d are not yet judged, in %s.\n", total.chosen-total.judged, total.chosen, strings.Join(unfinished, ", "))
	}
	b.WriteString("\n## Survivors\n\n")
	for _, m := range total.left {
		if equivalent[m.key()] == "" {
			fmt.Fprintf(&b, "- `%v`\n", m)
		}
	}
	if len(total.left) == equal {
		b.WriteString("None.\n")
	}
	b.WriteString("\n## Equivalent\n\n")
	for _, m := range total.left {
		if why := equivalent[m.key()]; why != "" {
			fmt.Fprintf(&b, "- `%v`: %s\n", m, why)
		}
	}
	if equal == 0 {
		b.WriteString("None.\n")
	}
	return b.String()
}

// equivalent returns the number of survivors that no test can notice.
func (r row) equivalent() (n int) {
	for _, m := range r.left {
		if equivalent[m.key()] != "" {
			n++
		}
	}
	return n
}

// line writes a line of the table, with the given number of equivalent mutants.
func line(b *strings.Builder, name, tests string, r row, equal int) {
	score := "-"
	if n := r.killed + len(r.left) - equal; n > 0 {
		score = fmt.Sprintf("%.1f %%", 100*float64(r.killed)/float64(n))
	}
	fmt.Fprintf(b, "| %s | %s | %d | %d | %d | %d | %d | %d | %s |\n", name, tests, r.all, r.judged, r.none, r.killed, equal, len(r.left)-equal, score)
}
