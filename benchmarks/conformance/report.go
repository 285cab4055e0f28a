package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/props/blas"
)

// legend explains the cells of a table.
const legend = `holds: in all cases tried; broken: not, although promised; no: not, and promised by nobody, which is a
property of the library and no fault; crashed: a call did not return; unconfirmed: the calls of the
counterexample do not show it again; -: no such routine, or the law has no form for it.`

// routines returns the routines that were examined.
func (r *Report) routines() []string {
	var list []string
	for _, routine := range r.target.routines() {
		name := blas.RoutineName(routine)
		for _, one := range r.Results {
			if one.Routine == name {
				list = append(list, name)
				break
			}
		}
	}
	return list
}

// cell returns the verdict on a law and a routine.
func (r *Report) cell(law, routine string) string {
	for _, one := range r.Results {
		if one.Law == law && one.Routine == routine {
			return string(one.Verdict)
		}
	}
	return "-"
}

// rows returns the table: laws by routines, and the least number of cases.
func (r *Report) rows() [][]string {
	routines := r.routines()
	rows := [][]string{append(append([]string{"law"}, routines...), "cases")}
	for _, l := range r.target.laws() {
		row, least, found := []string{l.Name}, -1, false
		for _, routine := range routines {
			row = append(row, r.cell(l.Name, routine))
		}
		for _, one := range r.Results {
			if one.Law == l.Name {
				found = true
				if one.Verdict == Holds && (least < 0 || one.Cases < least) {
					least = one.Cases
				}
			}
		}
		cases := "-"
		if least >= 0 {
			cases = fmt.Sprint(least)
		}
		if found {
			rows = append(rows, append(row, cases))
		}
	}
	return rows
}

// title names the library and its version.
func (r *Report) title() string {
	return strings.Join(strings.Fields(r.Library+" "+r.Version), " ")
}

// WriteText writes the table and the counterexamples.
func (r *Report) WriteText(to io.Writer) error {
	fmt.Fprintf(to, "%s\n", r.title())
	if r.File != "" {
		fmt.Fprintf(to, "%s %s\n", r.File, r.Package)
	}
	for _, k := range r.target.Kernels {
		fmt.Fprintf(to, "%v\n", k)
	}
	fmt.Fprintf(to, "threads %d, seed %d\n\n", r.Threads, r.Seed)
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, row := range r.rows() {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(to, "\n%s\ncases: of the routines for which the law holds, the fewest.\n", legend)
	for _, one := range r.counterexamples() {
		fmt.Fprintf(to, "\n%s %s: %s (after %d cases)\n  law:     %s\n  source:  %s\n  message: %s\n", one.Routine, one.Law, one.Verdict, one.Cases, one.Meaning, one.Promise, one.Message)
		if one.Got != "" {
			fmt.Fprintf(to, "  got:     %s\n", one.Got)
		}
		if one.Want != "" {
			fmt.Fprintf(to, "  against: %s\n", one.Want)
		}
		if one.Output != "" {
			fmt.Fprintf(to, "  C:       %s\n", strings.ReplaceAll(strings.TrimSpace(one.Program+" "+one.Output), "\n", "; "))
		}
		if one.Case != "" {
			fmt.Fprintf(to, "  replay:  %s\n", r.replay(one))
		}
	}
	_, err := fmt.Fprintln(to)
	return err
}

// longest is how long a case may be for a command line.
const longest = 1 << 16

func (r Result) tooLong() bool { return len(r.Case) > longest }

// replay returns the command that shows a counterexample again: that one, or, where its
// operands are too large for a command line, the search that finds it.
func (r *Report) replay(one Result) string {
	if one.tooLong() {
		kernels := ""
		for _, k := range r.target.Kernels {
			kernels += " -kernel " + environment.Quote(k.String())
		}
		return "lossglass blas " + environment.Quote(r.Library) + kernels + fmt.Sprintf(" -threads %d -seed %d -only %s", r.Threads, r.Seed, one.Law)
	}
	return "lossglass blas " + environment.Quote(r.Library) + fmt.Sprintf(" -threads %d -replay ", r.Threads) + one.Case
}

// counterexamples returns the results with one.
func (r *Report) counterexamples() []Result {
	var list []Result
	for _, one := range r.Results {
		if one.Message != "" {
			list = append(list, one)
		}
	}
	return list
}

// Broken reports whether a promised law is broken, or a call crashed.
func (r *Report) Broken() bool {
	for _, one := range r.Results {
		if one.Verdict == Broken || one.Verdict == Crashed {
			return true
		}
	}
	return false
}

// Slug returns the library's name as one of a directory.
func (r *Report) Slug() string {
	name := filepath.Base(r.target.Library)
	if dir := filepath.Base(filepath.Dir(r.target.Library)); strings.HasPrefix(name, "libblas.so") && dir != "." {
		name = dir + "-" + name
	}
	for _, v := range r.target.Variables {
		name += "-" + v[strings.Index(v, "=")+1:]
	}
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune("/ \t:;'\"", c) {
			return '-'
		}
		return c
	}, name)
}

