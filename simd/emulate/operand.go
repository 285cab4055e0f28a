package emulate

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

type operandKind uint8

const (
	scalarRegister operandKind = iota // AX to R15
	vectorRegister                    // X, Y or Z
	maskRegister                      // K0 to K7
	immediate
	memoryAddress    // displacement, base and index
	symbolAddress    // a constant of the file
	argumentInMemory // name+offset(FP)
	labelName

	// Of arm64 only.
	registerPair  // (F0, F1), register and index
	vectorElement // an element, index, of a vector register
	localAddress  // name-offset(SP)
)

// An operand of an instruction, parsed.
type operand struct {
	kind     operandKind
	register int   // its number; of a constant: its index in the program
	cells    int   // of a vector register: 4 (X), 8 (Y) or 16 (Z)
	value    int64 // an immediate, a displacement, an offset, or where a label leads
	index    int   // a scalar register, or -1
	scale    uint64
	name     string // of an argument, a constant or a label
}

// The scalar registers, numbered as the encoding does.
var scalarNames = []string{"AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"}

const (
	regSP = 4
	regBP = 5
)

var (
	vectorOperand   = regexp.MustCompile(`^([XYZ])(\d+)$`)
	maskOperand     = regexp.MustCompile(`^K([0-7])$`)
	memoryOperand   = regexp.MustCompile(`^(-?(?:0x)?[0-9a-fA-F]+)?\((\w+)\)(?:\((\w+)\*([1248])\))?$`)
	argumentOperand = regexp.MustCompile(`^(\w+)\+(\d+)\(FP\)$`)
	symbolOperand   = regexp.MustCompile(`^·?(\w+)(?:<>)?(?:\+(\d+))?\(SB\)$`)
	labelOperand    = regexp.MustCompile(`^[A-Za-z_]\w*$`)
)

// parseOperand reads one operand as Go's assembler for amd64 writes it.
func parseOperand(text string) (operand, error) {
	bad := fmt.Errorf("operand %s is not understood", text)
	if n := slices.Index(scalarNames, text); n >= 0 {
		return operand{kind: scalarRegister, register: n}, nil
	}
	if m := vectorOperand.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[2])
		if n > 31 {
			return operand{}, bad
		}
		return operand{kind: vectorRegister, register: n, cells: map[string]int{"X": 4, "Y": 8, "Z": 16}[m[1]]}, nil
	}
	if m := maskOperand.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		return operand{kind: maskRegister, register: n}, nil
	}
	if number, ok := strings.CutPrefix(text, "$"); ok {
		v, err := strconv.ParseInt(number, 0, 64)
		if err != nil {
			u, err := strconv.ParseUint(number, 0, 64)
			if err != nil {
				return operand{}, bad
			}
			v = int64(u)
		}
		return operand{kind: immediate, value: v}, nil
	}
	if m := argumentOperand.FindStringSubmatch(text); m != nil {
		at, err := strconv.Atoi(m[2])
		if err != nil {
			return operand{}, bad
		}
		return operand{kind: argumentInMemory, name: m[1], value: int64(at)}, nil
	}
	if m := symbolOperand.FindStringSubmatch(text); m != nil {
		at, _ := strconv.Atoi("0" + m[2])
		return operand{kind: symbolAddress, name: m[1], value: int64(at)}, nil
	}
	if m := memoryOperand.FindStringSubmatch(text); m != nil {
		o := operand{kind: memoryAddress, register: slices.Index(scalarNames, m[2]), index: -1}
		if m[1] != "" {
			v, err := strconv.ParseInt(m[1], 0, 32)
			if err != nil {
				return operand{}, bad
			}
			o.value = v
		}
		if m[3] != "" {
			o.index = slices.Index(scalarNames, m[3])
			o.scale, _ = strconv.ParseUint(m[4], 10, 8)
			if o.index < 0 || o.index == regSP {
				return operand{}, bad
			}
		}
		if o.register < 0 {
			return operand{}, bad
		}
		return o, nil
	}
	if labelOperand.MatchString(text) {
		return operand{kind: labelName, name: text}, nil
	}
	return operand{}, bad
}

// is reports whether the operand is of one of those kinds.
func (o *operand) is(kinds ...operandKind) bool { return slices.Contains(kinds, o.kind) }

// inMemory reports whether the operand is in memory.
func (o *operand) inMemory() bool {
	return o.is(memoryAddress, symbolAddress, argumentInMemory)
}

// address returns the address of an operand in memory.
func (m *Machine[V]) address(o *operand) uint64 {
	m.accessed = m.addressOf(o)
	return m.accessed
}

func (m *Machine[V]) addressOf(o *operand) uint64 {
	switch o.kind {
	case argumentInMemory:
		return m.frame + uint64(o.value)
	case symbolAddress:
		return m.constant(o.register) + uint64(o.value)
	case localAddress: // it counts from the end of the frame
		return m.stack + uint64(int64(m.function.Frame)+o.value)
	}
	at := m.scalar(o.register, 8) + uint64(o.value)
	if o.index >= 0 {
		at += m.scalar(o.index, 8) * o.scale
	}
	return at
}
