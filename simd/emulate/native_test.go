//go:build (amd64 || arm64) && !purego

package emulate_test

import (
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/asmcheck"
	"github.com/lossglass/lossglass/simd/avx2"
	"github.com/lossglass/lossglass/simd/avx512"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/emulate/internal/native"
	"github.com/lossglass/lossglass/simd/neon"
)

// special are bits that instructions treat in their own way, as float32, as half
// of a float64, or as integers.
var special = []uint32{0, 1 << 31, 1, 1<<31 | 1, 0x007fffff, 0x00800000, 0x80800000, 0x3f800000, 0xbf800000, 0x3f800001, 0x4b000000, 0xcb000001,
	0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7f800001, 0xffa00000, 0x7fc00000, 0xffc12345, 0x7ff00000, 0xfff00000, 0x7ff00001, 0x7ff80000,
	0x3ff00000, 0xbff00000, 0x000fffff, 0x00100000, 0x7fefffff, 0x1e6ce44e, 0x33800000, 0x5f000000, 0xcf000000, math.MaxInt32, math.MaxUint32, 31, 32, 63, 64}

// operands draws rows of operands: special ones, random bits, and floats near 1 and
// near the borders of the exponents.
func operands(random *rand.Rand, n int) []uint32 {
	x := make([]uint32, n)
	for i := range x {
		switch random.IntN(6) {
		case 0, 1:
			x[i] = special[random.IntN(len(special))]
		case 2:
			x[i] = math.Float32bits(float32(random.NormFloat64()))
		case 3:
			x[i] = random.Uint32()&0x807fffff | uint32(random.IntN(60)+97)<<23
		case 4:
			x[i] = uint32(math.Float64bits(random.NormFloat64()) >> 32)
		default:
			x[i] = random.Uint32()
		}
	}
	return x
}

// formsFile is the assembly of package native for this architecture.
const formsFile = "forms_" + runtime.GOARCH + ".s"

// forms returns the forms of a function.
func forms(t *testing.T, name string) []string {
	source := readSource(t, native.Sources, formsFile)
	_, body, _ := strings.Cut(source, "TEXT ·"+name+"(SB)")
	body, _, _ = strings.Cut(body, "TEXT ")
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^\t(.*) // form$`).FindAllStringSubmatch(body, -1) {
		all = append(all, m[1])
	}
	return all
}

