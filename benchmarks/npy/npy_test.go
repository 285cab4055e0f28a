package npy

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.npy")
	if err := WriteFile(name, []int32{1, -2, 3, 4, 5, 6}, 2, 3); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(b[:8]); got != "\x93NUMPY\x01\x00" {
		t.Errorf("magic %q", got)
	}
	end := 10 + int(binary.LittleEndian.Uint16(b[8:]))
	if end%64 != 0 || b[end-1] != '\n' {
		t.Errorf("the header ends at byte %d with %q", end, b[end-1])
	}
	want := "{'descr': '<i4', 'fortran_order': False, 'shape': (2,3,), }"
	if got := strings.TrimRight(string(b[10:end]), " \n"); got != want {
		t.Errorf("header %s, want %s", got, want)
	}
	if got := int32(binary.LittleEndian.Uint32(b[end+4:])); got != -2 || len(b) != end+24 {
		t.Errorf("second element %d in %d bytes of data", got, len(b)-end)
	}
}

func TestShapeMustFit(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for a shape of another size")
		}
	}()
	WriteFile("", []float32{1}, 2)
}
