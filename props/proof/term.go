package proof

import (
	"fmt"

	"github.com/lossglass/lossglass/simd/emulate"
)

// A Term is the index of a node in a table of terms. Equal terms have equal indices.
type Term uint32

// A node is a term: an operation on other terms, a constant or a variable.
type node struct {
	op      operation
	width   uint8 // of the value, in bits: 1, 32 or 64
	a, b, c Term
	bits    uint64 // of a constant; the index of a variable's name
}

// An operation is one of emulate.Op, or one of those below.
type operation uint16

const (
	constant operation = 256 + iota
	variable
	relu // x <= 0 ? +0 : x
	// Comparisons of two numbers, whose result is a bit.
	less
	lessOrEqual
	equal
	unordered // the operand is NaN
	largest   // the larger of two numbers, if no logit is NaN; of two zeros either one: see Terms.anyMaximum
)

// Terms is a table of terms, in which equal terms are stored once. It is the domain in which
// kernels and their specification are executed.
type Terms struct {
	// Instruction, if it is set, names the instruction that is executed.
	Instruction func() Place

	// assumed says how the comparisons turn out on which a kernel branches, if it does, and decided how those
	// of each term turned out that were made so far.
	assumed *assumption
	decided map[Term]decision

	// here is the case that is considered, if there are several: see equalInCases.
	here *numbersOf

	// anyMaximum says that results do not depend on which of two zeros a maximum is, nor on what it is where
	// an operand is NaN: see Shape.anyMaximum.
	anyMaximum bool

	nodes  []node
	index  map[node]Term
	names  []string // of variables
	places []Place  // the instruction that built each node first, if Instruction was set
}

// A Place is an instruction of an assembly file.
type Place struct {
	File string
	Line int
	Text string
}

// NewTerms returns an empty table.
func NewTerms() *Terms {
	return &Terms{nodes: make([]node, 1, 1<<12), places: make([]Place, 1, 1<<12), index: make(map[node]Term, 1<<12), decided: map[Term]decision{}}
}

// Var returns a new variable of 32 or 64 bits. The name is for messages.
func (t *Terms) Var(width int, name string) Term {
	t.names = append(t.names, name)
	return t.add(node{op: variable, width: uint8(width), bits: uint64(len(t.names) - 1)})
}

// Const returns a known value of 1, 32 or 64 bits.
func (t *Terms) Const(width int, bits uint64) Term {
	return t.add(node{op: constant, width: uint8(width), bits: bits})
}

// Bits returns the bits of a constant. known is false for all other terms.
func (t *Terms) Bits(v Term) (bits uint64, known bool) {
	n := &t.nodes[v]
	return n.bits, n.op == constant
}

// add returns the term that a node is, which is a new one unless the table has it.
func (t *Terms) add(n node) Term {
	if v, ok := t.index[n]; ok {
		return v
	}
	v := Term(len(t.nodes))
	t.nodes = append(t.nodes, n)
	t.index[n] = v
	var at Place
	if t.Instruction != nil {
		at = t.Instruction()
	}
	t.places = append(t.places, at)
	return v
}

// operate returns the node of an operation. Unused operands are 0.
func (t *Terms) operate(op operation, a, b, c Term) Term {
	return t.add(node{op: op, width: t.widthOf(op, a, b), a: a, b: b, c: c})
}

// widthOf returns the width of the result of an operation.
func (t *Terms) widthOf(op operation, a, b Term) uint8 {
	switch op {
	case less, lessOrEqual, equal, unordered, operation(emulate.SignBit), operation(emulate.IntEq):
		return 1
	case operation(emulate.Low), operation(emulate.High):
		return 32
	case operation(emulate.Join), operation(emulate.FloatToDouble):
		return 64
	case operation(emulate.Select):
		return t.nodes[b].width
	}
	return t.nodes[a].width
}

// is reports whether v is an operation op.
func (t *Terms) is(v Term, op emulate.Op) bool { return t.nodes[v].op == operation(op) }

// isConst reports whether v is a constant with those bits.
func (t *Terms) isConst(v Term, bits uint64) bool {
	n := &t.nodes[v]
	return n.op == constant && n.bits == bits
}

// String returns a term as text, cut off below the given depth.
func (t *Terms) String(v Term, depth int) string {
	n := &t.nodes[v]
	switch {
	case n.op == constant && n.width == 1:
		return fmt.Sprint(n.bits)
	case n.op == constant:
		return fmt.Sprintf("%#x", n.bits)
	case n.op == variable:
		return t.names[n.bits]
	case depth == 0:
		return "..."
	}
	text := names[n.op] + "("
	for i, operand := range n.operands() {
		if i > 0 {
			text += ", "
		}
		text += t.String(operand, depth-1)
	}
	return text + ")"
}

// operands returns the operands that a node has.
func (n *node) operands() []Term {
	switch {
	case n.op == constant || n.op == variable:
		return nil
	case n.b == 0:
		return []Term{n.a}
	case n.c == 0:
		return []Term{n.a, n.b}
	}
	return []Term{n.a, n.b, n.c}
}

// names are the names of operations in messages.
var names = map[operation]string{
	relu: "relu", less: "less", lessOrEqual: "lessOrEqual", equal: "equal", unordered: "isNaN", largest: "largest",
}

func init() {
	for name, op := range map[string]emulate.Op{
		"low": emulate.Low, "high": emulate.High, "sign": emulate.SignBit, "not": emulate.Not1, "float": emulate.IntToFloat, "double": emulate.FloatToDouble, "join": emulate.Join,
		"add": emulate.Add32, "add64": emulate.Add64, "sub": emulate.Sub32, "sub64": emulate.Sub64, "mul": emulate.Mul32, "mul64": emulate.Mul64, "div": emulate.Div32, "div64": emulate.Div64,
		"maximum": emulate.Maximum32, "maximum64": emulate.Maximum64, "minimum": emulate.Minimum32, "minimum64": emulate.Minimum64,
		"intAdd": emulate.IntAdd, "intSub": emulate.IntSub, "intEqual": emulate.IntEq, "bitAnd": emulate.And, "bitAndNot": emulate.AndNot, "bitOr": emulate.Or, "bitXor": emulate.Xor,
		"shiftLeft": emulate.ShiftL, "shiftRight": emulate.ShiftR, "shiftSigned": emulate.ShiftRA, "and": emulate.And1, "or": emulate.Or1, "xor": emulate.Xor1,
		"fma": emulate.FMA32, "fma64": emulate.FMA64, "fms": emulate.FMS32, "fms64": emulate.FMS64, "fnma": emulate.FNMA32, "fnma64": emulate.FNMA64, "fnms": emulate.FNMS32, "fnms64": emulate.FNMS64,
		"select": emulate.Select, "bitSelect": emulate.BitSelect,
	} {
		names[operation(op)] = name
	}
}
