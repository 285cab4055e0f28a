package commandline

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// grammar is a command line with flags of all kinds.
type grammar struct {
	Train struct {
		Mode  string        `placeholder:"fast|slow" help:"Speed: what it is."`
		Out   string        `placeholder:"DIR" help:"Where it's written [to]. Again."`
		Sizes []int         `placeholder:"N" help:"Sizes."`
		Seed  *uint64       `placeholder:"S" help:"Seed."`
		Rate  float64       `placeholder:"R" help:"Rate."`
		Quiet bool          `help:"Say nothing."`
		Time  time.Duration `placeholder:"TIME" help:"Time."`
		Max   int           `name:"max-steps" placeholder:"N" help:"Steps."`
	} `cmd:"" help:"Train."`
	Show struct {
		Dir []string `arg:"" help:"Directories."`
	} `cmd:"" help:"Show."`
	Help struct {
		Command string `arg:"" optional:"" help:"Command."`
	} `cmd:"" help:"Help."`
}

func parser(t *testing.T, g *grammar) *kong.Kong {
	t.Helper()
	k, err := kong.New(g, append(Values(), kong.Name("tool"), kong.Description("Does things.\n\nIn \"two\" paragraphs."), kong.Writers(io.Discard, io.Discard))...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A value is what follows its flag, also if it begins with a dash, and with one dash or two.
func TestArguments(t *testing.T) {
	for line, want := range map[string]string{
		"train -seed -1 -rate=-2 --sizes -3,4": "train --seed=-1 --rate=-2 --sizes=-3,4",
		"train -quiet -out -x":                 "train --quiet --out=-x",
		"train -nosuch 3 -h":                   "train --nosuch 3 --help",
		"show - -- -a -quiet":                  "show - -- -a -quiet",
		"-help train":                          "--help train",
		"train -out=a=b":                       "train --out=a=b",
	} {
		got, err := Arguments(parser(t, new(grammar)).Model, strings.Fields(line))
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %q, %v; want %q", line, got, err, want)
		}
	}
}

// Texts that are not UTF-8 stay as they are.
func TestBytes(t *testing.T) {
	const path = "caf\xe9 \xff, x"
	parsed := func(args ...string) grammar {
		var g grammar
		k := parser(t, &g)
		args, err := Arguments(k.Model, args)
		if err == nil {
			_, err = k.Parse(args)
		}
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	if got := parsed("train", "-out", path).Train.Out; got != path {
		t.Errorf("%q, want %q", got, path)
	}
	if got := parsed("show", "a", path).Show.Dir; !slices.Equal(got, []string{"a", path}) {
		t.Errorf("%q, want a and %q", got, path)
	}
}

// Errors are in words, and name the flag as the user may write it.
func TestMessages(t *testing.T) {
	for line, want := range map[string]string{
		"train|-seed|-1":             `-seed: "-1" is not a whole number from 0 to 18446744073709551615`,
		"train|-sizes|1,,2":          `-sizes: "" is not a whole number`,
		"train|-max-steps|9" + zeros: `-max-steps: "9` + zeros + `" is too large or too small a number`,
		"train|-rate|fast":           `-rate: "fast" is not a number`,
		"train|-time|3":              `-time: "3" is not a time such as 90s, 46m or 2h`,
		"train|-out":                 "-out needs a value, DIR",
		"train|-out|-quiet":          "-out needs a value, DIR",
		"train|-quite":               `unknown flag -quite, did you mean "-quiet"?`,
		"train|a\nb":                 `unexpected argument "a\nb"`,
		"trian":                      `no command "trian", did you mean "train"?`,
		"":                           `no command ""`,
		"show":                       "missing argument: DIR ...",
		"\xff\x1b[31m":               `no command "\xff\x1b[31m"`,
	} {
		k := parser(t, new(grammar))
		args, err := Arguments(k.Model, strings.Split(line, "|"))
		if err == nil {
			_, err = k.Parse(args)
		}
		if err == nil {
			t.Errorf("%q: no error", line)
			continue
		}
		if got, _ := Message(err); got != want {
			t.Errorf("%q: %q; want %q", line, got, want)
		}
	}
	if _, command := Message(&ArgumentError{"train", "x"}); command != " train" {
		t.Errorf("command %q", command)
	}
}

const zeros = "00000000000000000000"

// bash completes commands, flags with one dash or two, and their values.
func TestBash(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "some results"), 0o755); err != nil {
		t.Fatal(err)
	}
	var script bytes.Buffer
	if err := Completion(&script, parser(t, new(grammar)).Model, "bash"); err != nil {
		t.Fatal(err)
	}
	script.WriteString("\nCOMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)); _tool; printf '%s\\n' \"${COMPREPLY[@]}\"\n")
	for line, want := range map[string][]string{
		"tool|t":                {"train"},
		"tool|-":                {"-help", "-version"},
		"tool|train|-s":         {"-sizes", "-seed"},
		"tool|train|--max":      {"--max-steps"},
		"tool|train|-mode|":     {"fast", "slow"},
		"tool|train|-mode|=|sl": {"slow"},
		"tool|train|--mode|=":   {"fast", "slow"},
		"tool|train|-rate|":     {""},
		"tool|train|-out|some":  {"some results"},
		"tool|show|some":        {"some results"},
		"tool|help|s":           {"show"},
	} {
		cmd := exec.Command("bash", append([]string{"-c", script.String(), "bash"}, strings.Split(line, "|")...)...)
		cmd.Dir = dir
		out, err := cmd.Output()
		if got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n"); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", line, got, err, want)
		}
	}
}

// The other shells and man name every flag of every command, and the shells that are
// installed find no fault in their scripts.
func TestEveryFlagIsWritten(t *testing.T) {
	model := parser(t, new(grammar)).Model
	for _, shell := range Shells {
		var b bytes.Buffer
		if err := Completion(&b, model, shell); err != nil {
			t.Fatal(err)
		}
		checkFlags(t, shell, b.String(), "mode", "out", "sizes", "seed", "rate", "quiet", "time", "max-steps")
		if program, err := exec.LookPath(shell); err == nil {
			cmd := exec.Command(program, "-n")
			cmd.Stdin = &b
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v: %s", shell, err, out)
			}
		}
	}
	var b bytes.Buffer
	if err := Manual(&b, model); err != nil {
		t.Fatal(err)
	}
	checkFlags(t, "man", b.String(), `\-mode`, `\-out`, `\-sizes`, `\-seed`, `\-rate`, `\-quiet`, `\-time`, `\-max\-steps`, "\nIn \\(dqtwo\\(dq paragraphs.")
	if err := Completion(io.Discard, model, "csh"); err == nil {
		t.Error("there is a completion for csh")
	}
}

func checkFlags(t *testing.T, name, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%s: no %s in\n%s", name, word, text)
		}
	}
}
