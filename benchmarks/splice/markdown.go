package main

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strings"
)

// readCSV returns the rows of a CSV file as maps from the names in its first line.
func readCSV(root fs.FS, name string) ([]map[string]string, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	reader := csv.NewReader(f)
	reader.Comment = '#'
	records, err := reader.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(records) < 2 {
		return nil, fmt.Errorf("%s has no rows", name)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// markdownTable returns the cells of the first table after the given lines, which
// must follow each other in this order. The line under the header is left out.
func markdownTable(text string, after ...string) ([][]string, error) {
	for _, line := range after {
		_, rest, ok := strings.Cut(text, "\n"+line+"\n")
		if !ok {
			return nil, fmt.Errorf("no line %q", line)
		}
		text = rest
	}
	var rows [][]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if len(rows) > 0 {
				break
			}
			continue
		}
		if strings.Trim(line, "|-: ") == "" && len(rows) == 1 {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("no table after %q", after)
	}
	return rows, nil
}

// A table is written in Markdown. Its first column holds the names of the rows.
type table struct {
	header     []string
	rows       [][]string
	alignRight bool // all columns but the first
}

func (t table) markdown() string {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(t.header)
	rule := make([]string, len(t.header))
	for i := range rule {
		rule[i] = "---"
		if t.alignRight && i > 0 {
			rule[i] = "---:"
		}
	}
	line(rule)
	for _, r := range t.rows {
		line(r)
	}
	return b.String()
}
