package printable

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"plain, Λ = 3 µs":     "plain, Λ = 3 µs",
		"\x1b[31mred\x07":     `\x1b[31mred\a`,
		"two\nlines\r":        `two\nlines\r`,
		"\u009b31m":           `\u009b31m`,
		"\u202egpj.exe":       `\u202egpj.exe`,
		"\xff\xfe broken\x9b": `\xff\xfe broken\x9b`,
		"a replaced \ufffd":   "a replaced \ufffd",
		"it's \"quoted\" \\":  `it's "quoted" \`,
		"":                    "",
	} {
		if got := Text(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	if got := Lines("a\tb\n\x1b"); got != "a\tb\n"+`\x1b` {
		t.Errorf("Lines: %q", got)
	}
}

func FuzzText(f *testing.F) {
	f.Add("\x1b[2J\xff\u0085")
	f.Fuzz(func(t *testing.T, text string) {
		got := Text(text)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%q has %U", got, r)
			}
		}
	})
}
