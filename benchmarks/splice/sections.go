package main

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// A section makes the text between two markers from the files below root and the
// arguments of the first marker.
type section func(root fs.FS, arguments []string) (string, error)

var sections = map[string]section{
	"networks":  networks,  // DIR: mean losses and correlations of a report of the mnist experiment, beside the paper's
	"spinglass": spinGlass, // DIR: mean energies of a report of the spinglass experiment, beside the paper's
	"landscape": landscape, // DIR: mean numbers of critical points of a report of the landscape experiment, beside the exact ones
	"anneal":    anneal,    // DIR: mean test losses of a report of the anneal experiment, beside the paper's
	"index":     index,     // DIR: shares of the runs with each index in a report of the index experiment, beside the paper's
	"training":  training,  // FINGERPRINT: training speed, ours and other libraries'
	"gemm":      gemm,      // FINGERPRINT: speed of matrix products, ours and other libraries'
	"dropin":    dropIn,    // FINGERPRINT: gonum's operations with our products, relative to its own
	"output":    output,    // NAME LINES: some lines of the output of a recorded command
	"markdown":  markdown,  // FILE: all of a Markdown file but the facts at its top
}

func argument(arguments []string, name string) (string, error) {
	if len(arguments) != 1 {
		return "", fmt.Errorf("one argument is needed: %s", name)
	}
	return arguments[0], nil
}

// networks returns a table with one column per size from 25 hidden units, test losses and correlations
// here and in the paper.
func networks(root fs.FS, arguments []string) (string, error) {
	dir, err := argument(arguments, "DIR")
	if err != nil {
		return "", err
	}
	file := dir + "/table.csv"
	rows, err := readCSV(root, file)
	if err != nil {
		return "", err
	}
	t := table{header: []string{"hidden units"}, alignRight: true}
	cells := map[string][]string{}
	order := []string{"runs", "test loss, here", "test loss, paper", "correlation, here", "correlation, paper"}
	for _, r := range rows {
		if n, err := strconv.Atoi(r["n"]); err != nil || n < 25 {
			continue
		}
		t.header = append(t.header, r["n"])
		for name, cell := range map[string]string{
			"runs":               r["runs"],
			"test loss, here":    plusMinus(r["test_loss_mean"], r["test_loss_sd"], 4),
			"test loss, paper":   plusMinus(r["paper_test_loss_mean"], r["paper_test_loss_sd"], 4),
			"correlation, here":  decimals(r["correlation"], 3),
			"correlation, paper": decimals(r["paper_correlation"], 3),
		} {
			cells[name] = append(cells[name], cell)
		}
	}
	for _, name := range order {
		t.rows = append(t.rows, append([]string{name}, cells[name]...))
	}
	return t.markdown() + "\nSource: `" + file + "`.\n", nil
}

// spinGlass returns a table with one row per size.
func spinGlass(root fs.FS, arguments []string) (string, error) {
	dir, err := argument(arguments, "DIR")
	if err != nil {
		return "", err
	}
	file := dir + "/glass.csv"
	rows, err := readCSV(root, file)
	if err != nil {
		return "", err
	}
	t := table{alignRight: true, header: []string{"spins", "disorders", "mean here ± sd between disorders", "sd within a disorder", "paper, one disorder: mean ± sd"}}
	for _, r := range rows {
		t.rows = append(t.rows, []string{r["n"], r["disorders"], plusMinus(r["mean"], r["sd_between_disorders"], 4),
			decimals(r["sd_within_disorder"], 4), plusMinus(r["paper_mean"], r["paper_sd"], 4)})
	}
	return t.markdown() + "\nSource: `" + file + "`.\n", nil
}

// landscape returns a table with one row per size and index, of those up to (n-1)/2: for p = 3, index k and
// n-1-k have the same numbers.
func landscape(root fs.FS, arguments []string) (string, error) {
	dir, err := argument(arguments, "DIR")
	if err != nil {
		return "", err
	}
	file := dir + "/landscape.csv"
	rows, err := readCSV(root, file)
	if err != nil {
		return "", err
	}
	t := table{alignRight: true, header: []string{"spins", "index", "samples", "exact mean", "mean here ± standard error", "z"}}
	for _, r := range rows {
		n, err := strconv.Atoi(r["n"])
		index, err2 := strconv.Atoi(r["index"])
		if err != nil || err2 != nil || 2*index > n-1 {
			continue
		}
		t.rows = append(t.rows, []string{r["n"], r["index"], r["samples"], decimals(r["exact"], 4), plusMinus(r["mean"], r["standard_error"], 4), decimals(r["z"], 2)})
	}
	return t.markdown() + "\nSource: `" + file + "`.\n", nil
}

