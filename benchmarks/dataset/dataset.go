// Package dataset provides the images and labels that the experiment trains on:
// it finds, downloads and verifies the four IDX files of MNIST, averages the
// 28x28 images down to 10x10 pixels, and draws digits of its own where MNIST
// cannot be had. It is about the data only: no network, no training and no
// command line, and it reads no environment variables.
package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// Size is the number of pixels of a downsampled image, row by row, and Classes
// the number of labels.
const (
	Size    = outSide * outSide
	Classes = 10
)

// The numbers of images of MNIST, and of the built-in digits.
const (
	TrainImages = 60000
	TestImages  = 10000
)

// Builtin is the value of Options.Dir that asks for the built-in digits. A
// directory of that name is reached as "./builtin".
const Builtin = "builtin"

// Set is one part of the data: image i has the pixels
// Pixels[i*Size:(i+1)*Size], each +0 or a positive normal number up to 1, and
// the label Labels[i], below Classes.
type Set struct {
	Pixels []float32
	Labels []uint8
}

// Len returns the number of images.
func (s Set) Len() int { return len(s.Labels) }

// Head returns the first n images, sharing memory with s. It panics if n is
// negative or more than s.Len().
func (s Set) Head(n int) Set {
	return Set{Pixels: s.Pixels[: n*Size : n*Size], Labels: s.Labels[:n:n]}
}

// ZeroShare returns the share of the pixels that are exactly zero: 0.640 for
// the training images of MNIST. It returns 0 for an empty set.
func (s Set) ZeroShare() float64 {
	if len(s.Pixels) == 0 {
		return 0
	}
	zeros := 0
	for _, p := range s.Pixels {
		if p == 0 {
			zeros++
		}
	}
	return float64(zeros) / float64(len(s.Pixels))
}

// ClassCounts returns how many images bear each label.
func (s Set) ClassCounts() [Classes]int {
	var counts [Classes]int
	for _, l := range s.Labels {
		counts[l]++
	}
	return counts
}

// Data is a training and a test set and where they come from.
type Data struct {
	Train, Test Set
	// Source is "mnist" for MNIST, whatever way it was found; "any" for another
	// data set of the same shape; "builtin" for the built-in digits.
	Source string
	// Digest is the SHA-256, in hexadecimal, of the four decompressed IDX files
	// one after the other: train-images, train-labels, t10k-images, t10k-labels.
	Digest string
	// From tells people where the files were: a directory, a mirror, or "builtin".
	From string
}

// Options say which data to load. The zero value means: MNIST from the user's
// cache directory, else from the public mirrors, else the built-in digits.
type Options struct {
	// Dir is a directory with the four files, plain or gzip; Builtin; or "".
	Dir string
	// Any also accepts other IDX files of the same shape in Dir, such as
	// Fashion-MNIST or KMNIST.
	Any bool
	// Log takes messages to people and, if it is a terminal, progress bars. Nil
	// discards them.
	Log io.Writer
	// Mirrors are the addresses under which <file>.gz is looked for, in order.
	// Nil means the two public ones; an empty list, no download.
	Mirrors []string
	// Cache is the directory that keeps downloaded files. "" means
	// lossglass/mnist in os.UserCacheDir.
	Cache string
}

// Load returns the data that o asks for.
//
// Files in a named directory must be there, whole and genuine: the error names
// the file, what is wrong with it and what to do. Without a directory nothing
// short of cancellation fails: a file that is missing in the cache is
// downloaded, and so is a corrupted one, after a message that names it; if no
// mirror delivers, the built-in digits take over, and Log is told so.
//
// A cancelled ctx ends Load with its error.
func Load(ctx context.Context, o Options) (*Data, error) {
	l, err := newLoader(o)
	if err != nil {
		return nil, err
	}
	switch o.Dir {
	case "":
		return l.loadCached(ctx)
	case Builtin:
		return loadBuiltin(ctx)
	default:
		return l.loadDir(ctx, o.Dir)
	}
}

// errAnyNeedsDir: the cache and the mirrors hold MNIST alone.
var errAnyNeedsDir = errors.New("other data sets than MNIST are read from a directory only: name it (-data DIR)")

// newLoader fills in what o leaves open.
func newLoader(o Options) (*loader, error) {
	if o.Any && (o.Dir == "" || o.Dir == Builtin) {
		return nil, errAnyNeedsDir
	}
	l := &loader{
		files:   officialFiles,
		any:     o.Any,
		log:     o.Log,
		mirrors: o.Mirrors,
		cache:   o.Cache,
		client:  http.DefaultClient,
		connect: connectTimeout,
		stall:   stallTimeout,
	}
	if l.log == nil {
		l.log = io.Discard
	}
	if l.mirrors == nil {
		l.mirrors = publicMirrors
	}
	if l.cache == "" {
		l.cache = defaultCache()
	}
	return l, nil
}

// loadBuiltin draws the built-in digits.
func loadBuiltin(ctx context.Context) (*Data, error) {
	raw, err := drawDigits(ctx)
	if err != nil {
		return nil, err
	}
	return raw.decode(Builtin, Builtin)
}

// rawFiles are the four decompressed IDX files in the order of officialFiles,
// each one checked by readIDX.
type rawFiles [4][]byte

// decode downsamples the images. It fails if the images and labels of a part
// are not equally many.
func (r *rawFiles) decode(source, from string) (*Data, error) {
	train, err := decodeSet(r[trainImages], r[trainLabels])
	if err != nil {
		return nil, fmt.Errorf("%s: training %w", from, err)
	}
	test, err := decodeSet(r[testImages], r[testLabels])
	if err != nil {
		return nil, fmt.Errorf("%s: test %w", from, err)
	}
	return &Data{Train: train, Test: test, Source: source, Digest: r.digest(), From: from}, nil
}

// digest is Data.Digest.
func (r *rawFiles) digest() string {
	h := sha256.New()
	for _, content := range r {
		h.Write(content)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func decodeSet(images, labels []byte) (Set, error) {
	images, labels = images[imageHeader:], labels[labelHeader:]
	n := len(images) / inSize
	if n != len(labels) {
		return Set{}, fmt.Errorf("files do not match: %d images but %d labels", n, len(labels))
	}
	s := Set{Pixels: make([]float32, n*Size), Labels: labels}
	for i := range n {
		downsample((*[Size]float32)(s.Pixels[i*Size:]), (*[inSize]byte)(images[i*inSize:]))
	}
	return s, nil
}

// defaultCache returns the user's cache directory for MNIST, or "" where the
// system knows none.
func defaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "lossglass", "mnist")
}
