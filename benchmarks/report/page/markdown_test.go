package page

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// hostile would be markup in HTML, in Markdown or in a table, or move the cursor.
const hostile = "<script>alert(1)</script> <b>x</b> [y](javascript:z) `rm -rf ~` **bold** | cell &lt; $x$ \x1b[31m\n# title"

// hostileChapter has the text wherever a directory of results can bring one.
func hostileChapter() *Chapter {
	return &Chapter{
		ID: "id", Title: hostile, State: hostile, Warnings: []string{hostile},
		Main:     Section{Title: hostile, Table: Table{Head: []string{"a", hostile}, Rows: [][]string{{"1", hostile}}}, Notes: []string{hostile}},
		Sections: []Section{{Title: hostile, Table: Table{Head: []string{hostile}}, Notes: []string{hostile}}},
		Facts:    []Fact{{hostile, hostile}}, CommandsNote: hostile, Commands: []string{"echo " + hostile},
	}
}

// Whatever a directory contains, no text of it is markup in the files of a report, and
// none reaches the terminal with control characters.
func TestHostileTexts(t *testing.T) {
	files, err := Page{hostileChapter()}.Files()
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, File{"table.md", hostileChapter().MainMarkdown()})
	// Markup that no backslash precedes.
	active := regexp.MustCompile("(^|[^\\\\])[<`*_|[&$]")
	for _, f := range files {
		text := string(f.Content)
		if strings.Contains(text, "\x1b") && f.Name != Name {
			t.Errorf("%s has an escape character", f.Name)
		}
		if f.Name == Name {
			if strings.Contains(text, "<script") || strings.Contains(text, "<b>x") {
				t.Errorf("%s has markup of the text", f.Name)
			}
			continue
		}
		shown := 0
		inCode := false
		for line := range strings.Lines(text) {
			inCode = inCode != strings.HasPrefix(line, "```")
			i := strings.Index(line, "script")
			if i < 0 || inCode {
				continue
			}
			shown++
			// From the text's first character, past the markup of the page around it.
			if found := active.FindString(line[i-2 : strings.Index(line, "title")]); found != "" {
				t.Errorf("%s: %q is markup in %q", f.Name, found, line)
			}
		}
		if shown < 5 {
			t.Errorf("%s shows the text %d times only", f.Name, shown)
		}
	}
	var terminal strings.Builder
	if err := hostileChapter().WriteText(&terminal); err != nil {
		t.Fatal(err)
	}
	if text := terminal.String(); strings.Contains(text, "\x1b") || !strings.Contains(text, `\x1b[31m`) {
		t.Errorf("on a terminal: %q", text)
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"E[L] = c n^-1, 95 %": `E\[L\] = c n^-1, 95 %`,
		"a_b * <c> | d & e":   `a\_b \* \<c\> \| d \& e`,
		"`x` \\ ~ $ #":        "\\`x\\` \\\\ \\~ \\$ \\#",
		"one\ntwo":            `one\\ntwo`,
	} {
		if got := escape(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	c := hostileChapter()
	c.mapTexts(escape)
	if c.Main.Table.Rows[0][1] != hostile || c.Facts[0].Text != hostile || !slices.Equal(c.Warnings, []string{hostile}) {
		t.Error("escaping changed the chapter itself")
	}
}
