package instruction

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/asmcheck"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/probe"
)

// A declared probe as the generated table states it, without its functions.
type declared struct {
	form, repeat, chain string
	count, chainCount   string
}

var tableRow = regexp.MustCompile(`\{Form: "([^"]+)", Needs: "\w*", Kernel: \w+, Count: (\d+), Repeat: (\w+)(?:, ChainCount: (\d+), Chain: (\w+))?\}`)

// architectures returns what the generated files of each architecture have, so that each is
// tested on all machines.
func architectures(t *testing.T, test func(t *testing.T, arch, source string, rows []declared, functions map[string]asmcheck.Function)) {
	for _, arch := range []string{"amd64", "arm64"} {
		t.Run(arch, func(t *testing.T) {
			source, table := read(t, "probes_"+arch+".s"), read(t, "probes_"+arch+".go")
			parsed, err := asmcheck.Parse(source)
			if err != nil {
				t.Fatal(err)
			}
			functions := map[string]asmcheck.Function{}
			for _, f := range parsed {
				functions[f.Name] = f
			}
			var rows []declared
			for _, m := range tableRow.FindAllStringSubmatch(table, -1) {
				rows = append(rows, declared{m[1], m[3], m[5], m[2], m[4]})
			}
			if len(rows) < 60 {
				t.Fatalf("%d rows of the table understood", len(rows))
			}
			test(t, arch, source, rows, functions)
		})
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The loop of every probe is what the table says: so many instructions of its form, then
// those of the loop. A repeated instruction does not read what the one before wrote; in a
// chain each does.
func TestMix(t *testing.T) {
	architectures(t, func(t *testing.T, arch, _ string, rows []declared, functions map[string]asmcheck.Function) {
		for _, r := range rows {
			checkMix(t, functions, r.form, r.repeat, r.count, false)
			if r.chain != "" {
				checkMix(t, functions, r.form, r.chain, r.chainCount, true)
			}
		}
	})
}

func checkMix(t *testing.T, functions map[string]asmcheck.Function, form, name, count string, chain bool) {
	t.Helper()
	f := functions[name]
	end := slices.IndexFunc(f.Body, func(in asmcheck.Instruction) bool { return in.Op == "JNE" || in.Op == "BNE" }) - 1
	begin, ok := f.Labels["round"]
	if !ok || end < begin || f.Body[end].Op != "DECQ" && f.Body[end].Op != "SUBS" {
		t.Fatalf("%s is no loop", name)
	}
	body := f.Body[begin:end]
	if count != strconv.Itoa(len(body)) {
		t.Errorf("%s: %d instructions, the table says %s", name, len(body), count)
	}
	for i, in := range body {
		if in.Form() != form {
			t.Errorf("%s: %s is of the form %q, not %q", name, in, in.Form(), form)
		}
		if i > 0 && needs(in, body[i-1]) != chain {
			t.Errorf("%s: %s after %s: needs its result: %v", name, in, body[i-1], !chain)
		}
	}
}

var registers = regexp.MustCompile(`\b([XYZVFv]|R|K)(\d+)\b`)

// accumulates matches the instructions that read their last operand and write it.
var accumulates = regexp.MustCompile(`^(VFN?M|ADD|SUB|AND|SHL|NEG|DEC|IMULQ|CMOV|MOVB|MUL|VBIT|WORD fmla|VMOVAPS )`)

// needs reports whether an instruction has a register that the one before it has as its
// result among its own: vector registers of all widths are the same ones. The forms of
// probes with compares, stores and prefetches have no result in a register.
func needs(in, before asmcheck.Instruction) bool {
	text := func(i asmcheck.Instruction) string {
		if i.Op == "WORD" {
			return i.Comment
		}
		return strings.Join(i.Operands, ", ")
	}
	names := func(text string) (all []string) {
		for _, m := range registers.FindAllStringSubmatch(text, -1) {
			class := m[1]
			if strings.Contains("XYZVFv", class) {
				class = "vector"
			}
			all = append(all, class+m[2])
		}
		return all
	}
	if len(in.Operands) == 0 {
		return false
	}
	result := text(before)
	if before.Op != "WORD" {
		result = before.Operands[len(before.Operands)-1]
	} else {
		result, _, _ = strings.Cut(result, ",")
	}
	for _, r := range names(result) {
		if strings.Contains(result, "(") && !strings.Contains(before.Op, "LDP") {
			return false // an address
		}
		uses := names(text(in))
		if before.Op == "WORD" {
			uses = append(uses[1:], uses[0]) // the result last
		}
		switch slices.Index(uses, r) {
		case -1:
		case len(uses) - 1:
			return accumulates.MatchString(in.Op + " " + in.Comment)
		default:
			return !slices.Contains([]string{"CMPQ", "TESTQ", "TESTB", "TESTL", "CMP", "NOPL"}, before.Op)
		}
	}
	return false
}

// The loops of Waiting are what they say: stores and loads of one place in turns, and two loads of
// addresses with so many instructions after each that neither need them nor are needed.
func TestWaiting(t *testing.T) {
	architectures(t, func(t *testing.T, arch, _ string, _ []declared, functions map[string]asmcheck.Function) {
		var forms []string
		for _, in := range functions["forward"].Body {
			forms = append(forms, in.Form())
		}
		store, load, address := "MOVUPS x, m", "MOVUPS m, x", "MOVQ m, r"
		fillers := map[string]string{"apart": "NOPL", "apartResults": "ANDPS", "apartQueue": "ANDPS"}
		if arch == "arm64" {
			store, load, address = "FMOVQ f, m", "FMOVQ m, f", "MOVD m, r"
			fillers = map[string]string{"apart": "NOOP", "apartResults": "VAND", "apartQueue": "VAND"}
		}
		if n := strings.Count(strings.Join(forms, "; "), store+"; "+load+"; "); n != 8 {
			t.Errorf("%d stores and loads in %q", n, forms)
		}
		for name, filler := range fillers {
			for n := range 2 {
				checkApart(t, functions[name], fmt.Sprintf("fill%d", n), address, filler, name == "apartQueue")
			}
		}
	})
}

// The assembly has no fault that asmcheck knows, apart from the instructions of the peaks,
// which no kernel may use.
func TestAssembly(t *testing.T) {
	architectures(t, func(t *testing.T, arch, _ string, rows []declared, functions map[string]asmcheck.Function) {
		if arch != "amd64" {
			return
		}
		peaks := regexp.MustCompile(`^(isa: .* not a classified|sse: line)`)
		for _, f := range functions {
			for _, problem := range asmcheck.Check(f, asmcheck.AVX, asmcheck.AVX2, asmcheck.FMA3, asmcheck.BMI2, asmcheck.AVX512F, asmcheck.AVX512DQ) {
				if !peaks.MatchString(problem) {
					t.Errorf("%s: %s", f.Name, problem)
				}
			}
		}
	})
}

// Every probe that the emulator can execute reads and writes its area only, and executes in
// two rounds what the table says.
func TestEmulated(t *testing.T) {
	architectures(t, func(t *testing.T, arch, source string, rows []declared, functions map[string]asmcheck.Function) {
		source = strings.ReplaceAll(source, "[]byte", "[]float32") // the emulator's vectors are of numbers
		program, err := emulate.Parse(regexp.MustCompile(`(?m)^\tPCALIGN.*$`).ReplaceAllString(source, ""))
		if err != nil {
			t.Fatal(err)
		}
		executed := 0
		for _, r := range rows {
			for name, count := range map[string]string{r.repeat: r.count, r.chain: r.chainCount} {
				if name == "" || name == "chainMOVQMR" || name == "chainMOVDMR" {
					continue // a chain of addresses
				}
				area := make([]float32, Area/4)
				one, err := program.Count(name, 1, area)
				if err != nil {
					if !strings.Contains(err.Error(), "does not know") {
						t.Errorf("%s: %v", name, err)
					}
					continue
				}
				two, err := program.Count(name, 2, area)
				if want, _ := strconv.Atoi(count); err != nil || two.Instructions-one.Instructions != uint64(want)+2 {
					t.Errorf("%s: a round executes %d instructions, want %d and two of the loop (%v)", name, two.Instructions-one.Instructions, want, err)
				}
				executed++
			}
		}
		if executed < len(rows) { // most forms have two probes
			t.Errorf("%d probes of %d forms were executed", executed, len(rows))
		}
	})
}

// Every form of the kernels that is no jump has a probe, and so has every peak.
func TestForms(t *testing.T) {
	architectures(t, func(t *testing.T, arch, _ string, rows []declared, _ map[string]asmcheck.Function) {
		has := func(form string) bool {
			return slices.ContainsFunc(rows, func(r declared) bool { return r.form == form })
		}
		for _, p := range probe.Peaks[arch] {
			f, err := asmcheck.Parse("TEXT ·F(SB), $0-0\n" + p.Example)
			if err != nil || !has(f[0].Body[0].Form()) {
				t.Errorf("%s: no probe (%v)", p.Example, err)
			}
		}
		files := map[string][]string{"amd64": {"../../avx2", "../../avx512"}, "arm64": {"../../neon"}}[arch]
		flow := regexp.MustCompile(`^(J|RET|VZEROUPPER|B[A-Z]* l|B l|CBN?Z|MOVWU\.P)`)
		for _, folder := range files {
			names, err := filepath.Glob(folder + "/*_" + arch + ".s")
			if err != nil || len(names) == 0 {
				t.Fatal(names, err)
			}
			for _, name := range names {
				kernels, err := asmcheck.Parse(read(t, name))
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range kernels {
					for _, in := range f.Body {
						if form := in.Form(); !flow.MatchString(form) && !has(form) {
							t.Errorf("%s: no probe of %q", name, form)
						}
					}
				}
			}
		}
	})
}

// All loops that this CPU has the instructions for run, and copy copies.
func TestRun(t *testing.T) {
	var sets []string
	for _, s := range simd.Available() {
		sets = append(sets, s.Name)
	}
	area := aligned(Stride)
	for _, p := range Probes(sets...) {
		p.Repeat(3, area)
		if p.Chain != nil {
			clear(area)
			binary.NativeEndian.PutUint64(area, uint64(uintptr(unsafe.Pointer(&area[0]))))
			p.Chain(3, area)
		}
	}
	for _, l := range MemoryLoops(sets...) {
		for i := range area {
			area[i] = byte(i * 7)
		}
		l.Read(2, area)
		l.Copy(1, area)
		if !slices.Equal(area[:Stride/2], area[Stride/2:]) {
			t.Errorf("%d bits: the copy differs", l.Bits)
		}
		l.Write(1, area)
		if want := slices.Repeat(area[:l.Bits/8], 8*Stride/l.Bits); !slices.Equal(area, want) {
			t.Errorf("%d bits: not the whole area was written", l.Bits)
		}
	}
	if _, assembly := probe.Peaks[runtime.GOARCH]; assembly && len(sets) > 1 && len(Probes(sets...)) == 0 {
		t.Error("no probes")
	}
}

// aligned returns an area that begins at a multiple of 64.
func aligned(n int) []byte {
	b := make([]byte, n+64)
	return b[-uintptr(unsafe.Pointer(&b[0]))%64:][:n]
}

var address = regexp.MustCompile(`\b(\d*)\((?:DI)\)`)

// The operands in memory of a probe of amd64 follow each other: of eight bytes each, which stay
// in one line, since Zen 3 writes two stores a cycle only there; wider ones, which walk through
// the lines, since loads from the same place of different lines can meet in a bank.
func TestOperandsFollowEachOther(t *testing.T) {
	architectures(t, func(t *testing.T, arch, _ string, rows []declared, functions map[string]asmcheck.Function) {
		if arch != "amd64" {
			return
		}
		tested := 0
		for form, want := range map[string][]string{
			"MOVQ r, m":    {"0", "8", "16", "24", "32", "40", "48", "56", "0"},
			"MOVQ m, r":    {"0", "8", "16", "24", "32", "40", "48", "56", "0"},
			"MOVUPS m, x":  {"0", "16", "32", "48", "64"},
			"VMOVUPS y, m": {"0", "32", "64", "96", "128"},
			"VMOVUPS m, z": {"0", "64", "128", "192"},
		} {
			for _, r := range rows {
				if r.form != form {
					continue
				}
				tested++
				f := functions[r.repeat]
				for i, at := range want {
					if in := f.Body[f.Labels["round"]+i]; address.FindStringSubmatch(strings.Join(in.Operands, ", "))[1] != at {
						t.Errorf("%s: operand %d is %s, want %s(DI)", form, i, in, at)
					}
				}
			}
		}
		if tested != 5 {
			t.Errorf("%d forms were tested", tested)
		}
	})
}

// A probe of the front end has so many NOPs that the jump at its end, after which a part of a
// cycle is idle, costs less than a hundredth of them.
func TestNops(t *testing.T) {
	architectures(t, func(t *testing.T, _, _ string, rows []declared, _ map[string]asmcheck.Function) {
		for _, r := range rows {
			if n, _ := strconv.Atoi(r.count); (r.form == "NOPL r" || r.form == "NOOP") && n < 100 {
				t.Errorf("%s: %d in a round", r.form, n)
			}
		}
	})
}
