package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/props/vectors"
)

type vectorsCmd struct {
	Out   string   `required:"" placeholder:"DIR" help:"Directory for the files, which is made if it does not exist. Files of an earlier set are replaced, any other file of the same name is an error."`
	Only  []string `placeholder:"OPERATION" help:"Write the tests of these operations only, separated by commas, such as gemm32,exp (default: all)."`
	Seed  uint64   `default:"1" placeholder:"S" help:"Seed of the operands (default: 1)."`
	Cases int      `default:"40" placeholder:"N" help:"Tests of each operation, 1 to 10000 (default: 40, which has every kind of test twice or more)."`
}

// Help is printed by lossglass vectors --help.
func (vectorsCmd) Help() string {
	return `Writes test vectors for kernels in any language: JSON files in the manner of Project
Wycheproof, one for each operation: ` + strings.Join(vectors.Operations(), ", ") + `.

Each test has operands as hexadecimal floating-point numbers, the result of the defined
sequence of operations, the interval in which every other order of summation must end, and
flags that say what it is for. Each file explains its flags, the definition and the bound.
schema.json is the JSON schema of the files, SHA256SUMS has their digests, for sha256sum -c.
The same options give the same bytes on every machine. The command prints the digest of
SHA256SUMS; that of the default set is in results/digests.txt.

props/vectors/README.md describes the format. props/vectors/run_numpy.py holds NumPy to the
vectors, and shows how to read them.`
}

func (c *vectorsCmd) Run(ctx context.Context, s streams) error {
	options := vectors.Options{Seed: c.Seed, Cases: c.Cases, Only: c.Only}
	if err := options.Check(); err != nil {
		return usageError{err}
	}
	files, err := vectors.Generate(ctx, options)
	if err != nil {
		return err
	}
	if err := writeVectors(ctx, c.Out, files); err != nil {
		return err
	}
	sums := files[len(files)-1]
	_, err = fmt.Fprintf(s.out, "%d files in %s\nSHA-256 of %s: %s\n", len(files), c.Out, sums.Name, vectors.Digest(sums.Content))
	return err
}

// writeVectors writes the files in their order, unless one would replace a file that is
// not of an earlier set.
func writeVectors(ctx context.Context, dir string, files []vectors.File) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		old, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if !vectors.Written(f.Name, old) {
			return fmt.Errorf("%s is no file of lossglass vectors and would be replaced: choose another directory with -out", path)
		}
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		path := filepath.Join(dir, f.Name)
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, f.Content) {
			continue
		}
		if err := atomicfile.Write(path, f.Content); err != nil {
			return err
		}
	}
	return nil
}
