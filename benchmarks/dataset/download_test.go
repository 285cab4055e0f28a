package dataset

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// mirror serves the small files as .gz and counts the requests.
func (s small) mirror(t *testing.T) (url string, requests *atomic.Int64) {
	requests = new(atomic.Int64)
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		for i, f := range s.files {
			if r.URL.Path == "/mnist/"+f.name+".gz" {
				w.Write(zipped(s.content[i]))
				return
			}
		}
		http.NotFound(w, r)
	}), requests
}

func serve(t *testing.T, handler http.HandlerFunc) (url string) {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL + "/mnist"
}

// down is an address on which no server listens.
func down(t *testing.T) string {
	server := httptest.NewServer(nil)
	server.Close()
	return server.URL
}

func TestDownloadFillsTheCache(t *testing.T) {
	s, cache := newSmall(), filepath.Join(t.TempDir(), "a", "b")
	url, requests := s.mirror(t)
	l, log := s.loader(cache, url+"/")
	d, err := l.loadCached(context.Background())
	s.check(t, d, err, "mnist")
	if d.From != url+"/" || requests.Load() != 4 || !strings.Contains(log.String(), "downloading MNIST") {
		t.Errorf("from %q after %d requests, log %q", d.From, requests.Load(), log)
	}
	s.checkCache(t, cache)

	l, log = s.loader(cache) // no mirrors: the cache must do
	d, err = l.loadCached(context.Background())
	s.check(t, d, err, "mnist")
	if d.From != cache || log.Len() > 0 {
		t.Errorf("second time from %q, log %q; want the cache and nothing", d.From, log)
	}
}

// checkCache fails unless the cache has the four files and nothing else.
func (s small) checkCache(t *testing.T, cache string) {
	t.Helper()
	entries, err := os.ReadDir(cache)
	if err != nil || len(entries) != 4 {
		t.Fatalf("cache holds %v (%v), want four files", entries, err)
	}
	for i, f := range s.files {
		content, _, err := f.find(cache)
		if err != nil || !bytes.Equal(content, s.content[i]) {
			t.Errorf("%s in the cache: %v", f.name, err)
		}
	}
}

// A bad first mirror has no consequence but a line in the log.
func TestDownloadTriesTheOtherMirror(t *testing.T) {
	s := newSmall()
	whole := zipped(s.content[trainImages])
	other := bytes.Clone(s.content[trainImages])
	other[imageHeader] ^= 1
	send := func(b []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.Write(b) }
	}
	tests := []struct {
		name string
		bad  http.HandlerFunc // nil: nothing listens
		want string
	}{
		{"down", nil, "refused"},
		{"not found", http.NotFound, "HTTP status 404"},
		{"wrong checksum", send(zipped(other)), "not MNIST's file: the SHA-256 of the decompressed content is " + digestOf(other)},
		{"a login page", send([]byte("<html>Please log in to use this network</html>")), "wrong magic number"},
		{"gzip cut short", send(whole[:len(whole)/2]), "truncated"},
		{"connection cut", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000000")
			w.Write(whole)
		}, "connection closed after"},
		{"far too long", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99999999999")
		}, "99999999999 bytes announced"},
		{"stalls before the header", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no data in time"},
		{"stalls in the middle", func(w http.ResponseWriter, r *http.Request) {
			w.Write(whole[:20])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "no data in time"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bad := down(t)
			if test.bad != nil {
				bad = serve(t, test.bad)
			}
			good, requests := s.mirror(t)
			cache := t.TempDir()
			l, log := s.loader(cache, bad, good)
			if strings.HasPrefix(test.name, "stalls") {
				l.stall = 50 * time.Millisecond
			}
			d, err := l.loadCached(context.Background())
			s.check(t, d, err, "mnist")
			s.checkCache(t, cache)
			if !strings.Contains(log.String(), test.want) || strings.Count(log.String(), "trying the next mirror") != 1 {
				t.Errorf("log %q: want %q and one change of mirror", log, test.want)
			}
			if d.From != good || requests.Load() != 4 {
				t.Errorf("from %q, %d requests to the good mirror", d.From, requests.Load())
			}
		})
	}
}

// clockwork is a server in simulated time, with delays before the connection and before
// each of ten bytes.
type clockwork struct {
	ctx           context.Context
	connect, read time.Duration
	sent          int
}

func (c *clockwork) RoundTrip(r *http.Request) (*http.Response, error) {
	c.ctx = r.Context()
	if err := c.sleep(c.connect); err != nil {
		return nil, err
	}
	httptrace.ContextClientTrace(c.ctx).GotConn(httptrace.GotConnInfo{})
	return &http.Response{StatusCode: http.StatusOK, ContentLength: -1, Body: io.NopCloser(c)}, nil
}

func (c *clockwork) Read(p []byte) (int, error) {
	if c.sent == 10 {
		return 0, io.EOF
	}
	if err := c.sleep(c.read); err != nil {
		return 0, err
	}
	c.sent++
	return 1, nil
}

func (c *clockwork) sleep(d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
}

