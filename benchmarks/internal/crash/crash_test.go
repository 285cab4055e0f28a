package crash

import (
	"errors"
	"strings"
	"testing"
)

func index(list []int, i int) (v int, err error) {
	defer Catch(&err)
	return list[i], nil
}

func TestCatch(t *testing.T) {
	if v, err := index([]int{7}, 0); v != 7 || err != nil {
		t.Errorf("without a panic: %d, %v", v, err)
	}
	_, err := index(nil, 3)
	var internal *Error
	if !errors.As(err, &internal) {
		t.Fatalf("no error for a panic: %v", err)
	}
	for _, want := range []string{"index out of range [3]", "benchmarks/internal/crash.index (crash_test.go:11)", "please report it"} {
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("no %q in %q", want, err)
		}
	}
}