// Write writes report.md, report.html, results.jsonl and the C programs to a directory.
func (r *Report) Write(ctx context.Context, dir string, facts []environment.Fact) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := r.writePrograms(ctx, dir); err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, one := range r.Results {
		if one.tooLong() {
			one.Case = ""
		}
		line, err := json.Marshal(one)
		if err != nil {
			return err
		}
		lines.Write(append(line, '\n'))
	}
	var page bytes.Buffer
	if err := html.Execute(&page, map[string]any{"Title": r.title(), "Report": r, "Facts": facts, "Rows": r.rows(), "Legend": legend, "Kernels": r.target.Kernels, "Counterexamples": r.counterexamples()}); err != nil {
		return err
	}
	for name, content := range map[string][]byte{"report.md": []byte(r.markdown(facts)), "report.html": page.Bytes(), "results.jsonl": lines.Bytes()} {
		if err := atomicfile.Write(filepath.Join(dir, name), content); err != nil {
			return err
		}
	}
	return nil
}

// kernelList returns the items of report.md that declare the kernels.
func (r *Report) kernelList() string {
	var b strings.Builder
	for _, k := range r.target.Kernels {
		fmt.Fprintf(&b, "- kernel: `%v`\n", k)
	}
	return b.String()
}

// markdown returns report.md.
func (r *Report) markdown(facts []environment.Fact) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s- file: %s %s\n%s- threads: %d\n- seed: %d\n\n%s\n%s\n", r.title(), environment.List(facts), r.File, r.Package, r.kernelList(), r.Threads, r.Seed, markdownTable(r.rows()), legend)
	for _, one := range r.counterexamples() {
		fmt.Fprintf(&b, "\n## %s %s: %s\n\n%s. Source: %s.\n\n```text\nafter %d cases: %s\ngot     %s\nagainst %s\n", one.Routine, one.Law, one.Verdict, one.Meaning, one.Promise, one.Cases, one.Message, one.Got, one.Want)
		if one.Output != "" {
			fmt.Fprintf(&b, "%s\n", one.Output)
		}
		b.WriteString("```\n")
		if one.Program != "" {
			fmt.Fprintf(&b, "\n[%s](%s)\n", one.Program, one.Program)
		}
	}
	return b.String()
}

// markdownTable formats rows, the first the header.
func markdownTable(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	return b.String()
}

var html = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{{.Title}}</title>
<style>body{font:15px/1.4 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2em .6em;text-align:left}pre{background:#f4f4f4;padding:.6em;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}</style>
<h1>{{.Title}}</h1>
<ul>{{range .Facts}}<li>{{index . 0}}: {{index . 1}}</li>{{end}}<li>file: {{.Report.File}} {{.Report.Package}}</li>{{range .Kernels}}<li>kernel: <code>{{.}}</code></li>{{end}}<li>threads: {{.Report.Threads}}</li><li>seed: {{.Report.Seed}}</li></ul>
<table>{{range $i, $row := .Rows}}<tr>{{range $row}}{{if $i}}<td>{{.}}</td>{{else}}<th>{{.}}</th>{{end}}{{end}}</tr>{{end}}</table>
<p>{{.Legend}}</p>
{{range .Counterexamples}}<h2>{{.Routine}} {{.Law}}: {{.Verdict}}</h2>
<p>{{.Meaning}}. Source: {{.Promise}}.</p>
<pre>after {{.Cases}} cases: {{.Message}}
got     {{.Got}}
against {{.Want}}
{{.Output}}</pre>{{if .Program}}<p><a href="{{.Program}}">{{.Program}}</a></p>{{end}}
{{end}}</html>
`))
