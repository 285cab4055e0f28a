package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// Name is the name of the file of a profile in its directory.
const Name = "profile.json"

// longest is more than any profile has: a megabyte is usual.
const longest = 64 << 20

// Read reads the file of a profile, which another version or another machine may have
// written.
func Read(path string) (*Profile, error) {
	text, err := inputfile.Read(path, longest)
	if err != nil {
		return nil, err
	}
	p, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// parse parses the content of a profile's file. The format comes first, because another
// format may have other types.
func parse(text []byte) (*Profile, error) {
	var head struct {
		Format *int `json:"format"`
	}
	err := json.Unmarshal(text, &head)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("the file is damaged or no profile: %w after %d bytes", err, syntax.Offset)
	case err != nil || head.Format == nil:
		return nil, errors.New("the file is no profile: it states no format")
	case *head.Format != Format:
		return nil, fmt.Errorf("the file has format %d, and this program reads format %d; measure again", *head.Format, Format)
	}
	p := new(Profile)
	if err := json.Unmarshal(text, p); err != nil {
		return nil, fmt.Errorf("the file is no profile: %w", err)
	}
	if p.Identity.Fingerprint == "" {
		return nil, errors.New("the file is no profile: it names no machine")
	}
	return p, nil
}

// Write writes the content of a profile's file.
func (p *Profile) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(p)
}
