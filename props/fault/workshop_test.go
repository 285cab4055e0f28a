package fault_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/fault"
)

// A workshop runs laws on edited source without a change to the repository. The
// compiler sees edits through go test -overlay, so that it compiles again only what
// depends on them. Laws that read source themselves, those of simd/asmcheck, run in a
// copy of simd.
type workshop struct {
	t       *testing.T
	overlay string // the file for -overlay
	edited  string // the file with the edited text
	tree    string // the folder with the copy of simd
}

// readsSource is the package whose tests read source files.
const readsSource = "simd/asmcheck"

func newWorkshop(t *testing.T) *workshop {
	dir := t.TempDir()
	w := &workshop{t, filepath.Join(dir, "overlay.json"), filepath.Join(dir, "edited"), filepath.Join(dir, "tree")}
	write(t, w.overlay, "{}")
	if err := w.copySource("go.mod", "go.sum", "simd"); err != nil {
		t.Fatal(err)
	}
	return w
}

// edit replaces the text of a file, whose path is from the repository's root.
func (w *workshop) edit(file, text string) {
	w.t.Helper()
	path, err := filepath.Abs(filepath.Join(root, file))
	if err != nil {
		w.t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {path: w.edited}})
	if err != nil {
		w.t.Fatal(err)
	}
	write(w.t, w.edited, text)
	write(w.t, w.overlay, string(overlay))
	if strings.HasPrefix(file, "simd/") {
		write(w.t, filepath.Join(w.tree, file), text)
	}
}

// runLaw runs the command of a law.
func (w *workshop) runLaw(l fault.LawTest) failure {
	args := append(l.Command(), "-v", "-vet=off", "-timeout", "3m")
	dir := root
	if l.Package == readsSource {
		dir = w.tree
	} else {
		args = append(args, "-overlay="+w.overlay)
	}
	if l.Package != readsSource { // the tests of readsSource have no flags of rapid
		args = append(args, "-rapid.seed=1", "-rapid.nofailfile", "-rapid.checks=400", "-rapid.shrinktime=3s")
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	text := string(out)
	names := failing.FindAllStringSubmatch(text, -1)
	f := failure{
		failed: err != nil && slices.ContainsFunc(names, func(m []string) bool { return m[1] == l.Test }),
		ran:    strings.Contains(text, "--- PASS: "+l.Test) && err == nil,
		text:   short(text),
	}
	if m := ofRapid.FindStringSubmatch(text); m != nil {
		f.cases, f.text = m[1], short(m[2])
	} else if m := ofFlaky.FindStringSubmatch(text); m != nil {
		f.text = short(m[1]) + "\n(not the same each time)"
	} else if m := ofGo.FindStringSubmatch(text); m != nil && f.failed {
		f.text = short(m[1])
	}
	return f
}

// copySource copies files and folders of the repository's root to the tree.
func (w *workshop) copySource(names ...string) error {
	for _, name := range names {
		err := filepath.WalkDir(filepath.Join(root, name), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && (d.Name() == "testdata" || d.Name() == "_asm") {
				return filepath.SkipDir
			}
			relative, err := filepath.Rel(root, path)
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(filepath.Dir(filepath.Join(w.tree, relative)), 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(w.tree, relative), content, 0o644)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
