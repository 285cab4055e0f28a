package experiment

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// Archive copies a finished directory to another one for long-term storage: plan.json,
// the compressed runs.jsonl, SHA256SUMS and timing.jsonl. [Read] and [ReadTiming] read the
// copy like the original. The same directory always gives the same files.
func Archive(dir, to string) error {
	results, err := Read(dir)
	if err != nil {
		return err
	}
	if !results.Complete {
		return fmt.Errorf("%s is not finished: the command that began it finishes it", dir)
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range []string{planName, sumsName, timingName} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if err := atomicfile.Write(filepath.Join(to, name), content); err != nil {
			return err
		}
	}
	return writeCompressed(to, runsName, joinLines(results.Lines))
}

// openRuns opens runs.jsonl, or its compressed form in an archive.
func openRuns(dir string) (io.ReadCloser, error) {
	f, err := inputfile.Open(filepath.Join(dir, runsName))
	if errors.Is(err, fs.ErrNotExist) {
		return openCompressed(dir, runsName)
	}
	return f, err
}
