package measure

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/regress/build"
)

// A turnTaker is a process that measures a result in each turn, and between its turns waits
// for the next one at its gate.
type turnTaker struct {
	ctx     context.Context // kills the process
	cancel  context.CancelCauseFunc
	cmd     *exec.Cmd
	gate    *gate
	stdout  bytes.Buffer // what was consumed of the output
	pending []byte       // the packet after which the process waits
	stderr  bytes.Buffer
	ended   bool
	count   int // repetitions of each benchmark

	took    []time.Duration       // of each turn, the first one from the start of the process
	waited  []time.Duration       // of that, for a CPU that others had; 0 if it is not known
	threads map[string]threadTime // until this turn
}

// TurnsPossible reports whether the kernel has what turns need.
func TurnsPossible() bool {
	g, err := newGate()
	return err == nil && g.close() == nil
}

// startTurns starts a process, which runs until it has its first result. Arguments are as those
// of run.
func startTurns(ctx context.Context, b *build.Binary, pattern, benchtime string, count int, more ...string) (*turnTaker, error) {
	g, err := newGate()
	if err != nil {
		return nil, err
	}
	p := &turnTaker{gate: g, count: count}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	p.cmd = exec.CommandContext(p.ctx, b.Path, append(flags(pattern, benchtime, count), more...)...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = b.Dir, g.write, &p.stderr
	p.cmd.WaitDelay = time.Second
	ownGroup(p.cmd)
	if err := p.cmd.Start(); err != nil {
		p.cancel(nil)
		return nil, errors.Join(err, g.close())
	}
	_ = g.write.Close() // so that the end of the process is the end of its output
	return p, nil
}

// turn lets the process go on until its next result or its end. If that does not come, the
// process is killed. A turn that ends one benchmark also has the first result of the next one:
// package testing runs a benchmark for the first time, which is all of a repetition with b.Loop,
// before it prints anything, so that nothing holds the process up in between.
func (p *turnTaker) turn(patience time.Duration) error {
	for {
		if err := p.result(patience); err != nil || p.ended || len(p.took)%p.count != 0 {
			return err
		}
	}
}

// result lets the process go on until its next result or its end.
func (p *turnTaker) result(patience time.Duration) error {
	defer after(patience, func() { p.cancel(errHangs) })()
	defer context.AfterFunc(p.ctx, p.gate.interrupt)()
	start := time.Now()
	for {
		if err := p.consume(); err != nil {
			return err
		}
		packet, err := p.gate.peek()
		if p.ctx.Err() != nil {
			return context.Cause(p.ctx)
		}
		if errors.Is(err, io.EOF) {
			p.ended = true
			return nil
		}
		if err != nil {
			return err
		}
		p.pending = packet
		if isResult(p.stdout.Bytes(), packet) {
			took, threads := time.Since(start), threadTimes(p.cmd.Process.Pid)
			p.took = append(p.took, took)
			p.waited = append(p.waited, waitedBetween(p.threads, threads))
			p.threads = threads
			return nil
		}
	}
}

// consume takes the pending packet out of the gate.
func (p *turnTaker) consume() error {
	if p.pending == nil {
		return nil
	}
	p.stdout.Write(p.pending)
	err := p.gate.consume(p.pending)
	p.pending = nil
	return err
}

// isResult reports whether a packet completes the line of a result, given what was written
// before it.
func isResult(before, packet []byte) bool {
	if !bytes.HasSuffix(packet, []byte("\n")) {
		return false
	}
	line := string(before[bytes.LastIndexByte(before, '\n')+1:]) + string(packet)
	fields := strings.Fields(line)
	if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") || strings.Count(line, "\n") > 1 {
		return false
	}
	_, err := strconv.Atoi(fields[1])
	return err == nil
}

// finish waits for the end of a process that has ended its output.
func (p *turnTaker) finish() (*Output, error) {
	err := p.cmd.Wait()
	endGroup(p.cmd)
	if p.ctx.Err() != nil {
		return nil, context.Cause(p.ctx)
	}
	if err != nil {
		return nil, errors.New(failure(p.stdout.String()+"\n"+p.stderr.String(), err))
	}
	o := &Output{Switches: involuntarySwitches(p.cmd), took: p.took, waited: p.waited}
	for _, d := range p.took {
		o.Elapsed += d
	}
	if err := o.parse(p.stdout.Bytes()); err != nil {
		return nil, err
	}
	if len(o.Results) != len(p.took) {
		return nil, errors.New("prints lines like those of results, but with other fields")
	}
	return o, nil
}

// close ends the process, if it has not ended, and releases what belongs to it.
func (p *turnTaker) close() {
	p.cancel(nil)
	_ = p.cmd.Wait() // again, where finish has waited
	_ = p.gate.close()
}
