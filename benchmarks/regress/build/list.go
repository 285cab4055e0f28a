package build

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A Package is a Go package with benchmarks.
type Package struct {
	ImportPath string
	Dir        string
}

var benchmark = regexp.MustCompile(`(?m)^func Benchmark`)

// List returns the packages that the patterns name in the module at dir and that declare
// benchmarks, sorted by import path. A package that cannot be loaded is an error.
func List(ctx context.Context, dir string, patterns []string) ([]Package, error) {
	arguments := append([]string{"list", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles,Error", "-e", "--"}, patterns...)
	out, err := goCommand(ctx, dir, arguments...)
	if err != nil {
		return nil, err
	}
	var found []Package
	var failed error
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p struct {
			ImportPath, Dir           string
			TestGoFiles, XTestGoFiles []string
			Error                     *struct{ Err string }
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		files := slices.Concat(p.TestGoFiles, p.XTestGoFiles)
		if p.Error != nil && failed == nil {
			failed = fmt.Errorf("go list: %s", firstLine(p.Error.Err))
		}
		has, err := declaresBenchmark(p.Dir, files)
		if err != nil {
			return nil, err
		}
		if has {
			found = append(found, Package{ImportPath: p.ImportPath, Dir: p.Dir})
		}
	}
	if failed != nil {
		return nil, failed
	}
	slices.SortFunc(found, func(a, b Package) int { return cmp.Compare(a.ImportPath, b.ImportPath) })
	return found, nil
}

func declaresBenchmark(dir string, files []string) (bool, error) {
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return false, err
		}
		if benchmark.Match(text) {
			return true, nil
		}
	}
	return false, nil
}

// Workspace returns the go.work file that the go command uses in a directory; "" if there is none, or "off".
func Workspace(ctx context.Context, dir string) (string, error) {
	out, err := goCommand(ctx, dir, "env", "GOWORK")
	if path := strings.TrimSpace(string(out)); path != "off" {
		return path, err
	}
	return "", err
}

// Standard returns the import paths of the standard library's packages.
func Standard(ctx context.Context, dir string) (map[string]bool, error) {
	out, err := goCommand(ctx, dir, "list", "std")
	if err != nil {
		return nil, err
	}
	paths := map[string]bool{}
	for path := range strings.FieldsSeq(string(out)) {
		paths[path] = true
	}
	return paths, nil
}
