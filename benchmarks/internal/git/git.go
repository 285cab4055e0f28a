// Package git runs the git command such that what it prints does not depend on the user's
// configuration or environment: the same tree then has the same commit, and is dirty or
// not, on every machine.
//
// What decides whether git may read a repository stays the user's: safe.directory cannot be
// set here, and is not. Tests make repositories with package gittest.
package git

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// settings replace the user's: what counts as a change, and what is printed besides it.
// Hooks must not run for trees that are only read or built.
var settings = []string{
	"status.showUntrackedFiles=normal",
	"core.excludesFile=" + os.DevNull,
	"core.fsmonitor=false",
	"core.hooksPath=" + os.DevNull,
	"core.quotePath=false",
	"diff.ignoreSubmodules=untracked",
	"log.showSignature=false",
	"color.ui=false",
}

// kept are the variables, or their beginnings, of git's that say where git and its
// configuration are, what it may read and how it fetches what a partial clone lacks. All others are dropped: those which git sets for
// hooks would make every command work on the repository of the hook, and others change how
// arguments are read (GIT_LITERAL_PATHSPECS) or what is printed (GIT_TRACE).
var kept = []string{"GIT_CONFIG_", "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_SSH", "GIT_ASKPASS", "GIT_LFS_", "GIT_TEST_"}

// Output runs git in a directory, "" for the working directory, and returns its output
// without the final newline. An error is one line, with the remedies that git names.
func Output(ctx context.Context, dir string, arguments ...string) (string, error) {
	// Without optional locks: an ordinary status would rewrite the user's index.
	full := []string{"--no-optional-locks"}
	for _, s := range settings {
		full = append(full, "-c", s)
	}
	cmd := exec.CommandContext(ctx, "git", append(full, arguments...)...)
	cmd.Dir, cmd.Env = dir, environment()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", arguments[0], err, strings.Join(strings.Fields(stderr.String()), " "))
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// environment returns the environment for git, which then writes messages in English.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") || slices.ContainsFunc(kept, func(k string) bool { return strings.HasPrefix(v, k) }) {
			env = append(env, v)
		}
	}
	return append(env, "LC_ALL=C")
}
