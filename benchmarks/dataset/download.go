package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// publicMirrors hold the four files as <name>.gz.
var publicMirrors = []string{
	"https://storage.googleapis.com/cvdf-datasets/mnist",
	"https://ossci-datasets.s3.amazonaws.com/mnist",
}

const (
	connectTimeout = 5 * time.Second  // to resolve, connect and shake hands
	stallTimeout   = 10 * time.Second // without a byte, once connected
	maxDownload    = 64 << 20         // bytes; the largest file has under 10 MB
)

// loadCached reads each file from the cache, else downloads it. If one of them is not
// available, it returns an error or, if they are allowed, the built-in digits.
func (l *loader) loadCached(ctx context.Context) (*Data, error) {
	var raw rawFiles
	from, announced := l.cache, false
	for i, f := range l.files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if content, ok := l.fromCache(f); ok {
			raw[i] = content
			continue
		}
		if !announced && len(l.mirrors) > 0 {
			fmt.Fprintln(l.log, "downloading MNIST (about 11 MB)")
			announced = true
		}
		packed, content, mirror, err := l.download(ctx, f)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil && !l.builtin {
			return nil, fmt.Errorf("no MNIST: %s could not be downloaded (%w): "+
				"put the four files into a directory and name it with -data DIR or LOSSGLASS_DATA, or use the built-in drawn digits, -data builtin", f.name, err)
		}
		if err != nil {
			l.announceBuiltin(f, err)
			return loadBuiltin(ctx)
		}
		raw[i], from = content, mirror
		l.keep(f, packed)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return raw.decode("mnist", from)
}

// fromCache returns a verified file from the cache. It reports a file that is damaged.
func (l *loader) fromCache(f idxFile) ([]byte, bool) {
	if l.cache == "" {
		return nil, false
	}
	content, path, err := f.find(l.cache)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false
	}
	if err == nil {
		err = f.verify(content)
	}
	if err != nil {
		fmt.Fprintf(l.log, "%s: %v: not used, downloading it again\n", path, err)
		return nil, false
	}
	return content, true
}

// announceBuiltin says, conspicuously, that the built-in digits are used.
func (l *loader) announceBuiltin(f idxFile, err error) {
	fmt.Fprintf(l.log, `
*** NO MNIST: using the BUILT-IN DRAWN DIGITS instead. ***
*** Results are not comparable with the paper's; every output says "data: builtin". ***
%s could not be downloaded (%v).
To use MNIST, put its four files into a directory and name it with -data DIR or LOSSGLASS_DATA.

`, f.name, err)
}

// download downloads a file from the first mirror whose file is correct, and moves that
// mirror to the front for the next file. It returns the file as sent, usually compressed by
// gzip, and decompressed; or an error that says what each mirror did.
func (l *loader) download(ctx context.Context, f idxFile) (packed, content []byte, mirror string, err error) {
	if len(l.mirrors) == 0 {
		return nil, nil, "", errors.New("no mirrors given")
	}
	var failures []string
	for i, mirror := range l.mirrors {
		url := strings.TrimSuffix(mirror, "/") + "/" + f.name + ".gz"
		packed, err := l.get(ctx, url)
		if err == nil {
			content, err = readIDX(bytes.NewReader(packed), f.kind)
		}
		if err == nil {
			err = f.verify(content)
		}
		if err == nil {
			l.mirrors = slices.Concat(l.mirrors[i:], l.mirrors[:i])
			return packed, content, mirror, nil
		}
		if ctx.Err() != nil {
			return nil, nil, "", ctx.Err()
		}
		failures = append(failures, fmt.Sprintf("%s: %v", url, err))
		if i+1 < len(l.mirrors) {
			fmt.Fprintf(l.log, "%s: %v: trying the next mirror\n", url, err)
		}
	}
	return nil, nil, "", errors.New(strings.Join(failures, "; "))
}

// The causes that end a download after the loader's timeouts.
var (
	errConnect = errors.New("no connection in time")
	errStall   = errors.New("connected, but no data in time")
)

// get downloads an address into memory. It fails if connecting takes longer than
// l.connect, or if no byte arrives for l.stall after that.
func (l *loader) get(ctx context.Context, url string) (body []byte, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	connecting := time.AfterFunc(l.connect, func() { cancel(errConnect) })
	defer connecting.Stop()
	stalling := time.AfterFunc(l.connect+l.stall, func() { cancel(errStall) })
	defer stalling.Stop()
	defer func() {
		// The client reports a bare "context canceled"; the cause says why.
		if cause := context.Cause(ctx); err != nil && cause != nil {
			err = cause
		}
	}()

	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			connecting.Stop()
			stalling.Reset(l.stall)
		},
	})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	// Named by hand, so that the client hands over the .gz file as it is.
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := l.client.Do(request)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP status %s", response.Status)
	}
	if response.ContentLength > maxDownload {
		return nil, fmt.Errorf("%d bytes announced, more than any of the files has", response.ContentLength)
	}
	bar := newMeter(l.log, url, response.ContentLength)
	defer bar.Close()
	alive := readerFunc(func(p []byte) (int, error) {
		n, err := response.Body.Read(p)
		stalling.Reset(l.stall)
		return n, err
	})
	body, err = io.ReadAll(io.TeeReader(io.LimitReader(alive, maxDownload+1), bar))
	if err == io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("connection closed after %d of %d bytes", len(body), response.ContentLength)
	}
	if err == nil && len(body) > maxDownload {
		return nil, fmt.Errorf("more than %d bytes sent, more than any of the files has", maxDownload)
	}
	return body, err
}

// readerFunc is a Read method.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// withoutURL drops the address that the client puts before its errors.
func withoutURL(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// keep writes a verified file to the cache. If that fails it only warns, once: the file is
// in memory.
func (l *loader) keep(f idxFile, packed []byte) {
	if l.cache == "" {
		return
	}
	err := os.MkdirAll(l.cache, 0o755)
	if err == nil {
		err = atomicfile.Write(filepath.Join(l.cache, f.name+".gz"), packed)
	}
	if err != nil {
		fmt.Fprintf(l.log, "warning: the downloaded files cannot be kept: %v; they stay in memory for this run\n", err)
		l.cache = ""
	}
}