// anneal returns a table with one row per size: test losses of descent and annealing here and in the
// paper, and the accuracies of all methods.
func anneal(root fs.FS, arguments []string) (string, error) {
	dir, err := argument(arguments, "DIR")
	if err != nil {
		return "", err
	}
	file := dir + "/anneal.csv"
	rows, err := readCSV(root, file)
	if err != nil {
		return "", err
	}
	t := table{alignRight: true, header: []string{"n", "runs", "SGD, here", "SGD, paper", "annealing, here", "annealing, paper", "accuracy: SGD", "annealing", "three-valued"}}
	for _, r := range rows {
		cells := []string{r["n"], r["runs"]}
		for _, m := range []string{"sgd", "annealing"} {
			cells = append(cells, plusMinus(r[m+"_test"], r[m+"_test_sd"], 4), plusMinus(r[m+"_paper_test"], r[m+"_paper_test_sd"], 3))
		}
		for _, m := range []string{"sgd", "annealing", "three_valued"} {
			cells = append(cells, decimals(r[m+"_accuracy"], 4))
		}
		t.rows = append(t.rows, cells)
	}
	return t.markdown() + "\nSource: `" + file + "`.\n", nil
}

// index returns the table of the report with one row per size and index.
func index(root fs.FS, arguments []string) (string, error) {
	dir, err := argument(arguments, "DIR")
	if err != nil {
		return "", err
	}
	file := dir + "/report.md"
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return "", err
	}
	rows, err := markdownTable(string(text), "## The published histograms, bar by bar")
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	t := table{header: rows[0], rows: rows[1:], alignRight: true}
	return t.markdown() + "\nSource: `" + file + "`.\n", nil
}

// output returns a fenced block with some lines of the output of a recorded command.
func output(root fs.FS, arguments []string) (string, error) {
	if len(arguments) != 2 {
		return "", fmt.Errorf("two arguments are needed: NAME LINES")
	}
	file := "results/output/" + arguments[0] + ".txt"
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return "", err
	}
	header, body, _ := strings.Cut(string(text), "\n\n")
	facts := headerFacts(header)
	lines := strings.Split(strings.TrimRight(body, "\n"), "\n")
	first, last, err := lineRange(arguments[1], len(lines))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("```text\n%s\n```\nOutput on %s, %s (`%s`).\n",
		strings.Join(lines[first-1:last], "\n"), facts["CPU"], facts["date"], file), nil
}

// markdown returns a file of results/ without the list of facts at its top, and what these say.
func markdown(root fs.FS, arguments []string) (string, error) {
	file, err := argument(arguments, "FILE")
	if err != nil {
		return "", err
	}
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return "", err
	}
	header, body, ok := strings.Cut(string(text), "\n\n")
	facts := headerFacts(header)
	if !ok || facts["commit"] == "" {
		return "", fmt.Errorf("%s does not begin with a list of facts", file)
	}
	return fmt.Sprintf("%s\n\nMeasured on %s, %s, commit %s (`%s`).\n",
		strings.TrimSpace(body), facts["CPU"], facts["date"], facts["commit"], file), nil
}

// lineRange parses which of n lines to show: FIRST-LAST, or -N for the last N.
func lineRange(text string, n int) (first, last int, err error) {
	from, to, _ := strings.Cut(text, "-")
	last, err = strconv.Atoi(to)
	if err == nil && from == "" {
		first, last = n-last+1, n
	} else if err == nil {
		first, err = strconv.Atoi(from)
	}
	if err != nil || first < 1 || first > last || last > n {
		return 0, 0, fmt.Errorf("%q selects no lines of %d: FIRST-LAST, or -N for the last N", text, n)
	}
	return first, last, nil
}

// headerFacts parses lines of the form "# name: text" or "- name: text".
func headerFacts(header string) map[string]string {
	facts := map[string]string{}
	for line := range strings.Lines(header) {
		line = strings.TrimLeft(strings.TrimSpace(line), "#- ")
		if name, text, ok := strings.Cut(line, ": "); ok {
			facts[name] = text
		}
	}
	return facts
}

// decimals formats a number with that many digits after the point. Text that is no
// number is returned unchanged.
func decimals(text string, digits int) string {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(x, 'f', digits, 64)
}

func plusMinus(mean, sd string, digits int) string {
	return decimals(mean, digits) + " ± " + decimals(sd, digits)
}
