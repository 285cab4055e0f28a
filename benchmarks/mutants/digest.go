package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/git"
	"github.com/lossglass/lossglass/props/mutate"
)

func digest(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text))[:16] }

// judges are digests of what entries of the journal depend on besides the assembly: verdicts, and what mutants do on
// the CPU, which depends on the test files of package simd, too.
type judges struct{ verdicts, natives string }

// judgeDigests returns the digests of now.
func judgeDigests(ctx context.Context) (judges, error) {
	verdicts, err := judgeDigest(ctx)
	if err != nil {
		return judges{}, err
	}
	tests, err := nativeTests(ctx)
	return judges{verdicts, digest([]byte(verdicts + tests))}, err
}

// nativeTests returns the test files of package simd, which go test compiles from the checkout. Where there is none,
// no mutant can be run, and there are no files.
func nativeTests(ctx context.Context) (string, error) {
	root, err := git.Output(ctx, "", "rev-parse", "--show-toplevel")
	if err != nil {
		return "", nil
	}
	files, err := filepath.Glob(filepath.Join(root, "simd", "*_test.go"))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s %s\n", filepath.Base(file), digest(text))
	}
	return b.String(), nil
}

// judgeDigest returns what verdicts depend on besides the assembly: a digest of the Go files that
// judge, in the commit that this program was built from. If it was not built from a commit alone,
// that is a digest of the program.
func judgeDigest(ctx context.Context) (string, error) {
	info, _ := debug.ReadBuildInfo()
	revision := cleanCommit(info)
	if revision == "" {
		return programDigest()
	}
	tree, err := git.Output(ctx, "", append([]string{"ls-tree", "-r", "--full-tree", revision}, judgingPaths...)...)
	if err != nil {
		return "", err
	}
	return digest([]byte(judging(tree))), nil
}

// cleanCommit returns the commit that a program was built from, or "" if it is not known or if there
// were changes.
func cleanCommit(info *debug.BuildInfo) string {
	settings := map[string]string{}
	if info != nil {
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
	}
	if settings["vcs.modified"] != "false" {
		return ""
	}
	return settings["vcs.revision"]
}

// builtFromHead returns an error unless this program was built from the commit that is checked out, which the
// heading of a table names.
func builtFromHead(ctx context.Context) error {
	info, _ := debug.ReadBuildInfo()
	head, err := git.Output(ctx, "", "rev-parse", "HEAD")
	if err != nil {
		return err
	}
	if built := cleanCommit(info); built != head {
		return fmt.Errorf("this program was built from %s, and the commit is now %s: build it again", cmp.Or(built, "a tree with changes that are not committed"), head)
	}
	return nil
}

// programDigest returns a digest of this program's file.
func programDigest() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	program, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	return programPrefix + digest(program), nil
}

// programPrefix begins the digest of a program whose commit is not known.
const programPrefix = "program-"

// judgingPaths are the files, and the folders of packages, on which verdicts depend: this program, and package mutate
// with its dependencies in this module.
var judgingPaths = []string{"go.mod", "go.sum", "benchmarks/mutants", "props/gen", "props/internal", "props/law", "props/mutate", "props/proof", "props/reference", "simd"}

// notJudging are folders within them.
var notJudging = []string{"simd/_asm/", "simd/probe/instruction/", "simd/emulate/internal/"}

// judging returns the lines of git ls-tree for files on which verdicts depend, apart from the
// assembly.
func judging(tree string) string {
	var b strings.Builder
	for line := range strings.Lines(tree) {
		line = strings.TrimSpace(line)
		_, path, _ := strings.Cut(line, "\t")
		if slices.ContainsFunc(notJudging, func(folder string) bool { return strings.HasPrefix(path, folder) }) {
			continue
		}
		if strings.HasPrefix(path, "go.") || strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// sourceDigests returns digests of the assembly files, by instruction set and name.
func sourceDigests() (map[string]string, error) {
	all := map[string]string{}
	for isa, source := range mutate.Sources {
		files, err := fs.Glob(source, "*.s")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := fs.ReadFile(source, file)
			if err != nil {
				return nil, err
			}
			all[isa+"/"+file] = digest(text)
		}
	}
	return all, nil
}
