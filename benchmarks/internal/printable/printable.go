// Package printable makes texts that come from files or arguments safe to show: on a
// terminal, which obeys control characters, and in lines of a file.
package printable

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns the text with every character that does not print replaced by an escape
// as in a Go string: \x1b, \n, \u202e (which reverses the direction of writing), and the
// bytes that are not UTF-8.
func Text(text string) string { return clean(text, "") }

// Lines is Text, except that newlines and tabs stay.
func Lines(text string) string { return clean(text, "\n\t") }

func clean(text, keep string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			b.WriteString(`\x` + strconv.FormatUint(uint64(text[i])|0x100, 16)[1:])
		case unicode.IsPrint(r) || strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case r == 0xA0 || r == 0x202F: // spaces that no line is broken at
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}
