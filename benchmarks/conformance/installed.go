package conformance

import (
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Installed is a library of this machine.
type Installed struct {
	Path    string `json:"path"`    // as the dynamic linker finds it
	File    string `json:"file"`    // links resolved
	Package string `json:"package"` // Debian's, with its version, or ""
}

// names match the files of libraries that have a product.
var names = regexp.MustCompile(`/lib(openblas|blis|blas|cblas|f77blas|satlas|tatlas|mkl_rt|dnnl|xsmm|nvpl_blas|armpl|flexiblas)[^/]*\.so[^/]*$`)

// Find returns the libraries that the dynamic linker knows and those that lie beside them
// as alternatives, each file once.
func Find(ctx context.Context) []Installed {
	paths := slices.DeleteFunc(linkerPaths(ctx), func(path string) bool { return !names.MatchString(path) })
	beside, _ := filepath.Glob("/usr/lib/*/*/lib*blas*.so.*")
	for _, path := range beside {
		if names.MatchString(path) {
			paths = append(paths, path)
		}
	}
	var found []Installed
	for _, path := range paths {
		file, err := filepath.EvalSymlinks(path)
		if err == nil && !slices.ContainsFunc(found, func(l Installed) bool { return l.File == file }) {
			found = append(found, Installed{path, file, packageOf(ctx, file)})
		}
	}
	return found
}

// linkerPaths returns the paths of all libraries that the dynamic linker knows.
func linkerPaths(ctx context.Context) []string {
	out, _ := exec.CommandContext(ctx, "ldconfig", "-p").Output() // none where there is no ldconfig
	var paths []string
	for line := range strings.Lines(string(out)) {
		if _, path, ok := strings.Cut(strings.TrimSpace(line), " => "); ok {
			paths = append(paths, path)
		}
	}
	return paths
}

// packageOf returns Debian's package of a file, with its version, or "".
func packageOf(ctx context.Context, file string) string {
	out, err := exec.CommandContext(ctx, "dpkg-query", "-S", file).Output()
	name, _, ok := strings.Cut(string(out), ": ")
	if err != nil || !ok {
		return ""
	}
	version, err := exec.CommandContext(ctx, "dpkg-query", "-W", "-f", "${Version}", name).Output()
	if err != nil {
		return name
	}
	return name + " " + string(version)
}
