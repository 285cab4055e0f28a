package main

import (
	"fmt"

	"github.com/alecthomas/kong"

	"github.com/lossglass/lossglass/benchmarks/internal/commandline"
)

type helpCmd struct {
	Command string `arg:"" optional:"" help:"The command to explain; without it, all commands are listed."`
}

func (c helpCmd) Run(ctx *kong.Context) error {
	var args []string
	if c.Command != "" {
		args = append(args, c.Command)
	}
	traced, err := kong.Trace(ctx.Kong, args)
	if err != nil {
		return err
	}
	if c.Command != "" && traced.Selected() == nil {
		return usageError{fmt.Errorf("no command %q; lossglass help lists all commands", c.Command)}
	}
	return traced.PrintUsage(false)
}

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help is printed by lossglass help completion.
func (completionCmd) Help() string {
	return `For bash, add this line to ~/.bashrc:

source <(lossglass completion bash)

For zsh, add it to ~/.zshrc, after compinit, with zsh for bash. For fish, write the script to
a file: lossglass completion fish > ~/.config/fish/completions/lossglass.fish`
}

func (c completionCmd) Run(ctx *kong.Context, s streams) error {
	return commandline.Completion(s.out, ctx.Model, c.Shell)
}

type manCmd struct{}

func (manCmd) Run(ctx *kong.Context, s streams) error { return commandline.Manual(s.out, ctx.Model) }
