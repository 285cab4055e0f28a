//go:build amd64 && !purego

package emulate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/emulate/internal/native"
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

// forms returns the forms of a function.
func forms(name string) []string {
	_, body, _ := strings.Cut(native.Source, "TEXT ·"+name+"(SB)")
	body, _, _ = strings.Cut(body, "TEXT ")
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^\t(.*) // form$`).FindAllStringSubmatch(body, -1) {
		all = append(all, m[1])
	}
	return all
}

// supported tells whether this CPU can carry out a group. It is an error if not,
// and LOSSGLASS_REQUIRE asks for the instruction set.
func supported(t *testing.T, g native.Group) bool {
	isa, has := "avx2", cpuid.CPU.Supports(cpuid.AVX2, cpuid.BMI2, cpuid.FMA3)
	if strings.HasSuffix(g.Name, "512") {
		isa, has = "avx512", has && cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512DQ)
	}
	if !has && slices.Contains(strings.Split(os.Getenv("LOSSGLASS_REQUIRE"), ","), isa) {
		t.Errorf("LOSSGLASS_REQUIRE asks for %s", isa)
	}
	return has
}

// Every form gives the same bits in the emulator as on this CPU, if it has the
// instructions: 10,000 operands or more each, one a lane, and a tenth of them with -short.
func TestInstructionsEqualTheCPU(t *testing.T) {
	program, err := emulate.Parse(native.Source)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range native.Groups {
		if supported(t, g) {
			t.Run(g.Name, func(t *testing.T) { compare(t, g, forms(g.Name), bind(t, program, g), g.Run) })
		}
	}
}

// The forms of Lanes512 work on each 256 bits as those of Lanes256 do, which the
// CPU confirms: no CPU with AVX-512 is needed to test them.
func TestWideLanesEqualTheCPU(t *testing.T) {
	narrow, wide := native.Groups[0], native.Groups[1]
	if narrow.Name != "Lanes256" || wide.Name != "Lanes512" || len(forms("Lanes256")) != len(forms("Lanes512")) {
		t.Fatal("the groups of lanes differ")
	}
	if !supported(t, narrow) {
		return
	}
	program, err := emulate.Parse(native.Source)
	if err != nil {
		t.Fatal(err)
	}
	names := forms("Lanes256")
	emulated := bind(t, program, wide)
	compare(t, wide, forms("Lanes512"), emulated, func(rows int, dst, a, b, c []uint32) {
		halves := make([]uint32, len(dst))
		narrow.Run(2*rows, halves, a, b, c)
		for i := range dst { // [row][form][half][8] of [row][half][form][8]
			cell, half, form, row := i%8, i/8%2, i/16%len(names), i/16/len(names)
			dst[i] = halves[((row*2+half)*len(names)+form)*8+cell]
		}
	})
}

func bind(t *testing.T, program *emulate.Program, g native.Group) run {
	f, err := emulate.Bind[func(rows int, dst, a, b, c []uint32)](program, g.Name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

type run func(rows int, dst, a, b, c []uint32)

// compare carries out the forms both ways: the lanes of a row are one operand
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
