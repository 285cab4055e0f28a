package experiment

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// Archive copies a finished directory to another one for long-term storage: plan.json,
// the compressed runs.jsonl and sidecar, SHA256SUMS and timing.jsonl. [Read],
// [ReadSidecar] and [ReadTiming] read the copy like the original, and [Run] accepts it as
// finished. The same directory always gives the same files. [PlanArchives] says where it
// may be copied to, and Archive refuses other places.
func Archive(dir, to string) error {
	results, err := Read(dir)
	if err != nil {
		return err
	}
	if !results.Complete {
		return fmt.Errorf("%s is not finished: the command that began it finishes it", dir)
	}
	s, err := openStored(dir)
	if err != nil {
		return err
	}
	unlock, err := openDir(to)
	if err != nil {
		return err
	}
	defer unlock()
	if err := checkArchive(dir, to); err != nil { // now that no other process writes there
		return err
	}
	// plan.json comes first: a directory that has it is one of results, whatever else is missing.
	if err := atomicfile.Write(filepath.Join(to, planName), formatPlan(s.plan)); err != nil {
		return err
	}
	if times, err := inputfile.Read(filepath.Join(dir, timingName), maxTiming); err == nil { // no result depends on it
		if err := atomicfile.Write(filepath.Join(to, timingName), times); err != nil {
			return err
		}
	}
	// runs.jsonl comes last: a directory that has it has everything.
	for _, sum := range s.sums {
		if sum.name != planName && sum.name != runsName {
			if err := s.compressTo(to, sum.name); err != nil {
				return err
			}
		}
	}
	if err := atomicfile.Write(filepath.Join(to, sumsName), s.sums.format()); err != nil {
		return err
	}
	return s.compressTo(to, runsName)
}

// compressTo writes the compressed form of a file, verified, into another directory.
func (s *stored) compressTo(dir, name string) error {
	var content bytes.Buffer
	err := s.eachLine(name, func(line []byte) error {
		content.Write(line)
		return content.WriteByte('\n')
	})
	if err != nil {
		return err
	}
	return writeCompressed(dir, name, content.Bytes())
}
