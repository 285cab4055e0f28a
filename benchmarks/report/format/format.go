// Package format writes numbers and short texts for tables and captions. It
// knows neither tables nor experiments; start with [Decimals].
package format

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Dash is written in place of a number that is not known.
const Dash = "-"

// Decimals writes a number with the given number of decimals, or a dash for NaN.
// Numbers of 1e4 and more in absolute value are written with an exponent.
func Decimals(v float64, decimals int) string {
	switch {
	case math.IsNaN(v):
		return Dash
	case math.Abs(v) >= 1e4:
		return strconv.FormatFloat(v, 'e', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// Percent writes a fraction as a percentage, or a dash for NaN.
func Percent(fraction float64, decimals int) string {
	if math.IsNaN(fraction) {
		return Dash
	}
	return Decimals(100*fraction, decimals) + " %"
}

// Count writes a number of things: "1 run", "2 runs".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// Part writes a part of a number of things: "0 of 1 pack", "3 of 10 packs".
func Part(n, total int, thing string) string {
	return strconv.Itoa(n) + " of " + Count(total, thing)
}

// Are returns "is" for one thing and "are" for any other number.
func Are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// List writes numbers with commas between them: "25, 50, 100".
func List(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ", ")
}

// Shortest writes each number in the shortest form that reads back the same, and
// NaN as an empty text: the fields of a CSV file.
func Shortest(values ...float64) []string {
	fields := make([]string, len(values))
	for i, v := range values {
		if !math.IsNaN(v) {
			fields[i] = strconv.FormatFloat(v, 'g', -1, 64)
		}
	}
	return fields
}

// Wrap breaks a text into lines of at most 100 columns. The first line begins
// with the prefix first, the following lines with next. A longer word has a line
// of its own.
func Wrap(b *strings.Builder, first, next, text string) {
	const width = 100
	line, empty := first, true
	for word := range strings.FieldsSeq(text) {
		switch {
		case empty:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			b.WriteString(line + "\n")
			line = next + word
		default:
			line += " " + word
		}
		empty = false
	}
	b.WriteString(line + "\n")
}
