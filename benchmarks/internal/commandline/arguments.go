// Package commandline adapts the parser kong to the habits of Go's own commands, and
// writes the shell completions and the manual page of a command.
//
// Flags may be written with one dash or two, and their values may begin with a dash
// ([Arguments]). Errors name flags and ranges in words ([Values], [Message]). The
// completions and the manual ([Completion], [Manual]) are made from kong's model of the
// command, as its help is, so that they cannot differ from it. The package knows nothing
// of what a command does.
package commandline

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// An ArgumentError is a mistake that Arguments finds.
type ArgumentError struct {
	Command string // "" if none was selected
	text    string
}

func (e *ArgumentError) Error() string { return e.text }

// Arguments returns the arguments in the form that kong parses without doubt:
// --flag=value for -flag value and -flag=value. A flag that needs a value and is followed
// by another flag is an error. Anything else kong reports: unknown flags are passed on.
func Arguments(app *kong.Application, args []string) ([]string, error) {
	node := app.Node
	var out []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return append(out, args[i:]...), nil
		}
		if len(a) < 2 || a[0] != '-' {
			if command := child(app.Node, a); command != nil && node == app.Node {
				node = command
			}
			out = append(out, a)
			continue
		}
		name, value, given := strings.Cut(dashless(a), "=")
		flag := find(node, name)
		if flag != nil {
			name = flag.Name
		}
		a = "--" + name
		if flag != nil && !flag.IsBool() && !given {
			if i++; i == len(args) || isFlag(node, args[i]) {
				return nil, &ArgumentError{commandName(node), fmt.Sprintf("-%s needs a value, %s", name, flag.FormatPlaceHolder())}
			}
			value, given = args[i], true
		}
		if given {
			a += "=" + value
		}
		out = append(out, a)
	}
	return out, nil
}

func dashless(a string) string { return strings.TrimPrefix(strings.TrimPrefix(a, "-"), "-") }

func child(n *kong.Node, name string) *kong.Node {
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// find returns the flag of a command or of all commands with the long or short name.
func find(n *kong.Node, name string) *kong.Flag {
	for _, group := range n.AllFlags(false) {
		for _, f := range group {
			if f.Name == name || f.Short != 0 && string(f.Short) == name {
				return f
			}
		}
	}
	return nil
}

func isFlag(n *kong.Node, a string) bool {
	name, _, _ := strings.Cut(dashless(a), "=")
	return strings.HasPrefix(a, "-") && (a == "--" || find(n, name) != nil)
}

func commandName(n *kong.Node) string {
	if n.Type == kong.CommandNode {
		return n.Name
	}
	return ""
}
