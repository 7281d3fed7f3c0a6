package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"runtime/debug"
)

var errNoNetwork = errors.New("the network is closed to builds")

type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errNoNetwork }

// closeNetwork makes every request fail before a name is looked up or a socket opened, and leaves no
// program to be found by its name. The pre-flight has refused such entries already.
func closeNetwork() {
	http.DefaultTransport = refusing{}
	http.DefaultClient = &http.Client{Transport: refusing{}}
	net.DefaultResolver = &net.Resolver{
		PreferGo: true,
		Dial:     func(context.Context, string, string) (net.Conn, error) { return nil, errNoNetwork },
	}
	os.Clearenv()
	os.Setenv("PATH", "")
	os.Setenv("TMPDIR", "/nonexistent")
}

// silence discards what the library prints, for example about deprecated fields: the linter says it with
// a place, and standard output carries frames alone.
func silence() {
	if nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = nowhere
		os.Stdout = nowhere
	}
}

// spare is what the runtime may use beyond the limit that the garbage collector works towards.
const spare = 64 << 20

// limit bounds memory and forbids further descriptors: without one there is no file to read, no
// socket to connect and no program to start.
func limit(memory int64) error {
	// Each collection walks the schemas anew, 25 MB that never go: doing it half as often is a tenth of the time.
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(memory - spare)
	debug.SetMaxStack(256 << 20)
	return limitProcess(uint64(memory))
}
