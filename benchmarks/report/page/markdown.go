package page

import (
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/printable"
)

// markup are the characters that Markdown may take for markup within a line. HTML and
// entities begin with < and &, formulas with $.
const markup = "\\`*_[]<>&|~$#"

// escape returns a text that Markdown shows as it is, in one line.
func escape(text string) string {
	var b strings.Builder
	for _, r := range printable.Text(text) {
		if strings.ContainsRune(markup, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func mapTexts(texts []string, f func(string) string) []string {
	mapped := slices.Clone(texts)
	for i, text := range mapped {
		mapped[i] = f(text)
	}
	return mapped
}

// mapTexts returns the chapter with f applied to all texts that a directory of results
// can influence: its claims and figures consist of the program's words and of numbers.
func (c *Chapter) mapTexts(f func(string) string) *Chapter {
	mapped := *c
	mapped.Title, mapped.State, mapped.CommandsNote = f(c.Title), f(c.State), f(c.CommandsNote)
	mapped.Warnings = mapTexts(c.Warnings, f)
	mapped.Main = c.Main.mapTexts(f)
	mapped.Sections = slices.Clone(c.Sections)
	for i, s := range mapped.Sections {
		mapped.Sections[i] = s.mapTexts(f)
	}
	mapped.Facts = slices.Clone(c.Facts)
	for i, fact := range mapped.Facts {
		mapped.Facts[i] = Fact{f(fact.Name), f(fact.Text)}
	}
	// In a block of code there is no markup.
	mapped.Commands = mapTexts(c.Commands, printable.Text)
	return &mapped
}

func (s Section) mapTexts(f func(string) string) Section {
	s.Title, s.Notes, s.Items = f(s.Title), mapTexts(s.Notes, f), mapTexts(s.Items, f)
	s.Table.Head = mapTexts(s.Table.Head, f)
	s.Table.Rows = slices.Clone(s.Table.Rows)
	for i, row := range s.Table.Rows {
		s.Table.Rows[i] = mapTexts(row, f)
	}
	return s
}

// markdown returns the page with the texts as Markdown.
func (p Page) markdown() Page {
	escaped := make(Page, len(p))
	for i, c := range p {
		escaped[i] = c.mapTexts(escape)
	}
	return escaped
}
