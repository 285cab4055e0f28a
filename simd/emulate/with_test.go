package emulate_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// A program with one instruction changed or deleted computes something else, and the original remains
// as it was. Labels after a deleted instruction still lead to their instructions.
func TestWith(t *testing.T) {
	program, err := emulate.Parse(double)
	if err != nil {
		t.Fatal(err)
	}
	line := 1 + strings.Count(double[:strings.Index(double, "VADDPS")], "\n")
	loop := 1 + strings.Count(double[:strings.Index(double, "ADDQ")], "\n")
	for _, c := range []struct {
		line int
		text string
		want float32
		err  string
	}{
		{line, "VADDPS Y0, Y0, Y0", 6, ""},
		{line, "VMULPS Y0, Y0, Y0", 9, ""},
		{line, "", 3, ""},
		{line, "VNONSENSE Y0", 0, "does not know"},
		{line, "VADDPS Y0, Y0, Y0\n\tRET", 0, "not one instruction"},
		{1, "RET", 0, "no instruction on line"},
		{loop, "", 24, ""}, // all rounds double the first eight numbers
	} {
		changed, err := program.With("Double", c.line, c.text)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: error %v, want one with %q", c.text, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for p, want := range map[*emulate.Program]float32{changed: c.want, program: 6} {
			twice, err := emulate.Bind[func(n int, x []float32)](p, "Double")
			if err != nil {
				t.Fatal(err)
			}
			x := make([]float32, 24)
			for i := range x {
				x[i] = 3
			}
			if twice(3, x); x[0] != want {
				t.Errorf("%q: %v, want %v", c.text, x[0], want)
			}
		}
	}
}

// After one change, the steps have the forms and labels of their own instructions, and a second change resolves labels
// as they are then.
func TestWithTwice(t *testing.T) {
	original, err := emulate.Parse(double)
	if err != nil {
		t.Fatal(err)
	}
	before, err := original.Flow("Double")
	if err != nil {
		t.Fatal(err)
	}
	lineOf := func(text string) int { return 1 + strings.Count(double[:strings.Index(double, text)], "\n") }
	program, err := original.With("Double", lineOf("MOVQ x_base"), "") // before the label next
	if err != nil {
		t.Fatal(err)
	}
	if program, err = program.With("Double", lineOf("VADDPS"), "VMULPS (AX), Y0, Y0"); err != nil {
		t.Fatal(err)
	}
	if program, err = program.With("Double", lineOf("JGT"), "JNE next"); err != nil {
		t.Fatal(err)
	}
	steps, err := program.Flow("Double")
	if err != nil {
		t.Fatal(err)
	}
	const next = 1
	for i, want := range []string{"MOVQ m, r", "VMOVUPS m, y", "VMULPS m, y, y", "VMOVUPS y, m", "ADDQ i, r", "DECQ r", "JNE l", "VZEROUPPER", "RET"} {
		if label := map[bool]string{true: "next"}[i == next]; steps[i].Form != want || steps[i].Label != label {
			t.Errorf("step %d, %s, has the form %q and the label %q", i, steps[i].Text, steps[i].Form, steps[i].Label)
		}
	}
	if jump := steps[6]; jump.Target != next {
		t.Errorf("%s leads to step %d", jump.Text, jump.Target)
	}
	if after, err := original.Flow("Double"); err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("the original is changed: %v, %v", after, err)
	}
}
