package emulate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/simd/asmcheck"
)

// A Program consists of the functions and constants of one or more assembly sources.
type Program struct {
	// Steps is the largest number of instructions of a call. A call that executes more is
	// reported as an endless loop.
	Steps uint64

	// Called, if it is set, is called after each call of a bound function that ended without a fault,
	// with the lines that it executed, in the order of the source, and with its counts. Calls of
	// such a program must not be concurrent.
	Called func(lines []int, counts Counts)

	functions map[string]*function
	constants []asmcheck.Constant
}

// A function is one TEXT, with its instructions parsed.
type function struct {
	asmcheck.Function
	file   string
	params []parameter // of the Go declaration in the comment before it
	slots  []slot
	body   []instruction
	arm64  bool

	symbols map[string]int // the constants of its file, by name
	err     error          // why it cannot be executed
}

// A parameter of a declaration.
type parameter struct{ name, typ string }

// An instruction is one line, parsed.
type instruction struct {
	description
	text      string
	line      int
	operands  []operand
	mask      *operand // which lanes take part, or nil for all
	increment int64    // of the register that addresses memory, afterwards
	zeroing   bool     // the other lanes become zero; else they stay
	once      bool     // an operand in memory is one element, which all lanes use
	target    int      // of a jump
}

// Load reads the assembly files of a folder whose names match a pattern of path.Match.
func Load(folder fs.FS, pattern string) (*Program, error) {
	files, err := fs.Glob(folder, pattern)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no files match %s", pattern)
	}
	p := newProgram()
	for _, file := range files {
		source, err := fs.ReadFile(folder, file)
		if err != nil {
			return nil, err
		}
		if err := p.read(file, string(source)); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return p, nil
}

// Parse reads one assembly source. An instruction that the emulator does not know
// makes only its function fail, when it is bound or called.
func Parse(source string) (*Program, error) {
	p := newProgram()
	return p, p.read("source", source)
}

func newProgram() *Program {
	return &Program{Steps: 1 << 32, functions: map[string]*function{}}
}

// Functions returns the names of the functions, sorted.
func (p *Program) Functions() []string {
	var names []string
	for name := range p.functions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// read adds the functions and constants of a source.
func (p *Program) read(file, source string) error {
	functions, err := asmcheck.Parse(source)
	if err != nil {
		return err
	}
	constants, err := asmcheck.Constants(source)
	if err != nil {
		return err
	}
	symbols := map[string]int{} // private to a file: another may have the same names
	for _, c := range constants {
		symbols[c.Name] = len(p.constants)
		p.constants = append(p.constants, c)
	}
	declared, err := declarations(source)
	if err != nil {
		return err
	}
	arm64 := forArm64.MatchString(source)
	for _, f := range functions {
		if p.functions[f.Name] != nil {
			return fmt.Errorf("line %d: a second %s", f.Line, f.Name)
		}
		parsed := &function{Function: f, file: file, params: declared[f.Name], arm64: arm64, symbols: symbols}
		if parsed.err = parsed.parse(); parsed.err == nil {
			parsed.slots, parsed.err = parsed.layout()
		}
		p.functions[f.Name] = parsed
	}
	return nil
}

// forArm64 is how a source says that it is for arm64; others are for amd64.
var forArm64 = regexp.MustCompile(`(?m)^//go:build arm64\b`)

var declarationLine = regexp.MustCompile(`(?m)^// (func (\w+)\(.*)$`)

// declarations returns the parameters in the comments "func F(x []float32)".
func declarations(source string) (map[string][]parameter, error) {
	all := map[string][]parameter{}
	for _, m := range declarationLine.FindAllStringSubmatch(source, -1) {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+m[1], parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("declaration %s: %w", m[1], err)
		}
		params := []parameter{}
		for _, field := range file.Decls[0].(*ast.FuncDecl).Type.Params.List {
			for _, name := range field.Names {
				params = append(params, parameter{name.Name, types.ExprString(field.Type)})
			}
		}
		all[m[2]] = params
	}
	return all, nil
}

// parse parses the instructions.
func (f *function) parse() error {
	for _, in := range f.Body {
		parsed, err := f.parseLine(in)
		if err != nil {
			return err
		}
		f.body = append(f.body, parsed)
	}
	return nil
}

func (f *function) parseLine(in asmcheck.Instruction) (instruction, error) {
	parse := f.parseInstruction
	if f.arm64 {
		parse = f.parseArmInstruction
	}
	parsed, err := parse(in, f.symbols)
	if err != nil {
		err = &Fault{Function: f.Name, File: f.file, Line: in.Line, Instruction: in.String(), Reason: err.Error()}
	}
	return parsed, err
}

func (f *function) parseInstruction(in asmcheck.Instruction, symbols map[string]int) (instruction, error) {
	name, suffixes, _ := strings.Cut(in.Op, ".")
	d, ok := table[name]
	if !ok {
		return instruction{}, fmt.Errorf("the emulator does not know %s", name)
	}
	parsed := instruction{description: d, text: in.String(), line: in.Line}
	for _, suffix := range strings.FieldsFunc(suffixes, func(r rune) bool { return r == '.' }) {
		switch {
		case suffix == "Z" && strings.HasPrefix(name, "V"):
			parsed.zeroing = true
		case suffix == "BCST" && (d.form == formLanewise || d.form == formFused || d.form == formVectorCompare):
			parsed.once = true
		default:
			return instruction{}, fmt.Errorf("the emulator does not know the suffix %s", suffix)
		}
	}
	for _, text := range in.Operands {
		o, err := parseOperand(text)
		if err != nil {
			return instruction{}, err
		}
		if o.kind == symbolAddress {
			if o.register, ok = symbols[o.name]; !ok {
				return instruction{}, fmt.Errorf("there is no constant %s", o.name)
			}
		}
		parsed.operands = append(parsed.operands, o)
	}
	if n := len(parsed.operands) - 2; n >= 1 && strings.HasPrefix(name, "V") && parsed.operands[n].kind == maskRegister {
		mask := parsed.operands[n]
		if mask.register == 0 {
			return instruction{}, fmt.Errorf("K0 is no mask of lanes")
		}
		parsed.mask = &mask
		parsed.operands = slices.Delete(parsed.operands, n, n+1)
	}
	if parsed.zeroing && parsed.mask == nil {
		return instruction{}, fmt.Errorf("zeroing without a mask")
	}
	if d.form == formJump || d.form == formJumpIf {
		if len(parsed.operands) != 1 || parsed.operands[0].kind != labelName {
			return instruction{}, fmt.Errorf("a jump to no label")
		}
		if parsed.target, ok = f.Labels[parsed.operands[0].name]; !ok {
			return instruction{}, fmt.Errorf("there is no label %s", parsed.operands[0].name)
		}
	}
	return parsed, parsed.validate()
}
