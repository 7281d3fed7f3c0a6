// Command promoter-render builds kustomizations that it is handed on standard input and answers with
// the objects on standard output. It reads no disk, opens no connection and starts no program: the
// files of a build come with the request, and after start-up the process may not open a descriptor.
//
// A frame is a big-endian 32-bit length and as many bytes of JSON. A request's frame is followed by
// the contents of its files, in their order, without separators. One request, one answer; end of
// input ends the program.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"sigs.k8s.io/kustomize/api/provenance"
)

// protocol changes whenever a frame's meaning does; the caller refuses another.
const protocol = 1

// maxHeader bounds a request's JSON, so that a broken stream is not taken for a huge request.
const maxHeader = 64 << 20

type hello struct {
	Protocol int    `json:"protocol"`
	Version  string `json:"version"`
}

func main() {
	memory := flag.Int64("memory", 1<<30, "bytes of data that the process may hold")
	flag.Parse()
	log.SetOutput(io.Discard)
	answers := os.Stdout
	silence()
	closeNetwork()
	if err := limit(*memory); err != nil {
		fail(err)
	}
	if err := serve(bufio.NewReaderSize(os.Stdin, 1<<16), bufio.NewWriterSize(answers, 1<<16)); err != nil {
		fail(err)
	}
}

func fail(err error) {
	// The variable os.Stderr is silenced; the descriptor is not.
	fmt.Fprintln(os.NewFile(2, "stderr"), "promoter-render:", err)
	os.Exit(1)
}

func serve(in io.Reader, out *bufio.Writer) error {
	if err := answer(out, hello{protocol, provenance.GetProvenance().Semver()}); err != nil {
		return err
	}
	prepare()
	for {
		request, err := receive(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := answer(out, build(request)); err != nil {
			return err
		}
	}
}

// receive gives the next request with its files, or io.EOF between two requests.
func receive(in io.Reader) (*request, error) {
	var length uint32
	if err := binary.Read(in, binary.BigEndian, &length); err != nil {
		return nil, err
	}
	if length > maxHeader {
		return nil, fmt.Errorf("a request's header has %d bytes, at most %d are expected", length, maxHeader)
	}
	header := make([]byte, length)
	if _, err := io.ReadFull(in, header); err != nil {
		return nil, unexpected(err)
	}
	var asked request
	if err := json.Unmarshal(header, &asked); err != nil {
		return nil, fmt.Errorf("a request's header is no JSON: %w", err)
	}
	for i := range asked.Files {
		content := make([]byte, asked.Files[i].Size)
		if _, err := io.ReadFull(in, content); err != nil {
			return nil, unexpected(err)
		}
		asked.Files[i].content = content
	}
	return &asked, nil
}

// unexpected keeps the end of input inside a request from looking like the end between two.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func answer(out *bufio.Writer, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := binary.Write(out, binary.BigEndian, uint32(len(body))); err != nil {
		return err
	}
	if _, err := out.Write(body); err != nil {
		return err
	}
	return out.Flush()
}
