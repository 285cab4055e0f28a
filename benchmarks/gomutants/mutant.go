package main

import (
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// A mutant is one changed operator.
type mutant struct {
	File         string // from the root of the repository
	Line, Column int
	Kind         string // of change
	Old, New     string // the operator
	Text         string // the line, as it is
	Source       string // the digest of the file
}

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d:%d: %s for %s in %s", m.File, m.Line, m.Column, m.New, m.Old, m.Text)
}

// A kind of change says by what each operator is replaced.
type kind struct {
	name string
	to   map[token.Token]token.Token
}

// The kinds, by the form of the code that they change. An operator may be of several kinds.
var (
	binary = []kind{
		{"arithmetic", map[token.Token]token.Token{token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL}},
		{"conditionals boundary", map[token.Token]token.Token{token.GEQ: token.GTR, token.GTR: token.GEQ, token.LEQ: token.LSS, token.LSS: token.LEQ}},
		{"conditionals negation", map[token.Token]token.Token{token.EQL: token.NEQ, token.NEQ: token.EQL, token.GEQ: token.LSS, token.LSS: token.GEQ, token.LEQ: token.GTR, token.GTR: token.LEQ}},
		{"invert bitwise", map[token.Token]token.Token{token.AND: token.OR, token.OR: token.AND, token.XOR: token.AND, token.AND_NOT: token.AND, token.SHL: token.SHR, token.SHR: token.SHL}},
		{"invert logical", map[token.Token]token.Token{token.LAND: token.LOR, token.LOR: token.LAND}},
	}
	assignment = []kind{
		{"invert assignments", map[token.Token]token.Token{token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN, token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN, token.REM_ASSIGN: token.MUL_ASSIGN}},
		{"invert bitwise assignments", map[token.Token]token.Token{token.AND_ASSIGN: token.OR_ASSIGN, token.OR_ASSIGN: token.AND_ASSIGN, token.XOR_ASSIGN: token.AND_ASSIGN, token.AND_NOT_ASSIGN: token.AND_ASSIGN, token.SHL_ASSIGN: token.SHR_ASSIGN, token.SHR_ASSIGN: token.SHL_ASSIGN}},
	}
	step   = []kind{{"increment decrement", map[token.Token]token.Token{token.INC: token.DEC, token.DEC: token.INC}}}
	branch = []kind{{"invert loop control", map[token.Token]token.Token{token.BREAK: token.CONTINUE, token.CONTINUE: token.BREAK}}}
	unary  = []kind{{"invert negatives", map[token.Token]token.Token{token.SUB: token.ADD}}}
)

// list returns the mutants of a folder, in the order of the source. Files that are not built on
// this machine have none.
func list(folder string) ([]mutant, error) {
	pkg, err := build.ImportDir(folder, 0)
	if err != nil {
		return nil, err
	}
	var mutants []mutant
	for _, name := range pkg.GoFiles {
		path := filepath.Join(folder, name)
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		of, err := mutantsOf(path, string(text))
		if err != nil {
			return nil, err
		}
		mutants = append(mutants, of...)
	}
	return mutants, nil
}

// mutantsOf returns the mutants of a file.
func mutantsOf(path, text string) ([]mutant, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, text, 0)
	if err != nil {
		return nil, err
	}
	var mutants []mutant
	lines, source := strings.Split(text, "\n"), digest(text)
	add := func(at token.Pos, operator token.Token, kinds []kind) {
		where := files.Position(at)
		for _, k := range kinds {
			if to, ok := k.to[operator]; ok {
				mutants = append(mutants, mutant{path, where.Line, where.Column, k.name, operator.String(), to.String(), strings.TrimSpace(lines[where.Line-1]), source})
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			add(n.OpPos, n.Op, binary)
		case *ast.UnaryExpr:
			add(n.OpPos, n.Op, unary)
		case *ast.AssignStmt:
			add(n.TokPos, n.Tok, assignment)
		case *ast.IncDecStmt:
			add(n.TokPos, n.Tok, step)
		case *ast.BranchStmt:
			add(n.TokPos, n.Tok, branch)
		case *ast.GenDecl: // constraints of types are no code that runs
			return n.Tok != token.TYPE
		case *ast.FuncType:
			return false
		}
		return true
	})
	return mutants, nil
}

// choose returns up to n of the mutants, always the same ones, or all if n is 0.
func choose(mutants []mutant, n int) []mutant {
	if n == 0 || n >= len(mutants) {
		return mutants
	}
	chosen := map[int]bool{}
	for _, i := range rand.New(rand.NewPCG(1, 0)).Perm(len(mutants))[:n] {
		chosen[i] = true
	}
	var sample []mutant
	for i, m := range mutants {
		if chosen[i] {
			sample = append(sample, m)
		}
	}
	return sample
}

// apply returns the source with the changed operator.
func (m mutant) apply(source string) string {
	lines := strings.Split(source, "\n")
	line := lines[m.Line-1]
	lines[m.Line-1] = line[:m.Column-1] + m.New + line[m.Column-1+len(m.Old):]
	return strings.Join(lines, "\n")
}

func digest(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:16] }
