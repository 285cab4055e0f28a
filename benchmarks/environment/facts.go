package environment

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// A Fact is one line of the header of a table: a name and its value.
type Fact [2]string

// Facts returns the lines with which every table in results/ begins: the command
// that made it, the date, the commit, and the environment.
func Facts(command string, e Environment) []Fact {
	return []Fact{
		{"command", command},
		{"date", time.Now().UTC().Format(time.DateOnly)},
		{"commit", e.Commit},
		{"CPU", e.CPU},
		{"machine", e.Fingerprint},
		{"ISA", e.ISA},
		{"Go", e.Go + " " + e.Platform},
	}
}

// List formats facts as a Markdown list.
func List(facts []Fact) string {
	var b strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&b, "- %s: %s\n", f[0], f[1])
	}
	return b.String()
}

// Command returns the command line of this program as a user would type it.
func Command() string { return Quote(append([]string{"lossglass"}, os.Args[1:]...)...) }

// Quote joins words to a command line for a POSIX shell and quotes those that the
// shell would change.
func Quote(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = w
		if w == "" || strings.ContainsAny(w, " \t\n'\"`$\\*?[]{}~#!;&|<>()") {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
