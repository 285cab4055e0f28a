package mutate_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/mutate"
)

// Every instruction set has mutants of every operator for its architecture, and each mutant differs
// from the line that it changes.
func TestMutants(t *testing.T) {
	operators := map[string][]string{
		"avx2":   {"delete", "sign of an fma", "order of an fma", "fma to product", "operation", "operands swapped", "comparison", "displacement", "scale", "immediate", "jump", "condition", "alignment", "register", "width"},
		"avx512": {"delete", "sign of an fma", "order of an fma", "fma to product", "operation", "operands swapped", "comparison", "displacement", "scale", "immediate", "jump", "condition", "alignment", "register", "width", "mask"},
		"neon":   {"delete", "sign of an fma", "operation", "element", "operands swapped", "displacement", "shift", "immediate", "jump", "register"},
	}
	for isa, want := range operators {
		mutants, err := mutate.Mutants(isa)
		if err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for _, m := range mutants {
			count[m.Operator]++
			if m.Old == m.New || strings.Contains(m.Old, "PREFETCH") || strings.Contains(m.Old, "GLOBL") {
				t.Fatalf("%v is no mutant", m)
			}
		}
		for _, operator := range want {
			if count[operator] == 0 {
				t.Errorf("%s has no mutants by %q", isa, operator)
			}
		}
		t.Log(isa, len(mutants), count)
	}
	if _, err := mutate.Mutants("abacus"); err == nil {
		t.Error("an unknown instruction set has mutants")
	}
}

// Every conditional jump and conditional move has a mutant with another condition, and every register that is
// named, in memory operands, pairs and words, too, one with another register.
func TestEveryConditionAndRegister(t *testing.T) {
	conditional := regexp.MustCompile(`^(J(?:[^M]|M[^P])|CMOV|B(?:EQ|NE|L|G|H)|CBN?Z)`)
	register := regexp.MustCompile(`\b([XYZKVF][0-9]+|[A-D]X|[SD]I|BP|R[0-9]+)\b`)
	for isa := range mutate.Sources {
		mutants, err := mutate.Mutants(isa)
		if err != nil {
			t.Fatal(err)
		}
		type place struct {
			file string
			line int
		}
		old, operators := map[place]string{}, map[place]map[string]int{}
		for _, m := range mutants {
			at := place{m.File, m.Line}
			if old[at] = m.Old; operators[at] == nil {
				operators[at] = map[string]int{}
			}
			operators[at][m.Operator]++
		}
		for at, text := range old {
			code, _, _ := strings.Cut(text, "//")
			if conditional.MatchString(text) && operators[at]["jump"]+operators[at]["condition"] == 0 {
				t.Errorf("%s %s:%d, %s: no mutant has another condition", isa, at.file, at.line, text)
			}
			names := register.FindAllString(code, -1)
			slices.Sort(names)
			if n := len(slices.Compact(names)); operators[at]["register"] < n {
				t.Errorf("%s %s:%d, %s: %d mutants with another register, want %d", isa, at.file, at.line, text, operators[at]["register"], n)
			}
			if strings.HasPrefix(text, "WORD") && operators[at]["register"] < 2 {
				t.Errorf("%s %s:%d, %s: %d mutants with another register", isa, at.file, at.line, text, operators[at]["register"])
			}
		}
	}
}

// The judge tells apart mutants that the laws kill, equivalent ones, and lines that are no
// instructions.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		isa, kernel, operator, old string
		want                       mutate.Verdict
		cases                      int
	}{
		{"avx2", "ReLU", "delete", "VADDPS", mutate.Killed, 100}, // -0 stays
		{"avx2", "ReLU", "operands swapped", "VMAXPS", mutate.Killed, 100},
		{"avx2", "Exp", "immediate", "VPSLLD", mutate.Killed, 100},
		{"avx2", "Exp", "immediate", "VPSRAD", mutate.Equivalent, 100},   // 2^n in other factors, none of which overflows
		{"avx2", "Exp", "delete", "VMAXPS", mutate.Survivor, 1},          // one case of a law has no number below -104
		{"neon", "ReLU", "operation", "WORD", mutate.Killed, 100},        // a minimum
		{"avx2", "Gemm64", "condition", "CMOVQGT", mutate.Equivalent, 1}, // only prefetches depend on it
		{"avx512", "Interaction64", "fma to product", "VFMADD231PD", mutate.Killed, 100},
		{"avx512", "ReLU", "jump", "JAE", mutate.Killed, 100},
		{"neon", "ReLU", "delete", "FSTPQ", mutate.Killed, 100},
		{"avx2", "Log", "alignment", "VMOVUPS (CX)", mutate.Killed, 100},
	} {
		mutants, err := mutate.Mutants(c.isa)
		if err != nil {
			t.Fatal(err)
		}
		judge, err := mutate.NewJudge(c.isa, c.cases)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, m := range mutants {
			if m.Kernel == c.kernel && m.Operator == c.operator && strings.HasPrefix(m.Old, c.old) {
				found = true
				r, err := judge.Judge(m)
				if err != nil {
					t.Fatal(err)
				}
				if r.Verdict != c.want {
					t.Errorf("%v: %s, want %s: %s, %s", m, r.Verdict, c.want, r.Law, r.Proof)
				}
				break
			}
		}
		if !found {
			t.Errorf("no mutant of %s %s by %s of %s", c.isa, c.kernel, c.operator, c.old)
		}
	}
}

// Where the judge itself fails, that is no verdict on the mutant.
func TestBrokenJudge(t *testing.T) {
	r, err := new(mutate.Judge).Judge(mutate.Mutant{Kernel: "ReLU"})
	if r.Verdict != mutate.Broken || r.Law == "" || err != nil {
		t.Errorf("a judge without an instruction set: %+v, %v", r, err)
	}
}
