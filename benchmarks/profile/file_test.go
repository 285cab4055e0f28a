package profile_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/profiletest"
)

func written(t testing.TB) string {
	var b bytes.Buffer
	if err := profiletest.Zen3(t).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A profile that is written is read as it was, and what is no profile is refused with its path
// and the reason.
func TestRead(t *testing.T) {
	whole := written(t)
	path := filepath.Join(t.TempDir(), profile.Name)
	for _, c := range []struct{ name, text, want string }{
		{"whole", whole, ""},
		{"with a new field", strings.Replace(whole, "{", `{"news": 1,`, 1), ""},
		{"truncated", whole[:len(whole)/2], "damaged or no profile: unexpected end of JSON input after "},
		{"empty", "", "damaged or no profile: unexpected end of JSON input after 0 bytes"},
		{"other format", strings.Replace(whole, `"format": 1`, `"format": 2`, 1), "format 2, and this program reads format 1; measure again"},
		{"a list", "[1]", "states no format"},
		{"without a format", "{}", "states no format"},
		{"without a machine", `{"format": 1}`, "names no machine"},
		{"wrong type", strings.Replace(whole, `"seconds": 71`, `"seconds": "71"`, 1), "no profile: json: cannot unmarshal string"},
	} {
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err := profile.Read(path)
		switch {
		case c.want == "" && (err != nil || !reflect.DeepEqual(p, profiletest.Zen3(t))):
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), path)):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := profile.Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Error(err)
	}
}

// FuzzRead: no file makes the reader panic, and what it accepts is written and read again as
// the same profile.
func FuzzRead(f *testing.F) {
	f.Add(written(f))
	f.Add(`{"format": 1, "identity": {"fingerprint": "x"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), profile.Name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err := profile.Read(path)
		if err != nil {
			return
		}
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Write(file); err != nil {
			t.Fatal(err)
		}
		file.Close()
		again, err := profile.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		var one, two bytes.Buffer
		if p.Write(&one) != nil || again.Write(&two) != nil || one.String() != two.String() {
			t.Error("the profile changed")
		}
	})
}
