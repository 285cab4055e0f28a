// Package dataset provides the images and labels of the MNIST experiment. It finds,
// downloads and verifies the four IDX files of MNIST, reduces the 28x28 images to 10x10
// pixels, and draws built-in digits where MNIST is not available. It knows nothing of
// networks, trains nothing and reads no environment variables. Start with [Load].
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
	"runtime"
	"sync"
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

// Values of Options.Dir that are no directories. A directory of such a name is given as
// "./builtin".
const (
	Builtin = "builtin" // the built-in digits
	MNIST   = "mnist"   // MNIST from the cache directory or the mirrors, never the built-in digits
)

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

// ClassCounts returns the number of images of each label.
func (s Set) ClassCounts() [Classes]int {
	var counts [Classes]int
	for _, l := range s.Labels {
		counts[l]++
	}
	return counts
}

// Data is a training set and a test set, with their origin.
type Data struct {
	Train, Test Set
	// Source is "mnist" for MNIST, "any" for another data set of the same shape, or
	// "builtin" for the built-in digits.
	Source string
	// Digest is the SHA-256, in hexadecimal, of the concatenation of the decompressed IDX
	// files train-images, train-labels, t10k-images and t10k-labels.
	Digest string
	// From says where the files were found, for messages: a directory, the address of a
	// mirror, or "builtin".
	From string
}

// Options choose the data. The zero value chooses MNIST from the user's cache directory,
// else from the public mirrors.
type Options struct {
	// Dir is a directory with the four files, plain or gzip; Builtin; MNIST; or "".
	Dir string
	// Fallback chooses the built-in digits if Dir is "" and MNIST is neither in the cache
	// nor on a mirror. It is for work that is worth doing on other images: results on the
	// built-in digits cannot be compared with those on MNIST.
	Fallback bool
	// Any also accepts other IDX files of the same shape in Dir, such as
	// Fashion-MNIST or KMNIST.
	Any bool
	// Log receives messages and, if it is a terminal, progress bars. Nil discards them.
	Log io.Writer
	// Mirrors are the addresses from which <file>.gz is downloaded, tried in order. Nil
	// means the two public mirrors; an empty list means no download.
	Mirrors []string
	// Cache is the directory for downloaded files. "" means lossglass/mnist in
	// os.UserCacheDir.
	Cache string
}

// Load returns the data that o chooses.
//
// With a directory, the four files must be in it and must be correct. The error names the
// file, what is wrong with it and what to do. Without a directory, a file that is missing
// from the cache or damaged there is downloaded. If no mirror delivers it, that is an error,
// or with o.Fallback Load returns the built-in digits and says so on Log.
func Load(ctx context.Context, o Options) (*Data, error) {
	l, err := newLoader(o)
	if err != nil {
		return nil, err
	}
	switch o.Dir {
	case "", MNIST:
		return l.loadCached(ctx)
	case Builtin:
		return loadBuiltin(ctx)
	default:
		return l.loadDir(ctx, o.Dir)
	}
}

// errAnyNeedsDir is the error of Options.Any without a directory: the cache and the
// mirrors have MNIST only.
var errAnyNeedsDir = errors.New("data sets other than MNIST are read from a directory only: -data DIR")

// names reports whether the options name a directory.
func (o Options) names() bool { return o.Dir != "" && o.Dir != Builtin && o.Dir != MNIST }

// newLoader returns a loader for o, with the defaults for what o leaves out.
func newLoader(o Options) (*loader, error) {
	if o.Any && !o.names() {
		return nil, errAnyNeedsDir
	}
	l := &loader{
		files:   officialFiles,
		any:     o.Any,
		builtin: o.Fallback && o.Dir == "",
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

// rawFiles are the four decompressed IDX files in the order of officialFiles, each
// validated by readIDX.
type rawFiles [4][]byte

// decode reduces the images. The images and labels of each set must be equally many.
func (r *rawFiles) decode(source, from string) (*Data, error) {
	digest := make(chan string, 1)
	go func() { digest <- r.digest() }()
	train, err := decodeSet(r[trainImages], r[trainLabels])
	if err != nil {
		return nil, fmt.Errorf("%s: training %w", from, err)
	}
	test, err := decodeSet(r[testImages], r[testLabels])
	if err != nil {
		return nil, fmt.Errorf("%s: test %w", from, err)
	}
	return &Data{Train: train, Test: test, Source: source, Digest: <-digest, From: from}, nil
}

// digest returns Data.Digest.
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
	// Every image by itself, on all CPUs: this is most of the time that a small command takes.
	var parts sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		parts.Go(func() {
			for i := n * w / workers; i < n*(w+1)/workers; i++ {
				downsample((*[Size]float32)(s.Pixels[i*Size:]), (*[inSize]byte)(images[i*inSize:]))
			}
		})
	}
	parts.Wait()
	return s, nil
}

// defaultCache returns the user's cache directory for MNIST, or "" if the system has none.
func defaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "lossglass", "mnist")
}
