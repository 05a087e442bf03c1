// A program as large as a big service: about 60 MB and 95,000 symbols, most of them in packages that nothing but its size is about.
import { builtBinary } from '../../test/support/binaries.ts';

const packages = 60;
const functions = 1500;

/** Path of the binary; the first call builds it, which takes a minute. */
export function largeProgram(): string {
  return builtBinary({ source: sources(), args: ['-ldflags=all=-linkmode=external'] });
}

function sources(): Readonly<Record<string, string>> {
  const names = Array.from({ length: packages }, (_, index) => `controller${index}`);
  const imports = names.map(name => `\t"example.com/platform/internal/${name}"`).join('\n');
  const calls = names.map(name => `\tsum += ${name}.Run(len(os.Args))`).join('\n');
  const others = Object.fromEntries(names.map(name => [`internal/${name}/${name}.go`, packageSource(name)]));
  return {
    'go.mod': 'module example.com/platform\n\ngo 1.19\n',
    'main.go': `package main\n\nimport (\n\t"fmt"\n\t"os"\n${imports}\n)\n\nfunc main() {\n\tsum := 0\n${calls}\n\tfmt.Println(sum)\n}\n`,
    ...others,
  };
}

/** Functions that the linker must keep (a table of them is called) and the compiler must not inline. */
function packageSource(name: string): string {
  const bodies = Array.from(
    { length: functions },
    (_, index) =>
      `//go:noinline\nfunc reconcile${index}(a, b int) (int, error) {\n\tif a > b+${index} {\n\t\treturn 0, fmt.Errorf("${name}: step ${index}: %d beyond %d", a, b)\n\t}\n\tfor i := 0; i < b; i++ {\n\t\ta += i * ${index + 3}\n\t}\n\treturn a, nil\n}\n`,
  );
  const table = Array.from({ length: functions }, (_, index) => `\treconcile${index},`).join('\n');
  return `package ${name}\n\nimport "fmt"\n\nvar steps = []func(int, int) (int, error){\n${table}\n}\n\nfunc Run(n int) int {\n\tsum := 0\n\tfor i, step := range steps {\n\t\tif value, err := step(n, i); err == nil {\n\t\t\tsum += value\n\t\t}\n\t}\n\treturn sum\n}\n\n${bodies.join('\n')}`;
}
