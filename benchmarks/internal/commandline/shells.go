package commandline

import (
	_ "embed"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/alecthomas/kong"
)

// Shells are the shells that Completion knows.
var Shells = []string{"bash", "zsh", "fish"}

var (
	//go:embed completion.bash.tmpl
	bashText string
	//go:embed completion.zsh.tmpl
	zshText string
	//go:embed completion.fish.tmpl
	fishText string
	//go:embed manual.tmpl
	manualText string
)

// Completion writes a script that completes the command's arguments in the shell.
func Completion(w io.Writer, app *kong.Application, shell string) error {
	text := map[string]string{"bash": bashText, "zsh": zshText, "fish": fishText}[shell]
	if text == "" {
		return fmt.Errorf("no completion for %q; there are %s", shell, strings.Join(Shells, ", "))
	}
	return execute(w, shell, text, app)
}

// Manual writes the manual page of the command, in the macros man of troff.
func Manual(w io.Writer, app *kong.Application) error { return execute(w, "manual", manualText, app) }

func execute(w io.Writer, name, text string, app *kong.Application) error {
	return template.Must(template.New(name).Funcs(template.FuncMap{
		"commands":   commands,
		"flags":      flags,
		"values":     values,
		"detail":     func(n *kong.Node) []string { return paragraphs(n.Detail) },
		"paragraphs": paragraphs,
		"summary":    summary,
		"quote":      quote,
		"zsh":        func(s string) string { return strings.NewReplacer("[", `\[`, "]", `\]`, ":", `\:`).Replace(s) },
		"roff":       roff,
		"upper":      strings.ToUpper,
		"join":       strings.Join,
	}).Parse(text)).Execute(w, app)
}

// A flag is one flag of a command, in the words of completions and manual.
type flag struct {
	Name, Short string
	Help        string
	Value       string   // what its value is, as in the help; "" if it has none
	Words       []string // all its possible values, if they are few
	Dir         bool     // its value is a directory
	Env         []string
}

func commands(app *kong.Application) []*kong.Node {
	return slices.DeleteFunc(slices.Clone(app.Children), func(n *kong.Node) bool { return n.Hidden })
}

// flags returns the flags of a command, those that all commands have first.
func flags(n *kong.Node) []flag {
	var all []flag
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			one := flag{Name: f.Name, Help: f.Help, Env: f.Envs}
			if f.Short != 0 {
				one.Short = string(f.Short)
			}
			if !f.IsBool() {
				one.Value = strings.Trim(f.FormatPlaceHolder(), `"`) // a default is in quotes
				one.Dir = strings.HasPrefix(one.Value, "DIR")
				if words := strings.Split(one.Value, "|"); len(words) > 1 {
					one.Words = slices.DeleteFunc(words, func(w string) bool { return w == "DIR" })
				}
			}
			all = append(all, one)
		}
	}
	return all
}

// values returns the possible values of an argument of a command: those of its enum, or
// the names of all commands for an argument named command; otherwise nil.
func values(argument *kong.Positional, app *kong.Application) []string {
	var names []string
	switch {
	case argument.Enum != "":
		return argument.EnumSlice()
	case argument.Name != "command":
		return nil
	}
	for _, c := range commands(app) {
		names = append(names, c.Name)
	}
	return names
}

var clauseEnd = regexp.MustCompile(`[.;:] | \(`)

// summary returns the first clause of a help text, for a line of a list.
func summary(help string) string {
	text := strings.TrimSuffix(strings.Join(strings.Fields(help), " "), ".")
	if end := clauseEnd.FindStringIndex(text); end != nil {
		text = text[:end[0]]
	}
	return text
}

// paragraphs splits a text at its empty lines.
func paragraphs(text string) []string {
	var list []string
	for _, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// quote quotes a text for a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// roff escapes a text for troff.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, `"`, `\(dq`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
