package harness

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
)

// A MissingError names something that is not installed.
type MissingError struct{ error }

// Missing returns a MissingError.
func Missing(format string, args ...any) error { return MissingError{fmt.Errorf(format, args...)} }

// A Process is a peer that runs as a process of its own. It sends one line of JSON
// that describes it, then answers each line of JSON with one.
type Process struct {
	name    string
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// Start starts a peer and returns the line that describes it. name appears in errors.
// The peer ends with the context of the command.
func Start(ctx context.Context, name string, command *exec.Cmd) (p *Process, about []byte, err error) {
	p = &Process{name: name, process: command}
	if p.in, err = command.StdinPipe(); err != nil {
		return nil, nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	p.out = bufio.NewReader(out)
	if err := command.Start(); err != nil {
		return nil, nil, err
	}
	if about, err = p.line(ctx); err != nil {
		p.Close()
		return nil, nil, err
	}
	return p, about, nil
}

// Ask sends a request and returns the line that answers it.
func (p *Process) Ask(ctx context.Context, request any) ([]byte, error) {
	if err := json.NewEncoder(p.in).Encode(request); err != nil {
		return nil, p.stopped(ctx, err)
	}
	return p.line(ctx)
}

func (p *Process) line(ctx context.Context) ([]byte, error) {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return nil, p.stopped(ctx, err)
	}
	return line, nil
}

// stopped returns the error for a peer that no longer answers.
func (p *Process) stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil { // cancelling the context ended it
		return ctx.Err()
	}
	return fmt.Errorf("%s stopped (%w); see its messages above", p.name, err)
}

// Close ends the peer.
func (p *Process) Close() {
	p.in.Close()
	p.process.Wait()
}

// Parse parses a line that must hold exactly one JSON object with known fields only.
func Parse(line []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("%q: %w", line, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%q: more than one line", line)
	}
	return nil
}
