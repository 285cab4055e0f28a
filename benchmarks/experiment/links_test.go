package experiment_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// A link in place of a file of results, in a new directory, an interrupted one or a finished one, is replaced or
// refused, never followed: the file that it points to stays as it is.
func TestLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"journal.jsonl", "timing.jsonl", "runs.jsonl", "curves.jsonl", "SHA256SUMS", "plan.json", "checkpoints", "lock",
	} {
		for _, state := range []string{"new", "interrupted", "finished"} {
			dir, outside := t.TempDir(), t.TempDir()
			write(t, outside, "precious", []byte("precious\n"))
			f := &fake{recorded: 1<<12 - 1}
			switch state {
			case "interrupted":
				broken := (&fake{recorded: f.recorded, fail: unitKey(2)}).job()
				if err := experiment.Run(t.Context(), broken, options(dir, 1, io.Discard)); err == nil {
					t.Fatal("no error")
				}
			case "finished":
				run(t, f, dir, 2)
			}
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Join(outside, "precious"), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			if err := experiment.Run(t.Context(), f.job(), options(dir, 2, &said)); err != nil && !strings.Contains(err.Error(), dir) {
				t.Errorf("%s: an error that does not say where: %v", name, err)
			}
			if content := read(t, outside, "precious"); string(content) != "precious\n" {
				t.Errorf("%s, %s: written through the link: %.40q", name, state, content)
			}
		}
	}
}

// What a stranger wrote into timing.jsonl sends no control characters to a terminal, neither by
// the environment nor by what Run says.
func TestTimingIsPrintable(t *testing.T) {
	t.Parallel()
	dir, _ := finishedDirectory(t)
	const escape = `\u001b[2J\u001b]0;title\u0007\u202e`
	write(t, dir, "timing.jsonl", []byte(`{"started":"2026-01-01T00:00:00Z","environment":{"cpu":"`+escape+`","isa":"`+escape+`","go":"`+escape+`","platform":"`+escape+
		`","commit":"`+escape+`","fingerprint":"`+escape+`"}}`+"\n"+`{"unit":"`+escape+`","seconds":1}`+"\n"))
	environments := experiment.ReadEnvironments(dir)
	if len(environments) != 1 || !strings.Contains(environments[0].String(), "[2J") {
		t.Fatalf("environments %q", environments)
	}
	e := environments[0]
	for _, text := range []string{e.String(), e.CPU, e.ISA, e.Go, e.Platform, e.Commit, e.Fingerprint, run(t, &fake{}, dir, 1)} {
		if i := strings.IndexFunc(strings.ReplaceAll(text, "\n", ""), func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("not printable: %q", text)
		}
	}
}
