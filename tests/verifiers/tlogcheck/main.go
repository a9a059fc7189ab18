// tlogcheck holds a hall's public log against Go's own transparency code (golang.org/x/mod/sumdb,
// which stands behind Go's checksum database). It knows nothing of the hall but C2SP's formats.
//
//	tlogcheck log -url http://127.0.0.1:8080/v1/log [-vkey FILE] [-older FILE]...
//	tlogcheck proof -vkey FILE PROOF ENTRY...
//
// `log` opens the newest checkpoint, rebuilds the tree from all entries, and compares with it the
// root, every tile that is served, and what was signed before. An auditor's session token stands in
// TLOGCHECK_TOKEN, for the entries. `proof` looks at pairs of files: a tlog-proof and the bytes of
// the entry that it proves. Exit code 0: all is well; 1: something is not, and it says what.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	answerMax  = 32 << 20
)

// -- what is fetched -------------------------------------------------------------------------

// client reads from the prefix under which a log is served.
type client struct {
	url   string
	token string
}

func (c client) fetch(path string) ([]byte, error) {
	request, err := http.NewRequest("GET", c.url+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerMax))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s: %.200s", path, response.Status, body)
	}
	return body, nil
}

// tilePath writes a tile's path as tlog-tiles does; Go's own Tile.Path has the height before it.
func tilePath(kind string, index int64, width int) string {
	path := fmt.Sprintf("%03d", index%1000)
	for rest := index / 1000; rest > 0; rest /= 1000 {
		path = fmt.Sprintf("x%03d/%s", rest%1000, path)
	}
	path = "tile/" + kind + "/" + path
	if width < tileWidth {
		path += ".p/" + strconv.Itoa(width)
	}
	return path
}

// Height and SaveTiles make a client a tlog.TileReader: proofs are then made from served tiles.
func (c client) Height() int                             { return tileHeight }
func (c client) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}

func (c client) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		one, err := c.fetch(tilePath(strconv.Itoa(tile.L), tile.N, tile.W))
		if err != nil {
			return nil, err
		}
		data = append(data, one)
	}
	return data, nil
}

// -- checkpoints -----------------------------------------------------------------------------

// verifiersOf reads verifier keys, one a line.
func verifiersOf(text []byte) (note.Verifiers, error) {
	var verifiers []note.Verifier
	for _, line := range strings.Fields(string(text)) {
		verifier, err := note.NewVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("verifier key %q: %v", line, err)
		}
		verifiers = append(verifiers, verifier)
	}
	return note.VerifierList(verifiers...), nil
}

// openCheckpoint reads a signed checkpoint: the origin must be the name of who signed it.
func openCheckpoint(signed []byte, verifiers note.Verifiers) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(signed, verifiers)
	if err != nil {
		return tree, fmt.Errorf("checkpoint: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != opened.Sigs[0].Name {
		return tree, fmt.Errorf("checkpoint: signed by %s, but it says %q", opened.Sigs[0].Name, lines[0])
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, fmt.Errorf("checkpoint: %v", err)
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// -- the tree --------------------------------------------------------------------------------

// storage holds the hashes of a tree as tlog numbers them.
type storage []tlog.Hash

func (s storage) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, errors.New("the tree is smaller")
		}
		hashes[i] = s[index]
	}
	return hashes, nil
}

// entriesOf takes a bundle apart: each entry has its length before it.
func entriesOf(bundle []byte) ([][]byte, error) {
	var entries [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("an entry is cut off")
		}
		size := int(binary.BigEndian.Uint16(bundle))
		entries = append(entries, bundle[2:2+size])
		bundle = bundle[2+size:]
	}
	return entries, nil
}

// widthAt is how many hashes a tile has in a tree of that size; 0 where there is none.
func widthAt(size int64, level int, index int64) int {
	left := size>>(tileHeight*level) - index*tileWidth
	if left > tileWidth {
		left = tileWidth
	}
	return int(left)
}

// rebuild makes the tree again from the bundles of all entries.
func rebuild(c client, size int64) (storage, error) {
	var hashes storage
	for index := int64(0); index*tileWidth < size; index++ {
		path := tilePath("entries", index, widthAt(size, 0, index))
		bundle, err := c.fetch(path)
		if err != nil {
			return nil, err
		}
		entries, err := entriesOf(bundle)
		if err != nil || len(entries) != widthAt(size, 0, index) {
			return nil, fmt.Errorf("%s: %d entries: %v", path, len(entries), err)
		}
		for i, entry := range entries {
			more, err := tlog.StoredHashes(index*tileWidth+int64(i), entry, hashes)
			if err != nil {
				return nil, err
			}
			hashes = append(hashes, more...)
		}
	}
	return hashes, nil
}

// checkTiles compares every tile of a tree of that size, partial ones too, with the tree.
func checkTiles(c client, hashes storage, size int64, isWanted func(width int) bool) (int, error) {
	count := 0
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		for index := int64(0); widthAt(size, level, index) > 0; index++ {
			width := widthAt(size, level, index)
			if !isWanted(width) {
				continue
			}
			tile := tlog.Tile{H: tileHeight, L: level, N: index, W: width}
			path := tilePath(strconv.Itoa(level), index, width)
			expected, err := tlog.ReadTileData(tile, hashes)
			if err != nil {
				return count, fmt.Errorf("%s: %v", path, err)
			}
			served, err := c.fetch(path)
			if err != nil {
				return count, err
			}
			if !bytes.Equal(expected, served) {
				return count, fmt.Errorf("%s is not what its entries give", path)
			}
			count++
		}
	}
	return count, nil
}

