package main

import (
	"context"
	"time"
)

// A peer is a library that trains the networks, in one or several forms.
type peer interface {
	about() about
	// measure trains from the start on the whole order, repeatedly, for at least the given time.
	measure(ctx context.Context, f form, s setting, atLeast time.Duration) (measurement, error)
	close()
}

// about describes a peer.
type about struct {
	Library string `json:"library"`
	Version string `json:"version"`
	Details string `json:"details"`
	Forms   []form `json:"forms"`
}

// A form is one way to write the training loop with a library.
type form struct {
	Name     string `json:"name"`
	Networks int    `json:"networks"` // trained together
}

// A measurement is the speed and the final losses of a form.
type measurement struct {
	Samples int       `json:"samples"` // samples x networks trained on
	Seconds float64   `json:"seconds"`
	Losses  []float64 `json:"losses"` // of each network at the end, on the test images
}

// speed returns samples x networks per second.
func (m measurement) speed() float64 { return float64(m.Samples) / m.Seconds }

// A goPeer is a library that runs in this process.
type goPeer struct {
	self  about
	order []int32
	make  map[string]func(s setting) trainer // by the name of the form
}

// A trainer is a form that runs in this process, ready to train.
type trainer interface {
	reset()              // restores the starting parameters
	train(order []int32) // trains on the images in this order
	losses() []float64   // as in measurement.Losses
}

func (p *goPeer) about() about { return p.self }

// measure does the same as the function measure in peer.py.
func (p *goPeer) measure(ctx context.Context, f form, s setting, atLeast time.Duration) (measurement, error) {
	t := p.make[f.Name](s)
	t.reset()
	t.train(p.order[:max(1, len(p.order)/s.Batch/10)*s.Batch]) // caches and allocators warm up
	var m measurement
	var taken time.Duration
	for m.Samples == 0 || taken < atLeast {
		if err := ctx.Err(); err != nil {
			return measurement{}, err
		}
		t.reset()
		began := time.Now()
		t.train(p.order)
		taken += time.Since(began)
		m.Samples += len(p.order) * f.Networks
	}
	m.Seconds, m.Losses = taken.Seconds(), t.losses()
	return m, nil
}

func (p *goPeer) close() {}
