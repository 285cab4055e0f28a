package dataset

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// small replaces MNIST in tests: four IDX files of a few images, and their digests.
type small struct {
	files   [4]idxFile
	content rawFiles
}

func newSmall() small {
	s := small{files: officialFiles}
	for i, n := range []int{30, 30, 12, 12} {
		c := newIDX(s.files[i].kind, n)
		header := len(c) - n*s.files[i].kind.itemSize()
		for j := header; j < len(c); j++ {
			c[j] = byte((j*7 + i) % Classes)
		}
		s.content[i], s.files[i].sha256 = c, digestOf(c)
	}
	return s
}

// loader returns a loader of the small files, with timeouts for tests.
func (s small) loader(cache string, mirrors ...string) (*loader, *bytes.Buffer) {
	log := new(bytes.Buffer)
	return &loader{
		files: s.files, log: log, mirrors: mirrors, cache: cache,
		client: http.DefaultClient, connect: time.Hour, stall: time.Hour,
	}, log
}

// write writes the files to a directory, those with odd indices compressed.
func (s small) write(t *testing.T, dir string) {
	t.Helper()
	for i, f := range s.files {
		if i%2 == 1 {
			write(t, filepath.Join(dir, f.name+".gz"), zipped(s.content[i]))
		} else {
			write(t, filepath.Join(dir, f.name), s.content[i])
		}
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// check fails unless d has the content of the small files.
func (s small) check(t *testing.T, d *Data, err error, source string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if d.Source != source || d.Digest != s.content.digest() {
		t.Fatalf("source %q, digest %s; want %q, %s", d.Source, d.Digest, source, s.content.digest())
	}
	if d.Train.Len() != 30 || d.Test.Len() != 12 || len(d.Train.Pixels) != 30*Size || len(d.Test.Pixels) != 12*Size {
		t.Fatalf("%d training and %d test images, want 30 and 12", d.Train.Len(), d.Test.Len())
	}
	var want [Size]float32
	downsample(&want, (*[inSize]byte)(s.content[testImages][imageHeader+11*inSize:]))
	if got := [Size]float32(d.Test.Pixels[11*Size:]); got != want {
		t.Fatalf("last test image: got %v, want %v", got, want)
	}
	if got, want := d.Test.Labels[11], s.content[testLabels][labelHeader+11]; got != want {
		t.Fatalf("last test label: got %d, want %d", got, want)
	}
}

func TestLoadDir(t *testing.T) {
	s, dir := newSmall(), t.TempDir()
	s.write(t, dir)
	l, log := s.loader("")
	d, err := l.loadDir(context.Background(), dir)
	s.check(t, d, err, "mnist")
	if d.From != dir || log.Len() > 0 {
		t.Errorf("from %q, log %q; want %q and nothing", d.From, log, dir)
	}
}

func TestLoadDirRefuses(t *testing.T) {
	s := newSmall()
	other := bytes.Clone(s.content[testImages])
	other[imageHeader] ^= 1
	tests := []struct {
		name  string
		spoil func(t *testing.T, dir string) // starts from good files
		want  []string
	}{
		{"missing", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, s.files[trainLabels].name+".gz")) },
			[]string{"train-labels-idx1-ubyte: not found, plain or .gz", "without -data"}},
		{"truncated", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, s.files[trainImages].name), s.content[trainImages][:500])
		}, []string{"train-images-idx3-ubyte: truncated: 500 of 23536 bytes", "replace the file"}},
		{"truncated gzip", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, s.files[trainLabels].name+".gz"), zipped(s.content[trainLabels])[:12])
		}, []string{"train-labels-idx1-ubyte.gz: truncated"}},
		{"another set", func(t *testing.T, dir string) { write(t, filepath.Join(dir, s.files[testImages].name), other) },
			[]string{"t10k-images-idx3-ubyte: not MNIST's file", digestOf(other), s.files[testImages].sha256, "-data-any"}},
		{"a directory for a file", func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, s.files[trainImages].name))
			os.Mkdir(filepath.Join(dir, s.files[trainImages].name), 0o755)
		}, []string{"train-images-idx3-ubyte: not found"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			s.write(t, dir)
			test.spoil(t, dir)
			l, _ := s.loader("")
			d, err := l.loadDir(context.Background(), dir)
			refused(t, d, err, append(test.want, dir)...)
		})
	}
}

// refused fails unless err is one line that contains every string of want.
func refused(t *testing.T, d *Data, err error, want ...string) {
	t.Helper()
	if err == nil || d != nil {
		t.Fatalf("accepted (error %v)", err)
	}
	for _, w := range append(want, "") {
		if !strings.Contains(err.Error(), w) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %q: want one line with %q", err, w)
		}
	}
}

func TestLoadRefusesDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	ctx := context.Background()
	for dir, want := range map[string]string{file: "is not a directory", file + ".none": "no such file"} {
		d, err := Load(ctx, Options{Dir: dir})
		refused(t, d, err, "data directory", dir, want)
	}
	for _, dir := range []string{"", Builtin} {
		d, err := Load(ctx, Options{Dir: dir, Any: true})
		refused(t, d, err, "directory only")
	}
}

