package span

import "testing"

// The operand is the nearest one, whatever the order in which they are named.
func TestDescribe(t *testing.T) {
	const page = 4096
	a, c := Span{"A", 10 * page, page}, Span{"C", 7*page + 100, page - 100} // C ends two guard pages before A
	for at, want := range map[uint64]string{
		8 * page:    "an access 0 bytes past the end of C, which has 3996 bytes",
		8*page + 8:  "an access 8 bytes past the end of C, which has 3996 bytes",
		10*page - 4: "an access 4 bytes before the begin of A",
		11 * page:   "an access 0 bytes past the end of A, which has 4096 bytes",
		7*page + 96: "an access 4 bytes before the begin of C",
		500 * page:  "",
	} {
		for _, operands := range [][]Span{{a, c}, {c, a}} {
			if got := Describe(at, operands); got != want {
				t.Errorf("%d: %q, want %q", at, got, want)
			}
		}
	}
}
