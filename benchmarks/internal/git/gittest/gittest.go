// Package gittest makes git repositories for tests, which pass with any configuration of
// the user's.
package gittest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Isolate removes everything from the test's environment that changes what git does: the
// variables, and the configuration of the user and the system. It skips the test where git is
// not installed.
func Isolate(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "GIT_") {
			t.Setenv(name, "") // restores it after the test
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
}

// Init makes a repository in a directory, after Isolate.
func Init(t *testing.T, dir string) {
	t.Helper()
	Isolate(t)
	Run(t, dir, "init", "-q", "--template=")
	Run(t, dir, "config", "user.name", "n")
	Run(t, dir, "config", "user.email", "e@example.com")
}

// Run runs git in a directory and returns what it prints.
func Run(t *testing.T, dir string, arguments ...string) string {
	t.Helper()
	cmd := exec.Command("git", arguments...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v: %s", arguments, err, out)
	}
	return string(out)
}

// Hostile gives git a configuration and an environment, until the end of the test, with
// which commands that rely on git's defaults fail or print something else. Untracked files are
// not shown, files named excluded are ignored, hooks fail, output is coloured.
func Hostile(t *testing.T, excluded ...string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	hook := filepath.Dir(write("hooks/post-checkout", "#!/bin/sh\nexit 1\n"))
	settings := [][2]string{
		{"status.showUntrackedFiles", "no"},
		{"core.excludesFile", write("excluded", strings.Join(excluded, "\n")+"\n")},
		{"core.hooksPath", hook},
		{"core.fsmonitor", write("fsmonitor", "#!/bin/sh\nprintf 'token\\0'\n")}, // nothing has changed, ever
		{"commit.gpgSign", "true"},
		{"gpg.program", "false"},
		{"log.showSignature", "true"},
		{"color.ui", "always"},
		{"diff.external", "false"},
	}
	t.Setenv("GIT_CONFIG_COUNT", fmt.Sprint(len(settings)))
	for i, s := range settings {
		t.Setenv(fmt.Sprint("GIT_CONFIG_KEY_", i), s[0])
		t.Setenv(fmt.Sprint("GIT_CONFIG_VALUE_", i), s[1])
	}
	t.Setenv("GIT_DIR", t.TempDir())
	t.Setenv("GIT_LITERAL_PATHSPECS", "1")
	t.Setenv("GIT_TRACE", "1")
}