func TestLoadAny(t *testing.T) {
	s, dir := newSmall(), t.TempDir()
	s.write(t, dir)
	d, err := Load(context.Background(), Options{Dir: dir, Any: true})
	s.check(t, d, err, "any")

	l, _ := s.loader("")
	l.any = true
	d, err = l.loadDir(context.Background(), dir)
	s.check(t, d, err, "mnist") // accepted as any, but genuine

	write(t, filepath.Join(dir, s.files[trainImages].name), newIDX(idxImages, 29))
	d, err = l.loadDir(context.Background(), dir)
	refused(t, d, err, "training files do not match: 29 images but 30 labels")
	write(t, filepath.Join(dir, s.files[trainImages].name), s.content[trainImages][:99])
	d, err = l.loadDir(context.Background(), dir)
	refused(t, d, err, "train-images", "truncated")
}

func TestLocate(t *testing.T) {
	s, dir := newSmall(), t.TempDir()
	s.write(t, dir)
	labels := filepath.Join(dir, s.files[testLabels].name+".gz")
	os.Remove(filepath.Join(dir, s.files[trainImages].name))
	write(t, labels, zipped(s.content[trainLabels]))
	l, _ := s.loader("")
	files, err := l.locate(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if f := files[trainImages]; f.Problem == nil || f.Verified || f.SHA256 != "" || f.Path != filepath.Join(dir, f.Name) {
		t.Errorf("missing file: %+v", f)
	}
	want := File{Name: s.files[testImages].name, Path: filepath.Join(dir, s.files[testImages].name), Bytes: 16 + 12*inSize, SHA256: s.files[testImages].sha256, Verified: true}
	if got := files[testImages]; got != want {
		t.Errorf("good file: %+v, want %+v", got, want)
	}
	if f := files[testLabels]; f.Problem == nil || f.Verified || f.SHA256 != digestOf(s.content[trainLabels]) || f.Path != labels {
		t.Errorf("file with another content: %+v", f)
	}
	l.any = true
	if files, _ = l.locate(context.Background(), dir); files[testLabels].Problem != nil || files[testLabels].Verified {
		t.Errorf("file with another content, any accepted: %+v", files[testLabels])
	}
}

func TestCancelledBeforeTheStart(t *testing.T) {
	s, dir := newSmall(), t.TempDir()
	s.write(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, o := range []Options{{Dir: dir, Any: true}, {Dir: Builtin}, {Cache: dir, Mirrors: []string{}}} {
		if d, err := Load(ctx, o); d != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("%+v: error %v, want cancellation", o, err)
		}
		if _, err := Locate(ctx, Options{Dir: o.Dir, Cache: o.Cache}); !errors.Is(err, context.Canceled) {
			t.Errorf("Locate %+v: error %v, want cancellation", o, err)
		}
	}
}

func TestHeadAndStatistics(t *testing.T) {
	s := Set{Pixels: make([]float32, 3*Size), Labels: []uint8{4, 9, 4}}
	s.Pixels[0], s.Pixels[Size] = 1, 0.5
	if got, want := s.ZeroShare(), 298.0/300; got != want {
		t.Errorf("share of zeros %v, want %v", got, want)
	}
	if got, want := s.ClassCounts(), ([Classes]int{4: 2, 9: 1}); got != want {
		t.Errorf("class counts %v, want %v", got, want)
	}
	h := s.Head(2)
	if h.Len() != 2 || len(h.Pixels) != 2*Size || h.Labels[1] != 9 || h.Pixels[Size] != 0.5 {
		t.Errorf("head of two: %v", h.Labels)
	}
	if _ = append(h.Labels, 0); s.Labels[2] != 4 {
		t.Error("appending to a head wrote into the set")
	}
	if (Set{}).ZeroShare() != 0 {
		t.Error("share of zeros of an empty set is not 0")
	}
}

// TestRealMNIST runs if LOSSGLASS_DATA names the directory of MNIST's files. A relative
// path is relative to the root of the repository.
func TestRealMNIST(t *testing.T) {
	dir := os.Getenv("LOSSGLASS_DATA")
	if dir == "" || dir == Builtin {
		t.Skip("LOSSGLASS_DATA names no directory")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir)
	}
	d, err := Load(context.Background(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	// Digest and shares are results of running; 0.640 is also the published share.
	const digest = "b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a"
	if d.Source != "mnist" || d.Digest != digest || d.Train.Len() != 60000 || d.Test.Len() != 10000 {
		t.Errorf("source %q, digest %s, %d + %d images", d.Source, d.Digest, d.Train.Len(), d.Test.Len())
	}
	if train, test := d.Train.ZeroShare(), d.Test.ZeroShare(); train != 0.6401825 || test != 0.639484 {
		t.Errorf("shares of zero pixels %v and %v, want 0.6401825 and 0.639484", train, test)
	}
	if got, want := d.Train.ClassCounts(), ([Classes]int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}); got != want {
		t.Errorf("training labels %v, want %v", got, want)
	}
}
