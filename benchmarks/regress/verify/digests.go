package verify

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// digestsName is the file of committed digests in the directory of the results.
const digestsName = "digests.txt"

// readDigests returns the committed digests by name and data, "NAME DATA".
func readDigests(results string) (map[string]string, error) {
	path := filepath.Join(results, digestsName)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w; run this command in the top directory of the repository, or give its results with -results DIR", err)
	}
	digests := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 3 || len(fields[2]) != hex.EncodedLen(sha256.Size) {
			return nil, fmt.Errorf("%s:%d: a line has a name, the data and a SHA-256", path, number)
		}
		digests[fields[0]+" "+fields[1]] = fields[2]
	}
	return digests, lines.Err()
}
