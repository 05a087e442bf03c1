/** Modules that are C with Go around it: without cgo they hold nothing. Where one is imported, go links externally by itself. */
const modules: ReadonlySet<string> = new Set(
  `github.com/mattn/go-sqlite3 github.com/confluentinc/confluent-kafka-go github.com/libgit2/git2go github.com/bep/golibsass
  github.com/tree-sitter/go-tree-sitter github.com/smacker/go-tree-sitter github.com/h2non/bimg github.com/davidbyttow/govips
  gocv.io/x/gocv github.com/marcboeker/go-duckdb github.com/duckdb/duckdb-go github.com/godror/godror github.com/pebbe/zmq4
  github.com/DataDog/zstd github.com/valyala/gozstd github.com/linxGnu/grocksdb github.com/tecbot/gorocksdb
  github.com/miekg/pkcs11 rogchap.com/v8go github.com/wasmerio/wasmer-go github.com/bytecodealliance/wasmtime-go
  github.com/veandco/go-sdl2`.split(/\s+/),
);

/** The first such module that a go.mod requires; null: none. Whether a program imports it only go can tell. */
export function cgoModuleOf(goMod: string | null): string | null {
  for (const [, path = ''] of (goMod ?? '').matchAll(/^\s*(?:require\s+)?([^\s/]+\.[^\s/]+\/\S+)\s+v\d/gm))
    if (modules.has(path.replace(/\/v\d+$/, ''))) return path;
  return null;
}
