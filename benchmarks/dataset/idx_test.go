package dataset

import (
	"bytes"
	"compress/gzip"
	"io"
	"runtime"
	"strings"
	"testing"
)

// zipped returns the concatenated parts, compressed by gzip.
func zipped(parts ...[]byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for _, p := range parts {
		w.Write(p)
	}
	w.Close()
	return b.Bytes()
}

func TestReadIDXAccepts(t *testing.T) {
	for _, kind := range []idxKind{idxImages, idxLabels} {
		for _, n := range []int{1, 3, 1000} {
			content := newIDX(kind, n)
			content[len(content)-1] = 9
			half := len(content) / 2
			for name, input := range map[string][]byte{
				"plain":       content,
				"gzip":        zipped(content),
				"two members": append(zipped(content[:half]), zipped(content[half:])...),
			} {
				got, err := readIDX(bytes.NewReader(input), kind)
				if err != nil {
					t.Errorf("kind %d, %d items, %s: %v", kind, n, name, err)
				} else if !bytes.Equal(got, content) {
					t.Errorf("kind %d, %d items, %s: other content", kind, n, name)
				}
			}
		}
	}
}

func TestReadIDXRefuses(t *testing.T) {
	images, labels := newIDX(idxImages, 2), newIDX(idxLabels, 5)
	damaged := zipped(images)
	damaged[len(damaged)-8] ^= 1 // the stored CRC-32
	with := func(content []byte, at int, b ...byte) []byte {
		c := bytes.Clone(content)
		copy(c[at:], b)
		return c
	}
	tests := []struct {
		name  string
		kind  idxKind
		input []byte
		want  string
	}{
		{"empty", idxImages, nil, "truncated: 0 bytes"},
		{"one byte", idxLabels, []byte{0}, "truncated: 1 bytes"},
		{"half a header", idxImages, images[:9], "truncated: 9 bytes"},
		{"header only", idxImages, images[:imageHeader], "truncated: 16 of 1584 bytes"},
		{"one byte short", idxImages, images[:len(images)-1], "truncated: 1583 of 1584 bytes"},
		{"labels one byte short", idxLabels, labels[:len(labels)-1], "truncated: 12 of 13 bytes"},
		{"one byte long", idxImages, append(bytes.Clone(images), 0), "trailing bytes"},
		{"labels one byte long", idxLabels, append(bytes.Clone(labels), 0), "trailing bytes"},
		{"labels for images", idxImages, newIDX(idxLabels, 100), "wrong magic number 0x00000801, want 0x00000803"},
		{"images for labels", idxLabels, images, "wrong magic number 0x00000803, want 0x00000801"},
		{"a web page", idxImages, []byte("<!DOCTYPE html><html><body>"), "wrong magic number"},
		{"element type float", idxImages, with(images, 2, 0x0d), "wrong magic number"},
		{"no items", idxLabels, with(labels, 4, 0, 0, 0, 0), "announces 0 items"},
		{"too many items", idxImages, with(images, 4, 0, 4, 0, 1), "announces 262145 items"},
		{"2^32-1 items", idxImages, with(images, 4, 255, 255, 255, 255), "announces 4294967295 items"},
		{"one item more than there are", idxImages, with(images, 7, 3), "truncated: 1584 of 2368 bytes"},
		{"one item less", idxImages, with(images, 7, 1), "trailing bytes"},
		{"27 rows", idxImages, with(images, 11, 27), "27x28 pixels, want 28x28"},
		{"2^31 columns", idxImages, with(images, 12, 128), "28x2147483676 pixels"},
		{"label 10", idxLabels, with(labels, 10, 10), "label 10 of image 2"},
		{"gzip magic only", idxImages, []byte{0x1f, 0x8b}, "damaged gzip header"},
		{"gzip of nothing", idxImages, zipped(), "truncated: 0 bytes"},
		{"truncated gzip", idxImages, zipped(images)[:20], "truncated"},
		{"gzip without its end", idxImages, zipped(images)[:len(zipped(images))-3], "truncated"},
		{"gzip checksum", idxImages, damaged, "damaged after 1584 bytes: gzip: invalid checksum"},
		{"garbage after gzip", idxImages, append(zipped(images), "garbage after it"...), "damaged after 1584 bytes"},
		{"gzip in gzip", idxImages, zipped(zipped(images)), "wrong magic number 0x1f8b0800"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			content, err := readIDX(bytes.NewReader(test.input), test.kind)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want one with %q", err, test.want)
			}
			if content != nil {
				t.Errorf("%d bytes of content beside an error", len(content))
			}
		})
	}
}

// countingReader is an endless stream of zeros that counts the bytes read.
type countingReader struct{ n int }

func (c *countingReader) Read(p []byte) (int, error) {
	clear(p)
	c.n += len(p)
	return len(p), nil
}

// For a compressed file that expands without end, the reader stops one byte after what the
// header announces, or at once if that is too much.
func TestReadIDXStopsAtABomb(t *testing.T) {
	var tail countingReader
	input := io.MultiReader(bytes.NewReader(idxImages.header(10)), &tail)
	if _, err := readIDX(input, idxImages); err == nil || !strings.Contains(err.Error(), "trailing bytes") {
		t.Errorf("endless input: error %v, want trailing bytes", err)
	}
	if limit := 10*inSize + 64<<10; tail.n > limit {
		t.Errorf("endless input: %d bytes read, want at most %d", tail.n, limit)
	}

	bomb := zipped(idxImages.header(1), make([]byte, 16<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := readIDX(bytes.NewReader(bomb), idxImages)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Error("bomb accepted")
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("a bomb of 16 MiB after one image: %d bytes allocated, want under 1 MiB", used)
	}
}

func FuzzReadIDX(f *testing.F) {
	for _, content := range [][]byte{
		newIDX(idxImages, 2), newIDX(idxLabels, 5), idxImages.header(60000), idxLabels.header(1 << 30),
		nil, {0x1f, 0x8b, 8}, []byte("\x00\x00\x08\x03"),
	} {
		f.Add(content, true)
		f.Add(content, false)
		f.Add(zipped(content), true)
		f.Add(zipped(content), false)
	}
	f.Fuzz(func(t *testing.T, input []byte, images bool) {
		kind := idxLabels
		if images {
			kind = idxImages
		}
		content, err := readIDX(bytes.NewReader(input), kind)
		if err != nil {
			if content != nil {
				t.Fatalf("%d bytes of content beside the error %v", len(content), err)
			}
			return
		}
		header := len(kind.header(0))
		n := (len(content) - header) / kind.itemSize()
		if !bytes.Equal(content[:header], kind.header(n)) || len(content) != header+n*kind.itemSize() {
			t.Fatalf("accepted %d bytes with header %x", len(content), content[:header])
		}
		if again, err := readIDX(bytes.NewReader(content), kind); err != nil || !bytes.Equal(again, content) {
			t.Fatalf("accepted content is not accepted again: %v", err)
		}
		if kind == idxLabels {
			for _, l := range content[header:] {
				if l >= Classes {
					t.Fatalf("accepted label %d", l)
				}
			}
		}
	})
}
