package experiment

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// A file of an archive is compressed by gzip: NAME.gz or, if that would be longer than
// maxPart, parts of whole lines, NAME.000.gz, NAME.001.gz and so on, which
// `zcat NAME.*gz` puts together. Files of this length can be kept in a Git repository
// and are not refused by those who host one.
const maxPart = 1<<20 - 1<<12 // bytes

func compressedName(name string) string { return name + ".gz" }

func partName(name string, part int) string { return fmt.Sprintf("%s.%03d.gz", name, part) }

// writeCompressed writes the compressed form of a file, and then removes what is left of
// an older one. The same content always gives the same files.
func writeCompressed(dir, name string, content []byte) error {
	parts, err := compressParts(content)
	if err != nil {
		return err
	}
	written := make(map[string]bool)
	for i, part := range parts {
		file := partName(name, i)
		if len(parts) == 1 {
			file = compressedName(name)
		}
		if err := atomicfile.Write(filepath.Join(dir, file), part); err != nil {
			return err
		}
		written[file] = true
	}
	return removeCompressed(dir, name, written)
}

// removeCompressed removes the compressed form of a file, but for the parts to keep: those whose names
// follow each other, since a pattern could match somebody else's file. The last part goes first, so that
// after a crash their names still follow each other.
func removeCompressed(dir, name string, keep map[string]bool) error {
	files := []string{compressedName(name)}
	for part := 0; ; part++ {
		file := partName(name, part)
		isThere, err := exists(filepath.Join(dir, file))
		if err != nil {
			return err
		}
		if !isThere {
			break
		}
		files = append(files, file)
	}
	for _, file := range slices.Backward(files) {
		if keep[file] {
			continue
		}
		if err := atomicfile.Remove(filepath.Join(dir, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// compressParts returns the content in as few compressed parts of whole lines and of
// about the same length as possible.
func compressParts(content []byte) ([][]byte, error) {
	for count := 1; ; {
		var parts [][]byte
		length, longest := 0, 0
		for _, piece := range split(content, count) {
			part, err := compress(piece)
			if err != nil {
				return nil, err
			}
			parts = append(parts, part)
			length, longest = length+len(part), max(longest, len(part))
		}
		// A part of one long line cannot be divided.
		if longest <= maxPart || len(parts) < count {
			return parts, nil
		}
		count = max(count+1, length/maxPart+1)
	}
}

// split divides the content into at most count pieces of whole lines.
func split(content []byte, count int) [][]byte {
	var pieces [][]byte
	for ; count > 1; count-- {
		at := len(content) / count
		newline := bytes.IndexByte(content[at:], '\n')
		if newline < 0 || at+newline+1 == len(content) {
			break
		}
		pieces = append(pieces, content[:at+newline+1])
		content = content[at+newline+1:]
	}
	return append(pieces, content)
}

func compress(content []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = z.Write(content)
	err = firstOf(err, z.Close)
	return b.Bytes(), err
}

// openCompressed opens the compressed form of a file. The error is fs.ErrNotExist if
// there is none.
func openCompressed(dir, name string) (io.ReadCloser, error) {
	single, err := openPart(filepath.Join(dir, compressedName(name)))
	if !errors.Is(err, fs.ErrNotExist) {
		return single, err
	}
	r := &partsReader{dir: dir, name: name}
	if err := r.open(); err != nil {
		return nil, err
	}
	return r, nil
}

// A partsReader reads the parts of a file one after the other.
type partsReader struct {
	dir, name string
	next      int // number of the part after the open one
	part      io.ReadCloser
}

// open opens the next part. After an error, the part before stays open.
func (r *partsReader) open() error {
	part, err := openPart(filepath.Join(r.dir, partName(r.name, r.next)))
	if err == nil {
		r.part, r.next = part, r.next+1
	}
	return err
}

// Read implements io.Reader.
func (r *partsReader) Read(p []byte) (n int, err error) {
	for {
		n, err = r.part.Read(p)
		if err != nil && err != io.EOF {
			return n, err
		}
		if n > 0 || err == nil {
			return n, nil // the end of a part is no end of the file
		}
		before := r.part
		if err := r.open(); errors.Is(err, fs.ErrNotExist) {
			return 0, io.EOF
		} else if err != nil {
			return 0, err
		}
		before.Close()
	}
}

// Close implements io.Closer.
func (r *partsReader) Close() error { return r.part.Close() }

// openPart opens a file compressed by gzip.
func openPart(path string) (io.ReadCloser, error) {
	f, err := inputfile.Open(path)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &gzipFile{filepath.Base(path), z, f}, nil
}

// A gzipFile is a compressed file that its errors name.
type gzipFile struct {
	name string
	*gzip.Reader
	io.Closer
}

// Read implements io.Reader.
func (f *gzipFile) Read(p []byte) (n int, err error) {
	if n, err = f.Reader.Read(p); err != nil && err != io.EOF {
		err = fmt.Errorf("%s: %w", f.name, err)
	}
	return n, err
}

// Close closes the file.
func (f *gzipFile) Close() error { return f.Closer.Close() }
