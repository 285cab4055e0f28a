package asmcheck_test

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/asmcheck"
)

// neon returns the functions of each assembly file for arm64.
func neon(t *testing.T) map[string][]asmcheck.Function {
	files, err := filepath.Glob("../neon/*_arm64.s")
	if err != nil || len(files) == 0 {
		t.Fatalf("no assembly: %v", err)
	}
	functions := map[string][]asmcheck.Function{}
	for _, file := range files {
		if functions[file], err = asmcheck.Parse(read(t, file)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	return functions
}

// The assembly for arm64 uses only instructions that every CPU has, and obeys the rules.
func TestAssemblyArm64(t *testing.T) {
	checked := 0
	for file, functions := range neon(t) {
		for _, f := range functions {
			checked++
			for _, problem := range asmcheck.CheckArm64(f) {
				t.Errorf("%s: %s: %s", file, f.Name, problem)
			}
		}
	}
	if checked < 15 {
		t.Errorf("only %d functions were checked", checked)
	}
}

var disassembled = regexp.MustCompile(`(?m)^\s*[0-9a-f]+:\t[0-9a-f]{8} \t(.*)$`)

// GNU's disassembler for arm64 agrees with the comment of every instruction that is
// written as a word, operands included.
func TestWordsAsDisassembled(t *testing.T) {
	const objdump = "aarch64-linux-gnu-objdump"
	if _, err := exec.LookPath(objdump); err != nil {
		if os.Getenv("LOSSGLASS_REQUIRE_OBJDUMP") != "" {
			t.Fatal(err)
		}
		t.Skip("no " + objdump + ": Debian's package binutils-aarch64-linux-gnu has it; LOSSGLASS_REQUIRE_OBJDUMP=1 makes this a failure")
	}
	var code []byte
	var comments []string
	for _, functions := range neon(t) {
		for _, f := range functions {
			for _, i := range f.Body {
				if i.Op != "WORD" {
					continue
				}
				bits, err := strconv.ParseUint(strings.TrimPrefix(i.Operands[0], "$"), 0, 32)
				if err != nil {
					t.Fatal(err)
				}
				code, comments = binary.LittleEndian.AppendUint32(code, uint32(bits)), append(comments, i.Comment)
			}
		}
	}
	name := filepath.Join(t.TempDir(), "words")
	if err := os.WriteFile(name, code, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(objdump, "-D", "-z", "-b", "binary", "-m", "aarch64", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := disassembled.FindAllSubmatch(out, -1)
	if len(lines) != len(comments) || len(lines) == 0 {
		t.Fatalf("%d instructions, disassembled %d", len(comments), len(lines))
	}
	for i, line := range lines {
		if got := strings.Join(strings.Fields(string(line[1])), " "); got != comments[i] {
			t.Errorf("%#08x is %s, its comment says %s", binary.LittleEndian.Uint32(code[4*i:]), got, comments[i])
		}
	}
}

// Each rule reports a function that breaks it.
func TestCheckArm64Catches(t *testing.T) {
	const fadd = "WORD $0x4e22d420 // fadd v0.4s, v1.4s, v2.4s"
	for _, test := range []struct{ kind, body string }{
		{"", fadd + "\nRET"},
		{"", "VFMLA V1.S4, V2.S4, V3.S4\nB next"},
		{"isa", "VPMULL V1.D1, V2.D1, V3.Q1\nRET"},
		{"isa", "WORD $0xd4000001 // svc #0x0\nRET"},
		{"word", "WORD $0x4ea2d420 // fadd v0.4s, v1.4s, v2.4s\nRET"},
		{"reserved", "MOVD R0, R18\nRET"},
		{"reserved", "FMOVQ 16(R27), F1\nRET"},
		{"reserved", "ADD $16, RSP, RSP\nRET"},
		{"end", fadd},
	} {
		functions, err := asmcheck.Parse("TEXT ·F(SB), NOSPLIT, $0-8\n\t" + test.body + "\n")
		if err != nil {
			t.Fatal(err)
		}
		problems := asmcheck.CheckArm64(functions[0])
		switch {
		case test.kind == "" && len(problems) > 0:
			t.Errorf("%q: %v", test.body, problems)
		case test.kind != "" && (len(problems) != 1 || !strings.HasPrefix(problems[0], test.kind)):
			t.Errorf("%q: %v, want one problem of kind %s", test.body, problems, test.kind)
		}
	}
}
