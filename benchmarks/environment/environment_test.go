package environment

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/internal/git/gittest"
)

func TestHere(t *testing.T) {
	e := Here("generic", 2)
	if e.Commit == "" || e.CPU == "" || e.ISA != "generic" || e.Workers != 2 {
		t.Errorf("incomplete: %+v", e)
	}
	if e.Fingerprint != Fingerprint() {
		t.Error("the fingerprint changes from call to call")
	}
	if !regexp.MustCompile(`^[a-z0-9]+-[a-z0-9]+-\d+-\d+-[0-9a-f]{8}$`).MatchString(e.Fingerprint) {
		t.Errorf("%q is no valid name for a directory", e.Fingerprint)
	}
}

// A POSIX shell reads quoted words back unchanged.
func TestQuote(t *testing.T) {
	words := []string{"plain", "", "two words", "it's", `"`, "$HOME", "a*b", "`x`", "#", "~", "new\nline", "{a,b}", "[x]", "!"}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	for _, w := range words {
		out, err := exec.Command("sh", "-c", "printf %s. "+Quote(w)).Output()
		if err != nil || string(out) != w+"." {
			t.Errorf("%q was quoted as %s, which the shell reads as %q (error %v)", w, Quote(w), out, err)
		}
	}
	if got := Quote("a", "b c"); got != "a 'b c'" {
		t.Errorf("Quote = %s", got)
	}
}

// CheckedOutCommit marks changes, except below the directories that it is given.
func TestCheckedOutCommit(t *testing.T) {
	gittest.Isolate(t)
	dir := t.TempDir()
	t.Chdir(dir)
	if _, err := CheckedOutCommit(); err == nil {
		t.Error("a directory without a repository has a commit")
	}
	gittest.Init(t, dir)
	gittest.Run(t, dir, "commit", "-q", "--allow-empty", "-m", "first")
	check := func(pattern string, except ...string) {
		t.Helper()
		got, err := CheckedOutCommit(except...)
		if err != nil || !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("CheckedOutCommit(%q) = %q, %v; want %s", except, got, err, pattern)
		}
	}
	check(`^[0-9a-f]{12}$`)
	if err := os.MkdirAll(filepath.Join(dir, "results"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "results", "x"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	check(`^[0-9a-f]{12}-dirty$`)
	check(`^[0-9a-f]{12}$`, "results")
	t.Run("hostile configuration", func(t *testing.T) {
		gittest.Hostile(t, "results")
		check(`^[0-9a-f]{12}-dirty$`)
		check(`^[0-9a-f]{12}$`, "results")
	})
	t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
	if _, err := CheckedOutCommit(); err == nil || !strings.Contains(err.Error(), "safe.directory") || strings.Contains(err.Error(), "\n") {
		t.Errorf("in a repository of somebody else: %v; want one line with the remedy", err)
	}
}

func TestString(t *testing.T) {
	one := Environment{CPU: "X", Workers: 1, ISA: "generic", Go: "go1", Platform: "os/arch", Commit: "c0"}
	if got, want := one.String(), "X, generic kernels, 1 worker, go1 os/arch, commit c0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is read may have been written by anybody: it is made printable, and not long.
func TestUnmarshalHostile(t *testing.T) {
	var e Environment
	raw := `{"cpu":"\u001b[31mX\n2","isa":"` + strings.Repeat("y", 1000) + `","workers":3}`
	if err := json.Unmarshal([]byte(raw), &e); err != nil {
		t.Fatal(err)
	}
	if e.CPU != `\x1b[31mX\n2` || e.ISA != strings.Repeat("y", longestText)+"..." || e.Workers != 3 {
		t.Errorf("%+v", e)
	}
	want := Here("avx2", 2)
	raw2, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Environment
	if err := json.Unmarshal(raw2, &got); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}
