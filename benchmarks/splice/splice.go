package main

import (
	"fmt"
	"io/fs"
	"strings"
)

const (
	begin = "<!-- splice "
	end   = "<!-- end -->"
)

// splice returns the page with the text between each pair of markers replaced by
// the section that the first marker names.
func splice(page string, root fs.FS) (string, error) {
	var out strings.Builder
	lines := strings.SplitAfter(page, "\n")
	for i := 0; i < len(lines); i++ {
		out.WriteString(lines[i])
		words, ok := marker(lines[i])
		if !ok {
			continue
		}
		last := i + 1
		for ; last < len(lines) && strings.TrimSpace(lines[last]) != end; last++ {
			if _, another := marker(lines[last]); another {
				break
			}
		}
		if last == len(lines) || strings.TrimSpace(lines[last]) != end {
			return "", fmt.Errorf("line %d: no %s after %s", i+1, end, strings.TrimSpace(lines[i]))
		}
		section, ok := sections[words[0]]
		if !ok {
			return "", fmt.Errorf("line %d: there is no section %q", i+1, words[0])
		}
		text, err := section(root, words[1:])
		if err != nil {
			return "", fmt.Errorf("line %d: section %s: %w", i+1, words[0], err)
		}
		out.WriteString(text)
		i = last - 1 // the end marker is copied next
	}
	return out.String(), nil
}

// marker returns the words of a line that begins a section: its name and its arguments.
func marker(line string) (words []string, ok bool) {
	text, ok := strings.CutPrefix(strings.TrimSpace(line), begin)
	if !ok {
		return nil, false
	}
	text, ok = strings.CutSuffix(text, "-->")
	words = strings.Fields(text)
	return words, ok && len(words) > 0
}

// shellCommands returns the commands in the blocks of a page that are fenced as
// ```sh, without their comments; a line that ends with a backslash continues.
func shellCommands(page string) []string {
	var commands []string
	inside := false
	pending := ""
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```sh"
		case inside:
			line, _, _ = strings.Cut(line, " # ")
			pending += strings.TrimSpace(line)
			if rest, more := strings.CutSuffix(pending, "\\"); more {
				pending = rest
				continue
			}
			if pending != "" && !strings.HasPrefix(pending, "#") {
				commands = append(commands, pending)
			}
			pending = ""
		}
	}
	return commands
}
