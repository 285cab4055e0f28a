package probes

import (
	"fmt"
	"slices"
	"strings"
)

// moves is the number of loads, of stores, or of each in an iteration.
const moves = 8

// memoryLoops emits the loops over memory with one width of vectors. load and store return
// the move of register n, at an offset from the pointer "from" or "to".
type memoryLoops struct {
	bytes int // of a vector
	load  func(n, at int, base string) string
	store func(n, at int, base string) string
}

// bodies returns the moves of an iteration of each operation.
func (m memoryLoops) bodies() map[string][]string {
	all := map[string][]string{}
	for n := range moves {
		all["read"] = append(all["read"], m.load(n, n*m.bytes, "from"))
		all["write"] = append(all["write"], m.store(0, n*m.bytes, "from"))
	}
	for half := range 2 { // of the copy
		for n := range moves / 2 {
			all["copy"] = append(all["copy"], m.load(n, (half*moves/2+n)*m.bytes, "from"))
		}
		for n := range moves / 2 {
			all["copy"] = append(all["copy"], m.store(n, (half*moves/2+n)*m.bytes, "to"))
		}
	}
	return all
}

// memory emits loops over an area. In a round, each walks over the whole area once; copy
// copies its first half to its second.
func (a amd64) memory() (text string, functions []string, table string) {
	var b strings.Builder
	rows := ""
	for _, w := range []struct {
		letter, move, needs string
		bytes               int
	}{{"X", "MOVUPS", "", 16}, {"Y", "VMOVUPS", "avx2", 32}, {"Z", "VMOVUPS", "avx512", 64}} {
		base := map[string]string{"from": "SI", "to": "DX"}
		loops := memoryLoops{w.bytes,
			func(n, at int, p string) string {
				return fmt.Sprintf("%s %d(%s), %s%d", w.move, at, base[p], w.letter, n)
			},
			func(n, at int, p string) string {
				return fmt.Sprintf("%s %s%d, %d(%s)", w.move, w.letter, n, at, base[p])
			}}
		bodies := loops.bodies()
		for _, operation := range []string{"read", "write", "copy"} {
			name := operation + w.letter
			functions = append(functions, name)
			fmt.Fprintf(&b, "\n// func %s(rounds int, area []byte)\nTEXT ·%s(SB), NOSPLIT, $0-32\n\tMOVQ rounds+0(FP), AX\n\tMOVQ area_base+8(FP), DI\n\tMOVQ area_len+16(FP), CX\n", name, name)
			if operation == "copy" {
				b.WriteString("\tSHRQ $1, CX\n")
			}
			if operation == "write" {
				fmt.Fprintf(&b, "\t%s (DI), %s0\n", w.move, w.letter)
			}
			b.WriteString("\tLEAQ (DI)(CX*1), BX\n\npass:\n\tMOVQ DI, SI\n")
			if operation == "copy" {
				b.WriteString("\tMOVQ BX, DX\n")
			}
			b.WriteString("\tPCALIGN $64\n\nline:\n\t" + strings.Join(bodies[operation], "\n\t") + "\n")
			fmt.Fprintf(&b, "\tADDQ $%d, SI\n", moves*w.bytes)
			if operation == "copy" {
				fmt.Fprintf(&b, "\tADDQ $%d, DX\n", moves*w.bytes)
			}
			b.WriteString("\tCMPQ SI, BX\n\tJB line\n\tDECQ AX\n\tJNE pass\n")
			if w.needs != "" {
				b.WriteString("\tVZEROUPPER\n")
			}
			b.WriteString("\tRET\n")
		}
		rows += row(w.letter, w.needs, w.bytes)
	}
	return b.String(), functions, memoryTable(rows)
}

// forwards is the number of stores, and of loads, in a round of the loop that reads what it wrote.
const forwards = 8

