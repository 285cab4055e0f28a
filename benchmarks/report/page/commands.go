package page

import (
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
)

// MergeCommands returns the command lines that computed one or several directories, report
// them together, and do the rest. The command lines of each directory first compute it
// into DIR, then report it. Those of a single directory are returned as they are; of several, each
// has the name of its directory.
func MergeCommands(dirs []string, commands [][]string) []string {
	if len(commands) == 1 {
		return commands[0]
	}
	var computing, names, rest []string
	for i, own := range commands {
		if own == nil {
			return nil // there is no command line for these data
		}
		name := environment.Quote(filepath.Base(filepath.Clean(dirs[i])))
		computing = append(computing, strings.Replace(own[0], "-out DIR", "-out "+name, 1))
		names = append(names, name)
		if i == 0 {
			rest = append(rest, strings.Replace(own[1], "report DIR", "report -out REPORT", 1))
			for _, line := range own[2:] {
				rest = append(rest, strings.Replace(line, "replay DIR", "replay "+name, 1))
			}
		}
	}
	rest[0] += " " + strings.Join(names, " ")
	return append(computing, rest...)
}