func readSource(t *testing.T, files fs.FS, name string) string {
	t.Helper()
	source, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// Every form gives the same bits in the emulator as on this CPU, if it has the
// instructions: 10,000 operands or more each, one a lane, and a tenth of them with -short.
func TestInstructionsEqualTheCPU(t *testing.T) {
	for _, g := range native.Groups {
		if supported(t, g) {
			t.Run(g.Name, func(t *testing.T) { compare(t, g, forms(t, g.Name), bind(t, g), g.Run) })
		}
	}
}

// bind returns a group in the emulator.
func bind(t *testing.T, g native.Group) run {
	t.Helper()
	program, err := emulate.Load(native.Sources, formsFile)
	if err != nil {
		t.Fatal(err)
	}
	f, err := emulate.Bind[func(rows int, dst, a, b, c []uint32)](program, g.Name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

type run func(rows int, dst, a, b, c []uint32)

// compare executes the forms both ways: the lanes of a row are one operand
// each, those of 64 bits two cells.
func compare(t *testing.T, g native.Group, names []string, emulated, onCPU run) {
	rows := 2 * 10_000 / g.Cells
	if g.Name == "Scalars" {
		rows = 10_000
	}
	if testing.Short() {
		rows /= 10
	}
	random := rand.New(rand.NewPCG(16, 1))
	a, b, c := operands(random, rows*g.Cells), operands(random, rows*g.Cells), operands(random, rows*g.Cells)
	got, want := make([]uint32, rows*g.Cells*len(names)), make([]uint32, rows*g.Cells*len(names))
	emulated(rows, got, a, b, c)
	onCPU(rows, want, a, b, c)
	wrong := map[string]bool{}
	for i := range want {
		name := names[i/g.Cells%len(names)]
		if got[i] == want[i] || wrong[name] {
			continue
		}
		wrong[name] = true
		row := i / g.Cells / len(names)
		show := func(x []uint32) string { return fmt.Sprintf("%08x", x[row*g.Cells:(row+1)*g.Cells]) }
		t.Errorf("%s: cell %d is %08x, on the CPU %08x\na %s\nb %s\nc %s", name, i%g.Cells, got[i], want[i], show(a), show(b), show(c))
	}
	t.Logf("%d forms, %d rows of %d cells", len(names), rows, g.Cells)
}

// notCompared are the forms that kernels use and no function of package native has as one of its own, and why not.
var notCompared = notAmong(map[string]string{
	"have no result": "JMP l | B l | RET | PREFETCHT0 m | PREFETCHT1 m | PRFM m, l",
	"are how a form gets its operands and leaves its result, with VMOVUPS; what VMOVUPD moves is the same": "VMOVUPS m, y | VMOVUPS m, z | VMOVUPS z, m | " +
		"VMOVUPD m, y | VMOVUPD y, m | VMOVUPD m, z | VMOVUPD z, m",
	"read whole vectors from memory, as the move does, for an operation that is compared with registers": "VADDPS m, y, y | VSUBPS m, y, y | " +
		"VMULPS m, y, y | VADDPD m, y, y | VPADDD m, y, y | VPAND m, y, y | VADDPS m, z, z | VSUBPS m, z, z | VMULPS m, z, z | VADDPD m, z, z | VPADDD m, z, z | " +
		"VPANDD m, z, z | VFMADD213PS m, z, z",
	"are the operation on registers, which is compared, of a register with itself": "VXORPS y zero | VXORPS z zero | VEOR v.b16 zero",
})

// notAmong returns the reason for each form of lists that are divided by bars.
func notAmong(lists map[string]string) map[string]string {
	reasons := map[string]string{}
	for reason, list := range lists {
		for form := range strings.SplitSeq(list, " | ") {
			reasons[form] = reason
		}
	}
	return reasons
}

// Every instruction that a kernel uses is, with the kinds of its operands, compared with the CPU, or there is a reason
// why not.
func TestEveryInstructionIsCompared(t *testing.T) {
	compared := map[string]bool{}
	for _, name := range []string{"forms_amd64.s", "forms_arm64.s"} {
		for _, in := range instructions(t, native.Sources, name) {
			if strings.HasSuffix(in.Comment, "form") {
				compared[form(in)] = true
			}
		}
	}
	used := map[string]bool{}
	for isa, files := range map[string]fs.FS{"avx2": avx2.Source, "avx512": avx512.Source, "neon": neon.Source} {
		names, err := fs.Glob(files, "*.s")
		if err != nil || len(names) == 0 {
			t.Fatalf("no assembly of %s: %v", isa, err)
		}
		for _, name := range names {
			for _, in := range instructions(t, files, name) {
				f := form(in)
				if !used[f] && !compared[f] && notCompared[f] == "" {
					t.Errorf("%s/%s:%d: %s (%s) is not compared with a CPU", isa, name, in.Line, f, in)
				}
				used[f] = true
			}
		}
	}
	for f, reason := range notCompared {
		if compared[f] || !used[f] {
			t.Errorf("%s is said not to be compared (%s): it is, %v, and kernels use it, %v", f, reason, compared[f], used[f])
		}
	}
}

// form returns the form of an instruction, that of a word without the mark that it is compared.
func form(in asmcheck.Instruction) string {
	in.Comment, _, _ = strings.Cut(in.Comment, " // ")
	return in.Form()
}

func instructions(t *testing.T, files fs.FS, name string) (all []asmcheck.Instruction) {
	t.Helper()
	functions, err := asmcheck.Parse(readSource(t, files, name))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range functions {
		all = append(all, f.Body...)
	}
	return all
}
