// Small Go programs that the tests build. Each ends by itself when it is run.

type Files = Readonly<Record<string, string>>;

function program(main: string, others: Files = {}): Files {
  return { 'go.mod': 'module example.com/app\n\ngo 1.19\n', 'main.go': main, ...others };
}

export const sources = {
  /** Pure Go without a package that could use cgo. */
  hello: program('package main\n\nfunc main() { println("hello") }\n'),
  /** fmt and os: what most small programs hold. */
  fmt: program('package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n'),
  /** A service that answers itself once: net and os/user use cgo where they may. */
  http: program(`package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os/user"
)

func main() {
	if _, err := user.Current(); err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	response, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		panic(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(body))
}
`),
  /** import "C". */
  cgo: program(`package main

// static int twice(int n) { return 2 * n; }
import "C"
import "fmt"

func main() { fmt.Println("hello", C.twice(21)) }
`),
  /** For -buildmode=plugin. */
  plugin: program(
    'package main\n\nimport "fmt"\n\nfunc Greet() { fmt.Println("hello from the plugin") }\n\nfunc main() {}\n',
  ),
  /** Loads the plugin named by its argument, when there is one. */
  pluginHost: program(`package main

import (
	"fmt"
	"os"
	"plugin"
)

func main() {
	if len(os.Args) > 1 {
		loaded, err := plugin.Open(os.Args[1])
		if err != nil {
			panic(err)
		}
		greet, err := loaded.Lookup("Greet")
		if err != nil {
			panic(err)
		}
		greet.(func())()
	}
	fmt.Println("hello")
}
`),
  /** For -buildmode=c-shared and c-archive. */
  exported: program(`package main

import "C"

//export Answer
func Answer() int { return 42 }

func main() {}
`),
  /** Serves the threadcreate profile. */
  threadcreate: program(`package main

import (
	"os"
	"runtime/pprof"
)

func main() { pprof.Lookup("threadcreate").WriteTo(os.Stdout, 1) }
`),
  /** For GOPATH mode (import path app): a vendored third-party package. */
  vendored: {
    'src/app/main.go':
      'package main\n\nimport "third.party/dep"\n\nfunc main() { println(dep.Greeting(len(dep.Words))) }\n',
    'src/app/vendor/third.party/dep/dep.go':
      'package dep\n\nvar Words = []string{"hello"}\n\n//go:noinline\nfunc Greeting(n int) string { return Words[n-1] }\n',
  },
} satisfies Readonly<Record<string, Files>>;

export type SourceName = keyof typeof sources;
