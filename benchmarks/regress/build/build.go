// Package build links test binaries of Go packages, several times each with the functions
// in another random order: `go test -c -ldflags=-randlayout=SEED`, which the linker has since
// Go 1.22. The order of the functions can change a program's speed by some percent, so a
// comparison must sample it.
//
// It does not run benchmarks. Start with List, then call Link for each package and seed.
package build

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Binary is a test binary.
type Binary struct {
	Path   string
	Dir    string // the directory that it must be run in, that of the package
	SHA256 string
}

// Link builds the test binary of a package with the given seed of the order of its
// functions and writes it to the directory to.
func Link(ctx context.Context, p Package, seed int, to string) (*Binary, error) {
	// Import paths can be longer than names of files may be.
	name := sha256.Sum256([]byte(p.ImportPath))
	b := &Binary{Path: filepath.Join(to, fmt.Sprintf("%x-%d.test", name[:8], seed)), Dir: p.Dir}
	// Without the paths and the commit, equal code gives equal binaries.
	_, err := goCommandIn(ctx, p.Dir, to, "test", "-c", "-o", b.Path, "-trimpath", "-buildvcs=false", "-vet=off",
		fmt.Sprintf("-ldflags=-randlayout=%d", seed), ".")
	if err != nil {
		return nil, err
	}
	if b.SHA256, err = digest(b.Path); err != nil {
		return nil, err
	}
	return b, nil
}

func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// goCommand runs the go command in a directory and returns its standard output. An error
// has the first line of the compiler's messages.
func goCommand(ctx context.Context, dir string, arguments ...string) ([]byte, error) {
	return goCommandIn(ctx, dir, os.Getenv("GOTMPDIR"), arguments...)
}

// goCommandIn is goCommand with temporary files in another directory, so that who removes that one
// also removes what a killed go command leaves.
func goCommandIn(ctx context.Context, dir, temporary string, arguments ...string) ([]byte, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return nil, errors.New("the go command is not installed, or not in PATH: https://go.dev/dl")
	}
	cmd := exec.CommandContext(ctx, "go", arguments...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "GOTMPDIR="+temporary)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("go %s: %s", arguments[0], firstLine(stderr.String()+"\n"+err.Error()))
	}
	return out, nil
}

// firstLine returns the first line that names a mistake.
func firstLine(text string) string {
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "go: downloading") {
			return line
		}
	}
	return "no message"
}
