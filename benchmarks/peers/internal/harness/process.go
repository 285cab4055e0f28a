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

// A MissingError names what is not installed.
type MissingError struct{ error }

// Missing returns a MissingError.
func Missing(format string, args ...any) error { return MissingError{fmt.Errorf(format, args...)} }

// A Process is a peer that runs beside this program: it says a line of itself,
// then answers each line of JSON with one.
type Process struct {
	name    string
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// Start starts a peer and returns the line in which it says what it is. name
// stands in errors; the peer ends with the context it was made with.
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

// stopped says why the peer cannot be talked to.
func (p *Process) stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil { // which ended it
		return ctx.Err()
	}
	return fmt.Errorf("%s stopped (%w); what it says stands above", p.name, err)
}

// Close ends the peer.
func (p *Process) Close() {
	p.in.Close()
	p.process.Wait()
}

// Parse reads one JSON object with known fields only, and nothing after it.
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
