package dataset

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// MNIST's files are found under their usual names, in folders, compressed or not.
func TestOtherNames(t *testing.T) {
	for name, names := range map[string][4]string{
		"Kaggle":     {"train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"},
		"in folders": {"train-images-idx3-ubyte/train-images-idx3-ubyte", "a/b/train-labels-idx1-ubyte", "MNIST/raw/t10k-images-idx3-ubyte", "t10k-labels.idx1-ubyte/t10k-labels.idx1-ubyte"},
		"test":       {"Train-Images-idx3-ubyte", "train_labels_idx1_ubyte", "test-images-idx3-ubyte", "test-labels.idx1-ubyte"},
		"short":      {"train-images.idx", "train-labels-ubyte", "test-images.idx3", "t10k-labels.idx1"},
	} {
		for _, suffix := range []string{"", ".gz"} {
			t.Run(name+suffix, func(t *testing.T) {
				s, dir := newSmall(), t.TempDir()
				for i, name := range names {
					path := filepath.Join(dir, filepath.FromSlash(name+suffix))
					if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
						t.Fatal(err)
					}
					if content := s.content[i]; suffix == "" {
						write(t, path, content)
					} else {
						write(t, path, zipped(content))
					}
				}
				l, _ := s.loader("")
				d, err := l.loadDir(t.Context(), dir)
				s.check(t, d, err, "mnist")
			})
		}
	}
}

// Beside another data set of the same names, MNIST's files are recognised by their digests.
// Without them, two candidates are an error.
func TestCandidates(t *testing.T) {
	s, dir := newSmall(), t.TempDir()
	for _, folder := range []string{"FashionMNIST", "MNIST"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
		s.write(t, filepath.Join(dir, folder))
	}
	fashion := filepath.Join(dir, "FashionMNIST", s.files[trainImages].name)
	write(t, fashion, newIDX(idxImages, 30))
	l, _ := s.loader("")
	d, err := l.loadDir(t.Context(), dir)
	s.check(t, d, err, "mnist")

	write(t, filepath.Join(dir, "MNIST", s.files[trainImages].name), newIDX(idxImages, 30))
	l.any = true
	d, err = l.loadDir(t.Context(), dir)
	refused(t, d, err, fashion, filepath.Join(dir, "MNIST", s.files[trainImages].name), "name the directory")
}

// What is there in another form is named.
func TestNearMisses(t *testing.T) {
	s, dir := newSmall(), t.TempDir()
	s.write(t, dir)
	os.Remove(filepath.Join(dir, s.files[trainImages].name))
	write(t, filepath.Join(dir, "mnist.npz"), nil)
	l, _ := s.loader("")
	d, err := l.loadDir(t.Context(), dir)
	refused(t, d, err, "not found", "there are mnist.npz, which")
}

// Zeros after a gzip stream are ignored, anything else is not; a file of several streams is read.
func TestGzipPadding(t *testing.T) {
	content := newIDX(idxLabels, 300)
	whole := zipped(content)
	for name, file := range map[string][]byte{
		"zeros":           append(bytes.Clone(whole), make([]byte, 512)...),
		"members":         append(zipped(content[:100]), zipped(content[100:])...),
		"members, zeros":  append(append(zipped(content[:100]), 0, 0, 0), append(zipped(content[100:]), 0)...),
		"an empty member": append(bytes.Clone(whole), zipped(nil)...),
	} {
		if got, err := readIDX(bytes.NewReader(file), idxLabels); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: %d of %d bytes, error %v", name, len(got), len(content), err)
		}
	}
	for name, file := range map[string][]byte{
		"rubbish":          append(bytes.Clone(whole), "rubbish"...),
		"zeros, one byte":  append(bytes.Clone(whole), 0, 0, 0x1f),
		"a cut member":     append(zipped(content[:100]), zipped(content[100:])[:15]...),
		"too much content": append(bytes.Clone(whole), zipped([]byte{1})...),
	} {
		if _, err := readIDX(bytes.NewReader(file), idxLabels); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
