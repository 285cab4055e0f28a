package asmcheck_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/asmcheck"
)

// allowed returns, for each instruction set, the features that native_amd64.go asks the
// CPU for. The assembly may use no others.
func allowed(t *testing.T) map[string][]asmcheck.Feature {
	source := read(t, "../native_amd64.go")
	allowed := map[string][]asmcheck.Feature{}
	for _, m := range regexp.MustCompile(`Supports\(([^)]*)\) \{\s*sets = append\(sets, &Set\{"(\w+)"`).FindAllStringSubmatch(source, -1) {
		features := []asmcheck.Feature{asmcheck.AVX} // AVX2 implies it
		for _, f := range strings.Split(m[1], ",") {
			features = append(features, asmcheck.Feature(strings.TrimPrefix(strings.TrimSpace(f), "cpuid.")))
		}
		allowed[m[2]] = features
	}
	return allowed
}

// Each assembly file uses only the features that native_amd64.go asks for, and obeys the
// rules.
func TestAssembly(t *testing.T) {
	checked := 0
	features := allowed(t)
	for folder, may := range features {
		files, err := filepath.Glob(filepath.Join("..", folder, "*_amd64.s"))
		if err != nil || len(files) == 0 {
			t.Errorf("no assembly in %s: %v", folder, err)
		}
		if !strings.HasPrefix(folder, "avx512") && slices.Contains(may, asmcheck.AVX512F) {
			t.Errorf("%s asks for AVX-512", folder)
		}
		for _, file := range files {
			functions, err := asmcheck.Parse(read(t, file))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			for _, f := range functions {
				checked++
				for _, problem := range asmcheck.Check(f, may...) {
					t.Errorf("%s: %s: %s", file, f.Name, problem)
				}
			}
		}
	}
	if len(features) < 2 || checked < 20 {
		t.Errorf("only %d functions of %d instruction sets were checked", checked, len(features))
	}
}

// go vet finds arguments, results and frames in the assembly that do not fit the
// declarations, for every architecture.
func TestVet(t *testing.T) {
	for arch, packages := range map[string][]string{"amd64": {"./avx2", "./avx512"}, "arm64": {"./neon"}} {
		vet := exec.Command("go", append([]string{"vet", "-asmdecl", "-framepointer"}, packages...)...)
		vet.Dir, vet.Env = "..", append(os.Environ(), "GOOS=linux", "GOARCH="+arch)
		if out, err := vet.CombinedOutput(); err != nil {
			t.Errorf("%v for %s: %v\n%s", vet.Args, arch, err, out)
		}
	}
}

// Each rule reports a function that breaks it, and the others report nothing.
func TestCheckCatches(t *testing.T) {
	for _, test := range []struct{ kind, body string }{
		{"", "VADDPS Y0, Y1, Y1\nVZEROUPPER\nRET"},
		{"", "MOVQ AX, CX\nRET"},
		{"isa", "VADDPS Z0, Z1, Z1\nVZEROUPPER\nRET"},
		{"isa", "VADDPS Y16, Y1, Y1\nVZEROUPPER\nRET"},
		{"isa", "VADDPS.Z Y0, Y1, K1, Y1\nVZEROUPPER\nRET"},
		{"isa", "KNOTW K1, K2\nRET"},
		{"isa", "BZHIL AX, CX, DX\nRET"},
		{"isa", "VPTERNLOGD $1, Y0, Y1, Y1\nVZEROUPPER\nRET"},
		{"sse", "VADDPS Y0, Y1, Y1\nADDPS X0, X1\nVZEROUPPER\nRET"},
		{"sse", "VADDPS Y0, Y1, Y1\nMOVUPS (AX), X1\nVZEROUPPER\nRET"},
		{"vzeroupper", "VADDPS Y0, Y1, Y1\nRET"},
		{"vzeroupper", "VADDPS Y0, Y1, Y1\nVZEROUPPER\nRET\nnext:\nRET"},
		{"vzeroupper", "VADDPS Y0, Y1, Y1\nTESTQ CX, CX\nJEQ done\nVZEROUPPER\ndone:\nRET"},
		{"", "TESTQ CX, CX\nJEQ done\nVADDPS Y0, Y1, Y1\ndone:\nVZEROUPPER\nRET"},
		{"aligned", "VMOVAPS (AX), Y1\nVZEROUPPER\nRET"},
		{"bp", "MOVQ AX, BP\nRET"},
		{"bp", "DECQ BP\nRET"},
		{"bp", "NEGQ BP\nRET"},
		{"sp", "ADDQ $8, SP\nRET"},
		{"", "CMPQ AX, BP\nTESTQ BP, BP\nMOVQ AX, 8(SP)\nRET"},
	} {
		functions, err := asmcheck.Parse("TEXT ·F(SB), NOSPLIT, $0-8\n\t" + test.body + "\n")
		if err != nil {
			t.Fatal(err)
		}
		problems := asmcheck.Check(functions[0], asmcheck.AVX, asmcheck.AVX2, asmcheck.FMA3)
		switch {
		case test.kind == "" && len(problems) > 0:
			t.Errorf("%q: %v", test.body, problems)
		case test.kind != "" && (len(problems) != 1 || !strings.HasPrefix(problems[0], test.kind)):
			t.Errorf("%q: %v, want one problem of kind %s", test.body, problems, test.kind)
		}
	}
}

