package vectors

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/lossglass/lossglass/props/gen"
)

// The tests read the files as their users do: nothing here knows how they are drawn.

// A userTest is a test as it is read from a file.
type userTest struct {
	ID       int               `json:"tcId"`
	Flags    []string          `json:"flags"`
	Offsets  map[string]int    `json:"offsets"`
	Input    json.RawMessage   `json:"input"`
	Expected map[string]output `json:"expected"`
}

// defaultSet returns the files of the default set by name.
func defaultSet(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := generateDefault()
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string][]byte{}
	for _, f := range files {
		byName[f.Name] = f.Content
	}
	return byName
}

var generateDefault = sync.OnceValues(func() ([]File, error) { return Generate(context.Background(), Default()) })

// userTests returns the tests in a file.
func userTests(t *testing.T, content []byte) []userTest {
	t.Helper()
	var doc struct{ Tests []userTest }
	if err := json.Unmarshal(content, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Tests
}

// input returns the input of a test.
func input[I any](t *testing.T, test userTest) (in I) {
	t.Helper()
	if err := json.Unmarshal(test.Input, &in); err != nil {
		t.Fatal(err)
	}
	return in
}

// read returns numbers that begin that many elements after a multiple of 64 bytes.
func read[T gen.Float](t *testing.T, text numbers, offset int) []T {
	t.Helper()
	words := strings.Fields(string(text))
	size := int(unsafe.Sizeof(T(0)))
	room := make([]T, len(words)+offset+64/size)
	first := int(-uintptr(unsafe.Pointer(&room[0]))%64) / size
	x := room[first+offset:][:len(words):len(words)]
	for i, word := range words {
		v, err := strconv.ParseFloat(word, 8*size)
		if err != nil {
			t.Fatal(err)
		}
		x[i] = T(v)
	}
	return x
}

// A judgement of results: equal to the bit, within the bound, or neither.
type judgement struct{ exact, within bool }

// judge compares results with what is expected of them.
func judge[T gen.Float](t *testing.T, expected output, got []T) judgement {
	t.Helper()
	result, lower, upper := read[T](t, expected.Result, 0), read[T](t, expected.Lower, 0), read[T](t, expected.Upper, 0)
	if len(got) != len(result) || len(lower) != len(result) || len(upper) != len(result) {
		t.Fatalf("%d results, %d expected, bounds of %d and %d", len(got), len(result), len(lower), len(upper))
	}
	j := judgement{true, true}
	for i, x := range got {
		bothNaN := x != x && result[i] != result[i]
		j.exact = j.exact && (bothNaN || math.Float64bits(float64(x)) == math.Float64bits(float64(result[i])))
		j.within = j.within && (bothNaN || lower[i] <= x && x <= upper[i])
	}
	return j
}

// has reports whether a test has a flag.
func (u userTest) has(flag string) bool { return slices.Contains(u.Flags, flag) }
