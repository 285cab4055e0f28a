package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/lossglass/lossglass/props/mutate"
)

// An entry is one line of the journal.
type entry struct {
	Judge  string // what the verdict depends on besides the assembly: a digest
	Source string // the assembly file: a digest
	Native string `json:",omitempty"` // what running the mutant on this CPU gave, if this entry is of that
	mutate.Result
}

// A journal has the results that are valid now.
type journal struct {
	dir      string
	judge    string
	sources  map[string]string // digests of the assembly files, by instruction set and name
	verdicts map[string]entry  // by mutant
	natives  map[string]entry
}

// openJournal reads the journal in a directory.
func openJournal(ctx context.Context, dir string) (*journal, error) {
	judge, err := judgeDigest(ctx)
	if err != nil {
		return nil, err
	}
	j := &journal{dir: dir, judge: judge, sources: map[string]string{}, verdicts: map[string]entry{}, natives: map[string]entry{}}
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
			j.sources[isa+"/"+file] = digest(text)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		if err := j.read(name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return j, nil
}

func digest(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text))[:16] }

func (j *journal) read(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var e entry
		if json.Unmarshal(scanner.Bytes(), &e) != nil {
			continue // a line that was cut off; its mutant is judged again
		}
		if e.Judge != j.judge || strings.HasSuffix(e.Judge, dirty) || e.Source != j.sources[e.ISA+"/"+e.File] {
			continue
		}
		if e.Native != "" {
			j.natives[e.Mutant.String()] = e
		} else {
			j.verdicts[e.Mutant.String()] = e
		}
	}
	return scanner.Err()
}

// create opens a file of the journal. write appends an entry to it, with its digests filled in.
func (j *journal) create(name string) (write func(entry) error, closeFile func() error, err error) {
	if err := os.MkdirAll(j.dir, 0o755); err != nil {
		return nil, nil, err
	}
	file, err := os.OpenFile(filepath.Join(j.dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, nil, err
	}
	first := "\n" // ends a line that was cut off
	write = func(e entry) error {
		e.Judge, e.Source = j.judge, j.sources[e.ISA+"/"+e.File]
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_, err = file.Write([]byte(first + string(line) + "\n"))
		first = ""
		return err
	}
	return write, func() error {
		if err := file.Close(); !errors.Is(err, os.ErrClosed) {
			return err
		}
		return nil
	}, nil
}

// dirty marks the digest of a judge with changes that are not committed.
const dirty = "-dirty"

// judgeDigest returns a digest of the Go files that judge, in the commit that this program was built
// from.
func judgeDigest(ctx context.Context) (string, error) {
	revision, modified := "", true
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				revision = s.Value
			case "vcs.modified":
				modified = s.Value == "true"
			}
		}
	}
	if revision == "" {
		return "unknown" + dirty, nil
	}
	tree, err := exec.CommandContext(ctx, "git", "ls-tree", "-r", "--full-tree", revision, "go.mod", "go.sum", "props", "simd").Output()
	if err != nil {
		return "", fmt.Errorf("git ls-tree %s: %w", revision, err)
	}
	name := digest([]byte(judging(string(tree))))
	if modified {
		name += dirty
	}
	return name, nil
}

// judging returns the lines of git ls-tree for files on which verdicts depend, apart from the
// assembly.
func judging(tree string) string {
	var b strings.Builder
	for line := range strings.Lines(tree) {
		_, path, _ := strings.Cut(strings.TrimSpace(line), "\t")
		switch {
		case strings.HasPrefix(path, "simd/_asm/") || strings.HasPrefix(path, "props/mutate/mutants/") || strings.HasSuffix(path, "_test.go"):
		case strings.HasSuffix(path, ".go") || strings.HasPrefix(path, "go."):
			b.WriteString(line)
		}
	}
	return b.String()
}