// With masks, or registers above 15, vectors of less than 512 bits need a feature of their own.
func TestVectorLength(t *testing.T) {
	for text, want := range map[string]int{
		"VXORPS Y17, Y17, Y17":     1,
		"VMOVUPS.Z (SI), K1, Y0":   1,
		"VCMPPS $1, X0, X1, K1":    1,
		"VXORPS Z17, Z17, Z17":     0,
		"VEXTRACTF64X4 $1, Z0, Y1": 0,
		"KNOTW K1, K2":             0,
		"VXORPS Y1, Y1, Y1":        0,
	} {
		functions, err := asmcheck.Parse("TEXT ·F(SB), NOSPLIT, $0-8\n" + text + "\nVZEROUPPER\nRET\n")
		if err != nil {
			t.Fatal(err)
		}
		without := []asmcheck.Feature{asmcheck.AVX, asmcheck.AVX2, asmcheck.AVX512F, asmcheck.AVX512DQ}
		for _, c := range []struct {
			allowed []asmcheck.Feature
			want    int
		}{{without, want}, {append(without, asmcheck.AVX512VL), 0}} {
			if problems := asmcheck.Check(functions[0], c.allowed...); len(problems) != c.want {
				t.Errorf("%s, with %v: %v", text, c.allowed, problems)
			}
		}
	}
}

// A line that is not understood is an error: its instructions would be checked by nobody.
func TestParseRefuses(t *testing.T) {
	for line, want := range map[string]bool{
		"loop: ADDQ $4, AX":     false,
		"#ifdef GOAMD64_v3":     false,
		"#define ADD ADDQ":      false,
		"ADDQ $4, AX; RET":      false,
		"/* ADDQ */ RET":        false,
		"RET /* ADDQ $4, AX */": false,
		"ADD(4, AX)":            false,
		"addq $4, AX":           false,
		"once:\nonce:":          false,
		"loop:":                 true,
		"ADDQ\t$4, AX":          true,
		"VADDPS.BCST (AX), Z0, K1, Z0 // comment; more": true,
		"#include \"textflag.h\"":                       true,
		"":                                              true,
	} {
		functions, err := asmcheck.Parse("TEXT ·F(SB), NOSPLIT, $0-8\n" + line + "\nRET\n")
		if (err == nil) != want {
			t.Errorf("%q: error %v", line, err)
		}
		if line == "ADDQ\t$4, AX" && functions[0].Body[0].String() != "ADDQ $4, AX" {
			t.Errorf("%q is %v", line, functions[0].Body[0])
		}
	}
	if _, err := asmcheck.Parse("loop:\n"); err == nil {
		t.Error("a label outside of any function is no error")
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
