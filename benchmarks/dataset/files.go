package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Positions in officialFiles and rawFiles.
const (
	trainImages = iota
	trainLabels
	testImages
	testLabels
)

// idxFile is one of the four files.
type idxFile struct {
	name   string // without .gz
	kind   idxKind
	sha256 string // of the decompressed content
}

// officialFiles are MNIST's, by the names that all of its mirrors use.
var officialFiles = [4]idxFile{
	{"train-images-idx3-ubyte", idxImages, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
	{"train-labels-idx1-ubyte", idxLabels, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
	{"t10k-images-idx3-ubyte", idxImages, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
	{"t10k-labels-idx1-ubyte", idxLabels, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
}

// A loader finds the files. Load and Locate create one from Options.
type loader struct {
	files          [4]idxFile
	any            bool
	builtin        bool // use the built-in digits where MNIST is not available
	log            io.Writer
	mirrors        []string // the last one that delivered a file is first
	cache          string   // "" if there is none
	client         *http.Client
	connect, stall time.Duration
}

// loadDir reads the four files of a directory that the user named.
func (l *loader) loadDir(ctx context.Context, dir string) (*Data, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("data directory: %s is not a directory", dir)
	}
	var raw rawFiles
	source := "mnist"
	for i, f := range l.files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		content, path, err := f.find(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: not found, plain or .gz%s: put the four MNIST files there, or run without -data to download them", path, nearMisses(dir))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w: replace the file, or run without -data to download it", path, err)
		}
		if err := f.verify(content); err != nil {
			if !l.any {
				return nil, fmt.Errorf("%s: %w: replace the file, or accept another data set with -data-any", path, err)
			}
			source = "any"
		}
		raw[i] = content
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return raw.decode(source, dir)
}

// find reads the file from a directory, with the suffix .gz if that exists, else plain, else
// under another of its usual names or in a folder below, and validates its form but not its
// digest. It returns the path that it read. If there is no such file, it returns the plain
// path and an error that wraps fs.ErrNotExist.
func (f idxFile) find(dir string) (content []byte, path string, err error) {
	for _, suffix := range []string{".gz", ""} {
		path = filepath.Join(dir, f.name+suffix)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			continue // a folder of that name may have the file
		}
		content, err = f.readFile(path)
		if !errors.Is(err, fs.ErrNotExist) {
			return content, path, err
		}
	}
	if others := f.otherPaths(dir); len(others) > 0 {
		return f.choose(others)
	}
	return nil, path, fs.ErrNotExist
}

// readFile reads the file from a path and checks its form.
func (f idxFile) readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file") // a pipe would block for ever
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	defer file.Close()
	return readIDX(file, f.kind)
}

// reason returns a file error without its path, which the caller adds.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// verify compares the digest of the decompressed content with MNIST's.
func (f idxFile) verify(content []byte) error {
	if got := digestOf(content); got != f.sha256 {
		return fmt.Errorf("not MNIST's file: the SHA-256 of the decompressed content is %s, want %s", got, f.sha256)
	}
	return nil
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// File is the state of one of the four files on disk.
type File struct {
	Name     string // without .gz
	Path     string // of the file, whether or not it exists
	Bytes    int64  // decompressed; 0 if it cannot be read
	SHA256   string // of the decompressed content; "" if it cannot be read
	Verified bool   // whether SHA256 is the digest of MNIST's file
	Problem  error  // why Load would refuse this file, or nil
}

// Locate returns the state of the four files train-images, train-labels, t10k-images and
// t10k-labels in o.Dir or, if that names no directory, in the cache directory. It downloads nothing. The
// built-in digits are in no file: their path is Builtin.
func Locate(ctx context.Context, o Options) ([4]File, error) {
	l, err := newLoader(o)
	if err != nil {
		return [4]File{}, err
	}
	if o.Dir == Builtin {
		return l.locateBuiltin(ctx)
	}
	dir := o.Dir
	if !o.names() {
		dir = l.cache
	}
	if dir == "" {
		return [4]File{}, errNoCache
	}
	return l.locate(ctx, dir)
}

var errNoCache = errors.New("this system names no cache directory for this user: name a directory (-data DIR)")

func (l *loader) locate(ctx context.Context, dir string) (out [4]File, err error) {
	for i, f := range l.files {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		content, path, err := f.find(dir)
		if err != nil {
			out[i] = File{Name: f.name, Path: path, Problem: err}
			continue
		}
		out[i] = File{Name: f.name, Path: path, Bytes: int64(len(content)), SHA256: digestOf(content)}
		mismatch := f.verify(content)
		out[i].Verified = mismatch == nil
		if !l.any {
			out[i].Problem = mismatch
		}
	}
	return out, nil
}

func (l *loader) locateBuiltin(ctx context.Context) (out [4]File, err error) {
	raw, err := drawDigits(ctx)
	if err != nil {
		return out, err
	}
	for i, f := range l.files {
		out[i] = File{Name: f.name, Path: Builtin, Bytes: int64(len(raw[i])), SHA256: digestOf(raw[i])}
	}
	return out, nil
}