// checkOlder proves from served tiles that the log grew from what was signed before.
func checkOlder(c client, path string, verifiers note.Verifiers, hashes storage, tree tlog.Tree) error {
	signed, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	older, err := openCheckpoint(signed, verifiers)
	if err != nil {
		return fmt.Errorf("%s: %v", path, err)
	}
	if older.N > tree.N {
		return fmt.Errorf("%s: signed over %d entries, now there are %d", path, older.N, tree.N)
	}
	if older.N == 0 { // Go proves nothing from an empty tree, whose root is the hash of nothing
		if older.Hash != sha256.Sum256(nil) {
			return fmt.Errorf("%s: %v is not the root of an empty log", path, older.Hash)
		}
		fmt.Printf("consistency: %d entries grew from 0\n", tree.N)
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, older.N, tlog.TileHashReader(tree, c))
	if err != nil {
		return fmt.Errorf("%s: %v", path, err)
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
		return fmt.Errorf("%s: the log did not grow from it: %v", path, err)
	}
	isPartial := func(width int) bool { return width < tileWidth }
	if _, err := checkTiles(c, hashes, older.N, isPartial); err != nil {
		return err
	}
	fmt.Printf("consistency: %d entries grew from %d\n", tree.N, older.N)
	return nil
}

// -- commands --------------------------------------------------------------------------------

type paths []string

func (p *paths) String() string        { return strings.Join(*p, " ") }
func (p *paths) Set(path string) error { *p = append(*p, path); return nil }

func keysFrom(c client, path string) (note.Verifiers, error) {
	var text []byte
	var err error
	if path == "" {
		text, err = c.fetch("vkey")
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	return verifiersOf(text)
}

func checkLog(arguments []string) error {
	var older paths
	flags := flag.NewFlagSet("log", flag.ExitOnError)
	url := flags.String("url", "", "where the log is served")
	vkey := flags.String("vkey", "", "file of verifier keys; as served when left out")
	flags.Var(&older, "older", "file of a checkpoint that was fetched earlier")
	flags.Parse(arguments)
	begun := time.Now()
	c := client{url: strings.TrimRight(*url, "/"), token: os.Getenv("TLOGCHECK_TOKEN")}
	verifiers, err := keysFrom(c, *vkey)
	if err != nil {
		return err
	}
	signed, err := c.fetch("checkpoint")
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(signed, verifiers)
	if err != nil {
		return err
	}
	fmt.Printf("checkpoint: %d entries, root %v\n", tree.N, tree.Hash)
	hashes, err := rebuild(c, tree.N)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries give the root %v, but %v was signed", root, tree.Hash)
	}
	fmt.Printf("entries: %d give the root\n", tree.N)
	count, err := checkTiles(c, hashes, tree.N, func(int) bool { return true })
	if err != nil {
		return err
	}
	fmt.Printf("tiles: %d are as the entries give them\n", count)
	for _, path := range older {
		if err := checkOlder(c, path, verifiers, hashes, tree); err != nil {
			return err
		}
	}
	fmt.Fprintf(os.Stderr, "took %.1f s\n", time.Since(begun).Seconds())
	return nil
}

// proofFile is a tlog-proof taken apart.
type proofFile struct {
	index  int64
	hashes tlog.RecordProof
	signed []byte
}

func readProof(text []byte) (proof proofFile, err error) {
	head, signed, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return proof, errors.New("no tlog-proof")
	}
	proof.signed = signed
	if strings.HasPrefix(lines[1], "extra ") {
		lines = lines[1:]
	}
	if len(lines) < 2 || !strings.HasPrefix(lines[1], "index ") {
		return proof, errors.New("the index is missing")
	}
	if proof.index, err = strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64); err != nil {
		return proof, err
	}
	for _, line := range lines[2:] {
		var hash tlog.Hash
		decoded, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(decoded) != len(hash) {
			return proof, fmt.Errorf("%q is no hash", line)
		}
		copy(hash[:], decoded)
		proof.hashes = append(proof.hashes, hash)
	}
	return proof, nil
}

func checkProof(verifiers note.Verifiers, proofPath, entryPath string) error {
	text, err := os.ReadFile(proofPath)
	if err != nil {
		return err
	}
	entry, err := os.ReadFile(entryPath)
	if err != nil {
		return err
	}
	proof, err := readProof(text)
	if err != nil {
		return fmt.Errorf("%s: %v", proofPath, err)
	}
	tree, err := openCheckpoint(proof.signed, verifiers)
	if err != nil {
		return fmt.Errorf("%s: %v", proofPath, err)
	}
	leaf := tlog.RecordHash(entry)
	if err := tlog.CheckRecord(proof.hashes, tree.N, tree.Hash, proof.index, leaf); err != nil {
		return fmt.Errorf("%s: %v", proofPath, err)
	}
	fmt.Printf("proof: entry %d is in the log of %d\n", proof.index+1, tree.N)
	return nil
}

func checkProofs(arguments []string) error {
	flags := flag.NewFlagSet("proof", flag.ExitOnError)
	vkey := flags.String("vkey", "", "file of verifier keys")
	flags.Parse(arguments)
	verifiers, err := keysFrom(client{}, *vkey)
	if err != nil {
		return err
	}
	files := flags.Args()
	if len(files) == 0 || len(files)%2 != 0 {
		return errors.New("each PROOF needs its ENTRY behind it")
	}
	for i := 0; i < len(files); i += 2 {
		if err := checkProof(verifiers, files[i], files[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	commands := map[string]func([]string) error{"log": checkLog, "proof": checkProofs}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: tlogcheck log|proof ...")
		os.Exit(1)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "tlogcheck:", err)
		os.Exit(1)
	}
}