// waiting emits the loops that show what a core waits for, or need not: a vector that is stored
// and loaded again, and two loads whose addresses are the results of loads before, with so many
// instructions between them as the area says. See instruction.Waiting.
func (a amd64) waiting() (text string, functions []string, table string) {
	var b strings.Builder
	b.WriteString("\n// func forward(rounds int, area []byte)\nTEXT ·forward(SB), NOSPLIT, $0-32\n\tMOVQ rounds+0(FP), AX\n\tMOVQ area_base+8(FP), DI\n\tMOVUPS (DI), X0\n\tPCALIGN $64\n\nround:\n")
	b.WriteString(strings.Repeat("\tMOVUPS X0, (DI)\n\tMOVUPS (DI), X0\n", forwards))
	b.WriteString("\tDECQ AX\n\tJNE round\n\tRET\n")
	for _, kind := range apart {
		fmt.Fprintf(&b, "\n// func %s(rounds int, area []byte)\nTEXT ·%s(SB), NOSPLIT, $0-32\n\tMOVQ rounds+0(FP), AX\n\tMOVQ area_base+8(FP), DI\n\tMOVQ (DI), R8\n\tMOVQ 8(DI), R9\n\tMOVQ 16(DI), BX\n\tMOVUPS (DI), X1\n\tPCALIGN $64\n\nround:\n", kind, kind)
		for n, register := range []string{"R8", "R9"} {
			fmt.Fprintf(&b, "\tMOVQ (%s), %s\n\tMOVQ BX, CX\n", register, register)
			if kind == "apartQueue" {
				fmt.Fprintf(&b, "\tMOVQ %s, X1\n", register)
			}
			fmt.Fprintf(&b, "\nfill%d:\n", n)
			for i := range fill - 1 {
				if kind == "apart" {
					b.WriteString("\tNOPL DX\n")
				} else {
					fmt.Fprintf(&b, "\tANDPS X1, X%d\n", 2+i)
				}
			}
			fmt.Fprintf(&b, "\tDECQ CX\n\tJNE fill%d\n", n)
		}
		b.WriteString("\tDECQ AX\n\tJNE round\n\tMOVQ R8, (DI)\n\tMOVQ R9, 8(DI)\n\tRET\n")
	}
	for _, kind := range stores {
		fmt.Fprintf(&b, "\n// func %s(rounds int, area []byte)\nTEXT ·%s(SB), NOSPLIT, $0-32\n\tMOVQ rounds+0(FP), AX\n\tMOVQ area_base+8(FP), DI\n", kind, kind)
		for i := range 16 {
			fmt.Fprintf(&b, "\tVXORPS Y%d, Y%d, Y%d\n", i, i, i)
		}
		b.WriteString("\tPCALIGN $64\n\nround:\n")
		b.WriteString(amongFMAs(kind, func(n int) string { return fmt.Sprintf("VFMADD231PS Y14, Y15, Y%d", n) },
			func(n, at int) string { return fmt.Sprintf("VMOVUPS Y%d, %d(DI)", n, 32*at) }))
		b.WriteString("\tDECQ AX\n\tJNE round\n\tVZEROUPPER\n\tRET\n")
	}
	return b.String(), slices.Concat([]string{"forward"}, apart, stores), waitingTable("avx2")
}

// stores are the loops of FMAs with stores among them: of a vector that is always the same, and of
// the result of the FMA before.
var stores = []string{"storesAmongFMAs", "storesOfFMAs"}

const (
	amongCount = 12 // FMAs in a round
	amongEvery = 4  // FMAs for each store
)

// amongFMAs returns a round of such a loop, given an FMA on register n and its store.
func amongFMAs(kind string, fma func(n int) string, store func(n, at int) string) string {
	var b strings.Builder
	for n := range amongCount {
		b.WriteString("\t" + fma(n) + "\n")
		if n%amongEvery != amongEvery-1 {
			continue
		}
		source := amongCount
		if kind == "storesOfFMAs" {
			source = n
		}
		b.WriteString("\t" + store(source, n/amongEvery) + "\n")
	}
	return b.String()
}

// apart are the loops of two loads with instructions between them that do nothing, with results
// that take a register for vectors, and with such that wait for the load.
var apart = []string{"apart", "apartResults", "apartQueue"}

// fill is the number of instructions by which the distance of two loads grows. The last is a
// counter, whose jump CPUs make one with it.
const fill = 8

// waitingTable is the same for each architecture, but for the set of kernels whose CPUs have FMAs.
func waitingTable(fma string) string {
	return fmt.Sprintf("// waiting are the loops of Waiting.\nvar waiting = &Waiting{Forward: forward, ForwardCount: %d, Apart: apart, ApartResults: apartResults, ApartQueue: apartQueue, Fill: %d,\n"+
		"\tStoresNeed: %q, StoresAmongFMAs: storesAmongFMAs, StoresOfFMAs: storesOfFMAs, FMAs: %d, Stores: %d}\n", forwards, fill, fma, amongCount, amongCount/amongEvery)
}