// There are time limits for connecting and for waiting for data, none for the whole
// download.
func TestDownloadTimeouts(t *testing.T) {
	const just = time.Millisecond
	tests := []struct {
		name   string
		server clockwork
		want   error
		after  time.Duration
	}{
		{"slow but alive", clockwork{connect: connectTimeout - just, read: stallTimeout - just}, nil,
			connectTimeout - just + 10*(stallTimeout-just)},
		{"connects too late", clockwork{connect: connectTimeout + just}, errConnect, connectTimeout},
		{"silent too long", clockwork{connect: 1 * just, read: stallTimeout + just}, errStall, just + stallTimeout},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				l, _ := newSmall().loader("")
				l.client = &http.Client{Transport: &test.server}
				l.connect, l.stall = connectTimeout, stallTimeout
				body, err := l.get(t.Context(), "http://mirror.invalid/file")
				if !errors.Is(err, test.want) || err == nil && len(body) != 10 {
					t.Errorf("%d bytes, error %v, want %v", len(body), err, test.want)
				}
				if after := time.Since(start); after != test.after {
					t.Errorf("after %v on the fake clock, want %v", after, test.after)
				}
			})
		})
	}
}

// Where no mirror has MNIST, the built-in digits are used if that is allowed, else it is an
// error with the remedies.
func TestNoMirrorLeavesTheBuiltinDigits(t *testing.T) {
	s := newSmall()
	cache := t.TempDir()
	spoilt := filepath.Join(cache, s.files[trainImages].name)
	write(t, spoilt, []byte("rubbish"))
	broken := serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) })
	l, log := s.loader(cache, down(t), broken)
	d, err := l.loadCached(context.Background())
	refused(t, d, err, "no MNIST", "refused", "HTTP status 503", "-data DIR", "-data builtin")
	log.Reset()
	l.builtin = true
	d, err = l.loadCached(context.Background())
	if err != nil || d.Source != "builtin" || d.From != "builtin" || d.Digest != builtinDigest {
		t.Fatalf("data %+v, error %v; want the built-in digits", d, err)
	}
	for _, want := range []string{spoilt + ": truncated", "BUILT-IN DRAWN DIGITS", "data: builtin", "refused", "HTTP status 503", "-data DIR"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log %q lacks %q", log, want)
		}
	}
}

// Only the zero Dir falls back to the built-in digits, and only where that is allowed.
func TestFallback(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want string
	}{{Options{}, ""}, {Options{Fallback: true}, Builtin}, {Options{Dir: MNIST, Fallback: true}, ""}, {Options{Dir: Builtin}, Builtin}} {
		c.o.Cache, c.o.Mirrors = t.TempDir(), []string{}
		d, err := Load(t.Context(), c.o)
		if c.want == "" {
			refused(t, d, err, "no MNIST")
		} else if err != nil || d.Source != c.want {
			t.Errorf("%+v: error %v", c.o, err)
		}
	}
}

func TestCorruptedCacheFileIsReplaced(t *testing.T) {
	s := newSmall()
	other := bytes.Clone(s.content[testImages])
	other[imageHeader] ^= 1
	for name, spoilt := range map[string][]byte{
		"truncated": zipped(s.content[testImages])[:30],
		"not MNIST": zipped(other),
	} {
		t.Run(name, func(t *testing.T) {
			url, requests := s.mirror(t)
			cache := t.TempDir()
			l, _ := s.loader(cache, url)
			if _, err := l.loadCached(context.Background()); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(cache, s.files[testImages].name+".gz")
			write(t, path, spoilt)
			l, log := s.loader(cache, url)
			d, err := l.loadCached(context.Background())
			s.check(t, d, err, "mnist")
			s.checkCache(t, cache)
			if requests.Load() != 5 || !strings.Contains(log.String(), path+": "+name) {
				t.Errorf("%d requests, log %q; want 5 and the file named", requests.Load(), log)
			}
		})
	}
}

func TestUnwritableCacheCostsOneWarning(t *testing.T) {
	s := newSmall()
	url, _ := s.mirror(t)
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	l, log := s.loader(filepath.Join(file, "cache"), url)
	d, err := l.loadCached(context.Background())
	s.check(t, d, err, "mnist")
	if n := strings.Count(log.String(), "warning:"); n != 1 {
		t.Errorf("%d warnings, want 1: %q", n, log)
	}
}

func TestLoadsAtOnceShareACache(t *testing.T) {
	s, cache := newSmall(), t.TempDir()
	url, _ := s.mirror(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			l, log := s.loader(cache, url)
			d, err := l.loadCached(context.Background())
			if err != nil || d.Source != "mnist" || d.Digest != s.content.digest() {
				t.Errorf("error %v, log %q", err, log)
			}
			if strings.Contains(log.String(), "not used") || strings.Contains(log.String(), "warning") {
				t.Errorf("a half-written file was seen: %q", log)
			}
		})
	}
	all.Wait()
	s.checkCache(t, cache)
}

// After a cancellation neither the next mirror nor the built-in digits are used.
func TestCancelledWhileDownloading(t *testing.T) {
	s := newSmall()
	ctx, cancel := context.WithCancel(context.Background())
	stalled := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte{0x1f})
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	})
	good, requests := s.mirror(t)
	l, _ := s.loader(t.TempDir(), stalled, good)
	if d, err := l.loadCached(ctx); d != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancellation", err)
	}
	if requests.Load() != 0 {
		t.Error("went on to the next mirror")
	}
}

func TestProgressInLines(t *testing.T) {
	for size, want := range map[int64]string{2e6: "x: 1.5 of 2.0 MB\n", -1: "x: 1.5 MB\n"} {
		var log bytes.Buffer
		meter := &lines{log: &log, name: "x", size: size}
		if n, err := io.Copy(meter, bytes.NewReader(make([]byte, 1.5e6))); n != 1.5e6 || err != nil {
			t.Fatal(n, err)
		}
		if !strings.HasSuffix(log.String(), want) {
			t.Errorf("size %d: %q, want %q at the end", size, log.String(), want)
		}
	}
}
