package page

import (
	"slices"
	"testing"
)

func TestMergeCommands(t *testing.T) {
	one := []string{"glass -sizes 25 -out DIR", "glass report DIR", "glass replay DIR -n 25"}
	if got := MergeCommands([]string{"a"}, [][]string{one}); !slices.Equal(got, one) {
		t.Errorf("one directory: %q", got)
	}
	two := []string{"glass -sizes 50 -out DIR -curve 3", "glass report DIR", "glass replay"}
	want := []string{"glass -sizes 25 -out n25", "glass -sizes 50 -out 'n 50' -curve 3", "glass report -out REPORT n25 'n 50'", "glass replay n25 -n 25"}
	if got := MergeCommands([]string{"x/n25/", "n 50"}, [][]string{one, two}); !slices.Equal(got, want) {
		t.Errorf("two directories: %q", got)
	}
	if got := MergeCommands([]string{"a", "b"}, [][]string{one, nil}); got != nil {
		t.Errorf("data without a flag: %q", got)
	}
}