func (a arm64) waiting() (text string, functions []string, table string) {
	var b strings.Builder
	b.WriteString("\n// func forward(rounds int, area []byte)\nTEXT ·forward(SB), NOSPLIT, $0-32\n\tMOVD rounds+0(FP), R0\n\tMOVD area_base+8(FP), R1\n\tFMOVQ (R1), F0\n\tPCALIGN $64\n\nround:\n")
	b.WriteString(strings.Repeat("\tFMOVQ F0, (R1)\n\tFMOVQ (R1), F0\n", forwards))
	b.WriteString("\tSUBS $1, R0, R0\n\tBNE round\n\tRET\n")
	for _, kind := range apart {
		fmt.Fprintf(&b, "\n// func %s(rounds int, area []byte)\nTEXT ·%s(SB), NOSPLIT, $0-32\n\tMOVD rounds+0(FP), R0\n\tMOVD area_base+8(FP), R1\n\tMOVD (R1), R2\n\tMOVD 8(R1), R3\n\tMOVD 16(R1), R4\n\tFMOVQ (R1), F1\n\tPCALIGN $64\n\nround:\n", kind, kind)
		for n, register := range []string{"R2", "R3"} {
			fmt.Fprintf(&b, "\tMOVD (%s), %s\n\tMOVD R4, R5\n", register, register)
			if kind == "apartQueue" {
				fmt.Fprintf(&b, "\tFMOVD %s, F1\n", register)
			}
			fmt.Fprintf(&b, "\nfill%d:\n", n)
			for i := range fill - 1 {
				if kind == "apart" {
					b.WriteString("\tNOOP\n")
				} else {
					fmt.Fprintf(&b, "\tVAND V1.B16, V%d.B16, V%d.B16\n", 2+i, 2+i)
				}
			}
			fmt.Fprintf(&b, "\tSUBS $1, R5, R5\n\tBNE fill%d\n", n)
		}
		b.WriteString("\tSUBS $1, R0, R0\n\tBNE round\n\tMOVD R2, (R1)\n\tMOVD R3, 8(R1)\n\tRET\n")
	}
	for _, kind := range stores {
		fmt.Fprintf(&b, "\n// func %s(rounds int, area []byte)\nTEXT ·%s(SB), NOSPLIT, $0-32\n\tMOVD rounds+0(FP), R0\n\tMOVD area_base+8(FP), R1\n", kind, kind)
		for i := range 16 {
			fmt.Fprintf(&b, "\tVEOR V%d.B16, V%d.B16, V%d.B16\n", i, i, i)
		}
		b.WriteString("\tPCALIGN $64\n\nround:\n")
		b.WriteString(amongFMAs(kind, func(n int) string { return fmt.Sprintf("VFMLA V14.S4, V15.S4, V%d.S4", n) },
			func(n, at int) string { return fmt.Sprintf("FMOVQ F%d, %d(R1)", n, 16*at) }))
		b.WriteString("\tSUBS $1, R0, R0\n\tBNE round\n\tRET\n")
	}
	return b.String(), slices.Concat([]string{"forward"}, apart, stores), waitingTable("")
}

func (a arm64) memory() (text string, functions []string, table string) {
	var b strings.Builder
	base := map[string]string{"from": "R2", "to": "R4"}
	loops := memoryLoops{16,
		func(n, at int, p string) string { return fmt.Sprintf("FMOVQ %d(%s), F%d", at, base[p], n) },
		func(n, at int, p string) string { return fmt.Sprintf("FMOVQ F%d, %d(%s)", n, at, base[p]) }}
	bodies := loops.bodies()
	for _, operation := range []string{"read", "write", "copy"} {
		name := operation + "V"
		functions = append(functions, name)
		fmt.Fprintf(&b, "\n// func %s(rounds int, area []byte)\nTEXT ·%s(SB), NOSPLIT, $0-32\n\tMOVD rounds+0(FP), R0\n\tMOVD area_base+8(FP), R1\n\tMOVD area_len+16(FP), R3\n", name, name)
		if operation == "copy" {
			b.WriteString("\tLSR $1, R3, R3\n")
		}
		if operation == "write" {
			b.WriteString("\tFMOVQ (R1), F0\n")
		}
		b.WriteString("\tADD R1, R3, R3\n\npass:\n\tMOVD R1, R2\n")
		if operation == "copy" {
			b.WriteString("\tMOVD R3, R4\n")
		}
		b.WriteString("\tPCALIGN $64\n\nline:\n\t" + strings.Join(bodies[operation], "\n\t") + "\n")
		fmt.Fprintf(&b, "\tADD $%d, R2, R2\n", moves*16)
		if operation == "copy" {
			fmt.Fprintf(&b, "\tADD $%d, R4, R4\n", moves*16)
		}
		b.WriteString("\tCMP R3, R2\n\tBLO line\n\tSUBS $1, R0, R0\n\tBNE pass\n\tRET\n")
	}
	return b.String(), functions, memoryTable(row("V", "", 16))
}

func row(letter, needs string, bytes int) string {
	return fmt.Sprintf("\t{Needs: %q, Bits: %d, Read: read%s, Write: write%s, Copy: copy%s},\n", needs, 8*bytes, letter, letter, letter)
}

func memoryTable(rows string) string {
	return "// loops are sorted by width.\nvar loops = []Loops{\n" + rows + "}\n"
}
